"""The tables of the back office.

Card numbers and phone numbers stand in clear: officers review people by them,
and a hash of a number that can be counted through hides nothing from whoever
has the table. What protects them is who may open the database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, ForeignKey, LargeBinary, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from kiosk.gateway.contract import (
    BookingPath,
    BookingReason,
    BookingState,
    CallState,
    CaseResult,
    HalfDay,
    Level,
    OrderState,
    Stage,
    StationService,
)
from kiosk.text import Language


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC: SQLite's own type forgets the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Aware → UTC without zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """UTC without zone → aware."""
        return None if value is None else value.replace(tzinfo=UTC)


def _stage() -> Enum:
    return Enum(Stage, native_enum=False, length=20, values_callable=lambda stages: [stage.value for stage in stages])


def _one_of(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda all_: [one.value for one in all_])


class Base(DeclarativeBase):
    """All tables."""


class ApplicationRow(Base):
    """One application, counted once: its idempotency key is unique, and so is its reference number."""

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(36), unique=True)
    reference_number: Mapped[str] = mapped_column(String(24), unique=True)
    # Not unique: fifty bits meet by chance some day, and the second citizen must not be turned away for it.
    ticket: Mapped[str] = mapped_column(String(13), index=True)
    # SHA-256 over the whole application: the same key with another body is a conflict.
    digest: Mapped[str] = mapped_column(String(64))

    item: Mapped[str] = mapped_column(String(10))
    item_revision: Mapped[int]
    station: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language] = mapped_column(String(2))
    filled_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)

    card: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(18), index=True)
    number_check_ok: Mapped[bool]
    sex: Mapped[str] = mapped_column(String(1))
    birth_date: Mapped[date | None]
    nationality: Mapped[str] = mapped_column(String(3))
    address: Mapped[str] = mapped_column(String(200))
    valid_until: Mapped[date | None]
    long_term: Mapped[bool]

    identity: Mapped[dict[str, Any]] = mapped_column(JSON)
    answers: Mapped[dict[str, str | bool]] = mapped_column(JSON)

    stage: Mapped[Stage] = mapped_column(_stage())
    changed_at: Mapped[datetime] = mapped_column(Moment)
    parcel_number: Mapped[str | None] = mapped_column(String(13))

    attachments: Mapped[list[AttachmentRow]] = relationship(order_by="AttachmentRow.id")
    history: Mapped[list[StageChangeRow]] = relationship(order_by="StageChangeRow.id")
    decision: Mapped[DecisionRow | None] = relationship()


class AttachmentRow(Base):
    """A scanned page or a signature."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("application_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    name: Mapped[str] = mapped_column(String(60))
    media_type: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DecisionRow(Base):
    """What the rules said when an application came in; ``stage`` is RECEIVED where an officer decides."""

    __tablename__ = "decision"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(_stage())
    rule: Mapped[str] = mapped_column(String(60))
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)


class StageChangeRow(Base):
    """An application reached a stage. ``officer`` is empty when the service itself moved it."""

    __tablename__ = "stage_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    stage: Mapped[Stage] = mapped_column(_stage())
    at: Mapped[datetime] = mapped_column(Moment)
    officer: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    reason_en: Mapped[str] = mapped_column(String(500), default="")


class DayRow(Base):
    """How many reference numbers were given out on a day."""

    __tablename__ = "day"

    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


class PhoneRow(Base):
    """The phone number on file for a card number."""

    __tablename__ = "phone"

    number: Mapped[str] = mapped_column(String(18), primary_key=True)
    phone: Mapped[str] = mapped_column(String(11))


class PortraitRow(Base):
    """The portrait on file for a card number, a JPEG picture: what an authority compares with where no card is."""

    __tablename__ = "portrait"

    number: Mapped[str] = mapped_column(String(18), primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)


class MannerRow(Base):
    """How a department's reference system behaves, where it is played with; without a row it works."""

    __tablename__ = "manner"

    department: Mapped[str] = mapped_column(String(40), primary_key=True)
    manner: Mapped[str] = mapped_column(String(20))
    seconds: Mapped[float]


class CardRow(Base):
    """A card that a kiosk has written for somebody, by the operation that its department was told of it."""

    __tablename__ = "written_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(36), unique=True)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 over all that was said: the same key for another is none
    operation: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(18), index=True)
    item: Mapped[str] = mapped_column(String(12))
    station: Mapped[str] = mapped_column(String(20))
    new_card: Mapped[bool]
    written_at: Mapped[datetime] = mapped_column(Moment)
    heard_at: Mapped[datetime] = mapped_column(Moment)


class CodeRow(Base):
    """A code by text message; ``application_id`` stands once it has proven somebody's identity."""

    __tablename__ = "code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("phone.number"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    tries_left: Mapped[int]
    proven_at: Mapped[datetime | None] = mapped_column(Moment)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)


class AppCodeRow(Base):
    """A one-time code of a citizen's phone app; ``id`` names it once it has proven somebody's identity."""

    __tablename__ = "app_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    number: Mapped[str] = mapped_column(String(18))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    proven_at: Mapped[datetime | None] = mapped_column(Moment)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)


class CallRow(Base):
    """A call to an officer. The name stands as long as the call does."""

    __tablename__ = "call"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    station: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[CallState] = mapped_column(
        Enum(CallState, native_enum=False, length=20, values_callable=lambda all_: [one.value for one in all_])
    )
    began_at: Mapped[datetime] = mapped_column(Moment)
    heard_at: Mapped[datetime] = mapped_column(Moment)  # of the kiosk, last
    officer: Mapped[str] = mapped_column(String(60), default="")
    proven_at: Mapped[datetime | None] = mapped_column(Moment)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)


class BookingRow(Base):
    """An appointment. ``holds`` is 1 while it is the person's one booking of that day, and NULL once given back."""

    __tablename__ = "booking"
    __table_args__ = (UniqueConstraint("number", "day", "holds"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(36), unique=True)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 over the request
    service: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    half: Mapped[HalfDay] = mapped_column(_one_of(HalfDay))
    begins: Mapped[time]  # local, as the day is
    ends: Mapped[time]
    path: Mapped[BookingPath] = mapped_column(_one_of(BookingPath))
    reason: Mapped[BookingReason | None] = mapped_column(_one_of(BookingReason))
    number: Mapped[str] = mapped_column(String(18), index=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(11))
    language: Mapped[Language] = mapped_column(String(2))
    item: Mapped[str] = mapped_column(String(10))
    station: Mapped[str] = mapped_column(String(20))
    about: Mapped[dict[str, str] | None] = mapped_column(JSON)
    state: Mapped[BookingState] = mapped_column(_one_of(BookingState), index=True)
    holds: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    queue_number: Mapped[str] = mapped_column(String(6), default="")


class QuotaRow(Base):
    """How many numbers of a half-day at one place are given out, of the ordinary ones or those for urgent matters."""

    __tablename__ = "quota"

    service: Mapped[str] = mapped_column(String(60), primary_key=True)
    place: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    half: Mapped[HalfDay] = mapped_column(_one_of(HalfDay), primary_key=True)
    urgent: Mapped[bool] = mapped_column(primary_key=True)
    taken: Mapped[int]


class QueueRow(Base):
    """How many queue numbers of a series a place gave out on a day."""

    __tablename__ = "queue"

    service: Mapped[str] = mapped_column(String(60), primary_key=True)
    place: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(1), primary_key=True)
    count: Mapped[int]


class OrderRow(Base):
    """An order for one bill. ``live`` is 1 while it is open or paid, so that a bill has one such order, else NULL."""

    __tablename__ = "payment_order"
    __table_args__ = (UniqueConstraint("operation", "bill", "live"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(String(16), unique=True)
    operation: Mapped[str] = mapped_column(String(100))
    bill: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int]  # fen
    about_zh: Mapped[str] = mapped_column(String(200))
    about_en: Mapped[str] = mapped_column(String(200))
    hands_out: Mapped[bool]
    number: Mapped[str | None] = mapped_column(String(18))
    phone: Mapped[str | None] = mapped_column(String(11))
    language: Mapped[Language] = mapped_column(String(2))
    item: Mapped[str] = mapped_column(String(10))
    station: Mapped[str] = mapped_column(String(20))
    state: Mapped[OrderState] = mapped_column(_one_of(OrderState), index=True)
    live: Mapped[int | None]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)


class PaymentRow(Base):
    """Money that came in, by the payment platform's own id for it: it counts for its order, or it goes back."""

    __tablename__ = "payment"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("payment_order.order_id"), index=True)
    amount: Mapped[int]  # fen
    arrived_at: Mapped[datetime] = mapped_column(Moment)
    refund_due_at: Mapped[datetime | None] = mapped_column(Moment)
    refunded_at: Mapped[datetime | None] = mapped_column(Moment)


class TextMessageRow(Base):
    """A text message as it went out. A site hands these to its carrier; here the table is the phone."""

    __tablename__ = "text_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    phone: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Moment)


class DocumentRow(Base):
    """One document, made once: its idempotency key is unique, and so is the code by which it is verified."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(36), unique=True)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 over the whole request
    code: Mapped[str] = mapped_column(String(13), unique=True)
    document: Mapped[str] = mapped_column(String(60))
    item: Mapped[str] = mapped_column(String(10))
    station: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language] = mapped_column(String(2))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    office: Mapped[dict[str, str]] = mapped_column(JSON)
    number: Mapped[str] = mapped_column(String(18))  # the person's, "" where it is about nobody in particular
    name: Mapped[str] = mapped_column(String(60))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class CopyRow(Base):
    """A copy of a document went to its owner: by e-mail, or by a code with which it can be fetched once."""

    __tablename__ = "document_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    sent_at: Mapped[datetime] = mapped_column(Moment)
    salt: Mapped[str] = mapped_column(String(32), default="")
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")  # of the code; empty for an e-mail
    tries_left: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)


class EmailRow(Base):
    """An e-mail as it went out, with a document. A site hands these to its mail server; here the table is the box."""

    __tablename__ = "email"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    address: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Moment)


class RatingRow(Base):
    """A rating. It names nobody; ``number`` is the case's, NULL where the rating is anonymous."""

    __tablename__ = "rating"

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(36), unique=True)
    station: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(10), index=True)
    result: Mapped[CaseResult] = mapped_column(_one_of(CaseResult))
    level: Mapped[Level] = mapped_column(_one_of(Level))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    anonymous: Mapped[bool]
    number: Mapped[str | None] = mapped_column(String(40))
    day: Mapped[date]


class WorkOrderRow(Base):
    """Something that an officer has to answer by ``due``: a bad rating, or a machine that somebody found at fault."""

    __tablename__ = "work_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int | None] = mapped_column(ForeignKey("rating.id"), unique=True)
    report_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    station: Mapped[str] = mapped_column(String(20))
    item: Mapped[str | None] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(String(200))  # the rating's level and reasons, or the page and what is wrong
    opened: Mapped[date]
    due: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    officer: Mapped[str] = mapped_column(String(60), default="")
    answer: Mapped[str] = mapped_column(String(500), default="")


class CaseRow(Base):
    """A visit to a kiosk that has ended. It names nobody."""

    __tablename__ = "visit_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(36), unique=True)
    day: Mapped[date] = mapped_column(index=True)  # local, on which it ended
    station: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(20))
    result: Mapped[CaseResult] = mapped_column(_one_of(CaseResult))
    began_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)


class OtherCountRow(Base):
    """How many cases another channel had on a day, as its own system says; ``item`` is "" where it does not tell."""

    __tablename__ = "other_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    department: Mapped[str] = mapped_column(String(2), primary_key=True)
    item: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int]


class StationRow(Base):
    """What was last heard of a station."""

    __tablename__ = "station"

    station: Mapped[str] = mapped_column(String(20), primary_key=True)
    service: Mapped[StationService] = mapped_column(
        Enum(StationService, native_enum=False, length=20, values_callable=lambda all_: [one.value for one in all_])
    )
    unavailable: Mapped[list[str]] = mapped_column(JSON)
    software: Mapped[str] = mapped_column(String(40))
    said_at: Mapped[datetime] = mapped_column(Moment)  # by the station's clock
    heard_at: Mapped[datetime] = mapped_column(Moment)  # by ours


class BundleRow(Base):
    """A support bundle; a station that sends the same again finds the number it had."""

    __tablename__ = "bundle"
    __table_args__ = (UniqueConstraint("station", "sha256"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    station: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[bytes] = mapped_column(LargeBinary)
