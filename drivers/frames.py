"""Frames for units that have no public protocol: what the card devices and their host say to each other.

Opens nothing, sleeps never. The format is our own; whoever builds a unit, or a
bridge in front of a vendor's, finds all of it here and in the unit's page under
``docs/hardware/``.

    offset  bytes  what
    0       1      STX, 02
    1       1      sequence number, 1 to 255
    2       1      code: a command (01 to 7F) from the host, a status (80 to FF) from the unit
    3       2      length of the payload, big-endian, at most 2048
    5       1      XOR of the four bytes before it and FF
    6       n      payload
    6 + n   2      CRC-16/IBM-3740 of everything from offset 1 on, big-endian

The header has a check of its own because a wrong length would move the CRC to a
place where it guards nothing, and would let the receiver wait for bytes that
never come.
"""

from __future__ import annotations

import struct
from binascii import crc_hqx
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

VERSION = "1"
STX = 0x02
LONGEST = 2048  # bytes of a payload
HELLO = 0x01  # the one command that every unit knows
FIRST_STATUS = 0x80

_HEADER = 6
_CHECK = 2


class Status(IntEnum):
    """What every unit may say; from 90 on each kind has its own."""

    DONE = 0x80
    UNKNOWN = 0x81  # there is no such command
    MALFORMED = 0x82  # its payload makes no sense
    GREET = 0x83  # the unit was restarted: it takes nothing before HELLO
    REFUSED = 0x84  # not in the state that the unit is in


@dataclass(frozen=True, slots=True)
class Frame:
    """A request or an answer. The payload may be personal, so it stays out of every repr."""

    sequence: int
    code: int
    payload: bytes = field(default=b"", repr=False)


class Damage(Enum):
    """What is wrong with a frame that began well."""

    HEADER = "header"
    CHECKSUM = "checksum"


def encode(frame: Frame) -> bytes:
    """The bytes of a frame. Raises ValueError for one that cannot be."""
    if not 0 < frame.sequence <= 0xFF or not 0 < frame.code <= 0xFF or len(frame.payload) > LONGEST:
        raise ValueError(f"no frame has the number {frame.sequence}, code {frame.code}, {len(frame.payload)} bytes")
    header = struct.pack(">BBH", frame.sequence, frame.code, len(frame.payload))
    counted = header + bytes([_header_check(header)]) + frame.payload
    return bytes([STX]) + counted + struct.pack(">H", _crc(counted))


def next_number(sequence: int) -> int:
    """The sequence number after this one; 0 is none."""
    return sequence % 0xFF + 1


class FrameParser:
    """Finds frames in a stream that may hold anything, in pieces of any size.

    Yields each good frame, or a Damage where one seemed to begin and was not
    good. The search then goes on behind that STX, so a good frame that follows
    is never lost.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        """True in the middle of a frame."""
        return bool(self._buffer)

    def reset(self) -> None:
        """Forget what was not finished."""
        self._buffer.clear()

    def feed(self, data: bytes) -> Iterator[Frame | Damage]:
        """Take in ``data`` and yield what it completes."""
        self._buffer += data
        while True:
            start = self._buffer.find(STX)
            del self._buffer[: start if start >= 0 else len(self._buffer)]
            if len(self._buffer) < _HEADER:
                return
            sequence, code, length = struct.unpack_from(">BBH", self._buffer, 1)
            if self._buffer[_HEADER - 1] != _header_check(self._buffer[1:5]) or not _may_be(sequence, code, length):
                del self._buffer[0]
                yield Damage.HEADER
                continue
            end = _HEADER + length + _CHECK
            if len(self._buffer) < end:
                return
            counted = bytes(self._buffer[1 : end - _CHECK])
            if int.from_bytes(self._buffer[end - _CHECK : end]) != _crc(counted):
                del self._buffer[0]
                yield Damage.CHECKSUM
                continue
            del self._buffer[:end]
            yield Frame(sequence, code, counted[_HEADER - 1 :])


def _may_be(sequence: int, code: int, length: int) -> bool:
    return sequence > 0 and code > 0 and length <= LONGEST


def _header_check(header: bytes | bytearray) -> int:
    return header[0] ^ header[1] ^ header[2] ^ header[3] ^ 0xFF


def _crc(counted: bytes) -> int:
    return crc_hqx(counted, 0xFFFF)


# -- what a unit tells of itself ------------------------------------------------------


def words(told: Mapping[str, str]) -> bytes:
    """The payload of the answer to HELLO: ``protocol=1 model=… serial=… firmware=…`` and what a kind adds to it."""
    return " ".join(f"{name}={value}" for name, value in {"protocol": VERSION, **told}.items()).encode("ascii")


def parse_words(payload: bytes) -> dict[str, str]:
    """What a unit tells of itself. Raises ValueError when it speaks another protocol, or is not to be understood."""
    told = {name: value for name, _, value in (word.partition("=") for word in payload.decode("ascii").split(" "))}
    if told.get("protocol") != VERSION:
        raise ValueError("the unit speaks another protocol")
    return told


# -- what may be kept of a conversation -------------------------------------------------


class Mask:
    """Takes the person out of one direction of a wire, byte by byte, in the same length.

    A kind of unit says in :meth:`instead` what to put in a payload's place.
    Frames stay frames; the CRC is made anew and is wrong where it was wrong. What
    stands outside a frame may be the rest of a broken one, so nothing passes there
    but what may begin a frame.
    """

    def __init__(self) -> None:
        self.begin()

    def instead(self, code: int, length: int) -> bytes | None:
        """As many bytes to say instead of the payload of such a frame; None where it is nobody's."""
        raise NotImplementedError

    def begin(self) -> None:
        """What comes next is a new frame; the rest of the last one was thrown away."""
        self._keep = self._kept()
        next(self._keep)

    def feed(self, data: bytes) -> bytes:
        """What may be kept of ``data``, in the same length."""
        return bytes(map(self._keep.send, data))

    def _kept(self) -> Generator[int, int, None]:
        """Takes one byte after the other, and gives for each the one to keep."""
        kept = 0
        while True:
            byte = yield kept
            if byte != STX:
                kept = 0
                continue
            header = b""
            kept = byte
            while len(header) < _HEADER - 1:
                byte = yield kept
                header += bytes([byte])
                kept = byte
            code, length = header[1], int.from_bytes(header[2:4])
            if header[4] != _header_check(header) or not _may_be(header[0], code, length):
                continue
            said = made = crc_hqx(header, 0xFFFF)
            instead = self.instead(code, length)
            for place in range(length):
                byte = yield kept
                kept = byte if instead is None else instead[place]
                said, made = crc_hqx(bytes([byte]), said), crc_hqx(bytes([kept]), made)
            for part in (8, 0):
                byte = yield kept
                kept = byte ^ ((said ^ made) >> part & 0xFF)


class Requests:
    """The mask of what a host says, which also knows that the unit's next answer is a new one."""

    def __init__(self, asked: Mask, answers: Mask) -> None:
        self._asked = asked
        self._answers = answers

    def feed(self, data: bytes) -> bytes:
        """What may be kept of a request, in the same length."""
        self._answers.begin()
        self._asked.begin()
        return self._asked.feed(data)
