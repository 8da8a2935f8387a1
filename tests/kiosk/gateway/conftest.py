from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.outbox import Outbox
from tests.backoffice.running import Line, Running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/backoffice.sqlite3")
    yield store
    store.close()


@pytest.fixture
def line(store: Store) -> Line:
    return Line(create_app(store))


@pytest.fixture
def office(line: Line) -> Iterator[Running]:
    with Running(line) as running:
        yield running
        line.release.set()


@pytest.fixture
def client(office: Running) -> Iterator[GatewayClient]:
    client = GatewayClient(office.url)
    yield client
    client.close()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path / "kiosk")
    yield outbox
    outbox.close()
