"""The live picture: a round mirror of the face, the desk as it is, and nothing when the lens is off."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from tests.ui.conftest import Screen
from ui.models.camera import CameraPictures, mirror, whole

BLUE = (255, 0, 0)  # as OpenCV has it


@pytest.fixture
def frame() -> NDArray[np.uint8]:
    """Grey, with a blue left half."""
    picture = np.full((720, 1280, 3), 128, np.uint8)
    picture[:, :640] = BLUE
    return picture


def test_the_mirror_shows_the_left_on_the_right_and_is_round(frame: NDArray[np.uint8]) -> None:
    disc = mirror(frame, 400)
    assert (disc.width(), disc.height()) == (400, 400)
    assert disc.pixelColor(300, 200) == QColor(0, 0, 255)
    assert disc.pixelColor(100, 200) == QColor(128, 128, 128)
    assert disc.pixelColor(3, 3).alpha() == 0


def test_the_edge_of_the_mirror_is_smooth_and_no_darker_than_what_it_shows(frame: NDArray[np.uint8]) -> None:
    disc = mirror(np.full_like(frame, 200), 400)
    row = [disc.pixelColor(x, 40) for x in range(400)]
    edge = [colour for colour in row if 30 < colour.alpha() < 225]
    assert edge, "some of its pixels are half there"
    assert all(abs(colour.red() - 200) < 8 for colour in edge)


def test_the_desk_is_shown_whole_and_not_mirrored(frame: NDArray[np.uint8]) -> None:
    picture = whole(frame, 640, 640)
    assert (picture.width(), picture.height()) == (640, 360)
    assert picture.pixelColor(10, 10) == QColor(0, 0, 255)


def test_with_the_lens_off_there_is_nothing_to_see(screen: Screen) -> None:
    provider = CameraPictures(lambda _: None)
    picture = provider.requestImage("face/1", QSize(), QSize(300, 300))
    assert (picture.width(), picture.height()) == (1, 1)
    assert picture.pixelColor(0, 0).alpha() == 0


def test_a_picture_is_asked_for_before_its_page_is_laid_out(screen: Screen, frame: NDArray[np.uint8]) -> None:
    provider = CameraPictures(lambda _: frame)
    for name in ("face/1", "document/1"):
        assert not provider.requestImage(name, QSize(), QSize(0, 0)).isNull()


def test_a_picture_is_drawn_once_until_another_comes_or_the_lens_was_off(
    screen: Screen, frame: NDArray[np.uint8]
) -> None:
    changes: list[int] = []
    screen.session.frameChanged.connect(lambda: changes.append(1))

    def drawn(picture: NDArray[np.uint8] | None) -> int:
        before = len(changes)
        screen.desk.picture = picture
        for _ in range(3):
            screen.session._next_frame()
        return len(changes) - before

    other = frame.copy()
    assert [drawn(picture) for picture in (frame, other, None, other)] == [1, 1, 1, 1]
    assert drawn(other) == 0
    drawn(None)
