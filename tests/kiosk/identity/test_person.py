"""The simulated person through the eyes of the face check: what is played is what both sources of points see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest

from drivers.camera.person import PHOTOGRAPHS
from drivers.camera.scene import HEIGHT, SWAY, Look
from kiosk.identity.dlib_engine import DlibLandmarks
from kiosk.identity.engine import LandmarkSource, Picture
from kiosk.identity.geometry import Points, eye_aspect_ratio, normalised, nose_length, plane_residual, yaw_ratio
from kiosk.identity.mesh import MeshLandmarks
from kiosk.identity.quality import worn
from tests.kiosk.identity.conftest import Film

HELD = slice(12, 24, 3)  # frames of an action in which it is done in full
SOLID = 0.065  # plane residual of a head that turns or nods
FLAT = 0.075  # of a print turned by 45 degrees, to which the mesh gives the depth of the face that it knows: 0.068


@pytest.fixture(params=["dlib", "mesh"])
def source(request: pytest.FixtureRequest, landmarks: DlibLandmarks, mesh: MeshLandmarks) -> LandmarkSource:
    sources: dict[str, LandmarkSource] = {"dlib": landmarks, "mesh": mesh}
    return sources[request.param]


class Seen(NamedTuple):
    """One face, measured against how the same face rests."""

    eyes: float  # openness, of the resting one's
    yaw: float  # change of the yaw ratio
    mouth: float  # inner height by width
    nose: float  # length, of the resting one's
    residual: float  # of the plane that explains it best


def rgb(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, :, ::-1])


KNOWN: dict[tuple[int, int], Points | None] = {}  # sources and the pictures of films are there to the end


def points_of(source: LandmarkSource, picture: Picture) -> Points | None:
    """The largest face's points; looked for once."""
    key = (id(source), id(picture))
    if key not in KNOWN:
        faces = source.find(rgb(picture))
        KNOWN[key] = source.points(rgb(picture), faces[0]) if faces else None
    return KNOWN[key]


def mouth_aspect_ratio(points: Points) -> float:
    """Height by width of the inner lips; a closed mouth has 0 to 0.13, more in a smile that shows teeth."""
    heights = [np.linalg.norm(points[above] - points[below]) for above, below in ((61, 67), (62, 66), (63, 65))]
    return float(np.mean(heights) / np.linalg.norm(points[60] - points[64]))


def measure(source: LandmarkSource, rest: Sequence[Picture], pictures: Sequence[Picture]) -> list[Seen]:
    """What is seen in those ``pictures`` that show a face."""
    resting = [points for picture in rest if (points := points_of(source, picture)) is not None]
    neutral = np.mean([normalised(points) for points in resting], axis=0)
    eyes = float(np.median([eye_aspect_ratio(points) for points in resting]))
    return [
        Seen(
            eye_aspect_ratio(points) / eyes,
            yaw_ratio(points) - yaw_ratio(neutral),
            mouth_aspect_ratio(points),
            nose_length(points) / nose_length(neutral),
            plane_residual(neutral, points),
        )
        for picture in pictures
        if (points := points_of(source, picture)) is not None
    ]


def played(source: LandmarkSource, film: Film, action: str, frames: slice = HELD) -> list[Seen]:
    pictures = film[action][frames]
    seen = measure(source, film[SWAY[0]][::6], pictures)
    assert len(seen) == len(pictures), "no face is lost"
    return seen


def median(values: Sequence[float]) -> float:
    return float(np.median(values))


people = pytest.mark.parametrize("name", PHOTOGRAPHS)


@people
def test_a_nod_is_a_nod_of_something_solid_and_nothing_else(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    seen = played(source, film(Look(person=name)), "nod")
    assert min(one.residual for one in seen) > SOLID
    assert median([one.nose for one in seen]) > 1.02, "seen from above the tip of the nose is farther from its root"
    assert max(abs(one.yaw) for one in seen) < 0.15
    assert min(one.eyes for one in seen) > 0.85
    assert max(one.mouth for one in seen) < 0.30


@people
def test_an_open_mouth_is_open_and_nothing_else_moves(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    seen = played(source, film(Look(person=name)), "open_mouth")
    assert median([one.mouth for one in seen]) > 0.35
    assert median([one.residual for one in seen]) < SOLID
    assert max(abs(one.nose - 1) for one in seen) < 0.10
    assert max(abs(one.yaw) for one in seen) < 0.15
    assert min(one.eyes for one in seen) > 0.85


@people
def test_a_blink_closes_the_eyes_and_nothing_else_moves(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    seen = played(source, film(Look(person=name)), "blink", slice(2, 8, 2))
    assert max(one.eyes for one in seen) < 0.70
    assert max(one.residual for one in seen) < SOLID
    assert max(abs(one.yaw) for one in seen) < 0.15
    assert max(abs(one.nose - 1) for one in seen) < 0.10


@pytest.mark.parametrize(("action", "side"), [("turn_left", 1), ("turn_right", -1)])
def test_a_turn_goes_to_its_side_and_is_solid(
    source: LandmarkSource, film: Callable[[Look], Film], action: str, side: int
) -> None:
    seen = played(source, film(Look()), action)
    assert min(side * one.yaw for one in seen) > 0.35
    assert min(one.residual for one in seen) > SOLID
    assert min(one.eyes for one in seen) > 0.85
    assert max(one.mouth for one in seen) < 0.30


@pytest.mark.parametrize("attack", ["up_down", "sideways", "bent"])
def test_a_print_that_is_moved_never_turns_as_a_head_does(
    source: LandmarkSource, film: Callable[[Look], Film], attack: str
) -> None:
    frames = film(Look(attack=attack))[SWAY[0]]
    seen = measure(source, frames[:1], frames[::6])
    assert len(seen) > 9
    assert max(abs(one.yaw) for one in seen) < 0.35
    assert max(one.residual for one in seen) < FLAT
    assert np.ptp([one.nose for one in seen]) > 0.05, "and does move"


@people
def test_living_eyes_behind_a_print_blink_and_the_print_stays_flat(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    held = film(Look(person=name, attack="eye_holes"))
    seen = measure(source, held[SWAY[0]][::15], held["blink"][2:8])
    assert len(seen) == 6
    assert max(one.eyes for one in seen) < 0.75
    assert max(one.residual for one in seen) < SOLID
    assert max(abs(one.yaw) for one in seen) < 0.15


@pytest.mark.parametrize("attack", ["replay", "replay_full"])
def test_a_person_on_a_screen_blinks_and_the_screen_stays_flat(
    source: LandmarkSource, film: Callable[[Look], Film], attack: str
) -> None:
    frames = film(Look(attack=attack))[SWAY[0]]
    seen = measure(source, frames[:15:5], frames[24:48:2])
    assert len(seen) == 12
    assert min(one.eyes for one in seen) < 0.75
    assert max(one.residual for one in seen) < SOLID
    assert max(abs(one.yaw) for one in seen) < 0.15


def test_a_looped_clip_is_in_every_picture_a_living_person(
    source: LandmarkSource, film: Callable[[Look], Film]
) -> None:
    frames = film(Look(attack="looped"))[SWAY[0]]
    seen = measure(source, frames[:30:6], frames[::6])
    assert len(seen) == 18
    assert min(one.eyes for one in seen) < 0.70
    assert max(one.yaw for one in seen) > 0.35
    assert max(one.residual for one in seen) > SOLID


@people
def test_a_masked_face_is_none_to_one_source_and_one_that_keeps_its_mouth_shut_to_the_other(
    landmarks: DlibLandmarks, mesh: MeshLandmarks, film: Callable[[Look], Film], name: str
) -> None:
    masked = film(Look(person=name, mask=True))
    pictures = masked["open_mouth"][HELD]
    assert [landmarks.find(rgb(picture)) for picture in pictures] == [[] for _ in pictures]
    bare = film(Look(person=name))
    seen = measure(mesh, bare[SWAY[0]][:4], pictures)
    assert len(seen) == len(pictures)
    assert max(one.mouth for one in seen) < 0.10
    assert min(one.eyes for one in seen) > 0.85


@people
def test_a_mouth_that_is_wide_open_is_not_taken_for_a_mask(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    for picture in film(Look(person=name))["open_mouth"][HELD]:
        points = points_of(source, picture)
        assert points is not None
        assert worn(rgb(picture), points) is None


def box(points: Points, picture: Picture, *, above: float = 0.0, below: float = 1.0) -> Picture:
    """A band of the face, ``above`` to ``below`` of the way from the brows to the chin, as wide as the eyes."""
    top, bottom = float(points[17:27, 1].mean()), float(points[8, 1])
    rows = slice(int(top + above * (bottom - top)), int(top + below * (bottom - top)))
    return picture[rows, int(points[36, 0]) : int(points[45, 0])]


@people
def test_a_hat_shades_brows_and_eyes_and_hides_no_face(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    bare, hatted = (film(Look(person=name, hat=hat))[SWAY[0]][0] for hat in (False, True))
    points, found = points_of(source, bare), points_of(source, hatted)
    assert points is not None
    assert found is not None
    assert np.linalg.norm(points[8] - found[8]) < 15, "the same face"
    brows, cheeks = ((above, above + 0.15) for above in (0.02, 0.5))
    dimmed = [
        float(box(points, hatted, above=a, below=b).mean() / box(points, bare, above=a, below=b).mean())
        for a, b in (brows, cheeks)
    ]
    assert dimmed[0] < 0.75
    assert dimmed[1] > 0.9


@people
def test_a_face_with_the_light_behind_it_is_found_dark_before_a_bright_door(
    source: LandmarkSource, film: Callable[[Look], Film], name: str
) -> None:
    plain, lit = (film(Look(person=name, back_lit=back_lit))[SWAY[0]][0] for back_lit in (False, True))
    points = points_of(source, lit)
    assert points is not None
    assert 30 < box(points, lit).mean() < 0.6 * box(points, plain).mean()
    assert lit[:, :60].mean() > 230
    assert lit[:, -60:].mean() > 230


@pytest.mark.parametrize("height", [-0.22, 0.16])
def test_whoever_sits_or_stands_is_seen_whole_and_as_high_as_asked(
    source: LandmarkSource, film: Callable[[Look], Film], height: float
) -> None:
    middles = []
    for at in (0.0, height):
        points = points_of(source, film(Look(height=at))[SWAY[0]][0])
        assert points is not None
        assert points[:, 1].min() > 0
        assert points[:, 1].max() < HEIGHT
        middles.append(float(points[:, 1].mean()) / HEIGHT)
    assert middles[0] - middles[1] == pytest.approx(height, abs=0.01)
