"""A device that is as it is told: what the operations see of any owned device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.device import (
    Capabilities,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    Level,
    NextAction,
)
from drivers.worker import Task


@dataclass
class StandIn:
    """An :class:`drivers.worker.OwnedDevice`. ``outcome`` is what its next check ends with; None: it never ends."""

    name: str
    status: DeviceStatus = field(default_factory=lambda: DeviceStatus(DeviceState.READY))
    outcome: HealthReport | Exception | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    identity: Identity = field(default_factory=lambda: Identity("/dev/ttyS0", "Model 5", "05.03-0001", "V1.02"))
    verified_on: tuple[str, ...] = ()
    features: Mapping[str, Fact] = field(default_factory=dict)
    checks: list[Task[HealthReport]] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(self.name, self.features, verified_on=self.verified_on)

    def check_health(self, level: HealthLevel) -> Task[HealthReport]:
        task: Task[HealthReport] = Task()
        self.checks.append(task)
        if isinstance(self.outcome, Exception):
            task.future.set_exception(self.outcome)
        elif self.outcome is not None:
            task.future.set_result(self.outcome)
        return task


def ready(name: str, **supplies: Level) -> StandIn:
    return StandIn(name, DeviceStatus(DeviceState.READY, supplies=supplies))


def broken(
    name: str,
    code: str,
    state: DeviceState = DeviceState.ATTENTION,
    who: NextAction = NextAction.TECHNICIAN,
    detail: str = "",
) -> StandIn:
    return StandIn(name, DeviceStatus(state, (Fault(code, who, detail),)))
