"""Asking a printer, and waiting for its answers: one question at a time, each with a deadline."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from drivers.device import DeviceError
from drivers.receipt_printer.protocol import (
    CLEAR_BUFFERS,
    Answer,
    AnswerParser,
    Block,
    Condition,
    PlainByte,
    Query,
    StatusByte,
    condition_of,
    identity_query,
    real_time_query,
)
from drivers.receipt_printer.status import PrinterFault, fault
from drivers.transport import Transport, TransportTimeout

QUERY_SECONDS = 0.5
CLEAR_SECONDS = 1.5
WRITE_SECONDS = 5.0
CLEARED = Block(0x37, b"\x25")
_IDENTITY = 0x5F


class Conversation:
    """What is said on one transport. Every method raises TransportLost, and one that writes DeviceError (silent)."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._parser = AnswerParser()
        self._owed = 0  # real-time replies that have not come yet
        self._kept: bytearray | None = None

    def begin(self) -> None:
        """A new conversation: nothing is half said."""
        self._parser.reset()
        self._owed = 0

    def discard(self) -> None:
        """Throw away what came unasked."""
        self._transport.discard_input()
        self.begin()

    @contextmanager
    def kept(self) -> Iterator[bytearray]:
        """Everything that is written meanwhile, byte for byte."""
        self._kept = kept = bytearray()
        try:
            yield kept
        finally:
            self._kept = None

    def write(self, data: bytes, seconds: float | None = None) -> None:
        """Send all of ``data`` within ``seconds`` (:data:`WRITE_SECONDS`)."""
        if self._kept is not None:
            self._kept += data
        try:
            self._transport.write(data, time.monotonic() + (WRITE_SECONDS if seconds is None else seconds))
        except TransportTimeout as error:
            raise DeviceError(fault(PrinterFault.SILENT, str(error))) from error

    def answers(self, seconds: float) -> list[Answer]:
        """What the printer says within ``seconds``; returns as soon as it says anything."""
        answers = list(self._parser.feed(self._transport.read(256, time.monotonic() + seconds)))
        replies = sum(isinstance(answer, StatusByte) for answer in answers)
        self._owed = max(self._owed - replies, 0)
        return answers

    def condition(self, states: Iterable[Query]) -> Condition:
        """Ask for these states one after another, until one is not told. Raises DeviceError when not even the first is.

        A reply does not say what it answers, so one that is late must not be taken for the next one's.
        """
        self._await_replies()
        self.discard()
        replies: dict[Query, int] = {}
        for query in states:
            self.query(query)
            value = self._await_replies()
            if value is None:
                if not replies:
                    raise DeviceError(fault(PrinterFault.SILENT, f"no answer to DLE EOT {query}"))
                break
            replies[query] = value
        return condition_of(replies)

    def query(self, query: Query) -> None:
        """Send one real-time question; its reply is among the next answers."""
        self._owed += 1
        self.write(real_time_query(query), QUERY_SECONDS)

    def cleared(self) -> bool:
        """Tell the printer to forget everything it holds; whether it has confirmed that."""
        self.write(CLEAR_BUFFERS, CLEAR_SECONDS)
        deadline = time.monotonic() + CLEAR_SECONDS
        return any(answer == CLEARED for answer in self._until(deadline))

    def hears_paper(self, seconds: float) -> bool:
        """Wait for an answer to GS r, past everything else; whether it came."""
        return any(isinstance(answer, PlainByte) for answer in self._until(time.monotonic() + seconds))

    def identity(self, number: int) -> str | None:
        """The answer to GS I, asked while the printer has nothing else to do; None when there is none."""
        self.discard()
        self.write(identity_query(number), QUERY_SECONDS)
        for answer in self._until(time.monotonic() + QUERY_SECONDS):
            if isinstance(answer, Block) and answer.header == _IDENTITY:
                return answer.text.decode("ascii", errors="replace").strip()
        return None

    def ask(self, question: bytes, begins: bytes, size: int) -> bytes:
        """A vendor's own question: the ``size`` bytes that begin so. Raises DeviceError when they do not come.

        Not while anything else may be on its way: what comes is not looked at otherwise.
        """
        self.discard()
        self.write(question, QUERY_SECONDS)
        deadline = time.monotonic() + QUERY_SECONDS
        came = b""
        while time.monotonic() < deadline:
            came += self._transport.read(256, deadline)
            at = came.find(begins)
            if at >= 0 and len(came) - at >= size:
                return came[at : at + size]
        raise DeviceError(fault(PrinterFault.SILENT, f"no answer to {question.hex(' ')}"))

    def _await_replies(self) -> int | None:
        """Wait until no real-time reply is owed; the last one, None when they do not all come."""
        value = None
        deadline = time.monotonic() + QUERY_SECONDS
        while self._owed and (left := deadline - time.monotonic()) > 0:
            for answer in self.answers(left):
                if isinstance(answer, StatusByte):
                    value = answer.value
        return None if self._owed else value

    def _until(self, deadline: float) -> Iterator[Answer]:
        while (left := deadline - time.monotonic()) > 0:
            yield from self.answers(left)
