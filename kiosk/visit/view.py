"""What a page shows of a visit: plain values, decided by the visit, drawn by the screen.

A view is complete: whoever draws it needs no other source and decides nothing.
``body`` holds what only one kind of step has; its shapes stand in the classes
below, one for each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.catalogue.item import FieldType as FieldType
from kiosk.catalogue.item import StepKind as StepKind
from kiosk.text import Text
from kiosk.visit.events import CallState, Way


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be touched. ``id`` comes back as the act of that name."""

    id: str
    label: Text
    enabled: bool = True


class StageState(StrEnum):
    """Where a stage of the step bar stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Stage:
    """One section of the step bar; several steps may belong to it."""

    name: Text
    state: StageState


@dataclass(frozen=True, slots=True)
class Problem:
    """A clear sentence about what went wrong: what happened, what it means, what to do now."""

    code: str  # a key of config/faults/; the tests know it, citizens never see it alone
    happened: Text
    meaning: Text
    todo: Text
    actions: tuple[Button, ...] = ()
    number: str = ""  # one to be noted, of an order say


# -- bodies, one for each kind -------------------------------------------------


@dataclass(frozen=True, slots=True)
class GuideBody:
    """What the citizen should know before beginning."""

    result: Text  # one line of what one gets
    who: Text
    bring: tuple[Text, ...]
    steps: tuple[Text, ...]
    minutes: int
    fee: Text
    afterwards: Text
    privacy: Text
    phone: str
    elsewhere: Text


class CardState(StrEnum):
    """What the reader is doing."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"


@dataclass(frozen=True, slots=True)
class ReadCardBody:
    """``name`` and ``number`` are masked; empty until the card was read."""

    state: CardState
    name: str = ""
    number: str = ""
    validity: Text | None = None
    card_on_reader: bool = False


@dataclass(frozen=True, slots=True)
class WayView:
    """One way to show who one is. ``reason`` says why it is closed now; ``id`` comes back as ``way:<id>``."""

    id: Way
    name: Text
    line: Text
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class ChooseWayBody:
    """Every way of this machine. ``second`` is true when the face alone was not enough."""

    ways: tuple[WayView, ...]
    second: bool = False


@dataclass(frozen=True, slots=True)
class ConsentPoint:
    """One thing to know before agreeing, by its name."""

    name: Text
    words: Text


@dataclass(frozen=True, slots=True)
class ConsentBody:
    """A question with two real answers; the buttons are the view's primary and secondary."""

    points: tuple[ConsentPoint, ...]


class FaceState(StrEnum):
    """What the face check is doing."""

    STARTING = "starting"  # the camera or the engine is not there yet
    POSITIONING = "positioning"  # ``hint`` says what to change
    CHALLENGE = "challenge"  # do ``action``
    CHECKING = "checking"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class VerifyFaceBody:
    """``hint`` and ``action`` are sentences; ``done`` of ``total`` actions were seen.

    ``prompt`` is what the picture beside the words shows, one of
    :class:`kiosk.identity.events.Prompt`.
    ``box`` is the face as x, y, width, height, each 0..1 of the camera picture.
    """

    state: FaceState
    hint: Text
    prompt: str = ""
    done: int = 0
    total: int = 0
    box: tuple[float, float, float, float] | None = None


class CodeState(StrEnum):
    """Where the code by SMS stands."""

    SENDING = "sending"
    ENTERING = "entering"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class VerifyCodeBody:
    """``phone`` is masked; ``code`` holds the digits typed so far, at most ``length``."""

    state: CodeState
    phone: str = ""
    code: str = ""
    length: int = 6
    resend_in: int = 0  # seconds until another code may be asked for


class AppCodeState(StrEnum):
    """Where the code of the phone app stands."""

    WAITING = "waiting"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class AppCodeBody:
    """``steps`` say how the code is shown."""

    state: AppCodeState
    steps: tuple[Text, ...]


class StaffState(StrEnum):
    """Where the confirmation by an attendant stands."""

    WHO = "who"
    PIN = "pin"
    CARD = "card"  # the reader waits for an attendant's card
    CHECKING = "checking"
    CONFIRM = "confirm"  # the attendant compares card and person


@dataclass(frozen=True, slots=True)
class StaffBody:
    """``name`` and ``number`` are masked; they and ``statement`` stand only for an attendant who was admitted.

    ``people`` are the attendants' ids; ``dots`` is how many digits of the PIN were typed.
    """

    state: StaffState
    people: tuple[str, ...] = ()
    who: str = ""
    dots: int = 0
    message: Text | None = None
    name: str = ""
    number: str = ""
    statement: Text | None = None


@dataclass(frozen=True, slots=True)
class VideoBody:
    """How the call stands; ``seconds`` is how long it has stood so."""

    state: CallState
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice."""

    value: str
    label: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Wheel:
    """The first and the last day, or month, that can be turned to, and where the wheel stands first; as answers are."""

    first: str
    last: str
    start: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question of a form. ``source`` says where a value came from when the citizen did not type it.

    ``mask`` stands in the field while nobody types in it, where others are not to see the answer. A day or a month
    can be turned to on a ``wheel``.
    An address has an ``area``, the names that lead to it, a ``detail``, and who pays the ``postage``; its answer is
    the area's names, a space, and the detail. Another area is looked for in the one ``around``.
    """

    key: str
    type: FieldType
    label: Text
    hint: Text
    value: str
    error: Text | None = None
    options: tuple[Option, ...] = ()
    source: Text | None = None
    locked: bool = False
    max_length: int = 60
    area: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    detail: str = ""
    postage: Text | None = None
    mask: str = ""
    wheel: Wheel | None = None


@dataclass(frozen=True, slots=True)
class FormBody:
    """``notice`` says what the answers are used for, where that matters.

    Where one question is asked a page it is the only field, the ``number``-th of ``total``; else ``number`` is 0.
    """

    fields: tuple[FieldView, ...]
    notice: Text | None = None
    number: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One answer as it will be sent. Where it is masked, ``key`` is what :meth:`Visit.revealed` is asked for."""

    label: Text
    value: Text
    key: str = ""


class LookupState(StrEnum):
    """Where a question to a department stands."""

    ASKING = "asking"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class LookupBody:
    """What a department said: single facts, and a table whose ``rows`` have as many cells as there are ``columns``.

    ``keys`` are as the rows: what :meth:`Visit.revealed` is asked for where a cell is masked, "" where it is not.
    ``pictures`` say in words what is on each picture; the pictures themselves are asked for by their places.
    """

    state: LookupState
    facts: tuple[ReviewRow, ...] = ()
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[Text, ...] = ()


class BookState(StrEnum):
    """Where the choice of a day stands."""

    ASKING = "asking"
    CHOOSING = "choosing"
    BOOKING = "booking"
    BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class HalfDayView:
    """A half-day that can be touched; ``id`` comes back as the act of that name."""

    id: str
    name: Text
    hours: str
    left: Text
    free: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """One day with its half-days."""

    name: Text
    weekday: Text
    halves: tuple[HalfDayView, ...]


@dataclass(frozen=True, slots=True)
class MyBookingView:
    """A booking that this person has; it is given back by the act ``cancel:<code>``."""

    code: str
    words: Text
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class BookBody:
    """The days at ``place``. ``notices`` say what does not meet the eye: that nothing is free, where else something is.

    ``reasons`` are asked for where one does not come by the ordinary rule; each comes back as ``reason:<value>``.
    Once it is booked, ``number`` stands with ``when`` and ``directions``.
    """

    state: BookState
    place: Text | None = None
    days: tuple[DayView, ...] = ()
    mine: tuple[MyBookingView, ...] = ()
    notices: tuple[Text, ...] = ()
    reasons: tuple[Option, ...] = ()
    reason: str = ""
    number: str = ""
    when: Text | None = None
    directions: Text | None = None


class PayState(StrEnum):
    """Where a payment stands."""

    ASKING = "asking"
    OPEN = "open"  # the code can be read and paid
    CLOSING = "closing"  # nobody is to pay any more; whether somebody has is being asked
    PAID = "paid"
    PAID_BEFORE = "paid_before"  # at another time: nothing is to be paid now
    NOT_PAID = "not_paid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PayBody:
    """``code`` is what the phone reads, as a QR code; ``amount`` such as 200.00; ``seconds_left`` while it is open.

    ``status`` says in a few words which of paid, not paid and not known it is.
    """

    state: PayState
    amount: str
    status: Text
    order: str = ""
    code: str = ""
    seconds_left: int = 0
    notice: Text | None = None


class ScanCodeState(StrEnum):
    """Whether the scanner waits, or the code is typed."""

    SCANNING = "scanning"
    TYPING = "typing"


@dataclass(frozen=True, slots=True)
class ScanCodeBody:
    """``field`` is the code as a field that can be typed into."""

    state: ScanCodeState
    field: FieldView


class BankCardState(StrEnum):
    """What the bank card reader is doing."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"


@dataclass(frozen=True, slots=True)
class ReadBankCardBody:
    """``number`` shows the last four digits; ``card_in`` is true as long as the card that was read is in the slot.

    ``overdue`` is true when it has been there for long.
    """

    state: BankCardState
    number: str = ""
    card_in: bool = False
    overdue: bool = False


class RewriteState(StrEnum):
    """Where a card is, and what is done with it."""

    WAITING = "waiting"  # for a card to be put in
    CHECKING = "checking"
    FETCHING = "fetching"  # a new card from the stock
    WRITING = "writing"
    OFFERED = "offered"  # on its way out, or in the mouth to be taken
    TAKEN = "taken"
    KEPT = "kept"  # nobody took it in time
    STUCK = "stuck"  # it does not come out


class OnCard(StrEnum):
    """What stands on the card now."""

    BEFORE = "before"  # what stood there before, or nothing
    WRITTEN = "written"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class RewriteBody:
    """``lines`` is what is written on the card, which ``is_new`` where the machine hands one out.

    ``on_card_words`` says what stands on it, ``news`` what its department knows; both are None while nothing was
    written. ``seconds_left`` counts until a card that is held out is kept, 0 while none is. A card that lies in the
    machine is handed over under the number ``slip``, at ``place``; ``slip_printed`` is None while it is printed.
    """

    state: RewriteState
    lines: tuple[ReviewRow, ...]
    is_new: bool = False
    on_card: OnCard = OnCard.BEFORE
    on_card_words: Text | None = None
    news: Text | None = None
    seconds_left: int = 0
    slip: str = ""
    place: Text | None = None
    phone: str = ""
    slip_printed: bool | None = None


class ScanState(StrEnum):
    """What the document camera is doing."""

    WAITING = "waiting"  # the live picture is shown; the citizen lays the page and touches the button
    CAPTURING = "capturing"
    CAPTURED = "captured"  # the picture taken is shown; keep it or take another


@dataclass(frozen=True, slots=True)
class ScanDocumentBody:
    """Page ``number`` of ``total``, called ``page``; ``advice`` says why the picture had better be taken again."""

    state: ScanState
    page: Text
    number: int
    total: int
    advice: Text | None = None


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """The answers of one step; ``step_id`` comes back as ``edit:<step_id>`` when it may be changed."""

    title: Text
    rows: tuple[ReviewRow, ...]
    step_id: str = ""


@dataclass(frozen=True, slots=True)
class ReviewBody:
    sections: tuple[ReviewSection, ...]


@dataclass(frozen=True, slots=True)
class SignBody:
    """``signed`` is true once strokes were kept."""

    statement: Text
    signed: bool


class SubmitState(StrEnum):
    """What has become of the application."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    SAVED = "saved"  # kept safely here, goes out by itself
    APPROVED = "approved"  # decided at once
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SubmitBody:
    """``number``, called ``caption``, is the reference number when accepted, the ticket when saved.

    ``reasons`` say why it was refused, or of an approval what follows.
    """

    state: SubmitState
    number: str = ""
    caption: Text | None = None
    status: Text | None = None
    reasons: tuple[Text, ...] = ()


class PrintState(StrEnum):
    """What has become of the receipt."""

    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"  # certainly nothing came out
    UNCERTAIN = "uncertain"  # part or all of it may have come out


@dataclass(frozen=True, slots=True)
class PrintBody:
    """``number`` is shown large so that it can be photographed when the paper fails; it is called ``caption``."""

    state: PrintState
    number: str
    accepted: bool
    caption: Text
    status: Text


class PaperState(StrEnum):
    """What has become of a document."""

    MAKING = "making"
    MADE = "made"  # and shown, before it is printed
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"  # certainly nothing came out
    UNCERTAIN = "uncertain"  # part or all of it may have come out


class CopyState(StrEnum):
    """Whether a copy of a document goes to its owner."""

    NONE = "none"
    ASKING = "asking"  # for the e-mail address
    SENDING = "sending"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class PaperBody:
    """``code`` verifies the document, as does ``url`` as a QR code; both are empty until it is made.

    Of ``pages`` the first ``shown`` can be seen. ``held`` says why the printer waits. ``copy`` tells of a copy, which
    went ``to`` a masked number or address; ``email`` is the field for it.
    """

    state: PaperState
    name: Text
    code: str
    url: str
    pages: int
    shown: int
    held: Text | None
    copy: CopyState
    to: str
    email: FieldView


@dataclass(frozen=True, slots=True)
class RateBody:
    """Five levels, best first; ``chosen`` is a level's id or empty.

    ``reasons`` belong to the chosen level, those in ``ticked`` were ticked. ``anonymous`` is None where there is no
    number that could lead to anybody.
    """

    levels: tuple[Option, ...]
    chosen: str = ""
    reasons: tuple[Option, ...] = ()
    ticked: tuple[str, ...] = ()
    anonymous: bool | None = None


@dataclass(frozen=True, slots=True)
class DoneBody:
    """The end. ``number``, called ``caption``, is "" where there is none; ``take`` lists what must not be forgotten.

    ``personal``: what follows is what the department said of this very person.
    """

    number: str
    accepted: bool
    caption: Text
    status: Text
    next_steps: tuple[Text, ...]
    take: tuple[Text, ...]
    personal: bool = False


Body = (
    GuideBody
    | ReadCardBody
    | ChooseWayBody
    | ConsentBody
    | VerifyFaceBody
    | VerifyCodeBody
    | AppCodeBody
    | StaffBody
    | VideoBody
    | FormBody
    | LookupBody
    | BookBody
    | PayBody
    | ScanCodeBody
    | ReadBankCardBody
    | RewriteBody
    | ScanDocumentBody
    | ReviewBody
    | SignBody
    | SubmitBody
    | PrintBody
    | PaperBody
    | RateBody
    | DoneBody
)


@dataclass(frozen=True, slots=True)
class VisitView:
    """One page. ``primary`` is the one main action; ``secondary`` holds the other ways.

    ``position`` grows from step to step, so that a page can slide the way one goes.
    ``seconds_left`` counts down to the return home; ``warning`` is true when
    the citizen must be asked whether more time is wanted. ``card_taken`` is true from when the ID card was taken away
    in the middle of a visit until somebody says whether it goes on. ``offers_elder`` is true once, when a card has just
    said that its holder is 60 or older: a larger page may be offered.
    """

    item: Text
    step_id: str
    position: int
    kind: StepKind
    title: Text
    hint: Text
    stages: tuple[Stage, ...]
    body: Body
    primary: Button | None
    secondary: tuple[Button, ...]
    back: bool
    exit: bool
    seconds_left: int
    warning: bool
    problem: Problem | None = None
    card_taken: bool = False
    offers_elder: bool = False
