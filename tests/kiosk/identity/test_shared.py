from __future__ import annotations

import numpy as np
import pytest

from kiosk.identity.engine import Picture
from kiosk.identity.shared import SharedPictures


def picture(value: int, rows: int = 72, columns: int = 96) -> Picture:
    return np.full((rows, columns, 3), value, np.uint8)


@pytest.fixture
def shared() -> SharedPictures:
    return SharedPictures()


def test_the_newest_frame_wins(shared: SharedPictures) -> None:
    for number in range(1, 6):
        shared.write(picture(number), float(number))
    frame = shared.newest(0.0, None)
    assert frame is not None
    assert (frame.at, frame.image.shape, frame.image.max()) == (5.0, (72, 96, 3), 5)


def test_a_frame_is_given_once(shared: SharedPictures) -> None:
    assert shared.newest(0.0, None) is None
    shared.write(picture(1), 1.0)
    assert shared.newest(1.0, None) is None


def test_the_copy_goes_into_the_same_memory_until_the_size_changes(shared: SharedPictures) -> None:
    shared.write(picture(1), 1.0)
    first = shared.newest(0.0, None)
    assert first is not None
    shared.write(picture(2), 2.0)
    second = shared.newest(1.0, first.image)
    assert second is not None
    assert second.image is first.image
    shared.write(picture(3, rows=36), 3.0)
    third = shared.newest(2.0, second.image)
    assert third is not None
    assert third.image.shape == (36, 96, 3)


def test_a_reader_that_was_overtaken_takes_nothing_torn(
    shared: SharedPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.write(picture(1), 1.0)
    copy = np.copyto

    def overtaken(into: Picture, source: Picture) -> None:
        copy(into[:36], source[:36])
        shared.write(picture(2), 2.0)
        shared.write(picture(3), 3.0)
        copy(into[36:], source[36:])

    monkeypatch.setattr(np, "copyto", overtaken)
    assert shared.newest(0.0, None) is None


def test_a_frame_of_four_thousand_columns_is_thinned_out(shared: SharedPictures) -> None:
    large = np.zeros((2160, 3840, 3), np.uint8)
    large[::2, ::2] = 7
    shared.write(large, 1.0)
    frame = shared.newest(0.0, None)
    assert frame is not None
    assert frame.image.shape == (1080, 1920, 3)
    assert frame.image.min() == 7


def test_wiping_leaves_nothing(shared: SharedPictures) -> None:
    shared.write(picture(200), 1.0)
    shared.write(picture(201), 2.0)
    shared.write_portrait(picture(202))
    shared.wipe_frames()
    assert shared.newest(0.0, None) is None
    assert shared.portrait(72, 96).min() == 202
    shared.wipe_portrait()
    assert not np.frombuffer(shared._memory, np.uint8).any()


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((126, 102), np.uint8),
        np.zeros((126, 102, 4), np.uint8),
        np.zeros((126, 102, 3), np.float64),
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((2000, 2000, 3), np.uint8),
    ],
)
def test_what_is_no_portrait_is_refused(shared: SharedPictures, wrong: Picture) -> None:
    with pytest.raises(ValueError, match="a portrait is"):
        shared.write_portrait(wrong)
