"""Networks that an operator brings, as ONNX files, run by OpenCV. None comes with this program.

What a network must be, and where its numbers come from: docs/identity.md.
"""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.identity.engine import Face, Picture, Vector
from kiosk.identity.geometry import LEFT_EYE, RIGHT_EYE, Points
from kiosk.identity.matching import Calibration
from kiosk.identity.models import EngineFault, ModelFile, unavailable
from kiosk.settings import AttackNetwork, EmbedderNetwork, Network

SIDE = 112
# Where ArcFace's training puts right eye, left eye, nose, right and left corner of the mouth (the person's own sides),
# in pixels of 112 x 112: `arcface_dst` of insightface/python-package/insightface/utils/face_align.py.
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
NOSE, MOUTH_RIGHT, MOUTH_LEFT = 30, 48, 54


class OnnxEmbedder:
    """Any network that turns a face of 112 x 112 pixels, aligned by five points, into a vector.

    Vectors are brought to length 1, so a cosine ``c`` is a distance of ``sqrt(2 - 2 c)``.
    """

    def __init__(self, network: EmbedderNetwork) -> None:
        self.calibration = Calibration(
            network.name,
            network.frames,
            tuple((one.distance, one.false_accepts) for one in network.rates),
            network.step_up,
            network.same_visit,
            network.data,
        )
        self._colours = network.colours
        self._mean, self._scale = network.mean, network.scale
        self._network = load(network)

    def align(self, rgb: Picture, face: Face, points: Points) -> Picture:  # noqa: ARG002
        """112 x 112 pixels RGB."""
        turned = cv2.warpAffine(rgb, similarity(five_points(points), TEMPLATE), (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        return np.asarray(turned, np.uint8)

    def embed(self, aligned: Picture) -> Vector:
        """A vector of length 1."""
        blob = cv2.dnn.blobFromImage(aligned, self._scale, mean=(self._mean,) * 3, swapRB=self._colours == "bgr")
        self._network.setInput(blob)
        vector = np.asarray(self._network.forward(), np.float64).reshape(-1)
        blob.fill(0)
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


class OnnxAttackNetwork:
    """Any network that looks at a face and what is around it and says how likely it lives."""

    def __init__(self, network: AttackNetwork) -> None:
        self._settings = network
        self._network = load(network)

    def doubts(self, rgb: Picture, face: Face) -> bool:
        """Whether its output for a living face is below what the settings ask for."""
        wanted = self._settings
        half = wanted.crop * max(face.width, face.height) / 2
        across, down = (face.left + face.right) / 2, (face.top + face.bottom) / 2
        scale = wanted.side / (2 * half)
        place = np.array([[scale, 0, scale * (half - across)], [0, scale, scale * (half - down)]])
        crop = cv2.warpAffine(rgb, place, (wanted.side, wanted.side), flags=cv2.INTER_LINEAR)
        mean = (wanted.mean,) * 3
        blob = cv2.dnn.blobFromImage(crop, wanted.scale, mean=mean, swapRB=wanted.colours == "bgr")
        self._network.setInput(blob)
        scores = np.asarray(self._network.forward(), np.float64).reshape(-1)
        blob.fill(0)
        return bool(scores[wanted.live] < wanted.refuse)


def load(network: Network) -> cv2.dnn.Net:
    """A network whose file is the one that the settings name by its SHA-256. Raises EngineUnavailable."""
    path = ModelFile(network.file.name, network.sha256).checked(network.file.parent)
    try:
        return cv2.dnn.readNetFromONNX(str(path))
    except cv2.error as error:
        raise unavailable(EngineFault.MODEL_UNREADABLE, f"{path.name}: {error.err}") from error


def five_points(points: Points) -> Points:
    """Both eyes' middles, the tip of the nose, both corners of the mouth, ``(5, 2)``."""
    eyes = points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0)
    return np.stack((*eyes, points[NOSE], points[MOUTH_RIGHT], points[MOUTH_LEFT]))


def similarity(source: Points, target: Points) -> Points:
    """The turn, scale and shift, ``(2, 3)``, that bring ``source`` nearest to ``target`` (least squares)."""
    ones, zeros = np.ones(len(source)), np.zeros(len(source))
    x, y = source.T
    rows = np.concatenate((np.column_stack((x, -y, ones, zeros)), np.column_stack((y, x, zeros, ones))))
    a, b, right, down = np.linalg.lstsq(rows, target.T.reshape(-1), rcond=None)[0]
    return np.array([[a, -b, right], [b, a, down]])
