"""The cabinet on the contract suite's bench."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cabinet.sensor import ACTS_NEXT, CabinetFault, CabinetSensor
from cabinet.simulator import CabinetSimulator

from drivers.transport import transport_for
from tests.drivers.contract import PATIENCE, Bench, worked


@contextmanager
def bench() -> Iterator[Bench]:
    """A sensor and its simulator on a TCP line."""
    simulator = CabinetSimulator()
    simulator.start()
    try:
        with worked("cabinet", CabinetSensor(transport_for(simulator.address))) as worker:
            yield Bench(
                device_class="cabinet",
                owned=worker,
                verbs=simulator.verbs,
                use=lambda: worker.submit(lambda sensor, _: sensor.poll()).future.result(PATIENCE),
                faults=CabinetFault,
                acts_next=ACTS_NEXT,
                standing={
                    "cabinet.door_open": (lambda: simulator.door(True), lambda: simulator.door(False)),
                    "cabinet.hot": (lambda: simulator.heat(70), lambda: simulator.heat(30)),
                    "cabinet.silent": (
                        lambda: simulator.verbs["fault"](kind="silence", count=0),
                        simulator.verbs["clear"],
                    ),
                },
                stop=worker.stop,
                words=Path(__file__).parent / "words",
                names=frozenset({"door", "lines_damaged"}),
            )
    finally:
        simulator.stop()
