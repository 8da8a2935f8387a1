from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from drivers.camera.person import Person
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Face, Picture
from kiosk.identity.matching import distance
from kiosk.identity.portrait import prepare_portrait


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_a_portrait_of_1018_bytes_is_still_its_owner(
    name: str,
    people: dict[str, Person],
    card: Callable[[str], Picture],
    landmarks: DlibLandmarks,
    embedder: DlibEmbedder,
) -> None:
    portrait = prepare_portrait(card(name), landmarks, embedder)
    assert portrait.found
    distances = {}
    for other, person in people.items():
        grey = np.asarray(cv2.cvtColor(person.image, cv2.COLOR_BGR2GRAY), np.uint8)
        rgb = np.ascontiguousarray(person.image[:, :, ::-1])
        distances[other] = distance(portrait.vector, embedder.embed(embedder.align(rgb, landmarks.find(grey)[0])))
    assert min(distances, key=lambda other: distances[other]) == name
    assert distances[name] < 0.40
    assert max(distances.values()) > 0.55


def test_a_portrait_that_is_too_small_for_the_detector_is_enlarged(
    card: Callable[[str], Picture], landmarks: DlibLandmarks, embedder: DlibEmbedder
) -> None:
    small = np.asarray(cv2.resize(card("astronaut"), (72, 89), interpolation=cv2.INTER_AREA), np.uint8)
    assert landmarks.find(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)) == []
    assert prepare_portrait(small, landmarks, embedder).found


def test_without_a_face_the_known_geometry_serves(landmarks: DlibLandmarks, embedder: DlibEmbedder) -> None:
    portrait = prepare_portrait(np.full((126, 102, 3), 128, np.uint8), landmarks, embedder)
    assert not portrait.found
    assert portrait.vector.shape == (128,)


def test_the_known_geometry_is_where_the_face_of_a_card_is(
    card: Callable[[str], Picture], landmarks: DlibLandmarks, embedder: DlibEmbedder
) -> None:
    class Blind:
        def find(self, grey: Picture) -> list[Face]:
            return []

        def points(self, rgb: Picture, face: Face) -> None:
            raise AssertionError("nothing was found")

    seen = prepare_portrait(card("grace_hopper"), landmarks, embedder)
    blind = prepare_portrait(card("grace_hopper"), Blind(), embedder)  # type: ignore[arg-type]
    assert (seen.found, blind.found) == (True, False)
    assert distance(seen.vector, blind.vector) < 0.40
