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
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import reduce
from operator import xor

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
