"""The document camera on the bench of the contract suite: its lens on, an invented licence under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial

from drivers.camera import camera as cameras
from drivers.camera.camera import Camera, CameraFault
from drivers.device import HealthLevel
from drivers.document_camera import page
from drivers.document_camera.simulator import DocumentCameraSimulator
from tests.drivers.contract import PATIENCE, Bench, Deed

CLASS = "document_camera"


def _ours(code: CameraFault) -> str:
    return f"{CLASS}.{code.partition('.')[2]}"


# A camera of this class says its faults in the name of its class; what is wrong with a page comes on top.
Fault = StrEnum("Fault", {code.name: _ours(code) for code in CameraFault} | {c.name: str(c) for c in page.PageFault})  # type: ignore[misc]


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = DocumentCameraSimulator()
    simulator.start()
    camera = Camera(simulator.address, name=CLASS, device_class=CLASS)

    def switched(verb: str) -> tuple[Deed, Deed]:
        return partial(simulator.verbs[verb], on=True), partial(simulator.verbs[verb], on=False)

    def stop() -> None:
        camera.stop()
        camera.join()

    try:
        camera.start()
        yield Bench(
            CLASS,
            owned=camera,
            verbs=simulator.verbs,
            use=lambda: camera.check_health(HealthLevel.INTERNAL).future.result(PATIENCE),
            faults=Fault,
            acts_next={_ours(code): actor for code, actor in cameras.ACTS_NEXT.items()} | dict(page.ACTS_NEXT),
            standing={_ours(CameraFault.BLACK): switched("black"), _ours(CameraFault.FROZEN): switched("freeze")},
            stop=stop,
        )
    finally:
        stop()
        simulator.stop()
