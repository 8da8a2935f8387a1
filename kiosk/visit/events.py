"""What can happen to a visit (events) and what a visit asks for (effects)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.id_reader.record import IdRecord
from kiosk.identity.events import FaceProgress, FaceVerdict

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
class PageTaken:
    """The document camera took a picture: JPEG bytes, and the fault that advises another one ("": it is good)."""

    jpeg: bytes = field(repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The back office took the application."""

    reference_number: str


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
class Failed:
    """What the visit asked for could not be done; ``code`` is a key of config/faults/."""

    code: str


Event = (
    Act
    | Answer
    | Signed
    | Touched
    | Tick
    | CardFound
    | CardRead
    | CardLifted
    | FaceProgress
    | FaceVerdict
    | CodeSent
    | CodeJudged
    | PageTaken
    | Accepted
    | Saved
    | ReceiptDone
    | Failed
)


# -- effects -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Wait for a card and read it."""


@dataclass(frozen=True, slots=True)
class CheckFace:
    """Compare the person before the camera with the portrait of the card."""

    record: IdRecord


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
class ShowDocument:
    """Switch the document camera on."""


@dataclass(frozen=True, slots=True)
class TakePage:
    """Take a picture of the page under the document camera."""


@dataclass(frozen=True, slots=True)
class StopDevices:
    """Stop waiting for a card, switch cameras off."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How the person proved to be the holder of the card."""

    route: str  # "face" or "phone_code"
    face: FaceVerdict | None = None
    code_id: str = ""


@dataclass(frozen=True, slots=True)
class Submit:
    """Save and send the application."""

    record: IdRecord
    proof: Proof
    answers: dict[str, str] = field(repr=False)
    pages: dict[str, bytes] = field(repr=False)
    strokes: tuple[Stroke, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print the receipt. ``copy`` counts the printings before this one."""

    record: IdRecord
    reference_number: str
    ticket: str
    copy: int


class Ending(StrEnum):
    """Why a visit ended."""

    FINISHED = "finished"
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
    | ShowDocument
    | TakePage
    | StopDevices
    | Submit
    | PrintReceipt
    | End
    | Record
)
