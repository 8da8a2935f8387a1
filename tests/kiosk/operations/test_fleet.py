"""A machine tells how it is, learns how the others are, and remembers it when the line is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import StationService, StationState
from kiosk.home import Service
from kiosk.operations import fleet as module
from kiosk.operations.fleet import Heartbeat
from tests.backoffice.running import Running

HERE, OTHER = "XM-HL-0001", "XM-HL-0002"
NOBODY = "http://127.0.0.1:1"


class Clocks:
    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)
        self.running = 1000.0

    def passes(self, seconds: float) -> None:
        self.running += seconds
        self.wall += timedelta(seconds=seconds)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    yield store
    store.close()


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    with Running(create_app(store)) as running:
        yield running.url


def heart(tmp_path: Path, clocks: Clocks, url: str | None = NOBODY, station: str = HERE) -> Heartbeat:
    client = GatewayClient(url, connect_seconds=1, read_seconds=5) if url is not None else None
    return Heartbeat(tmp_path, client, station, "0.1.0", now=lambda: clocks.wall, clock=lambda: clocks.running)


def test_what_a_machine_tells_arrives_and_it_learns_of_the_others(
    tmp_path: Path, clocks: Clocks, store: Store, url: str
) -> None:
    limited = StationState(service=StationService.LIMITED, unavailable=("JT-02",), software="0.0.9", at=clocks.wall)
    store.hear(OTHER, limited)
    here = heart(tmp_path, clocks, url)
    assert here.beat(Service.IN_SERVICE, ())
    assert {line.station: line.service for line in store.stations()} == {
        HERE: StationService.IN_SERVICE,
        OTHER: StationService.LIMITED,
    }
    known = here.known()
    assert known is not None
    assert known.age == 0
    assert {one.station: one.unavailable for one in known.fleet.stations} == {HERE: (), OTHER: ("JT-02",)}


@pytest.mark.parametrize("service", Service)
def test_every_service_can_be_told(tmp_path: Path, clocks: Clocks, store: Store, url: str, service: Service) -> None:
    assert heart(tmp_path, clocks, url).beat(service, ("JT-02",))
    assert store.stations()[0].service.value == service.value


def test_what_was_learned_grows_old_while_the_line_is_away(tmp_path: Path, clocks: Clocks, url: str) -> None:
    here = heart(tmp_path, clocks, url)
    here.beat(Service.IN_SERVICE, ())
    here._client = GatewayClient(NOBODY, connect_seconds=1, read_seconds=1)
    clocks.passes(1500)
    assert not here.beat(Service.IN_SERVICE, ())
    known = here.known()
    assert known is not None
    assert known.age == 1500
    assert [one.station for one in known.fleet.stations] == [HERE]


def test_what_was_learned_survives_a_restart_without_a_line(tmp_path: Path, clocks: Clocks, url: str) -> None:
    heart(tmp_path, clocks, url).beat(Service.IN_SERVICE, ())
    clocks.wall += timedelta(hours=5)
    clocks.running = 3.0  # it booted
    known = heart(tmp_path, clocks).known()
    assert known is not None
    assert known.age == 5 * 3600
    clocks.passes(60)


def test_a_clock_that_went_back_makes_no_knowledge_of_the_future(tmp_path: Path, clocks: Clocks, url: str) -> None:
    heart(tmp_path, clocks, url).beat(Service.IN_SERVICE, ())
    clocks.wall -= timedelta(days=9000)
    known = heart(tmp_path, clocks).known()
    assert known is not None
    assert known.age == 0


def test_a_machine_without_a_line_knows_nothing_and_tells_nobody(tmp_path: Path, clocks: Clocks) -> None:
    here = heart(tmp_path, clocks, None)
    assert not here.beat(Service.IN_SERVICE, ())
    assert here.known() is None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"learned_at": "now", "fleet": {}}'])
@pytest.mark.warns("what was known of other stations cannot be read")
def test_a_file_that_makes_no_sense_is_as_good_as_none(
    tmp_path: Path, clocks: Clocks, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "fleet.json").write_bytes(content)
    assert heart(tmp_path, clocks).known() is None
    assert "cannot be read" in caplog.text


@pytest.mark.warns("what is known of other stations cannot be kept")
def test_a_full_disk_does_not_keep_a_machine_from_knowing(
    tmp_path: Path, clocks: Clocks, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    here = heart(tmp_path, clocks, url)
    assert here.beat(Service.IN_SERVICE, ())
    assert here.known() is not None
    assert "cannot be kept" in caplog.text
