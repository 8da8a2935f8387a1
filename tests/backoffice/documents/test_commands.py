"""The service as a program: its keys lie where they belong, and what it makes is verified with what it published."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backoffice.store import Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import CopyRequest
from kiosk.gateway.signatures import load_authority, verify
from tests.backoffice.documents.bench import request
from tests.backoffice.test_commands import run, serving


def test_the_service_makes_its_keys_beside_the_database_and_publishes_the_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = f"sqlite:///{tmp_path}/var/backoffice.sqlite3"
    asked = request(facts=(), answers=())
    with serving(database, "--public", "https://e.example/") as (_, url), closing(GatewayClient(url)) as client:
        made = client.make_document(asked)
        client.send_copy(made.code, CopyRequest(idempotency_key=asked.idempotency_key, email="lin@example.com"))
    authority = load_authority(tmp_path / "var" / "seals" / "authority.crt")
    assert verify(made.pdf, authority, datetime.now(UTC)) == "厦门市人力资源和社会保障局"
    assert made.url == f"https://e.example/documents/{made.code}"
    for path in (tmp_path / "var" / "seals").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("emails", "--database", database) == 0
    _, address, code, subject = capsys.readouterr().out.rstrip("\n").split("\t")
    assert (address, code) == ("lin@example.com", made.code)
    assert "个人参保证明" in subject


def test_started_again_it_signs_with_the_same_keys(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/backoffice.sqlite3"
    certificates = []
    for _ in range(2):
        with serving(database, "--seals", str(tmp_path / "keys")):
            certificates.append((tmp_path / "keys" / "authority.crt").read_bytes())
    assert certificates[0] == certificates[1]
    with closing(Store(database)) as store:
        assert store.emails() == []
