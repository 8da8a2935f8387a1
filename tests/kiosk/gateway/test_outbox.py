from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.gateway.contract import Attachment, ProblemCode
from kiosk.gateway.outbox import Outbox, OutboxUnusable, Unreadable
from tests.backoffice.samples import NAME, PERSONAL, SIGNATURE, application, card_news


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "kiosk"


@pytest.fixture
def outbox(directory: Path) -> Iterator[Outbox]:
    outbox = Outbox(directory)
    yield outbox
    outbox.close()


def in_files(directory: Path) -> bytes:
    """Every byte that lies in the outbox's folder, its log included."""
    return b"".join(path.read_bytes() for path in directory.iterdir())


def edit(directory: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(directory / "outbox.sqlite3")) as database:
        database.execute(statement, values)
        database.commit()


def test_an_application_survives_closing(directory: Path) -> None:
    kept = application()
    with closing(Outbox(directory)) as outbox:
        outbox.put(kept)
    with closing(Outbox(directory)) as outbox:
        assert outbox.waiting_tickets() == {str(kept.idempotency_key): kept.ticket}
        assert outbox.open(str(kept.idempotency_key)) == kept


def test_no_file_holds_a_personal_datum_in_clear(directory: Path, outbox: Outbox) -> None:
    kept = application()
    outbox.put(kept)
    lying = in_files(directory)
    assert str(kept.idempotency_key).encode() in lying  # it does lie there
    for datum in (*(word.encode() for word in PERSONAL), NAME.encode("unicode_escape"), SIGNATURE[:24]):
        assert datum not in lying


def test_nothing_of_a_delivered_application_remains(directory: Path) -> None:
    page = Attachment.of("page", "image/jpeg", bytes(range(256)) * 200)
    kept, other = application(attachments=(page,)), application()
    with closing(Outbox(directory)) as outbox:
        outbox.put(kept)
        outbox.put(other)
    # Closed, so that it lies in the database itself and no longer in its log alone.
    with closing(sqlite3.connect(directory / "outbox.sqlite3")) as database:
        sealed: bytes = database.execute("SELECT sealed FROM entry ORDER BY number").fetchone()[0]
    with closing(Outbox(directory)) as outbox:
        parts = [sealed[at : at + 50] for at in range(0, len(sealed) - 50, 50)]
        assert sum(part in in_files(directory) for part in parts) > 0.9 * len(parts)
        outbox.delivered(str(kept.idempotency_key))
        assert not any(part in in_files(directory) for part in parts)
        assert outbox.open(str(other.idempotency_key)) == other


def test_only_the_owner_can_read_the_files(directory: Path, outbox: Outbox) -> None:
    outbox.put(application())
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    assert set(modes) >= {"outbox.key", "outbox.sqlite3", "outbox.sqlite3-wal"}
    assert set(modes.values()) == {0o600}


def test_the_oldest_goes_first(outbox: Outbox) -> None:
    kept = [application() for _ in range(5)]
    for one in kept:
        outbox.put(one)
    assert list(outbox.waiting_tickets().values()) == [one.ticket for one in kept]
    assert outbox.waiting() == 5


def test_an_application_put_in_twice_lies_there_once(outbox: Outbox) -> None:
    kept = application()
    outbox.put(kept)
    outbox.put(kept)
    assert outbox.waiting() == 1


def test_another_application_under_the_same_key_is_not_taken_for_the_first(outbox: Outbox) -> None:
    first = application()
    outbox.put(first)
    with pytest.raises(OutboxUnusable, match="something else"):
        outbox.put(application(first.idempotency_key, item="JT-01"))
    assert outbox.open(str(first.idempotency_key)) == first


def test_the_news_of_a_card_lies_beside_applications_and_nothing_of_its_holder_is_in_clear(
    directory: Path, outbox: Outbox
) -> None:
    application_, news = application(), card_news()
    outbox.put(application_)
    outbox.put(news)
    assert list(outbox.waiting_tickets().values()) == [application_.ticket, news.ticket]
    assert outbox.open(str(news.idempotency_key)) == news
    assert outbox.open(str(application_.idempotency_key)) == application_
    content = b"".join(path.read_bytes() for path in directory.glob("outbox.sqlite3*"))
    for personal in PERSONAL:
        assert personal.encode() not in content


def test_what_was_refused_is_kept_for_an_officer_and_not_sent_again(outbox: Outbox) -> None:
    kept = application()
    outbox.put(kept)
    outbox.refused(str(kept.idempotency_key), ProblemCode.NOT_PROVEN)
    assert outbox.waiting() == 0
    assert outbox.refusals() == {kept.ticket: "not_proven"}
    assert outbox.open(str(kept.idempotency_key)) == kept


def test_what_was_refused_waits_again_when_its_citizen_hands_it_in_again(outbox: Outbox) -> None:
    kept = application()
    outbox.put(kept)
    outbox.refused(str(kept.idempotency_key), ProblemCode.INVALID)
    outbox.put(kept)
    assert outbox.waiting() == 1
    assert outbox.refusals() == {}


def test_a_damaged_entry_is_unreadable_and_the_others_are_not(directory: Path, outbox: Outbox) -> None:
    damaged, whole = application(), application()
    outbox.put(damaged)
    outbox.put(whole)
    edit(directory, "UPDATE entry SET sealed = zeroblob(100) WHERE key = ?", str(damaged.idempotency_key))
    with pytest.raises(Unreadable):
        outbox.open(str(damaged.idempotency_key))
    assert outbox.open(str(whole.idempotency_key)) == whole


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_an_entry_cut_short_is_unreadable(directory: Path, outbox: Outbox, length: int) -> None:
    kept = application()
    outbox.put(kept)
    edit(directory, "UPDATE entry SET sealed = substr(sealed, 1, ?)", length)
    with pytest.raises(Unreadable):
        outbox.open(str(kept.idempotency_key))


def test_a_sealed_application_cannot_be_moved_under_another_key(directory: Path, outbox: Outbox) -> None:
    outbox.put(application())
    other = str(uuid4())
    edit(directory, "UPDATE entry SET key = ?", other)
    with pytest.raises(Unreadable):
        outbox.open(other)


def test_another_machines_key_opens_nothing_but_the_outbox_goes_on(directory: Path) -> None:
    kept = application()
    with closing(Outbox(directory)) as outbox:
        outbox.put(kept)
    (directory / "outbox.key").unlink()
    with closing(Outbox(directory)) as outbox:
        with pytest.raises(Unreadable):
            outbox.open(str(kept.idempotency_key))
        later = application()
        outbox.put(later)
        assert outbox.open(str(later.idempotency_key)) == later
        assert outbox.waiting() == 2


def test_nothing_is_here_that_was_never_put_in(outbox: Outbox) -> None:
    with pytest.raises(KeyError):
        outbox.open(str(uuid4()))


def test_a_key_that_is_none_is_not_used_and_not_replaced(directory: Path) -> None:
    Outbox(directory).close()
    (directory / "outbox.key").write_bytes(b"short")
    with pytest.raises(OutboxUnusable, match="not a key of 32 bytes"):
        Outbox(directory)
    assert (directory / "outbox.key").read_bytes() == b"short"


def test_a_file_that_is_no_database_is_said_to_be_none(directory: Path) -> None:
    directory.mkdir()
    (directory / "outbox.sqlite3").write_bytes(b"this is something else entirely" * 200)
    with pytest.raises(OutboxUnusable, match="cannot be opened"):
        Outbox(directory)


def test_an_outbox_of_a_later_version_is_left_alone(directory: Path) -> None:
    Outbox(directory).close()
    edit(directory, "PRAGMA user_version = 9")
    with pytest.raises(OutboxUnusable, match="another version"):
        Outbox(directory)


def test_a_folder_that_cannot_be_made_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutboxUnusable, match="cannot be opened"):
        Outbox(tmp_path / "file" / "kiosk")


def test_on_a_full_disk_nothing_is_kept_and_what_was_kept_stays(outbox: Outbox) -> None:
    kept = application()
    outbox.put(kept)
    pages = outbox._database.execute("PRAGMA page_count").fetchone()[0]
    outbox._database.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    with pytest.raises(OutboxUnusable, match="full"):
        outbox.put(application())
    assert outbox.waiting() == 1
    outbox.delivered(str(kept.idempotency_key))
    assert outbox.waiting() == 0


def test_a_closed_outbox_is_unusable(directory: Path) -> None:
    outbox = Outbox(directory)
    outbox.close()
    with pytest.raises(OutboxUnusable):
        outbox.put(application())


def test_no_error_shows_what_was_to_be_kept(directory: Path) -> None:
    outbox = Outbox(directory)
    outbox.close()
    with pytest.raises(OutboxUnusable) as failed:
        outbox.put(application())
    assert not [datum for datum in PERSONAL if datum in f"{failed.value!r} {failed.value.__cause__!r}"]


def test_two_programs_that_start_at_once_have_one_key(directory: Path) -> None:
    kept = [application() for _ in range(6)]

    def opened(_: int) -> Outbox:
        return Outbox(directory)

    with ThreadPoolExecutor(6) as pool:
        outboxes = list(pool.map(opened, range(6)))
    for outbox, one in zip(outboxes, kept, strict=True):
        outbox.put(one)
    assert [outboxes[0].open(str(one.idempotency_key)) for one in kept] == kept
    for outbox in outboxes:
        outbox.close()
    assert [path.name for path in directory.glob("outbox.key*")] == ["outbox.key"]
