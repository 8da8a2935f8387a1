"""What the home page shows: the items of this machine and whether each can be done now."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.text import Text


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
class HomeView:
    """The home page. ``notice`` stands when the whole machine is limited or out of service."""

    station: Text
    hotline: str
    tiles: tuple[Tile, ...]
    notice: Text | None = None
