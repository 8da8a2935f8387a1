from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.events import Outcome, Risk
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE, Calibration, decide, distance, fuse, spread
from kiosk.settings import FalseAccepts


@pytest.mark.parametrize(
    ("risk", "measured", "outcome"),
    [
        (Risk.APPLY, 0.0, Outcome.ACCEPTED),
        (Risk.APPLY, 0.40, Outcome.ACCEPTED),
        (Risk.APPLY, 0.4001, Outcome.STEP_UP),
        (Risk.PAY, 0.38, Outcome.ACCEPTED),
        (Risk.PAY, 0.3801, Outcome.STEP_UP),
        (Risk.LOOK, 0.50, Outcome.STEP_UP),
        (Risk.LOOK, 0.5001, Outcome.REFUSED),
        (Risk.LOOK, 0.60, Outcome.REFUSED),
        (Risk.LOOK, math.inf, Outcome.REFUSED),
        (Risk.LOOK, math.nan, Outcome.REFUSED),
    ],
)
def test_dlib_has_three_zones_for_every_risk(risk: Risk, measured: float, outcome: Outcome) -> None:
    accept = DLIB_MEAN_OF_FIVE.accept(getattr(FalseAccepts(), risk.value))
    assert decide(measured, accept, DLIB_MEAN_OF_FIVE.step_up) is outcome


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 2))
def test_nobody_above_the_threshold_is_ever_accepted(measured: float, accept: float) -> None:
    assert (decide(measured, accept, 2.0) is Outcome.ACCEPTED) == (measured <= accept)


def test_where_nothing_so_strict_was_measured_nobody_is_accepted_on_the_face_alone() -> None:
    assert DLIB_MEAN_OF_FIVE.accept(0.0005) is None
    assert decide(0.0, None, 0.50) is Outcome.STEP_UP
    assert decide(0.51, None, 0.50) is Outcome.REFUSED


@given(st.floats(0.0001, 0.5), st.floats(0.0001, 0.5))
def test_who_may_let_in_fewer_strangers_has_no_looser_threshold(one: float, other: float) -> None:
    strict, loose = (DLIB_MEAN_OF_FIVE.accept(rate) or 0.0 for rate in sorted((one, other)))
    assert strict <= loose <= 0.40


@pytest.mark.parametrize(
    ("frames", "rates"),
    [
        (0, ((0.4, 0.01),)),
        (5, ()),
        (5, ((0.6, 0.01),)),
        (5, ((0.0, 0.01),)),
        (5, ((0.4, 0.0),)),
        (5, ((0.4, 0.01), (0.3, 0.02))),
        (5, ((0.3, 0.02), (0.4, 0.02))),
        (5, ((0.3, 0.02), (0.4, 0.01))),
    ],
)
def test_a_calibration_that_makes_no_sense_is_refused(frames: int, rates: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="a calibration"):
        Calibration("x", frames, rates, 0.5, 0.35, "nobody")


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
