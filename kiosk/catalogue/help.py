"""What the help sheet and the page of stations say beside what they know: the file ``config/help.yaml``."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.catalogue.catalogue import CatalogueError
from kiosk.gateway.contract import Identifier
from kiosk.text import Text
from kiosk.yaml_file import YamlError, read_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MiniProgram(_Strict):
    """The QR code beside the stations; an empty ``code`` shows none."""

    code: str = Field(default="", max_length=200)
    words: Text


class Trouble(_Strict):
    """Something that can be wrong with the machine."""

    id: Identifier
    name: Text


class Help(_Strict):
    """All of it."""

    mini_program: MiniProgram | None = None
    troubles: tuple[Trouble, ...] = ()

    @model_validator(mode="after")
    def _has_each_once(self) -> Help:
        names = [trouble.id for trouble in self.troubles]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]} stands twice")
        return self


def load_help(path: Path) -> Help:
    """Read the file. Raises CatalogueError."""
    try:
        return read_yaml(path, Help, (sys.modules[__name__],))
    except YamlError as error:
        raise CatalogueError(str(error)) from error
