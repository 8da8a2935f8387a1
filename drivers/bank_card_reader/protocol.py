"""What a bank card reader and its host say to each other, in :mod:`drivers.frames`. Opens nothing, sleeps never.

The protocol is our own; ``docs/hardware/bank-card-reader.md`` is its full
description for whoever builds a bridge in front of a real one.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import IntEnum

from stdnum import luhn

from drivers import frames
from drivers.frames import FIRST_STATUS, HELLO, Damage, FrameParser, Status

# ISO/IEC 7812: after a 9 stands a country's number, and there is no country 999. Nobody's card begins so.
NOBODYS = "999900"
_NUMBER = re.compile(r"[0-9]{16,19}")


class Command(IntEnum):
    """What a host may ask."""

    HELLO = HELLO
    STATUS = 0x02
    READ = 0x03
    LIGHT = 0x04


class Said(IntEnum):
    """What only this kind of unit says."""

    NUMBER = 0x90  # the payload is a card's number; no other answer ever holds one
    NO_CARD = 0x91
    UNREADABLE = 0x92
    NOT_A_BANK_CARD = 0x93


@dataclass(frozen=True, slots=True)
class Slot:
    """How the slot is; ``insertions`` counts the cards since power-on, modulo 65536, so that two are told apart."""

    card: bool
    light: bool
    insertions: int


def slot(of: Slot) -> bytes:
    """The payload of the answer to STATUS and LIGHT."""
    return struct.pack(">BBH", of.card, of.light, of.insertions)


def parse_slot(payload: bytes) -> Slot:
    """Read the payload of the answer to STATUS or LIGHT. Raises ValueError."""
    if len(payload) != 4 or payload[0] > 1 or payload[1] > 1:
        raise ValueError(f"{len(payload)} bytes are no slot")
    card, light, insertions = struct.unpack(">BBH", payload)
    return Slot(bool(card), bool(light), insertions)


def parse_number(payload: bytes) -> str:
    """The number in the answer to READ, 16 to 19 digits with a check digit that fits. Raises ValueError, and tells
    nothing of it."""
    number = payload.decode("ascii", errors="replace")
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"{len(payload)} characters are no card number")
    if not luhn.is_valid(number):
        raise ValueError("the check digit does not fit")
    return number


def nobodys_number(length: int, serial: int = 0) -> str:
    """An invented number of so many digits that passes every check. Raises ValueError for fewer than 8."""
    body = NOBODYS + str(serial).zfill(length - len(NOBODYS) - 1)
    if len(body) != length - 1:
        raise ValueError(f"a number of {length} digits has no room for {serial}")
    return body + str(luhn.calc_check_digit(body))


class Mask(frames.Mask):
    """Takes the number out of what a reader says: as many digits, of a card that nobody has."""

    def instead(self, code: int, length: int) -> bytes | None:
        """An invented number where one stood."""
        if code != Said.NUMBER:
            return None
        return nobodys_number(length).encode("ascii") if length > len(NOBODYS) + 1 else b"0" * length

    @property
    def requests(self) -> frames.Requests:
        """The mask of the other direction, in which nothing is personal."""
        return frames.Requests(_Plain(), self)


class _Plain(frames.Mask):
    def instead(self, code: int, length: int) -> None:  # noqa: ARG002
        return None


def describe(direction: str, data: bytes) -> str:  # noqa: ARG001 - a frame tells who says it
    """What ``data`` says, a line for each frame and no number."""
    parser = FrameParser()
    lines = [_line(found) for found in parser.feed(data)]
    if parser.pending:
        lines.append("the beginning of a frame")
    return "\n".join(lines) or f"{len(data)} bytes of noise"


def _line(found: frames.Frame | Damage) -> str:
    if isinstance(found, Damage):
        return f"a damaged frame: wrong {found.value}"
    told = f"#{found.sequence} {_name(found.code)}"
    match found.code, found.payload:
        case Said.NUMBER, number:
            return f"{told}, {len(number)} digits"
        case Command.LIGHT, b"\x00" | b"\x01":
            return f"{told} {_on(bool(found.payload[0]))}"
        case Status.DONE, bytes(payload) if len(payload) == 4:
            try:
                now = parse_slot(payload)
            except ValueError:
                return f"{told}, 4 bytes"
            return f"{told}, card {'in' if now.card else 'out'}, light {_on(now.light)}, {now.insertions} so far"
        case _, b"":
            return told
        case _, payload:
            return f"{told}, {len(payload)} bytes"


def _on(light: bool) -> str:
    return "on" if light else "off"


def _name(code: int) -> str:
    for known in (Command, Status, Said):
        try:
            return known(code).name
        except ValueError:
            continue
    return f"unknown {'status' if code >= FIRST_STATUS else 'command'} {code:02X}"
