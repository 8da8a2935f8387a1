"""From vectors to a decision: fusion of several frames, and three zones instead of one threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.identity.events import Outcome

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds, and the engine and fusion rule they were measured with; one is worth nothing without the other.

    ``frames`` encodings are averaged; a distance up to ``accept`` is the same
    person, up to ``step_up`` needs a second proof, above is somebody else.
    Two encodings of one visit further apart than ``same_visit`` show two people.
    """

    engine: str
    frames: int
    accept: float
    step_up: float
    same_visit: float

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError("a calibration averages at least one frame")
        if not 0 < self.accept <= self.step_up:
            raise ValueError("a calibration needs 0 < accept <= step_up")


# Measured on 22 East Asian people against chip-sized portraits: no more than 0.4 % of strangers
# accepted, 8 % of holders refused. The library's own 0.6 accepts 38 % of such strangers.
DLIB_MEAN_OF_FIVE = Calibration("dlib-resnet-v1", frames=5, accept=0.40, step_up=0.50, same_visit=0.35)


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


def decide(measured: float, calibration: Calibration) -> Outcome:
    """Which zone a distance falls into. Whatever is not a number is refused."""
    if measured <= calibration.accept:
        return Outcome.ACCEPTED
    if measured <= calibration.step_up:
        return Outcome.STEP_UP
    return Outcome.REFUSED
