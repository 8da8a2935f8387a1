"""A head of 68 points in space, to be turned, nodded and photographed without any picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.identity.geometry import Points

Solid = NDArray[np.float64]  # 68 x 3, x to the picture's right, y down, z away from the camera; eyes 1 apart


def head(eye_opening: float = 0.3, mouth_opening: float = 0.05) -> Solid:
    """A frontal face with both eyes and the mouth open by so much (height by width)."""
    points = np.zeros((68, 3))
    around = np.linspace(-1.0, 1.0, 17)
    points[:17, 0] = 1.1 * np.sin(around * np.pi / 2)
    points[:17, 1] = 1.5 * np.cos(around * np.pi / 2) ** 0.7
    points[:17, 2] = 1.0 * around**2
    for first, side in ((17, -1), (22, 1)):
        points[first : first + 5, 0] = side * np.linspace(0.85, 0.2, 5)[:: -side if side > 0 else 1]
        points[first : first + 5, 1] = -0.35
        points[first : first + 5, 2] = 0.15
    points[27:31] = [[0, t, -0.12 - 0.5 * t] for t in np.linspace(0.0, 0.72, 4)]
    points[31:36] = [[x, 0.9, -0.25 + abs(x)] for x in np.linspace(-0.25, 0.25, 5)]
    for first, centre in ((36, -0.5), (42, 0.5)):
        half, lid = 0.22, 0.22 * eye_opening
        points[first : first + 6, :2] = [
            [centre - half, 0],
            [centre - half / 3, -lid],
            [centre + half / 3, -lid],
            [centre + half, 0],
            [centre + half / 3, lid],
            [centre - half / 3, lid],
        ]
        points[first : first + 6, 2] = 0.12
    for first, count, width, height in ((48, 12, 0.4, 0.12), (60, 8, 0.3, 0.0)):
        around_lips = np.linspace(np.pi, 3 * np.pi, count, endpoint=False)  # from the right corner over the upper lip
        opened = height + 0.3 * mouth_opening
        points[first : first + count, 0] = width * np.cos(around_lips)
        points[first : first + count, 1] = 1.2 + opened * np.sin(around_lips)
    return points


def photographed(
    solid: Solid, yaw: float = 0.0, pitch: float = 0.0, *, size: float = 100.0, at: tuple[float, float] = (480, 300)
) -> Points:
    """The points as a camera eight eye distances away sees them. Positive yaw: to the head's own left."""
    turn, nod = np.deg2rad(yaw), np.deg2rad(pitch)
    about_y = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), -np.sin(nod)], [0, np.sin(nod), np.cos(nod)]])
    axis = np.array([0.0, 0.4, 0.6])
    moved = (solid - axis) @ about_y.T @ about_x.T + axis
    depth = 8.0 + moved[:, 2]
    return np.asarray(moved[:, :2] * (8.0 * size / depth)[:, None] + np.array(at), np.float64)


def flat(solid: Solid) -> Solid:
    """A print of it: the same picture without depth."""
    printed = solid.copy()
    printed[:, 2] = 0.0
    return printed
