"""What a code scanner says: lines of text, one for each code. Opens nothing, sleeps never.

Scanners share no protocol. What practically every one of them can be set to do
on a serial line is to send the bytes that stood in the code, followed by CR, LF
or both; that is all that is asked of one here. The bytes are UTF-8 in a QR code
of our own and in most others, GB 18030 in older Chinese ones.

There is no checksum. Whoever uses a code has to check what it says.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import Enum

LONGEST = 7089  # bytes; the largest QR code holds so many digits, and less of anything else
BROKEN_OFF = 0.5  # seconds; a line that pauses this long will not be finished

# Nothing that a person would print: control characters, invisible formatting, line and paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Code:
    """What stood in a code. It may name a person or a case, so it stays out of every repr."""

    text: str = field(repr=False)


class Damage(Enum):
    """Why a line is no code."""

    TOO_LONG = "too long"
    UNDECODABLE = "neither UTF-8 nor GB 18030"
    UNPRINTABLE = "holds what cannot be printed"
    BROKEN_OFF = "broke off"


class LineParser:
    """Finds codes in what comes in, however it is cut. Empty lines are nothing. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._dropping = False  # the rest of this line is for nobody
        self._heard_at = 0.0

    @property
    def pending(self) -> bool:
        """True in the middle of a line."""
        return bool(self._line) or self._dropping

    def feed(self, data: bytes, now: float) -> list[Code | Damage]:
        """Take in what has arrived by ``now`` (b"": nothing has) and return what it completes."""
        found: list[Code | Damage] = []
        if self.pending and now - self._heard_at > BROKEN_OFF:
            if not self._dropping:
                found.append(Damage.BROKEN_OFF)
            self._begin()
        if not data:
            return found
        self._heard_at = now
        *ends, rest = data.replace(b"\r", b"\n").split(b"\n")
        for end in ends:
            found += self._keep(end)
            if self._line:
                found.append(_read(bytes(self._line)))
            self._begin()
        return found + self._keep(rest)

    def drop_line(self, now: float) -> None:
        """Drop the line that is, or may be, under way, up to its end or until nothing more of it comes."""
        self._line.clear()
        self._dropping = True
        self._heard_at = now

    def _begin(self) -> None:
        self._line.clear()
        self._dropping = False

    def _keep(self, piece: bytes) -> list[Damage]:
        if self._dropping:
            return []
        self._line += piece
        if len(self._line) <= LONGEST:
            return []
        self._line.clear()
        self._dropping = True
        return [Damage.TOO_LONG]


class Mask:
    """Takes the contents out of what a scanner says; the line ends and the lengths stay."""

    def feed(self, data: bytes) -> bytes:
        """As many bytes."""
        return data.translate(_MASKED)


def line(text: str) -> bytes:
    """A code as a scanner says it."""
    return text.encode() + b"\r"


def _read(found: bytes) -> Code | Damage:
    for encoding in ("utf-8-sig", "gb18030"):  # a byte order mark is no part of a code
        try:
            text = found.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(character) in _REFUSED for character in text):
            return Damage.UNPRINTABLE
        return Code(text)
    return Damage.UNDECODABLE


_MASKED = bytes(byte if byte in b"\r\n" else ord("0") for byte in range(256))
