"""Reading departments and items from their files, with errors that name the file, the line and the place."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from kiosk.catalogue import departments as departments_module
from kiosk.catalogue import item as item_module
from kiosk.catalogue import postage as postage_module
from kiosk.catalogue.departments import Department, Departments
from kiosk.catalogue.item import Fact, Item, LookupStep
from kiosk.catalogue.postage import Postage
from kiosk.text import Text
from kiosk.yaml_file import YamlError, read_yaml

ModelT = TypeVar("ModelT", bound=BaseModel)


class CatalogueError(Exception):
    """Files of the catalogue cannot be used; the message says where and why, a line for each mistake."""


class Catalogue(Mapping[str, Item]):
    """The items of this machine by their codes, in the order of their departments and files.

    ``services`` are gone through like items and are none: they are about the citizen's cases, whatever the department.
    """

    def __init__(
        self,
        departments: Departments,
        items: Mapping[str, Item],
        services: Mapping[str, Item] | None = None,
        postage: Postage | None = None,
    ) -> None:
        self._postage = postage
        self.departments = departments
        self._items = dict(items)
        self.services: Mapping[str, Item] = {
            code: _with_names(service, self._items) for code, service in (services or {}).items()
        }

    def __getitem__(self, code: str) -> Item:
        return self._items[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def postage(self, item: Item) -> Text | None:
        """Who pays the post of what comes of ``item``; None where nothing is posted."""
        return self._postage.of(item) if self._postage is not None else None

    def department(self, item: Item) -> Department:
        """The department that ``item`` belongs to."""
        city = self.departments.city
        if city is not None and item.department == city.id:
            return city
        return next(one for one in self.departments.departments if one.id == item.department)


def load_catalogue(config: Path) -> Catalogue:
    """Read ``departments.yaml``, every ``items/<department>/<CODE>.yaml`` and ``services/<CODE>.yaml`` in ``config``.

    Raises CatalogueError with every mistake of every file: what is no item, whose name is not its code, which stands
    twice or in the wrong folder, or names a group, an item or a department that does not exist.
    """
    departments = _load(config / "departments.yaml", Departments)
    items: dict[str, Item] = {}
    services: dict[str, Item] = {}
    mistakes: list[str] = []
    folders = [(department, config / "items" / department.id, items) for department in departments.departments]
    if departments.city is not None:
        folders.append((departments.city, config / "services", services))
    with _nothing_thrown_away():
        for department, folder, found in folders:
            for path in sorted(folder.glob("*.yaml")):
                try:
                    item = load_item(path)
                except CatalogueError as error:
                    mistakes.append(str(error))
                    continue
                mistakes += [f"{path}: {mistake}" for mistake in _misplaced(item, department, path)]
                if item.code in found:
                    mistakes.append(f"{path}: there is another item {item.code}")
                found[item.code] = item
    known = {department.id for department in departments.departments}
    strangers = sorted(
        folder for folder in (config / "items").glob("*") if folder.is_dir() and folder.name not in known
    )
    mistakes += [f"{folder}: there is no department {folder.name}" for folder in strangers]
    postage = _load(config / "postage.yaml", Postage) if (config / "postage.yaml").exists() else None
    if postage is not None:
        mistakes += [f"{config / 'postage.yaml'}: there is no item {code}" for code in postage.items.keys() - items]
    if mistakes:
        raise CatalogueError("\n".join(mistakes))
    if not items:
        raise CatalogueError(f"{config / 'items'}: no items here")
    return Catalogue(departments, items, services, postage)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Items only grow while they are read; to look again and again for what is garbage doubles the time."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def load_item(path: Path) -> Item:
    """Read one item. Raises CatalogueError."""
    return _load(path, Item)


def _with_names(service: Item, items: Mapping[str, Item]) -> Item:
    """A service whose facts and columns called ``item`` are shown by the items' names."""
    names = {code: item.name for code, item in items.items()}

    def named(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        return tuple(fact.model_copy(update={"words": names}) if fact.key == "item" else fact for fact in facts)

    steps = (
        step.model_copy(update={"facts": named(step.facts), "columns": named(step.columns)})
        if isinstance(step, LookupStep)
        else step
        for step in service.steps
    )
    return service.model_copy(update={"steps": tuple(steps)})


def _misplaced(item: Item, department: Department, path: Path) -> Iterator[str]:
    if path.stem != item.code:
        yield f"the file is called {path.stem}, the item {item.code}"
    if item.department != department.id:
        yield f"the folder is that of {department.id}, the item says {item.department}"
    if not item.code.startswith(department.code + "-"):
        yield f"codes of {department.id} begin with {department.code}"
    groups = [group.id for group in department.groups]
    if item.group not in groups:
        yield f"group: {department.id} has {', '.join(groups)}"


def _load(path: Path, model: type[ModelT]) -> ModelT:
    try:
        return read_yaml(path, model, (item_module, departments_module, postage_module))
    except YamlError as error:
        raise CatalogueError(str(error)) from error
