"""What citizens say of their cases and of the machines (好差评, 报修), and the work orders that follow from it.

Nobody is named in any of it. A bad rating, and a machine that somebody found at
fault, open a work order (工单) that an officer has to answer within some
working days. Whoever gave a rating with the case's number is told the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import words
from backoffice.booking.working_days import Unannounced, WorkingDays, works_in_china
from backoffice.store import OfficeError, Store
from backoffice.tables import ApplicationRow, CaseRow, RatingRow, TextMessageRow, WorkOrderRow
from kiosk.gateway.contract import (
    BAD_LEVELS,
    CASES,
    FAULT_REPORTS,
    PHONE_ANSWER,
    RATINGS,
    Case,
    CaseResult,
    FaultReport,
    Level,
    Noted,
    Rating,
)
from kiosk.hours import LOCAL

RATING_DAYS = 5  # working days within which a bad rating is answered
FAULT_DAYS = 1
LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class RatingLine:
    """One rating."""

    day: date
    station: str
    item: str
    result: CaseResult
    level: Level
    reasons: tuple[str, ...]
    number: str | None


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One work order; ``overdue`` where it was not answered in time."""

    number: int
    station: str
    item: str | None
    about: str
    opened: date
    due: date
    answered: bool
    overdue: bool


class Feedback:
    """Ratings, ended visits and reports of faults, in ``store``. Methods may be called on any thread."""

    def __init__(self, store: Store, works: WorkingDays = works_in_china) -> None:
        self._store = store
        self._works = works

    def rate(self, rating: Rating) -> Noted:
        """Keep a rating, once however often it comes; a bad one opens a work order."""

        def keep(session: Session) -> None:
            key = str(rating.idempotency_key)
            if session.scalar(select(RatingRow.id).where(RatingRow.idempotency_key == key)) is not None:
                return
            row = RatingRow(
                idempotency_key=key,
                station=rating.station,
                item=rating.item,
                result=CaseResult(rating.result),
                level=rating.level,
                reasons=list(rating.reasons),
                anonymous=rating.anonymous,
                number=rating.number,
                day=rating.day,
            )
            session.add(row)
            session.flush()
            if rating.level in BAD_LEVELS:
                about = " ".join((rating.level, *rating.reasons))
                order = WorkOrderRow(rating_id=row.id, station=rating.station, item=rating.item, about=about[:200])
                self._open(session, order, RATING_DAYS)

        self._store.persistently(keep)
        return Noted(at=self._store.now())

    def count(self, case: Case) -> Noted:
        """Keep that a visit has ended, once however often it is told."""

        def keep(session: Session) -> None:
            key = str(case.idempotency_key)
            if session.scalar(select(CaseRow.id).where(CaseRow.idempotency_key == key)) is None:
                said = case.model_dump(exclude={"idempotency_key"})
                day = case.ended_at.astimezone(LOCAL).date()
                session.add(CaseRow(idempotency_key=key, day=day, **said))

        self._store.persistently(keep)
        return Noted(at=self._store.now())

    def report(self, report: FaultReport) -> Noted:
        """Open a work order for a machine that somebody found at fault, once however often it is told."""

        def keep(session: Session) -> None:
            key = str(report.idempotency_key)
            if session.scalar(select(WorkOrderRow.id).where(WorkOrderRow.report_key == key)) is None:
                about = f"{report.trouble} {report.page}"
                order = WorkOrderRow(report_key=key, station=report.station, item=report.item, about=about)
                self._open(session, order, FAULT_DAYS)

        self._store.persistently(keep)
        return Noted(at=self._store.now())

    def ratings(self) -> Sequence[RatingLine]:
        """Every rating, oldest first."""
        with self._store.transaction() as session:
            return [
                RatingLine(row.day, row.station, row.item, row.result, row.level, tuple(row.reasons), row.number)
                for row in session.scalars(select(RatingRow).order_by(RatingRow.id))
            ]

    def work_orders(self) -> Sequence[WorkOrder]:
        """Every work order: those that wait for an answer first, by the day on which they are due."""
        today = self._today()
        with self._store.transaction() as session:
            rows = session.scalars(select(WorkOrderRow).order_by(WorkOrderRow.due, WorkOrderRow.id)).all()
            orders = [
                WorkOrder(
                    number=row.id,
                    station=row.station,
                    item=row.item,
                    about=row.about,
                    opened=row.opened,
                    due=row.due,
                    answered=row.answered_at is not None,
                    overdue=_day(row.answered_at, today) > row.due,
                )
                for row in rows
            ]
        return sorted(orders, key=lambda order: order.answered)

    def answer(self, number: int, officer: str, answer: str) -> str:
        """Answer a work order; the result is the text message that went to whoever gave the rating, or "".

        Raises OfficeError when there is no such work order, or it is answered already.
        """
        if not 1 <= len(answer.strip()) <= LONGEST_ANSWER:
            raise OfficeError(f"An answer says what was done, in {LONGEST_ANSWER} characters at most.")
        with self._store.transaction() as session:
            row = session.get(WorkOrderRow, number, with_for_update=True)
            if row is None:
                raise OfficeError(f"There is no work order {number}.")
            if row.answered_at is not None:
                raise OfficeError(f"The work order {number} has been answered already.")
            row.answered_at, row.officer, row.answer = self._store.now(), officer, answer.strip()
            return self._tell(session, row)

    def _tell(self, session: Session, order: WorkOrderRow) -> str:
        """Tell the answer to whoever gave the rating, where the case's number leads to a phone."""
        rating = session.get(RatingRow, order.rating_id) if order.rating_id is not None else None
        if rating is None or rating.number is None:
            return ""
        known = (ApplicationRow.reference_number == rating.number) | (ApplicationRow.ticket == rating.number)
        row = session.scalar(select(ApplicationRow).where(known).order_by(ApplicationRow.id.desc()).limit(1))
        phone = row.answers.get(PHONE_ANSWER) if row is not None else None
        if row is None or not isinstance(phone, str) or not phone:
            return ""
        said: str = words.ANSWERED.filled(reference=row.reference_number, answer=order.answer).in_(row.language)
        at = self._store.now()
        session.add(TextMessageRow(application_id=row.id, phone=phone[:20], words=said, at=at))
        return said

    def _open(self, session: Session, order: WorkOrderRow, days: int) -> None:
        order.opened = self._today()
        order.due = working_days_later(order.opened, days, self._works)
        session.add(order)

    def _today(self) -> date:
        return self._store.now().astimezone(LOCAL).date()


def working_days_later(day: date, count: int, works: WorkingDays) -> date:
    """The day ``count`` working days after ``day``; weekdays are counted where nothing is announced yet."""
    while count:
        day += timedelta(days=1)
        try:
            worked = works(day)
        except Unannounced:
            worked = day.weekday() < 5
        count -= worked
    return day


def routes(feedback: Feedback) -> APIRouter:
    """Every place of the contract that is about ratings, counts and reports."""
    router = APIRouter()

    @router.post(RATINGS, status_code=HTTPStatus.CREATED)
    def rate(rating: Rating) -> Noted:
        return feedback.rate(rating)

    @router.post(CASES, status_code=HTTPStatus.CREATED)
    def count(case: Case) -> Noted:
        return feedback.count(case)

    @router.post(FAULT_REPORTS, status_code=HTTPStatus.CREATED)
    def report_fault(report: FaultReport) -> Noted:
        return feedback.report(report)

    return router


def _day(moment: datetime | None, otherwise: date) -> date:
    return moment.astimezone(LOCAL).date() if moment is not None else otherwise
