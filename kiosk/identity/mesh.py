"""MediaPipe's face mesh, run by OpenCV: where the face is, and its 68 points, for about 12 ms and without the
interpreter lock.

Three networks under the Apache License 2.0, as files out of Google's
``mediapipe`` package, whose code is never installed. What goes in, what comes
out and how a box becomes a crop is described by the graphs in the MediaPipe
repository: ``mediapipe/modules/face_detection/face_detection_short_range.pbtxt``,
``mediapipe/modules/face_landmark/face_landmark_cpu.pbtxt`` and
``mediapipe/modules/iris_landmark/iris_landmark_cpu.pbtxt``. See
docs/decisions/0014-landmarks.md.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.identity.engine import Crop, Face, Picture, Trace
from kiosk.identity.geometry import LEFT_EYE, POINT_COUNT, RIGHT_EYE, Points
from kiosk.identity.models import ModelFile

FOLDER = Path(sys.prefix) / "share" / "mediapipe" / "modules"  # where scripts/setup lays them
DETECTOR = ModelFile(
    "face_detection/face_detection_short_range.tflite",
    "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
)
MESH = ModelFile(
    "face_landmark/face_landmark.tflite",
    "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
)

EYE = ModelFile(
    "iris_landmark/iris_landmark.tflite",
    "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
)

DETECTOR_SIDE = 128  # pixels
MESH_SIDE = 192
EYE_SIDE = 64
SURE = 0.5  # score from which a box counts
SAME = 0.3  # boxes of one face overlap at least so much
CROP = 1.5  # the mesh's crop by the face's box
MOVED = 0.05  # parts of a crop's side that the face has moved, grown or leaned: then it is looked at once more
EYE_CROP = 2.3  # the eye's crop by its width

RIGHT_EYE_CORNER, LEFT_EYE_CORNER = 33, 263
# The mesh has 468 points; these are the ones nearest to the 68 in their usual (iBUG) order. One of two neighbours is
# taken, never their mean, so that every point is one the network was taught.
MESH_POINTS = (
    *(127, 93, 132, 58, 172, 150, 149, 148, 152, 377, 378, 379, 397, 288, 361, 323, 356),  # jaw
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300),  # brows
    *(168, 197, 5, 4, 75, 97, 2, 326, 305),  # nose
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),  # eyes
    *(61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91),  # outer lips
    *(78, 82, 13, 312, 308, 317, 14, 87),  # inner lips
)
assert len(MESH_POINTS) == POINT_COUNT
# The contour of an eye has 16 points, from its outer corner along the lower lid to the inner one, then the upper lid
# from the outer side. These are the six of the 68, for the right eye; the left one is seen as in a mirror.
EYE_POINTS = (0, 12, 13, 8, 5, 3)
MIRRORED_EYE_POINTS = (8, 13, 12, 0, 3, 5)


class MeshLandmarks:
    """Detector, mesh, and for the eyes a network of their own: the mesh hardly sees an eye close.

    None of them knows of another: a box goes from one call to the next as with any source.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._detector = cv2.dnn.readNetFromTFLite(str(DETECTOR.checked(folder)))
        self._mesh = cv2.dnn.readNetFromTFLite(str(MESH.checked(folder)))
        self._eye = cv2.dnn.readNetFromTFLite(str(EYE.checked(folder)))

    def find(self, rgb: Picture) -> list[Face]:
        """All faces from about a tenth of the picture's longer side, the largest first."""
        side = max(rgb.shape[:2])
        scale = DETECTOR_SIDE / side
        square = np.zeros((DETECTOR_SIDE, DETECTOR_SIDE, 3), np.uint8)
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        square[: small.shape[0], : small.shape[1]] = small
        # -1 to 1
        self._detector.setInput(cv2.dnn.blobFromImage(square, 1 / 127.5, mean=(127.5, 127.5, 127.5)))
        logits, boxes = self._detector.forward(("classificators", "regressors"))
        decoded = _decoded(np.asarray(logits, np.float32).reshape(-1), np.asarray(boxes[0], np.float32))
        faces = [face.moved(1 / scale) for face in decoded]
        return sorted(faces, key=lambda face: face.width, reverse=True)

    def points(self, rgb: Picture, face: Face) -> Points:
        """The 68 points, ``(68, 2)``.

        The mesh is best on a crop that its own points have placed, so it looks twice: at the detector's box, which
        trembles, and then at what it has found there.
        """
        roughly, _ = self._look(rgb, _around(face))
        return self._trace(rgb, _crop_of(roughly)).points

    def trace(self, rgb: Picture, at: Face | Crop) -> Trace | None:
        """The points, and the crop that they place. Where they have placed one before, the mesh looks but once."""
        crop = _around(at) if isinstance(at, Face) else at
        mesh, sure = self._look(rgb, crop)
        if isinstance(at, Crop) and sure < SURE:
            return None
        placed = _crop_of(mesh)
        if isinstance(at, Face) or _apart(crop, placed) > MOVED:
            return self._trace(rgb, placed)
        return self._with_eyes(rgb, mesh)

    def _trace(self, rgb: Picture, crop: Crop) -> Trace:
        mesh, _ = self._look(rgb, crop)
        return self._with_eyes(rgb, mesh)

    def _with_eyes(self, rgb: Picture, mesh: Points) -> Trace:
        points: Points = mesh[np.array(MESH_POINTS)]
        for eye, mirrored in ((RIGHT_EYE, False), (LEFT_EYE, True)):
            points[eye] = self._contour(rgb, points[eye], mirrored=mirrored)
        return Trace(points, _crop_of(mesh))

    def _look(self, rgb: Picture, crop: Crop) -> tuple[Points, float]:
        """All 468 points, ``(468, 2)`` in pixels of ``rgb``, and how sure it is that there is a face, 0 to 1."""
        picture, turn, corner = _cut(rgb, np.array([crop.across, crop.down]), crop.side, crop.roll, MESH_SIDE)
        self._mesh.setInput(cv2.dnn.blobFromImage(picture, 1 / 255))
        found, logit = self._mesh.forward(("conv2d_21", "conv2d_31"))
        # x, y and depth in pixels of the crop
        points: Points = np.asarray(found, np.float64).reshape(-1, 3)[:, :2]
        return np.asarray(points @ turn.T + corner, np.float64), 1 / (1 + math.exp(-float(np.ravel(logit)[0])))

    def _contour(self, rgb: Picture, eye: Points, *, mirrored: bool) -> Points:
        """The six points of an eye, ``(6, 2)``, where the mesh has it roughly."""
        across = eye[3] - eye[0]
        roll = math.atan2(across[1], across[0])
        crop, turn, corner = _cut(rgb, (eye[0] + eye[3]) / 2, EYE_CROP * float(np.hypot(*across)), roll, EYE_SIDE)
        crop = np.ascontiguousarray(crop[:, ::-1]) if mirrored else crop
        self._eye.setInput(cv2.dnn.blobFromImage(crop, 1 / 255))
        contour: Points = np.asarray(self._eye.forward("output_eyes_contours_and_brows"), np.float64).reshape(-1, 3)
        points = contour[np.array(MIRRORED_EYE_POINTS if mirrored else EYE_POINTS), :2]
        if mirrored:
            points[:, 0] = EYE_SIDE - 1 - points[:, 0]
        return np.asarray(points @ turn.T + corner, np.float64)


def _cut(rgb: Picture, middle: Points, side: float, roll: float, pixels: int) -> tuple[Picture, Points, Points]:
    """A square of ``side`` that leans by ``roll``, as so many pixels; and the way back, ``point @ turn.T + corner``."""
    turn = np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]]) * side / pixels
    corner = middle - turn @ np.array([pixels / 2, pixels / 2])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(rgb, np.column_stack((turn, corner)), (pixels, pixels), flags=flags)
    return np.asarray(crop, np.uint8), turn, corner


def _anchors() -> NDArray[np.float64]:
    """The middles of the detector's 896 cells, 0 to 1: two of each in a grid of 16 by 16, six in one of 8 by 8.

    ``SsdAnchorsCalculator`` with strides 8, 16, 16, 16 and anchors of fixed size, which come to this.
    """
    grids = []
    for cells, each in ((16, 2), (8, 6)):
        middles = (np.arange(cells) + 0.5) / cells
        across, down = np.meshgrid(middles, middles)
        grids.append(np.repeat(np.column_stack((across.ravel(), down.ravel())), each, axis=0))
    return np.concatenate(grids)


_ANCHORS = _anchors()


def _decoded(logits: NDArray[np.float32], cells: NDArray[np.float32]) -> list[Face]:
    """The faces among the detector's 896 cells, in pixels of its picture.

    Of each cell: the middle of the box, from the cell's anchor, then width and height, then six points, of which the
    first two are the person's right and left eye.
    """
    values = cells[:, :8].astype(np.float64)
    sizes, to_left_eye = values[:, 2:4], values[:, 6:8] - values[:, 4:6]
    corners = _ANCHORS * DETECTOR_SIDE + values[:, :2] - sizes / 2
    scores = 1 / (1 + np.exp(-logits.astype(np.float64).clip(-100, 100)))
    boxes = np.column_stack((corners, sizes))
    faces = []
    for cell in cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), SURE, SAME):
        left, top, width, height = map(float, boxes[cell])
        roll = math.atan2(to_left_eye[cell, 1], to_left_eye[cell, 0])
        faces.append(Face(left, top, left + width, top + height, float(scores[cell]), roll))
    return faces


def _around(face: Face) -> Crop:
    """The crop around a box."""
    middle = (face.left + face.right) / 2, (face.top + face.bottom) / 2
    return Crop(*middle, CROP * max(face.width, face.height), face.roll)


def _apart(one: Crop, other: Crop) -> float:
    """How far two crops lie apart, in parts of the first one's side; a lean counts as what its corners move."""
    moved = math.hypot(other.across - one.across, other.down - one.down) / one.side
    return max(moved, abs(other.side / one.side - 1), abs(other.roll - one.roll))


def _crop_of(mesh: Points) -> Crop:
    """The crop in which this face is best seen."""
    right, left = mesh[RIGHT_EYE_CORNER], mesh[LEFT_EYE_CORNER]
    roll = math.atan2(left[1] - right[1], left[0] - right[0])
    upright = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    turned = mesh @ upright.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    across, down = (low + high) / 2 @ upright
    return Crop(float(across), float(down), CROP * float((high - low).max()), roll)
