"""What is new at the stations: the file ``config/news.yaml``. Each piece stands from one day until another."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from kiosk.gateway.contract import Identifier, StationId
from kiosk.text import Text
from kiosk.yaml_file import YamlError, read_yaml

# Characters: a piece is read in passing.
LONGEST = {"zh": 60, "en": 160}


class NewsError(Exception):
    """The file of news cannot be used; the message says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Piece(_Strict):
    """One piece of news: its words, the first and the last day, by the city's calendar, and where (everywhere)."""

    id: Identifier
    since: date = Field(alias="from")
    until: date
    stations: tuple[StationId, ...] = ()
    words: Text

    @field_validator("words")
    @classmethod
    def _is_short(cls, words: Text) -> Text:
        for name, longest in LONGEST.items():
            if len(getattr(words, name)) > longest:
                raise ValueError(f"{name} has more than {longest} characters")
        return words

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Piece:
        if self.until < self.since:
            raise ValueError("it ends before it begins")
        return self


class News(_Strict):
    """All of it, in the order in which it is shown."""

    news: tuple[Piece, ...] = ()

    @model_validator(mode="after")
    def _has_each_once(self) -> News:
        names = [piece.id for piece in self.news]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]} stands twice")
        return self

    def at(self, station: str, today: date) -> tuple[Text, ...]:
        """What is news at ``station`` ``today``."""
        return tuple(
            piece.words
            for piece in self.news
            if piece.since <= today <= piece.until and (not piece.stations or station in piece.stations)
        )


def load_news(path: Path) -> News:
    """Read the file. Raises NewsError."""
    try:
        return read_yaml(path, News, (sys.modules[__name__],))
    except YamlError as error:
        raise NewsError(str(error)) from error
