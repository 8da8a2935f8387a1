"""The network protocol of NUT servers, as bytes and messages. Opens nothing, sleeps never.

Source: RFC 9271, "Uninterruptible Power Supply (UPS) Management Protocol", and the quoting rules of NUT's own parser.

Everything is a line of words. A word with a blank in it stands in ``"…"``; a backslash takes the character after it as
it is. A request gets one line, a list (``BEGIN LIST`` and the query, a row per line, ``END LIST`` and the query), or
``ERR`` and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

PORT = 3493

_LONGEST = 4096  # bytes of a line; servers keep below 512
_MOST = 4096  # rows of a list; batteries have some fifty variables
_PLAIN = re.compile(r"[A-Za-z0-9._:/+-]+")
_WORD = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"|((?:[^ \t"\\]|\\.)+))(?=[ \t]|$)')
_ESCAPED = re.compile(r"\\(.)")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Refused(StrEnum):
    """Why a server says no."""

    ACCESS_DENIED = "ACCESS-DENIED"
    UNKNOWN_UPS = "UNKNOWN-UPS"
    VAR_NOT_SUPPORTED = "VAR-NOT-SUPPORTED"
    CMD_NOT_SUPPORTED = "CMD-NOT-SUPPORTED"
    INVALID_ARGUMENT = "INVALID-ARGUMENT"
    INSTCMD_FAILED = "INSTCMD-FAILED"
    SET_FAILED = "SET-FAILED"
    READONLY = "READONLY"
    TOO_LONG = "TOO-LONG"
    FEATURE_NOT_SUPPORTED = "FEATURE-NOT-SUPPORTED"
    FEATURE_NOT_CONFIGURED = "FEATURE-NOT-CONFIGURED"
    ALREADY_SSL_MODE = "ALREADY-SSL-MODE"
    DRIVER_NOT_CONNECTED = "DRIVER-NOT-CONNECTED"
    DATA_STALE = "DATA-STALE"
    ALREADY_LOGGED_IN = "ALREADY-LOGGED-IN"
    INVALID_PASSWORD = "INVALID-PASSWORD"  # noqa: S105 - not one
    ALREADY_SET_PASSWORD = "ALREADY-SET-PASSWORD"  # noqa: S105
    INVALID_USERNAME = "INVALID-USERNAME"
    ALREADY_SET_USERNAME = "ALREADY-SET-USERNAME"
    USERNAME_REQUIRED = "USERNAME-REQUIRED"
    PASSWORD_REQUIRED = "PASSWORD-REQUIRED"  # noqa: S105
    UNKNOWN_COMMAND = "UNKNOWN-COMMAND"
    INVALID_VALUE = "INVALID-VALUE"


@dataclass(frozen=True, slots=True)
class Line:
    """An answer of one line: ``OK``, ``VAR kiosk ups.status "OL"``, a version."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole list. Each row is what stands after the words of the query: ``("ups.status", "OL")``."""

    query: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The server said no. ``code`` is one of :class:`Refused`, or one that came later."""

    code: str


@dataclass(frozen=True, slots=True)
class Damage:
    """What arrived is no answer."""

    reason: str


Answer = Line | Listing | Refusal | Damage


def request(*words: str) -> bytes:
    """One line that says ``words``. Raises ValueError for characters that a line cannot carry."""
    if any(_UNSPEAKABLE.search(word) for word in words):
        raise ValueError("a word with a control character cannot be sent")
    return " ".join(map(_quoted, words)).encode() + b"\n"


def split_words(line: str) -> tuple[str, ...]:
    """The words of a line without its end. Raises ValueError."""
    if _UNSPEAKABLE.search(line):
        raise ValueError("a control character")
    line = line.rstrip(" \t")
    words, at = [], 0
    while at < len(line):
        found = _WORD.match(line, at)
        if found is None:
            raise ValueError("a quote or a backslash that does not fit")
        quoted, plain = found.groups()
        words.append(_ESCAPED.sub(r"\1", plain if quoted is None else quoted))
        at = found.end()
    return tuple(words)


class AnswerParser:
    """Turns the bytes of a server into answers, in pieces of any size. After Damage it goes on with the next line."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was half said."""
        self._line = bytearray()
        self._overlong = False
        self._query: tuple[str, ...] | None = None
        self._rows: list[tuple[str, ...]] = []

    @property
    def pending(self) -> bool:
        """True in the middle of a line or a list."""
        return bool(self._line) or self._overlong or self._query is not None

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that end in ``data``."""
        answers: list[Answer] = []
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._keep(end)
            answer = self._over(bytes(self._line))
            self._line.clear()
            self._overlong = False
            if answer is not None:
                answers.append(answer)
        self._keep(rest)
        return answers

    def _keep(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > _LONGEST:
            self._line.clear()
            self._overlong = True

    def _over(self, line: bytes) -> Answer | None:
        """A line has ended; returns what it completes."""
        if self._overlong:
            return self._damage("a line without an end")
        try:
            words = split_words(line.removesuffix(b"\r").decode(errors="replace"))
        except ValueError as error:
            return self._damage(str(error))
        if words[:1] == ("ERR",):
            self._end()
            return Refusal(words[1]) if len(words) > 1 else self._damage("a refusal without a reason")
        if self._query is not None:
            return self._row(words, self._query)
        if words[:2] == ("BEGIN", "LIST") and len(words) > 2:
            self._query = words[2:]
            return None
        return Line(words) if words else self._damage("an empty line")

    def _row(self, words: tuple[str, ...], query: tuple[str, ...]) -> Answer | None:
        if words[:2] == ("END", "LIST"):
            rows = tuple(self._rows)
            self._end()
            return Listing(query, rows) if words[2:] == query else Damage("a list that ends as another one")
        if words[: len(query)] != query or len(words) == len(query):
            return self._damage("a row of another list")
        if len(self._rows) == _MOST:
            return self._damage("a list without an end")
        self._rows.append(words[len(query) :])
        return None

    def _damage(self, reason: str) -> Damage:
        self._end()
        return Damage(reason)

    def _end(self) -> None:
        self._query = None
        self._rows = []


class Mask:
    """Hides the user's name and password in what a host says; see :mod:`drivers.recording`."""

    def __init__(self) -> None:
        self._said = b""  # the line so far

    def feed(self, data: bytes) -> bytes:
        """As many bytes, those of a secret as ``x``."""
        masked = bytearray()
        for byte in data:
            secret = self._said.startswith((b"USERNAME ", b"PASSWORD ")) and byte not in b"\r\n"
            masked.append(b"x"[0] if secret else byte)
            self._said = b"" if byte == b"\n"[0] else (self._said + bytes([byte]))[:16]
        return bytes(masked)


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
