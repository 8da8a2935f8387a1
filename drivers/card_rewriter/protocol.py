"""What a card rewriter and its host say to each other, in :mod:`drivers.frames`. Opens nothing, sleeps never.

The protocol is our own; ``docs/hardware/card-rewriter.md`` is its full
description for whoever builds a bridge in front of a real one.

The unit answers at once. What moves is only begun by a command; STATUS tells how
it goes on, so that a host can always stop waiting, and never has to guess.
"""

from __future__ import annotations

import re
import struct
from binascii import crc_hqx
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from drivers import frames
from drivers.frames import FIRST_STATUS, HELLO, Damage, FrameParser, Status

PIECE = 1024  # bytes of a picture that go with one LOAD
MOST_DOTS = 4096  # of either side of a picture
NOBODYS = "000000"  # no place has this code, so no permit's number begins with it; a technician's test card's does

Picture = NDArray[np.bool_]  # rows of dots, True is black


class Command(IntEnum):
    """What a host may ask."""

    HELLO = HELLO
    STATUS = 0x02
    ACCEPT = 0x03
    STOP = 0x04
    READ = 0x05
    LOAD = 0x06
    REWRITE = 0x07
    VERIFY = 0x08
    PRESENT = 0x09
    CAPTURE = 0x0A
    CYCLE = 0x0B
    FEED = 0x0C


class Said(IntEnum):
    """What only this kind of unit says."""

    PERMIT = 0x90  # the payload is what stands in the chip; no other answer ever holds anything personal
    NO_CARD = 0x91
    WRONG_CARD = 0x92
    WRONG_WAY = 0x93
    INCOMPLETE = 0x94  # not the whole picture has arrived


class Place(IntEnum):
    """Where the card is."""

    NONE = 0
    AT_ENTRY = 1  # somebody holds it against the closed shutter
    INSIDE = 2
    PRESENTED = 3  # in the mouth, to be taken


class Activity(IntEnum):
    """What the unit is doing."""

    IDLE = 0
    WAITING = 1  # its shutter is open for a card
    MOVING = 2
    WRITING = 3


class Outcome(IntEnum):
    """What became of the last rewriting since a picture was loaded."""

    NONE = 0
    WRITTEN = 1
    UNCHANGED = 2  # it ended before the card was touched
    UNCERTAIN = 3  # it ended in the middle


class Trouble(IntFlag):
    """What is wrong."""

    JAM = 1
    SHUTTER = 2
    HOT = 4
    BIN_FULL = 8
    WRITE_FAILED = 16  # the last rewriting failed by the eraser or the head
    STOCK_LOW = 32  # few new cards are left; says nothing of cards that are put in
    STOCK_EMPTY = 64


NO_TROUBLE = Trouble(0)


@dataclass(frozen=True, slots=True)
class State:
    """How the unit is; ``captured`` is how many cards are in its bin."""

    card: Place = Place.NONE
    activity: Activity = Activity.IDLE
    outcome: Outcome = Outcome.NONE
    trouble: Trouble = NO_TROUBLE
    captured: int = 0


def state(of: State) -> bytes:
    """The payload of the answer to every command but HELLO, READ and VERIFY."""
    return struct.pack(">BBBBH", of.card, of.activity, of.outcome, of.trouble, of.captured)


def parse_state(payload: bytes) -> State:
    """Read such a payload. Raises ValueError."""
    if len(payload) != 6 or payload[3] > 127:
        raise ValueError(f"{len(payload)} bytes are no state")
    card, activity, outcome, trouble, captured = struct.unpack(">BBBBH", payload)
    return State(Place(card), Activity(activity), Outcome(outcome), Trouble(trouble), captured)


@dataclass(frozen=True, slots=True)
class Permit:
    """What stands in a permit's chip. Nothing of it shows in a repr."""

    number: str = field(repr=False)  # 18 characters, as on the ID card
    valid_from: date = field(repr=False)
    valid_until: date = field(repr=False)


_PERMIT = re.compile(r"([0-9]{17}[0-9X])([0-9]{8})([0-9]{8})")


def permit(of: Permit) -> bytes:
    """The payload of PERMIT: 34 characters."""
    return f"{of.number}{of.valid_from:%Y%m%d}{of.valid_until:%Y%m%d}".encode("ascii")


def parse_permit(payload: bytes) -> Permit:
    """Read the payload of PERMIT. Raises ValueError, and tells nothing of it."""
    found = _PERMIT.fullmatch(payload.decode("ascii", errors="replace"))
    if found is None:
        raise ValueError(f"{len(payload)} characters are no permit")
    try:
        days = [date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in found.groups()[1:]]
    except ValueError:
        raise ValueError("a day of it is none") from None
    return Permit(found[1], *days)


@dataclass(frozen=True, slots=True)
class Area:
    """What can be written: dots across and down, whether the unit can look at what it wrote, places in its bin.

    ``stock`` is how many new cards its stacker holds, 0 where it has none.
    """

    width: int
    height: int
    verifies: bool
    bin: int
    stock: int = 0


def area(told: Mapping[str, str]) -> Area:
    """What the unit told of it in the words of HELLO. Raises ValueError."""
    try:
        sizes = [int(told[name]) for name in ("width", "height", "bin")]
        found = Area(sizes[0], sizes[1], told["verifies"] == "1", sizes[2], int(told.get("stock", "0")))
    except KeyError as error:
        raise ValueError(f"HELLO lacks {error}") from error
    if not (0 < found.width <= MOST_DOTS and 0 < found.height <= MOST_DOTS):
        raise ValueError(f"no card has {found.width} by {found.height} dots")
    if found.bin < 0 or found.stock < 0:
        raise ValueError(f"no unit has room for {found.bin} or {found.stock} cards")
    return found


def pack(picture: Picture) -> bytes:
    """A picture's bytes: row by row from the top, each begun on a new byte, the leftmost dot highest, 1 is black."""
    return np.packbits(picture, axis=1).tobytes()


def unpack(data: bytes, width: int, height: int) -> Picture:
    """A picture from its bytes. Raises ValueError when they are not as many as it needs."""
    rows = np.frombuffer(data, np.uint8).reshape(height, -(-width // 8))
    return np.unpackbits(rows, axis=1, count=width).astype(bool)


def loads(packed: bytes) -> Iterator[bytes]:
    """The payloads of the LOADs that bring a picture over: where its piece begins, in four bytes, and the piece."""
    for start in range(0, len(packed), PIECE):
        yield struct.pack(">I", start) + packed[start : start + PIECE]


def digest(packed: bytes) -> bytes:
    """The payload of REWRITE, by which the unit knows that it has the whole picture: the CRC of its bytes."""
    return struct.pack(">H", crc_hqx(packed, 0xFFFF))


# -- what may be kept and shown of a conversation --------------------------------------

_NOBODYS_PERMIT = permit(Permit("000000190001010000", date(2000, 1, 1), date(2099, 12, 31)))


class Mask(frames.Mask):
    """Takes the holder out of what a unit says: as many characters, of a permit that nobody has."""

    def instead(self, code: int, length: int) -> bytes | None:
        """An invented permit where one stood."""
        if code != Said.PERMIT:
            return None
        return _NOBODYS_PERMIT if length == len(_NOBODYS_PERMIT) else b"0" * length

    @property
    def requests(self) -> frames.Requests:
        """The mask of the other direction, which whitens the pictures: names and addresses stand in them."""
        return frames.Requests(_White(), self)


class _White(frames.Mask):
    def instead(self, code: int, length: int) -> bytes | None:
        return bytes(length) if code in (Command.LOAD, Command.REWRITE) else None


def describe(direction: str, data: bytes) -> str:  # noqa: ARG001 - a frame tells who says it
    """What ``data`` says, a line for each frame and nothing of a holder."""
    parser = FrameParser()
    lines = [_line(found) for found in parser.feed(data)]
    if parser.pending:
        lines.append("the beginning of a frame")
    return "\n".join(lines) or f"{len(data)} bytes of noise"


def _line(found: frames.Frame | Damage) -> str:
    if isinstance(found, Damage):
        return f"a damaged frame: wrong {found.value}"
    told = f"#{found.sequence} {_name(found.code)}"
    if found.code == Status.DONE and len(found.payload) == 6:
        try:
            return f"{told}, {_told(parse_state(found.payload))}"
        except ValueError:
            pass  # six bytes of something else
    return f"{told}, {len(found.payload)} bytes" if found.payload else told


def _told(now: State) -> str:
    wrong = [trouble.name or "" for trouble in now.trouble]
    return ", ".join(
        [
            f"card {now.card.name}",
            now.activity.name,
            f"outcome {now.outcome.name}",
            f"{now.captured} in the bin",
            *wrong,
        ]
    ).lower()


def _name(code: int) -> str:
    for known in (Command, Status, Said):
        try:
            return known(code).name
        except ValueError:
            continue
    return f"unknown {'status' if code >= FIRST_STATUS else 'command'} {code:02X}"
