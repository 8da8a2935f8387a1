"""Model files: found without running the package that carries them, and byte for byte the ones that are known."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from drivers.device import Fault, NextAction
from kiosk.identity.engine import EngineUnavailable


class EngineFault(StrEnum):
    """Why an engine cannot work."""

    NO_AVX = "face.no_avx"
    MODEL_MISSING = "face.model_missing"
    MODEL_CHANGED = "face.model_changed"
    MODEL_UNREADABLE = "face.model_unreadable"
    LINE_OPEN = "face.line_open"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file below its package's folder, and what it must be."""

    path: str
    sha256: str

    def checked(self, folder: Path) -> Path:
        """Where it lies below ``folder``. Raises EngineUnavailable when it is missing or is another file."""
        path = folder / self.path
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise unavailable(EngineFault.MODEL_MISSING, f"{self.path}: {error.strerror}") from error
        if digest != self.sha256.lower():
            raise unavailable(EngineFault.MODEL_CHANGED, f"{self.path} is not the file this program was tested with")
        return path


def package_folder(package: str, inside: str) -> Path:
    """The folder ``inside`` an installed package, which is not run. Raises EngineUnavailable."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise unavailable(EngineFault.MODEL_MISSING, f"the package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / inside


def unavailable(code: EngineFault, detail: str) -> EngineUnavailable:
    """An engine's end, in the technician's hands."""
    return EngineUnavailable(Fault(code, NextAction.TECHNICIAN, detail))
