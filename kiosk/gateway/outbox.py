"""Nothing lost, nothing twice: applications wait here, encrypted, until the back office has them.

So does the news that a card was written. An application is written down before it is sent and removed after the back
office has it. Whatever happens in between, it is sent again with the same
idempotency key, by which the back office knows it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import TypeAdapter, ValidationError

from kiosk.database import OtherVersion, opened
from kiosk.files import make_once
from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import KEEPS_NOTHING, Acceptance, Application, CardWritten, Noted, ProblemCode

log = logging.getLogger("kiosk.gateway.outbox")

Fact = str | int | float | None
Letter = Application | CardWritten

_LETTER: TypeAdapter[Letter] = TypeAdapter(Letter, config=KEEPS_NOTHING)

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = 1

_SCHEMA = """
CREATE TABLE entry (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    ticket TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    sealed BLOB NOT NULL,
    refused TEXT,
    refused_at TEXT
) STRICT;
"""


class OutboxUnusable(Exception):
    """The outbox cannot keep anything; the message says why, and holds nothing of an application."""


class Unreadable(Exception):
    """One entry cannot be opened: damaged, or sealed with a key that is no longer here."""


class Outbox:
    """The applications, and the news of cards, that wait, in ``directory``: ``outbox.sqlite3`` and ``outbox.key``.

    In clear stand the idempotency key, times, and why the back office refused;
    the rest is AES-256-GCM, bound to its idempotency key. The key lies
    beside the file: it protects a copy of the database, a backup, a disk sold
    later, but not against whoever reads the whole running machine. Methods may
    be called on any thread and raise OutboxUnusable.
    """

    def __init__(self, directory: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._lock = threading.Lock()
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            directory.chmod(0o700)
            self._cipher = AESGCM(_key(directory))
            self._database = opened(directory / "outbox.sqlite3", _SCHEMA, VERSION)
            self._database.execute("PRAGMA secure_delete = ON").fetchone()
        except OtherVersion as error:
            raise OutboxUnusable(str(error)) from error
        except (OSError, sqlite3.Error) as error:
            raise OutboxUnusable(f"the outbox in {directory} cannot be opened: {error}") from error

    def put(self, letter: Letter) -> None:
        """Write it down; when this returns, it is on the disk. Once more is as good as once."""
        key = str(letter.idempotency_key)
        content = letter.model_dump_json().encode()
        with self._transaction() as database:
            row = database.execute("SELECT sealed FROM entry WHERE key = ?", (key,)).fetchone()
            if row is None:
                saved_at = self._now().isoformat(timespec="seconds")
                database.execute(
                    "INSERT INTO entry (key, ticket, saved_at, sealed) VALUES (?, ?, ?, ?)",
                    (key, letter.ticket, saved_at, self._sealed(key, content)),
                )
                return
            try:
                same = self._unsealed(key, row[0]) == content
            except Unreadable:
                same = False
            if not same:
                raise OutboxUnusable("something else with this idempotency key is kept already")
            database.execute("UPDATE entry SET refused = NULL, refused_at = NULL WHERE key = ?", (key,))

    def waiting(self) -> int:
        """How many are still to be sent."""
        return len(self.waiting_tickets())

    def waiting_tickets(self) -> dict[str, str]:
        """Ticket by idempotency key of everything still to be sent, oldest first."""
        with self._transaction() as database:
            rows = database.execute("SELECT key, ticket FROM entry WHERE refused IS NULL ORDER BY number")
            return dict(rows.fetchall())

    def refusals(self) -> dict[str, str]:
        """ProblemCode by ticket of what was refused after its citizen had gone; an officer has to look at it."""
        with self._transaction() as database:
            rows = database.execute("SELECT ticket, refused FROM entry WHERE refused IS NOT NULL ORDER BY number")
            return dict(rows.fetchall())

    def open(self, key: str) -> Letter:
        """What has this idempotency key. Raises KeyError when it is not here, Unreadable."""
        with self._transaction() as database:
            row = database.execute("SELECT sealed FROM entry WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        try:
            return _LETTER.validate_json(self._unsealed(key, row[0]))
        except ValidationError as error:
            raise Unreadable("sealed by another version of the contract") from error

    def delivered(self, key: str) -> None:
        """The back office has it, or its citizen knows that it never will: remove every trace."""
        with self._transaction() as database:
            database.execute("DELETE FROM entry WHERE key = ?", (key,))
        # secure_delete has wiped the page, but the log beside the file still has the entry.
        with self._errors(), self._lock:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def refused(self, key: str, code: ProblemCode) -> None:
        """The back office will never take it, and nobody was there to be told: keep it for an officer."""
        with self._transaction() as database:
            database.execute(
                "UPDATE entry SET refused = ?, refused_at = ? WHERE key = ?",
                (code.value, self._now().isoformat(timespec="seconds"), key),
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OutboxUnusable(f"the outbox failed: {error}") from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._errors(), self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield self._database

    def _sealed(self, key: str, content: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, _bound_to(key))

    def _unsealed(self, key: str, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(key))
        except (InvalidTag, ValueError) as error:
            raise Unreadable("damaged, or sealed with another key") from error


def _bound_to(key: str) -> bytes:
    return b"outbox/1:" + key.encode()


def _key(directory: Path) -> bytes:
    """The key of this machine, made when there is none."""
    path = directory / "outbox.key"
    make_once(path, lambda draft: draft.write_bytes(AESGCM.generate_key(KEY_BYTES * 8)))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OutboxUnusable(f"{path} is not a key of {KEY_BYTES} bytes; put back its copy, or move both files away")
    return key


class Courier:
    """Owns the thread that sends, and is the only one that sends.

    ``pauses`` are the seconds between attempts for one application, the last
    one repeats, each stretched by up to a quarter so that two hundred machines do not
    come back at the same moment. They are not kept across a restart:
    then everything is tried at once. ``on_event`` takes facts for the journal,
    on the courier's thread.
    """

    def __init__(
        self,
        outbox: Outbox,
        client: GatewayClient,
        *,
        on_event: Callable[[str, Mapping[str, Fact]], None] = lambda _event, _facts: None,
        pauses: Sequence[float] = (2, 5, 15, 60, 300),
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._on_event = on_event
        self._pauses = pauses
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._changed = threading.Condition()
        self._stopping = False
        self._present: dict[str, Future[Acceptance | Noted]] = {}  # the citizens who stand and wait
        self._attempts: dict[str, int] = {}
        self._next_try: dict[str, float] = {}
        self._unreadable: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to send, first of all what was left over from the last time."""
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """End the thread. What it is sending may arrive or not: it stays in the outbox until that is known."""
        with self._changed:
            self._stopping = True
            for citizen in self._present.values():
                citizen.cancel()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)

    @overload
    def deliver(self, letter: Application, seconds: float) -> Acceptance | None: ...

    @overload
    def deliver(self, letter: CardWritten, seconds: float) -> Noted | None: ...

    def deliver(self, letter: Letter, seconds: float) -> Acceptance | Noted | None:
        """Write it down, then wait up to ``seconds`` for the back office.

        None: it is saved and goes out by itself. Raises OutboxUnusable when
        nothing was kept, GatewayRefused when it is refused for good; its entry
        is then removed, because the citizen is there to be told.
        """
        key = str(letter.idempotency_key)
        with self._changed:
            self._outbox.put(letter)
            if self._stopping:
                return None
            citizen = self._present.setdefault(key, Future())
            self._next_try.pop(key, None)
            self._changed.notify()
        try:
            return citizen.result(seconds)
        except CancelledError:
            return None
        except TimeoutError:
            # Whoever is first decides: once the courier has an answer for the citizen, the wait cannot be given up.
            return None if citizen.cancel() else citizen.result()
        finally:
            with self._changed:
                if self._present.get(key) is citizen:
                    del self._present[key]

    # -- on the courier's thread -----------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                entry = self._next()
                if entry is None:
                    return
                try:
                    self._send(*entry)
                finally:
                    self._postpone(entry[0])
            except Exception:
                # A full disk, a journal that cannot be written: whatever it is, a later try may succeed.
                log.exception("the courier stumbled")
                with self._changed:
                    if not self._stopping:
                        self._changed.wait(self._pauses[0])

    def _next(self) -> tuple[str, str] | None:
        """Wait for something to send, as key and ticket: whose citizen is present comes first. None: the end."""
        with self._changed:
            while not self._stopping:
                entries = self._outbox.waiting_tickets()
                for gone in self._attempts.keys() - entries.keys():
                    del self._attempts[gone]
                    self._next_try.pop(gone, None)
                now = self._clock()
                waiting = {key: self._next_try.get(key, now) for key in entries if key not in self._unreadable}
                due = [key for key, at in waiting.items() if at <= now]
                if due:
                    key = next((key for key in due if key in self._present), due[0])
                    return key, entries[key]
                self._changed.wait(min(waiting.values()) - now if waiting else None)
            return None

    def _postpone(self, key: str) -> None:
        """Whatever came of the attempt; what is no longer in the outbox is forgotten when we look there next."""
        with self._changed:
            attempts = self._attempts[key] = self._attempts.get(key, 0) + 1
            pause = self._pauses[min(attempts, len(self._pauses)) - 1]
            self._next_try[key] = self._clock() + pause * self._rng.uniform(1, 1.25)

    def _send(self, key: str, ticket: str) -> None:
        try:
            letter = self._outbox.open(key)
            if isinstance(letter, Application):
                answer: Acceptance | Noted = self._client.submit(letter)
            else:
                answer = self._client.tell_written(letter)
        except Unreadable as error:
            self._unreadable.add(key)
            log.error("%s in the outbox cannot be read: %s", ticket, error)  # noqa: TRY400
            self._on_event("application_unreadable", {"ticket": ticket})
        except GatewayUnreachable as error:
            log.warning("%s in the outbox waits on: %s", ticket, error)
        except GatewayRefused as refusal:
            with self._answered(key) as citizen:
                if citizen is None:
                    self._outbox.refused(key, refusal.problem.code)
                else:
                    citizen.set_exception(refusal)
                    self._outbox.delivered(key)
            what = "application_refused" if isinstance(letter, Application) else "card_news_refused"
            self._on_event(what, {"ticket": ticket, "code": refusal.problem.code.value})
        else:
            with self._answered(key) as citizen:
                if citizen is not None:
                    citizen.set_result(answer)
                self._outbox.delivered(key)
            if isinstance(answer, Acceptance):
                facts = {"ticket": ticket, "reference_number": answer.reference_number}
                self._on_event("application_delivered", facts)
            else:
                self._on_event("card_news_delivered", {"ticket": ticket})

    @contextlib.contextmanager
    def _answered(self, key: str) -> Iterator[Future[Acceptance | Noted] | None]:
        """The citizen who waits for this answer and can no longer give up, None when nobody is there.

        As long as this lasts, nobody hands anything in and nobody who was told leaves.
        """
        with self._changed:
            citizen = self._present.pop(key, None)
            yield citizen if citizen is not None and citizen.set_running_or_notify_cancel() else None
