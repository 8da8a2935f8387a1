"""dlib's models, called directly: the same numbers as ``face_recognition``, without its ways of ending a process.

``face_recognition`` calls ``quit()`` when setuptools is too new, and hands RGB
to the detector where grey is a fifth faster. A test holds both to equal vectors.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kiosk.identity.engine import Crop, Face, Picture, Trace, Vector
from kiosk.identity.geometry import Points
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE, Calibration
from kiosk.identity.models import EngineFault, ModelFile, package_folder, unavailable

LANDMARKS_68 = ModelFile(
    "shape_predictor_68_face_landmarks.dat", "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f"
)
LANDMARKS_5 = ModelFile(
    "shape_predictor_5_face_landmarks.dat", "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"
)
RESNET = ModelFile(
    "dlib_face_recognition_resnet_model_v1.dat", "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
)


def models_folder() -> Path:
    """Where ``face_recognition_models`` keeps its files; the package itself is not run. Raises EngineUnavailable."""
    return package_folder("face_recognition_models", "models")


def lacks_avx(machine: str, cpuinfo: str) -> bool:
    """True for an x86 processor whose /proc/cpuinfo does not name AVX."""
    if machine not in ("x86_64", "i686", "AMD64"):
        return False
    flags = [line.partition(":")[2].split() for line in cpuinfo.splitlines() if line.startswith("flags")]
    return bool(flags) and not all("avx" in words for words in flags)


def import_dlib() -> Any:
    """dlib, after making sure that importing it does not end the process. Raises EngineUnavailable."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and lacks_avx(platform.machine(), cpuinfo.read_text(encoding="utf-8", errors="replace")):
        raise unavailable(
            EngineFault.NO_AVX,
            "this processor has no AVX, which the prebuilt dlib needs; build dlib on this machine instead",
        )
    import dlib  # noqa: PLC0415 - an illegal instruction without AVX, so not before the check

    return dlib


class DlibLandmarks:
    """HOG detector and 68-point predictor. The predictor's file excludes commercial use."""

    def __init__(self, folder: Path | None = None) -> None:
        self._dlib = import_dlib()
        self._detector = self._dlib.get_frontal_face_detector()
        self._predictor = self._dlib.shape_predictor(str(LANDMARKS_68.checked(folder or models_folder())))

    def find(self, rgb: Picture) -> list[Face]:
        """All faces of at least 80 pixels, the largest first."""
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)  # a fifth faster than in colour, and finds the same
        boxes, scores, _ = self._detector.run(grey, 0, 0.0)
        faces = [
            Face(box.left(), box.top(), box.right() + 1, box.bottom() + 1, score)
            for box, score in zip(boxes, scores, strict=True)
        ]
        return sorted(faces, key=lambda face: face.width, reverse=True)

    def points(self, rgb: Picture, face: Face) -> Points:
        """The 68 points, ``(68, 2)``."""
        shape = self._predictor(rgb, _rectangle(self._dlib, face))
        return np.array([(part.x, part.y) for part in shape.parts()], np.float64)

    def trace(self, rgb: Picture, at: Face | Crop) -> Trace | None:
        """By a box only."""
        return Trace(self.points(rgb, at)) if isinstance(at, Face) else None


class DlibEmbedder:
    """Five-point alignment and the ResNet of 2017: 128 numbers, Euclidean distance."""

    calibration: Calibration = DLIB_MEAN_OF_FIVE

    def __init__(self, folder: Path | None = None) -> None:
        self._dlib = import_dlib()
        folder = folder or models_folder()
        self._predictor = self._dlib.shape_predictor(str(LANDMARKS_5.checked(folder)))
        self._network = self._dlib.face_recognition_model_v1(str(RESNET.checked(folder)))

    def align(self, rgb: Picture, face: Face, points: Points) -> Picture:  # noqa: ARG002
        """150 x 150 pixels, aligned by five points of its own: vectors aligned by others must never be mixed in."""
        shape = self._predictor(rgb, _rectangle(self._dlib, face))
        return np.asarray(self._dlib.get_face_chip(rgb, shape, size=150, padding=0.25), np.uint8)

    def embed(self, aligned: Picture) -> Vector:
        """128 float64."""
        return np.array(self._network.compute_face_descriptor(aligned), np.float64)


def _rectangle(dlib: Any, face: Face) -> Any:
    return dlib.rectangle(round(face.left), round(face.top), round(face.right) - 1, round(face.bottom) - 1)
