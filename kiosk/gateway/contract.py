"""What kiosks and back office say to each other: version 1 of the line, JSON over HTTPS.

A kiosk's requests are strict: a field that the contract does not know is
refused, so nothing that a citizen said is dropped in silence. Answers may carry
more than is known here, so that a newer back office can serve older kiosks.

No repr, no error and no address of a request shows what a citizen said.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from stdnum.iso7064 import mod_37_36

from kiosk.areas import ADDRESS_ANSWER as ADDRESS_ANSWER
from kiosk.text import Language, Text

# The places. POST what is named first, GET where nothing is.
APPLICATIONS = "/v1/applications"  # Application → Acceptance: 201, and 200 when it was here before
APPLICATION = "/v1/applications/{reference_number}"  # → ApplicationStatus
TICKET = "/v1/tickets/{ticket}"  # → Acceptance
CODES = "/v1/codes"  # CodeRequest → CodeSent
CODE = "/v1/codes/{code_id}"  # CodeCheck → CodeResult
APP_CODES = "/v1/app-codes/checks"  # AppCodeCheck → AppCodeResult
CALLS = "/v1/calls"  # CallRequest → Call
CALL = "/v1/calls/{call_id}"  # → Call; DELETE hangs up → Call
FACES = "/v1/faces/comparisons"  # FaceQuestion → FaceAnswer
OPERATIONS = "/v1/operations/{operation}"  # Question → Answer
DEPARTMENTS = "/v1/departments/states"  # → DepartmentStates
SLOTS = "/v1/services/{service}/slots"  # ?place=… where there are several → Slots
BOOKINGS = "/v1/bookings"  # BookingRequest → Booking: 201, and 200 when it was made before; GET → Bookings
BOOKING = "/v1/bookings/{code}"  # DELETE gives it back → Booking
ARRIVALS = "/v1/bookings/{code}/arrivals"  # POST by the ticket machine of a hall → Arrival
ORDERS = "/v1/orders"  # OrderRequest → Order
ORDER = "/v1/orders/{order_id}"  # → Order; DELETE closes it → Order
DELIVERY = "/v1/orders/{order_id}/delivery"  # PUT Delivery → Order
DOCUMENTS = "/v1/documents"  # DocumentRequest → Document: 201, and 200 when it was made before
DOCUMENT = "/v1/documents/{code}"  # → DocumentFacts
DOCUMENT_CHECKS = "/v1/documents/{code}/checks"  # DocumentCheck → DocumentChecked
DOCUMENT_COPIES = "/v1/documents/{code}/copies"  # CopyRequest → CopySent
DOCUMENT_FILE = "/v1/documents/{code}/file"  # CopyFetch → DocumentFile
CARDS = "/v1/cards"  # CardWritten → Noted: 201, and 200 when it was here before
RATINGS = "/v1/ratings"  # Rating → Noted
CASES = "/v1/cases"  # Case → Noted
FAULT_REPORTS = "/v1/fault-reports"  # FaultReport → Noted
STATION = "/v1/stations/{station}/state"  # PUT StationState → Noted
FLEET = "/v1/stations/states"  # → Fleet
BUNDLES = "/v1/bundles"  # SupportBundle → BundleTaken
HEALTH = "/v1/health"  # → Health

IDEMPOTENCY_KEY = "Idempotency-Key"  # the header of POST APPLICATIONS, equal to the key in the body
CARD_NUMBER = "Card-Number"  # the header that says whose bookings: an address would show it
PROBLEM_TYPE = "application/problem+json"
MOST_BYTES = 24 * 1024 * 1024  # of one request
MOST_BUNDLE_BYTES = 8 * 1024 * 1024  # of one support bundle
STATE_SECONDS = 600  # nobody knows how a station is that has not said so for longer
CODE_SECONDS = 300  # how long a code can be used
CODE_TRIES = 5  # how often one code can be mistyped
APP_CODE_SECONDS = 120  # how long the code of the phone app can be used
CALL_SECONDS = 15  # a kiosk that did not ask how its call stands for so long has hung up
PROOF_SECONDS = 1800  # how long who proved to be somebody may ask departments: longer than any visit
MOST_FEN = 100_000_00  # of one order
ORDER_SECONDS = 180  # how long a citizen has to pay
DELIVERY_SECONDS = 900  # what was paid for and not handed out within so long is refunded
MOST_DOCUMENT_BYTES = 4 * 1024 * 1024  # of one document
MOST_PICTURE_BYTES = 96 * 1024  # of one picture in a department's answer
MOST_PICTURES = 3  # in one answer
COPY_SECONDS = 24 * 3600  # how long the code can be used by which a document is fetched
COPIES = 3  # how often a document is sent to its owner
PHONE_ANSWER = "phone"  # the answer that text messages about an application go to


# Whoever reads JSON keeps the strings it has read for the next one; of what is about somebody only the names of fields.
KEEPS_NOTHING = ConfigDict(cache_strings="keys")


class _Private(BaseModel):
    """Says nothing of its contents when it is printed or fails."""

    model_config = KEEPS_NOTHING

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return ()


class _Said(_Private):
    """What a kiosk says."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Answered(_Private):
    """What the back office answers."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def _bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("this is not base64") from error


# Bytes in Python, base64 (RFC 4648, section 4) on the line.
Base64 = Annotated[
    bytes,
    BeforeValidator(_bytes),
    PlainSerializer(lambda content: base64.b64encode(content).decode(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]


# -- tickets -----------------------------------------------------------------

# Crockford's base 32: no I, L, O, U, which are misread.
_TICKET_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ticket_for(idempotency_key: UUID) -> str:
    """The ticket (暂存号) of an application: ``7K4Q-9MPZ-2HC``, drawn from its key.

    Ten characters carry 50 bits; the eleventh is a check character (ISO 7064's
    hybrid system, with 32 characters), which any one mistyped character breaks.
    """
    bits = int.from_bytes(hashlib.sha256(idempotency_key.bytes).digest()[:7], "big") >> 6
    body = "".join(_TICKET_ALPHABET[bits >> shift & 31] for shift in range(45, -1, -5))
    body += mod_37_36.calc_check_digit(body, _TICKET_ALPHABET)
    return f"{body[:4]}-{body[4:8]}-{body[8:]}"


def _checked_ticket(ticket: str) -> str:
    if not mod_37_36.is_valid(ticket.replace("-", ""), _TICKET_ALPHABET):
        raise ValueError("the check character of the ticket does not fit")
    return ticket


_TICKET_FORM = rf"[{_TICKET_ALPHABET}]{{4}}-[{_TICKET_ALPHABET}]{{4}}-[{_TICKET_ALPHABET}]{{3}}"
Ticket = Annotated[str, Field(pattern=f"^{_TICKET_FORM}$"), AfterValidator(_checked_ticket)]


def code_for(kind: Literal["YY", "JF"], drawn: UUID) -> str:
    """The code of a booking (YY) or an order (JF): a ticket of its own that nobody guesses, marked with its kind."""
    return f"{kind}-{ticket_for(drawn)}"


def _checked_code(code: str) -> str:
    _checked_ticket(code[3:])
    return code


BookingCode = Annotated[str, Field(pattern=f"^YY-{_TICKET_FORM}$"), AfterValidator(_checked_code)]
OrderId = Annotated[str, Field(pattern=f"^JF-{_TICKET_FORM}$"), AfterValidator(_checked_code)]

# 受理编号. Every back office has a scheme of its own; it must print and scan.
ReferenceNumber = Annotated[str, Field(pattern=r"^[A-Z0-9-]{6,40}$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
StationId = Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,20}$")]
ItemCode = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2})?-[0-9]{2,5}$")]
# The number of any of the four cards.
CardNumber = Annotated[str, Field(pattern=r"^[0-9A-Z]{8,18}$")]
# What the phone app shows: a word that says what it is, and 100 random bits.
APP_CODE_FORM = r"^EID1-[0-9A-HJKMNP-TV-Z]{20}$"
Reference = Annotated[str, Field(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
# department.operation, as the item's file names it.
OPERATION_FORM = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
MobilePhone = Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]
# Where a copy of a document is sent; the mail itself shows whether anybody is there.
EMAIL_FORM = r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,20}$"
# Of a site's staff, as its kiosk knows them.
StaffId = Annotated[str, Field(pattern=r"^([a-z][a-z0-9-]{1,11}|[0-9]{1,8})$")]


# -- an application -------------------------------------------------------------


class Applicant(_Said):
    """The holder of the card, as the card says it. Foreigners' cards may lack ``name`` and have no address.

    ``sex`` is coded as in GB/T 2261.1. A card ends on ``valid_until``, or has
    no end (长期) and says ``long_term``. ``number_check_ok`` is false when the
    check character does not fit, and an officer has to look at the number.
    Where no card was there and name and number were typed, ``card`` is
    ``typed``, and nothing is known of address and validity.
    """

    card: Literal["resident", "hmt", "foreigner_2017", "foreigner_2023", "typed"]
    name: str = Field(default="", max_length=60)
    name_en: str = Field(default="", max_length=60)
    number: CardNumber
    number_check_ok: bool
    sex: Literal["0", "1", "2", "9"]
    birth_date: date | None = None
    nationality: str = Field(default="", max_length=3)
    address: str = Field(default="", max_length=200)
    valid_until: date | None = None
    long_term: bool = False

    @model_validator(mode="after")
    def _is_complete(self) -> Applicant:
        if not (self.name or self.name_en):
            raise ValueError("an applicant has a name")
        if self.card != "typed" and self.long_term == (self.valid_until is not None):
            raise ValueError("a card either ends on a day or is of long validity")
        if self.card == "typed" and (self.long_term or self.valid_until is not None):
            raise ValueError("where no card was read, nothing is known of its validity")
        return self


class FaceProof(_Said):
    """The live face was compared with the card's portrait inside the kiosk. No picture leaves it."""

    route: Literal["face"] = "face"
    distance: float = Field(ge=0, le=2)
    threshold: float = Field(gt=0, le=2)
    frames: int = Field(ge=1, le=1000)
    engine: str = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _is_near_enough(self) -> FaceProof:
        if self.distance > self.threshold:
            raise ValueError("a distance above the threshold proves nothing")
        return self


class NearFace(_Said):
    """The live face was near the card's portrait, not near enough to prove anything alone.

    ``threshold`` is None where nothing that is known of the engine supports one for this item.
    """

    distance: float = Field(ge=0, le=2)
    threshold: float | None = Field(default=None, gt=0, le=2)
    frames: int = Field(ge=1, le=1000)
    engine: str = Field(min_length=1, max_length=60)


class _OtherProof(_Said):
    """A proof without a face, or with one that was near and needed this proof beside it."""

    face: NearFace | None = None


class PhoneCodeProof(_OtherProof):
    """A code that went to the phone number on file was typed in correctly."""

    route: Literal["phone_code"] = "phone_code"
    code_id: Reference


class AppCodeProof(_OtherProof):
    """The scanner read the one-time code of this person's own phone app."""

    route: Literal["app_code"] = "app_code"
    proof_id: Reference


class StaffProof(_OtherProof):
    """An attendant of the site saw card and person."""

    route: Literal["staff"] = "staff"
    staff: StaffId


class VideoProof(_OtherProof):
    """An officer saw card and person through the camera."""

    route: Literal["video"] = "video"
    call_id: Reference


IdentityProof = Annotated[
    FaceProof | PhoneCodeProof | AppCodeProof | StaffProof | VideoProof, Field(discriminator="route")
]


class Attachment(_Said):
    """A scanned page or a signature. ``sha256`` is 64 lower-case hexadecimal digits over ``content``."""

    name: Identifier
    media_type: Literal["image/jpeg", "image/png", "application/pdf"]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    content: Base64 = Field(min_length=1, max_length=4 * 1024 * 1024)

    @classmethod
    def of(
        cls, name: str, media_type: Literal["image/jpeg", "image/png", "application/pdf"], content: bytes
    ) -> Attachment:
        """An attachment with its digest."""
        return cls(name=name, media_type=media_type, sha256=hashlib.sha256(content).hexdigest(), content=content)

    @model_validator(mode="after")
    def _is_whole(self) -> Attachment:
        if hashlib.sha256(self.content).hexdigest() != self.sha256:
            raise ValueError("the content is not what sha256 says")
        return self


class Application(_Said):
    """One application (办件). Sent twice, it has the same ``idempotency_key`` and counts once.

    ``answers`` are what the citizen answered, by the keys of the item's fields;
    dates are YYYYMMDD. ``filled_at`` is when the citizen sent it off, which may
    be days before it arrives.
    """

    idempotency_key: UUID
    ticket: Ticket = Field(default_factory=lambda said: ticket_for(said["idempotency_key"]))
    item: ItemCode
    item_revision: int = Field(ge=1)
    station: StationId
    filled_at: AwareDatetime
    language: Language
    applicant: Applicant
    identity: IdentityProof
    answers: dict[Identifier, Annotated[str, Field(max_length=500)] | bool] = Field(max_length=200)
    attachments: tuple[Attachment, ...] = Field(default=(), max_length=16)

    @model_validator(mode="after")
    def _is_consistent(self) -> Application:
        if self.ticket != ticket_for(self.idempotency_key):
            raise ValueError("the ticket is not the one of this key")
        names = [attachment.name for attachment in self.attachments]
        if len(names) != len(set(names)):
            raise ValueError("two attachments have one name")
        return self


class Stage(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PRODUCING = "producing"
    POSTED = "posted"
    DELIVERED = "delivered"
    REFUSED = "refused"


# Nothing stands in the way of these any more.
APPROVED = (Stage.APPROVED, Stage.PRODUCING, Stage.POSTED, Stage.DELIVERED)
STAGE_NAMES: Mapping[Stage, Text] = {
    Stage.RECEIVED: Text(zh="待审核", en="waiting for review"),
    Stage.IN_REVIEW: Text(zh="审核中", en="in review"),
    Stage.APPROVED: Text(zh="通过", en="approved"),
    Stage.PRODUCING: Text(zh="制证", en="being produced"),
    Stage.POSTED: Text(zh="已寄出", en="posted"),
    Stage.DELIVERED: Text(zh="签收", en="delivered"),
    Stage.REFUSED: Text(zh="不通过", en="refused"),
}


class Acceptance(_Answered):
    """The back office has the application for good. ``duplicate`` is true when it had it before.

    It may have decided at once (秒批): then ``stage`` says so, and ``reasons`` why, or of an approval what follows.
    """

    reference_number: ReferenceNumber
    ticket: Ticket
    stage: Stage
    accepted_at: AwareDatetime
    duplicate: bool
    reasons: tuple[Text, ...] = ()


class ApplicationStatus(_Answered):
    """How far an application has come. ``parcel_number`` stands once it is posted."""

    reference_number: ReferenceNumber
    item: ItemCode
    stage: Stage
    changed_at: AwareDatetime
    parcel_number: str | None = None


# -- the code by text message ------------------------------------------------------


class CodeRequest(_Said):
    """Please send a code to the phone number on file for the person with this card number."""

    number: CardNumber
    language: Language


class CodeSent(_Answered):
    """A code is under way. It can be used CODE_SECONDS long and mistyped CODE_TRIES times."""

    code_id: str = Field(pattern=r"^[0-9a-zA-Z-]{8,64}$")
    phone: str = Field(pattern=r"^[0-9]{3}\*{4}[0-9]{4}$")  # the kiosk learns no more than 139****0001


class CodeCheck(_Said):
    """What the citizen typed."""

    code: str = Field(pattern=r"^[0-9]{6}$")


class CodeResult(_Answered):
    """Whether it was the code, and how many tries are left."""

    right: bool
    tries_left: int = Field(ge=0)


# -- the code of the phone app -------------------------------------------------------


class AppCodeCheck(_Said):
    """The scanner read this code while this person's card was here."""

    number: CardNumber
    code: str = Field(pattern=APP_CODE_FORM)


class AppCodeResult(_Answered):
    """Whether it is a fresh code of this very person's app; then it is used up, and ``proof_id`` names it."""

    right: bool
    proof_id: Reference | None = None


# -- faces compared elsewhere --------------------------------------------------------


class FaceZone(StrEnum):
    """What a comparison of faces came to."""

    ACCEPTED = "accepted"
    NEAR = "near"  # a second proof decides
    REFUSED = "refused"


class FaceQuestion(_Said):
    """Is this the same person? Asked only with the consent of whoever is on the pictures, which are JPEG files.

    ``portrait`` is the card's. Where no card was there, ``number`` names the person whose portrait the authority has.
    ``probes`` were taken over the whole check, so one that shows somebody else
    is as telling as the best. Neither side keeps any of them.
    """

    portrait: Annotated[Base64, Field(min_length=1, max_length=256 * 1024)] | None = None
    number: CardNumber | None = None
    probes: tuple[Annotated[Base64, Field(min_length=1, max_length=256 * 1024)], ...] = Field(
        min_length=1, max_length=9
    )
    false_accepts: float = Field(gt=0, lt=0.1)

    @model_validator(mode="after")
    def _is_about_one_person(self) -> FaceQuestion:
        if (self.portrait is None) == (self.number is None):
            raise ValueError("a face is compared with a portrait, or with the one of a number")
        return self


class FaceAnswer(_Answered):
    """``distance`` and ``threshold`` only where the service's engine has them."""

    zone: FaceZone
    engine: str = Field(min_length=1, max_length=60)
    distance: float | None = Field(default=None, ge=0, le=2)
    threshold: float | None = Field(default=None, gt=0, le=2)


# -- the officer far away ------------------------------------------------------------


class CallState(StrEnum):
    """How a call to an officer stands."""

    CALLING = "calling"
    BUSY = "busy"  # nobody is free
    CONNECTED = "connected"
    CONFIRMED = "confirmed"  # the officer saw card and person
    REFUSED = "refused"  # the officer is not convinced
    DROPPED = "dropped"  # somebody hung up, or the line broke


class CallRequest(_Said):
    """An officer, please, for the holder of this card."""

    station: StationId
    item: ItemCode
    number: CardNumber
    name: str = Field(min_length=1, max_length=60)
    language: Language


class Call(_Answered):
    """How a call stands. The kiosk asks every second, and hangs up when nobody needs the call any more."""

    call_id: Reference
    state: CallState


# -- the fleet ------------------------------------------------------------------------


class StationService(StrEnum):
    """What a station is to citizens."""

    IN_SERVICE = "in_service"
    LIMITED = "limited"  # something can be done there, something else not
    OUT_OF_SERVICE = "out_of_service"
    UNKNOWN = "unknown"  # it has not said so for STATE_SECONDS


SERVICE_NAMES: Mapping[StationService, Text] = {
    StationService.IN_SERVICE: Text(zh="正常服务", en="in service"),
    StationService.LIMITED: Text(zh="部分事项可办", en="some services only"),
    StationService.OUT_OF_SERVICE: Text(zh="暂停服务", en="out of service"),
    StationService.UNKNOWN: Text(zh="情况不明", en="not known"),
}


class StationState(_Said):
    """How a station is, said every few minutes. ``unavailable`` are the items that cannot be done there now."""

    service: Literal[StationService.IN_SERVICE, StationService.LIMITED, StationService.OUT_OF_SERVICE]
    unavailable: tuple[ItemCode, ...] = Field(default=(), max_length=500)
    software: str = Field(pattern=r"^[0-9A-Za-z.+-]{1,40}$")
    at: AwareDatetime


class Noted(_Answered):
    """The back office has heard it, at this time of its own clock."""

    at: AwareDatetime


class KnownStation(_Answered):
    """What the back office last heard of a station, and when."""

    station: StationId
    service: StationService
    unavailable: tuple[ItemCode, ...] = ()
    heard_at: AwareDatetime


class Fleet(_Answered):
    """Every station that was ever heard of, as known ``at`` this time. All times are the back office's."""

    at: AwareDatetime
    stations: tuple[KnownStation, ...]


class SupportBundle(_Said):
    """A machine's state for developers, a zip file. Sent twice, it counts once. ``sha256`` is over ``content``."""

    station: StationId
    made_at: AwareDatetime
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    content: Base64 = Field(min_length=1, max_length=MOST_BUNDLE_BYTES)

    @classmethod
    def of(cls, station: str, made_at: datetime, content: bytes) -> SupportBundle:
        """A bundle with its digest."""
        return cls(station=station, made_at=made_at, sha256=hashlib.sha256(content).hexdigest(), content=content)

    @model_validator(mode="after")
    def _is_whole(self) -> SupportBundle:
        if hashlib.sha256(self.content).hexdigest() != self.sha256:
            raise ValueError("the content is not what sha256 says")
        return self


class BundleTaken(_Answered):
    """The back office keeps the bundle under this number; whoever calls for help tells it."""

    number: int = Field(ge=1)


# -- questions to departments ------------------------------------------------------------


class Question(_Said):
    """What an item asks a department.

    ``number`` and ``name`` are the card's, or were ``typed`` because no card was there; None and "" where the item
    asks nobody who it is. ``asked`` are the answers that the department gets to see, by the keys of the item's file.
    """

    item: ItemCode
    station: StationId
    number: CardNumber | None = None
    name: str = Field(default="", max_length=60)
    typed: bool = False
    proof: IdentityProof | None = None
    asked: dict[Identifier, Annotated[str, Field(max_length=500)]] = Field(default_factory=dict, max_length=40)


class AnswerKind(StrEnum):
    """What came of a question."""

    FOUND = "found"
    NOTHING = "nothing"  # the department knows nothing of what was asked about
    DENIED = "denied"


class Sentences(_Answered):
    """What a department says to a citizen: what happened, what it means, what to do now."""

    happened: Text
    meaning: Text
    todo: Text


class Picture(_Answered):
    """Evidence, as PNG. ``words`` say what is on it, for whoever does not see it."""

    words: Text
    png: Base64 = Field(min_length=1, max_length=MOST_PICTURE_BYTES)

    @model_validator(mode="after")
    def _is_png(self) -> Picture:
        if not self.png.startswith(b"\x89PNG\r\n\x1a\n"):
            raise ValueError("the picture is no PNG")
        return self


class Answer(_Answered):
    """What a department says. ``rows`` each have a ``key`` of their own; ``said`` are its sentences when it denies.

    What a row says in Chinese under a key, it may say in English under ``<key>_en``.
    """

    outcome: AnswerKind
    facts: dict[Identifier, str] = Field(default_factory=dict)
    rows: tuple[dict[Identifier, str], ...] = ()
    said: Sentences | None = None
    pictures: tuple[Picture, ...] = Field(default=(), max_length=MOST_PICTURES)

    @model_validator(mode="after")
    def _is_complete(self) -> Answer:
        if (self.outcome is AnswerKind.DENIED) != (self.said is not None):
            raise ValueError("a department that denies says why, and only then")
        keys = [row.get("key") for row in self.rows]
        if None in keys or len(set(keys)) < len(keys):
            raise ValueError("each row has a key of its own")
        return self


class CardWritten(_Said):
    """A card was written for somebody; its department hears it, so that it is not written again.

    Sent twice, it counts once. ``operation`` is the department's, ``question`` says for whom, and who that was proven
    by as of ``written_at``: the news may arrive days later. ``new_card`` is true where the machine handed one out.
    """

    idempotency_key: UUID
    operation: Annotated[str, Field(pattern=OPERATION_FORM)]
    question: Question
    new_card: bool
    written_at: AwareDatetime

    @property
    def ticket(self) -> str:
        """Under which it waits in the outbox."""
        return ticket_for(self.idempotency_key)


class DepartmentService(StrEnum):
    """Whether a department's system answers now."""

    OPEN = "open"
    CLOSED = "closed"  # by its hours
    UNAVAILABLE = "unavailable"


class DepartmentState(_Answered):
    """One department, by its id, and when its system is open, in words; None where it always is."""

    department: Identifier
    service: DepartmentService
    hours: Text | None = None


class DepartmentStates(_Answered):
    """Every department that can be asked through this back office."""

    departments: tuple[DepartmentState, ...]


# -- appointments -------------------------------------------------------------------------


class HalfDay(StrEnum):
    """What numbers are given out for."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class BookingPath(StrEnum):
    """By which rule somebody comes."""

    ORDINARY = "ordinary"
    URGENT = "urgent"  # today, at least an hour ahead, for a reason
    GREEN = "green"  # a green pass: no number of the quota, the counter sees to it on the spot


class BookingReason(StrEnum):
    """Why somebody may come by a path that is not the ordinary one."""

    ENTERPRISE = "enterprise"  # a company gets back to work
    PERSONAL = "personal"  # something of one's own that cannot wait
    ELDER = "elder"  # 60 or older
    PREGNANT = "pregnant"
    INFANT = "infant"  # carries a small child
    DISABLED = "disabled"


REASONS: Mapping[BookingPath, tuple[BookingReason, ...]] = {
    BookingPath.ORDINARY: (),
    BookingPath.URGENT: (BookingReason.ENTERPRISE, BookingReason.PERSONAL),
    BookingPath.GREEN: (
        BookingReason.ELDER,
        BookingReason.PREGNANT,
        BookingReason.INFANT,
        BookingReason.DISABLED,
    ),
}


class OpenSlot(_Answered):
    """A half-day, when one can come, and how many numbers are left. Times are local."""

    day: date
    half: HalfDay
    begins: time
    ends: time
    left: int = Field(ge=0)


class OtherPlace(_Answered):
    """Another place of the same service, with the first half-day that has numbers left."""

    place: Identifier
    name: Text
    day: date
    half: HalfDay


class Slots(_Answered):
    """What can be booked now at one place. Half-days that are full stand among the ``slots`` with nothing left.

    ``unknown_from`` stands where not all days of the rule are open because nobody knows yet which days are worked.
    ``release_at`` is when the next day is opened. ``urgent`` are half-days of today, ``green`` is the day of a green
    pass. ``elsewhere`` is told only where nothing is left here.
    """

    service: Identifier
    place: Identifier
    name: Text
    directions: Text
    slots: tuple[OpenSlot, ...]
    unknown_from: date | None = None
    release_at: AwareDatetime | None = None
    urgent: tuple[OpenSlot, ...] = ()
    green: OpenSlot | None = None
    elsewhere: tuple[OtherPlace, ...] = ()


class BookingRequest(_Said):
    """Please book this half-day for the holder of this card. Sent twice with one ``idempotency_key``, it counts once.

    ``about`` is what somebody comes for, as it was chosen on the screen. ``replaces`` is a booking of the same person
    that is given back for it, in the same moment.
    """

    idempotency_key: UUID
    service: Identifier
    place: Identifier
    day: date
    half: HalfDay
    path: BookingPath = BookingPath.ORDINARY
    reason: BookingReason | None = None
    number: CardNumber
    name: str = Field(min_length=1, max_length=60)
    phone: MobilePhone | None = None
    item: ItemCode
    station: StationId
    language: Language
    about: Text | None = None
    replaces: BookingCode | None = None

    @model_validator(mode="after")
    def _has_its_reason(self) -> BookingRequest:
        reasons = REASONS[self.path]
        if (self.reason in reasons) if reasons else (self.reason is None):
            return self
        raise ValueError("the reason is not one of this path")


class BookingState(StrEnum):
    """What has become of a booking."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    MISSED = "missed"


class Booking(_Answered):
    """A booking. ``code`` is what the ticket machine reads; one can come between ``begins`` and ``ends`` of ``day``."""

    code: BookingCode
    state: BookingState
    service: Identifier
    place: Identifier
    place_name: Text
    directions: Text
    day: date
    half: HalfDay
    begins: time
    ends: time
    path: BookingPath
    may_cancel: bool
    duplicate: bool = False


class Bookings(_Answered):
    """Somebody's bookings from today on, and until when nothing can be booked for having twice not come."""

    bookings: tuple[Booking, ...]
    suspended_until: date | None = None


class Arrival(_Answered):
    """Somebody has come, and waits to be called by this number."""

    code: BookingCode
    queue_number: str = Field(pattern=r"^[A-Z][0-9]{3,4}$")


# -- payments -----------------------------------------------------------------------------


class OrderState(StrEnum):
    """How an order stands. All but the first are final, except that what was paid can be refunded."""

    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"  # on the phone, or by its bank
    TIMED_OUT = "timed_out"  # closed before anything was paid; what arrives later goes back by itself
    REFUNDED = "refunded"  # it was paid, and the money goes back


class OrderRequest(_Said):
    """Please open an order for this bill. One bill has one order that is open or paid, whoever asks and how often.

    ``amount`` is in fen. ``about`` stands on the phone's page. ``number`` and ``phone`` say whom to tell, where it is
    known. With ``hands_out`` something is given for the money: the kiosk says whether it was (DELIVERY), and without
    a word within DELIVERY_SECONDS the money goes back.
    """

    operation: str = Field(pattern=OPERATION_FORM, max_length=100)
    bill: str = Field(min_length=1, max_length=60)
    amount: int = Field(ge=1, le=MOST_FEN)
    about: Text
    hands_out: bool = False
    number: CardNumber | None = None
    phone: MobilePhone | None = None
    item: ItemCode
    station: StationId
    language: Language


class Order(_Answered):
    """An order. ``code`` is what the phone reads from the screen, and ``seconds_left`` how long, while it is open."""

    order_id: OrderId
    state: OrderState
    amount: int
    code: str = ""
    seconds_left: int = Field(default=0, ge=0)
    paid_at: AwareDatetime | None = None


class Delivery(_Said):
    """Whether what was paid for has been handed out; where not, the money goes back."""

    done: bool


# -- documents ---------------------------------------------------------------------------


class Named(_Said):
    """A fact or a column of a department's answer, as the screen calls it and as the sheet does.

    ``words`` are shown instead where the department says a code.
    """

    key: Identifier
    label: Text
    type: Literal["text", "date", "month", "amount"] = "text"
    words: dict[str, Text] = {}


class Line(_Said):
    """One answer of the citizen, as the screen shows it."""

    label: Text
    value: Text


class DocumentRequest(_Said):
    """Please make a document (A4). Sent twice, it has the same ``idempotency_key`` and is made once.

    ``document`` is the department's template and ``title`` what it is called; what stands in it the department says
    when ``operation`` is asked with ``question``. ``facts`` and ``columns`` name what it says, nothing else of it is
    shown; ``answers`` are those of the citizen that the sheet repeats.
    """

    idempotency_key: UUID
    document: Identifier
    title: Text
    operation: str = Field(pattern=OPERATION_FORM)
    question: Question
    language: Language
    facts: tuple[Named, ...] = Field(default=(), max_length=60)
    columns: tuple[Named, ...] = Field(default=(), max_length=8)
    answers: tuple[Line, ...] = Field(default=(), max_length=40)


class Document(_Answered):
    """A document, sealed and signed by its department. ``url`` is where anybody can see what ``code`` stands for."""

    code: Ticket
    pdf: Base64 = Field(min_length=1, max_length=MOST_DOCUMENT_BYTES)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    pages: int = Field(ge=1)
    url: str = Field(max_length=200)
    valid_until: AwareDatetime | None = None
    duplicate: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Document:
        if hashlib.sha256(self.pdf).hexdigest() != self.sha256:
            raise ValueError("the document is not what sha256 says")
        return self


class DocumentFacts(_Answered):
    """What a code stands for. ``name`` is masked, empty where the document is about nobody in particular."""

    code: Ticket
    item: ItemCode
    title: Text
    office: Text
    name: str
    issued_at: AwareDatetime
    valid_until: AwareDatetime | None = None
    sha256: str
    pages: int


class DocumentCheck(_Said):
    """Is this the document of the code? Either the whole of it or its ``sha256``."""

    pdf: Annotated[Base64, Field(min_length=1, max_length=MOST_DOCUMENT_BYTES)] | None = None
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _is_one(self) -> DocumentCheck:
        if (self.pdf is None) == (self.sha256 is None):
            raise ValueError("a document is checked by itself or by its sha256")
        return self


class Genuineness(StrEnum):
    """What came of a check."""

    GENUINE = "genuine"  # it is what was issued, bit for bit
    ALTERED = "altered"  # it was made of what was issued, and changed
    OTHER = "other"  # it is not what was issued under this code


class DocumentChecked(_Answered):
    """Whether a document is what was issued under its code."""

    result: Genuineness


class CopyRequest(_Said):
    """Send the document to its owner: the code to fetch it to the phone on file, or all of it to ``email``.

    ``idempotency_key`` is that of the document's request, which only the kiosk that asked for it knows.
    """

    idempotency_key: UUID
    email: str | None = Field(default=None, pattern=EMAIL_FORM, max_length=100)


class CopySent(_Answered):
    """Where it went; a phone number or an address, masked."""

    to: str = Field(max_length=120)


class CopyFetch(_Said):
    """The code out of the text message."""

    fetch_code: str = Field(pattern=r"^[0-9]{6}$")


class DocumentFile(_Answered):
    """The document itself."""

    pdf: Base64 = Field(min_length=1, max_length=MOST_DOCUMENT_BYTES)


# -- what is counted: nobody is named in it -----------------------------------------------


class Level(StrEnum):
    """How somebody found it, best first."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    VERY_POOR = "very_poor"


BAD_LEVELS = (Level.POOR, Level.VERY_POOR)


class CaseResult(StrEnum):
    """How a visit ended."""

    FINISHED = "finished"
    REFUSED = "refused"  # it could not be done, and the citizen was told why
    SAVED = "saved"  # the application waits in the kiosk until the line is back
    LEFT = "left"
    IDLE = "idle"


class Rating(_Said):
    """What somebody says of a case (好差评), once for each case. Sent twice, it counts once.

    ``number`` is the case's own, so that an officer can ask back. An ``anonymous`` rating has none, and no more of
    its time than the local ``day``: nothing leads from it to a person. ``reasons`` are those of config/ratings.yaml.
    """

    idempotency_key: UUID
    station: StationId
    item: ItemCode
    result: Literal[CaseResult.FINISHED, CaseResult.REFUSED, CaseResult.SAVED]
    level: Level
    reasons: tuple[Identifier, ...] = Field(default=(), max_length=12)
    anonymous: bool
    number: ReferenceNumber | None = None
    day: date

    @model_validator(mode="after")
    def _keeps_its_promise(self) -> Rating:
        if self.anonymous and self.number is not None:
            raise ValueError("an anonymous rating has no number")
        return self


class Case(_Said):
    """A visit has ended. Sent twice, it counts once."""

    idempotency_key: UUID
    station: StationId
    item: ItemCode
    channel: Literal["self_service"] = "self_service"
    result: CaseResult
    began_at: AwareDatetime
    ended_at: AwareDatetime


class FaultReport(_Said):
    """Somebody before the machine says that something is wrong with it (报修). ``page`` is where that was."""

    idempotency_key: UUID
    station: StationId
    page: Identifier
    item: ItemCode | None = None
    trouble: Identifier
    at: AwareDatetime


# -- the rest ----------------------------------------------------------------------------


class Health(_Answered):
    """The back office is there. ``at`` is its time, for kiosks whose clock may be wrong; an older one does not tell."""

    status: Literal["ok"] = "ok"
    at: AwareDatetime | None = None


class ProblemCode(StrEnum):
    """Why the back office says no. Each is final, the same request will be refused again, but for a department's."""

    INVALID = "invalid"  # not of this contract
    NO_FACE = "no_face"  # a picture to be compared shows no face, or several
    TOO_LARGE = "too_large"
    CONFLICT = "conflict"  # another application has this idempotency key
    NOT_PROVEN = "not_proven"  # the code was never typed in correctly, or belongs to somebody else
    NOT_FOUND = "not_found"
    CODE_NO_NUMBER = "code.no_number"
    CODE_TOO_OFTEN = "code.too_often"
    CODE_USED_UP = "code.used_up"
    DOCUMENT_NOT_ISSUED = "document.not_issued"  # its department has nothing to put on it, or says no
    COPY_NO_PHONE = "document.copy_no_phone"
    COPY_TOO_OFTEN = "document.copy_too_often"
    DEPARTMENT_UNAVAILABLE = "department.unavailable"  # its system gives no answer now
    DEPARTMENT_CLOSED = "department.closed"  # its system is not open now
    BOOKING_CLOSED = "booking.closed"  # this half-day cannot be booked, or no longer
    BOOKING_FULL = "booking.full"
    BOOKING_SAME_DAY = "booking.same_day"  # this person has a booking for that day
    BOOKING_SUSPENDED = "booking.suspended"  # for having twice not come
    BOOKING_STAYS = "booking.stays"  # it is too late to give it back, or it was used
    ARRIVAL_EARLY = "arrival.early"
    ARRIVAL_LATE = "arrival.late"
    PAYMENT_UNAVAILABLE = "payment.unavailable"  # nothing can be paid through this back office


class Problem(_Answered):
    """A refusal, in the form of RFC 9457 with a ``code``. What is no Problem is no refusal, whatever its status.

    ``hours`` says when a department that is closed is open.
    """

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = ""
    code: ProblemCode
    hours: Text | None = None
