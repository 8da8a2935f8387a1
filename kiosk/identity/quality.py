"""Whether a face can be used, and if not, the one thing that the person can do about it.

Brightness is the green of a picture. Limits in parts of the picture's height
or in levels of 255; docs/identity.md says what they were tried on.
"""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.identity.engine import Face, Picture
from kiosk.identity.events import Prompt
from kiosk.identity.geometry import LEFT_EYE, RIGHT_EYE, Points, eye_distance, mouth_aspect_ratio

# Widths of the face as parts of the picture's height.
NEAREST = 0.55
FARTHEST = 0.22
DARKEST = 45.0  # mean of the face
DARK_PICTURE = 30.0  # mean of a picture in which no face is found
# A face before a window: dark itself, and what is around it much brighter.
BACK_LIT_FACE = 90.0
BACK_LIT_TIMES = 2.2
BACK_LIT_LIGHT = 120.0

MASK_REDNESS = 7.0  # Cr that the lower face has less than the root of the nose; lips have more
MASK_MOUTH = 0.25  # of lips so far apart nothing is hidden; the dark between them is no redder than a mask
HAT_SHADE = 0.5  # brightness of the eyes by that of the cheeks


def no_face(rgb: Picture, *, far: bool) -> Prompt:
    """Why no face was found in a picture; ``far`` when a closer look found a small one."""
    if far:
        return Prompt.TOO_FAR
    return Prompt.TOO_DARK if float(rgb[::8, ::8, 1].mean()) < DARK_PICTURE else Prompt.NOBODY


def in_the_way(rgb: Picture, face: Face) -> Prompt | None:
    """What keeps this face from being looked at closely: distance, light."""
    rows, columns = rgb.shape[:2]
    if face.width > NEAREST * rows or face.left < 0 or face.top < 0 or face.right > columns or face.bottom > rows:
        return Prompt.TOO_NEAR
    if face.width < FARTHEST * rows:
        return Prompt.TOO_FAR
    inside = rgb[int(face.top) : int(face.bottom) : 4, int(face.left) : int(face.right) : 4, 1]
    light = float(inside.mean())
    everywhere = rgb[::8, ::8, 1]
    if light < BACK_LIT_FACE:
        bright = float(np.percentile(everywhere, 75))
        if bright > BACK_LIT_LIGHT and bright > BACK_LIT_TIMES * light:
            return Prompt.BACK_LIT
    return Prompt.TOO_DARK if light < DARKEST else None


def worn(rgb: Picture, points: Points) -> Prompt | None:
    """What hides a part of the face: a mask, the shadow of a hat."""
    unit = eye_distance(points)
    root, mouth = points[27], points[48:60].mean(axis=0)
    cheeks = [(points[eye].mean(axis=0) + points[side]) / 2 for eye, side in ((RIGHT_EYE, 48), (LEFT_EYE, 54))]
    covered = redness(rgb, root, 0.12 * unit) - redness(rgb, mouth, 0.25 * unit) > MASK_REDNESS
    if covered and mouth_aspect_ratio(points) < MASK_MOUTH:
        return Prompt.MASK
    bright = float(np.mean([_patch(rgb, cheek, 0.15 * unit)[..., 1].mean() for cheek in cheeks]))
    eyes = float(
        np.mean([_patch(rgb, points[eye].mean(axis=0), 0.25 * unit)[..., 1].mean() for eye in (RIGHT_EYE, LEFT_EYE)])
    )
    return Prompt.HAT if eyes < HAT_SHADE * bright else None


def redness(rgb: Picture, middle: Points, half: float) -> float:
    """Mean Cr of a square, 0 to 255; grey has 128, skin of any tone more."""
    return float(cv2.cvtColor(_patch(rgb, middle, half), cv2.COLOR_RGB2YCrCb)[..., 1].mean())


def _patch(rgb: Picture, middle: Points, half: float) -> Picture:
    """A square of the picture, at least one pixel of it."""
    rows, columns = rgb.shape[:2]
    left, top = (int(np.clip(at - half, 0, size - 1)) for at, size in zip(middle, (columns, rows), strict=True))
    return rgb[top : max(int(middle[1] + half), top + 1), left : max(int(middle[0] + half), left + 1)]
