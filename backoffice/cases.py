"""One's own cases, of every department: the operations ``city.…``, answered from our own store.

By the ID card a person sees all of their own. By a number, whoever holds the
slip sees how that one stands and nothing of whose it is: running numbers can
be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.departments import Terms
from backoffice.store import Store
from backoffice.tables import ApplicationRow, BookingRow, OrderRow, StageChangeRow
from kiosk.gateway.contract import Answer, AnswerKind, OrderState, Question, Stage
from kiosk.hours import LOCAL, Hours
from kiosk.privacy import mask_name

MY_CASES, MY_CASE, CASE = "city.my_cases", "city.my_case", "city.case"
MOST = 30  # of somebody's cases, the newest first
_TERMS = {MY_CASES: Terms(person=True, proof=True), MY_CASE: Terms(person=True, proof=True)}
_TERMS[CASE] = Terms(person=False, proof=False)

Row = ApplicationRow | BookingRow | OrderRow


class Cases:
    """Stands among the departments as the city's own system. Its methods may be called on any thread."""

    hours = Hours()

    def __init__(self, store: Store) -> None:
        self._store = store

    def open_now(self) -> bool:
        """It is always open."""
        return True

    def alive(self) -> bool:
        """It lives as long as this service."""
        return True

    def terms(self, operation: str) -> Terms | None:
        """Who may ask: everybody by a number, a person who is proven for all of their own."""
        return _TERMS.get(operation)

    def ask(self, operation: str, question: Question) -> Answer:
        """Answer from the store."""
        with self._store.transaction() as session:
            if operation == MY_CASES:
                return _all_of(session, question.number or "")
            key = "case" if operation == MY_CASE else "number"
            row = _found(session, question.asked.get(key, ""))
            if row is None or (operation == MY_CASE and row.number != question.number):
                return Answer(outcome=AnswerKind.NOTHING)
            return _told(row, own=operation == MY_CASE)


def _all_of(session: Session, number: str) -> Answer:
    applications = select(ApplicationRow).where(ApplicationRow.number == number).order_by(ApplicationRow.id.desc())
    bookings = select(BookingRow).where(BookingRow.number == number).order_by(BookingRow.id.desc())
    orders = select(OrderRow).where(OrderRow.number == number).order_by(OrderRow.id.desc())
    rows: list[Row] = [
        *session.scalars(applications.limit(MOST)),
        *session.scalars(bookings.limit(MOST)),
        *session.scalars(orders.limit(MOST)),
    ]
    rows.sort(key=_changed, reverse=True)
    listed = tuple(
        {"key": _number(row), "item": row.item, "stage": _stage(row), "changed": _day(_changed(row))}
        for row in rows[:MOST]
    )
    return Answer(outcome=AnswerKind.FOUND if listed else AnswerKind.NOTHING, rows=listed)


def _found(session: Session, typed: str) -> Row | None:
    """The case of a number as it stands on a slip, with its dashes or without, or of a parcel."""
    numbers = list(_spellings(typed))
    if not numbers:
        return None
    application = or_(
        ApplicationRow.reference_number.in_(numbers),
        ApplicationRow.ticket.in_(numbers),
        ApplicationRow.parcel_number.in_(numbers),
    )
    for query in (
        select(ApplicationRow).where(application).order_by(ApplicationRow.id.desc()).limit(1),
        select(BookingRow).where(BookingRow.code.in_(numbers)),
        select(OrderRow).where(OrderRow.order_id.in_(numbers)),
    ):
        row: Row | None = session.scalar(query)
        if row is not None:
            return row
    return None


def _spellings(typed: str) -> Iterator[str]:
    """How a number is written here that somebody typed, perhaps without its dashes."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper())
    if not 8 <= len(bare) <= 40:
        return
    yield bare  # a parcel's
    if re.fullmatch(r"[A-Z]{2,4}\d{2}\d{8}\d{5}[0-9A-Z]", bare):
        yield f"{bare[:-14]}-{bare[-14:-6]}-{bare[-6:-1]}-{bare[-1]}"
    kind, ticket = bare[:-11], bare[-11:]
    if len(ticket) == 11 and kind in ("", "YY", "JF"):
        yield f"{kind}{'-' if kind else ''}{ticket[:4]}-{ticket[4:8]}-{ticket[8:]}"


def _told(row: Row, *, own: bool) -> Answer:
    facts = {"item": row.item, "number": _number(row), "stage": _stage(row)}
    if own and not isinstance(row, OrderRow):
        facts["name"] = mask_name(row.name)
    history = tuple({"key": f"step_{place}", **step} for place, step in enumerate(_history(row, own=own), 1))
    return Answer(outcome=AnswerKind.FOUND, facts=facts, rows=history)


def _history(row: Row, *, own: bool) -> Iterator[dict[str, str]]:
    match row:
        case ApplicationRow():
            for change in row.history:
                yield {"at": _day(change.at), "stage": change.stage.value, **_note(row, change, own=own)}
        case BookingRow():
            when = f"{row.day} {row.begins:%H:%M}–{row.ends:%H:%M}"
            yield {"at": _day(row.made_at), "stage": "booked", "note": when}
            if _stage(row) != "booked":
                yield {"at": _day(row.changed_at), "stage": _stage(row), "note": row.queue_number}
        case OrderRow():
            amount = f"¥{row.amount / 100:.2f}"
            yield {"at": _day(row.opened_at), "stage": "open", "note": amount}
            if row.paid_at is not None:
                yield {"at": _day(row.paid_at), "stage": "paid", "note": amount}
            if row.state not in (OrderState.OPEN, OrderState.PAID):
                yield {"at": _day(_changed(row)), "stage": _stage(row), "note": ""}


def _note(row: ApplicationRow, change: StageChangeRow, *, own: bool) -> dict[str, str]:
    if change.stage is Stage.POSTED:
        return {"note": row.parcel_number or ""}
    if not own or not change.reason:
        return {"note": ""}
    return {"note": change.reason, "note_en": change.reason_en}


def _number(row: Row) -> str:
    match row:
        case ApplicationRow():
            return row.reference_number
        case BookingRow():
            return row.code
        case OrderRow():
            return row.order_id


def _stage(row: Row) -> str:
    if isinstance(row, ApplicationRow):
        return row.stage.value
    if isinstance(row, OrderRow) and row.state is OrderState.REFUSED:
        return "pay_refused"
    return row.state.value


def _changed(row: Row) -> datetime:
    if isinstance(row, OrderRow):
        return row.paid_at or row.opened_at
    return row.changed_at


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%Y%m%d}"
