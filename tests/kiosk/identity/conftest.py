from __future__ import annotations

import io
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import overload

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from drivers.camera import simulator
from drivers.camera.person import Person, load_people
from drivers.camera.scene import ACTIONS, SWAY, Look, Scene, Shot
from drivers.camera.simulator import CameraSimulator
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Picture, Vector
from kiosk.identity.mesh import MeshLandmarks
from kiosk.settings import FaceSettings
from tests.kiosk.machine import LentFaces

PATIENCE = 30.0

cv2.setNumThreads(1)  # as in the face process: on pictures so small a second thread costs more than it gains


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        threading.Event().wait(0.02)


class Clip(Sequence[Picture]):
    """The frames of a segment, each rendered once, when it is first asked for."""

    def __init__(self, shots: list[Shot]) -> None:
        self._shots = shots
        self._taken: dict[int, Picture] = {}

    def __len__(self) -> int:
        return len(self._shots)

    @overload
    def __getitem__(self, which: int) -> Picture: ...

    @overload
    def __getitem__(self, which: slice) -> list[Picture]: ...

    def __getitem__(self, which: int | slice) -> Picture | list[Picture]:
        if isinstance(which, slice):
            return [self[number] for number in range(len(self))[which]]
        number = range(len(self))[which]
        if number not in self._taken:
            self._taken[number] = self._shots[number]()
        return self._taken[number]


class Film:
    """The segments of a look."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._clips: dict[str, Clip] = {}

    def __getitem__(self, segment: str) -> Clip:
        if segment not in self._clips:
            self._clips[segment] = Clip(self._scene.shots(segment))
        return self._clips[segment]


class Remembering(DlibEmbedder):
    """The embedder; a face that it has seen, such as a card's, is not encoded again."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[bytes, Vector] = {}

    def embed(self, aligned: Picture) -> Vector:
        pixels = aligned.tobytes()
        if pixels not in self._seen:
            self._seen[pixels] = super().embed(aligned)
        return self._seen[pixels].copy()


@pytest.fixture(scope="session")
def landmarks() -> DlibLandmarks:
    return DlibLandmarks()


@pytest.fixture(scope="session")
def mesh() -> MeshLandmarks:
    return MeshLandmarks()


@pytest.fixture(scope="session")
def embedder() -> DlibEmbedder:
    return Remembering()


@pytest.fixture(scope="session")
def people() -> dict[str, Person]:
    return load_people()


@pytest.fixture(scope="session")
def film(people: dict[str, Person]) -> Callable[[Look], Film]:
    """The film of a look."""
    films: dict[Look, Film] = {}

    def film_of(look: Look) -> Film:
        if look not in films:
            films[look] = Film(Scene(look, people))
        return films[look]

    return film_of


@pytest.fixture(scope="session")
def card(people: dict[str, Person]) -> Callable[[str], Picture]:
    """The portrait on somebody's card: 102 x 126 pixels, grey, squeezed into 1018 bytes of WebP."""

    @cache
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


@pytest.fixture(scope="session")
def one_lens() -> Iterator[CameraSimulator]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(simulator, "_KEPT", 8)  # whoever was shown once is not rendered again
        patched.setattr(simulator, "_RENDER_SECONDS", 120.0)  # rendering takes as long as the computer is busy
        lens = CameraSimulator(every=2)
        lens.start()
        yield lens
        lens.stop()


@pytest.fixture
def lens(one_lens: CameraSimulator) -> CameraSimulator:
    """A camera with the astronaut before it, able to do whatever will be asked."""
    one_lens.verbs["plug"]()
    stand(one_lens, "astronaut")
    return one_lens


def stand(lens: CameraSimulator, name: str) -> None:
    """Somebody steps before the camera, alone, able to do whatever will be asked."""
    lens.verbs["person"](name=name)
    until(lambda: (lens.verbs["state"]() or {})["prepared"] == sorted((*SWAY, *ACTIONS)), "the actions")


@pytest.fixture(scope="session")
def one_face_process() -> Iterator[LentFaces]:
    faces = LentFaces(FaceSettings())
    faces.start()
    yield faces
    faces.take_back()
    assert not [child for child in multiprocessing.active_children() if child.name == "face"]


@pytest.fixture
def lent_faces(one_face_process: LentFaces) -> Iterator[LentFaces]:
    """A face process that is ready, and knows of nobody."""
    until(lambda: one_face_process.status.ready, "the face process")
    yield one_face_process
    one_face_process.forget()
