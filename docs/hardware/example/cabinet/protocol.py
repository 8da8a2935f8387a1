"""What the cabinet's sensor and its host say to each other: lines of ASCII.

The host asks ``?``, the sensor answers ``door=closed temp=31``. Every line ends
with a line feed. This protocol is our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ASK = b"?\n"
LONGEST = 80  # bytes; a longer line is noise

_ANSWER = re.compile(rb"door=(open|closed) temp=(-?\d{1,3})")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cabinet is; ``celsius`` is the air inside."""

    door_open: bool
    celsius: int


def answer(reading: Reading) -> bytes:
    """A reading as a line."""
    return b"door=%s temp=%d\n" % (b"open" if reading.door_open else b"closed", reading.celsius)


class LineParser:
    """Finds readings in what comes in, however it is cut; what is no reading is None."""

    def __init__(self) -> None:
        self._line = b""

    def feed(self, data: bytes) -> list[Reading | None]:
        """Take bytes; return what they complete."""
        *lines, self._line = (self._line + data).split(b"\n")
        self._line = self._line[-LONGEST:]
        return [_reading(line) for line in lines]


def _reading(line: bytes) -> Reading | None:
    found = _ANSWER.fullmatch(line)
    return Reading(found[1] == b"open", int(found[2])) if found else None
