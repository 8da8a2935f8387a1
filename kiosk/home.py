"""What the home page shows: the items of this machine, whether each can be done now, and if not, where else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.item import Item, Kind
from kiosk.settings import Station
from kiosk.text import Text


class Service(StrEnum):
    """What this machine is to a citizen right now."""

    IN_SERVICE = "in_service"
    LIMITED = "limited"  # something can be done, something else not
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class Tile:
    """One item. A tile that is not available says why in ``reason``, before the card is asked for."""

    code: str
    icon: str
    name: Text
    line: Text
    minutes: int
    fee: Text
    department: str  # an id of ``HomeView.departments``
    group: str  # an id of that department's groups
    available: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that leads to items: a department's group, or an event of life with the codes it asks for."""

    id: str
    name: Text
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DepartmentTile:
    """One department; ``groups`` hold its items."""

    id: str
    icon: str
    name: Text
    about: Text
    groups: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another station: where it is, when it is open, and what is known of it (``state``, a sentence)."""

    name: Text
    address: Text
    hours: Text
    kilometres: float
    state: Text


@dataclass(frozen=True, slots=True)
class Place:
    """A station on the map: how far it lies, ``east`` and ``north`` of here in kilometres, and how it is.

    ``unavailable`` are the items that cannot be done there now, where that is ``known``.
    """

    name: Text
    address: Text
    hours: Text
    phone: str
    open: bool
    here: bool
    kilometres: float
    east: float
    north: float
    state: Text
    known: bool
    unavailable: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nothing can be done here, who is on it, and where to go instead, the nearest first."""

    happened: Text
    meaning: Text
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeView:
    """The home page: every item by its code, and three ways to it.

    ``hot`` are the codes most people come for. ``notice`` concerns everybody who passes; ``closed`` stands when
    nothing can be done here. ``services`` are about the citizen's own cases, whatever the department.
    """

    station: Text
    hotline: str
    tiles: tuple[Tile, ...]
    hot: tuple[str, ...] = ()
    departments: tuple[DepartmentTile, ...] = ()
    happenings: tuple[Choice, ...] = ()
    notice: Text | None = None
    closed: Closed | None = None
    services: tuple[Tile, ...] = ()

    @property
    def service(self) -> Service:
        """What this machine is to a citizen right now."""
        if self.closed is not None:
            return Service.OUT_OF_SERVICE
        return Service.IN_SERVICE if all(tile.available for tile in self.tiles) else Service.LIMITED


class Front:
    """The home page of one station with one catalogue, whatever its machine can do just now."""

    def __init__(self, station: Station, catalogue: Catalogue) -> None:
        self._name = Text(zh=station.name_zh, en=station.name_en)
        self._hotline = station.hotline
        self._catalogue = catalogue
        self._hot = tuple(code for code in station.hot or catalogue.departments.hot if code in catalogue)
        self._departments, self._happenings = departments_of(catalogue), happenings_of(catalogue)

    def view(
        self, not_now: Mapping[str, Text] | None = None, notice: Text | None = None, closed: Closed | None = None
    ) -> HomeView:
        """``not_now`` says of items and services why they cannot be done; what is not in it can be."""
        reasons = not_now or {}
        return HomeView(
            self._name,
            self._hotline,
            tuple(self._tiles(self._catalogue, reasons)),
            self._hot,
            self._departments,
            self._happenings,
            notice,
            closed,
            tuple(self._tiles(self._catalogue.services, reasons)),
        )

    def _tiles(self, items: Mapping[str, Item], reasons: Mapping[str, Text]) -> Iterator[Tile]:
        for code, item in items.items():
            reason = reasons.get(code)
            yield Tile(
                code=code,
                icon=self._icon(item),
                name=item.name,
                line=item.line,
                minutes=item.guide.minutes,
                fee=item.guide.fee,
                department=item.department,
                group=item.group,
                available=reason is None,
                reason=reason,
            )

    def _icon(self, item: Item) -> str:
        books = item.kind is Kind.APPOINT and item.code in self._catalogue.services
        return "calendar" if books else self._catalogue.department(item).icon


def departments_of(catalogue: Catalogue) -> tuple[DepartmentTile, ...]:
    """The departments that have items here, with their groups in the order of the file."""
    found: dict[str, dict[str, list[str]]] = {}
    for code, item in catalogue.items():
        found.setdefault(item.department, {}).setdefault(item.group, []).append(code)
    return tuple(
        DepartmentTile(
            department.id,
            department.icon,
            department.short,
            department.about,
            tuple(
                Choice(group.id, group.name, tuple(found[department.id][group.id]))
                for group in department.groups
                if group.id in found[department.id]
            ),
        )
        for department in catalogue.departments.departments
        if department.id in found
    )


def happenings_of(catalogue: Catalogue) -> tuple[Choice, ...]:
    """The events of life for which there is something here."""
    choices = (
        Choice(event.id, event.name, tuple(code for code in event.items if code in catalogue))
        for event in catalogue.departments.happenings
    )
    return tuple(choice for choice in choices if choice.codes)
