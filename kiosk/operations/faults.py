"""Every fault in words: what happened, what it means, what to do now, and who acts next."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import ryaml
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from drivers.device import NextAction
from kiosk.text import Text
from kiosk.yaml_file import parsed

T = TypeVar("T")


class FaultWords(BaseModel):
    """One fault: three sentences for the citizen, one for the attendant of the site, one for the technician.

    What only a citizen ever meets (an expired card) has none for the others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    acts_next: NextAction
    happened: Text
    meaning: Text
    todo: Text
    attendant: Text | None = None
    technician: Text | None = None


class Question(BaseModel):
    """An interactive health check: what a person does in it, what is asked afterwards, and the two answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Text
    ask: Text
    works: Text
    broken: Text


class WordsError(Exception):
    """A table of words cannot be used; the message says where."""


def load_faults(folder: Path) -> dict[str, FaultWords]:
    """Read ``<class>.yaml`` files, each with the codes of its class. Raises WordsError."""
    return _load(folder, TypeAdapter(dict[str, FaultWords]))


def load_questions(folder: Path) -> dict[str, Question]:
    """Read ``<class>.yaml`` files, each with the questions of its class. Raises WordsError."""
    return _load(folder, TypeAdapter(dict[str, Question]))


def _load(folder: Path, table: TypeAdapter[dict[str, T]]) -> dict[str, T]:
    words: dict[str, T] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            found = table.validate_python(parsed(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ryaml.InvalidYamlError, ValidationError) as error:
            raise WordsError(f"{path}: {error}") from error
        for code in found:
            if code.partition(".")[0] != path.stem:
                raise WordsError(f"{path}: {code} belongs into {code.partition('.')[0]}.yaml")
        words |= found
    if not words:
        raise WordsError(f"{folder}: no words here")
    return words
