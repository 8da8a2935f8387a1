"""Measures on the 68 points of a face (iBUG order), free of any picture.

Points are ``(68, 2)`` float64, x to the right and y down, in pixels. Lengths
that are compared between frames are given in inter-ocular widths, so that
they do not depend on how near the face is.

Eye aspect ratio: Soukupová and Čech, "Real-Time Eye Blink Detection using
Facial Landmarks", 2016.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

POINT_COUNT = 68
RIGHT_EYE = slice(36, 42)  # the person's own right, at the picture's left
LEFT_EYE = slice(42, 48)
# Points that no expression moves: the jaw, the nose, the eyes' corners.
RIGID = np.array([*range(17), *range(27, 36), 36, 39, 42, 45])


def eye_distance(points: Points) -> float:
    """The inter-ocular width: between the middles of both eyes, in pixels."""
    return float(np.linalg.norm(points[LEFT_EYE].mean(axis=0) - points[RIGHT_EYE].mean(axis=0)))


def eye_aspect_ratio(points: Points) -> float:
    """How far both eyes are open: height by width, their mean. Open eyes have 0.24 to 0.48."""
    return (_aspect(points[RIGHT_EYE]) + _aspect(points[LEFT_EYE])) / 2


def yaw_ratio(points: Points) -> float:
    """Where the tip of the nose stands between the edges of the jaw, -1 to 1.

    0 is frontal. Positive: the head is turned to the person's own left, which
    is the right side of a picture that is not mirrored.
    """
    from_right = _length(points[30] - points[1])
    to_left = _length(points[15] - points[30])
    return (from_right - to_left) / max(from_right + to_left, 1e-6)


def mouth_aspect_ratio(points: Points) -> float:
    """How far the lips are apart: height by width of their inner edge. Closed 0 to 0.13, wide open 0.6 to 0.84."""
    heights = sum(_length(points[upper] - points[lower]) for upper, lower in ((61, 67), (62, 66), (63, 65)))
    return heights / (3 * max(_length(points[64] - points[60]), 1e-6))


def pitch_ratio(points: Points) -> float:
    """How much of the way from the root of the nose to the chin its tip has gone, 0 to 1.

    It grows when the head nods down. A flat picture that tips up or down hardly changes it.
    """
    root, tip, chin = points[27], points[30], points[8]
    return _length(tip - root) / max(_length(tip - root) + _length(chin - tip), 1e-6)


def nose_length(points: Points) -> float:
    """From the root of the nose to its tip, in inter-ocular widths. Changes when head or photo nods."""
    return _length(points[30] - points[27]) / max(eye_distance(points), 1e-6)


def normalised(points: Points) -> Points:
    """The face upright, its eyes' middle at the origin and one inter-ocular width apart."""
    right, left = points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0)
    across = left - right
    scale = float(across @ across)
    if scale == 0:
        return np.zeros_like(points)
    moved = points - (left + right) / 2
    along = moved @ across / scale
    down = moved @ np.array([-across[1], across[0]]) / scale
    return np.column_stack((along, down))


def plane_residual(frontal: Points, turned: Points) -> float:
    """How badly one tilted plane explains the way from ``frontal`` to ``turned``.

    The RMS distance, in inter-ocular widths of ``turned``, between its rigid
    points and those of ``frontal`` under the best homography. A flat picture
    gives about 0 however it is tilted, a real head turned by 20 degrees 0.09.
    """
    source, target = normalised(frontal)[RIGID], normalised(turned)[RIGID]
    homography, _ = cv2.findHomography(source, target, 0)
    if homography is None:
        return 0.0  # no face at all shows no depth either
    mapped = cv2.perspectiveTransform(source[None], homography)[0]
    return float(np.sqrt(((mapped - target) ** 2).sum(axis=1).mean()))


def _aspect(eye: Points) -> float:
    heights = _length(eye[1] - eye[5]) + _length(eye[2] - eye[4])
    return heights / (2 * max(_length(eye[3] - eye[0]), 1e-6))


def _length(vector: NDArray[np.float64]) -> float:
    return float(np.hypot(vector[0], vector[1]))
