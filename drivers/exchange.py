"""Both ends of a conversation in :mod:`drivers.frames`: the host's, and a simulated unit's.

The host asks, the unit answers each request with one frame of the same sequence
number. So a late answer is never taken for the next one; and a request that is
repeated because its answer was lost bears its old number, by which the unit knows
that it has been carried out already.
"""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Mapping

from drivers.device import DeviceError, Fault
from drivers.frames import (
    FIRST_STATUS,
    HELLO,
    Damage,
    Frame,
    FrameParser,
    Status,
    encode,
    next_number,
    parse_words,
    words,
)
from drivers.simulation import Json, Simulator, Verb
from drivers.transport import Transport, TransportTimeout

log = logging.getLogger("drivers.exchange")

ANSWER_SECONDS = 0.6  # what a unit begins and does not finish at once, it answers at once all the same
BROKEN_OFF = 0.2  # an answer that has begun and then pauses this long will not be finished
ATTEMPTS = 2


class Exchange:
    """The host's end, on one byte pipe. ``silent`` and ``garbled`` make the faults of the device class it serves.

    ``after`` is the number that the last request bore; only whoever plays a recording again knows it.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        silent: Callable[[str], Fault],
        garbled: Callable[[str], Fault],
        after: int | None = None,
    ) -> None:
        self._transport = transport
        self._silent = silent
        self._garbled = garbled
        self._parser = FrameParser()
        # Not the number that the program began with when it last ran: an answer to that may still be on its way.
        self._sequence = random.randint(1, 0xFF) if after is None else after  # noqa: S311 - chance, not secrecy
        self.unit: Mapping[str, str] = {}  # what the unit told of itself
        self.counted = {"answers_damaged": 0, "answers_missed": 0, "answers_late": 0, "restarts_seen": 0}

    def greet(self) -> None:
        """Begin a conversation; the unit tells of itself. Raises DeviceError, OSError."""
        answer = self._ask(HELLO, b"", ANSWER_SECONDS)
        if answer.code != Status.DONE:
            raise DeviceError(self._garbled(f"HELLO was answered by {answer.code:02X}"))
        try:
            self.unit = parse_words(answer.payload)
        except ValueError as error:
            raise DeviceError(self._garbled(f"HELLO: {error}")) from error

    def ask(self, command: int, payload: bytes = b"", seconds: float = ANSWER_SECONDS) -> Frame:
        """One request and its answer, which has ``seconds`` to arrive; asked once more when it does not.

        A unit that was restarted meanwhile is greeted, counted in ``restarts_seen``,
        and asked again. Raises DeviceError, OSError.
        """
        answer = self._ask(command, payload, seconds)
        if answer.code != Status.GREET:
            return answer
        self.counted["restarts_seen"] += 1
        self.greet()
        return self._ask(command, payload, seconds)

    def _ask(self, command: int, payload: bytes, seconds: float) -> Frame:
        self._sequence = next_number(self._sequence)
        request = Frame(self._sequence, command, payload)
        for _ in range(ATTEMPTS - 1):
            try:
                return self._ask_once(request, seconds)
            except DeviceError as error:
                log.debug("command %02X: %s, asking once more", command, error)
        return self._ask_once(request, seconds)

    def _ask_once(self, request: Frame, seconds: float) -> Frame:
        self._parser.reset()
        deadline = patience = time.monotonic() + seconds
        try:
            self._transport.write(encode(request), deadline)
        except TransportTimeout as error:
            self.counted["answers_missed"] += 1
            raise DeviceError(self._silent(str(error))) from error
        wrong = ""
        while data := self._transport.read(4096, patience):
            for found in self._parser.feed(data):
                if isinstance(found, Damage):
                    wrong = f"wrong {found.value}"
                elif found.code < FIRST_STATUS:
                    log.debug("the line echoes what is sent")
                elif found.sequence == request.sequence:
                    return found
                else:
                    self.counted["answers_late"] += 1
            now = time.monotonic()
            if now > deadline:
                break  # a line that never falls silent
            patience = min(deadline, now + BROKEN_OFF) if wrong or self._parser.pending else deadline
        if self._parser.pending:
            wrong = "the answer broke off"
        if wrong:
            self.counted["answers_damaged"] += 1
            raise DeviceError(self._garbled(wrong))
        self.counted["answers_missed"] += 1
        raise DeviceError(self._silent("no answer"))


def number_before(said: bytes) -> int | None:
    """The number before the first request of what a host ``said``; None when it said nothing."""
    first = next((found for found in FrameParser().feed(said) if isinstance(found, Frame)), None)
    return None if first is None else next(n for n in range(0x100) if next_number(n) == first.sequence)


class UnitSimulator(Simulator):
    """A unit's end. One of its own kind says in :meth:`reply` what a request does, in :meth:`takes` how long."""

    def __init__(self, listen: str, told: Mapping[str, str], *, seed: int = 1) -> None:
        super().__init__(listen, seed=seed)
        self._told = {"model": "simulated", "serial": "SIM-0001", "firmware": "1.0", **told}
        self._parser = FrameParser()
        self._asked: deque[Frame] = deque()
        self._last: tuple[Frame, Frame] | None = None  # what was carried out last, and its answer
        self._greeted = False
        self.heard_at = 0.0

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {**super().verbs, "power_cycle": self.power_cycle}

    def power_cycle(self, seconds: float = 0.3) -> None:
        """Its power fails for so long. Afterwards it waits to be greeted."""
        with self.lock:
            self.unplug(seconds)
            self._last, self._greeted = None, False
            self._asked.clear()
            self.restarted()

    def state(self) -> Mapping[str, Json]:
        """How it is; one of its own kind adds to this."""
        return {**super().state(), "greeted": self._greeted}

    def reply(self, command: int, payload: bytes) -> tuple[int, bytes]:
        """Carry a request out; the status and payload of its answer. Called with the lock held."""
        raise NotImplementedError

    def takes(self, command: int) -> float:  # noqa: ARG002
        """The seconds before a request is answered; things can happen meanwhile."""
        return 0.0

    def restarted(self) -> None:
        """Its power is back: forget what no unit remembers without power. Called with the lock held."""

    # -- the unit ------------------------------------------------------------------

    def connected(self) -> None:
        """Half a request of an earlier host means nothing now."""
        self._parser.reset()

    def arrived(self, data: bytes) -> None:
        """Take requests in. A damaged one is not answered, as nobody knows its number: the host will ask again."""
        self.heard_at = time.monotonic()
        self._asked.extend(found for found in self._parser.feed(data) if isinstance(found, Frame))

    def idle(self) -> None:
        """Answer what was asked."""
        if time.monotonic() - self.heard_at > BROKEN_OFF:  # the host fell silent in the middle of a request
            self._parser.reset()
        while self._asked and self.plugged:
            asked = self._asked.popleft()
            repeated = self._last is not None and self._last[0] == asked
            if self._stopping.wait(0.0 if repeated else self.takes(asked.code)):
                return
            with self.lock:
                answer = self._answer(asked)
            self.send(encode(answer))

    def _answer(self, asked: Frame) -> Frame:
        if self._last is None or self._last[0] != asked:
            self._last = asked, Frame(asked.sequence, *self._carry_out(asked))
        return self._last[1]

    def _carry_out(self, asked: Frame) -> tuple[int, bytes]:
        if asked.code == HELLO:
            self._greeted = True
            return Status.DONE, words(self._told)
        if not self._greeted:
            return Status.GREET, b""
        return self.reply(asked.code, asked.payload)
