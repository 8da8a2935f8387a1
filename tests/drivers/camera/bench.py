"""A camera on the contract suite's bench, its lens on, with the simulated hall before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from drivers.camera.camera import ACTS_NEXT, Camera, CameraFault
from drivers.camera.simulator import CameraSimulator
from drivers.device import HealthLevel
from tests.drivers.contract import PATIENCE, Bench, Deed


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = CameraSimulator()
    simulator.start()
    camera = Camera(simulator.address)

    def switched(verb: str) -> tuple[Deed, Deed]:
        return partial(simulator.verbs[verb], on=True), partial(simulator.verbs[verb], on=False)

    def stop() -> None:
        camera.stop()
        camera.join()

    try:
        camera.start()
        yield Bench(
            "camera",
            owned=camera,
            verbs=simulator.verbs,
            use=lambda: camera.check_health(HealthLevel.INTERNAL).future.result(PATIENCE),
            faults=CameraFault,
            acts_next=ACTS_NEXT,
            standing={CameraFault.BLACK: switched("black"), CameraFault.FROZEN: switched("freeze")},
            stop=stop,
        )
    finally:
        stop()
        simulator.stop()
