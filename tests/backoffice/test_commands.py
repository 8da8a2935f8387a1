from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from backoffice.commands import options
from backoffice.store import Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import Acceptance, CodeRequest, Stage
from tests.backoffice.samples import NUMBER, PERSONAL, PHONE, application

_MAIN = """
import argparse, logging, sys
from backoffice.commands import options
parser = argparse.ArgumentParser()
options(parser)
chosen = parser.parse_args()
logging.basicConfig(level=logging.INFO)
sys.exit(chosen.command(chosen))
"""


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/var/backoffice.sqlite3"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    options(parser)
    chosen = parser.parse_args(words)
    status: int = chosen.command(chosen)
    return status


def accepted(database: str) -> Acceptance:
    with closing(Store(database)) as store:
        return store.accept(application())


@contextmanager
def serving(database: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service as a program of its own, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", _MAIN, "serve", "--listen", "127.0.0.1:0", "--database", database, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["ready"]
    finally:
        if process.returncode is None:
            process.kill()
            process.communicate(timeout=30)


def test_an_officer_approves(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    reference = accepted(database).reference_number
    assert run("review", reference, "--approve", "--sms", "--database", database) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{reference} posted EA000000014CN"
    assert said[1].startswith("【e政务】")


def test_an_officer_refuses_with_a_reason(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    reference = accepted(database).reference_number
    assert run("review", reference, "--refuse", "papers_unclear", "--words", "驾驶证副页", "--database", database) == 0
    assert capsys.readouterr().out == f"{reference} refused\n"
    assert run("texts", "--database", database) == 0
    _, phone, words = capsys.readouterr().out.rstrip("\n").split("\t")
    assert phone == PHONE
    assert "照片不清楚" in words
    assert "审核人员的原话：“驾驶证副页”" in words


def test_own_words_alone_are_enough_and_no_reason_is_none(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    reference = accepted(database).reference_number
    assert run("review", reference, "--refuse", "--database", database) == 1
    assert "needs a reason" in capsys.readouterr().err
    assert run("review", reference, "--refuse", "blurred", "--database", database) == 1
    assert "There is no reason blurred" in capsys.readouterr().err
    assert run("review", reference, "--refuse", "--words", "驾驶证副页不清楚", "--database", database) == 0


def test_reviewing_twice_is_said_to_be_impossible(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    reference = accepted(database).reference_number
    run("review", reference, "--approve", "--database", database)
    assert run("review", reference, "--refuse", "too_late", "--database", database) == 1
    assert capsys.readouterr().err == f"{reference} has already been reviewed: it is posted.\n"


def test_a_number_that_is_not_there_is_said_not_to_be(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("review", "JT02-20261123-00001-X", "--approve", "--database", database) == 1
    assert "There is no application" in capsys.readouterr().err


def test_a_review_needs_a_verdict(database: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("review", "JT02-20261123-00001-X", "--database", database)


def test_the_list_names_applications_and_nobody(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    reference = accepted(database).reference_number
    assert run("listing", "--database", database) == 0
    listed = capsys.readouterr().out
    assert reference in listed
    assert "待审核" in listed
    assert not [datum for datum in PERSONAL if datum in listed]


def test_a_phone_is_put_on_file_and_changed(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("phone", NUMBER, "13950010009", "--database", database) == 0
    assert run("phone", NUMBER, PHONE, "--database", database) == 0
    assert run("phone", NUMBER, "12345", "--database", database) == 1
    assert "not a mobile phone number" in capsys.readouterr().err
    with closing(Store(database)) as store:
        assert store.send_code(CodeRequest(number=NUMBER, language="zh")).phone == "139****0001"


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/office.sqlite3", "oddsql://x/y"])
def test_a_database_that_cannot_be_used_is_said_to_be_none(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("listing", "--database", url) == 1
    assert capsys.readouterr().err.startswith("The database cannot be used: ")


def test_the_service_says_where_it_listens_and_ends_when_it_is_asked_to(database: str) -> None:
    with serving(database) as (process, url):
        client = GatewayClient(url)
        acceptance = client.submit(application())
        process.send_signal(signal.SIGTERM)
        rest, log = process.communicate(timeout=30)
        assert process.returncode == 0
        assert rest == ""
        assert acceptance.ticket not in log
        assert "Traceback" not in log


def test_an_officer_reviews_while_the_service_runs(database: str) -> None:
    with serving(database) as (_, url):
        client = GatewayClient(url)
        sent = application()
        reference = client.submit(sent).reference_number
        assert run("review", reference, "--approve", "--database", database) == 0
        found = client.ticket(sent.ticket)
        assert found is not None
        assert found.stage is Stage.POSTED


def test_a_service_that_is_killed_keeps_what_it_accepted(database: str) -> None:
    sent = application()
    with serving(database) as (process, url):
        reference = GatewayClient(url).submit(sent).reference_number
        process.kill()
        process.communicate(timeout=30)
    with serving(database) as (_, url):
        again = GatewayClient(url).submit(sent)
    assert (again.reference_number, again.duplicate) == (reference, True)


def test_a_port_that_is_taken_is_said_to_be(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            assert run("serve", "--listen", address, "--database", database) == 1
        assert f"{address} cannot be listened on" in capsys.readouterr().err
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def test_an_address_that_is_none_is_said_to_be_none(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("serve", "--listen", "8800", "--database", database) == 2
    assert "expected host:port" in capsys.readouterr().err
