from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.person import Person
from drivers.device import NextAction
from kiosk.identity.dlib_engine import (
    LANDMARKS_5,
    LANDMARKS_68,
    RESNET,
    DlibEmbedder,
    DlibLandmarks,
    lacks_avx,
    models_folder,
)
from kiosk.identity.engine import EngineUnavailable, Face
from kiosk.identity.models import EngineFault, ModelFile


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_vectors_are_those_of_face_recognition(name: str, people: dict[str, Person], embedder: DlibEmbedder) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports pkg_resources
        import face_recognition  # noqa: PLC0415

    rgb = np.ascontiguousarray(people[name].image[:, :, ::-1])
    top, right, bottom, left = face_recognition.face_locations(rgb, number_of_times_to_upsample=0)[0]
    theirs = face_recognition.face_encodings(rgb, [(top, right, bottom, left)])[0]
    ours = embedder.embed(embedder.align(rgb, Face(left, top, right + 1, bottom + 1), people[name].points))
    assert np.abs(ours - theirs).max() < 1e-6


def test_the_68_points_are_where_the_face_is(people: dict[str, Person], landmarks: DlibLandmarks) -> None:
    person = people["astronaut"]
    rgb = np.ascontiguousarray(person.image[:, :, ::-1])
    found = landmarks.find(rgb)
    assert len(found) == 1
    points = landmarks.points(rgb, found[0])
    assert points.shape == (68, 2)
    eye_distance = np.linalg.norm(person.points[36] - person.points[45])
    assert np.abs(points - person.points).mean() < 0.06 * eye_distance


def test_every_model_file_is_the_one_we_know() -> None:
    for model in (LANDMARKS_5, LANDMARKS_68, RESNET):
        assert model.checked(models_folder()).is_file()


def test_a_missing_model_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        DlibEmbedder(tmp_path)
    fault = caught.value.fault
    assert (fault.code, fault.acts_next) == (EngineFault.MODEL_MISSING, NextAction.TECHNICIAN)
    assert LANDMARKS_5.path in fault.detail


def test_a_model_with_one_changed_byte_is_refused(tmp_path: Path) -> None:
    shutil.copy(models_folder() / LANDMARKS_5.path, tmp_path)
    with (tmp_path / LANDMARKS_5.path).open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(EngineUnavailable) as caught:
        LANDMARKS_5.checked(tmp_path)
    assert caught.value.fault.code == EngineFault.MODEL_CHANGED


def test_the_hash_of_a_model_may_be_written_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "network").write_bytes(b"")
    known = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
    assert ModelFile("network", known).checked(tmp_path) == tmp_path / "network"


def test_a_model_path_that_is_a_folder_is_a_missing_model(tmp_path: Path) -> None:
    (tmp_path / RESNET.path).mkdir()
    with pytest.raises(EngineUnavailable) as caught:
        RESNET.checked(tmp_path)
    assert caught.value.fault.code == EngineFault.MODEL_MISSING


@pytest.mark.parametrize(
    ("machine", "cpuinfo", "lacks"),
    [
        ("x86_64", "processor\t: 0\nflags\t\t: fpu sse4_2 popcnt\n", True),
        ("x86_64", "processor\t: 0\nflags\t\t: fpu sse4_2 avx f16c\n", False),
        ("x86_64", "flags : avx2 avx512f\n", True),
        ("x86_64", "", False),
        ("aarch64", "Features\t: fp asimd\n", False),
    ],
)
def test_a_processor_without_avx_is_known_before_dlib_is_imported(machine: str, cpuinfo: str, *, lacks: bool) -> None:
    assert lacks_avx(machine, cpuinfo) is lacks
