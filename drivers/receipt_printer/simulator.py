"""A receipt printer on the far side of the wire.

It eats ESC/POS as the machine would: a receive buffer that fills up, real-time
commands anywhere in the stream, a roll of paper, a cover, a cutter, a head that
gets hot. It answers what real ones answer and draws what it printed, dot for
dot at 203 dpi.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from drivers.injection import Injector
from drivers.receipt_printer.glyphs import Dots
from drivers.receipt_printer.interpreter import BLADE, Interpreter, Piece
from drivers.receipt_printer.protocol import (
    CLEAR_BUFFERS,
    DC4_LENGTHS,
    DLE,
    INITIALISE,
    CommandParser,
    Instruction,
    RealTime,
    Token,
)
from drivers.simulation import Verb, wire_for

_DOTS_PER_MM = 8.0
_NEAR_END_MM = 3000.0
_FULL_ROLL_MM = 80_000.0
KEPT = 12  # the newest pieces; a simulator may run for days
_PAUSE = 0.02  # seconds; the longest that a verb or an answer waits for the machine's thread


@dataclass(frozen=True, slots=True)
class Printed:
    """One piece of paper, from cut to cut: its picture, its characters, and the bytes that made it.

    ``wire`` begins with the last reset (ESC @) before the cut and ends with the cut (torn paper: with what had
    been printed). In between it is what arrived, byte for byte, but for real-time commands that stood between
    other commands: they are obeyed on arrival and not kept. ``text`` is what the printer's own characters say;
    raster is not in it.
    """

    picture: Dots = field(repr=False)
    text: str = field(repr=False)
    wire: bytes = field(repr=False)


class PrinterSimulator:
    """One simulated printer. ``address`` is what goes into ``devices.receipt_printer.url``.

    ``mm_per_second`` 0 prints at once. ``receive_buffer`` is in bytes; when it is full the host must wait, and
    what the host sends meanwhile, real-time commands too, stays in the line. Not every model has everything:
    ``near_end_sensor`` False cannot see the end of the roll coming, ``automatic_status`` False knows no GS a,
    ``process_id`` False no GS ( H, ``clears`` False no DLE DC4 8, ``cutter`` False cannot cut.
    """

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        dots: int = 576,
        mm_per_second: float = 150.0,
        receive_buffer: int = 4096,
        near_end_sensor: bool = True,
        automatic_status: bool = True,
        process_id: bool = True,
        clears: bool = True,
        cutter: bool = True,
        seed: int = 1,
    ) -> None:
        self._mm_per_second = mm_per_second
        self._receive_buffer = receive_buffer
        self._near_end_sensor = near_end_sensor
        self._automatic_status = automatic_status
        self._process_id = process_id
        self._clears = clears
        self._has_cutter = cutter
        # Verbs come on other threads; the wire belongs to the machine's thread alone.
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._wire = wire_for(listen)
        self._thread = threading.Thread(target=self._serve, name="printer", daemon=True)
        # the machine
        self._paper_mm = _FULL_ROLL_MM
        self._cover_open = False
        self._opened_while_printing = False
        self._cutter_stuck = False
        self._cutter_error = False
        self._jammed = False
        self._jam_error = False
        self._defect = False
        self._paused = False
        self._hot = False
        self._silent = False
        self._plug_at: float | None = 0.0  # 0: plugged; None: until somebody plugs it in
        self._injector = Injector(seed)
        self._moving_until = 0.0
        # its memory
        self._arriving = bytearray()
        self._parser = CommandParser()
        self._unfinished = bytearray()
        self._received: deque[tuple[bytes, list[Token]]] = deque()
        self._stored = 0
        self._interpreter = Interpreter(dots)
        self._reports = 0
        self._last_report = b""
        self._outgoing: deque[tuple[float, bytes, float]] = deque()  # due at, bytes, then unplugged for so long
        self._hanging_up = False
        self._job: bytearray | None = None  # what arrived since the reset; None after the cut
        self._printed: deque[Printed] = deque(maxlen=KEPT)
        self._pieces = 0  # all that came out
        self._drawer = 0

    @property
    def address(self) -> str:
        """Where a driver reaches it."""
        return self._wire.address

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {
            "paper": self.paper,
            "cover": self.cover,
            "cutter": self.cutter,
            "jam": self.jam,
            "defect": self.defect,
            "pause": self.pause,
            "heat": self.heat,
            "silence": self.silence,
            "power_cycle": self.power_cycle,
            "unplug": self.unplug,
            "plug": self.plug,
            "fault": self._injector.arm,
            "clear": self._injector.clear,
            "tear": self.tear,
            "save": self.save,
            "state": self.state,
        }

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def stop(self) -> None:
        """Switch it off."""
        self._stopping.set()
        self._thread.join(5.0)
        self._wire.close()

    # -- verbs ---------------------------------------------------------------------

    def paper(self, state: str = "ok", after_mm: float | None = None) -> None:
        """Put in a roll (``ok``), leave little (``near_end``) or none (``out``), at once or after some millimetres.

        With a new roll the old paper comes out. Raises ValueError for another word.
        """
        millimetres = {"ok": _FULL_ROLL_MM, "near_end": _NEAR_END_MM / 2, "out": 0.0}
        if state not in millimetres:
            raise ValueError(f"paper is {', '.join(millimetres)}, not {state}")
        with self._lock:
            if state == "ok":
                self._keep(self._interpreter.new_roll())
            self._paper_mm = after_mm if state == "out" and after_mm is not None else millimetres[state]
            self._tell_changes()

    def cover(self, *, is_open: bool = True) -> None:
        """Open or close the cover."""
        with self._lock:
            self._cover_open = is_open
            self._opened_while_printing = is_open and self._busy()
            self._tell_changes()

    def cutter(self, *, jammed: bool = True) -> None:
        """Let the blade stick, or free it. The next cut finds out; the error stays until the host clears it."""
        with self._lock:
            self._cutter_stuck = jammed

    def jam(self, *, on: bool = True) -> None:
        """Let the paper jam, or pull it out; the error stays until the host clears it."""
        with self._lock:
            self._jammed = on
            self._jam_error = self._jam_error or on
            self._tell_changes()

    def defect(self, *, on: bool = True) -> None:
        """Let something break that only a technician mends, or mend it."""
        with self._lock:
            self._defect = on
            self._tell_changes()

    def pause(self, *, on: bool = True) -> None:
        """Switch it off-line at its panel, or on again; it does not say why."""
        with self._lock:
            self._paused = on
            self._tell_changes()

    def heat(self, *, hot: bool = True) -> None:
        """Let the head get too hot, or cool down."""
        with self._lock:
            self._hot = hot
            self._tell_changes()

    def silence(self, *, on: bool = True) -> None:
        """Take bytes and answer nothing."""
        with self._lock:
            self._silent = on

    def power_cycle(self) -> None:
        """Switch off and on: everything in memory is lost, the connection breaks. Paper stays where it is."""
        with self._lock:
            self._forget()
            self._interpreter.reset()
            self._reports = 0
            self._cutter_error = self._opened_while_printing = False
            self._jam_error = self._jammed
            self._outgoing.clear()
            self._hanging_up = True

    def unplug(self, seconds: float | None = None) -> None:
        """Pull the cable, for so long or until somebody plugs it in."""
        self._plug_at = None if seconds is None else time.monotonic() + float(seconds)

    def plug(self) -> None:
        """Put it back."""
        self._plug_at = 0.0

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._plug_at is not None and time.monotonic() >= self._plug_at

    def tear(self) -> None:
        """Tear off what hangs out, at the edge beside the blade."""
        with self._lock:
            self._keep(self._interpreter.cut())

    def save(self, directory: str) -> dict[str, Any]:
        """Write the newest printed pieces (:data:`KEPT`) as ``receipt-N.png`` and ``receipt-N.bin``; says how many.

        The bytes are those of :class:`Printed`. From a machine without a cutter, what hangs out is torn off first.
        """
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            if not self._has_cutter and not self._busy():
                self.tear()
            receipts, first = list(self._printed), self._pieces - len(self._printed) + 1
        for number, receipt in enumerate(receipts, first):
            picture_of(receipt.picture).save(folder / f"receipt-{number}.png", dpi=(203, 203))
            (folder / f"receipt-{number}.bin").write_bytes(receipt.wire)
        return {"receipts": self._pieces}

    def state(self) -> dict[str, Any]:
        """How the machine is."""
        with self._lock:
            return {
                "paper_mm": self._paper_mm,
                "cover_open": self._cover_open,
                "offline": self._offline(),
                "busy": self._busy(),
                "buffered": self._stored + len(self._unfinished),
                "receipts": self._pieces,
                "drawer_pulses": self._drawer,
                "hot": self._hot,
                "cutter_stuck": self._cutter_stuck,
                "jammed": self._jam_error,
                "defect": self._defect,
                "paused": self._paused,
                "silent": self._silent,
                "plugged": self.plugged,
                "armed": self._injector.armed(),
                "messages": self._injector.seen,
            }

    @property
    def receipts(self) -> tuple[Printed, ...]:
        """The newest of what came out, piece by piece; pieces with nothing on them do not count."""
        with self._lock:
            return tuple(self._printed)

    # -- the line --------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                if not self.plugged:
                    self._wire.unplug()
                elif self._hanging_up:
                    self._wire.hang_up()
                self._hanging_up = False
                sending = self._due()
                room = self._room()
                reachable = self.plugged
            if sending:
                self._wire.send(sending)
            if room and reachable:
                data = self._wire.receive(self._patience())
                with self._lock:
                    if data is None:
                        self._arriving.clear()
                        self._outgoing.clear()
                    for byte in data or b"":
                        self._arrive(byte)
            else:
                self._stopping.wait(self._patience())
            with self._lock:
                self._work()

    def _patience(self) -> float:
        """Until when there is nothing to do but to listen."""
        with self._lock:
            if self._outgoing:
                return min(max(self._outgoing[0][0] - time.monotonic(), 0.0), _PAUSE)
            if self._received and not self._offline():
                return min(max(self._moving_until - time.monotonic(), 0.0), _PAUSE)
            return _PAUSE

    def _arrive(self, byte: int) -> None:
        """One byte comes in. Real-time commands are carried out now, inside whatever they stand."""
        self._unfinished.append(byte)
        tokens = list(self._parser.feed(bytes([byte])))
        if not self._parser.unfinished:
            if not (tokens and all(isinstance(token, RealTime) for token in tokens)):
                self._received.append((bytes(self._unfinished), tokens))
                self._stored += len(self._unfinished)
            self._unfinished.clear()
        self._spot_real_time(byte)

    def _room(self) -> bool:
        """Whether the receive buffer takes more. A long command is eaten while it arrives, if the machine can."""
        waits = bool(self._received) or self._offline()
        return self._stored + (len(self._unfinished) if waits else 0) < self._receive_buffer

    def _spot_real_time(self, byte: int) -> None:
        seen = self._arriving
        seen.append(byte)
        if seen[0] != DLE or (len(seen) == 2 and byte not in (0x04, 0x05, 0x14)):
            del seen[: -1 if byte == DLE else len(seen)]
            return
        if len(seen) < 3 or (seen[1] == 0x14 and len(seen) < DC4_LENGTHS.get(seen[2], 3)):
            return
        command = bytes(seen)
        seen.clear()
        if command[1] == 0x04:
            self._answer_real_time(command[2])
        elif command[1] == 0x05:
            self._recover(command[2])
        elif command == CLEAR_BUFFERS and self._clears:
            self._recover(2)
            self._forget()
            self._say(b"\x37\x25\x00")

    def _say(self, data: bytes) -> None:
        if self._silent or not self.plugged:
            return
        passage = self._injector.strike(data)
        due = max(time.monotonic(), self._outgoing[-1][0] if self._outgoing else 0.0)
        for pause, piece in passage.pieces:
            due += pause
            self._outgoing.append((due, piece, 0.0))
        if passage.unplugged:
            self._outgoing.append((due, b"", passage.unplugged))

    def _due(self) -> bytes:
        """What has to leave now; the cable goes where a fault pulls it."""
        leaving = b""
        while self._outgoing and self._outgoing[0][0] <= time.monotonic():
            _, piece, unplugged = self._outgoing.popleft()
            leaving += piece
            if unplugged:
                self.unplug(unplugged)
        return leaving

    # -- states ------------------------------------------------------------------------

    def _busy(self) -> bool:
        return (
            bool(self._received or self._unfinished)
            or self._interpreter.in_line
            or time.monotonic() < self._moving_until
        )

    def _offline(self) -> bool:
        return self._cover_open or self._paper_mm <= 0 or self._hot or self._paused or bool(self._errors())

    def _errors(self) -> int:
        """The bits that DLE EOT 3 and the automatic status have alike: jam, blade, defect."""
        return 0x04 * self._jam_error | 0x08 * self._cutter_error | 0x20 * self._defect

    def _near_end(self) -> bool:
        return self._near_end_sensor and self._paper_mm < _NEAR_END_MM

    def _answer_real_time(self, number: int) -> None:
        out = self._paper_mm <= 0
        recovers_alone = self._hot or self._opened_while_printing
        match number:
            case 1:
                value = 0x16 | (0x08 if self._offline() else 0)
            case 2:
                error = self._errors() or recovers_alone
                value = 0x12 | (0x04 if self._cover_open else 0) | (0x20 if out else 0) | (0x40 if error else 0)
            case 3:
                value = 0x12 | self._errors() | (0x40 if recovers_alone else 0)
            case 4:
                value = 0x12 | (0x0C if self._near_end() else 0) | (0x60 if out else 0)
            case _:
                return
        self._say(bytes([value]))

    def _report(self) -> bytes:
        """Four bytes of automatic status back; the drawer's pin is high, as where there is no drawer."""
        out = self._paper_mm <= 0
        first = 0x14 | (0x08 if self._offline() else 0) | (0x20 if self._cover_open else 0)
        second = self._errors() | (0x40 if self._hot or self._opened_while_printing else 0)
        third = (0x03 if self._near_end() else 0) | (0x0C if out else 0)
        return bytes([first, second, third, 0])

    def _tell_changes(self) -> None:
        report = self._report()
        if self._reports and report != self._last_report:
            self._say(report)
        self._last_report = report

    def _recover(self, how: int) -> None:
        """DLE ENQ: leave an error whose cause is gone; with 2 the buffers are lost as well."""
        if how in (1, 2) and (self._cutter_error or self._jam_error) and not (self._cutter_stuck or self._jammed):
            self._cutter_error = self._jam_error = False
            if how == 2:
                self._forget()
            self._tell_changes()

    def _forget(self) -> None:
        """Both buffers are empty; what came out is out."""
        self._received.clear()
        self._stored = 0
        self._unfinished.clear()
        self._parser.reset()
        self._interpreter.forget()

    # -- printing ------------------------------------------------------------------------

    def _work(self) -> None:
        """Take commands out of the buffer until the paper has to move, or the machine cannot work."""
        while self._received and not self._offline():
            if time.monotonic() < self._moving_until:
                return
            raw, tokens = self._received.popleft()
            self._stored -= len(raw)
            if self._job is not None:
                self._job += raw
            moved = sum(self._carry_out(token) for token in tokens)
            if moved:
                self._paper_mm = max(self._paper_mm - moved / _DOTS_PER_MM, 0.0)
                if self._mm_per_second:
                    self._moving_until = time.monotonic() + moved / _DOTS_PER_MM / self._mm_per_second
                self._tell_changes()

    def _carry_out(self, token: Token) -> int:
        """Do what one token says; returns how many dots the paper moved."""
        match token:
            case Instruction("ESC @"):
                self._job = bytearray(INITIALISE)
                self._reports = 0
            case Instruction("GS V", data):
                return self._cut(data)
            case Instruction("ESC i" | "ESC m"):
                return self._cut(b"\x00")
            case Instruction("GS a", data) if self._automatic_status:
                self._reports = data[0]
                self._last_report = self._report()
                if self._reports:
                    self._say(self._last_report)
            case Instruction("GS r", data) if data[0] in (1, 49):
                self._say(bytes([0x03 if self._near_end() else 0]))
            case Instruction("GS r", data) if data[0] in (2, 50):
                self._say(b"\x01")
            case Instruction("GS ( H", data) if self._process_id and data[:2] == b"00" and len(data) == 6:
                self._say(b"\x37\x22" + data[2:] + b"\x00")
            case Instruction("GS I", b"\x45"):
                self._say(b"_CHINA GB18030\x00")
            case Instruction("ESC p"):
                self._drawer += 1
            case _:
                pass
        return self._interpreter.take(token)

    def _cut(self, data: bytes) -> int:
        if not self._has_cutter or self._interpreter.in_line:
            return 0
        # Function B feeds to the blade first; the others cut where the paper is.
        moved = self._interpreter.feed(BLADE + data[1]) if data[0] in (65, 66) else 0
        if self._cutter_stuck:
            self._cutter_error = True
            self._tell_changes()
        else:
            self._keep(self._interpreter.cut())
            self._job = None
        return moved

    def _keep(self, piece: Piece) -> None:
        if not piece.blank:
            self._pieces += 1
            self._printed.append(Printed(piece.dots, piece.text, bytes(self._job or b"")))


def picture_of(dots: Dots) -> Image.Image:
    """The paper as a picture, as wide as the roll: the head reaches neither edge."""
    height, width = dots.shape
    roll = 640 if width > 464 else 464  # 80 mm and 58 mm
    margin = (max(roll, width) - width) // 2
    paper = np.full((height, width + 2 * margin), 255, np.uint8)
    paper[:, margin : margin + width] = np.where(dots, 24, 255)
    return Image.fromarray(paper)
