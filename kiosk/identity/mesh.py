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

from kiosk.identity.engine import Face, Picture
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
        middle = np.array([(face.left + face.right) / 2, (face.top + face.bottom) / 2])
        roughly = self._look(rgb, middle, CROP * max(face.width, face.height), face.roll)
        points: Points = self._look(rgb, *_crop_of(roughly))[np.array(MESH_POINTS)]
        for eye, mirrored in ((RIGHT_EYE, False), (LEFT_EYE, True)):
            points[eye] = self._contour(rgb, points[eye], mirrored=mirrored)
        return points

    def _look(self, rgb: Picture, middle: Points, side: float, roll: float) -> Points:
        """All 468 points, ``(468, 2)`` in pixels of ``rgb``, from a square crop that leans by ``roll``."""
        crop, turn, corner = _cut(rgb, middle, side, roll, MESH_SIDE)
        self._mesh.setInput(cv2.dnn.blobFromImage(crop, 1 / 255))
        # x, y and depth in pixels of the crop
        points: Points = np.asarray(self._mesh.forward("conv2d_21"), np.float64).reshape(-1, 3)[:, :2]
        return np.asarray(points @ turn.T + corner, np.float64)

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


def _crop_of(mesh: Points) -> tuple[Points, float, float]:
    """The middle, the side and the lean of the crop in which this face is best seen."""
    right, left = mesh[RIGHT_EYE_CORNER], mesh[LEFT_EYE_CORNER]
    roll = math.atan2(left[1] - right[1], left[0] - right[0])
    upright = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    turned = mesh @ upright.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return (low + high) / 2 @ upright, CROP * float((high - low).max()), roll
