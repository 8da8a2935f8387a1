"""Gives out the numbers: each once, to one person, and never more than there are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from backoffice import words
from backoffice.booking.rule import (
    Coming,
    Slot,
    bookable,
    coming,
    green_day,
    may_cancel,
    next_release,
    suspended_until,
    urgent,
)
from backoffice.booking.services import Place, Service, load_services
from backoffice.booking.working_days import WorkingDays, works_in_china
from backoffice.store import Refusal, Store
from backoffice.tables import BookingRow, QueueRow, QuotaRow, TextMessageRow
from kiosk.gateway.contract import (
    Arrival,
    Booking,
    BookingPath,
    BookingRequest,
    Bookings,
    BookingState,
    HalfDay,
    OpenSlot,
    OtherPlace,
    ProblemCode,
    Slots,
    code_for,
)
from kiosk.hours import LOCAL
from kiosk.text import Text

# The letter before a queue number.
_SERIES = {BookingPath.URGENT: "J", BookingPath.GREEN: "L"}
_SERIES_OF_HALVES = {HalfDay.MORNING: "A", HalfDay.AFTERNOON: "B"}


@dataclass(frozen=True, slots=True)
class BookingLine:
    """One line of the list of bookings, ``about`` in both languages where it was asked. It names nobody."""

    code: str
    service: str
    place: str
    day: date
    half: HalfDay
    path: BookingPath
    state: BookingState
    about: Mapping[str, str] | None


class BookingDesk:
    """Everything about appointments, in the tables of ``store``. Methods may be called on any thread.

    On SQLite one writer at a time does all of this; on other databases the counters are moved by single statements
    and the unique constraints decide who was first.
    """

    def __init__(
        self,
        store: Store,
        services: Mapping[str, Service] | None = None,
        works: WorkingDays = works_in_china,
    ) -> None:
        self._store = store
        self._services = services or load_services()
        self._works = works

    # -- what a kiosk asks ----------------------------------------------------------------

    def slots(self, service_id: str, place_id: str | None = None) -> Slots:
        """What can be booked now. Raises Refusal: NOT_FOUND."""
        service, place_id = self._found(service_id, place_id)
        place, now = service.places[place_id], self._store.now()
        open_now = bookable(now, self._works, service.rule)
        with self._store.transaction() as session:
            taken = _taken(session, service_id)
            slots = tuple(
                _open(service, slot, place.quota - taken.get((place_id, slot.day, slot.half, False), 0))
                for slot in open_now.slots
            )
            urgent_slots = tuple(
                OpenSlot(
                    day=slot.day,
                    half=slot.half,
                    begins=begins,
                    ends=service.rule.hours(slot.half).ends,
                    left=max(place.urgent_quota - taken.get((place_id, slot.day, slot.half, True), 0), 0),
                )
                for slot, begins in urgent(now, self._works, service.rule)
            )
        others: tuple[OtherPlace, ...] = ()
        if not any(slot.left for slot in slots):
            others = tuple(_elsewhere(service, place_id, open_now.slots, taken))
        return Slots(
            service=service_id,
            place=place_id,
            name=place.name,
            directions=place.directions,
            slots=slots,
            unknown_from=open_now.unknown_from,
            release_at=next_release(now, self._works, service.rule),
            urgent=urgent_slots,
            green=self._green(service, now),
            elsewhere=others,
        )

    def mine(self, number: str) -> Bookings:
        """Somebody's bookings from today on."""
        now = self._store.now()
        with self._store.transaction() as session:
            _mark_missed(session, now, number)
            rows = session.scalars(
                select(BookingRow)
                .where(BookingRow.number == number, BookingRow.state == BookingState.BOOKED)
                .order_by(BookingRow.day)
            )
            return Bookings(
                bookings=tuple(self._told(row, now) for row in rows),
                suspended_until=_suspended(session, now, number),
            )

    def book(self, request: BookingRequest) -> Booking:
        """Book a half-day, once however often the request comes.

        Raises Refusal: NOT_FOUND, CONFLICT, BOOKING_CLOSED, BOOKING_FULL, BOOKING_SAME_DAY, BOOKING_SUSPENDED,
        BOOKING_STAYS (what it replaces cannot be given back any more).
        """
        said = json.dumps(request.model_dump(mode="json"), sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        return self._store.persistently(lambda session: self._book(session, request, digest))

    def cancel(self, code: str, number: str) -> Booking:
        """Give a booking back, on the day before at the latest; given back twice it is given back.

        Raises Refusal: NOT_FOUND (also where it is somebody else's), BOOKING_STAYS.
        """
        with self._store.transaction() as session:
            row = _row(session, code, number)
            now = self._store.now()
            if row.state is not BookingState.CANCELLED:
                self._give_back(session, row, now)
                _text(session, row, now, words.BOOKING_CANCELLED, self._place(row).name)
            return self._told(row, now)

    # -- the hall ---------------------------------------------------------------------------

    def arrive(self, code: str) -> Arrival:
        """The ticket machine of a hall read a code. Raises Refusal: NOT_FOUND, ARRIVAL_EARLY, ARRIVAL_LATE."""
        return self._store.persistently(lambda session: self._arrive(session, code))

    def mark_missed(self) -> int:
        """The job of the evening: whoever did not come did not come. Returns how many."""
        with self._store.transaction() as session:
            return _mark_missed(session, self._store.now())

    def listing(self) -> list[BookingLine]:
        """Every booking, by day."""
        columns = (
            BookingRow.code,
            BookingRow.service,
            BookingRow.place,
            BookingRow.day,
            BookingRow.half,
            BookingRow.path,
            BookingRow.state,
            BookingRow.about,
        )
        with self._store.transaction() as session:
            rows = session.execute(select(*columns).order_by(BookingRow.day, BookingRow.id))
            return [BookingLine(*row) for row in rows]

    # -- inside -----------------------------------------------------------------------------

    def _book(self, session: Session, request: BookingRequest, digest: str) -> Booking:
        now = self._store.now()
        known = session.scalar(select(BookingRow).where(BookingRow.idempotency_key == str(request.idempotency_key)))
        if known is not None:
            if known.digest != digest:
                raise Refusal(ProblemCode.CONFLICT)
            return self._told(known, now, duplicate=True)
        service, place_id = self._found(request.service, request.place)
        place = service.places[place_id]
        begins, ends = self._times(service, request, now)
        _mark_missed(session, now, request.number)
        # A green pass takes no number from anybody, so whoever did not come may have one.
        if request.path is not BookingPath.GREEN and _suspended(session, now, request.number) is not None:
            raise Refusal(ProblemCode.BOOKING_SUSPENDED)
        if request.replaces is not None:
            self._give_back(session, _row(session, request.replaces, request.number), now)
            session.flush()  # or the one booking of the day would still be the old one
        of_the_day = select(BookingRow.id).where(
            BookingRow.number == request.number, BookingRow.day == request.day, BookingRow.holds == 1
        )
        if session.scalar(of_the_day) is not None:
            raise Refusal(ProblemCode.BOOKING_SAME_DAY)
        if request.path is not BookingPath.GREEN:
            is_urgent = request.path is BookingPath.URGENT
            _take(session, request, is_urgent, place.urgent_quota if is_urgent else place.quota)
        row = BookingRow(
            code=code_for("YY", UUID(hex=self._store.fresh_id())),
            digest=digest,
            begins=begins,
            ends=ends,
            state=BookingState.BOOKED,
            holds=1,
            made_at=now,
            changed_at=now,
            idempotency_key=str(request.idempotency_key),
            **request.model_dump(exclude={"idempotency_key", "replaces"}),
        )
        session.add(row)
        session.flush()
        said = words.BOOKED_GREEN if request.path is BookingPath.GREEN else words.BOOKED
        _text(session, row, now, said, place.name)
        return self._told(row, now)

    def _times(self, service: Service, request: BookingRequest, now: datetime) -> tuple[time, time]:
        """From when until when one can come. Raises Refusal: BOOKING_CLOSED."""
        rule, wanted = service.rule, Slot(request.day, request.half)
        match request.path:
            case BookingPath.ORDINARY:
                if wanted in bookable(now, self._works, rule).slots:
                    return rule.hours(wanted.half).begins, rule.hours(wanted.half).ends
            case BookingPath.URGENT:
                for slot, begins in urgent(now, self._works, rule):
                    if slot == wanted:
                        return begins, rule.hours(wanted.half).ends
            case BookingPath.GREEN:
                green = self._green(service, now)
                if green is not None and (green.day, green.half) == (request.day, request.half):
                    return green.begins, green.ends
        raise Refusal(ProblemCode.BOOKING_CLOSED)

    def _green(self, service: Service, now: datetime) -> OpenSlot | None:
        """The day of a green pass: one comes whenever it suits while the counter is open."""
        day = green_day(now, self._works, service.rule) if service.green_pass else None
        if day is None:
            return None
        rule = service.rule
        return OpenSlot(day=day, half=HalfDay.MORNING, begins=rule.morning.begins, ends=rule.afternoon.ends, left=1)

    def _give_back(self, session: Session, row: BookingRow, now: datetime) -> None:
        """Raises Refusal: BOOKING_STAYS."""
        if row.state is not BookingState.BOOKED or not may_cancel(now, row.day):
            raise Refusal(ProblemCode.BOOKING_STAYS)
        row.state, row.holds, row.changed_at = BookingState.CANCELLED, None, now
        if row.path is not BookingPath.GREEN:
            session.execute(
                update(QuotaRow).where(*_half_day(row, row.path is BookingPath.URGENT)).values(taken=QuotaRow.taken - 1)
            )

    def _arrive(self, session: Session, code: str) -> Arrival:
        row = session.scalar(select(BookingRow).where(BookingRow.code == code).with_for_update())
        if row is None:
            raise Refusal(ProblemCode.NOT_FOUND)
        if row.state is BookingState.ARRIVED:
            return Arrival(code=row.code, queue_number=row.queue_number)
        now = self._store.now()
        comes = coming(now, row.day, row.begins, row.ends, self._services[row.service].rule)
        if row.state is not BookingState.BOOKED or comes is Coming.LATE:
            raise Refusal(ProblemCode.ARRIVAL_LATE)
        if comes is Coming.EARLY:
            raise Refusal(ProblemCode.ARRIVAL_EARLY)
        series = _SERIES.get(row.path) or _SERIES_OF_HALVES[row.half]
        queue = session.get(QueueRow, (row.service, row.place, row.day, series), with_for_update=True)
        if queue is None:
            queue = QueueRow(service=row.service, place=row.place, day=row.day, series=series, count=0)
            session.add(queue)
        queue.count += 1
        row.state, row.changed_at = BookingState.ARRIVED, now
        row.queue_number = f"{series}{queue.count:03}"
        return Arrival(code=row.code, queue_number=row.queue_number)

    def _found(self, service_id: str, place_id: str | None) -> tuple[Service, str]:
        """Raises Refusal: NOT_FOUND."""
        service = self._services.get(service_id)
        if service is None or (place_id is None and len(service.places) > 1):
            raise Refusal(ProblemCode.NOT_FOUND)
        place_id = place_id or next(iter(service.places))
        if place_id not in service.places:
            raise Refusal(ProblemCode.NOT_FOUND)
        return service, place_id

    def _place(self, row: BookingRow) -> Place:
        return self._services[row.service].places[row.place]

    def _told(self, row: BookingRow, now: datetime, *, duplicate: bool = False) -> Booking:
        place = self._place(row)
        return Booking(
            code=row.code,
            state=row.state,
            service=row.service,
            place=row.place,
            place_name=place.name,
            directions=place.directions,
            day=row.day,
            half=row.half,
            begins=row.begins,
            ends=row.ends,
            path=row.path,
            may_cancel=row.state is BookingState.BOOKED and may_cancel(now, row.day),
            duplicate=duplicate,
        )


_Taken = Mapping[tuple[str, date, HalfDay, bool], int]


def _taken(session: Session, service: str) -> _Taken:
    rows = session.scalars(select(QuotaRow).where(QuotaRow.service == service))
    return {(row.place, row.day, row.half, row.urgent): row.taken for row in rows}


def _open(service: Service, slot: Slot, left: int) -> OpenSlot:
    hours = service.rule.hours(slot.half)
    return OpenSlot(day=slot.day, half=slot.half, begins=hours.begins, ends=hours.ends, left=max(left, 0))


def _elsewhere(service: Service, here: str, slots: tuple[Slot, ...], taken: _Taken) -> Iterator[OtherPlace]:
    for place_id, place in service.places.items():
        free = (slot for slot in slots if taken.get((place_id, slot.day, slot.half, False), 0) < place.quota)
        if place_id != here and (first := next(free, None)) is not None:
            yield OtherPlace(place=place_id, name=place.name, day=first.day, half=first.half)


def _take(session: Session, request: BookingRequest, is_urgent: bool, quota: int) -> None:
    """Take one number of a half-day. Raises Refusal: BOOKING_FULL."""
    one_more = (
        update(QuotaRow).where(*_half_day(request, is_urgent), QuotaRow.taken < quota).values(taken=QuotaRow.taken + 1)
    )
    if session.execute(one_more).rowcount:  # type: ignore[attr-defined]  # of a cursor, which an update has
        return
    if quota < 1 or session.scalar(select(QuotaRow.taken).where(*_half_day(request, is_urgent))) is not None:
        raise Refusal(ProblemCode.BOOKING_FULL)
    key = {"service": request.service, "place": request.place, "day": request.day, "half": request.half}
    session.add(QuotaRow(**key, urgent=is_urgent, taken=1))
    session.flush()


def _half_day(row: BookingRow | BookingRequest, is_urgent: bool) -> tuple[ColumnElement[bool], ...]:
    return (
        QuotaRow.service == row.service,
        QuotaRow.place == row.place,
        QuotaRow.day == row.day,
        QuotaRow.half == row.half,
        QuotaRow.urgent == is_urgent,
    )


def _row(session: Session, code: str, number: str) -> BookingRow:
    row = session.scalar(select(BookingRow).where(BookingRow.code == code).with_for_update())
    if row is None or row.number != number:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row


def _mark_missed(session: Session, now: datetime, number: str | None = None) -> int:
    """Everybody's, or one person's."""
    today = now.astimezone(LOCAL).date()
    waiting = select(BookingRow).where(BookingRow.state == BookingState.BOOKED, BookingRow.day <= today)
    if number is not None:
        waiting = waiting.where(BookingRow.number == number)
    count = 0
    for row in session.scalars(waiting.with_for_update()):
        if now >= datetime.combine(row.day, row.ends, LOCAL):
            row.state, row.changed_at = BookingState.MISSED, now
            count += 1
    session.flush()
    return count


def _suspended(session: Session, now: datetime, number: str) -> date | None:
    """Until when somebody can book nothing. Whoever had a green pass took no number from anybody."""
    missed = session.scalars(
        select(BookingRow.day).where(
            BookingRow.number == number,
            BookingRow.state == BookingState.MISSED,
            BookingRow.path != BookingPath.GREEN,
        )
    )
    until = suspended_until(missed.all())
    return until if until is not None and now.astimezone(LOCAL).date() < until else None


def _text(session: Session, row: BookingRow, now: datetime, text: Text, place: Text) -> None:
    """Tell the phone that was left, where one was."""
    if row.phone is None:
        return
    said = text.filled(
        place=place.in_(row.language),
        day_zh=f"{row.day.month}月{row.day.day}日",
        day_en=f"{row.day.day} {row.day:%B}",
        begins=f"{row.begins:%H:%M}",
        ends=f"{row.ends:%H:%M}",
        code=row.code,
    ).in_(row.language)
    session.add(TextMessageRow(phone=row.phone, words=said, at=now))
