"""The reference system of a department: a file of records, ``backoffice/records/<department>.yaml``.

It stands where a real site has the department's own system. What it knows of
the invented people of the sample tray is written in docs/adding-an-item.md.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from backoffice.cases import Cases
from backoffice.departments import Departments, System, Terms
from backoffice.evidence import DRAWN_FROM, Scene, pictures_of
from backoffice.store import Store
from kiosk.gateway.contract import (
    MOST_PICTURES,
    OPERATION_FORM,
    Answer,
    AnswerKind,
    CardNumber,
    Identifier,
    Question,
    Sentences,
)
from kiosk.hours import LOCAL, Hours
from kiosk.text import Text
from kiosk.yaml_file import YamlError, read_yaml

RECORDS = Path(__file__).resolve().parent / "records"
PEOPLE = "people.yaml"
SERVICES = "services.yaml"  # what can be booked, see backoffice/booking/services.py
PERSON = "person"

# How far back a period reaches that is asked for by its name; of any other, as far as there is anything.
_YEARS = {"one_year": 1, "three_years": 3, "five_years": 5, "ten_years": 10}

# A day or a month counted from today, so that records do not grow old.
_RELATIVE = re.compile(r"(today|month)([+-]\d{1,4})?")


class RecordsError(Exception):
    """Files of records cannot be used; the message says where and why, a line for each mistake."""


class Manner(StrEnum):
    """How a reference system behaves."""

    UP = "up"
    DOWN = "down"
    SLOW = "slow"
    CLOSED = "closed"


class SystemDown(Exception):
    """The system gives no answer."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _counted(value: str) -> str:
    if value.startswith(("today", "month")) and not _RELATIVE.fullmatch(value):
        raise ValueError("a day or a month counted from now is written today-30, today, month-1")
    return value


Value = Annotated[str, AfterValidator(_counted)]
Row = dict[Identifier, Value]


class Monthly(_Strict):
    """One row for each of the ``months`` before this one, the newest first; its ``key`` and ``month`` are YYYYMM."""

    months: int = Field(ge=1, le=240)
    row: Row = {}


class Record(_Strict):
    """What is known of one person or thing; ``photographs`` are drawn of it (:mod:`backoffice.evidence`)."""

    facts: dict[Identifier, Value] = {}
    photographs: tuple[Scene, ...] = Field(default=(), max_length=MOST_PICTURES)
    rows: tuple[Row, ...] = ()
    monthly: Monthly | None = None

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Record:
        if self.photographs and (missing := sorted(DRAWN_FROM - self.facts.keys())):
            raise ValueError(f"photographs cannot be drawn without {missing[0]}")
        return self

    @field_validator("rows")
    @classmethod
    def _rows_can_be_picked(cls, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        keys = [row.get("key") for row in rows]
        if None in keys or len(set(keys)) < len(keys):
            raise ValueError("each row has a key of its own")
        return rows


class Denial(_Strict):
    """What the department says to whom it denies something."""

    happened: Text
    meaning: Text
    todo: Text


class OperationRecords(_Strict):
    """One operation. ``about`` is ``person`` or the asked answer that it is about; ``proof`` whether it wants one.

    ``changes`` are the facts that other operations say of a person once this one was told of a card written for it.
    ``issued`` are facts that count, each, the documents of one kind that this back office issued to the person this
    month; what the record says of it was issued elsewhere. ``period`` is the column by which rows belong to the months
    (``from_month``, ``to_month``) or to the ``period`` that were asked for; ``counts`` is the fact that says how many
    rows there are, ``sums`` are facts that add columns up; with ``rows_told`` false that is all that is said of them.
    """

    about: Identifier = PERSON
    proof: bool = True
    found: dict[str, Record] = {}
    denied: dict[str, Denial] = {}
    changes: dict[str, dict[Identifier, Value]] = {}
    issued: dict[Identifier, Identifier] = {}
    period: Identifier | None = None
    counts: Identifier | None = None
    sums: dict[Identifier, tuple[Identifier, ...]] = {}
    rows_told: bool = True

    @model_validator(mode="after")
    def _names_are_known(self, info: ValidationInfo) -> OperationRecords:
        both = sorted(self.found.keys() & self.denied.keys())
        if both:
            raise ValueError(f"{both[0]} is found and denied")
        if self.about == PERSON and isinstance(info.context, _Context):
            strangers = sorted((self.found.keys() | self.denied.keys()) - info.context.people.keys())
            if strangers:
                raise ValueError(f"there is nobody called {strangers[0]} in {PEOPLE}")
        return self


class DepartmentRecords(_Strict):
    """One file: when the system is open, and what it answers."""

    hours: Hours = Hours()
    operations: dict[Annotated[str, Field(pattern=OPERATION_FORM)], OperationRecords]

    @field_validator("operations")
    @classmethod
    def _operations_are_its_own(
        cls, operations: dict[str, OperationRecords], info: ValidationInfo
    ) -> dict[str, OperationRecords]:
        if isinstance(info.context, _Context):
            for name in operations:
                if name.partition(".")[0] != info.context.department:
                    raise ValueError(f"{name} is no operation of {info.context.department}")
        for name, one in operations.items():
            if strange := sorted(one.changes.keys() - operations.keys()):
                raise ValueError(f"{name} changes {strange[0]}, which is no operation here")
        return operations


class Person(_Strict):
    """Somebody of the sample tray: the card's number, and the phone number on file."""

    number: CardNumber
    phone: Annotated[str, Field(pattern=r"^1[0-9]{10}$")]


class People(_Strict):
    """Everybody whom the records know, by the names of the sample tray."""

    people: dict[str, Person]


class _Context:
    def __init__(self, department: str, people: Mapping[str, Person]) -> None:
        self.department = department
        self.people = people


class ReferenceSystem:
    """One department's records, and a manner that whoever plays with them can change."""

    def __init__(
        self,
        records: DepartmentRecords,
        people: Mapping[str, Person],
        *,
        now: Callable[[], datetime],
        manner: Callable[[], tuple[Manner, float]],
        written: Callable[[str], Iterable[str]] = lambda _number: (),
        issued: Callable[[str, str], int] = lambda _number, _document: 0,
    ) -> None:
        self._records = records
        self._written = written
        self._issued = issued
        self._names = {person.number: name for name, person in people.items()}
        self._now = now
        self._manner = manner

    @property
    def hours(self) -> Hours:
        """When it is open."""
        return self._records.hours

    def open_now(self) -> bool:
        """Whether it is open now."""
        return self._manner()[0] is not Manner.CLOSED and self.hours.open_at(self._now())

    def alive(self) -> bool:
        """Whether it gives a sign of life."""
        return self._manner()[0] is not Manner.DOWN

    def terms(self, operation: str) -> Terms | None:
        """What an operation wants to know of whoever asks, None when there is no such operation."""
        found = self._records.operations.get(operation)
        return Terms(person=found.about == PERSON, proof=found.proof) if found is not None else None

    def ask(self, operation: str, question: Question) -> Answer:
        """Answer from the records. Raises SystemDown."""
        manner, seconds = self._manner()
        if manner is Manner.DOWN:
            raise SystemDown
        if manner is Manner.SLOW:
            time.sleep(seconds)
        records = self._records.operations[operation]
        if records.about == PERSON:
            key = self._names.get(question.number or "", "")
        else:
            key = question.asked.get(records.about, "")
        if (denial := records.denied.get(key)) is not None:
            said = Sentences(happened=denial.happened, meaning=denial.meaning, todo=denial.todo)
            return Answer(outcome=AnswerKind.DENIED, said=said)
        if (record := records.found.get(key)) is None:
            return Answer(outcome=AnswerKind.NOTHING)
        today = self._now().astimezone(LOCAL).date()
        values = record.facts | self._changed(operation, question)
        facts = {name: _today(value, today) for name, value in values.items()}
        for name, document in records.issued.items():
            facts[name] = str(int(facts.get(name) or "0") + self._issued(question.number or "", document))
        known = tuple(_rows(record, today))
        rows = known
        if records.period is not None:
            first, last = _period(question.asked, today)
            rows = tuple(row for row in known if first <= row.get(records.period, "")[: len(first)] <= last)
        if known and not rows and question.asked.get("from_month"):
            return Answer(outcome=AnswerKind.NOTHING)
        if records.counts is not None:
            facts[records.counts] = str(len(rows))
        for name, columns in records.sums.items():
            facts[name] = str(sum((Decimal(row[column]) for row in rows for column in columns), Decimal()))
        return Answer(
            outcome=AnswerKind.FOUND,
            facts=facts,
            rows=rows if records.rows_told else (),
            pictures=pictures_of(facts, record.photographs),
        )

    def _changed(self, operation: str, question: Question) -> dict[str, str]:
        """What is otherwise than in the records since cards were written for this person."""
        told = self._written(question.number) if question.number is not None else ()
        known = (self._records.operations[name] for name in told if name in self._records.operations)
        return {key: value for one in known for key, value in one.changes.get(operation, {}).items()}


def reference_departments(store: Store, folder: Path = RECORDS) -> Departments:
    """Every department that has a file of records. Raises RecordsError."""
    people, records = load_records(folder)

    def manner_of(department: str) -> Callable[[], tuple[Manner, float]]:
        def manner() -> tuple[Manner, float]:
            name, seconds = store.manners().get(department, (Manner.UP, 0.0))
            return Manner(name), seconds

        return manner

    systems: dict[str, System] = {
        name: ReferenceSystem(
            found,
            people,
            now=store.now,
            manner=manner_of(name),
            written=store.written_cards,
            issued=store.issued_this_month,
        )
        for name, found in records.items()
    }
    return Departments(store, {**systems, "city": Cases(store)})


@cache
def load_records(folder: Path = RECORDS) -> tuple[Mapping[str, Person], Mapping[str, DepartmentRecords]]:
    """The people, and the records of every department by its id. Raises RecordsError with every mistake."""
    mine = (sys.modules[__name__],)
    mistakes: list[str] = []
    records: dict[str, DepartmentRecords] = {}
    try:
        people = read_yaml(folder / PEOPLE, People, mine).people
    except YamlError as error:
        raise RecordsError(str(error)) from error
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (PEOPLE, SERVICES):
            continue
        try:
            records[path.stem] = read_yaml(path, DepartmentRecords, mine, _Context(path.stem, people))
        except YamlError as error:
            mistakes.append(str(error))
    if mistakes:
        raise RecordsError("\n".join(mistakes))
    return people, records


def _rows(record: Record, today: date) -> Iterator[dict[str, str]]:
    for row in record.rows:
        yield {name: _today(value, today) for name, value in row.items()}
    for back in range(1, record.monthly.months + 1) if record.monthly is not None else ():
        month = _month(today, -back)
        row = record.monthly.row if record.monthly is not None else {}
        yield {"key": month, "month": month, **{name: _today(value, today) for name, value in row.items()}}


def _period(asked: Mapping[str, str], today: date) -> tuple[str, str]:
    """The first and the last month or day that are asked for, written alike; what still lasts is later than any day."""
    if asked.get("from_month"):
        return asked["from_month"], asked.get("to_month") or "9"
    years = _YEARS.get(asked.get("period", ""))
    return f"{today.year - years:04}{today:%m%d}" if years is not None else "", "~"


def _today(value: str, today: date) -> str:
    """A value of the records as it is today."""
    found = _RELATIVE.fullmatch(value)
    if found is None:
        return value
    by = int(found[2] or 0)
    return f"{today + timedelta(days=by):%Y%m%d}" if found[1] == "today" else _month(today, by)


def _month(today: date, by: int) -> str:
    months = today.year * 12 + today.month - 1 + by
    return f"{months // 12:04}{months % 12 + 1:02}"
