from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.geometry import (
    eye_aspect_ratio,
    eye_distance,
    normalised,
    nose_length,
    plane_residual,
    yaw_ratio,
)
from tests.kiosk.identity.heads import flat, head, photographed

FRONTAL = photographed(head())

angles = st.floats(-45, 45)


@pytest.mark.parametrize("opening", [0.1, 0.24, 0.48])
def test_the_eye_ratio_is_height_by_width(opening: float) -> None:
    assert eye_aspect_ratio(photographed(head(opening))) == pytest.approx(opening, rel=0.02)


def test_the_nose_moves_to_the_pictures_right_when_the_head_turns_to_its_own_left() -> None:
    left, right = photographed(head(), yaw=25), photographed(head(), yaw=-25)
    assert left[30, 0] > FRONTAL[30, 0] > right[30, 0]
    assert yaw_ratio(left) > 0.35
    assert yaw_ratio(right) < -0.35
    assert yaw_ratio(FRONTAL) == pytest.approx(0, abs=0.01)


def test_a_mirrored_face_looks_the_other_way() -> None:
    turned = photographed(head(), yaw=20)
    mirrored = photographed(head(), yaw=-20)
    assert yaw_ratio(mirrored) == pytest.approx(-yaw_ratio(turned), abs=1e-9)


@given(st.floats(-np.pi, np.pi), st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_turning_scaling_and_moving_the_picture_changes_no_measure(
    roll: float, scale: float, right: float, down: float
) -> None:
    points = photographed(head(), yaw=15)
    rotation = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    moved = points @ rotation.T * scale + np.array([right, down])
    for measure in (eye_aspect_ratio, yaw_ratio, nose_length):
        assert measure(moved) == pytest.approx(measure(points), rel=1e-6)
    assert np.allclose(normalised(moved), normalised(points), atol=1e-6)
    assert eye_distance(moved) == pytest.approx(scale * eye_distance(points), rel=1e-6)


@given(angles, angles)
def test_a_printed_face_is_a_plane_however_it_is_tilted(yaw: float, pitch: float) -> None:
    printed = flat(head())
    assert plane_residual(photographed(printed), photographed(printed, yaw, pitch)) < 0.01


@given(st.floats(24, 40), st.sampled_from((-1, 1)))
def test_a_turned_head_is_no_plane(degrees: float, side: int) -> None:
    turned = photographed(head(), yaw=side * degrees)
    assert abs(yaw_ratio(turned)) > 0.35
    assert plane_residual(FRONTAL, turned) > 0.08


@given(angles)
def test_a_tilted_print_never_turns_its_nose(yaw: float) -> None:
    assert abs(yaw_ratio(photographed(flat(head()), yaw))) < 0.2


def test_a_nodding_print_shortens_its_nose() -> None:
    printed = flat(head())
    assert nose_length(photographed(printed, pitch=40)) < 0.85 * nose_length(photographed(printed))


def test_points_that_all_fall_together_give_numbers_and_no_exception() -> None:
    nothing = np.zeros((68, 2))
    assert plane_residual(nothing, nothing) == 0
    assert nose_length(nothing) == 0
    assert np.array_equal(normalised(nothing), nothing)
    assert eye_aspect_ratio(nothing) == 0
    assert yaw_ratio(nothing) == 0
