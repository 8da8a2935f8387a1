"""A technician looks through the cameras: a box around the face, the light, and a lens that is off afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.camera import Camera
from drivers.camera.simulator import CameraSimulator
from drivers.document_camera.simulator import draw_licence
from kiosk.operations.look import BRIGHT, DARK, GOOD, NO_PICTURE, TOO_BRIGHT, TOO_DARK, measure
from kiosk.operations.workshop import IDLE_SECONDS
from kiosk.operations.workshop_view import LookView
from tests.items import only
from tests.kiosk.machine import Machine
from tests.kiosk.operations.bench import Shop


@pytest.fixture(scope="module")
def eye() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(every=2)  # half the work, and nobody asks for more
    camera.start()
    yield camera
    camera.stop()


@pytest.fixture
def shop(tmp_path: Path, eye: CameraSimulator) -> Iterator[Shop]:
    desk = tmp_path / "desk"
    desk.mkdir()
    draw_licence(desk / "licence.png")
    machine = Machine(tmp_path / "machine", desk, config=only(tmp_path / "config", "JT-02"), camera=eye.address)
    shop = Shop(machine, tmp_path / "shop")
    shop.enter()
    yield shop
    shop.close()
    machine.close()


def camera(shop: Shop) -> Camera:
    found = shop.machine.terminal.hardware.camera
    assert found is not None
    return found


def seen(shop: Shop) -> LookView | None:
    """What the page of the device shows of the picture."""
    device = shop.view.device
    return device.look if device is not None else None


def look(shop: Shop, name: str = "camera") -> LookView:
    """Switch the lens on, and see what comes."""
    shop.workshop.act("open", name)
    shop.workshop.act("look")
    shop.until(lambda: (view := seen(shop)) and view.width, "a picture")
    view = seen(shop)
    assert view is not None
    return view


def off(shop: Shop) -> bool:
    return shop.workshop.frame() is None and camera(shop).latest() is None and camera(shop).join()


# -- what is seen -----------------------------------------------------------------------------


def test_a_face_has_a_box_within_the_picture_and_the_light_is_good(shop: Shop) -> None:
    look(shop)
    shop.until(lambda: (view := seen(shop)) and view.faces, "the face")
    view = seen(shop)
    assert view is not None
    (box,) = view.faces
    assert 0 <= box.left < box.left + box.width <= 1
    assert 0 <= box.top < box.top + box.height <= 1
    assert box.left < 0.5 < box.left + box.width  # the person stands in the middle
    assert (view.light, view.tone) == (GOOD, "ok")
    assert DARK < view.brightness < BRIGHT
    assert view.sharpness > 0


def test_a_dead_picture_is_too_dark_and_has_no_face(shop: Shop, eye: CameraSimulator) -> None:
    eye.verbs["black"](on=True)
    try:
        look(shop)
        shop.until(lambda: (view := seen(shop)) and view.light == TOO_DARK, "the dark picture")
        view = seen(shop)
        assert view is not None
        assert (view.faces, view.brightness, view.tone) == ((), 0, "bad")
    finally:
        eye.verbs["black"](on=False)


def test_the_document_camera_can_be_looked_through_as_well(shop: Shop) -> None:
    assert look(shop, "document_camera").faces == ()
    assert shop.workshop.frame() is not None


@pytest.mark.parametrize(("grey", "light"), [(20, TOO_DARK), (128, GOOD), (240, TOO_BRIGHT)])
def test_the_meter_has_two_ends(grey: int, light: object) -> None:
    view = measure(np.full((720, 1280, 3), grey, np.uint8))
    assert (view.light, view.brightness, view.sharpness) == (light, grey, 0)


# -- the lens ---------------------------------------------------------------------------------


def test_a_second_touch_switches_the_lens_off(shop: Shop) -> None:
    look(shop)
    shop.workshop.act("look")
    assert seen(shop) is None
    assert off(shop)


@pytest.mark.parametrize(("action", "value"), [("tab", "overview"), ("open", "id_reader"), ("leave", "")])
def test_whoever_leaves_the_page_leaves_the_lens_off(shop: Shop, action: str, value: str) -> None:
    look(shop)
    shop.workshop.act(action, value)
    assert off(shop)


def test_whoever_walks_away_leaves_the_lens_off(shop: Shop) -> None:
    look(shop)
    shop.machine.clock.set_speed(IDLE_SECONDS)
    shop.until(lambda: shop.page is None, "the technician to be logged out")
    assert off(shop)


def test_the_picture_is_there_while_the_question_waits_and_gone_with_the_answer(shop: Shop) -> None:
    shop.check("camera", "interactive")
    assert shop.view.question is not None
    shop.until(lambda: (view := seen(shop)) and view.faces, "the face")
    shop.workshop.act("answer", "works")
    assert seen(shop) is None
    assert off(shop)


def test_only_a_camera_can_be_looked_through(shop: Shop) -> None:
    shop.workshop.act("open", "id_reader")
    shop.workshop.act("look")
    assert seen(shop) is None
    assert shop.view.device is not None
    assert not shop.view.device.lens


def test_before_the_first_picture_the_page_says_so(shop: Shop, eye: CameraSimulator) -> None:
    eye.verbs["unplug"]()
    try:
        shop.workshop.act("open", "camera")
        shop.workshop.act("look")
        view = seen(shop)
        assert view is not None
        assert (view.light, view.width) == (NO_PICTURE, 0)
    finally:
        eye.verbs["plug"]()
