"""A SAM module on the far side of the wire: a pseudo-terminal or a TCP port that answers SDT frames.

It is byte-exact and slow as the real one: bytes leave at the configured baud
rate, the radio exchange takes the configured time. What happens to it (a card
is laid down or lifted, a fault strikes) comes through its verbs.
"""

from __future__ import annotations

import logging
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from drivers.id_reader.people import TRAY, Person, portrait
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
from drivers.simulation import Verb, wire_for

log = logging.getLogger("drivers.id_reader.simulator")

_BITS_PER_BYTE = 10  # start, eight data, stop
_PIECE_SECONDS = 0.004  # bytes leave in pieces of about this length, as a UART's buffer does
LATE_SECONDS = 4.5  # longer than hosts wait for a card
_SAM_NUMBER = struct.pack("<HHIII", 5, 1, 20101129, 1228293, 296863149)


class Card(Enum):
    """Where the card stands in the reader's eyes."""

    ABSENT = "absent"
    LAID = "laid"
    FOUND = "found"
    SELECTED = "selected"
    READ = "read"


FAULTS: dict[str, str] = {
    "silence": "does not answer",
    "checksum": "answers with a wrong checksum",
    "length": "answers with a length that is too long",
    "junk": "sends noise before the answer",
    "split": "sends the answer in forty pieces with pauses",
    "echo": "sends the request back before the answer",
    "stale": "sends the previous answer again before the right one",
    "late": "answers only after the host has given up",
    "truncate": "stops in the middle of the answer",
    "lift": "the card is lifted in the middle of the answer",
    "sw3": "answers with the status `value` and no data",
    "photo": "hands out a photo block that is no picture",
}


@dataclass(slots=True)
class Fault:
    """A fault that strikes ``count`` answers (to ``command`` only, if one is named) and then is gone."""

    kind: str
    count: int = 1
    command: Command | None = None
    value: int = 0


class SamSimulator:
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
    ) -> None:
        self._baudrate = baudrate
        self._delays = {
            Command.FIND: find_seconds,
            Command.SELECT: select_seconds,
            Command.READ: read_seconds,
            Command.READ_WITH_FINGERPRINTS: read_seconds,
        }
        self._rereadable = rereadable
        self._card = Card.ABSENT
        self._person: Person | None = None
        self._faults: list[Fault] = []
        self._last_answer = b""
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._unplugged = threading.Event()
        self._wire = wire_for(listen)
        self._thread = threading.Thread(target=self._serve, name="sam", daemon=True)

    @property
    def address(self) -> str:
        """Where a driver reaches it: a device path or ``tcp://host:port``."""
        return self._wire.address

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {
            "place": self.place,
            "lift": self.lift,
            "fault": self.fault,
            "clear": self.clear,
            "unplug": self.unplug,
            "plug": self.plug,
            "state": self.state,
        }

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and close the wire."""
        self._stopping.set()
        self._thread.join(5.0)
        self._wire.close()

    # -- verbs -------------------------------------------------------------------

    def place(self, person: str = "lin") -> None:
        """Lay this person's card on the reader. Raises KeyError for somebody who is not in the tray."""
        portrait(TRAY[person].photograph)  # made ready now, so that reading is not slowed by it
        with self._lock:
            self._person = TRAY[person]
            self._card = Card.LAID

    def lift(self) -> None:
        """Take the card away."""
        with self._lock:
            self._person, self._card = None, Card.ABSENT

    def fault(self, kind: str, count: int = 1, command: str | None = None, value: int = 0) -> None:
        """Let a fault strike the next answers. Raises ValueError for a fault nobody knows."""
        if kind not in FAULTS:
            raise ValueError(f"no such fault: {kind}; there are {', '.join(FAULTS)}")
        if count < 1 or not 0 <= value <= 0xFF:
            raise ValueError("count is at least 1, value a byte")
        struck = Command[command] if command else Command.READ if kind == "photo" else None
        with self._lock:
            self._faults.append(Fault(kind, count, struck, value))

    def clear(self) -> None:
        """End every fault."""
        with self._lock:
            self._faults.clear()

    def unplug(self) -> None:
        """Pull the cable: the connection breaks and no new one is taken."""
        self._unplugged.set()

    def plug(self) -> None:
        """Put the cable back."""
        self._unplugged.clear()

    def state(self) -> dict[str, Any]:
        """Where the card stands, and the faults that wait."""
        with self._lock:
            return {"card": self._card.value, "baudrate": self._baudrate, "faults": [f.kind for f in self._faults]}

    # -- the module ----------------------------------------------------------------

    def _serve(self) -> None:
        parser = FrameParser()
        while not self._stopping.is_set():
            if self._unplugged.is_set():
                self._wire.unplug()
                self._stopping.wait(0.02)
                continue
            data = self._wire.receive(0.05)
            if data is None:  # another host, another conversation
                parser.reset()
                continue
            if self._wire.host_speed not in (None, self._baudrate):
                continue  # at another speed bytes are noise
            if not data and parser.pending:  # the host fell silent in the middle of a request
                parser.reset()
                self._answer(Damage.LENGTH)
            for content in parser.feed(data):
                self._answer(content)

    def _answer(self, content: bytes | Damage) -> None:
        if isinstance(content, Damage):
            wrong = Status.CHECKSUM_WRONG if content is Damage.CHECKSUM else Status.LENGTH_WRONG
            self._send(reply(wrong), b"", None)
            return
        asked = parse_request(content)
        command = asked.command
        delay = self._delays.get(command, 0.0) if command else 0.0
        speed = self._baudrate
        # A socket brings the request at once; a line would have taken this long.
        if self._stopping.wait(delay + len(frame(content)) * _BITS_PER_BYTE / speed):
            return
        with self._lock:  # only now, as the card may be lifted during the exchange
            answer = reply(Status.COMMAND_WRONG) if command is None else self._reply_to(command)
            fault = self._struck(command)
        self._send(answer, frame(content), fault)
        # The answer to a change of speed still comes at the old one.
        self._baudrate = next((rate for rate, c in BAUDRATES.items() if c is command), speed)

    def _reply_to(self, command: Command) -> bytes:
        match command:
            case Command.SAM_NUMBER:
                return reply(Status.DONE, _SAM_NUMBER)
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
                return self._read(command)
            case Command.RESET:
                if self._card is not Card.ABSENT:
                    self._card = Card.LAID
                return reply(Status.DONE)
            case _:
                return reply(Status.DONE)

    def _read(self, command: Command) -> bytes:
        person = self._person
        if person is None or self._card not in (Card.SELECTED, Card.READ):
            return reply(Status.READ_FAILED)
        if command is Command.READ_ADDRESS:
            address = person.record.new_address
            if not address:
                return reply(Status.NO_SUCH_ITEM)
            return reply(Status.DONE, address.ljust(35).encode("utf-16-le")[:70])
        self._card = Card.READ
        photo = portrait(person.photograph)
        if any(fault.kind == "photo" for fault in self._faults):
            photo = b"\x57\x4c" + bytes(1022)
        card = CardData(text_block(person.record), photo, bytes(person.fingerprints))
        return reply(Status.DONE, card_data(card, fingerprints=command is Command.READ_WITH_FINGERPRINTS))

    # -- faults and pace -------------------------------------------------------------

    def _struck(self, command: Command | None) -> Fault | None:
        for fault in self._faults:
            if fault.command is None or fault.command is command:
                fault.count -= 1
                if fault.count <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def _send(self, answer: bytes, request: bytes, fault: Fault | None) -> None:
        previous, self._last_answer = self._last_answer, answer
        match fault.kind if fault else "":
            case "silence":
                return
            case "checksum":
                answer = answer[:-1] + bytes([answer[-1] ^ 0xFF])
            case "length":
                counted = struct.pack(">H", 0xFFFF) + answer[7:-1]
                answer = answer[:5] + counted + bytes([checksum(counted)])
            case "junk":
                answer = bytes.fromhex("00FFAAAA9669AAAA") + answer
            case "echo":
                answer = request + answer
            case "stale":
                answer = previous + answer
            case "late":
                self._stopping.wait(LATE_SECONDS)
            case "truncate":
                answer = answer[: len(answer) // 2]
            case "lift":
                self._pace(answer[: len(answer) // 2])
                self.lift()
                return
            case "sw3":
                answer = reply(fault.value if fault else 0)
            case "split":
                size = max(len(answer) // 40, 1)
                for start in range(0, len(answer), size):
                    self._pace(answer[start : start + size])
                    self._stopping.wait(0.002)
                return
            case _:
                pass
        self._pace(answer)

    def _pace(self, data: bytes) -> None:
        """Let bytes leave no faster than the line carries them, by one schedule so that errors do not add up."""
        per_byte = _BITS_PER_BYTE / self._baudrate
        piece = max(int(_PIECE_SECONDS / per_byte), 1)
        started = time.monotonic()
        for start in range(0, len(data), piece):
            if self._unplugged.is_set():
                return
            part = data[start : start + piece]
            due = started + (start + len(part)) * per_byte
            if (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            self._wire.send(part)
