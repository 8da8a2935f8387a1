"""Reading the items from their files, with errors that name the file and the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from kiosk.catalogue import item as item_module
from kiosk.catalogue.item import Item


class CatalogueError(Exception):
    """A file of the catalogue cannot be used; the message says where and why."""


class Catalogue(Mapping[str, Item]):
    """The items of this machine by their codes, in the order of their files."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = dict(items)

    def __getitem__(self, code: str) -> Item:
        return self._items[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


def load_catalogue(directory: Path) -> Catalogue:
    """Read every ``<department>/<CODE>.yaml`` below ``directory``.

    Raises CatalogueError for the first file that is not an item, whose name is
    not its code, or whose code stands twice.
    """
    items: dict[str, Item] = {}
    for path in sorted(directory.glob("*/*.yaml")):
        item = load_item(path)
        if path.stem != item.code:
            raise CatalogueError(f"{path}: the file is called {path.stem}, the item {item.code}")
        if item.code in items:
            raise CatalogueError(f"{path}: there is another item {item.code}")
        items[item.code] = item
    if not items:
        raise CatalogueError(f"{directory}: no items here")
    return Catalogue(items)


def load_item(path: Path) -> Item:
    """Read one item. Raises CatalogueError."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path}: {error}") from error
    try:
        return Item.model_validate(data)
    except ValidationError as error:
        raise CatalogueError("\n".join(f"{path}: {_sentence(data, problem)}" for problem in error.errors())) from error


def _sentence(data: Any, problem: Any) -> str:
    # pydantic names the chosen union member inside the place; an author knows only the file's own keys.
    here, place = data, []
    for part in problem["loc"]:
        if isinstance(here, dict) and part in here:
            here = here[part]
            place.append(str(part))
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
            place.append(here["id"] if isinstance(here, dict) and "id" in here else str(part))
        else:
            continue
    where = " → ".join(place) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{where}: nobody knows this key{_suggestion(str(problem['loc'][-1]))}"
    if problem["type"] == "missing":
        return f"{where}: {problem['loc'][-1]} is missing"
    return f"{where}: {problem['msg']}"


def _suggestion(key: str) -> str:
    models = [value for value in vars(item_module).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    near = get_close_matches(key, {name for model in models for name in model.model_fields}, 1)
    return f"; did you mean {near[0]}?" if near else ""
