"""A living person made from one photograph: blinks, turns, nods and opens the mouth by image warping.

A blink squeezes the eye column by column (upper lid drawn down, lower lid
lifted a quarter, a dark lash line where they meet); a mouth opens likewise,
the jaw dropping away from a dark gap. A turn or a nod moves every pixel by
its depth: the head is a paraboloid with a nose on it, so jaw, eyes and nose
move apart as on a real head and unlike on a tilted print.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # H x W x 3, BGR
Points = NDArray[np.float64]  # N x 2, pixels

# Public-domain photographs, carried by packages whose code is never imported:
# NASA's Eileen Collins and the U.S. Navy's Grace Hopper.
PHOTOGRAPHS: Mapping[str, tuple[str, str]] = {
    "astronaut": ("skimage", "data/astronaut.png"),
    "grace_hopper": ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
}
# How much of a closing lid has to be painted, because spectacles hide the skin that would be drawn down.
_PAINTED_LID = {"grace_hopper": 1.0}

# Inside an open mouth, BGR.
_THROAT, _TONGUE = np.array([22.0, 16.0, 40.0]), np.array([62.0, 58.0, 118.0])

# The enlarged photograph shows its face this many pixels wide (68-point jaw, points 0 to 16).
FACE_WIDTH = 230.0


def package_file(package: str, path: str) -> Path:
    """A file inside an installed package, found without running the package's code. Raises FileNotFoundError."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {package!r}, which carries {path}, is not installed")
    file = Path(next(iter(spec.submodule_search_locations))) / path
    if not file.is_file():
        raise FileNotFoundError(f"the package {package!r} does not carry {path}")
    return file


@dataclass(frozen=True, slots=True)
class Pose:
    """How a head is held and what its face does; all zero in the photograph."""

    turn: float = 0.0  # degrees, positive to the person's own left, which is the picture's right
    nod: float = 0.0  # degrees, positive downwards
    closed: float = 0.0  # eyes, 0 to 1
    mouth: float = 0.0  # how far open, in widths of the mouth


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A photograph enlarged to a common face width, and where its 68 points are."""

    image: Image
    points: Points
    painted_lid: float = 0.0
    covered_mouth: bool = False  # by something that moves with the jaw and does not part

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the face, in pixels of ``image``."""
        return float(self.points[27:36, 0].mean()), float(self.points[:, 1].mean())

    def posed(self, pose: Pose) -> Image:
        """The photograph as if it had been taken in that pose; not a copy when the pose is the photograph's own."""
        picture = self.image
        if pose.closed > 0 or pose.mouth > 0:
            picture = picture.copy()
        if pose.closed > 0:
            for first in (36, 42):
                _close_eye(picture, self.points[first : first + 6], pose.closed, self.painted_lid)
        if pose.mouth > 0:
            _open_mouth(picture, self.points, pose.mouth, covered=self.covered_mouth)
        if pose.turn or pose.nod:
            picture = _move_head(picture, self.points, pose.turn, pose.nod)
        return picture


@cache
def load_people() -> dict[str, Person]:
    """Everybody in ``PHOTOGRAPHS``, by name. Raises FileNotFoundError, ValueError when a picture shows no face."""
    import dlib  # noqa: PLC0415 - only a simulator's start needs it

    model = package_file("face_recognition_models", "models/shape_predictor_68_face_landmarks.dat")
    predictor, detector = dlib.shape_predictor(str(model)), dlib.get_frontal_face_detector()
    people = {}
    for name, (package, path) in PHOTOGRAPHS.items():
        file = package_file(package, path)
        picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
        if picture is None:
            raise FileNotFoundError(f"{file} is not a picture")
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        boxes = detector(rgb, 1)
        if not boxes:
            raise ValueError(f"{file} shows no face")
        shape = predictor(rgb, max(boxes, key=lambda box: box.area()))
        points = np.array([(part.x, part.y) for part in shape.parts()], dtype=np.float64)
        scale = FACE_WIDTH / float(np.linalg.norm(points[16] - points[0]))
        enlarged = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        people[name] = Person(np.asarray(enlarged, np.uint8), points * scale, _PAINTED_LID.get(name, 0.0))
    return people


def _close_eye(picture: Image, eye: Points, closed: float, painted: float) -> None:
    """Close one eye, given by its six points, in place."""
    width = float(eye[3, 0] - eye[0, 0])
    left, right = int(eye[0, 0] - 0.15 * width), int(eye[3, 0] + 0.15 * width) + 1
    columns = np.arange(left, right, dtype=np.float64)
    along = np.clip((columns - eye[0, 0]) / width, 0.0, 1.0)
    corners = eye[0, 1] + (eye[3, 1] - eye[0, 1]) * along
    corner = float(eye[[0, 3], 1].mean())
    bow = 4 * along * (1 - along)
    upper = corners + 1.4 * bow * (float(eye[1:3, 1].mean()) - corner)
    lower = corners + 1.4 * bow * (float(eye[4:6, 1].mean()) - corner)
    top, bottom = int(upper.min() - 0.6 * width), int(lower.max() + 0.6 * width)
    lower_to = lower - 0.25 * closed * (lower - upper)
    upper_to = upper + 0.94 * closed * (lower_to - upper)

    rows = np.arange(top, bottom, dtype=np.float64)[:, None]
    source = np.where(
        rows < upper_to,
        top + (rows - top) * (upper - top) / (upper_to - top),
        np.where(
            rows < lower_to,
            upper + (rows - upper_to) * (lower - upper) / np.maximum(lower_to - upper_to, 0.5),
            lower + (rows - lower_to) * (bottom - lower) / (bottom - lower_to),
        ),
    )
    across = np.broadcast_to(columns, source.shape)
    patch = cv2.remap(picture, across.astype(np.float32), source.astype(np.float32), cv2.INTER_LINEAR).astype(
        np.float64
    )
    if painted:
        cheek = int(lower.max() + 0.25 * width)
        skin = picture[cheek : cheek + int(0.2 * width) + 1, left:right].mean(axis=(0, 1))
        lid = ((rows > upper - 0.1 * width) & (rows <= upper_to) & (bow > 0.1)).astype(np.float64)
        lid = cv2.GaussianBlur(lid, (0, 0), 0.04 * width)[:, :, None] * painted * closed
        patch = patch * (1.0 - lid) + skin * lid
    thickness = max(0.09 * width, 1.0)
    lash = np.exp(-(((rows - upper_to) / thickness) ** 2)) * np.clip(3 * bow, 0.0, 1.0) * 0.85 * closed
    picture[top:bottom, left:right] = (patch * (1.0 - lash[:, :, None])).astype(np.uint8)


def _open_mouth(picture: Image, points: Points, asked: float, *, covered: bool) -> None:
    """Drop the jaw by ``asked`` widths of the mouth, in place. What covers the mouth is only stretched."""
    right, left = points[60], points[64]
    width, face = float(left[0] - right[0]), float(points[16, 0] - points[0, 0])
    drop = asked * width
    middle = float(points[8, 0])
    chin = float(points[8, 1])
    x0, x1 = int(middle - 0.5 * face), int(middle + 0.5 * face)
    y0, y1 = int(points[[60, 64], 1].min() - 0.1 * width), int(min(chin + 0.6 * face, picture.shape[0]))

    columns, rows = np.arange(x0, x1, dtype=np.float64), np.arange(y0, y1, dtype=np.float64)[:, None]
    # The upper edge of the lower lip: teeth that show stay with the upper jaw.
    lip = np.interp(columns, points[[60, 67, 66, 65, 64], 0], points[[60, 67, 66, 65, 64], 1])
    along = np.clip((columns - (right[0] + left[0]) / 2) / (width / 2), -1.0, 1.0)
    gap = np.zeros_like(columns) if covered else drop * (1.0 - along**2) ** 0.7
    jaw = 0.9 * drop * np.cos(np.pi * (columns - middle) / face) ** 2
    lip_to, chin_to = lip + gap, chin + jaw
    source = np.where(
        rows < lip_to,
        np.minimum(rows, lip),
        np.where(
            rows < chin_to,
            lip + (rows - lip_to) * (chin - lip) / (chin_to - lip_to),
            chin + (rows - chin_to) * (y1 - chin) / (y1 - chin_to),
        ),
    )
    across = np.broadcast_to(columns, source.shape).astype(np.float32)
    patch = cv2.remap(picture, across, source.astype(np.float32), cv2.INTER_LINEAR).astype(np.float64)
    if not covered:
        soft = 0.02 * width
        inside = np.clip((rows - lip) / soft, 0.0, 1.0) * np.clip((lip_to - rows) / soft, 0.0, 1.0)
        depth = np.clip((rows - lip) / np.maximum(gap, 1.0), 0.0, 1.0) ** 2 * (1.0 - along**2)
        colour = _THROAT + (_TONGUE - _THROAT) * depth[:, :, None]
        patch = patch * (1.0 - inside[:, :, None]) + colour * inside[:, :, None]
    picture[y0:y1, x0:x1] = patch.astype(np.uint8)


def _move_head(picture: Image, points: Points, turn: float, nod: float) -> Image:
    """Turn the head about its upright axis and nod it about the one through its ears; what is around it stays."""
    height, width = picture.shape[:2]
    face = float(points[16, 0] - points[0, 0])
    centre_x = float(points[[0, 16], 0].mean())
    centre_y = float(points[27:31, 1].mean())
    half_x, half_y = 0.68 * face, 1.05 * face
    x0, x1 = int(max(centre_x - half_x, 0)), int(min(centre_x + half_x, width))
    y0, y1 = int(max(centre_y - half_y, 0)), int(min(centre_y + half_y, height))
    x1, y1 = x1 - (x1 - x0) % 4, y1 - (y1 - y0) % 4
    # Every fourth pixel is enough, because depth is smooth.
    xs, ys = np.meshgrid(np.arange(x0, x1, 4, dtype=np.float32) + 1.5, np.arange(y0, y1, 4, dtype=np.float32) + 1.5)
    sideways, downwards = math.radians(turn), math.radians(nod)
    nose_x, nose_y = float(points[30, 0]), float(points[30, 1])

    def shift(x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        across, down = (x - centre_x) / half_x, (y - centre_y) / half_y
        head = np.clip(1.0 - across**2 - down**2, 0.0, 1.0)
        nose = np.exp(
            -(((x - nose_x) / (0.13 * face)) ** 2)
            - (np.minimum(y - nose_y, 0) / (0.3 * face)) ** 2
            - (np.maximum(y - nose_y, 0) / (0.1 * face)) ** 2
        )
        depth = face * (1.2 * head + 0.1 * nose)
        stay = np.clip(head * 3, 0.0, 1.0)
        return (
            depth * math.sin(sideways) + stay * (x - centre_x) * (math.cos(sideways) - 1.0),
            depth * math.sin(downwards) + stay * (y - centre_y) * (math.cos(downwards) - 1.0),
        )

    from_x, from_y = xs, ys
    for _ in range(6):  # the shift is known at the source; a few steps find the source of each target
        moved_x, moved_y = shift(from_x, from_y)
        from_x, from_y = 0.5 * from_x + 0.5 * (xs - moved_x), 0.5 * from_y + 0.5 * (ys - moved_y)
    size = (x1 - x0, y1 - y0)
    columns = cv2.resize(from_x - xs, size) + np.arange(x0, x1, dtype=np.float32)
    rows = cv2.resize(from_y - ys, size) + np.arange(y0, y1, dtype=np.float32)[:, None]
    moved = picture.copy()
    moved[y0:y1, x0:x1] = cv2.remap(picture, columns, rows, cv2.INTER_LINEAR)
    return moved
