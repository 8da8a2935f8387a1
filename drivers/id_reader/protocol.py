"""The SDT protocol of SAM modules, as bytes and messages. Opens nothing, sleeps never.

Source: the protocol document for ministry-licensed readers as it stands in
public copies, checked against several independent implementations.

A frame is ``AA AA AA 96 69 | length | content | check``. The length is
big-endian and counts content and check; the check is the XOR of both length
bytes and the content. A request's content is command, parameter, data; a
reply's is SW1, SW2, SW3, data, and SW3 alone decides.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, IntEnum
from functools import reduce
from operator import xor

from drivers.id_reader.record import TEXT_BYTES, CardKind, IdRecord, text_block

PREAMBLE = bytes.fromhex("AAAAAA9669")
# The smallest content is a request's command and parameter plus check; nothing known is longer than 2321 bytes.
_SHORTEST, _LONGEST = 3, 4096


class Command(Enum):
    """What the host may ask, as command and parameter byte."""

    RESET = (0x10, 0xFF)
    STATUS = (0x11, 0xFF)
    SAM_NUMBER = (0x12, 0xFF)
    FIND = (0x20, 0x01)
    SELECT = (0x20, 0x02)
    READ = (0x30, 0x01)
    READ_ADDRESS = (0x30, 0x03)
    READ_WITH_FINGERPRINTS = (0x30, 0x10)
    BAUD_115200 = (0x60, 0x00)
    BAUD_57600 = (0x60, 0x01)
    BAUD_38400 = (0x60, 0x02)
    BAUD_19200 = (0x60, 0x03)
    BAUD_9600 = (0x60, 0x04)
    LARGEST_RF_FRAME = (0x61, 0xFF)


BAUDRATES: dict[int, Command] = {
    115200: Command.BAUD_115200,
    57600: Command.BAUD_57600,
    38400: Command.BAUD_38400,
    19200: Command.BAUD_19200,
    9600: Command.BAUD_9600,
}


class Status(IntEnum):
    """SW3: what the reader says about a request."""

    CHECKSUM_WRONG = 0x10
    LENGTH_WRONG = 0x11
    COMMAND_WRONG = 0x21
    NOT_PERMITTED = 0x23
    UNCLASSIFIED = 0x24
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    VERIFICATION_FAILED = 0x33
    WRONG_CARD = 0x40
    READ_FAILED = 0x41
    NO_RANDOM_NUMBER = 0x47
    SELF_TEST_FAILED = 0x60
    UNAUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    DONE = 0x90
    NO_SUCH_ITEM = 0x91
    FOUND = 0x9F


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed request."""

    code: tuple[int, int]
    data: bytes = b""

    @property
    def command(self) -> Command | None:
        """Which command it is; None when the protocol knows none by that code."""
        try:
            return Command(self.code)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """A well-formed reply. ``data`` may be personal, so it stays out of every repr."""

    sw3: int
    data: bytes = field(default=b"", repr=False)
    sw1: int = 0
    sw2: int = 0

    @property
    def status(self) -> Status | None:
        """The meaning of SW3; None when the protocol gives it none."""
        try:
            return Status(self.sw3)
        except ValueError:
            return None


class Damage(Enum):
    """What is wrong with a frame that began well."""

    CHECKSUM = "checksum"
    LENGTH = "length"


def checksum(content: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, content, 0)


def frame(content: bytes) -> bytes:
    """``content`` (command… or SW1…) with preamble, length and check around it."""
    counted = struct.pack(">H", len(content) + 1) + content
    return PREAMBLE + counted + bytes([checksum(counted)])


def request(command: Command, data: bytes = b"") -> bytes:
    """The bytes of a request."""
    return frame(bytes(command.value) + data)


def reply(status: int, data: bytes = b"") -> bytes:
    """The bytes of a reply with SW1 and SW2 zero."""
    return frame(bytes([0, 0, status]) + data)


def parse_request(content: bytes) -> Request:
    """Read a frame's content as a request. Raises ValueError when it is too short."""
    if len(content) < 2:
        raise ValueError(f"a request of {len(content)} bytes")
    return Request((content[0], content[1]), content[2:])


def parse_reply(content: bytes) -> Reply:
    """Read a frame's content as a reply. Raises ValueError when it is too short."""
    if len(content) < 3:
        raise ValueError(f"a reply of {len(content)} bytes")
    return Reply(content[2], content[3:], content[0], content[1])


class FrameParser:
    """Finds frames in a stream that may hold anything, in pieces of any size.

    Yields the content of each good frame, or a Damage where a frame began and
    was not good. After damage the search goes on behind the preamble, so a good
    frame that follows, or hides inside, is never lost.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes | Damage]:
        """Take in ``data`` and yield what it completes."""
        self._buffer += data
        while True:
            start = self._buffer.find(PREAMBLE)
            if start < 0:
                # The tail may be the beginning of a preamble.
                del self._buffer[: max(len(self._buffer) - len(PREAMBLE) + 1, 0)]
                return
            del self._buffer[:start]
            body = len(PREAMBLE)
            if len(self._buffer) < body + 2:
                return
            (length,) = struct.unpack_from(">H", self._buffer, body)
            if not _SHORTEST <= length <= _LONGEST:
                del self._buffer[:body]
                yield Damage.LENGTH
                continue
            end = body + 2 + length
            if len(self._buffer) < end:
                return
            counted = bytes(self._buffer[body:end])
            if checksum(counted) != 0:
                del self._buffer[:body]
                yield Damage.CHECKSUM
                continue
            del self._buffer[:end]
            yield counted[2:-1]

    @property
    def pending(self) -> int:
        """How many bytes of an unfinished frame are held."""
        return len(self._buffer) if PREAMBLE in self._buffer else 0

    def reset(self) -> None:
        """Forget everything that was not finished."""
        self._buffer.clear()


@dataclass(frozen=True, slots=True)
class CardData:
    """The blocks of one reading. Nothing of it shows in a repr."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprints: bytes = field(default=b"", repr=False)


def parse_card_data(data: bytes, *, fingerprints: bool = False) -> CardData:
    """Slice the data of READ or READ_WITH_FINGERPRINTS by its length words.

    Raises ValueError when the blocks do not fill the data exactly.
    """
    words = 3 if fingerprints else 2
    if len(data) < 2 * words:
        raise ValueError(f"{len(data)} bytes of card data hold no length words")
    lengths = struct.unpack_from(f">{words}H", data)
    if len(data) != 2 * words + sum(lengths):
        raise ValueError(f"card data of {len(data)} bytes announces blocks of {lengths}")
    blocks, at = [], 2 * words
    for length in lengths:
        blocks.append(data[at : at + length])
        at += length
    return CardData(*blocks)


def card_data(card: CardData, *, fingerprints: bool = False) -> bytes:
    """The data of a reply to READ or READ_WITH_FINGERPRINTS."""
    blocks = [card.text, card.photo] + ([card.fingerprints] if fingerprints else [])
    return struct.pack(f">{len(blocks)}H", *map(len, blocks)) + b"".join(blocks)


def sam_number(data: bytes) -> str:
    """The reader's number as printed, from the 16 data bytes of SAM_NUMBER. Raises ValueError."""
    if len(data) != 16:
        raise ValueError(f"a SAM number of {len(data)} bytes")
    major, minor, dated, serial, second = struct.unpack("<HHIII", data)
    return f"{major:02d}.{minor:02d}-{dated:08d}-{serial:010d}-{second:010d}"


# -- what may be kept and shown of a conversation --------------------------------------

_HARMLESS = (4, 8, 16)  # bytes of data that are no person's: of FIND, SELECT and SAM_NUMBER
_ADDRESS = 70
_PHOTO = 1024
_SOMEBODY = text_block(
    IdRecord(
        CardKind.RESIDENT,
        name="某某示例",
        ethnic_code="01",
        birth_date=date(1900, 1, 1),
        address="某省某市示例路0号",
        number="000000190001010000",
        authority="某市公安局示例分局",
        valid_from=date(2000, 1, 1),
        long_term=True,
    )
)
_SOMEWHERE = "某省某市示例大道0号".ljust(_ADDRESS // 2).encode("utf-16-le")


class Mask:
    """Takes the person out of what a reader says, byte by byte: as many bytes, of somebody who does not exist.

    Frames stay frames. Length and status pass, data that may be a person's is replaced,
    the check is made anew and is wrong where it was wrong. What stands outside a frame
    may be the rest of a broken one, so nothing passes there but what may begin a frame.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """What comes next is a new answer; the rest of the last one was thrown away."""
        self._keep = _keep()
        next(self._keep)

    def feed(self, data: bytes) -> bytes:
        """What may be kept of ``data``, in the same length."""
        return bytes(map(self._keep.send, data))

    @property
    def requests(self) -> Requests:
        """The mask of the other direction."""
        return Requests(self)


class Requests:
    """The mask of what a host says: all of it passes, and the reader's next answer is known to be a new one."""

    def __init__(self, answers: Mask) -> None:
        self._answers = answers

    def feed(self, data: bytes) -> bytes:
        """The bytes themselves."""
        self._answers.begin()
        return data


def _keep() -> Generator[int, int, None]:
    """Takes one byte after the other, and gives for each the one to keep."""
    kept = matched = 0
    while True:
        while matched < len(PREAMBLE):
            byte = yield kept
            matched = _match(matched, byte)
            kept = byte if matched else 0
        length = said = matched = 0
        for _ in range(2):
            byte = yield kept
            matched = _match(matched, byte)  # it may be no length, but another beginning
            length, said, kept = length << 8 | byte, said ^ byte, byte
        if not _SHORTEST <= length <= _LONGEST:
            continue
        made, matched = said, 0
        status, instead = b"", b""
        for place in range(length - 1):
            byte = yield kept
            if place < 3:
                status += bytes([byte])
            elif place == 3:
                instead = _instead(status, length - 4)
            kept = instead[place - 3] if instead else byte
            said, made = said ^ byte, made ^ kept
        byte = yield kept
        kept = byte ^ said ^ made


def _match(matched: int, byte: int) -> int:
    """How many bytes of a preamble stand last, ``matched`` of them before this one."""
    if byte == PREAMBLE[matched]:
        return matched + 1
    if byte == PREAMBLE[0]:
        return 3 if matched == 3 else 1
    return 0


def _instead(status: bytes, length: int) -> bytes:
    """What to say instead of data of this length; nothing where the data is no person's."""
    if length in _HARMLESS and status in (b"\0\0\x90", b"\0\0\x9f"):
        return b""
    if length == _ADDRESS:
        return _SOMEWHERE
    for words, least in ((2, 4 + TEXT_BYTES), (3, 6 + TEXT_BYTES)):
        rest = length - least
        if rest in (0, _PHOTO) or (words == 3 and rest >= 0):
            photo = min(rest, _PHOTO)
            card = CardData(_SOMEBODY, bytes(photo), bytes(rest - photo))
            return card_data(card, fingerprints=words == 3)
    return bytes(length)


def describe(direction: str, data: bytes) -> str:
    """What ``data`` says, a line for each frame and nothing of a person; ``direction`` is ``out`` for the host."""
    parser = FrameParser()
    lines = [_line(content, asked=direction == "out") for content in parser.feed(data)]
    if parser.pending:
        lines.append(f"{parser.pending} bytes of a frame that goes on")
    return "\n".join(lines) or f"{len(data)} bytes of noise"


def _line(content: bytes | Damage, *, asked: bool) -> str:
    if isinstance(content, Damage):
        return f"a damaged frame: wrong {content.value}"
    if asked or len(content) < 3:
        command = parse_request(content).command
        name = command.name if command else f"unknown command {content[:2].hex(' ')}"
        return name if asked else f"echo of {name}"
    answer = parse_reply(content)
    name = answer.status.name if answer.status else f"unknown status {answer.sw3:02X}"
    length = len(answer.data)
    if length == 16:
        return f"{name}, {sam_number(answer.data)}"
    if length > _ADDRESS:
        for fingerprints in (False, True):
            try:
                card = parse_card_data(answer.data, fingerprints=fingerprints)
            except ValueError:
                continue
            blocks = [card.text, card.photo, card.fingerprints][: 2 + fingerprints]
            return f"{name}, {' + '.join(str(len(block)) for block in blocks)} bytes"
    return f"{name}, {length} bytes" if length else name
