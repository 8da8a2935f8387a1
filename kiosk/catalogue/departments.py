"""The departments whose items this machine carries, in the order in which they are shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.catalogue.item import Identifier
from kiosk.text import Text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Strict):
    """Items of one department that belong together on its page."""

    id: Identifier
    name: Text


class Department(_Strict):
    """One department: its items lie in ``config/items/<id>/`` and their codes begin with ``code``."""

    id: Identifier
    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Text
    short: Text  # for a tile
    about: Text  # what is found here, in everyday words
    icon: Identifier
    phone: Annotated[str, Field(pattern=r"^[0-9-]{5,15}$")]
    elsewhere: Text  # where a person can be met about its items
    groups: tuple[Group, ...] = Field(min_length=1)


class Happening(_Strict):
    """An event of life (入学, 买房) and the codes of the items that it asks for, the first need first."""

    id: Identifier
    name: Text
    items: tuple[str, ...] = Field(min_length=1)


class Departments(_Strict):
    """All of them, and the events of life across them. ``hot`` are the codes that most people come for.

    ``city`` stands for what belongs to none of them, such as one's own cases: its items lie in ``config/services``.
    """

    departments: tuple[Department, ...] = Field(min_length=1)
    city: Department | None = None
    hot: tuple[str, ...] = ()
    happenings: tuple[Happening, ...] = ()

    @model_validator(mode="after")
    def _has_each_once(self) -> Departments:
        for what in ("id", "code"):
            names = [getattr(department, what) for department in self.departments]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{twice[0]} stands twice")
        return self
