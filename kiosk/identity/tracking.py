"""Where the face is, frame after frame, for a few milliseconds each.

A full search runs on a picture of 360 rows when the face is lost or not
alone, and every fifteenth frame; in between only a window around the last
face is searched.
There is no drift, because every box is found anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.identity.engine import Face, LandmarkSource, Picture

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
        self._several = False
        self._frames = 0

    def look(self, rgb: Picture) -> Sight:
        """Find the face in the next frame, ``(H, W, 3)`` RGB."""
        full = self._several or self._frames % FULL_SEARCH_EVERY == 0
        self._frames += 1
        face = None
        if self._face is not None and not full:
            face = self._near(rgb, self._face)
        far = False
        if face is None:
            faces = self._search(rgb)
            if not faces and full:
                far = bool(self._search(_middle(rgb)))
            face = faces[0] if faces else None
            self._several = any(
                other.score >= SECOND_SCORE and other.width >= SECOND_WIDTH * faces[0].width for other in faces[1:]
            )
        if face is not None and self._face is not None:
            face = _steadied(self._face, face)
        self._face = face
        return Sight(face, self._several, far)

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
