"""The stations of the city: where they are, when they are open, and which one is near when this one is closed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.gateway.contract import SERVICE_NAMES, STATE_SECONDS, Fleet, StationId, StationService
from kiosk.home import Elsewhere, Place
from kiosk.hours import Hours, OpenFrom, OpenOn
from kiosk.operations.fleet import Known
from kiosk.text import Text

EARTH_KILOMETRES = 6371.0

_CLOSED_NOW = Text(zh="{hours}（现在不开）", en="{hours} (closed now)")
_MINUTES_AGO = Text(zh="{minutes} 分钟前：{state}", en="{minutes} min ago: {state}")
_HOURS_AGO = Text(zh="{hours} 小时前：{state}", en="{hours} h ago: {state}")


class StationsError(Exception):
    """The file of stations cannot be used; the message says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Station(Hours):
    """One station and its hours; ``lat``, ``lon`` in degrees, in China, so that two that are swapped are noticed."""

    id: StationId
    name: Text
    address: Text
    open: OpenFrom
    days: OpenOn
    lat: Annotated[float, Field(ge=17, le=54)]
    lon: Annotated[float, Field(ge=73, le=136)]
    phone: Annotated[str, Field(pattern=r"^[0-9-]{5,15}$")]

    def kilometres_to(self, other: Station) -> float:
        """The distance as the crow flies."""
        lat, other_lat = math.radians(self.lat), math.radians(other.lat)
        halves = math.sin((other_lat - lat) / 2), math.sin(math.radians(other.lon - self.lon) / 2)
        haversine = halves[0] ** 2 + math.cos(lat) * math.cos(other_lat) * halves[1] ** 2
        return 2 * EARTH_KILOMETRES * math.asin(math.sqrt(haversine))


class Stations(_Strict):
    """All of them. ``sample`` says that nobody should go there."""

    sample: bool = False
    stations: tuple[Station, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_each_once(self) -> Stations:
        ids = [station.id for station in self.stations]
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))} stands twice")
        return self

    def get(self, station: str) -> Station | None:
        """The station with this id, None when there is none."""
        return next((one for one in self.stations if one.id == station), None)


def load_stations(path: Path) -> Stations:
    """Read the file of stations. Raises StationsError."""
    try:
        return Stations.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise StationsError(f"{path}: {error}") from error


class Around:
    """The stations around ``here``; ``known`` is what was last heard of the fleet, ``names`` are those of the items."""

    def __init__(
        self,
        stations: Stations,
        here: str,
        names: Mapping[str, Text],
        *,
        known: Callable[[], Known | None],
        now: Callable[[], datetime],
    ) -> None:
        self._stations = stations
        self._here = here
        self._names = names
        self._known = known
        self._now = now

    def elsewhere(self) -> tuple[Elsewhere, ...]:
        """Where a citizen can go instead, see :func:`elsewhere`."""
        fleet, age = self._fleet()
        return elsewhere(self._stations, self._here, self._now(), fleet=fleet, age=age)

    def places(self) -> tuple[Place, ...]:
        """All of them, see :func:`places`."""
        fleet, age = self._fleet()
        return places(self._stations, self._here, self._now(), self._names, fleet=fleet, age=age)

    def hours(self) -> Text | None:
        """When this station is open; None for one that nobody has heard of."""
        station = self._stations.get(self._here)
        return station.in_words if station is not None else None

    def _fleet(self) -> tuple[Fleet | None, float]:
        known = self._known()
        return (known.fleet, known.age) if known is not None else (None, 0.0)


def elsewhere(
    stations: Stations, here: str, now: datetime, *, fleet: Fleet | None = None, age: float = 0.0, at_most: int = 3
) -> tuple[Elsewhere, ...]:
    """Where a citizen can go instead of ``here``: what is open first, then the nearest.

    ``fleet`` is what is known of the others, ``age`` how many seconds ago it was.
    A station that said a short while ago that it is out of service is left
    out. A station ``here`` that nobody has heard of is near to nothing.
    """
    from_here = stations.get(here)
    if from_here is None:
        return ()
    known = {one.station: one for one in fleet.stations} if fleet is not None else {}
    found: list[tuple[bool, float, Elsewhere]] = []
    for station in stations.stations:
        if station.id == here:
            continue
        service, seconds = StationService.UNKNOWN, 0.0
        if fleet is not None and station.id in known:
            service = known[station.id].service
            seconds = age + (fleet.at - known[station.id].heard_at).total_seconds()
        if service is StationService.OUT_OF_SERVICE and seconds <= STATE_SECONDS:
            continue
        kilometres = from_here.kilometres_to(station)
        is_open = station.open_at(now)
        hours = station.in_words if is_open else _in_both(_CLOSED_NOW, hours=station.in_words)
        there = Elsewhere(station.name, station.address, hours, round(kilometres, 1), _state(service, seconds))
        found.append((not is_open, kilometres, there))
    return tuple(there for _, _, there in sorted(found, key=lambda one: one[:2])[:at_most])


def places(
    stations: Stations,
    here: str,
    now: datetime,
    names: Mapping[str, Text],
    *,
    fleet: Fleet | None = None,
    age: float = 0.0,
    at_most: int = 30,
) -> tuple[Place, ...]:
    """Every station by how far it lies from ``here``, which comes first; ``names`` are those of the items.

    ``fleet`` and ``age`` are as of :func:`elsewhere`. Around a station that nobody has heard of there is nothing.
    """
    middle = stations.get(here)
    if middle is None:
        return ()
    known = {one.station: one for one in fleet.stations} if fleet is not None else {}
    found = []
    for station in stations.stations:
        service, seconds, missing = StationService.UNKNOWN, 0.0, tuple[Text, ...]()
        if fleet is not None and station.id in known:
            service = known[station.id].service
            seconds = age + (fleet.at - known[station.id].heard_at).total_seconds()
            missing = tuple(names[code] for code in known[station.id].unavailable if code in names)
        fresh = service is not StationService.UNKNOWN and seconds <= STATE_SECONDS
        north = math.radians(station.lat - middle.lat) * EARTH_KILOMETRES
        east = math.radians(station.lon - middle.lon) * EARTH_KILOMETRES * math.cos(math.radians(middle.lat))
        found.append(
            Place(
                station.name,
                station.address,
                station.in_words,
                station.phone,
                station.open_at(now),
                station.id == here,
                round(middle.kilometres_to(station), 1),
                round(east, 2),
                round(north, 2),
                _state(service, seconds),
                fresh,
                missing if fresh else (),
            )
        )
    return tuple(sorted(found, key=lambda place: (not place.here, place.kilometres))[:at_most])


def _state(service: StationService, seconds: float) -> Text:
    """What is known, and how old it is as soon as that matters."""
    name = SERVICE_NAMES[service]
    minutes = int(seconds // 60)
    if service is StationService.UNKNOWN or seconds <= STATE_SECONDS:
        return name
    if minutes < 120:
        return _in_both(_MINUTES_AGO.filled(minutes=minutes, state="{state}"), state=name)
    return _in_both(_HOURS_AGO.filled(hours=minutes // 60, state="{state}"), state=name)


def _in_both(sentence: Text, **words: Text) -> Text:
    return Text(
        zh=sentence.zh.format_map({name: text.zh for name, text in words.items()}),
        en=sentence.en.format_map({name: text.en for name, text in words.items()}),
    )
