"""What the home page shows: the items of this machine, whether each can be done now, and if not, where else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    department: Text
    available: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another station: where it is, when it is open, and what is known of it (``state``, a sentence)."""

    name: Text
    address: Text
    hours: Text
    kilometres: float
    state: Text


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nothing can be done here, who is on it, and where to go instead, the nearest first."""

    happened: Text
    meaning: Text
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeView:
    """The home page. ``notice`` concerns everybody who passes; ``closed`` stands when nothing can be done here."""

    station: Text
    hotline: str
    tiles: tuple[Tile, ...]
    notice: Text | None = None
    closed: Closed | None = None

    @property
    def service(self) -> Service:
        """What this machine is to a citizen right now."""
        if self.closed is not None:
            return Service.OUT_OF_SERVICE
        return Service.IN_SERVICE if all(tile.available for tile in self.tiles) else Service.LIMITED
