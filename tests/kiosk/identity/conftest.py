from __future__ import annotations

import io
from collections.abc import Callable
from itertools import islice

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from drivers.camera.person import Person, load_people
from drivers.camera.scene import SWAY, Look, Scene
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Picture
from kiosk.identity.mesh import MeshLandmarks


class Film:
    """The segments of a look, rendered when they are first asked for."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._rendered: dict[str, list[Picture]] = {}

    def __getitem__(self, segment: str) -> list[Picture]:
        if segment not in self._rendered:
            self._rendered[segment] = list(self._scene.render(segment))
        return self._rendered[segment]

    def first(self, count: int) -> list[Picture]:
        """The first frames of the swaying."""
        return list(islice(self._scene.render(SWAY[0]), count))


@pytest.fixture(scope="session")
def landmarks() -> DlibLandmarks:
    return DlibLandmarks()


@pytest.fixture(scope="session")
def mesh() -> MeshLandmarks:
    return MeshLandmarks()


@pytest.fixture(scope="session")
def embedder() -> DlibEmbedder:
    return DlibEmbedder()


@pytest.fixture(scope="session")
def people() -> dict[str, Person]:
    return load_people()


@pytest.fixture(scope="session")
def film(people: dict[str, Person]) -> Callable[[Look], Film]:
    """The film of a look; each is rendered once."""
    films: dict[Look, Film] = {}

    def film_of(look: Look) -> Film:
        if look not in films:
            films[look] = Film(Scene(look, people))
        return films[look]

    return film_of


@pytest.fixture(scope="session")
def card(people: dict[str, Person]) -> Callable[[str], Picture]:
    """The portrait on somebody's card: 102 x 126 pixels, grey, squeezed into 1018 bytes of WebP."""

    def card_of(name: str) -> Picture:
        person = people[name]
        width = float(np.ptp(person.points[:17, 0]))
        scale = 76 / width
        eyes = person.points[36:48].mean(axis=0)
        left, top = (float(edge) for edge in eyes - np.array([51, 56]) / scale)
        box = (left, top, left + 102 / scale, top + 126 / scale)
        whole = Pillow.fromarray(cv2.cvtColor(person.image, cv2.COLOR_BGR2RGB))
        small = whole.resize((102, 126), Pillow.Resampling.LANCZOS, box=box).convert("L")
        for quality in range(90, 0, -1):
            squeezed = io.BytesIO()
            small.save(squeezed, "WEBP", quality=quality, method=6)
            if squeezed.tell() <= 1018:
                return np.array(Pillow.open(squeezed).convert("RGB"))
        raise AssertionError("the portrait does not fit into 1018 bytes")

    return card_of
