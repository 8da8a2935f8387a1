"""Stations: the shipped file, its mistakes, and where to go instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.gateway.contract import Fleet, KnownStation, StationService
from kiosk.hours import LOCAL
from kiosk.settings import load_settings
from kiosk.stations import Station, Stations, StationsError, elsewhere, load_stations, places
from kiosk.text import Text

HOUSE = Path(__file__).resolve().parents[2]
SHIPPED = load_stations(HOUSE / "config" / "stations.yaml")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=LOCAL)
HERE = "XM-HL-0001"


def station(name: str, lat: float = 24.5, lon: float = 118.1, **changes: object) -> Station:
    words = {"zh": f"{name} 站", "en": name}
    return Station.model_validate(
        {
            "id": f"XM-{name}",
            "name": words,
            "address": words,
            "open": "00:00-24:00",
            "days": "every_day",
            "lat": lat,
            "lon": lon,
            "phone": "0592-7703144",
            **changes,
        }
    )


def fleet(**services: str) -> Fleet:
    known = (
        KnownStation(station=f"XM-{name}", service=StationService(service), heard_at=MONDAY_NOON)
        for name, service in services.items()
    )
    return Fleet(at=MONDAY_NOON, stations=tuple(known))


# -- the file ------------------------------------------------------------------------


def test_the_shipped_stations_are_samples_around_the_shipped_machine() -> None:
    settings = load_settings(HOUSE / "config" / "kiosk.toml")
    here = SHIPPED.get(settings.station.id)
    assert here is not None
    assert here.name == Text(zh=settings.station.name_zh, en=settings.station.name_en)
    assert SHIPPED.sample
    assert len(SHIPPED.stations) == 12
    assert max(here.kilometres_to(other) for other in SHIPPED.stations) < 40


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "xm"}, "id"),
        ({"lat": 118.1, "lon": 24.5}, "lat"),
        ({"open": "9-17"}, "open"),
        ({"open": "25:00-26:00"}, "open"),
        ({"open": "22:00-02:00"}, "closes before it opens"),
        ({"open": "09:00-09:00"}, "closes before it opens"),
        ({"days": "sometimes"}, "days"),
        ({"phone": "call us"}, "phone"),
        ({"note": "x"}, "note"),
    ],
)
def test_a_wrong_station_is_named_with_its_mistake(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    data = station("A").model_dump() | changes
    path = tmp_path / "stations.yaml"
    path.write_text(yaml.safe_dump({"stations": [data]}), encoding="utf-8")
    with pytest.raises(StationsError, match=why) as failed:
        load_stations(path)
    assert "stations.yaml" in str(failed.value)


@pytest.mark.parametrize("content", ["", "stations: []", "[", "stations: 7"])
def test_what_is_no_list_of_stations_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "stations.yaml").write_text(content)
    with pytest.raises(StationsError, match=r"stations\.yaml"):
        load_stations(tmp_path / "stations.yaml")


def test_no_station_stands_twice() -> None:
    with pytest.raises(ValidationError, match="XM-A stands twice"):
        Stations(stations=(station("A"), station("A", 24.6)))


# -- hours -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "days", "moment", "is_open"),
    [
        ("00:00-24:00", "every_day", MONDAY_NOON.replace(hour=3), True),
        ("06:30-23:00", "every_day", MONDAY_NOON.replace(hour=6, minute=29), False),
        ("06:30-23:00", "every_day", MONDAY_NOON.replace(hour=6, minute=30), True),
        ("06:30-23:00", "every_day", MONDAY_NOON.replace(hour=22, minute=59), True),
        ("06:30-23:00", "every_day", MONDAY_NOON.replace(hour=23), False),
        ("06:00-24:00", "every_day", MONDAY_NOON.replace(hour=23, minute=59), True),
        ("09:00-17:30", "workdays", MONDAY_NOON, True),
        ("09:00-17:30", "workdays", MONDAY_NOON - timedelta(days=1), False),
        # Eight in the morning of a Monday here is midnight in Greenwich, and 23:30 there is half past seven here.
        ("07:00-08:00", "workdays", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), True),
    ],
)
def test_a_station_is_open_by_the_citys_clock(hours: str, days: str, moment: datetime, is_open: bool) -> None:
    assert station("A", open=hours, days=days).open_at(moment) is is_open


def test_hours_are_words() -> None:
    assert station("A").in_words.zh == "24 小时"
    assert station("A", open="06:30-23:00").in_words == Text(zh="每天 06:30–23:00", en="daily 06:30–23:00")
    assert station("A", days="workdays").in_words.en == "weekdays 00:00–24:00"


# -- where to go instead ------------------------------------------------------------------


def test_a_distance_is_what_a_map_says() -> None:
    # A degree of latitude is 111.2 km; of longitude at 24.5° N it is 101.2 km.
    assert station("A", 24.0).kilometres_to(station("B", 25.0)) == pytest.approx(111.2, abs=0.1)
    assert station("A", 24.5, 118.0).kilometres_to(station("B", 24.5, 119.0)) == pytest.approx(101.2, abs=0.1)


@given(*[st.floats(17, 54), st.floats(73, 136)] * 2)
def test_a_distance_is_the_same_both_ways_and_none_to_oneself(a: float, b: float, c: float, d: float) -> None:
    here, there = station("A", a, b), station("B", c, d)
    assert here.kilometres_to(there) == pytest.approx(there.kilometres_to(here), abs=1e-6)
    assert here.kilometres_to(here) == 0
    assert here.kilometres_to(there) < 7000


NEAR, FAR, SHUT = station("NEAR", 24.51), station("FAR", 24.6), station("SHUT", 24.501, open="22:00-23:00")
CITY = Stations(stations=(station("HERE"), FAR, SHUT, NEAR))


def test_the_nearest_come_first_and_one_that_is_closed_now_comes_last() -> None:
    found = elsewhere(CITY, "XM-HERE", MONDAY_NOON)
    assert [place.name for place in found] == [NEAR.name, FAR.name, SHUT.name]
    assert [place.kilometres for place in found] == [1.1, 11.1, 0.1]
    assert found[0].hours.zh == "24 小时"
    assert found[2].hours == Text(zh="每天 22:00–23:00（现在不开）", en="daily 22:00–23:00 (closed now)")
    assert [place.state.zh for place in found] == ["情况不明"] * 3


def test_a_station_that_just_said_it_is_out_of_service_is_left_out() -> None:
    known = fleet(NEAR="out_of_service", FAR="limited")
    (first, second) = elsewhere(CITY, "XM-HERE", MONDAY_NOON, fleet=known)
    assert (first.name, first.state.zh) == (FAR.name, "部分事项可办")
    assert second.name == SHUT.name


def test_old_knowledge_is_told_with_its_age_and_keeps_nobody_away() -> None:
    known = fleet(NEAR="out_of_service", FAR="in_service")
    (near, far, _) = elsewhere(CITY, "XM-HERE", MONDAY_NOON, fleet=known, age=25 * 60)
    assert near.state == Text(zh="25 分钟前：暂停服务", en="25 min ago: out of service")
    assert far.state.zh == "25 分钟前：正常服务"
    (near, *_) = elsewhere(CITY, "XM-HERE", MONDAY_NOON, fleet=known, age=7 * 3600)
    assert near.state.en == "7 h ago: out of service"


def test_a_machine_that_stands_nowhere_is_near_to_nothing() -> None:
    assert elsewhere(CITY, "XM-0000", MONDAY_NOON) == ()


def test_at_three_in_the_morning_nobody_is_sent_to_a_closed_door() -> None:
    night = MONDAY_NOON.replace(hour=3)
    for place in elsewhere(SHIPPED, HERE, night):
        assert "closed now" not in place.hours.en


# -- all of them, on the map -----------------------------------------------------------


def test_all_stations_stand_around_this_one_the_nearest_first() -> None:
    found = places(SHIPPED, HERE, MONDAY_NOON, {})
    assert len(found) == 12
    assert (found[0].here, found[0].kilometres, found[0].east, found[0].north) == (True, 0.0, 0.0, 0.0)
    far = [place.kilometres for place in found]
    assert far == sorted(far)
    for place in found:
        assert (place.east**2 + place.north**2) ** 0.5 == pytest.approx(place.kilometres, abs=0.2)
    by_name = {place.name.zh: place for place in found}
    assert by_name["同安区银湖 24 小时便利店站"].north > 20  # Tong'an lies in the north
    assert by_name["海沧区行政中心站"].east < -5  # Haicang in the west


def test_a_place_says_what_cannot_be_done_there_as_long_as_that_is_fresh() -> None:
    names = {"RS-01": Text(zh="参保证明", en="proof")}
    near = Stations(stations=(station("A"), station("B", lat=24.51)))
    heard = Fleet(
        at=MONDAY_NOON,
        stations=(
            KnownStation(
                station="XM-B",
                service=StationService.LIMITED,
                unavailable=("RS-01", "XX-99"),
                heard_at=MONDAY_NOON,
            ),
        ),
    )
    here, there = places(near, "XM-A", MONDAY_NOON, names, fleet=heard)
    assert (here.known, here.unavailable) == (False, ())
    assert (there.known, there.unavailable) == (True, (names["RS-01"],))
    _, there = places(near, "XM-A", MONDAY_NOON, names, fleet=heard, age=3600)
    assert (there.known, there.unavailable) == (False, ())
    assert "60 分钟前" in there.state.zh


def test_around_a_station_that_nobody_has_heard_of_there_is_nothing() -> None:
    assert places(SHIPPED, "XM-XX-0001", MONDAY_NOON, {}) == ()


@given(st.floats(24.4, 24.8), st.floats(118.0, 118.3))
def test_who_lies_in_the_north_east_is_drawn_there(lat: float, lon: float) -> None:
    near = Stations(stations=(station("A"), station("B", lat=lat, lon=lon)))
    there = next(place for place in places(near, "XM-A", MONDAY_NOON, {}) if not place.here)
    assert (there.north > 0.01) <= (lat > 24.5)
    assert (there.east > 0.01) <= (lon > 118.1)
