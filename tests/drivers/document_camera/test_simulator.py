"""The simulated desk over its wire: what its verbs do, as the production driver sees it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.camera.camera import Camera, Frame
from drivers.document_camera.page import Page, PageFault, examine
from drivers.document_camera.scene import Look
from drivers.document_camera.simulator import DocumentCameraSimulator, draw_licence
from drivers.simulation import Control, ControlServer

PATIENCE = 30.0


@pytest.fixture(scope="module")
def one_simulator() -> Iterator[DocumentCameraSimulator]:
    simulator = DocumentCameraSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture(scope="module")
def camera(one_simulator: DocumentCameraSimulator) -> Iterator[Camera]:
    camera = Camera(one_simulator.address, name="document_camera", device_class="document_camera")
    camera.start()
    yield camera
    camera.stop()
    assert camera.join()


@pytest.fixture
def simulator(one_simulator: DocumentCameraSimulator) -> Iterator[DocumentCameraSimulator]:
    """A desk with a licence on it; what a test does to it is undone."""
    yield one_simulator
    one_simulator.black(False)
    one_simulator.freeze(False)
    one_simulator._show(**asdict(Look()))


def next_frames(camera: Camera, count: int) -> list[Frame]:
    """Pictures that come from now on; the first two may have been on their way before."""
    frames: list[Frame] = []
    enough = threading.Event()

    def keep(frame: Frame) -> None:
        frames.append(frame)
        if len(frames) == count + 2:
            enough.set()

    camera.start(keep)
    assert enough.wait(PATIENCE), "waited in vain for pictures"
    camera.start()
    return frames[2 : count + 2]


def page(camera: Camera) -> Page:
    return examine(next_frames(camera, 1)[0].image)


SITUATIONS: list[tuple[list[tuple[str, dict[str, Any]]], tuple[PageFault, ...]]] = [
    ([], ()),
    ([("lay", {"paper": "sheet", "turn": -4})], ()),
    ([("desk", {"kind": "wood"})], ()),
    ([("lay", {"paper": "nothing"})], (PageFault.NO_PAGE,)),
    ([("lay", {"paper": "sheet", "x": 0.3})], (PageFault.CUT_OFF,)),
    ([("light", {"level": 0.3})], (PageFault.TOO_DARK,)),
    ([("glare", {"on": True})], (PageFault.GLARE,)),
    ([("blur", {"sigma": 3})], (PageFault.BLURRED,)),
    ([("lay", {"size": 0.3})], (PageFault.MISLAID,)),
    ([("lay", {"skew": 35, "size": 0.8}), ("blur", {"sigma": 3})], (PageFault.BLURRED, PageFault.MISLAID)),
]


@pytest.mark.parametrize(("deeds", "faults"), SITUATIONS, ids=lambda value: str(value)[:40])
def test_everything_that_can_be_wrong_with_a_page_can_be_played(
    simulator: DocumentCameraSimulator,
    camera: Camera,
    deeds: list[tuple[str, dict[str, Any]]],
    faults: tuple[PageFault, ...],
) -> None:
    for verb, arguments in deeds:
        simulator.verbs[verb](**arguments)
    assert page(camera).faults == faults


def test_no_two_pictures_are_the_same_unless_it_is_frozen(simulator: DocumentCameraSimulator, camera: Camera) -> None:
    first, second = (frame.image for frame in next_frames(camera, 2))
    assert not np.array_equal(first, second)
    simulator.freeze(True)
    first, second = (frame.image for frame in next_frames(camera, 2))
    assert np.array_equal(first, second)
    simulator.lay("nothing")
    assert page(camera).faults == ()  # what lies there now is not what is seen


def test_a_covered_lens_sees_nothing(simulator: DocumentCameraSimulator, camera: Camera) -> None:
    simulator.black(True)
    assert next_frames(camera, 1)[0].image.max() < 10


SENSELESS: list[tuple[str, dict[str, Any]]] = [
    ("lay", {"paper": "sausage"}),
    ("lay", {"turn": "much"}),
    ("lay", {"skew": 89}),
    ("lay", {"size": 0}),
    ("desk", {"kind": "none"}),
    ("blur", {"sigma": -1}),
    ("light", {"level": 3}),
    ("fault", {"kind": "earthquake"}),
    ("glare", {}),
]


def test_its_world_is_played_from_another_process_and_what_makes_no_sense_is_refused(
    simulator: DocumentCameraSimulator,
) -> None:
    server = ControlServer(simulator.verbs)
    server.start()
    control = Control(server.address, PATIENCE)
    try:
        control.do("lay", paper="sheet", turn=5, x=0.1)
        before = control.do("state")
        assert (before["paper"], before["turn"], before["x"]) == ("sheet", 5.0, 0.1)
        assert (before["plugged"], before["black"], before["frozen"]) == (True, False, False)
        for verb, arguments in SENSELESS:
            with pytest.raises(RuntimeError):
                control.do(verb, **arguments)
        after = control.do("state")
        assert {name: after[name] for name in before if name != "messages"} == {
            name: before[name] for name in before if name != "messages"
        }
    finally:
        control.close()
        server.stop()


@pytest.mark.parametrize("listen", ["pty", "127.0.0.1:0", "tcp://127.0.0.1"])
def test_it_listens_on_an_address_only(listen: str) -> None:
    with pytest.raises(ValueError, match="such as tcp://"):
        DocumentCameraSimulator(listen)


@pytest.mark.parametrize("options", [{"paper": "sausage"}, {"desk": "none"}])
def test_it_is_made_with_what_there_is(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="there are"):
        DocumentCameraSimulator(**options)


def test_a_licence_can_be_drawn_into_a_file(tmp_path: Path) -> None:
    draw_licence(tmp_path / "licence.png")
    picture = cv2.imread(str(tmp_path / "licence.png"))
    assert picture is not None
    assert picture.shape == (720, 1280, 3)
    assert examine(np.asarray(picture, np.uint8)).faults == ()
    with pytest.raises(OSError, match="cannot be written"):
        draw_licence(tmp_path / "missing" / "licence.png")
