"""What the back office knows and does, each in one transaction."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, create_engine, delete, event, func, make_url, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import words
from backoffice.numbers import parcel_number, reference_number
from backoffice.refusals import Refused, in_a_row, reasons
from backoffice.tables import (
    AppCodeRow,
    ApplicationRow,
    AttachmentRow,
    Base,
    BundleRow,
    CallRow,
    CardRow,
    CodeRow,
    DayRow,
    DecisionRow,
    DocumentRow,
    EmailRow,
    MannerRow,
    PhoneRow,
    PortraitRow,
    StageChangeRow,
    StationRow,
    TextMessageRow,
)
from kiosk.gateway.contract import (
    ADDRESS_ANSWER,
    APP_CODE_SECONDS,
    CALL_SECONDS,
    CODE_SECONDS,
    CODE_TRIES,
    PHONE_ANSWER,
    PROOF_SECONDS,
    STATE_SECONDS,
    Acceptance,
    AppCodeCheck,
    AppCodeProof,
    AppCodeResult,
    Application,
    ApplicationStatus,
    BundleTaken,
    Call,
    CallRequest,
    CallState,
    CardNumber,
    CodeRequest,
    CodeResult,
    CodeSent,
    Fleet,
    IdentityProof,
    KnownStation,
    Noted,
    PhoneCodeProof,
    ProblemCode,
    Stage,
    StationService,
    StationState,
    SupportBundle,
    VideoProof,
)
from kiosk.hours import LOCAL
from kiosk.text import Text

ResultT = TypeVar("ResultT")

# An application that arrives later than this after it was filled in went home with a ticket, not a number.
LATE = timedelta(seconds=60)
CODES_AN_HOUR = 3
LONGEST_REASON = 300
# Of each station; what is older was looked into, or never will be.
BUNDLES_KEPT = 20
# A transaction that another one overtook is tried again this often.
ATTEMPTS = 5

_CARD_NUMBER: TypeAdapter[str] = TypeAdapter(CardNumber)


# Crockford's base 32: no I, L, O, U, which are misread.
_APP_CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What an officer may make of a call that is under way.
_UNDER_WAY: dict[CallState, tuple[CallState, ...]] = {
    CallState.CALLING: (CallState.CONNECTED, CallState.BUSY),
    CallState.CONNECTED: (CallState.CONFIRMED, CallState.REFUSED, CallState.DROPPED),
}


class Refusal(Exception):
    """A request is refused for good."""

    def __init__(self, code: ProblemCode) -> None:
        super().__init__(code.value)
        self.code = code


class OfficeError(Exception):
    """An officer asked for what cannot be done; the message is a sentence for the officer."""


@dataclass(frozen=True, slots=True)
class Review:
    """What came of a review. ``text`` went to the citizen; empty when no phone number was left."""

    stage: Stage
    parcel_number: str | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of applications."""

    reference_number: str
    item: str
    stage: Stage
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text message that went out."""

    at: datetime
    phone: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail that went out; the document of this code was attached."""

    at: datetime
    code: str
    address: str = field(repr=False)
    subject: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call that is under way."""

    call_id: str
    station: str
    item: str
    state: CallState
    began_at: datetime


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station as the fleet's watcher sees it."""

    station: str
    service: StationService
    heard_at: datetime
    software: str
    unavailable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One line of the list of support bundles."""

    number: int
    station: str
    received_at: datetime
    size: int


class Store:
    """Everything in one database, at an SQLAlchemy ``url``. Methods may be called on any thread.

    SQLite allows one writer at a time. On other databases the unique
    constraints decide who is first, and whoever was overtaken tries again.
    """

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
    ) -> None:
        self.now = now
        self._rng = rng or random.SystemRandom()
        self._engine = _engine(url)
        with self._engine.begin() as connection:
            Base.metadata.create_all(connection)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    # -- applications ----------------------------------------------------------------

    def accept(self, application: Application) -> Acceptance:
        """Take an application, once however often it comes. Raises Refusal: CONFLICT, NOT_PROVEN."""
        said = json.dumps(application.model_dump(mode="json"), sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        return self.persistently(lambda session: self._accept(session, application, digest))

    def _accept(self, session: Session, application: Application, digest: str) -> Acceptance:
        key = str(application.idempotency_key)
        known = session.scalar(select(ApplicationRow).where(ApplicationRow.idempotency_key == key))
        if known is not None:
            if known.digest != digest:
                raise Refusal(ProblemCode.CONFLICT)
            return _acceptance(known, duplicate=True)

        proof = self._proof_for(session, application)
        now = self.now()
        applicant = application.applicant
        row = ApplicationRow(
            idempotency_key=key,
            reference_number=_next_reference_number(session, application.item, now),
            ticket=application.ticket,
            digest=digest,
            item=application.item,
            item_revision=application.item_revision,
            station=application.station,
            language=application.language,
            filled_at=application.filled_at,
            received_at=now,
            **applicant.model_dump(),
            identity=application.identity.model_dump(mode="json"),
            answers=dict(application.answers),
            stage=Stage.RECEIVED,
            changed_at=now,
            attachments=[AttachmentRow(**attachment.model_dump()) for attachment in application.attachments],
            history=[StageChangeRow(stage=Stage.RECEIVED, at=now)],
        )
        session.add(row)
        session.flush()
        if proof is not None:
            proof.application_id = row.id
        if now - application.filled_at > LATE:
            day = application.filled_at.astimezone(LOCAL).date().isoformat()
            self._text(session, row, words.ARRIVED, day=day, ticket=row.ticket, reference=row.reference_number)
        return _acceptance(row, duplicate=False)

    def _proof_for(self, session: Session, application: Application) -> CodeRow | AppCodeRow | CallRow | None:
        """What we know ourselves of who applies; it may have been given days before the application arrives."""
        row = self._proof(session, application.applicant.number, application.identity)
        if row is not None and row.application_id is not None:
            raise Refusal(ProblemCode.NOT_PROVEN)
        return row

    def verify(self, number: str, identity: IdentityProof, at: datetime | None = None) -> None:
        """Whether whoever asks about ``number`` had just proved to be that person, now or ``at`` an earlier time.

        Raises Refusal: NOT_PROVEN.

        A proof may carry several questions before and after the one application of its visit.
        """
        with self.transaction() as session:
            row = self._proof(session, number, identity)
            if row is None or row.proven_at is None:
                return
            if (at or self.now()) - row.proven_at > timedelta(seconds=PROOF_SECONDS):
                raise Refusal(ProblemCode.NOT_PROVEN)

    def _proof(self, session: Session, number: str, identity: IdentityProof) -> CodeRow | AppCodeRow | CallRow | None:
        """Our own row of a proof that this person gave. Raises Refusal: NOT_PROVEN.

        A face, and what an attendant of the site saw, only the kiosk knows.
        """
        row: CodeRow | AppCodeRow | CallRow | None
        match identity:
            case PhoneCodeProof(code_id=code_id):
                row = session.get(CodeRow, code_id, with_for_update=True)
            case AppCodeProof(proof_id=proof_id):
                row = session.get(AppCodeRow, proof_id, with_for_update=True)
            case VideoProof(call_id=call_id):
                row = session.get(CallRow, call_id, with_for_update=True)
            case _:
                return None
        if row is None or row.number != number or row.proven_at is None:
            raise Refusal(ProblemCode.NOT_PROVEN)
        return row

    def by_ticket(self, ticket: str) -> Acceptance:
        """The application with this ticket. Raises Refusal: NOT_FOUND."""
        with self.transaction() as session:
            row = session.scalar(
                select(ApplicationRow)
                .where(ApplicationRow.ticket == ticket)
                .order_by(ApplicationRow.id.desc())
                .limit(1)
            )
            if row is None:
                raise Refusal(ProblemCode.NOT_FOUND)
            return _acceptance(row, duplicate=True)

    def status(self, reference: str) -> ApplicationStatus:
        """How far an application has come. Raises Refusal: NOT_FOUND."""
        with self.transaction() as session:
            row = session.scalar(select(ApplicationRow).where(ApplicationRow.reference_number == reference))
            if row is None:
                raise Refusal(ProblemCode.NOT_FOUND)
            return ApplicationStatus(
                reference_number=row.reference_number,
                item=row.item,
                stage=row.stage,
                changed_at=row.changed_at,
                parcel_number=row.parcel_number,
            )

    # -- codes -----------------------------------------------------------------------

    def send_code(self, request: CodeRequest) -> CodeSent:
        """Send a code to the phone on file. Raises Refusal: CODE_NO_NUMBER, CODE_TOO_OFTEN."""
        now = self.now()
        code_id = self.fresh_id()
        code = f"{self._rng.randrange(10**6):06d}"
        digest = _code_digest(code_id, code)
        with self.transaction() as session:
            # Locked, so that of many requests at once no more than three get through.
            phone = session.get(PhoneRow, request.number, with_for_update=True)
            if phone is None:
                raise Refusal(ProblemCode.CODE_NO_NUMBER)
            lately = select(func.count()).where(
                CodeRow.number == request.number, CodeRow.sent_at > now - timedelta(hours=1)
            )
            if (session.scalar(lately) or 0) >= CODES_AN_HOUR:
                raise Refusal(ProblemCode.CODE_TOO_OFTEN)
            session.add(CodeRow(id=code_id, number=request.number, digest=digest, sent_at=now, tries_left=CODE_TRIES))
            text = words.CODE.filled(code=code, minutes=CODE_SECONDS // 60).in_(request.language)
            session.add(TextMessageRow(phone=phone.phone, words=text, at=now))
            return CodeSent(code_id=code_id, phone=f"{phone.phone[:3]}****{phone.phone[-4:]}")

    def check_code(self, code_id: str, typed: str) -> CodeResult:
        """Whether ``typed`` is the code. Raises Refusal: NOT_FOUND, CODE_USED_UP (too late, or mistyped too often)."""
        digest = _code_digest(code_id, typed)
        with self.transaction() as session:
            code = session.get(CodeRow, code_id, with_for_update=True)
            if code is None:
                raise Refusal(ProblemCode.NOT_FOUND)
            now = self.now()
            if code.tries_left == 0 or now - code.sent_at > timedelta(seconds=CODE_SECONDS):
                raise Refusal(ProblemCode.CODE_USED_UP)
            right = hmac.compare_digest(code.digest, digest)
            if right:
                code.proven_at = code.proven_at or now
            else:
                code.tries_left -= 1
            return CodeResult(right=right, tries_left=code.tries_left)

    # -- the phone app -----------------------------------------------------------------

    def issue_app_code(self, number: str) -> str:
        """A fresh code as this person's phone app would show it. A city's own app service stands here at a site."""
        _checked_card_number(number)
        code = "EID1-" + "".join(self._rng.choice(_APP_CODE_SIGNS) for _ in range(20))
        row = AppCodeRow(
            id=self.fresh_id(), digest=_app_code_digest(code), number=number, issued_at=self.now(), proven_at=None
        )
        with self.transaction() as session:
            session.add(row)
        return code

    def check_app_code(self, check: AppCodeCheck) -> AppCodeResult:
        """Whether the code is fresh, unused and of this person; then it is used up."""
        with self.transaction() as session:
            code = session.scalar(
                select(AppCodeRow).where(AppCodeRow.digest == _app_code_digest(check.code)).with_for_update()
            )
            now = self.now()
            if (
                code is None
                or code.number != check.number
                or code.proven_at is not None
                or now - code.issued_at > timedelta(seconds=APP_CODE_SECONDS)
            ):
                return AppCodeResult(right=False)
            code.proven_at = now
            return AppCodeResult(right=True, proof_id=code.id)

    # -- calls to an officer -------------------------------------------------------------

    def call(self, request: CallRequest) -> Call:
        """A kiosk calls an officer."""
        now = self.now()
        row = CallRow(
            id=self.fresh_id(),
            station=request.station,
            item=request.item,
            number=request.number,
            name=request.name,
            state=CallState.CALLING,
            began_at=now,
            heard_at=now,
        )
        with self.transaction() as session:
            session.add(row)
            return Call(call_id=row.id, state=row.state)

    def how_is_call(self, call_id: str) -> Call:
        """How a call stands; a kiosk that asks is still there. Raises Refusal: NOT_FOUND."""
        with self.transaction() as session:
            row = _call(session, call_id)
            row.heard_at = self.now()
            return Call(call_id=row.id, state=row.state)

    def hang_up(self, call_id: str) -> Call:
        """The kiosk needs the call no more. Raises Refusal: NOT_FOUND."""
        with self.transaction() as session:
            row = _call(session, call_id)
            if row.state in _UNDER_WAY:
                _end_call(row, CallState.DROPPED)
            return Call(call_id=row.id, state=row.state)

    def calls(self) -> Sequence[CallLine]:
        """Every call that is under way, the oldest first; one whose kiosk fell silent is dropped."""
        with self.transaction() as session:
            rows = session.scalars(select(CallRow).where(CallRow.state.in_(_UNDER_WAY)).order_by(CallRow.began_at))
            lines = []
            for row in rows.all():
                if self._silent(row):
                    _end_call(row, CallState.DROPPED)
                else:
                    lines.append(CallLine(row.id, row.station, row.item, row.state, row.began_at))
            return lines

    def take_call(self, call_id: str, state: CallState, officer: str) -> None:
        """An officer answers, or is busy; confirms, refuses, hangs up. Raises OfficeError where it does not follow."""
        with self.transaction() as session:
            row = session.get(CallRow, call_id, with_for_update=True)
            if row is None or self._silent(row) or state not in _UNDER_WAY.get(row.state, ()):
                raise OfficeError(f"The call {call_id} cannot become {state}.")
            row.officer = officer
            if state is CallState.CONNECTED:
                row.state = state
            else:
                _end_call(row, state)
            if state is CallState.CONFIRMED:
                row.proven_at = self.now()

    def _silent(self, row: CallRow) -> bool:
        """Whether the kiosk that called has not asked for so long that nobody is there any more."""
        return self.now() - row.heard_at > timedelta(seconds=CALL_SECONDS)

    def register_phone(self, number: str, phone: str) -> None:
        """Put the phone number on file for a card number. Raises OfficeError."""
        _checked_card_number(number)
        if not (phone.isascii() and phone.isdigit() and len(phone) == 11 and phone.startswith("1")):
            raise OfficeError("This is not a mobile phone number: 11 digits that begin with 1 are.")
        with self.transaction() as session:
            session.merge(PhoneRow(number=number, phone=phone))

    # -- faces and departments ----------------------------------------------------------

    def register_portrait(self, number: str, jpeg: bytes) -> None:
        """Put a portrait on file for a card number. Raises OfficeError."""
        _checked_card_number(number)
        with self.transaction() as session:
            session.merge(PortraitRow(number=number, jpeg=jpeg))

    def portrait(self, number: str) -> bytes:
        """The portrait on file. Raises Refusal: NOT_FOUND."""
        with self.transaction() as session:
            row = session.get(PortraitRow, number)
            if row is None:
                raise Refusal(ProblemCode.NOT_FOUND)
            return row.jpeg

    def set_manner(self, department: str, manner: str, seconds: float = 0.0) -> None:
        """Let a department's reference system behave otherwise from now on."""
        with self.transaction() as session:
            session.merge(MannerRow(department=department, manner=manner, seconds=seconds))

    def manners(self) -> dict[str, tuple[str, float]]:
        """How the departments' reference systems behave, and how many seconds they take; only those played with."""
        with self.transaction() as session:
            return {row.department: (row.manner, row.seconds) for row in session.scalars(select(MannerRow))}

    def written_cards(self, number: str) -> set[str]:
        """The operations by which departments were told of cards written for the holder of this card."""
        with self.transaction() as session:
            return set(session.scalars(select(CardRow.operation).where(CardRow.number == number)))

    def issued_this_month(self, number: str, document: str) -> int:
        """How many documents of this kind were issued here to the holder of this card since the month began."""
        with self.transaction() as session:
            return issued_this_month(session, number, document, self.now())

    # -- officers -----------------------------------------------------------------------

    def review(self, reference: str, officer: str, refusal: Refused | None) -> Review:
        """Approve an application (``refusal`` None), which has what is posted made and posted, or refuse it.

        Raises OfficeError when there is no such application or reason, or it has been reviewed.
        """
        if refusal is not None:
            _check(refusal)
        with self.transaction() as session:
            row = session.scalar(
                select(ApplicationRow).where(ApplicationRow.reference_number == reference).with_for_update()
            )
            if row is None:
                raise OfficeError(f"There is no application with the reference number {reference}.")
            if row.stage not in (Stage.RECEIVED, Stage.IN_REVIEW):
                raise OfficeError(f"{reference} has already been reviewed: it is {row.stage.value}.")
            if row.stage is Stage.RECEIVED:
                self._move(row, Stage.IN_REVIEW, officer)
            if refusal is not None:
                said = refusal.said()
                self._move(row, Stage.REFUSED, officer, said)
                text = self._text(session, row, words.REFUSED, reference=reference, reason=said.in_(row.language))
            else:
                text = self._approve(session, row, officer)
            return Review(row.stage, row.parcel_number, text)

    def deliver(self, parcel: str) -> str:
        """The courier has handed over a parcel; the result is the reference number. Raises OfficeError."""
        with self.transaction() as session:
            row = session.scalar(select(ApplicationRow).where(ApplicationRow.parcel_number == parcel).with_for_update())
            if row is None:
                raise OfficeError(f"There is no parcel {parcel}.")
            if row.stage is not Stage.POSTED:
                raise OfficeError(f"The parcel {parcel} has been handed over already.")
            self._move(row, Stage.DELIVERED, "")
            return row.reference_number

    def decide(self, reference: str, stage: Stage, rule: str, reasons: tuple[Text, ...]) -> Acceptance:
        """Keep what the rules said of an application, and move it where they decided (stage APPROVED or REFUSED)."""
        with self.transaction() as session:
            row = session.scalars(
                select(ApplicationRow).where(ApplicationRow.reference_number == reference).with_for_update()
            ).one()
            said = [reason.model_dump() for reason in reasons]
            row.decision = DecisionRow(stage=stage, rule=rule, reasons=said, at=self.now())
            if row.stage is Stage.RECEIVED and stage is Stage.APPROVED:
                self._approve(session, row, "")
            elif row.stage is Stage.RECEIVED and stage is Stage.REFUSED:
                told = in_a_row(reasons)
                self._move(row, Stage.REFUSED, "", told)
                self._text(session, row, words.REFUSED, reference=reference, reason=told.in_(row.language))
            return _acceptance(row, duplicate=False)

    def listing(self) -> Sequence[Listed]:
        """Every application, oldest first."""
        columns = (
            ApplicationRow.reference_number,
            ApplicationRow.item,
            ApplicationRow.stage,
            ApplicationRow.received_at,
        )
        with self.transaction() as session:
            return [Listed(*row) for row in session.execute(select(*columns).order_by(ApplicationRow.id))]

    def texts(self) -> Sequence[TextMessage]:
        """Every text message, oldest first."""
        with self.transaction() as session:
            rows = session.scalars(select(TextMessageRow).order_by(TextMessageRow.id))
            return [TextMessage(row.at, row.phone, row.words) for row in rows]

    def emails(self) -> Sequence[Email]:
        """Every e-mail, oldest first."""
        columns = (EmailRow.at, DocumentRow.code, EmailRow.address, EmailRow.subject, EmailRow.words)
        query = select(*columns).join(DocumentRow, DocumentRow.id == EmailRow.document_id).order_by(EmailRow.id)
        with self.transaction() as session:
            return [Email(*row) for row in session.execute(query)]

    # -- the fleet --------------------------------------------------------------------------

    def hear(self, station: str, state: StationState) -> Noted:
        """A station says how it is."""
        now = self.now()

        def note(session: Session) -> None:
            session.merge(
                StationRow(
                    station=station,
                    service=StationService(state.service),
                    unavailable=list(state.unavailable),
                    software=state.software,
                    said_at=state.at,
                    heard_at=now,
                )
            )

        self.persistently(note)
        return Noted(at=now)

    def stations(self) -> Sequence[StationLine]:
        """Every station that was ever heard of. One that has been silent for long is UNKNOWN."""
        silent = self.now() - timedelta(seconds=STATE_SECONDS)
        with self.transaction() as session:
            return [
                StationLine(
                    station=row.station,
                    service=row.service if row.heard_at >= silent else StationService.UNKNOWN,
                    heard_at=row.heard_at,
                    software=row.software,
                    unavailable=tuple(row.unavailable),
                )
                for row in session.scalars(select(StationRow).order_by(StationRow.station))
            ]

    def fleet(self) -> Fleet:
        """How every station is, for the stations themselves."""
        known = (
            KnownStation(
                station=line.station, service=line.service, unavailable=line.unavailable, heard_at=line.heard_at
            )
            for line in self.stations()
        )
        return Fleet(at=self.now(), stations=tuple(known))

    def take_bundle(self, bundle: SupportBundle) -> BundleTaken:
        """Keep a support bundle, once however often it comes; the oldest of the same station makes room."""
        return BundleTaken(number=self.persistently(lambda session: self._take_bundle(session, bundle)))

    def _take_bundle(self, session: Session, bundle: SupportBundle) -> int:
        of_the_station = select(BundleRow.id).where(BundleRow.station == bundle.station)
        known = session.scalar(of_the_station.where(BundleRow.sha256 == bundle.sha256))
        if known is not None:
            return known
        row = BundleRow(**bundle.model_dump(), received_at=self.now())
        session.add(row)
        session.flush()
        too_many = of_the_station.order_by(BundleRow.id.desc()).offset(BUNDLES_KEPT)
        session.execute(delete(BundleRow).where(BundleRow.id.in_(session.scalars(too_many).all())))
        return row.id

    def bundles(self) -> Sequence[BundleLine]:
        """Every support bundle, oldest first."""
        columns = (BundleRow.id, BundleRow.station, BundleRow.received_at, func.length(BundleRow.content))
        with self.transaction() as session:
            return [BundleLine(*row) for row in session.execute(select(*columns).order_by(BundleRow.id))]

    def bundle(self, number: int) -> bytes:
        """The content of a support bundle. Raises OfficeError when there is none of this number."""
        with self.transaction() as session:
            row = session.get(BundleRow, number)
            if row is None:
                raise OfficeError(f"There is no support bundle with the number {number}.")
            return row.content

    # -- the rest -------------------------------------------------------------------------

    def _approve(self, session: Session, row: ApplicationRow, officer: str) -> str:
        """Approve; what is posted is made and posted. The result is the text message that went out."""
        self._move(row, Stage.APPROVED, officer)
        reference = row.reference_number
        if not row.answers.get(ADDRESS_ANSWER):
            return self._text(session, row, words.APPROVED, reference=reference)
        for stage in (Stage.PRODUCING, Stage.POSTED):
            self._move(row, stage, officer)
        row.parcel_number = parcel_number(row.id)
        return self._text(session, row, words.POSTED, reference=reference, parcel=row.parcel_number)

    def _move(self, row: ApplicationRow, stage: Stage, officer: str, reason: Text | None = None) -> None:
        row.stage, row.changed_at = stage, self.now()
        said = {"reason": reason.zh[:500], "reason_en": reason.en[:500]} if reason is not None else {}
        row.history.append(StageChangeRow(stage=stage, at=row.changed_at, officer=officer, **said))

    def _text(self, session: Session, row: ApplicationRow, text: Text, **values: str) -> str:
        """Send ``text`` to the phone that the citizen left; nobody can be told where there is none."""
        phone = row.answers.get(PHONE_ANSWER)
        if not isinstance(phone, str) or not phone:
            return ""
        said: str = text.filled(**values).in_(row.language)
        session.add(TextMessageRow(application_id=row.id, phone=phone[:20], words=said, at=self.now()))
        return said

    def fresh_id(self) -> str:
        """An id that nobody had before and nobody guesses: 32 hexadecimal digits."""
        return uuid.UUID(int=self._rng.getrandbits(128), version=4).hex

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed in the end; on SQLite nobody else writes meanwhile."""
        with Session(self._engine) as session, session.begin():
            yield session

    def persistently(self, work: Callable[[Session], ResultT]) -> ResultT:
        """Do ``work`` in a transaction, and again when another one wrote the same unique value first."""
        for _ in range(ATTEMPTS - 1):
            try:
                with self.transaction() as session:
                    return work(session)
            except IntegrityError:
                continue  # somebody was quicker: the next look finds what they wrote
        with self.transaction() as session:
            return work(session)


def issued_this_month(session: Session, number: str, document: str, now: datetime) -> int:
    """How many documents of this kind one person got since the month began, by the calendar here."""
    since = now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    mine = select(func.count()).where(DocumentRow.number == number, DocumentRow.document == document)
    return session.scalar(mine.where(DocumentRow.issued_at >= since)) or 0


def _check(refusal: Refused) -> None:
    """Raises OfficeError where nobody could act on it."""
    if refusal.reason and refusal.reason not in reasons():
        raise OfficeError(f"There is no reason {refusal.reason}; there are {', '.join(reasons())}.")
    if (not refusal.reason and not refusal.words.strip()) or len(refusal.words) > LONGEST_REASON:
        raise OfficeError(
            f"A refusal needs a reason that the citizen can act on; own words have {LONGEST_REASON} characters at most."
        )


def _acceptance(row: ApplicationRow, *, duplicate: bool) -> Acceptance:
    return Acceptance(
        reference_number=row.reference_number,
        ticket=row.ticket,
        stage=row.stage,
        accepted_at=row.received_at,
        duplicate=duplicate,
        reasons=tuple(Text(**reason) for reason in row.decision.reasons) if row.decision is not None else (),
    )


def _next_reference_number(session: Session, item: str, now: datetime) -> str:
    today = now.astimezone(LOCAL).date()
    day = session.get(DayRow, today, with_for_update=True)
    if day is None:
        day = DayRow(day=today, count=0)
        session.add(day)
    day.count += 1
    return reference_number(item, today, day.count)


def _code_digest(code_id: str, code: str) -> bytes:
    """Slow on purpose: trying all the million codes takes longer than one is good for."""
    return hashlib.scrypt(code.encode(), salt=code_id.encode(), n=2**14, r=8, p=1, dklen=32)


def _app_code_digest(code: str) -> bytes:
    """Quick: nobody tries out a hundred random bits."""
    return hashlib.sha256(code.encode()).digest()


def _checked_card_number(number: str) -> None:
    try:
        _CARD_NUMBER.validate_python(number)
    except ValidationError as error:
        raise OfficeError("This is not a card number: 8 to 18 digits and capital letters are.") from error


def _call(session: Session, call_id: str) -> CallRow:
    row = session.get(CallRow, call_id, with_for_update=True)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row


def _end_call(row: CallRow, state: CallState) -> None:
    row.state, row.name = state, ""


def _engine(url: str) -> Engine:
    # Parameters are what citizens said: they stay out of errors and logs.
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Python's sqlite3 begins transactions late; we begin them ourselves.
        connection.isolation_level = None
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Immediately for writing: two that read first and write later would have to turn one of them away.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
