"""An operator's own network: pinned, aligned, calibrated, alone and beside dlib."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.camera.scene import SWAY, Look
from drivers.device import NextAction
from kiosk.identity.comparison import Judgement, VectorComparison, strictest
from kiosk.identity.dlib_engine import DlibEmbedder
from kiosk.identity.engine import EngineUnavailable, Picture
from kiosk.identity.engines import load
from kiosk.identity.events import Outcome
from kiosk.identity.matching import Calibration
from kiosk.identity.mesh import MeshLandmarks
from kiosk.identity.models import EngineFault
from kiosk.identity.onnx_engine import TEMPLATE, OnnxEmbedder, five_points, similarity
from kiosk.identity.portrait import locate
from kiosk.settings import EmbedderNetwork, FaceSettings
from tests.kiosk.identity.conftest import Film
from tests.kiosk.identity.networks import write_embedder
from tests.kiosk.identity.test_check import LEFT_BLINK_MOUTH, Booth

NAMES = ("astronaut", "grace_hopper")


def network(folder: Path, **changed: Any) -> EmbedderNetwork:
    sha256 = write_embedder(folder / "embedder.onnx")
    told = {
        "file": folder / "embedder.onnx",
        "sha256": sha256,
        "name": "patches",
        "frames": 3,
        "rates": ({"distance": 0.30, "false_accepts": 0.001}, {"distance": 0.75, "false_accepts": 0.01}),
        "step_up": 0.85,
        "same_visit": 0.40,
        "data": "two people",
    }
    return EmbedderNetwork.model_validate({**told, **changed})


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    return OnnxEmbedder(network(tmp_path_factory.mktemp("network")))


def shown(
    comparison: VectorComparison, mesh: MeshLandmarks, portrait: Picture, frames: list[Picture], rate: float = 0.01
) -> Judgement:
    comparison.prepare(locate(portrait, mesh))
    for frame in frames:
        rgb = np.ascontiguousarray(frame[:, :, ::-1])
        face = mesh.find(rgb)[0]
        comparison.add(comparison.cut(rgb, face, mesh.points(rgb, face)))
    return comparison.judge(rate)


@pytest.mark.parametrize("holder", NAMES)
def test_it_tells_the_holder_from_somebody_else(
    holder: str,
    own: OnnxEmbedder,
    mesh: MeshLandmarks,
    card: Callable[[str], Picture],
    film: Callable[[Look], Film],
) -> None:
    for live in NAMES:
        frames = film(Look(person=live))[SWAY[0]][::10]
        judged = shown(VectorComparison(own), mesh, card(holder), frames)
        assert judged.outcome is (Outcome.ACCEPTED if holder == live else Outcome.REFUSED)
        assert judged.threshold == 0.75


def test_the_threshold_follows_the_rate_that_is_asked_for(
    own: OnnxEmbedder, mesh: MeshLandmarks, card: Callable[[str], Picture], film: Callable[[Look], Film]
) -> None:
    frames = film(Look())[SWAY[0]][::10]
    comparison = VectorComparison(own)
    assert shown(comparison, mesh, card("astronaut"), frames, 0.001).threshold == 0.30
    strict = shown(comparison, mesh, card("astronaut"), frames, 0.0001)
    assert (strict.outcome, strict.threshold) == (Outcome.STEP_UP, None), "nothing so strict was measured"


def test_two_people_in_one_visit_are_noticed(
    own: OnnxEmbedder, mesh: MeshLandmarks, card: Callable[[str], Picture], film: Callable[[Look], Film]
) -> None:
    frames = [*film(Look())[SWAY[0]][::10], film(Look(person="grace_hopper"))[SWAY[0]][0]]
    judged = shown(VectorComparison(own), mesh, card("astronaut"), frames)
    assert (judged.outcome, judged.distance, judged.reason) == (Outcome.NOT_LIVE, None, "face_changed")


def test_what_it_held_is_overwritten(
    own: OnnxEmbedder, mesh: MeshLandmarks, card: Callable[[str], Picture], film: Callable[[Look], Film]
) -> None:
    comparison = VectorComparison(own)
    shown(comparison, mesh, card("astronaut"), film(Look())[SWAY[0]][::10])
    held = [*comparison._vectors, comparison._portrait]
    comparison.forget()
    assert not comparison.prepared
    assert all(vector is not None and not vector.any() for vector in held)
    with pytest.raises(RuntimeError, match="a portrait and its frames"):
        comparison.judge(0.01)


def test_a_network_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    pinned = network(tmp_path)
    pinned.file.write_bytes(pinned.file.read_bytes() + b"\0")
    with pytest.raises(EngineUnavailable) as caught:
        OnnxEmbedder(pinned)
    assert (caught.value.fault.code, caught.value.fault.acts_next) == (EngineFault.MODEL_CHANGED, NextAction.TECHNICIAN)
    with pytest.raises(EngineUnavailable) as caught:
        OnnxEmbedder(network(tmp_path, file=tmp_path / "nothing.onnx"))
    assert caught.value.fault.code == EngineFault.MODEL_MISSING


def test_a_file_that_is_no_network_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "noise.onnx").write_bytes(b"this is no network")
    sha256 = hashlib.sha256(b"another").hexdigest()
    with pytest.raises(EngineUnavailable) as caught:
        OnnxEmbedder(network(tmp_path, file=tmp_path / "noise.onnx", sha256=sha256))
    assert caught.value.fault.code == EngineFault.MODEL_CHANGED
    right = hashlib.sha256(b"this is no network").hexdigest()
    with pytest.raises(EngineUnavailable) as caught:
        OnnxEmbedder(network(tmp_path, file=tmp_path / "noise.onnx", sha256=right))
    assert caught.value.fault.code == EngineFault.MODEL_UNREADABLE


def test_engines_that_disagree_let_nobody_in() -> None:
    outcomes = [Outcome.ACCEPTED, Outcome.STEP_UP, Outcome.REFUSED, Outcome.UNAVAILABLE, Outcome.NOT_LIVE]
    for strict, stricter in pairwise(outcomes):
        for pair in ((strict, stricter), (stricter, strict)):
            assert strictest(tuple(map(Judgement, pair))).outcome is stricter
    assert strictest((Judgement(Outcome.ACCEPTED), Judgement(Outcome.ACCEPTED))).outcome is Outcome.ACCEPTED


def test_the_settings_name_the_engines_that_are_loaded(tmp_path: Path) -> None:
    own = network(tmp_path)
    both = load(FaceSettings.model_validate({"engines": "dlib+onnx", "onnx": own}), "")
    assert [comparison.name for comparison in both.comparisons] == ["dlib-resnet-v1", "patches"]
    assert isinstance(both.landmarks, MeshLandmarks)
    alone = load(FaceSettings.model_validate({"engines": "onnx", "onnx": own, "landmarks": "dlib"}), "")
    assert [comparison.frames for comparison in alone.comparisons] == [3]


@pytest.mark.parametrize("line", ["", "http://office.example.gov.cn", "http://localhost.example"])
def test_pictures_are_sent_over_an_encrypted_line_only(line: str) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        load(FaceSettings.model_validate({"engines": "authority"}), line)
    assert caught.value.fault.code == EngineFault.LINE_OPEN
    found = load(FaceSettings.model_validate({"engines": "authority"}), "https://office.example.gov.cn")
    assert [comparison.name for comparison in found.comparisons] == ["authority"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"engines": "onnx"}, "needs the section"),
        ({"engines": "dlib+dlib"}, "named twice"),
        ({"engines": "facenet"}, "Input should be"),
        ({"engines": ""}, "Input should be"),
        ({"false_accepts": {"pay": 0.0}}, "greater than 0"),
        ({"false_accepts": {"pay": 0.5}}, "less than 0.1"),
    ],
)
def test_settings_that_cannot_be_are_refused(told: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        FaceSettings.model_validate(told)


def test_an_unpinned_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sha256"):
        network(tmp_path, sha256="")


@given(st.floats(0.3, 8.0), st.floats(-3.1, 3.1), st.floats(-500, 500), st.floats(-500, 500), st.integers(0, 2**32 - 1))
def test_a_face_in_any_place_size_and_lean_is_brought_to_the_template(
    scale: float, lean: float, right: float, down: float, seed: int
) -> None:
    turn = scale * np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    place = similarity(TEMPLATE @ turn.T + (right, down), TEMPLATE)
    points = np.random.default_rng(seed).uniform(0, 112, (4, 2))
    back = (points @ turn.T + (right, down)) @ place[:, :2].T + place[:, 2]
    assert np.abs(back - points).max() < 1e-6


def test_five_of_the_68_points_are_eyes_nose_and_mouth() -> None:
    points = np.zeros((68, 2))
    points[36:42, 0], points[42:48, 0], points[30, 0], points[48, 0], points[54, 0] = 1, 2, 3, 4, 5
    assert five_points(points)[:, 0].tolist() == [1, 2, 3, 4, 5]


def test_both_engines_are_asked_at_the_gate(
    own: OnnxEmbedder,
    embedder: DlibEmbedder,
    mesh: MeshLandmarks,
    card: Callable[[str], Picture],
    film: Callable[[Look], Film],
) -> None:
    for sure, outcome in ((0.50, Outcome.ACCEPTED), (0.01, Outcome.REFUSED)):
        booth = Booth(mesh, VectorComparison(embedder), card("astronaut"))
        doubtful = VectorComparison(own)
        doubtful.prepare(locate(card("astronaut"), mesh))
        booth.comparisons = (*booth.comparisons, doubtful)
        own.calibration = Calibration("patches", 3, ((sure, 0.005),), step_up=sure, same_visit=0.40, data="two people")
        verdict = booth.verify(LEFT_BLINK_MOUTH, film(Look()), rate=15)
        assert (verdict.outcome, verdict.engine) == (outcome, "dlib-resnet-v1+patches")
