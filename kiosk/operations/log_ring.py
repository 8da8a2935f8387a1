"""The last lines of the log, kept in memory for a support bundle, without whatever could be about a person.

Of a line stays what stands in the source: the sentence as the programmer wrote
it, words of the program in its places, the kind of an exception and where it
came from. An exception's own text, and a sentence that was put together before
it was logged, are left out. So the ring holds nothing that had to be wiped.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

from kiosk.operations.impersonal import LEFT_OUT
from kiosk.operations.vocabulary import Plain, Vocabulary


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. ``sentence`` still has its places, ``values`` are what went there."""

    at: datetime
    level: str
    logger: str
    sentence: str
    values: tuple[Plain, ...]
    exception: tuple[str, ...]  # kinds and places, the innermost last


class LogRing(logging.Handler):
    """A handler for the root logger. ``vocabulary`` may be set later; until then only numbers get through."""

    def __init__(self, at_most: int = 2000) -> None:
        super().__init__()
        self.vocabulary = Vocabulary()
        self._lines: deque[LogLine] = deque(maxlen=at_most)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what may be kept; called with the handler's lock held."""
        error = record.exc_info[1] if record.exc_info else None
        self._lines.append(
            LogLine(
                at=datetime.fromtimestamp(record.created, UTC),
                level=record.levelname,
                logger=record.name,
                sentence=record.msg if _is_literal(record) else LEFT_OUT,
                values=tuple(self.vocabulary.said(value) for value in _values(record)),
                exception=tuple(_kinds_and_places(error)) if error is not None else (),
            )
        )

    def lines(self) -> list[LogLine]:
        """What is there now, oldest first."""
        self.acquire()
        try:
            return list(self._lines)
        finally:
            self.release()


def _is_literal(record: logging.LogRecord) -> bool:
    """Whether the sentence is a constant of the function that logged it."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the one way to the caller
    while frame is not None:
        code = frame.f_code
        if code.co_filename == record.pathname and code.co_name == record.funcName:
            return isinstance(record.msg, str) and record.msg in code.co_consts
        frame = frame.f_back
    return False


def _values(record: logging.LogRecord) -> tuple[object, ...]:
    args = record.args
    if isinstance(args, Mapping):
        return tuple(args.values())
    return args or ()


def _kinds_and_places(error: BaseException) -> list[str]:
    told: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(told) < 60:
        places = [
            f"{frame.f_globals.get('__name__')}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(seen.__traceback__)
        ]
        told.append(" < ".join([type(seen).__name__, *reversed(places[-20:])]))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return told[::-1]
