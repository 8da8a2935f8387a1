"""What can be ticked beside a rating: the file ``config/ratings.yaml``."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.catalogue.catalogue import CatalogueError
from kiosk.gateway.contract import Identifier, Level
from kiosk.text import Text
from kiosk.yaml_file import YamlError, read_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(_Strict):
    """One reason, and the levels beside which it stands."""

    id: Identifier
    levels: tuple[Level, ...] = Field(min_length=1)
    name: Text


class Ratings(_Strict):
    """All of them, in the order in which they are shown."""

    reasons: tuple[Reason, ...] = ()

    @model_validator(mode="after")
    def _has_each_once(self) -> Ratings:
        names = [reason.id for reason in self.reasons]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]} stands twice")
        return self

    def of(self, level: Level) -> tuple[Reason, ...]:
        """The reasons beside ``level``."""
        return tuple(reason for reason in self.reasons if level in reason.levels)


def load_ratings(path: Path) -> Ratings:
    """Read the file. Raises CatalogueError."""
    try:
        return read_yaml(path, Ratings, (sys.modules[__name__],))
    except YamlError as error:
        raise CatalogueError(str(error)) from error
