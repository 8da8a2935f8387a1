"""The card's portrait, 102 x 126 pixels and 1 KB: enlarged before a face is sought in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.identity.engine import Face, LandmarkSource, Picture
from kiosk.identity.geometry import Points

CARD_SIZE = (102, 126)  # width, height
# Where the face stands on a portrait taken by the rules for ID photographs.
CARD_FACE = Face(25, 37, 77, 89)
_ENLARGEMENTS = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Portrait:
    """The enlarged portrait and the face in it. ``found`` is False when that was taken where the rules put it."""

    rgb: Picture
    face: Face
    points: Points
    found: bool

    def wipe(self) -> None:
        """Overwrite it."""
        self.rgb.fill(0)
        self.points.fill(0)


def locate(rgb: Picture, landmarks: LandmarkSource) -> Portrait:
    """Find the face of a card's portrait.

    A detector misses a quarter of the faces at the card's own size, so the
    picture is enlarged two, three, four times and the first hit wins; without
    one the known geometry serves.
    """
    enlarged = np.empty((0, 0, 3), np.uint8)
    for scale in _ENLARGEMENTS:
        enlarged.fill(0)
        enlarged = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
        if faces := landmarks.find(enlarged):
            return Portrait(enlarged, faces[0], landmarks.points(enlarged, faces[0]), found=True)
    across, down = enlarged.shape[1] / CARD_SIZE[0], enlarged.shape[0] / CARD_SIZE[1]
    face = Face(CARD_FACE.left * across, CARD_FACE.top * down, CARD_FACE.right * across, CARD_FACE.bottom * down)
    return Portrait(enlarged, face, landmarks.points(enlarged, face), found=False)
