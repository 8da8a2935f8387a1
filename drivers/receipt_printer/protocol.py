"""ESC/POS as bytes and messages: what a printer says, what we ask it, how its command stream falls into commands.

Sources: Epson's command reference and the vendors' manuals that follow it
(SNBC, Citizen). Opens nothing, sleeps never; driver and simulator share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

ESC, GS, FS, DLE, NUL = 0x1B, 0x1D, 0x1C, 0x10, 0x00

INITIALISE = bytes([ESC, ord("@")])
CHINESE_ON = bytes([FS, ord("&")])
CHINESE_OFF = bytes([FS, ord(".")])
STATUS_BACK_ON = bytes([GS, ord("a"), 0x0F])
STATUS_BACK_OFF = bytes([GS, ord("a"), 0x00])
CLEAR_BUFFERS = bytes([DLE, 0x14, 8, 1, 3, 20, 1, 6, 2, 8])
RECOVER_AND_CLEAR = bytes([DLE, 0x05, 2])
PAPER_QUERY = bytes([GS, ord("r"), 1])
FEED_AND_CUT = bytes([GS, ord("V"), 66, 0])
DC4_LENGTHS = {1: 5, 2: 5, 3: 8, 7: 4, 8: 10}  # of the whole DLE DC4 command, by its function


class Query(IntEnum):
    """DLE EOT n: the four states that can be asked for in real time."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    ERROR_CAUSE = 3
    PAPER = 4


def real_time_query(query: Query) -> bytes:
    """DLE EOT n. Only one may be under way: its reply does not say which it answers."""
    return bytes([DLE, 0x04, query])


def process_id_query(identifier: str) -> bytes:
    """GS ( H function 48: answered once everything before it has been printed.

    ``identifier`` is four printable ASCII characters. Raises ValueError.
    """
    coded = identifier.encode("ascii")
    if len(coded) != 4 or not all(0x20 <= byte <= 0x7E for byte in coded):
        raise ValueError(f"a process id is four printable characters, not {identifier!r}")
    return bytes([GS, ord("("), ord("H"), 6, 0, 48, 48]) + coded


def identity_query(number: int) -> bytes:
    """GS I n: 65 asks for the firmware, 67 for the model, 68 for the serial number, 69 for the Chinese set."""
    return bytes([GS, ord("I"), number])


# -- what a printer says -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusByte:
    """The answer to a DLE EOT."""

    value: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Four bytes of automatic status back."""

    values: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A header and text up to NUL: a process id, a clear response, an answer to GS I."""

    header: int
    text: bytes


@dataclass(frozen=True, slots=True)
class PlainByte:
    """The answer to GS r."""

    value: int


@dataclass(frozen=True, slots=True)
class FlowControl:
    """XON (true) or XOFF (false)."""

    go: bool


Answer = StatusByte | AutoStatus | Block | PlainByte | FlowControl

_BLOCK_HEADERS = {0x37, 0x3B, 0x3D, 0x5F}
_LONGEST_BLOCK = 96


class AnswerParser:
    """Tells a printer's answers apart by their fixed bits, in pieces of any size.

    ``0xx1xx10`` is a real-time status, ``0xx1xx00`` begins automatic status back,
    11 and 13 are flow control, 37 3B 3D 5F begin a block, ``0xx0xxxx`` is a plain
    answer. Anything else is noise and dropped.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Answer]:
        """Take in ``data`` and yield what it completes."""
        for byte in data:
            if byte in (0x11, 0x13) and not (self._held and self._held[0] in _BLOCK_HEADERS):
                yield FlowControl(byte == 0x11)
            elif self._held:
                yield from self._go_on(byte)
            elif byte & 0x93 == 0x12:
                yield StatusByte(byte)
            elif byte & 0x93 == 0x10 or byte in _BLOCK_HEADERS:
                self._held.append(byte)
            elif byte & 0x90 == 0:
                yield PlainByte(byte)

    def reset(self) -> None:
        """Forget what was not finished."""
        self._held.clear()

    def _go_on(self, byte: int) -> Iterator[Answer]:
        self._held.append(byte)
        if self._held[0] in _BLOCK_HEADERS:
            if byte == NUL:
                yield Block(self._held[0], bytes(self._held[1:-1]))
                self._held.clear()
            elif len(self._held) > _LONGEST_BLOCK:
                self._held.clear()
        elif byte & 0x90:
            # A byte of another kind inside automatic status: the status broke off.
            self._held.clear()
            yield from self.feed(bytes([byte]))
        elif len(self._held) == 4:
            yield AutoStatus(bytes(self._held))
            self._held.clear()


@dataclass(frozen=True, slots=True)
class Condition:
    """What all status answers together mean. None where nothing has been said."""

    offline: bool | None = None
    cover_open: bool | None = None
    paper_out: bool | None = None
    paper_near_end: bool | None = None
    cutter_error: bool | None = None
    mechanical_error: bool | None = None
    unrecoverable: bool | None = None
    overheated: bool | None = None

    @property
    def healthy(self) -> bool:
        """True when something was said and nothing of it is bad."""
        bad = (
            self.offline,
            self.cover_open,
            self.paper_out,
            self.cutter_error,
            self.mechanical_error,
            self.unrecoverable,
            self.overheated,
        )
        return self.offline is not None and not any(bad)


def condition_of(replies: dict[Query, int]) -> Condition:
    """Read the real-time status bytes by their bits; a plain 0x16 for PRINTER is as good as 0x12."""
    printer, cause = replies.get(Query.PRINTER), replies.get(Query.OFFLINE_CAUSE)
    error, paper = replies.get(Query.ERROR_CAUSE), replies.get(Query.PAPER)
    return Condition(
        offline=None if printer is None else bool(printer & 0x08),
        cover_open=None if cause is None else bool(cause & 0x04),
        paper_out=_either(cause, 0x20, paper, 0x60),
        paper_near_end=None if paper is None else bool(paper & 0x0C),
        cutter_error=None if error is None else bool(error & 0x08),
        mechanical_error=None if error is None else bool(error & 0x04),
        unrecoverable=None if error is None else bool(error & 0x20),
        overheated=None if error is None else bool(error & 0x40),
    )


def condition_of_auto(values: bytes) -> Condition:
    """Read four bytes of automatic status back. Raises ValueError when there are not four."""
    if len(values) != 4:
        raise ValueError(f"automatic status of {len(values)} bytes")
    first, second, third, _ = values
    return Condition(
        offline=bool(first & 0x08),
        cover_open=bool(first & 0x20),
        paper_out=bool(third & 0x0C),
        paper_near_end=bool(third & 0x03),
        cutter_error=bool(second & 0x08),
        mechanical_error=bool(second & 0x04),
        unrecoverable=bool(second & 0x20),
        overheated=bool(second & 0x40),
    )


def _either(one: int | None, bits: int, other: int | None, other_bits: int) -> bool | None:
    if one is None and other is None:
        return None
    return bool((one or 0) & bits) or bool((other or 0) & other_bits)


# -- the command stream -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes that are to be printed as characters, in whatever mode stands."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Control:
    """One of LF, CR, HT, FF."""

    code: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """A command: its name, such as ``ESC a`` or ``GS ( k``, and everything that follows it."""

    name: str
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class RealTime:
    """A DLE command. It is carried out when it arrives, wherever in the stream it stands."""

    name: str
    data: bytes = b""


Token = Text | Control | Instruction | RealTime

# How many bytes follow a command of fixed length.
_FIXED: dict[str, int] = {
    "ESC @": 0,
    "ESC 2": 0,
    "ESC i": 0,
    "ESC m": 0,
    "ESC v": 0,
    **{f"ESC {c}": 1 for c in "!-3=EGJMRTVadetr{u "},
    "ESC c": 2,
    "ESC $": 2,
    "ESC \\": 2,
    "ESC p": 3,
    "FS &": 0,
    "FS .": 0,
    **{f"FS {c}": 1 for c in "!-WC"},
    "FS S": 2,
    "FS 2": 74,
    **{f"GS {c}": 1 for c in "!BHITafhrwb/"},
    "GS L": 2,
    "GS W": 2,
    "GS P": 2,
    "GS $": 2,
    "GS \\": 2,
}
_NAMES = {ESC: "ESC", GS: "GS", FS: "FS"}


class CommandParser:
    """Cuts a stream into tokens, in pieces of any size. Unknown commands count as two bytes."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Token]:
        """Take in ``data`` and yield every token it completes."""
        self._held += data
        while self._held:
            token, used = self._next()
            if not used:
                return
            del self._held[:used]
            if token is not None:
                yield token

    @property
    def unfinished(self) -> bool:
        """Whether a command has begun that is not complete."""
        return bool(self._held)

    def reset(self) -> None:
        """Forget an unfinished command."""
        self._held.clear()

    def _next(self) -> tuple[Token | None, int]:
        held = self._held
        first = held[0]
        if first in _NAMES:
            return self._command(_NAMES[first])
        if first == DLE:
            return self._real_time()
        if first in (0x09, 0x0A, 0x0C, 0x0D):
            return Control(first), 1
        if first < 0x20:
            return None, 1  # NUL and other codes that mean nothing here
        end = 1
        while end < len(held) and held[end] >= 0x20:
            end += 1
        return Text(bytes(held[:end])), end

    def _real_time(self) -> tuple[Token | None, int]:
        held = self._held
        if len(held) >= 2 and held[1] not in (0x04, 0x05, 0x14):
            return None, 1
        if len(held) < 3:
            return None, 0
        if held[1] == 0x04:
            return RealTime("DLE EOT", bytes(held[2:3])), 3
        if held[1] == 0x05:
            return RealTime("DLE ENQ", bytes(held[2:3])), 3
        length = DC4_LENGTHS.get(held[2], 3)
        return (RealTime("DLE DC4", bytes(held[2:length])), length) if len(held) >= length else (None, 0)

    def _command(self, prefix: str) -> tuple[Token | None, int]:
        held = self._held
        if len(held) < 2:
            return None, 0
        name = f"{prefix} {chr(held[1])}"
        length = self._length(name)
        if length is None or len(held) < length:
            return None, 0
        if name.endswith("(") or name == "GS 8":
            # The third byte names the function group; the length stands behind it.
            begin = 5 if name.endswith("(") else 7
            return Instruction(f"{name} {chr(held[2])}", bytes(held[begin:length])), length
        return Instruction(name, bytes(held[2:length])), length

    def _length(self, name: str) -> int | None:
        """The whole command's length; None while more must come before that is known."""
        held = self._held
        if name in _FIXED:
            return 2 + _FIXED[name]
        if name in ("GS (", "ESC (", "FS ("):
            return 5 + held[3] + 256 * held[4] if len(held) >= 5 else None
        match name:
            case "GS 8":
                return 7 + int.from_bytes(held[3:7], "little") if len(held) >= 7 else None
            case "GS v":
                if len(held) < 8:
                    return None
                return 8 + (held[4] + 256 * held[5]) * (held[6] + 256 * held[7])
            case "ESC *":
                if len(held) < 5:
                    return None
                return 5 + (held[3] + 256 * held[4]) * (3 if held[2] in (32, 33) else 1)
            case "GS V":
                if len(held) < 3:
                    return None
                return 3 if held[2] in (0, 1, 48, 49) else 4
            case "GS e":  # the presenter of Custom's and Pyramid's kiosk printers
                return 3 + {3: 1, 32: 2}.get(held[2], 0) if len(held) >= 3 else None
            case "GS k":
                if len(held) < 4:
                    return None
                if held[2] >= 65:
                    return 4 + held[3]
                end = held.find(NUL, 3)
                return end + 1 if end >= 0 else None
            case "ESC D":
                end = held.find(NUL, 2)
                return end + 1 if end >= 0 else None
            case _:
                return 2


# -- for traces and recordings --------------------------------------------------------

_MASKED = ord("*")
# From which byte on a command carries what it prints; every other command is shown whole.
_CONTENT_FROM = {"GS v": 8, "GS 8": 10, "ESC *": 5, "GS k": 4, "FS 2": 4}
_STORE = (49, 80)  # GS ( k: the symbol's data


class Mask:
    """Takes what a receipt says out of what the host writes, byte for byte, however it is cut.

    Characters, pictures and the data of codes become as many asterisks. Commands,
    lengths and status queries stay, so that what is left falls into the same
    commands.
    """

    def __init__(self) -> None:
        self._parser = CommandParser()
        self._begun = bytearray()

    def feed(self, data: bytes) -> bytes:
        """As many bytes as were given."""
        return bytes(byte if self._may_be_shown(byte) else _MASKED for byte in data)

    def _may_be_shown(self, byte: int) -> bool:
        self._begun.append(byte)
        begun = bytes(self._begun)
        for _ in self._parser.feed(bytes([byte])):
            pass
        if not self._parser.unfinished:
            self._begun.clear()
        if begun[0] == DLE:
            return len(begun) != 2 or byte in (0x04, 0x05, 0x14) or byte < 0x20
        if begun[0] not in _NAMES:
            return byte < 0x20
        name = f"{_NAMES[begun[0]]} {chr(begun[1])}" if len(begun) > 1 else ""
        if name == "GS (" and begun[2:3] == b"k" and tuple(begun[5:7]) == _STORE:
            return len(begun) <= 8
        if name == "GS k" and begun[2] < 65:
            return len(begun) <= 3 or byte == NUL
        return len(begun) <= _CONTENT_FROM.get(name, len(begun))


def describe(direction: str, data: bytes) -> str:
    """What passed, a line for each command or answer, and nothing of what is printed. ``direction`` is out or in."""
    if direction == "in":
        return "\n".join(map(_of_answer, AnswerParser().feed(data)))
    return "\n".join(map(_of_token, CommandParser().feed(data)))


def _of_token(token: Token) -> str:
    match token:
        case Text(data):
            return f"text, {len(data)} bytes"
        case Control(code):
            return {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR"}[code]
        case RealTime(name, data):
            return f"{name} {data.hex(' ')}"
        case Instruction(name, data):
            return f"{name} {data.hex(' ')}".strip() if len(data) <= 4 else f"{name}, {len(data)} bytes"


def _of_answer(answer: Answer) -> str:
    match answer:
        case StatusByte(value):
            return f"status {value:02x}"
        case AutoStatus(values):
            return f"automatic status {values.hex(' ')}"
        case Block(header, text):
            return f"block {header:02x}, {len(text)} bytes"
        case PlainByte(value):
            return f"answer {value:02x}"
        case FlowControl(go):
            return "XON" if go else "XOFF"
