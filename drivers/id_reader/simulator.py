"""A SAM module on the far side of the wire: a pseudo-terminal or a TCP port that answers SDT frames.

It is byte-exact and slow as the real one: bytes leave at the configured baud
rate, the radio exchange takes the configured time. What happens to it (a card
is laid down or lifted, a fault strikes) comes through its verbs.
"""

from __future__ import annotations

import struct
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from drivers.id_reader.people import TRAY, portrait
from drivers.id_reader.protocol import (
    BAUDRATES,
    CardData,
    Command,
    Damage,
    FrameParser,
    Status,
    card_data,
    checksum,
    frame,
    parse_request,
    reply,
)
from drivers.id_reader.record import text_block
from drivers.injection import SECONDS, Armed, Deed, FaultKind, Waiting
from drivers.simulation import Json, Simulator, Verb

_BITS_PER_BYTE = 10  # start, eight data, stop
_PIECE_SECONDS = 0.004  # bytes leave in pieces of about this length, as a UART's buffer does


class Card(StrEnum):
    """Where the card stands in the reader's eyes."""

    ABSENT = "absent"
    LAID = "laid"
    FOUND = "found"
    SELECTED = "selected"
    READ = "read"


# What a reader does wrong by itself; what befalls the wire, every simulator knows.
FAULTS: dict[str, str] = {
    "length": "answers with a length that is too long",
    "echo": "sends the request back before the answer",
    "stale": "sends the previous answer again before the right one",
    "lift": "the card is lifted in the middle of the answer",
    "sw3": "answers with the status `value` and no data",
    "photo": "hands out a photo block that is no picture",
}


@dataclass(slots=True)
class Fault(Armed):
    """A fault that waits for answers, for those to ``command`` only if one is named."""

    command: str | None = None
    value: int = 0


class SamSimulator(Simulator):
    """One simulated reader. ``address`` is what goes into ``devices.id_reader.port``."""

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        baudrate: int = 115200,
        find_seconds: float = 0.03,
        select_seconds: float = 0.03,
        read_seconds: float = 0.6,
        rereadable: bool = False,
        number: int = 296863149,
    ) -> None:
        """``number`` is the last part of the SAM's own, by which two readers of one kind are told apart."""
        super().__init__(listen)
        self._sam_number = struct.pack("<HHIII", 5, 1, 20101129, 1228293, number)
        self._baudrate = baudrate
        self._delays = {
            Command.FIND: find_seconds,
            Command.SELECT: select_seconds,
            Command.READ: read_seconds,
            Command.READ_WITH_FINGERPRINTS: read_seconds,
        }
        self._rereadable = rereadable
        self._card = Card.ABSENT
        self._person = ""  # whose card lies there, by the name in the tray
        self._faults: Waiting[Fault] = Waiting(seed=1)
        self._last_answer = b""
        self._parser = FrameParser()
        self._asked: deque[bytes | Damage] = deque()
        self._heard = False

    # -- verbs -------------------------------------------------------------------

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {**super().verbs, "place": self.place, "lift": self.lift, "fault": self.fault, "clear": self.clear}

    def place(self, person: str = "lin") -> None:
        """Lay this person's card on the reader. Raises KeyError for somebody who is not in the tray."""
        portrait(TRAY[person].photograph)  # made ready now, so that reading is not slowed by it
        with self.lock:
            self._person, self._card = person, Card.LAID

    def lift(self) -> None:
        """Take the card away."""
        with self.lock:
            self._person, self._card = "", Card.ABSENT

    def fault(
        self,
        kind: str,
        count: int = 1,
        command: str | None = None,
        value: int = 0,
        *,
        after: int = 0,
        probability: float = 1.0,
        seconds: float | None = None,
        deed: Deed | None = None,
    ) -> None:
        """Let a fault strike the next answers: one of ``FAULTS``, or one of the wire's, such as ``silence``.

        Either can wait for answers to one ``command``, such as ``READ``; ``after``, ``count`` and ``probability`` then
        go by those. Raises ValueError, KeyError.
        """
        if deed is None and kind not in (*FAULTS, *FaultKind):
            raise ValueError(f"no such fault: {kind}; there are {', '.join((*FAULTS, *FaultKind))}")
        if deed is not None or (kind not in FAULTS and command is None):
            self._injector.arm(kind, after=after, count=count, probability=probability, seconds=seconds, deed=deed)
            return
        if not 0 <= value <= 0xFF:
            raise ValueError("value is a byte")
        if seconds is not None and kind in FAULTS:
            raise ValueError(f"{kind} takes no time")
        long = SECONDS[FaultKind(kind)] if seconds is None and kind in SECONDS else float(seconds or 0.0)
        turn = int(after), int(count), float(probability), long
        awaited = Command[command].name if command else Command.READ.name if kind == "photo" else None
        with self.lock:
            self._faults.add(Fault(kind, *turn, command=awaited, value=value))

    def clear(self) -> None:
        """End every fault."""
        with self.lock:
            self._injector.clear()
            self._faults.clear()

    def state(self) -> Mapping[str, Json]:
        """Whose card lies there, what the reader thinks of it, and the faults that wait."""
        with self.lock:
            wire = super().state()
            armed = [*wire["armed"], *self._faults.told()]
            return {
                **wire,
                "armed": armed,
                "card": self._card.value,
                "person": self._person,
                "baudrate": self._baudrate,
            }

    # -- the module ----------------------------------------------------------------

    def arrived(self, data: bytes) -> None:
        """Take requests in; :meth:`idle` answers them, as a card may be lifted while it is read."""
        if self._wire.host_speed in (None, self._baudrate):  # at another speed bytes are noise
            self._heard = True
            self._asked.extend(self._parser.feed(data))

    def connected(self) -> None:
        """Another host, another conversation."""
        self._parser.reset()

    def idle(self) -> None:
        """Answer what was asked."""
        heard, self._heard = self._heard, False
        if not heard and self._parser.pending:  # the host fell silent in the middle of a request
            self._parser.reset()
            self._asked.append(Damage.LENGTH)
        while self._asked:
            self._answer(self._asked.popleft())

    def _answer(self, content: bytes | Damage) -> None:
        if isinstance(content, Damage):
            self.send(reply(Status.CHECKSUM_WRONG if content is Damage.CHECKSUM else Status.LENGTH_WRONG))
            return
        command = parse_request(content).command
        delay = self._delays.get(command, 0.0) if command else 0.0
        speed = self._baudrate
        # A socket brings the request at once; a line would have taken this long.
        if self._stopping.wait(delay + len(frame(content)) * _BITS_PER_BYTE / speed):
            return
        with self.lock:  # only now, as the card may be lifted during the exchange
            fault = self._faults.next(lambda fault: fault.command in (None, command and command.name))
            spoilt = fault is not None and fault.kind == "photo"
            answer = reply(Status.COMMAND_WRONG) if command is None else self._reply_to(command, spoilt)
        self._say(answer, frame(content), fault)
        # The answer to a change of speed still comes at the old one.
        self._baudrate = next((rate for rate, c in BAUDRATES.items() if c is command), speed)

    def _reply_to(self, command: Command, spoilt: bool) -> bytes:
        match command:
            case Command.SAM_NUMBER:
                return reply(Status.DONE, self._sam_number)
            case Command.FIND:
                if self._card in (Card.LAID, Card.FOUND) or (self._card is Card.READ and self._rereadable):
                    self._card = Card.FOUND
                    return reply(Status.FOUND, bytes(4))
                return reply(Status.NO_CARD)
            case Command.SELECT:
                if self._card is Card.FOUND:
                    self._card = Card.SELECTED
                    return reply(Status.DONE, bytes(8))
                return reply(Status.SELECT_FAILED)
            case Command.READ | Command.READ_WITH_FINGERPRINTS | Command.READ_ADDRESS:
                return self._read(command, spoilt)
            case Command.RESET:
                if self._card is not Card.ABSENT:
                    self._card = Card.LAID
                return reply(Status.DONE)
            case _:
                return reply(Status.DONE)

    def _read(self, command: Command, spoilt: bool) -> bytes:
        if self._card not in (Card.SELECTED, Card.READ):
            return reply(Status.READ_FAILED)
        person = TRAY[self._person]
        if command is Command.READ_ADDRESS:
            address = person.record.new_address
            if not address:
                return reply(Status.NO_SUCH_ITEM)
            return reply(Status.DONE, address.ljust(35).encode("utf-16-le")[:70])
        self._card = Card.READ
        photo = b"\x57\x4c" + bytes(1022) if spoilt else portrait(person.photograph)
        card = CardData(text_block(person.record), photo, bytes(person.fingerprints))
        return reply(Status.DONE, card_data(card, fingerprints=command is Command.READ_WITH_FINGERPRINTS))

    # -- faults and pace -------------------------------------------------------------

    def _say(self, answer: bytes, request: bytes, fault: Fault | None) -> None:
        previous, self._last_answer = self._last_answer, answer
        match fault:
            case Fault("length"):
                counted = struct.pack(">H", 0xFFFF) + answer[7:-1]
                answer = answer[:5] + counted + bytes([checksum(counted)])
            case Fault("echo"):
                answer = request + answer
            case Fault("stale"):
                answer = previous + answer
            case Fault("sw3", value=status):
                answer = reply(status)
            case Fault("lift"):
                self.send_piece(answer[: len(answer) // 2])
                self.lift()
                return
            case Fault(kind, seconds=seconds) if kind in set(FaultKind):
                self._injector.arm(kind, seconds=seconds)
            case _:
                pass
        self.send(answer)

    def send_piece(self, piece: bytes) -> None:
        """Let bytes leave no faster than the line carries them, by one schedule so that errors do not add up."""
        per_byte = _BITS_PER_BYTE / self._baudrate
        size = max(int(_PIECE_SECONDS / per_byte), 1)
        started = time.monotonic()
        for start in range(0, len(piece), size):
            if not self.plugged:
                return
            part = piece[start : start + size]
            due = started + (start + len(part)) * per_byte
            if (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            self._wire.send(part)
