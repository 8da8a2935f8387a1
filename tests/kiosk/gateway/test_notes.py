"""Ratings, counts and reports of faults survive a restart and a line that is away, and count once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.feedback import Feedback
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import Case, CaseResult, FaultReport, Level, Rating
from kiosk.gateway.notes import MOST, Messenger, Notes, NotesUnusable
from tests.backoffice.running import Running, Wire, until

SOON = (0.05, 0.1)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def rating(key: UUID | None = None, level: Level = Level.POOR) -> Rating:
    return Rating(
        idempotency_key=key or uuid4(),
        station="XM-0001",
        item="JT-02",
        result=CaseResult.FINISHED,
        level=level,
        anonymous=True,
        day=date(2026, 11, 23),
    )


def case(key: UUID | None = None) -> Case:
    return Case(
        idempotency_key=key or uuid4(),
        station="XM-0001",
        item="JT-02",
        result=CaseResult.LEFT,
        began_at=NOON,
        ended_at=NOON,
    )


def report() -> FaultReport:
    return FaultReport(idempotency_key=uuid4(), station="XM-0001", page="home", trouble="screen", at=NOON)


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    notes = Notes(tmp_path / "kiosk")
    yield notes
    notes.close()


def test_what_is_told_arrives_and_nothing_of_it_stays(notes: Notes, store: Store, client: GatewayClient) -> None:
    messenger = Messenger(notes, client, pauses=SOON)
    messenger.start()
    for note in (rating(), case(), report()):
        messenger.tell(note)
    until(lambda: len(Feedback(store).work_orders()) == 2 and notes.waiting() == 0)
    messenger.stop()
    assert [line.level for line in Feedback(store).ratings()] == [Level.POOR]


def test_what_was_told_with_the_line_away_goes_out_after_a_restart_and_counts_once(
    tmp_path: Path, store: Store
) -> None:
    with closing(GatewayClient("http://127.0.0.1:9", connect_seconds=1)) as nowhere:
        first = Notes(tmp_path / "kiosk")
        messenger = Messenger(first, nowhere, pauses=SOON)
        messenger.start()
        said = rating()
        messenger.tell(said)
        messenger.tell(said)
        messenger.stop()
        first.close()
    again = Notes(tmp_path / "kiosk")
    assert again.waiting() == 1
    with Running(create_app(store)) as office, closing(GatewayClient(office.url)) as client:
        messenger = Messenger(again, client, pauses=SOON)
        messenger.start()
        until(lambda: again.waiting() == 0)
        messenger.stop()
    again.close()
    assert len(Feedback(store).ratings()) == 1


def test_an_answer_that_was_lost_makes_no_second_rating(notes: Notes, store: Store, client: GatewayClient) -> None:
    said = rating()
    client.rate(said)  # the answer never arrived here
    messenger = Messenger(notes, client, pauses=SOON)
    messenger.tell(said)
    messenger.start()
    until(lambda: notes.waiting() == 0)
    messenger.stop()
    assert len(Feedback(store).ratings()) == 1


def test_a_killed_program_has_kept_what_it_wrote_down(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from kiosk.gateway.notes import Notes; "
        "from tests.kiosk.gateway.test_notes import rating; "
        "Notes(Path(sys.argv[1])).put(rating()); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == -9
    with closing(Notes(tmp_path)) as notes:
        assert notes.waiting() == 1


def test_one_that_does_not_go_through_does_not_keep_the_others_from_going(notes: Notes) -> None:
    stuck, easy = rating(), case()
    notes.put(stuck)
    notes.put(easy)
    first = notes.next()
    assert first is not None
    assert first[1] == stuck
    notes.postpone(first[0])
    then = notes.next()
    assert then is not None
    assert then[1] == easy


@pytest.mark.warns("the back office refused a note: invalid")
def test_what_the_back_office_refuses_for_good_is_not_sent_for_ever(notes: Notes) -> None:
    problem = b'{"title": "no", "status": 422, "code": "invalid"}'
    head = b"HTTP/1.1 422 No\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
    answer = head + b"Content-Length: %d\r\n\r\n%s" % (len(problem), problem)
    with Wire(lambda wire: wire.sendall(answer)) as office, closing(GatewayClient(office.url)) as client:
        messenger = Messenger(notes, client, pauses=SOON)
        messenger.tell(rating())
        messenger.start()
        until(lambda: office.connections == 1 and notes.waiting() == 0)
        messenger.stop()


@pytest.mark.warns("a note of another version is thrown away")
def test_what_nobody_can_read_does_not_block_the_rest(
    tmp_path: Path, notes: Notes, store: Store, client: GatewayClient
) -> None:
    with closing(sqlite3.connect(tmp_path / "kiosk" / "notes.sqlite3")) as database:
        database.execute("INSERT INTO note (key, kind, body) VALUES ('k', 'poem', '{}')")
        database.commit()
    messenger = Messenger(notes, client, pauses=SOON)
    messenger.tell(rating())
    messenger.start()
    until(lambda: notes.waiting() == 0)
    messenger.stop()
    assert len(Feedback(store).ratings()) == 1


def test_only_the_newest_are_kept_when_there_are_too_many(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST == 10_000
    monkeypatch.setattr("kiosk.gateway.notes.MOST", 3)
    said = [rating() for _ in range(5)]
    for note in said:
        notes.put(note)
    assert notes.waiting() == 3
    oldest = notes.next()
    assert oldest is not None
    assert oldest[1] == said[2]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "kiosk").write_text("no folder")
    with pytest.raises(NotesUnusable):
        Notes(tmp_path / "kiosk")


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["put", "again", "fail", "sent"]), max_size=30))
def test_whatever_happens_each_note_is_there_once_until_it_was_sent(
    tmp_path_factory: pytest.TempPathFactory, course: list[str]
) -> None:
    notes = Notes(tmp_path_factory.mktemp("kiosk"))
    waiting: dict[UUID, Rating] = {}
    for what in course:
        if what == "put":
            said = rating()
            waiting[said.idempotency_key] = said
            notes.put(said)
        elif what == "again" and waiting:
            notes.put(next(iter(waiting.values())))
        elif (found := notes.next()) is not None:
            if what == "fail":
                notes.postpone(found[0])
            elif what == "sent":
                assert found[1] is not None
                del waiting[found[1].idempotency_key]
                notes.remove(found[0])
        assert notes.waiting() == len(waiting)
    notes.close()
