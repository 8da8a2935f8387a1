"""Faces compared by the back office, over a real line."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from backoffice.service import create_app
from backoffice.store import Store
from drivers.camera.scene import SWAY, Look
from kiosk.gateway.client import GatewayClient, GatewayRefused
from kiosk.gateway.contract import FaceQuestion
from kiosk.identity.authority import ANSWER_SECONDS, SIDE, AuthorityComparison
from kiosk.identity.comparison import Judgement
from kiosk.identity.engine import Picture
from kiosk.identity.events import Outcome
from kiosk.identity.mesh import MeshLandmarks
from kiosk.identity.portrait import locate
from kiosk.identity.process import HANG_SECONDS
from tests.backoffice.running import Running
from tests.kiosk.identity.conftest import Film


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('office') / 'office.sqlite3'}")
    with Running(create_app(store)) as running:
        yield running.url
    store.close()


Shown = Callable[[str, list[Picture]], Judgement]


@pytest.fixture
def shown(line: str, mesh: MeshLandmarks, card: Callable[[str], Picture]) -> Shown:
    # The service loads its engine with the first question; no kiosk waits so long.
    comparison = AuthorityComparison(GatewayClient(line, read_seconds=60).compare_faces)

    def judged(holder: str, frames: list[Picture]) -> Judgement:
        comparison.prepare(locate(card(holder), mesh))
        for frame in frames:
            rgb = np.ascontiguousarray(frame[:, :, ::-1])
            face = mesh.find(rgb)[0]
            comparison.add(comparison.cut(rgb, face, mesh.points(rgb, face)))
        return comparison.judge(0.005)

    return judged


@pytest.mark.parametrize(
    ("holder", "live", "outcome"),
    [("astronaut", "astronaut", Outcome.ACCEPTED), ("grace_hopper", "astronaut", Outcome.REFUSED)],
)
def test_the_service_says_whether_it_is_the_holder(
    holder: str, live: str, outcome: Outcome, shown: Shown, film: Callable[[Look], Film]
) -> None:
    judged = shown(holder, film(Look(person=live))[SWAY[0]][::10])
    assert (judged.outcome, judged.threshold) == (outcome, 0.42)
    assert judged.distance is not None


def test_one_stranger_among_the_pictures_refuses_all(shown: Shown, film: Callable[[Look], Film]) -> None:
    holder, stranger = film(Look())[SWAY[0]], film(Look(person="grace_hopper"))[SWAY[0]]
    assert shown("astronaut", [holder[0], holder[10], stranger[0]]).outcome is Outcome.REFUSED


def test_a_picture_without_a_face_proves_nothing(shown: Shown, film: Callable[[Look], Film], line: str) -> None:
    comparison = AuthorityComparison(GatewayClient(line, read_seconds=60).compare_faces)
    comparison._portrait = np.full((126, 102, 3), 128, np.uint8)
    comparison._probes = [np.full((SIDE, SIDE, 3), 128, np.uint8)]
    judged = comparison.judge(0.005)
    assert (judged.outcome, judged.reason) == (Outcome.UNAVAILABLE, "no_face")


@pytest.mark.parametrize("picture", [b"GIF89a", b"\xff\xd8\xff\xe0 cut off", b"\0" * 100])
def test_what_is_no_picture_is_refused(picture: bytes, line: str) -> None:
    with pytest.raises(GatewayRefused, match="invalid"):
        GatewayClient(line).compare_faces(FaceQuestion(portrait=picture, probes=(picture,), false_accepts=0.01))


def test_a_service_that_does_not_answer_lets_nobody_in_and_holds_nobody_up(
    mesh: MeshLandmarks, card: Callable[[str], Picture]
) -> None:
    assert ANSWER_SECONDS + 2 < HANG_SECONDS, "or the process that waits would be taken for hung"
    noise = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)  # no picture takes more bytes
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        comparison = AuthorityComparison(GatewayClient(url, read_seconds=60, most_seconds=0.5).compare_faces)
        comparison.prepare(locate(card("astronaut"), mesh))
        for _ in range(comparison.frames):
            comparison.add(noise)
        began = time.monotonic()
        assert comparison.judge(0.005) == Judgement(Outcome.UNAVAILABLE, reason="unreachable")
        assert time.monotonic() - began < 10, "to send so much alone may take longer"


def test_what_it_held_is_overwritten(mesh: MeshLandmarks, card: Callable[[str], Picture], tmp_path: Path) -> None:
    comparison = AuthorityComparison(GatewayClient("").compare_faces)
    comparison.prepare(locate(card("astronaut"), mesh))
    comparison.add(np.full((SIDE, SIDE, 3), 128, np.uint8))
    held = [*comparison._probes, comparison._portrait]
    assert comparison.judge(0.005).outcome is Outcome.UNAVAILABLE, "there is no line"
    comparison.forget()
    assert all(picture is not None and not picture.any() for picture in held)
    assert not comparison.prepared
