"""dlib's models, called directly: the same numbers as ``face_recognition``, without its ways of ending a process.

``face_recognition`` calls ``quit()`` when setuptools is too new, and hands RGB
to the detector where grey is a fifth faster. A test holds both to equal vectors.
"""

from __future__ import annotations

import hashlib
import importlib.util
import platform
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from drivers.device import Fault, NextAction
from kiosk.identity.engine import EngineUnavailable, Face, Picture, Vector
from kiosk.identity.geometry import Points
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE, Calibration

SHA256 = {
    "shape_predictor_68_face_landmarks.dat": "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f",
    "shape_predictor_5_face_landmarks.dat": "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    "dlib_face_recognition_resnet_model_v1.dat": "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
}
LANDMARKS_68, LANDMARKS_5, RESNET = SHA256


class EngineFault(StrEnum):
    """Why this engine cannot work."""

    NO_AVX = "face.no_avx"
    MODEL_MISSING = "face.model_missing"
    MODEL_CHANGED = "face.model_changed"


def models_folder() -> Path:
    """Where ``face_recognition_models`` keeps its files; the package itself is not run. Raises EngineUnavailable."""
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise _unavailable(EngineFault.MODEL_MISSING, "the package face_recognition_models is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "models"


def checked_model(folder: Path, name: str) -> str:
    """The path of a model file that is byte for byte the one we know. Raises EngineUnavailable."""
    path = folder / name
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unavailable(EngineFault.MODEL_MISSING, f"{name}: {error.strerror}") from error
    if digest != SHA256[name]:
        raise _unavailable(EngineFault.MODEL_CHANGED, f"{name} is not the file this program was tested with")
    return str(path)


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
        raise _unavailable(
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
        self._predictor = self._dlib.shape_predictor(checked_model(folder or models_folder(), LANDMARKS_68))

    def find(self, grey: Picture) -> list[Face]:
        """All faces of at least 80 pixels, the largest first."""
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


class DlibEmbedder:
    """Five-point alignment and the ResNet of 2017: 128 numbers, Euclidean distance."""

    name = DLIB_MEAN_OF_FIVE.engine
    calibration: Calibration = DLIB_MEAN_OF_FIVE

    def __init__(self, folder: Path | None = None) -> None:
        self._dlib = import_dlib()
        folder = folder or models_folder()
        self._predictor = self._dlib.shape_predictor(checked_model(folder, LANDMARKS_5))
        self._network = self._dlib.face_recognition_model_v1(checked_model(folder, RESNET))

    def align(self, rgb: Picture, face: Face) -> Picture:
        """150 x 150 pixels, aligned by five points; vectors aligned by 68 points must never be mixed with these."""
        shape = self._predictor(rgb, _rectangle(self._dlib, face))
        return np.asarray(self._dlib.get_face_chip(rgb, shape, size=150, padding=0.25), np.uint8)

    def embed(self, aligned: Picture) -> Vector:
        """128 float64."""
        return np.array(self._network.compute_face_descriptor(aligned), np.float64)


def _rectangle(dlib: Any, face: Face) -> Any:
    return dlib.rectangle(round(face.left), round(face.top), round(face.right) - 1, round(face.bottom) - 1)


def _unavailable(code: EngineFault, detail: str) -> EngineUnavailable:
    return EngineUnavailable(Fault(code, NextAction.TECHNICIAN, detail))
