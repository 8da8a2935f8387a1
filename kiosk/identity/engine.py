"""What a recognition engine is: a source of landmarks and an embedder, replaceable one by one.

Pictures are ``(H, W, 3)`` uint8 in RGB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drivers.device import Fault
from kiosk.identity.geometry import Points
from kiosk.identity.matching import Calibration

Picture = NDArray[np.uint8]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Face:
    """A face found in a picture: its box in pixels, and how sure the detector is.

    The box reaches from the brows to the chin. ``roll`` is how far the head
    leans to its own left, in radians, where the detector knows.
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0
    roll: float = 0.0

    @property
    def width(self) -> float:
        """Pixels from side to side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    def moved(self, scale: float, left: float = 0.0, top: float = 0.0) -> Face:
        """The same face in a picture ``scale`` times as large, shifted by ``left`` and ``top`` pixels."""
        return Face(
            self.left * scale + left,
            self.top * scale + top,
            self.right * scale + left,
            self.bottom * scale + top,
            self.score,
            self.roll,
        )


@dataclass(frozen=True, slots=True)
class Crop:
    """The square in which a source looks for the points of a face: middle and side in pixels, and its lean."""

    across: float
    down: float
    side: float
    roll: float = 0.0


@dataclass(frozen=True, slots=True)
class Trace:
    """The 68 points of a face, and where to look for them in the next picture; None: by a box, found anew."""

    points: Points
    crop: Crop | None = None


class LandmarkSource(Protocol):
    """Finds faces and their 68 points."""

    def find(self, rgb: Picture) -> list[Face]:
        """All faces from about a fifth of the picture's height, the largest first."""

    def points(self, rgb: Picture, face: Face) -> Points:
        """The 68 points of ``face``, ``(68, 2)`` in pixels of ``rgb``."""

    def trace(self, rgb: Picture, at: Face | Crop) -> Trace | None:
        """The points of a face that was found, or where one was a picture ago; None when it is not there any more."""


class Embedder(Protocol):
    """Turns an aligned face into a vector; the nearer two vectors, the more alike the faces."""

    @property
    def calibration(self) -> Calibration:
        """The thresholds that belong to this engine's distances, and its name."""

    def align(self, rgb: Picture, face: Face, points: Points) -> Picture:
        """``face`` with its 68 ``points`` cut out and set upright, as ``embed`` wants it. Cheap; never a view."""

    def embed(self, aligned: Picture) -> Vector:
        """The vector of an aligned face. Slow: up to 100 ms."""


class AttackNetwork(Protocol):
    """A network that tells a living face from a picture of one."""

    def doubts(self, rgb: Picture, face: Face) -> bool:
        """Whether it takes this face for a picture."""


class EngineUnavailable(Exception):
    """The engine cannot work on this machine; ``fault`` says why and who acts next."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code}: {fault.detail}")
        self.fault = fault
