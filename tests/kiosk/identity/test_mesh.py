"""The mesh on real pictures: where its points are, what it sees of eyes that close, and of pictures that are tipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera.person import Person
from drivers.camera.scene import SWAY, Look
from drivers.device import NextAction
from kiosk.identity.engine import EngineUnavailable, Picture
from kiosk.identity.geometry import (
    Points,
    eye_aspect_ratio,
    eye_distance,
    mouth_aspect_ratio,
    normalised,
    plane_residual,
    yaw_ratio,
)
from kiosk.identity.liveness import CLOSED, MOUTH_OPEN, SOLID, TURNED
from kiosk.identity.mesh import EYE, FOLDER, MeshLandmarks
from kiosk.identity.models import EngineFault
from kiosk.identity.tracking import FaceTracker
from tests.kiosk.identity.conftest import Film

NAMES = ("astronaut", "grace_hopper")


def watched(mesh: MeshLandmarks, frames: Sequence[Picture]) -> list[Points]:
    tracker = FaceTracker(mesh)
    points = []
    for frame in frames:
        rgb = np.ascontiguousarray(frame[:, :, ::-1])
        face = tracker.look(rgb).face
        assert face is not None
        points.append(tracker.points(rgb))
    return points


def at_rest(points: list[Points]) -> Points:
    return np.asarray(np.mean([normalised(one) for one in points], axis=0), np.float64)


@pytest.mark.parametrize("name", NAMES)
def test_the_68_points_are_where_the_face_is(name: str, people: dict[str, Person], mesh: MeshLandmarks) -> None:
    person = people[name]
    rgb = np.ascontiguousarray(person.image[:, :, ::-1])
    found = mesh.find(rgb)
    assert len(found) == 1
    points = mesh.points(rgb, found[0])
    assert points.shape == (68, 2)
    assert np.abs(points - person.points).mean() < 0.10 * eye_distance(person.points)


@pytest.mark.parametrize("name", NAMES)
def test_where_a_face_was_its_points_are_found_as_well_as_by_a_box(
    name: str, film: Callable[[Look], Film], mesh: MeshLandmarks
) -> None:
    played = film(Look(person=name))
    tracker = FaceTracker(mesh)
    found = 0
    for frame in [*played[SWAY[0]][::2], *played["turn_left"][::2]][:14]:  # the fifteenth is searched anew
        rgb = np.ascontiguousarray(frame[:, :, ::-1])
        face = tracker.look(rgb).face
        assert face is not None
        (by_a_box,) = mesh.find(rgb)
        assert max(abs(face.left - by_a_box.left), abs(face.width - by_a_box.width)) < 0.15 * by_a_box.width
        points = tracker.points(rgb)
        apart = np.abs(points - mesh.points(rgb, by_a_box)).mean()
        assert apart < 0.03 * eye_distance(points)
        found += 1
    assert found == 14


def test_where_a_face_was_and_is_not_any_more_none_is_traced(film: Callable[[Look], Film], mesh: MeshLandmarks) -> None:
    rgb = np.ascontiguousarray(film(Look())[SWAY[0]][0][:, :, ::-1])
    empty = np.ascontiguousarray(film(Look(person="nobody"))[SWAY[0]][0][:, :, ::-1])
    tracker = FaceTracker(mesh)
    assert tracker.look(rgb).face is not None
    tracker.points(rgb)
    trace = mesh.trace(rgb, mesh.find(rgb)[0])
    assert trace is not None
    assert trace.crop is not None
    assert mesh.trace(empty, trace.crop) is None
    assert tracker.look(empty).face is None


def test_a_face_that_leans_is_seen_as_one_that_stands(people: dict[str, Person], mesh: MeshLandmarks) -> None:
    image = people["astronaut"].image[:, :, ::-1]
    rows, columns = image.shape[:2]
    lean = cv2.getRotationMatrix2D((columns / 2, rows / 2), -20, 1.0)  # clockwise
    rgb = np.asarray(cv2.warpAffine(image, lean, (columns, rows)), np.uint8)
    face = mesh.find(rgb)[0]
    assert np.rad2deg(face.roll) == pytest.approx(20, abs=8)
    upright = people["astronaut"].points
    assert np.abs(normalised(mesh.points(rgb, face)) - normalised(upright)).mean() < 0.10


@pytest.mark.parametrize("name", NAMES)
def test_a_blink_a_mouth_and_a_turn_are_seen_as_what_they_are(
    name: str, film: Callable[[Look], Film], mesh: MeshLandmarks
) -> None:
    played = film(Look(person=name))
    resting = watched(mesh, played[SWAY[0]][::6])
    neutral = at_rest(resting)
    opened = float(np.percentile([eye_aspect_ratio(one) for one in resting], 80))
    assert min(eye_aspect_ratio(one) for one in resting) > 0.9 * opened
    assert min(eye_aspect_ratio(one) for one in watched(mesh, played["blink"][::2])) < CLOSED * opened
    assert max(mouth_aspect_ratio(one) for one in watched(mesh, played["open_mouth"][::4])) > MOUTH_OPEN
    for action, sign in (("turn_left", 1), ("turn_right", -1)):
        furthest = max(watched(mesh, played[action][::4]), key=lambda points: sign * yaw_ratio(points))
        assert sign * yaw_ratio(furthest) > 1.5 * TURNED
        assert plane_residual(neutral, furthest) > 2 * SOLID


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", ["sideways", "up_down", "bent"])
def test_a_tipped_photograph_stays_flat(
    name: str, attack: str, film: Callable[[Look], Film], mesh: MeshLandmarks
) -> None:
    neutral = at_rest(watched(mesh, film(Look(person=name))[SWAY[0]][::6]))
    points = watched(mesh, film(Look(person=name, attack=attack))[SWAY[0]][::5])
    turned = [one for one in points if abs(yaw_ratio(one) - yaw_ratio(neutral)) > TURNED]
    assert not [one for one in turned if plane_residual(neutral, one) > SOLID]


def test_a_changed_or_missing_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        MeshLandmarks(tmp_path)
    assert (caught.value.fault.code, caught.value.fault.acts_next) == (EngineFault.MODEL_MISSING, NextAction.TECHNICIAN)
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    with (tmp_path / EYE.path).open("ab") as file:
        file.write(b"x")
    with pytest.raises(EngineUnavailable) as caught:
        MeshLandmarks(tmp_path)
    assert caught.value.fault.code == EngineFault.MODEL_CHANGED
