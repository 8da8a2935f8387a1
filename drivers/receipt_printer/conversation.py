"""Asking a printer, and waiting for its answers: one question at a time, each with a deadline.

The replies to the four real-time questions look alike. One that is late, or comes twice, moves all that follow by a
place, and then 0x16 for "ready" is read as "cover open" where the cause was asked for, and as "paper jam" where the
error was. So no other question is asked while a reply is owed, and a fault counts only when the printer says it twice:
asked in one order and then in the other, replies that have moved do not come to the same.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
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
from drivers.receipt_printer.status import PrinterFault, fault, faults_of
from drivers.transport import Transport, TransportTimeout

QUERY_SECONDS = 0.5
LATE_SECONDS = 1.0  # so much longer a reply is waited for before another question is asked; then it counts as lost
ROUNDS = 4  # until what a printer says of its faults has to be the same twice
QUIET_SECONDS = 0.1  # a line that was silent for so long has nothing on its way
DRAIN_SECONDS = 0.5  # a line that never falls silent must not hold its owner
CLEAR_SECONDS = 1.5
WRITE_SECONDS = 5.0
CLEARED = Block(0x37, b"\x25")
_IDENTITY = 0x5F


class Conversation:
    """What is said on one transport. Every method raises TransportLost, and one that writes DeviceError (silent)."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._parser = AnswerParser()
        self._owed: deque[Query] = deque()  # real-time questions whose replies have not come, in their order
        self._kept: bytearray | None = None

    def begin(self) -> None:
        """A new conversation: nothing is half said."""
        self._parser.reset()
        self._owed.clear()

    def discard(self) -> None:
        """Throw away what came unasked; a reply that was owed is owed no longer."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while data := self._transport.read(256, time.monotonic()):
            self._understood(data)
            if time.monotonic() > deadline:
                break
        self._parser.reset()

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
        return self._understood(self._transport.read(256, time.monotonic() + seconds))

    def condition(self, states: Iterable[Query]) -> Condition:
        """Ask for these states one after another, until one is not told.

        Raises DeviceError when not even the first is told, or when something is wrong and the printer does not say the
        same of it twice.
        """
        order = tuple(states)
        before: dict[Query, int] = {}
        for attempt in range(ROUNDS):
            replies = self._replies(order)
            whole = len(replies) == len(order)
            found = condition_of(replies)
            if not faults_of(found) and (whole or not attempt):
                return found
            if whole and replies == before:
                return found
            before, order = replies, order[::-1]
            self._fall_silent()
        raise DeviceError(fault(PrinterFault.SILENT, "its answers to DLE EOT contradict each other"))

    def query(self, query: Query) -> None:
        """Send one real-time question; its reply is among the next answers."""
        self._owed.append(query)
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

    def _understood(self, data: bytes) -> list[Answer]:
        answers = list(self._parser.feed(data))
        for answer in answers:
            if isinstance(answer, StatusByte) and self._owed:
                self._owed.popleft()
        return answers

    def _replies(self, order: Sequence[Query]) -> dict[Query, int]:
        """What is told until a question has no reply. Raises DeviceError when the first has none."""
        self._settle(order[:1])
        replies: dict[Query, int] = {}
        for query in order:
            self.query(query)
            value = self._reply(QUERY_SECONDS)
            if value is None:
                if not replies:
                    raise DeviceError(fault(PrinterFault.SILENT, f"no answer to DLE EOT {query}"))
                break
            if self._owed:  # this one was asked before, and one of the replies is still missing
                newer = self._reply(LATE_SECONDS)
                value = value if newer is None else newer
                self._owed.clear()
            replies[query] = value
        return replies

    def _settle(self, coming: Sequence[Query]) -> None:
        """Wait for what is owed, unless it is owed to the question that is asked next."""
        self.discard()
        if any(query not in coming for query in self._owed):
            self._reply(LATE_SECONDS)
            self._owed.clear()

    def _fall_silent(self) -> None:
        """Wait until nothing comes any more, or the line must be taken for one that never falls silent."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.answers(QUIET_SECONDS) and time.monotonic() < deadline:
            pass

    def _reply(self, seconds: float) -> int | None:
        """Wait until no real-time reply is owed; the newest that came, None when none did."""
        value = None
        deadline = time.monotonic() + seconds
        while self._owed and (left := deadline - time.monotonic()) > 0:
            for answer in self.answers(left):
                if isinstance(answer, StatusByte):
                    value = answer.value
        return value

    def _until(self, deadline: float) -> Iterator[Answer]:
        while (left := deadline - time.monotonic()) > 0:
            yield from self.answers(left)
