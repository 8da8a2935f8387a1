"""The signs of a picture of a face, each alone on pictures made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.camera.scene import SWAY, Look
from kiosk.identity.attacks import (
    FROZEN_SECONDS,
    NO_FACE_SECONDS,
    PATTERN_PEAK,
    REPEATS,
    SAMPLE_SECONDS,
    SAMPLES,
    WHITE_PART,
    AttackWatch,
    Edges,
    Repeats,
    Sign,
    edges_around,
    follows,
    glare,
    pattern,
)
from kiosk.identity.engine import Face, Picture
from kiosk.identity.onnx_engine import OnnxAttackNetwork
from kiosk.settings import AttackNetwork
from tests.kiosk.identity.conftest import Film
from tests.kiosk.identity.networks import write_attack_network

FACE = Face(380, 220, 580, 420)
FRAME = 1 / 30
NOISE = np.random.default_rng(1).normal(0, 2.5, (740, 980, 3))


def hall(seed: int = 0, *, level: float = 120.0) -> Picture:
    """A soft picture with the noise of a sensor, 720 x 960."""
    rng = np.random.default_rng(seed)
    soft = cv2.resize(rng.normal(level, 8.0, (9, 12, 3)), (960, 720), interpolation=cv2.INTER_CUBIC)
    return np.asarray((soft + NOISE[seed % 4 :, seed % 7 :][:720, :960]).clip(0, 255), np.uint8)


def with_sheet(left: int, top: int, right: int, bottom: int, seed: int = 0) -> Picture:
    picture = hall(seed)
    cv2.rectangle(picture, (left, top), (right, bottom), (245, 245, 245), 8)
    return picture


def watched(watch: AttackWatch, frames: Iterable[tuple[Picture, Face]], every: float = SAMPLE_SECONDS) -> Sign | None:
    return next(
        (sign for number, (rgb, face) in enumerate(frames) if (sign := watch.see(rgb, face, number * every))), None
    )


# -- repeated pictures ---------------------------------------------------------------


def test_a_lens_sees_no_picture_twice() -> None:
    repeats = Repeats()
    assert not [sign for number in range(60) if (sign := repeats.see(hall(number), number * FRAME))]


def test_one_picture_over_and_over_is_frozen() -> None:
    repeats, still = Repeats(), hall()
    frozen = [number * FRAME for number in range(90) if repeats.see(still, number * FRAME) is Sign.FROZEN]
    assert frozen[0] == pytest.approx(FROZEN_SECONDS, abs=2 * FRAME)


def test_a_camera_that_gives_every_picture_twice_is_only_slow() -> None:
    repeats = Repeats()
    pictures = [hall(number) for number in range(30)]
    assert not [sign for number in range(60) if (sign := repeats.see(pictures[number // 2], number * FRAME))]


def test_a_clip_that_begins_anew_is_repeated() -> None:
    repeats = Repeats()
    clip = [hall(number) for number in range(20)]
    told = [number for number in range(60) if repeats.see(clip[number % 20], number * FRAME) is Sign.REPEATED]
    assert told[0] == 20 + REPEATS - 1


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_a_recorded_clip_in_the_cameras_place_is_repeated(name: str, film: Callable[[Look], Film]) -> None:
    clip = film(Look(person=name, attack="looped"))[SWAY[0]][::2]
    repeats = Repeats()
    signs = [repeats.see(clip[number % len(clip)], number * FRAME) for number in range(2 * len(clip))]
    assert signs.index(Sign.REPEATED) < len(clip) + 2 * REPEATS
    assert set(signs) == {None, Sign.REPEATED}


# -- patterns ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_soft_shapes_have_no_pattern(seed: int) -> None:
    assert pattern(hall(seed), FACE) < PATTERN_PEAK / 2


@pytest.mark.parametrize("quality", [70, 85, 95])
def test_the_blocks_of_a_jpeg_are_no_pattern(quality: int) -> None:
    coded = cv2.imencode(".jpg", hall(), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    assert pattern(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8), FACE) < PATTERN_PEAK


@settings(max_examples=30, deadline=None)
@given(st.floats(0.14, 0.45), st.floats(0, np.pi), st.integers(6, 30))
def test_a_grid_of_any_pitch_and_lean_is_a_pattern(pitch: float, lean: float, strength: int) -> None:
    down, across = np.mgrid[0:720, 0:960]
    along = across * np.cos(lean) + down * np.sin(lean)
    grid = strength * np.sin(2 * np.pi * pitch * along)
    seen = np.asarray((hall() + grid[..., None]).clip(0, 255), np.uint8)
    jpeg_blocks = any(
        abs(pitch * one * 8 - round(pitch * one * 8)) < 0.08 and abs(other) * pitch < 0.02
        for one, other in ((np.cos(lean), np.sin(lean)), (np.sin(lean), np.cos(lean)))
    )
    assert jpeg_blocks or pattern(seen, FACE) > PATTERN_PEAK


def test_a_face_at_the_edge_of_the_picture_tells_nothing() -> None:
    assert pattern(hall(), Face(0, 0, 100, 100)) == 0.0


# -- edges ---------------------------------------------------------------------------


def test_the_edges_of_a_sheet_are_found_where_they_are() -> None:
    edges = edges_around(with_sheet(330, 60, 630, 560), FACE)
    assert edges.framed
    found = [edges.left, edges.right, edges.top, edges.bottom]
    for place, pixels in zip(found, (330, 630, 60, 560), strict=True):
        assert place == pytest.approx(pixels / FACE.width, abs=0.06)


def test_a_hall_without_edges_frames_nobody() -> None:
    assert not any(edges_around(hall(seed), FACE).framed for seed in range(10))


def test_one_post_beside_somebody_frames_nobody() -> None:
    picture = hall()
    cv2.line(picture, (300, 0), (300, 719), (20, 20, 20), 10)
    assert not edges_around(picture, FACE).framed


def test_a_door_behind_somebody_stays_where_it_is() -> None:
    swaying = np.sin(np.linspace(0, 6, 24)) * 0.1
    door = [Edges(2.4 + float(x), 1.6, left=1.6, right=3.2, top=0.4) for x in swaying]
    sheet = [Edges(2.4 + float(x), 1.6, left=1.6 + float(x), right=3.2 + float(x), top=0.4) for x in swaying]
    nobody_moves = [Edges(2.4, 1.6, left=1.6, right=3.2, top=0.4)] * 24
    assert (follows(door), follows(sheet), follows(nobody_moves)) == (False, True, False)


def test_a_sheet_that_moves_with_the_face_gives_itself_away_and_a_door_does_not() -> None:
    shifts = (np.sin(np.linspace(0, 9, 40)) * 25).astype(int).tolist()
    sheet = [(with_sheet(330 + x, 60, 630 + x, 560), Face(380 + x, 220, 580 + x, 420)) for x in shifts]
    door = [(with_sheet(330, 60, 630, 560), Face(380 + x, 220, 580 + x, 420)) for x in shifts]
    assert watched(AttackWatch(), sheet) is Sign.FRAMED
    assert watched(AttackWatch(), door) is None


# -- glare, infrared, an operator's network ------------------------------------------


def test_a_lamp_on_something_flat_is_white_and_skin_is_not() -> None:
    shining = hall()
    cv2.circle(shining, (480, 300), 40, (255, 255, 255), -1)
    assert glare(hall(level=250), FACE) == 0.0, "too much light is no attack"
    assert glare(hall(level=160), FACE) < WHITE_PART < glare(shining, FACE)
    assert watched(AttackWatch(), [(shining, FACE)] * 20) is Sign.GLARE


def test_a_few_frames_are_no_proof() -> None:
    shining = hall()
    cv2.circle(shining, (480, 300), 40, (255, 255, 255), -1)
    assert watched(AttackWatch(), [(shining, FACE), (hall(), FACE)] * 30) is None


def test_between_two_looks_nothing_is_looked_at() -> None:
    shining = hall()
    cv2.circle(shining, (480, 300), 40, (255, 255, 255), -1)
    assert watched(AttackWatch(), [(shining, FACE)] * (2 * SAMPLES), every=SAMPLE_SECONDS / 3) is None


def test_a_face_that_the_infrared_camera_does_not_see_is_none() -> None:
    watch = AttackWatch(infrared=True)
    told = [now for now in np.arange(0, 5, 0.2) if watch.see(hall(), FACE, float(now)) is Sign.NO_INFRARED]
    assert told[0] == pytest.approx(NO_FACE_SECONDS, abs=0.21)
    seen = AttackWatch(infrared=True)
    for now in np.arange(0, 5, 0.2):
        seen.infrared_face(float(now))
        assert seen.see(hall(), FACE, float(now)) is None


@pytest.mark.parametrize(("level", "sign"), [(200.0, None), (40.0, Sign.NETWORK)])
def test_an_operators_network_is_asked(level: float, sign: Sign | None, tmp_path: Path) -> None:
    told = AttackNetwork(
        file=tmp_path / "pad.onnx",
        sha256=write_attack_network(tmp_path / "pad.onnx"),
        colours="bgr",
        mean=0.0,
        scale=1.0,
        refuse=0.5,
    )
    frames = [(hall(seed, level=level), FACE) for seed in range(20)]
    assert watched(AttackWatch(OnnxAttackNetwork(told)), frames) is sign


def test_another_face_begins_with_a_clean_sheet() -> None:
    shining = hall()
    cv2.circle(shining, (480, 300), 40, (255, 255, 255), -1)
    watch = AttackWatch()
    assert watched(watch, [(shining, FACE)] * (SAMPLES - 1)) is None
    watch.restart()
    assert watched(watch, [(shining, FACE)] * (SAMPLES - 1)) is None
