"""Ratings, ended visits and reports of faults on their way to the back office.

Nobody is named in them, so they are kept as they are. Each is written down
before it is sent and removed once the back office has it; sent twice, it has
the same key and counts once.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import ValidationError

from kiosk.database import OtherVersion, opened
from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import Case, FaultReport, Rating

log = logging.getLogger("kiosk.gateway.notes")

Note = Rating | Case | FaultReport

VERSION = 1
MOST = 10_000  # of a machine that is without its line for months; the oldest goes then
_KINDS: dict[str, type[Rating] | type[Case] | type[FaultReport]] = {
    "rating": Rating,
    "case": Case,
    "fault_report": FaultReport,
}
_SCHEMA = """
CREATE TABLE note (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;
"""


class NotesUnusable(Exception):
    """The notes cannot be kept; the message says why."""


class Notes:
    """The notes that wait, in ``directory / notes.sqlite3``. Methods may be called on any thread.

    All of them raise NotesUnusable.
    """

    def __init__(self, directory: Path) -> None:
        self._lock = threading.Lock()
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._database = opened(directory / "notes.sqlite3", _SCHEMA, VERSION)
        except (OtherVersion, OSError, sqlite3.Error) as error:
            raise NotesUnusable(f"the notes in {directory} cannot be opened: {error}") from error

    def put(self, note: Note) -> None:
        """Write a note down; when this returns, it is on the disk. Once more is as good as once."""
        kind = next(name for name, model in _KINDS.items() if isinstance(note, model))
        self._do(
            "INSERT OR IGNORE INTO note (key, kind, body) VALUES (?, ?, ?)",
            (str(note.idempotency_key), kind, note.model_dump_json()),
        )
        self._do("DELETE FROM note WHERE number <= (SELECT max(number) FROM note) - ?", (MOST,))

    def next(self) -> tuple[int, Note | None] | None:
        """The number of the note to send now, and the note; None in its place where it cannot be read.

        One that did not go through waits behind the others. None: nothing waits.
        """
        row = self._do("SELECT number, kind, body FROM note ORDER BY tries, number LIMIT 1", ())
        if row is None:
            return None
        try:
            return row[0], _KINDS[row[1]].model_validate_json(row[2])
        except (KeyError, ValidationError):
            return row[0], None

    def waiting(self) -> int:
        """How many are still to be sent."""
        row = self._do("SELECT count(*) FROM note", ())
        return int(row[0]) if row is not None else 0

    def postpone(self, number: int) -> None:
        """It did not go through."""
        self._do("UPDATE note SET tries = tries + 1 WHERE number = ?", (number,))

    def remove(self, number: int) -> None:
        """The back office has it, or never will."""
        self._do("DELETE FROM note WHERE number = ?", (number,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _do(self, statement: str, values: tuple[object, ...]) -> tuple[int, str, str] | None:
        try:
            with self._lock:
                found: tuple[int, str, str] | None = self._database.execute(statement, values).fetchone()
                return found
        except sqlite3.Error as error:
            raise NotesUnusable(f"the notes failed: {error}") from error


class Messenger:
    """Keeps ``notes`` and sends them, on two threads of its own: to write does not wait for the line.

    ``pauses`` are the seconds after each failure in a row; the last one repeats.
    """

    def __init__(
        self,
        notes: Notes,
        client: GatewayClient,
        *,
        pauses: Sequence[float] = (5, 15, 60, 300),
    ) -> None:
        self._notes = notes
        self._client = client
        self._pauses = pauses
        self._changed = threading.Condition()
        self._stopping = False
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="notes")
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)

    def start(self) -> None:
        """Begin to send, first of all what was left over from the last time."""
        self._thread.start()

    def tell(self, note: Note) -> None:
        """Have a note kept and sent. Returns at once."""
        self._writer.submit(self._keep, note)

    def stop(self, seconds: float = 2.0) -> None:
        """Write down what was told, then end. What is being sent is kept until it is known to have arrived."""
        self._writer.shutdown(wait=True)
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)
        if not self._thread.is_alive():
            self._notes.close()

    def _keep(self, note: Note) -> None:
        try:
            self._notes.put(note)
        except NotesUnusable:
            log.exception("a %s is lost", type(note).__name__)
            return
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                found = self._notes.next()
                if found is None:
                    self._wait(None)
                    continue
                failures = 0 if self._send(*found) else failures + 1
            except NotesUnusable:
                log.exception("the notes cannot be read")
                failures += 1
            if failures:
                self._wait(time.monotonic() + self._pauses[min(failures, len(self._pauses)) - 1])

    def _wait(self, until: float | None) -> None:
        """Until then, or where nothing waits, until there is something; and no longer than the program lasts."""
        with self._changed:
            while not self._stopping:
                if until is None and self._notes.waiting():
                    return
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    return
                self._changed.wait(left)

    def _send(self, number: int, note: Note | None) -> bool:
        """Whether the line carried it."""
        try:
            match note:
                case Rating():
                    self._client.rate(note)
                case Case():
                    self._client.count(note)
                case FaultReport():
                    self._client.report_fault(note)
                case None:
                    log.error("a note of another version is thrown away")
        except GatewayUnreachable as error:
            log.info("a note waits on: %s", error)
            self._notes.postpone(number)
            return False
        except GatewayRefused as refusal:
            log.warning("the back office refused a note: %s", refusal.problem.code)
        self._notes.remove(number)
        return True
