"""Stations say how they are; the back office tells it to others and keeps their support bundles."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import ValidationError

from backoffice import store as module
from backoffice.service import create_app
from backoffice.store import OfficeError, Store
from kiosk.gateway import contract
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import (
    STATE_SECONDS,
    Fleet,
    Problem,
    ProblemCode,
    StationService,
    StationState,
    SupportBundle,
)
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running
from tests.backoffice.test_commands import run

SAID_AT = datetime(2026, 11, 23, 1, 29, tzinfo=UTC)


def state(service: str = "in_service", **changes: Any) -> StationState:
    return StationState.model_validate({"service": service, "software": "0.1.0", "at": SAID_AT, **changes})


def bundle(content: bytes = b"PK a bundle", station: str = "XM-HL-0001") -> SupportBundle:
    return SupportBundle.of(station, SAID_AT, content)


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    with Running(create_app(store)) as running:
        yield running.url


@pytest.fixture
def client(url: str) -> Iterator[GatewayClient]:
    client = GatewayClient(url)
    yield client
    client.close()


# -- how stations are ------------------------------------------------------------------


def test_what_one_station_says_another_one_learns(client: GatewayClient, time: Time) -> None:
    assert client.fleet() == Fleet(at=time.now, stations=())
    noted = client.tell_state("XM-HL-0001", state("limited", unavailable=("JT-02",)))
    assert noted.at == time.now
    time.passes(minutes=3)
    fleet = client.fleet()
    (known,) = fleet.stations
    assert (known.station, known.service, known.unavailable) == ("XM-HL-0001", StationService.LIMITED, ("JT-02",))
    assert fleet.at - known.heard_at == timedelta(minutes=3)  # both by the back office's clock


def test_the_last_word_counts(client: GatewayClient, store: Store) -> None:
    for service in ("out_of_service", "limited", "in_service"):
        client.tell_state("XM-HL-0001", state(service))
    assert [line.service for line in store.stations()] == [StationService.IN_SERVICE]


def test_a_station_that_falls_silent_is_unknown_until_it_speaks_again(store: Store, time: Time) -> None:
    store.hear("XM-HL-0001", state())
    time.passes(seconds=STATE_SECONDS)
    assert store.fleet().stations[0].service is StationService.IN_SERVICE
    time.passes(seconds=1)
    assert store.fleet().stations[0].service is StationService.UNKNOWN
    store.hear("XM-HL-0001", state())
    assert store.fleet().stations[0].service is StationService.IN_SERVICE


def test_a_stations_wrong_clock_changes_nothing(store: Store) -> None:
    store.hear("XM-HL-0001", state(at=SAID_AT - timedelta(days=9000)))
    assert store.fleet().stations[0].service is StationService.IN_SERVICE


def test_nobody_can_say_that_nothing_is_known() -> None:
    with pytest.raises(ValidationError):
        state("unknown")


@pytest.mark.parametrize(
    ("station", "body"),
    [
        ("xm", {"service": "in_service", "software": "1", "at": "2026-11-23T01:29:00Z"}),
        ("XM-1", {"service": "asleep", "software": "1", "at": "2026-11-23T01:29:00Z"}),
        ("XM-1", {"service": "in_service", "software": "1", "at": "2026-11-23T01:29:00"}),
        ("XM-1", {"service": "in_service", "software": "1", "at": "2026-11-23T01:29:00Z", "note": "林晓舟"}),
        ("XM-1", {"service": "in_service", "software": "林晓舟", "at": "2026-11-23T01:29:00Z"}),
        ("XM-1", {"service": "limited", "unavailable": ["x"], "software": "1", "at": "2026-11-23T01:29:00Z"}),
    ],
)
def test_what_is_not_of_the_contract_is_refused_and_not_repeated(url: str, station: str, body: dict[str, Any]) -> None:
    response = requests.put(f"{url}/v1/stations/{station}/state", json=body, timeout=30)
    assert Problem.model_validate_json(response.content).code is ProblemCode.INVALID
    assert "林晓舟" not in response.text


def test_two_hundred_stations_at_once_are_all_heard(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.hear(f"XM-{n:04}", state()), range(200)))
    assert len(store.stations()) == 200


def test_every_state_of_a_station_has_a_name() -> None:
    assert set(contract.SERVICE_NAMES) == set(StationService)


# -- support bundles ----------------------------------------------------------------------


def test_a_bundle_is_kept_under_a_number_once_however_often_it_comes(client: GatewayClient, store: Store) -> None:
    first, second = client.hand_in(bundle()), client.hand_in(bundle())
    assert first.number == second.number == 1
    assert client.hand_in(bundle(b"another one")).number == 2
    assert client.hand_in(bundle(station="XM-HL-0002")).number == 3
    assert store.bundle(1) == b"PK a bundle"
    assert [line.size for line in store.bundles()] == [11, 11, 11]


def test_only_the_newest_of_a_station_are_kept_and_no_number_comes_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUNDLES_KEPT", 2)
    other = store.take_bundle(bundle(station="XM-HL-0002")).number
    numbers = [store.take_bundle(bundle(bytes([n]))).number for n in range(4)]
    assert [line.number for line in store.bundles()] == [other, *numbers[-2:]]
    with pytest.raises(OfficeError, match="There is no support bundle"):
        store.bundle(numbers[0])


def test_a_bundle_that_is_too_large_cannot_even_be_made() -> None:
    with pytest.raises(ValidationError, match="at most"):
        bundle(bytes(contract.MOST_BUNDLE_BYTES + 1))


def test_the_largest_bundle_passes(client: GatewayClient, store: Store) -> None:
    content = bytes(contract.MOST_BUNDLE_BYTES)
    assert store.bundle(client.hand_in(bundle(content)).number) == content


def test_a_bundle_that_was_damaged_on_its_way_is_refused(url: str) -> None:
    body = bundle().model_dump(mode="json") | {"sha256": "0" * 64}
    response = requests.post(f"{url}/v1/bundles", json=body, timeout=30)
    assert Problem.model_validate_json(response.content).code is ProblemCode.INVALID


# -- commands -------------------------------------------------------------------------------


def test_the_fleet_is_printed_and_the_status_tells_whether_all_serve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    store = Store(database)
    store.hear("XM-HL-0001", state())
    assert run("fleet", "--database", database) == 0
    store.hear("XM-HL-0002", state("limited", unavailable=("JT-02", "JT-03")))
    store.close()
    capsys.readouterr()
    assert run("fleet", "--database", database) == 1
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [[line[0], line[1], *line[3:]] for line in lines] == [
        ["XM-HL-0001", "正常服务", "0.1.0", ""],
        ["XM-HL-0002", "部分事项可办", "0.1.0", "JT-02 JT-03"],
    ]


def test_bundles_are_listed_and_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    store = Store(database)
    store.take_bundle(bundle())
    store.close()
    assert run("bundles", "--database", database) == 0
    assert capsys.readouterr().out.startswith("1\tXM-HL-0001\t")
    assert run("bundle", "1", "--out", str(tmp_path / "out.zip"), "--database", database) == 0
    assert (tmp_path / "out.zip").read_bytes() == b"PK a bundle"
    assert run("bundle", "7", "--out", str(tmp_path / "none.zip"), "--database", database) == 1
    assert not (tmp_path / "none.zip").exists()
