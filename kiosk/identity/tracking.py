"""Where the face is, frame after frame, for a few milliseconds each.

A full search runs on a picture of 360 rows when the face is lost or not
alone, and every fifteenth frame. In between its points are looked for where
they were, and the box goes with them; where nobody has seen its points, a
window around the last box is searched.
There is no drift, because every fifteenth box is found anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk.identity.engine import Crop, Face, LandmarkSource, Picture, Trace
from kiosk.identity.geometry import Points

SEARCH_ROWS = 360  # the detector sees faces from 80 pixels up: 22 % of the picture's height
WINDOW = 220  # pixels of the window around a known face, which then has half of them
FULL_SEARCH_EVERY = 15
# A second face counts from half the width of the first, and only when the detector is sure.
SECOND_WIDTH = 0.5
SECOND_SCORE = 0.3


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame shows: the largest face, whether others stand beside it, and whether it is far away."""

    face: Face | None
    several: bool = False
    far: bool = False


class FaceTracker:
    """Follows the largest face."""

    def __init__(self, landmarks: LandmarkSource) -> None:
        self._landmarks = landmarks
        self._face: Face | None = None
        self._trace: Trace | None = None  # of that face, when somebody asked for its points
        self._several = False
        self._frames = 0

    def look(self, rgb: Picture) -> Sight:
        """Find the face in the next frame, ``(H, W, 3)`` RGB."""
        full = self._several or self._frames % FULL_SEARCH_EVERY == 0
        self._frames += 1
        face, last = None, self._trace
        self._trace = None
        if self._face is not None and not full:
            if last is not None and last.crop is not None:
                face = self._followed(rgb, self._face, last.crop)
            face = face or self._near(rgb, self._face)
        far = False
        if face is None:
            faces = self._search(rgb)
            if not faces and full:
                far = bool(self._search(_middle(rgb)))
            face = faces[0] if faces else None
            self._several = any(
                other.score >= SECOND_SCORE and other.width >= SECOND_WIDTH * faces[0].width for other in faces[1:]
            )
        if face is not None and self._face is not None and self._trace is None:
            face = _steadied(self._face, face)
        self._face = face
        return Sight(face, self._several, far)

    def points(self, rgb: Picture) -> Points:
        """The 68 points of the face that was seen in this frame; only then are they looked for."""
        assert self._face is not None
        if self._trace is None:
            self._trace = self._landmarks.trace(rgb, self._face)
            assert self._trace is not None  # a face that was found has points
        return self._trace.points

    def _followed(self, rgb: Picture, last: Face, crop: Crop) -> Face | None:
        trace = self._landmarks.trace(rgb, crop)
        if trace is None or trace.crop is None:
            return None
        self._trace = trace
        return _gone(last, crop, trace.crop)

    def _search(self, rgb: Picture) -> list[Face]:
        scale = rgb.shape[0] / SEARCH_ROWS
        small = cv2.resize(rgb, (round(rgb.shape[1] / scale), SEARCH_ROWS), interpolation=cv2.INTER_AREA)
        return [face.moved(scale) for face in self._landmarks.find(np.asarray(small, np.uint8))]

    def _near(self, rgb: Picture, last: Face) -> Face | None:
        left, top = max(int(last.left - last.width / 2), 0), max(int(last.top - last.height / 2), 0)
        window = rgb[top : int(last.bottom + last.height / 2), left : int(last.right + last.width / 2)]
        scale = 2 * last.width / WINDOW
        size = (max(round(window.shape[1] / scale), 1), max(round(window.shape[0] / scale), 1))
        small = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
        faces = self._landmarks.find(np.asarray(small, np.uint8))
        return faces[0].moved(scale, left, top) if faces else None


def _middle(rgb: Picture) -> Picture:
    """The middle of a picture, in which somebody far away is twice as large."""
    rows, columns = rgb.shape[:2]
    return rgb[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]


def _gone(face: Face, before: Crop, now: Crop) -> Face:
    """The box, as its crop has moved and grown."""
    times = now.side / before.side
    return replace(face.moved(times, now.across - times * before.across, now.down - times * before.down), roll=now.roll)


def _steadied(last: Face, new: Face) -> Face:
    """The mean of both boxes when they hardly differ: the detector's boxes lie on a coarse grid."""
    if max(abs(new.left - last.left), abs(new.top - last.top), abs(new.width - last.width)) > 0.15 * last.width:
        return new
    return Face(
        (last.left + new.left) / 2,
        (last.top + new.top) / 2,
        (last.right + new.right) / 2,
        (last.bottom + new.bottom) / 2,
        new.score,
        new.roll,
    )
