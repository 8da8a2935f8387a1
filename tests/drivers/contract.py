"""What every device class brings to the contract suite: itself, on a real wire, with its simulator behind it.

Each ``tests/drivers/<class>/bench.py`` has a ``bench()``: a context manager that
yields a started :class:`Bench`. ``tests/drivers/test_contract.py`` finds it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from drivers.device import Device, DeviceError, DeviceState, DeviceStatus, NextAction
from drivers.simulation import Verb
from drivers.worker import DeviceWorker, OwnedDevice

CONFIG = Path(__file__).resolve().parents[2] / "config"
PATIENCE = 20.0  # seconds; machines are busy
POLL = 0.1  # seconds; the fault matrix is measured at the house's own pace

Deed = Callable[[], object]


@dataclass
class Bench:
    """One device class, running.

    ``verbs`` are the simulator's. ``use`` has the device do what it is for, once, and returns what came of it;
    it raises what the driver raises. ``standing`` maps every fault code that a status can show (but for
    disconnected, wedged and absent) to the deed that brings it about and the deed that mends it.
    ``owned`` is what the rest of the house sees, ``words`` the folder with its ``faults`` and ``questions``,
    ``names`` what a class outside the house would add to the technician's names of things.
    """

    device_class: str
    owned: OwnedDevice
    verbs: Mapping[str, Verb]
    use: Deed
    faults: type[StrEnum]
    acts_next: Mapping[Any, NextAction]
    standing: Mapping[str, tuple[Deed, Deed]] = field(default_factory=dict)
    stop: Deed = lambda: None
    words: Path = CONFIG
    names: frozenset[str] = frozenset()

    @property
    def status(self) -> DeviceStatus:
        return self.owned.status

    def until(self, condition: Callable[[DeviceStatus], object], what: str, seconds: float = PATIENCE) -> DeviceStatus:
        """The first status that fits. Fails when none comes in time."""
        deadline = time.monotonic() + seconds
        while not condition(status := self.status):
            assert time.monotonic() < deadline, f"waited in vain for {what}; it is {status}"
            time.sleep(0.01)
        return status

    def until_ready(self) -> DeviceStatus:
        return self.until(lambda status: status.state is DeviceState.READY and not status.faults, "a ready device")

    def until_useful(self) -> None:
        """Until it is ready and does what it is for; a cable that was out for a moment may be noticed late."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.until_ready()
            try:
                self.use()
            except DeviceError:
                assert time.monotonic() < deadline, "it is ready and does not work"
                time.sleep(0.05)
            else:
                return


@contextmanager
def worked(name: str, device: Device, poll_seconds: float | None = None) -> Iterator[DeviceWorker[Any]]:
    """A worker that owns ``device``, started, and stopped in the end."""
    worker: DeviceWorker[Any] = DeviceWorker(name, device, poll_seconds=POLL if poll_seconds is None else poll_seconds)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
