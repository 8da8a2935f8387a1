"""What can happen to a visit (events) and what a visit asks for (effects)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from drivers.id_reader.record import IdRecord
from kiosk.catalogue.item import Outcome, PrintDocumentStep, RewriteCardStep
from kiosk.gateway.contract import (
    Booking,
    BookingPath,
    BookingReason,
    Bookings,
    CaseResult,
    HalfDay,
    Level,
    Order,
    Picture,
    Slots,
    Stage,
)
from kiosk.gateway.contract import CallState as CallState
from kiosk.identity.events import FaceProgress, FaceVerdict, Risk
from kiosk.text import Text


class Way(StrEnum):
    """How a person can show to be the holder of the card, in the order in which they are offered."""

    FACE = "face"
    PHONE_CODE = "phone_code"  # by text message to the number on file
    APP_CODE = "app_code"  # shown by the citizen's own phone to the code scanner
    STAFF = "staff"  # an attendant who stands beside
    VIDEO = "video"  # an officer far away


# A stroke of the signature: points as x, y, each 0..1 of the pad.
Stroke = tuple[tuple[float, float], ...]


# -- events: the citizen -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """A button was touched; ``id`` is its :class:`kiosk.visit.view.Button` id, or next, back, exit, extend."""

    id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A field was filled in. The value never appears in a repr."""

    key: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """The signature pad was written on."""

    strokes: tuple[Stroke, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Touched:
    """A finger was on the glass: somebody is there."""


@dataclass(frozen=True, slots=True)
class AskedOneByOne:
    """Whether the citizen is to be asked one question a page, or all of a step at once."""

    on: bool


# -- events: time and devices --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class CardFound:
    """A card lies on the reader and is being read."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card was read; it took ``seconds`` from found to record."""

    record: IdRecord
    seconds: float


@dataclass(frozen=True, slots=True)
class CardLifted:
    """The card is no longer on the reader."""


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code went to the number on file; ``phone`` is masked."""

    phone: str
    code_id: str


@dataclass(frozen=True, slots=True)
class CodeJudged:
    """Whether the typed code was right, and how many tries are left."""

    right: bool
    tries_left: int = 0


@dataclass(frozen=True, slots=True)
class WaysChanged:
    """The ways that this machine has, each with the fault for which it is closed now ("": it is open)."""

    ways: Mapping[Way, str]


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code was held before the scanner."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppCodeJudged:
    """Whether the code that was shown is this person's; ``proof_id`` names it from now on when it is."""

    right: bool
    proof_id: str = ""


@dataclass(frozen=True, slots=True)
class StaffAdmitted:
    """An attendant gave the own PIN, or the own card."""

    staff: str


@dataclass(frozen=True, slots=True)
class StaffRefused:
    """No attendant: ``sentence`` says why."""

    sentence: Text


@dataclass(frozen=True, slots=True)
class OfficerSaid:
    """How the call ``call_id`` stands now; said every second or so."""

    state: CallState
    call_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a department knows: ``facts`` by their keys, ``rows`` each with its own ``key``, ``pictures`` as evidence.

    Nothing is in a repr.
    """

    facts: Mapping[str, str] = field(repr=False)
    rows: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class NothingFound:
    """The department knows nothing of what was asked about."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The department says no, in its own sentences."""

    happened: Text
    meaning: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class SlotsTold:
    """What can be booked now, and what this person has booked already."""

    slots: Slots
    mine: Bookings


@dataclass(frozen=True, slots=True)
class Booked:
    """The booking is made."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class BookingCancelled:
    """A booking was given back."""


@dataclass(frozen=True, slots=True)
class OrderTold:
    """How the order of a payment stands now; said every second or so while it is open."""

    order: Order


@dataclass(frozen=True, slots=True)
class BankCardIn:
    """A bank card is in the slot and is being read."""


@dataclass(frozen=True, slots=True)
class BankCardRead:
    """It was read; it took ``seconds``. It is still in the slot."""

    number: str = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class BankCardOut:
    """The bank card was pulled out."""


@dataclass(frozen=True, slots=True)
class CardDrawnIn:
    """A card that somebody put in is inside the rewriter, and its chip is being read."""


@dataclass(frozen=True, slots=True)
class ChipRead:
    """The number in the chip of the card inside."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewCardFetched:
    """A new card of the machine's own stock is inside the rewriter."""


class Written(StrEnum):
    """What became of a card that was to be written."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"  # it was not touched
    UNCERTAIN = "uncertain"  # part of it may stand there


@dataclass(frozen=True, slots=True)
class WritingDone:
    """The rewriter's answer. ``fault`` says why when it is not written."""

    outcome: Written
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CardDiscarded:
    """A spoiled new card is in the bin."""


@dataclass(frozen=True, slots=True)
class CardOffered:
    """The card is in the mouth of the rewriter; it is kept when nobody takes it within ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The mouth of the rewriter is empty: the card was taken, or there was none."""


@dataclass(frozen=True, slots=True)
class CardKept:
    """The card lies in the machine: in the bin, or, with the ``fault`` for that, where it got stuck.

    ``slip`` is the number under which it is handed over, ``place`` where that is, ``phone`` whom to ask.
    """

    slip: str
    place: Text
    phone: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SlipDone:
    """Whether the slip that says where the card lies was printed."""

    printed: bool


class News(StrEnum):
    """What its department knows of a card that was written."""

    TELLING = "telling"
    TOLD = "told"
    LATER = "later"  # it is told by itself once the line is back
    UNTOLD = "untold"  # and nobody will tell it


@dataclass(frozen=True, slots=True)
class NewsDone:
    """What came of telling the department that a card was written."""

    news: News


@dataclass(frozen=True, slots=True)
class PageTaken:
    """The document camera took a picture: JPEG bytes, and the fault that advises another one ("": it is good)."""

    jpeg: bytes = field(repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The back office took the application, and may have decided it at once; ``reasons`` say why, or what follows."""

    reference_number: str
    stage: Stage = Stage.RECEIVED
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """The application lies in the outbox and goes out by itself."""

    ticket: str


class ReceiptOutcome(StrEnum):
    """What became of the receipt."""

    PRINTED = "printed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class ReceiptDone:
    """The printer's answer. ``fault`` says why when it is not printed."""

    outcome: ReceiptOutcome
    byte_count: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DocumentMade:
    """A document of a department, sealed, signed and verified. ``key`` is needed to have a copy sent.

    ``url`` is where anybody can see what ``code`` stands for; ``pictures`` are its first pages for the screen, PNG.
    """

    pdf: bytes = field(repr=False)
    code: str
    sha256: str
    pages: int
    url: str
    key: UUID
    pictures: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class DocumentHeld:
    """The printer waits, for paper say; ``fault`` says why, "" that it goes on."""

    fault: str


@dataclass(frozen=True, slots=True)
class GuidePrinted:
    """Whether the guide came out."""

    out: bool


class PaperOutcome(StrEnum):
    """What became of a document on paper."""

    PRINTED = "printed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class DocumentPrinted:
    """The page printer's answer. ``fault`` says why when it is not printed."""

    outcome: PaperOutcome
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CopySent:
    """A copy is under way; ``to`` is a phone number or an address, masked."""

    to: str


@dataclass(frozen=True, slots=True)
class Failed:
    """What the visit asked for could not be done; ``code`` is a key of config/faults/.

    ``said`` are its sentences where more is known than stands there: when a department opens, say.
    """

    code: str
    said: Outcome | None = None


Event = (
    Act
    | Answer
    | Signed
    | Touched
    | AskedOneByOne
    | Tick
    | CardFound
    | CardRead
    | CardLifted
    | FaceProgress
    | FaceVerdict
    | CodeSent
    | CodeJudged
    | WaysChanged
    | CodeShown
    | AppCodeJudged
    | StaffAdmitted
    | StaffRefused
    | OfficerSaid
    | Found
    | NothingFound
    | Denied
    | SlotsTold
    | Booked
    | BookingCancelled
    | OrderTold
    | BankCardIn
    | BankCardRead
    | BankCardOut
    | CardDrawnIn
    | ChipRead
    | NewCardFetched
    | WritingDone
    | CardDiscarded
    | CardOffered
    | CardTaken
    | CardKept
    | SlipDone
    | NewsDone
    | PageTaken
    | Accepted
    | Saved
    | ReceiptDone
    | GuidePrinted
    | DocumentMade
    | DocumentHeld
    | DocumentPrinted
    | CopySent
    | Failed
)


# -- effects -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Wait for a card and read it."""


@dataclass(frozen=True, slots=True)
class CheckFace:
    """Compare the person before the camera with the portrait of the card, as surely as ``risk`` asks for."""

    record: IdRecord
    risk: Risk
    typed: bool = False  # there is no portrait; the authority compares with its own


@dataclass(frozen=True, slots=True)
class SendCode:
    """Send a code to the phone number on file for this person."""

    record: IdRecord


@dataclass(frozen=True, slots=True)
class CheckCode:
    """Ask whether this is the code that was sent."""

    code_id: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScanCode:
    """Wait for a code before the scanner."""


@dataclass(frozen=True, slots=True)
class CheckAppCode:
    """Ask whether the phone app of this very person shows this code."""

    record: IdRecord
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AdmitStaff:
    """Look whether this is the attendant's PIN."""

    staff: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadStaffCard:
    """Wait until the citizen's card is taken away, then for an attendant's."""


@dataclass(frozen=True, slots=True)
class CallOfficer:
    """Call an officer, who is to see whether this is the holder of the card."""

    record: IdRecord


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask a department. ``asked`` are the answers that it gets to see; ``record`` is None where nobody signed in."""

    operation: str
    asked: Mapping[str, str] = field(repr=False)
    record: IdRecord | None = None
    proof: Proof | None = None
    typed: bool = False  # name and number were typed; no card was read


@dataclass(frozen=True, slots=True)
class AskSlots:
    """Ask what can be booked at a place ("" where the service has one), and what this person has booked."""

    service: str
    place: str
    record: IdRecord


@dataclass(frozen=True, slots=True)
class Book:
    """Book a half-day, for what it is ``about``. Asked again with the same words it is the same booking."""

    service: str
    place: str
    day: date
    half: HalfDay
    path: BookingPath
    reason: BookingReason | None
    replaces: str | None
    record: IdRecord
    phone: str = field(repr=False)
    about: Text | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """Give a booking back."""

    code: str
    record: IdRecord


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Have an order opened for a bill of ``amount`` fen, and follow it until it ends or devices are stopped.

    Asked again it is the same order, whatever became of it. With ``hands_out`` something is given for the money.
    """

    operation: str
    bill: str = field(repr=False)
    amount: int
    about: Text
    hands_out: bool
    record: IdRecord | None
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Let nobody pay any more; the answer says whether somebody has."""

    order_id: str


@dataclass(frozen=True, slots=True)
class SettleOrder:
    """Say whether what was paid for has been handed out; where not, the money goes back. Nobody waits for it."""

    order_id: str
    done: bool


@dataclass(frozen=True, slots=True)
class ReadBankCard:
    """Wait for a bank card, read its number, and wait until it is pulled out."""


@dataclass(frozen=True, slots=True)
class TakeInCard:
    """Wait for a card to be put into the rewriter and read its chip; ``lines`` is what is to be written on it.

    Each is a label and a value. A card that came in is inside until :class:`GiveCardBack`.
    """

    lines: tuple[tuple[Text, Text], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchNewCard:
    """Take a new card from the rewriter's stock; ``lines`` is what is to be written on it."""

    lines: tuple[tuple[Text, Text], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WriteCard:
    """Write the card inside the rewriter."""


@dataclass(frozen=True, slots=True)
class DiscardCard:
    """Put the new card inside the rewriter into its bin: it is spoiled, and nobody's."""


@dataclass(frozen=True, slots=True)
class GiveCardBack:
    """Hold out the card that is inside the rewriter, and keep it when nobody takes it, even if its holder leaves."""


@dataclass(frozen=True, slots=True)
class TellWritten:
    """Tell the department that a card was written, now or by itself later. Told again, it is the same news."""

    step: RewriteCardStep
    asked: Mapping[str, str] = field(repr=False)
    record: IdRecord | None
    proof: Proof | None
    typed: bool


@dataclass(frozen=True, slots=True)
class ShowDocument:
    """Switch the document camera on."""


@dataclass(frozen=True, slots=True)
class TakePage:
    """Take a picture of the page under the document camera."""


@dataclass(frozen=True, slots=True)
class StopDevices:
    """Stop waiting for a card or a code, switch cameras off, hang up."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How the person proved to be the holder of the card.

    ``face`` stands beside another way when the face was near, not near enough.
    ``reference`` is the code's, the call's or the attendant's id.
    """

    way: Way
    face: FaceVerdict | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Submit:
    """Save and send the application."""

    record: IdRecord
    proof: Proof
    typed: bool
    answers: dict[str, str] = field(repr=False)
    pages: dict[str, bytes] = field(repr=False)
    strokes: tuple[Stroke, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print the receipt. ``rows`` are label and value of what the item puts on it; ``copy`` counts earlier printings.

    ``code`` is what its QR code holds, "" for none. ``record`` is None where nobody signed in. ``stage`` is how an
    application stands that the back office has, with its ``reasons``.
    """

    record: IdRecord | None
    reference_number: str
    ticket: str
    copy: int
    rows: tuple[tuple[Text, Text], ...] = field(default=(), repr=False)
    code: str = ""
    stage: Stage = Stage.RECEIVED
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintGuide:
    """Print what is to be known before beginning, on whatever paper there is: headings, and the lines under each."""

    sections: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True)
class MakeDocument:
    """Have a department make a document. Asked again with the same words it is the same document.

    ``answers`` are label and value of those of the citizen that the document repeats.
    """

    step: PrintDocumentStep
    asked: Mapping[str, str] = field(repr=False)
    answers: tuple[tuple[Text, Text], ...] = field(repr=False)
    record: IdRecord | None
    proof: Proof | None
    typed: bool


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """Print a document on A4, in colour where it asks for it or the printer can."""

    step: PrintDocumentStep
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StopPrinting:
    """Nobody waits for the paper any more: take the document back from the printer."""


@dataclass(frozen=True, slots=True)
class SendCopy:
    """Send a document to its owner: to the phone on file, or to an e-mail address."""

    code: str
    key: UUID
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SendRating:
    """Pass on what the citizen says of this case; ``number`` is the case's, "" where nobody is to be found by it."""

    result: CaseResult
    level: Level
    reasons: tuple[str, ...]
    anonymous: bool
    number: str


@dataclass(frozen=True, slots=True)
class CountCase:
    """The visit has ended, and how."""

    result: CaseResult


class Ending(StrEnum):
    """Why a visit ended."""

    FINISHED = "finished"
    REFUSED = "refused"  # the item could not be done, and the citizen was told why
    LEFT = "left"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class End:
    """The visit is over: wipe everything, go home."""

    ending: Ending


@dataclass(frozen=True, slots=True)
class Record:
    """Something for the journal. ``facts`` never hold personal data."""

    event: str
    facts: dict[str, str | int | float | None] = field(default_factory=dict)


Effect = (
    ReadCard
    | CheckFace
    | SendCode
    | CheckCode
    | ScanCode
    | CheckAppCode
    | AdmitStaff
    | ReadStaffCard
    | CallOfficer
    | LookUp
    | AskSlots
    | Book
    | CancelBooking
    | OpenOrder
    | CloseOrder
    | SettleOrder
    | ReadBankCard
    | TakeInCard
    | FetchNewCard
    | WriteCard
    | DiscardCard
    | GiveCardBack
    | TellWritten
    | ShowDocument
    | TakePage
    | StopDevices
    | Submit
    | PrintReceipt
    | PrintGuide
    | MakeDocument
    | PrintDocument
    | StopPrinting
    | SendCopy
    | SendRating
    | CountCase
    | End
    | Record
)
