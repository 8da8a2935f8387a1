"""What the technician's screen shows: complete, so that whoever draws it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.operations.tuning import Tunable
from kiosk.text import Text

Tone = str  # "ok", "warn", "bad" or "quiet"


class Page(StrEnum):
    """Where the technician is."""

    PIN = "pin"
    OVERVIEW = "overview"
    DEVICE = "device"
    TESTS = "tests"
    TOUCH = "touch"
    COLOURS = "colours"
    SOUND = "sound"
    WIRE = "wire"
    SETTINGS = "settings"
    REPORT = "report"


TABS = (Page.OVERVIEW, Page.TESTS, Page.WIRE, Page.SETTINGS, Page.REPORT)


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement, a counter, a property: what it is called and what it is."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together."""

    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One device in the overview: its state, and in a sentence what is wrong."""

    name: str
    title: Text
    state: Text
    sentence: Text | None
    tone: Tone


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault for the one who has to mend it."""

    code: str
    happened: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class Check:
    """One level of health check of a device, and what came of it the last time; ``when`` has its record's number."""

    level: str
    title: Text
    result: Text
    when: Text | None
    tone: Tone
    running: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the technician has to do or to answer before a check counts.

    ``works`` is None while the check is under way: until then it can only be found broken, or be ended.
    """

    ask: Text
    works: Text | None
    broken: Text


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is in a picture, in parts of its width and height, 0 to 1."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LookView:
    """What a camera sees now. ``brightness`` is mean grey, 0 to 255; ``sharpness`` the variance of the Laplacian.

    ``width`` and ``height`` are the picture's own, in pixels; 0 while there is none.
    """

    light: Text
    tone: Tone = "quiet"
    faces: tuple[Box, ...] = ()
    brightness: int = 0
    sharpness: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class DeviceView:
    """Everything that is known of one device. ``lens``: it is a camera, and can be looked through."""

    part: Part
    faults: tuple[FaultLine, ...]
    checks: tuple[Check, ...]
    groups: tuple[Group, ...]
    lens: bool = False
    look: LookView | None = None


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One thing that went over a wire."""

    number: int
    seconds: float
    way: str
    words: str


@dataclass(frozen=True, slots=True)
class PinView:
    """The door: who may come in, or what was typed of the chosen one's PIN, as dots."""

    asks: Text
    people: tuple[str, ...]
    dots: int
    message: Text | None
    busy: bool
    card: bool = False  # only the card on the reader is waited for


@dataclass(frozen=True, slots=True)
class StaffCardView:
    """The card of the technician who is here. ``possible``: there is a reader that could read one."""

    registered: bool
    waiting: bool
    possible: bool


@dataclass(frozen=True, slots=True)
class WorkshopView:
    """The technician's screen as it stands."""

    page: Page
    technician: str
    verdict: Text
    tone: Tone
    why: tuple[Text, ...]
    parts: tuple[Part, ...] = ()
    facts: tuple[Row, ...] = ()
    device: DeviceView | None = None
    pin: PinView | None = None
    trace: tuple[TraceLine, ...] = ()
    traced: tuple[Part, ...] = ()
    settings: tuple[Tunable, ...] = ()
    card: StaffCardView | None = None
    records: tuple[Row, ...] = ()
    tests: tuple[Part, ...] = ()
    question: Asked | None = None
    message: Text | None = None
    busy: bool = False
