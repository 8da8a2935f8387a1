"""The card's portrait, 102 x 126 pixels and 1 KB: enlarged before a face is sought in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.identity.engine import Embedder, Face, LandmarkSource, Picture, Vector

CARD_SIZE = (102, 126)  # width, height
# Where the face stands on a portrait taken by the rules for ID photographs.
CARD_FACE = Face(25, 37, 77, 89)
_ENLARGEMENTS = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Portrait:
    """The vector of a card's portrait. ``found`` is False when the face was taken where the rules put it."""

    vector: Vector
    found: bool


def prepare_portrait(rgb: Picture, landmarks: LandmarkSource, embedder: Embedder) -> Portrait:
    """Encode the face of a card's portrait.

    A detector misses a quarter of the faces at the card's own size, so the
    picture is enlarged two, three, four times and the first hit wins; without
    one the known geometry serves.
    """
    enlarged = np.empty((0, 0, 3), np.uint8)
    face, found = None, False
    for scale in _ENLARGEMENTS:
        enlarged.fill(0)
        enlarged = _enlarged(rgb, scale)
        faces = landmarks.find(np.asarray(cv2.cvtColor(enlarged, cv2.COLOR_RGB2GRAY), np.uint8))
        if faces:
            face, found = faces[0], True
            break
    if face is None:
        across, down = enlarged.shape[1] / CARD_SIZE[0], enlarged.shape[0] / CARD_SIZE[1]
        face = Face(CARD_FACE.left * across, CARD_FACE.top * down, CARD_FACE.right * across, CARD_FACE.bottom * down)
    aligned = embedder.align(enlarged, face)
    enlarged.fill(0)
    vector = embedder.embed(aligned)
    aligned.fill(0)
    return Portrait(vector, found)


def _enlarged(rgb: Picture, scale: int) -> Picture:
    return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
