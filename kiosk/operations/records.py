"""What was checked, replaced and changed on this machine, by whom: numbered in the order in which it happened.

The number and not the clock says what came first, because the clock is one of
the things that get mended. Every entry is typed so that no citizen fits into it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from drivers.device import HealthLevel, HealthReport
from kiosk.database import OtherVersion, opened
from kiosk.operations.impersonal import Code, Fact, HardwareText, Name, TechnicianId, facts_of

log = logging.getLogger("kiosk.records")

VERSION = 1
# Ten devices, each checked every night for a year and a half. More would make the newest slow to find.
CHECKS_KEPT = 5_000

_SCHEMA = """
CREATE TABLE record (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,
    level TEXT NOT NULL,
    entry TEXT NOT NULL
) STRICT;
CREATE INDEX of_a_device ON record (kind, device, level, number);
"""


class RecordsUnusable(Exception):
    """The records cannot be read or written; the message says why."""


class _Entry(BaseModel):
    """``who`` is a technician, or nobody: then the machine did it by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime
    who: TechnicianId | None = None


class Checked(_Entry):
    """A health check ended. What was measured stands in ``facts``.

    ``answer`` is what a person said to ``question``; None: nobody was asked, or nobody answered. That it is broken may
    be said before anything is asked, of a check that does not come to an end.
    """

    kind: Literal["checked"] = "checked"
    device: Name
    level: HealthLevel
    faults: tuple[Code, ...] = ()
    facts: dict[Name, Fact] = Field(default_factory=dict)
    question: Code | None = None
    answer: Literal["works", "broken"] | None = None

    @classmethod
    def of(
        cls,
        device: str,
        report: HealthReport,
        *,
        at: AwareDatetime,
        who: str | None = None,
        answer: Literal["works", "broken"] | None = None,
    ) -> Checked:
        """The entry of a report. Facts that could be about a person are left out."""
        return cls(
            at=at,
            who=who,
            device=device,
            level=report.level,
            faults=tuple(str(fault.code) for fault in report.faults),
            facts=facts_of(report.facts),
            question=report.question or None,
            answer=answer,
        )

    @property
    def passed(self) -> bool:
        """Nothing was found, and whoever was asked said that it works."""
        return not self.faults and (self.answer == "works" or (self.answer is None and self.question is None))


class CutShort(_Entry):
    """A check was begun, and ended by a person before it came to anything. What the last whole one said still holds."""

    kind: Literal["cut_short"] = "cut_short"
    device: Name
    level: HealthLevel


class Replenished(_Entry):
    """Paper, toner or a bin was seen to, whether or not a sensor noticed."""

    kind: Literal["replenished"] = "replenished"
    device: Name
    supply: Name


class Swapped(_Entry):
    """A device was replaced by another one. Serial numbers are empty where a device does not tell them."""

    kind: Literal["swapped"] = "swapped"
    device: Name
    old_serial: HardwareText = ""
    new_serial: HardwareText = ""


class SettingChanged(_Entry):
    """A technician changed a setting; ``undoes`` is the record that this one takes back."""

    kind: Literal["setting_changed"] = "setting_changed"
    key: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")]
    old: HardwareText
    new: HardwareText
    undoes: int | None = None


Entry = Checked | CutShort | Replenished | Swapped | SettingChanged
EntryT_co = TypeVar("EntryT_co", bound=Entry, covariant=True)

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


@dataclass(frozen=True, slots=True)
class Record(Generic[EntryT_co]):
    """An entry and its number. Numbers only grow, and none is given twice."""

    number: int
    entry: EntryT_co


class Records:
    """The records of one machine, in ``records.sqlite3`` below ``directory``.

    Methods may be called on any thread and raise RecordsUnusable.
    """

    def __init__(self, directory: Path) -> None:
        self._lock = threading.Lock()
        path = directory / "records.sqlite3"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._database = opened(path, _SCHEMA, VERSION)
        except OtherVersion as error:
            raise RecordsUnusable(str(error)) from error
        except (OSError, sqlite3.Error) as error:
            raise RecordsUnusable(f"{path} cannot be opened: {error}") from error

    def add(self, entry: Entry) -> int:
        """Keep an entry; its number. When this returns, it is on the disk."""
        device = "" if isinstance(entry, SettingChanged) else entry.device
        level = entry.level.value if isinstance(entry, Checked | CutShort) else ""
        row = (entry.kind, device, level, entry.model_dump_json())
        with self._transaction() as database:
            inserted = database.execute("INSERT INTO record (kind, device, level, entry) VALUES (?, ?, ?, ?)", row)
            number = inserted.lastrowid
            if isinstance(entry, Checked):
                self._forget_old_checks(database)
        if number is None:
            raise RecordsUnusable("the database gave no number")
        return number

    def newest(self, at_most: int = 100, *, device: str | None = None) -> Sequence[Record[Entry]]:
        """The newest records, the newest first; of one device, or of the whole machine."""
        where, values = ("WHERE device = ?", [device]) if device is not None else ("", [])
        query = f"SELECT number, entry FROM record {where} ORDER BY number DESC LIMIT ?"  # noqa: S608 - fixed words
        with self._transaction() as database:
            rows = database.execute(query, [*values, at_most]).fetchall()
        return [Record(number, entry) for number, entry in _read(rows)]

    def get(self, number: int) -> Record[Entry] | None:
        """One record, None when there is none of this number."""
        with self._transaction() as database:
            rows = database.execute("SELECT number, entry FROM record WHERE number = ?", [number]).fetchall()
        return next((Record(number, entry) for number, entry in _read(rows)), None)

    def latest_checks(self) -> Sequence[Record[Checked]]:
        """The last check of each device at each level."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT number, entry FROM record WHERE number IN "
                "(SELECT max(number) FROM record WHERE kind = 'checked' GROUP BY device, level) ORDER BY number"
            ).fetchall()
        return [Record(number, entry) for number, entry in _read(rows) if isinstance(entry, Checked)]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    @staticmethod
    def _forget_old_checks(database: sqlite3.Connection) -> None:
        """Keep the newest, and the last of each device and level, however old."""
        database.execute(
            "DELETE FROM record WHERE kind = 'checked' AND number <= (SELECT max(number) FROM record) - ? "
            "AND number NOT IN (SELECT max(number) FROM record WHERE kind = 'checked' GROUP BY device, level)",
            [CHECKS_KEPT],
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with self._database:
                    self._database.execute("BEGIN IMMEDIATE")
                    yield self._database
            except sqlite3.Error as error:
                raise RecordsUnusable(f"the records failed: {error}") from error


def _read(rows: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Entry]]:
    for number, entry in rows:
        try:
            yield number, _ENTRY.validate_json(entry)
        except ValidationError:
            log.warning("record %d cannot be read", number)  # without the error, which shows what is wrong
