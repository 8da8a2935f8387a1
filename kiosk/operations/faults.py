"""Every fault in words: what happened, what it means, what to do now, and who acts next."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from drivers.device import NextAction
from kiosk.text import Text


class FaultWords(BaseModel):
    """One entry of config/faults.yaml: three sentences for the citizen, one for the technician."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    acts_next: NextAction
    happened: Text
    meaning: Text
    todo: Text
    technician: Text | None = None


class FaultTableError(Exception):
    """The table of faults cannot be used; the message says where."""


def load_faults(path: Path) -> dict[str, FaultWords]:
    """Read the table. Raises FaultTableError."""
    try:
        table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return TypeAdapter(dict[str, FaultWords]).validate_python(table)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise FaultTableError(f"{path}: {error}") from error
