"""SQLite files that this machine keeps: private, on the disk when a transaction ends, opened by several at once."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from kiosk.files import make_once

WAIT_SECONDS = 5.0


class OtherVersion(Exception):
    """The file was written by another version of this program; the message says so."""


def opened(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """Open the file at ``path``, made from ``schema`` where there is none; it may be used on any thread.

    ``version`` is kept in the file as its user_version, 1 or more. Transactions
    are begun by the caller. Raises OtherVersion, OSError, sqlite3.Error.
    """
    make_once(path, lambda draft: _new(draft, schema, version))
    database = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    with contextlib.ExitStack() as on_error:
        on_error.callback(database.close)
        database.execute("PRAGMA synchronous = FULL")
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if found != version:
            raise OtherVersion(f"{path} was written by another version of this program (its format is {found})")
        on_error.pop_all()
    return database


def _new(draft: Path, schema: str, version: int) -> None:
    # The log's mode is kept in the file. Changing it later, under the eyes of another program, would fail:
    # for that one step SQLite does not wait (https://www.sqlite.org/wal.html, "Activating WAL mode").
    with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL").fetchone()
        database.executescript(f"BEGIN; {schema} PRAGMA user_version = {version}; COMMIT;")
