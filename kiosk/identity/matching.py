"""From vectors to a decision: fusion of several frames, and three zones instead of one threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kiosk.identity.events import Outcome

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured with one engine and one rule of fusion; without them the numbers are worth nothing.

    ``frames`` encodings are averaged. ``rates`` are pairs of a distance and
    the part of strangers that were at most so far away, the strictest first.
    A distance up to ``step_up`` may be the holder and needs a second proof,
    above is somebody else. Two encodings of one visit further apart than
    ``same_visit`` show two people. ``data`` says on whom it was measured.
    """

    engine: str
    frames: int
    rates: tuple[tuple[float, float], ...]
    step_up: float
    same_visit: float
    data: str

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError("a calibration averages at least one frame")
        distances, rates = zip(*self.rates, strict=True) if self.rates else ((), ())
        if any(earlier >= later for row in (distances, rates) for earlier, later in pairwise(row)):
            raise ValueError("a calibration needs rates that grow with the distance")
        if not rates or not rates[0] > 0 or not 0 < distances[0] <= distances[-1] <= self.step_up:
            raise ValueError("a calibration needs 0 < every distance <= step_up, and rates above 0")

    def accept(self, rate: float) -> float | None:
        """The largest distance at which no more than ``rate`` of strangers were let in; None where none is known."""
        return max((distance for distance, measured in self.rates if measured <= rate), default=None)


# Means of five encodings of clips against chip-sized portraits of 8 East Asian people: up to 0.40 there were 0.4 % of
# the strangers and all but 8 % of the holders, up to 0.38 none and all but 14 %. Single encodings of 22 such people
# (4,446 pairs; a mean brings them nearer by about 0.03) say the same. The library's own 0.6 lets in 38 % of such
# strangers. More in docs/identity.md.
DLIB_MEAN_OF_FIVE = Calibration(
    "dlib-resnet-v1",
    frames=5,
    rates=((0.38, 0.001), (0.40, 0.005)),
    step_up=0.50,
    same_visit=0.35,
    data="8 East Asian people, mean of five frames of a clip against a portrait of 1 KB; single frames of 22",
)


def fuse(vectors: Sequence[Vector]) -> Vector:
    """The mean of the encodings of one face. Raises ValueError when there are none."""
    if not vectors:
        raise ValueError("nothing to fuse")
    return np.asarray(np.mean(np.stack(vectors), axis=0), np.float64)


def distance(a: Vector, b: Vector) -> float:
    """Euclidean distance."""
    return float(np.linalg.norm(a - b))


def spread(vectors: Sequence[Vector]) -> float:
    """The largest distance between any two of ``vectors``."""
    return max((distance(a, b) for i, a in enumerate(vectors) for b in vectors[i + 1 :]), default=0.0)


def decide(measured: float, accept: float | None, step_up: float) -> Outcome:
    """Which zone a distance falls into. Whatever is not a number is refused."""
    if accept is not None and measured <= accept:
        return Outcome.ACCEPTED
    if measured <= step_up:
        return Outcome.STEP_UP
    return Outcome.REFUSED
