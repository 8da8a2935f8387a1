from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from drivers.camera.person import Person
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Crop, Face, LandmarkSource, Picture, Trace, Vector
from kiosk.identity.geometry import Points
from kiosk.identity.matching import distance
from kiosk.identity.mesh import MeshLandmarks
from kiosk.identity.portrait import Portrait, locate


@pytest.fixture(params=["mesh", "dlib"])
def source(request: pytest.FixtureRequest, mesh: MeshLandmarks, landmarks: DlibLandmarks) -> LandmarkSource:
    return mesh if request.param == "mesh" else landmarks


def encoded(portrait: Portrait, embedder: DlibEmbedder) -> Vector:
    return embedder.embed(embedder.align(portrait.rgb, portrait.face, portrait.points))


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_a_portrait_of_1018_bytes_is_still_its_owner(
    name: str,
    people: dict[str, Person],
    card: Callable[[str], Picture],
    source: LandmarkSource,
    embedder: DlibEmbedder,
) -> None:
    portrait = locate(card(name), source)
    assert portrait.found
    vector = encoded(portrait, embedder)
    distances = {}
    for other, person in people.items():
        rgb = np.ascontiguousarray(person.image[:, :, ::-1])
        face = source.find(rgb)[0]
        distances[other] = distance(vector, embedder.embed(embedder.align(rgb, face, source.points(rgb, face))))
    assert min(distances, key=lambda other: distances[other]) == name
    assert distances[name] < 0.40
    assert max(distances.values()) > 0.55


def test_a_portrait_that_is_too_small_for_the_detector_is_enlarged(
    card: Callable[[str], Picture], landmarks: DlibLandmarks
) -> None:
    small = np.asarray(cv2.resize(card("astronaut"), (72, 89), interpolation=cv2.INTER_AREA), np.uint8)
    assert landmarks.find(small) == []
    assert locate(small, landmarks).found


def test_without_a_face_the_known_geometry_serves(source: LandmarkSource) -> None:
    portrait = locate(np.full((126, 102, 3), 128, np.uint8), source)
    assert not portrait.found
    assert portrait.points.shape == (68, 2)


def test_the_known_geometry_is_where_the_face_of_a_card_is(
    card: Callable[[str], Picture], source: LandmarkSource, embedder: DlibEmbedder
) -> None:
    class Blind:
        def find(self, rgb: Picture) -> list[Face]:
            return []

        def points(self, rgb: Picture, face: Face) -> Points:
            return source.points(rgb, face)

        def trace(self, rgb: Picture, at: Face | Crop) -> Trace | None:
            return source.trace(rgb, at)

    seen, blind = locate(card("grace_hopper"), source), locate(card("grace_hopper"), Blind())
    assert (seen.found, blind.found) == (True, False)
    assert distance(encoded(seen, embedder), encoded(blind, embedder)) < 0.40


def test_a_wiped_portrait_holds_nothing(card: Callable[[str], Picture], source: LandmarkSource) -> None:
    portrait = locate(card("astronaut"), source)
    portrait.wipe()
    assert not portrait.rgb.any()
    assert not portrait.points.any()
