from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.events import Outcome
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE, Calibration, decide, distance, fuse, spread


@pytest.mark.parametrize(
    ("measured", "outcome"),
    [
        (0.0, Outcome.ACCEPTED),
        (0.40, Outcome.ACCEPTED),
        (0.4001, Outcome.STEP_UP),
        (0.50, Outcome.STEP_UP),
        (0.5001, Outcome.REFUSED),
        (0.60, Outcome.REFUSED),
        (math.inf, Outcome.REFUSED),
        (math.nan, Outcome.REFUSED),
    ],
)
def test_dlib_has_three_zones(measured: float, outcome: Outcome) -> None:
    assert decide(measured, DLIB_MEAN_OF_FIVE) is outcome


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_nobody_above_the_threshold_is_ever_accepted(measured: float) -> None:
    accepted = decide(measured, DLIB_MEAN_OF_FIVE) is Outcome.ACCEPTED
    assert accepted == (measured <= 0.40)


@pytest.mark.parametrize(("frames", "accept", "step_up"), [(0, 0.4, 0.5), (5, 0.5, 0.4), (5, 0.0, 0.5), (5, -1.0, 0.5)])
def test_a_calibration_that_makes_no_sense_is_refused(frames: int, accept: float, step_up: float) -> None:
    with pytest.raises(ValueError, match="a calibration"):
        Calibration("x", frames, accept, step_up, 0.35)


def test_averaging_brings_noisy_encodings_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 0.1, 128)
    noisy = [truth + rng.normal(0, 0.03, 128) for _ in range(5)]
    assert distance(fuse(noisy), truth) < min(distance(one, truth) for one in noisy)


def test_nothing_cannot_be_fused() -> None:
    with pytest.raises(ValueError, match="nothing to fuse"):
        fuse([])


def test_the_spread_is_the_largest_distance_between_any_two() -> None:
    a, b, c = np.array([0.0, 0.0]), np.array([3.0, 4.0]), np.array([1.0, 0.0])
    assert spread([a, b, c]) == 5.0
    assert spread([a]) == spread([]) == 0.0
