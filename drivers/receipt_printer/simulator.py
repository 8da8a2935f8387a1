"""A receipt printer on the far side of the wire.

It eats ESC/POS as the machine would: a receive buffer that fills up, real-time
commands anywhere in the stream, a roll of paper, a cover, a cutter, a head that
gets hot, a presenter if it has one. It answers what real ones answer and draws
what it printed, dot for dot at 203 dpi.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from drivers.receipt_printer.glyphs import Dots
from drivers.receipt_printer.interpreter import BLADE, Interpreter, Piece
from drivers.receipt_printer.mechanism import FULL_ROLL_MM, NEAR_END_MM, Mechanism, Outlet
from drivers.receipt_printer.profile import Charset
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
from drivers.simulation import Json, Simulator, Verb

_DOTS_PER_MM = 8.0
KEPT = 12  # the newest pieces; a simulator may run for days
_PAUSE = 0.02  # seconds; the longest that a verb or an answer waits for the machine's thread
_CHINESE_SETS: Mapping[str, bytes] = {"gb2312": b"CHINA GB2312", "gbk": b"CHINA GBK"}


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


class PrinterSimulator(Simulator):
    """One simulated printer. ``address`` is what goes into ``devices.receipt_printer.url``.

    ``mm_per_second`` 0 prints at once. ``receive_buffer`` is in bytes; when it is full the host must wait, and
    what the host sends meanwhile, real-time commands too, stays in the line. Not every model has everything:
    ``near_end_sensor`` False cannot see the end of the roll coming, ``automatic_status`` False knows no GS a,
    ``process_id`` False no GS ( H, ``clears`` False no DLE DC4 8, ``identifies`` False no GS I, ``cutter`` False
    cannot cut. ``states`` are the DLE EOT questions that it answers, ``charset`` is what its Chinese mode knows.
    With ``presenter`` it holds a receipt until somebody takes it.
    """

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        dots: int = 576,
        charset: Charset = "gb18030-4",
        mm_per_second: float = 150.0,
        receive_buffer: int = 4096,
        near_end_sensor: bool = True,
        automatic_status: bool = True,
        process_id: bool = True,
        clears: bool = True,
        identifies: bool = True,
        cutter: bool = True,
        presenter: bool = False,
        states: Sequence[int] = (1, 2, 3, 4),
        seed: int = 1,
    ) -> None:
        super().__init__(listen, seed=seed)
        self._mm_per_second = mm_per_second
        self._receive_buffer = receive_buffer
        self._automatic_status = automatic_status
        self._process_id = process_id
        self._clears = clears
        self._identifies = identifies
        self._has_cutter = cutter
        self._charset = charset
        self._mechanism = Mechanism(near_end_sensor, states, Outlet() if presenter else None)
        self._moving_until = 0.0
        self._silent = False
        # its memory
        self._arriving = bytearray()
        self._parser = CommandParser()
        self._unfinished = bytearray()
        self._received: deque[tuple[bytes, list[Token]]] = deque()
        self._stored = 0
        self._interpreter = Interpreter(dots, charset)
        self._reports = 0
        self._last_report = b""
        self._outgoing: deque[tuple[float, bytes, float]] = deque()  # due at, bytes, then unplugged for so long
        self._hanging_up = False
        self._job: bytearray | None = None  # what arrived since the reset; None after the cut
        self._printed: deque[Printed] = deque(maxlen=KEPT)
        self._pieces = 0  # all that came out
        self._drawer = 0

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {
            **super().verbs,
            "paper": self.paper,
            "cover": self.cover,
            "cutter": self.cutter,
            "jam": self.jam,
            "heat": self.heat,
            "defect": self.defect,
            "pause": self.pause,
            "silence": self.silence,
            "power_cycle": self.power_cycle,
            "tear": self.tear,
            "take": self.take,
            "outlet": self.outlet,
            "drawer": self.drawer,
            "save": self.save,
        }

    # -- verbs ---------------------------------------------------------------------

    def paper(self, state: str = "ok", after_mm: float | None = None) -> None:
        """Put in a roll (``ok``), leave little (``near_end``) or none (``out``), at once or after some millimetres.

        With a new roll the old paper comes out. Raises ValueError for another word.
        """
        millimetres = {"ok": FULL_ROLL_MM, "near_end": NEAR_END_MM / 2, "out": 0.0}
        if state not in millimetres:
            raise ValueError(f"paper is {', '.join(millimetres)}, not {state}")
        with self.lock:
            if state == "ok":
                self._keep(self._interpreter.new_roll())
            self._mechanism.paper_mm = after_mm if state == "out" and after_mm is not None else millimetres[state]
            self._tell_changes()

    def cover(self, *, is_open: bool = True) -> None:
        """Open or close the cover."""
        with self.lock:
            self._mechanism.cover_open = is_open
            self._mechanism.opened_while_printing = is_open and self._busy()
            self._tell_changes()

    def cutter(self, *, jammed: bool = True) -> None:
        """Let the blade stick, or free it. The next cut finds out; the error stays until the host clears it."""
        if not self._has_cutter:
            raise ValueError("there is no cutter")
        with self.lock:
            self._mechanism.cutter_stuck = jammed

    def jam(self, *, on: bool = True) -> None:
        """Let the paper jam, or pull it out; the error stays until the host clears it."""
        with self.lock:
            self._mechanism.jam(on=on)
            self._tell_changes()

    def heat(self, *, hot: bool = True) -> None:
        """Let the head get too hot, or cool down."""
        with self.lock:
            self._mechanism.hot = hot
            self._tell_changes()

    def defect(self, *, on: bool = True) -> None:
        """Let something break that only a technician mends, or mend it."""
        with self.lock:
            self._mechanism.defect = on
            self._tell_changes()

    def pause(self, *, on: bool = True) -> None:
        """Switch it off-line at its panel, or on again; it does not say why."""
        with self.lock:
            self._mechanism.paused = on
            self._tell_changes()

    def drawer(self, *, is_open: bool = True) -> None:
        """Open or close a cash drawer at its plug. No kiosk has one; its pin shares a status byte with what matters."""
        with self.lock:
            self._mechanism.drawer_open = is_open
            self._tell_changes()

    def silence(self, *, on: bool = True) -> None:
        """Take bytes and answer nothing."""
        with self.lock:
            self._silent = on

    def power_cycle(self) -> None:
        """Switch off and on: everything in memory is lost, the connection breaks. Paper stays where it is."""
        with self.lock:
            self._forget()
            self._interpreter.reset()
            self._reports = 0
            self._mechanism.recover()
            self._mechanism.opened_while_printing = False
            self._outgoing.clear()
            self._hanging_up = True

    def tear(self) -> None:
        """Tear off what hangs out, at the edge beside the blade."""
        with self.lock:
            self._keep(self._interpreter.cut())

    def take(self) -> None:
        """Somebody takes what stands in the outlet, also when it is stuck there."""
        with self.lock:
            self._presenter().take()

    def outlet(self, *, blocked: bool = True) -> None:
        """Let a receipt stand in the outlet that goes neither out nor in, or pull it out."""
        with self.lock:
            presenter = self._presenter()
            if blocked:
                presenter.held = presenter.blocked = True
            else:
                presenter.take()

    def save(self, directory: str) -> dict[str, Any]:
        """Write the newest printed pieces (:data:`KEPT`) as ``receipt-N.png`` and ``receipt-N.bin``; says how many.

        The bytes are those of :class:`Printed`. From a machine without a cutter, what hangs out is torn off first.
        """
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with self.lock:
            if not self._has_cutter and not self._busy():
                self.tear()
            receipts, first = list(self._printed), self._pieces - len(self._printed) + 1
        for number, receipt in enumerate(receipts, first):
            picture_of(receipt.picture).save(folder / f"receipt-{number}.png", dpi=(203, 203))
            (folder / f"receipt-{number}.bin").write_bytes(receipt.wire)
        return {"receipts": self._pieces}

    def state(self) -> Mapping[str, Json]:
        """How the machine is."""
        with self.lock:
            mechanism = self._mechanism
            outlet = mechanism.outlet or Outlet()
            return {
                **super().state(),
                "paper_mm": mechanism.paper_mm,
                "cover_open": mechanism.cover_open,
                "cutter_stuck": mechanism.cutter_stuck,
                "jammed": mechanism.jam_error,
                "hot": mechanism.hot,
                "paused": mechanism.paused,
                "defect": mechanism.defect,
                "silent": self._silent,
                "offline": mechanism.offline,
                "busy": self._busy(),
                "buffered": self._stored + len(self._unfinished),
                "receipts": self._pieces,
                "drawer_open": mechanism.drawer_open,
                "drawer_pulses": self._drawer,
                "presented": outlet.held,
                "outlet_blocked": outlet.blocked,
                "taken": outlet.taken,
                "retracted": outlet.retracted,
            }

    @property
    def receipts(self) -> tuple[Printed, ...]:
        """The newest of what came out, piece by piece; pieces with nothing on them do not count."""
        with self.lock:
            return tuple(self._printed)

    def _presenter(self) -> Outlet:
        if self._mechanism.outlet is None:
            raise ValueError("there is no presenter")
        return self._mechanism.outlet

    # -- the line --------------------------------------------------------------------

    def _serve(self) -> None:
        """The base's loop does not fit: this machine takes nothing while it is full, and answers at set times."""
        while not self._stopping.is_set():
            with self.lock:
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
                with self.lock:
                    if data is None:
                        self.connected()
                    else:
                        self.arrived(data)
            else:
                self._stopping.wait(self._patience())
            with self.lock:
                self._work()

    def _patience(self) -> float:
        """Until when there is nothing to do but to listen."""
        with self.lock:
            if self._outgoing:
                return min(max(self._outgoing[0][0] - time.monotonic(), 0.0), _PAUSE)
            if self._received and not self._mechanism.offline:
                return min(max(self._moving_until - time.monotonic(), 0.0), _PAUSE)
            return _PAUSE

    def connected(self) -> None:
        """A new host: what was to be said to the one before is lost, what it sent is not."""
        self._arriving.clear()
        self._outgoing.clear()

    def arrived(self, data: bytes) -> None:
        """Bytes come in. Real-time commands are carried out now, inside whatever they stand."""
        for byte in data:
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
        waits = bool(self._received) or self._mechanism.offline
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
            self._say(self._mechanism.real_time(command[2]))
        elif command[1] == 0x05:
            self._recover(command[2])
        elif command == CLEAR_BUFFERS and self._clears:
            self._recover(2)
            self._forget()
            self._say(b"\x37\x25\x00")

    def _say(self, data: bytes) -> None:
        if self._silent or not self.plugged or not data:
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

    def _tell_changes(self) -> None:
        report = self._mechanism.report()
        if self._reports and report != self._last_report:
            self._say(report)
        self._last_report = report

    def _recover(self, how: int) -> None:
        """DLE ENQ: leave an error whose cause is gone; with 2 the buffers are lost as well."""
        if how in (1, 2) and self._mechanism.recover():
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
        while self._received and not self._mechanism.offline:
            if time.monotonic() < self._moving_until:
                return
            raw, tokens = self._received.popleft()
            self._stored -= len(raw)
            if self._job is not None:
                self._job += raw
            moved = sum(self._carry_out(token) for token in tokens)
            if moved:
                self._mechanism.move(moved / _DOTS_PER_MM)
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
                self._last_report = self._mechanism.report()
                if self._reports:
                    self._say(self._last_report)
            case Instruction("GS r", data) if data[0] in (1, 49):
                self._say(b"\x03" if self._mechanism.near_end else b"\x00")
            case Instruction("GS r", data) if data[0] in (2, 50):
                self._say(b"\x01")
            case Instruction("GS ( H", data) if self._process_id and data[:2] == b"00" and len(data) == 6:
                self._say(b"\x37\x22" + data[2:] + b"\x00")
            case Instruction("GS I", data) if self._identifies:
                self._say(self._identity(data[0]))
            case Instruction("GS e", data) if self._mechanism.outlet is not None:
                self._present(self._mechanism.outlet, data[0])
            case Instruction("ESC p"):
                self._drawer += 1
            case _:
                pass
        return self._interpreter.take(token)

    def _identity(self, number: int) -> bytes:
        told = {
            65: b"1.0",
            66: b"SIMULATED",
            67: b"ESC/POS printer",
            68: b"SIM-0001",
            69: _CHINESE_SETS.get(self._charset, b"CHINA GB18030"),
        }
        return b"\x5f" + told[number] + b"\x00" if number in told else b""

    def _present(self, outlet: Outlet, function: int) -> None:
        match function:
            case 2:
                outlet.retract()
            case 3 | 32:
                outlet.present()
            case 5:
                outlet.present()
                outlet.take()
            case 6:
                self._say(bytes([0x04 | (0x08 if outlet.held else 0)]))
            case _:
                pass

    def _cut(self, data: bytes) -> int:
        if not self._has_cutter or self._interpreter.in_line:
            return 0
        # Function B feeds to the blade first; the others cut where the paper is.
        moved = self._interpreter.feed(BLADE + data[1]) if data[0] in (65, 66) else 0
        if self._mechanism.cut():
            self._keep(self._interpreter.cut())
            self._job = None
            if self._mechanism.outlet is not None:
                self._mechanism.outlet.inside += 1
        else:
            self._tell_changes()
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
