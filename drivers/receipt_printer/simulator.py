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
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from drivers.font import chinese_font
from drivers.receipt_printer.protocol import CommandParser, Control, Instruction, RealTime, Text, Token
from drivers.simulation import Verb, wire_for

Dots = NDArray[np.uint8]  # 1 is black

_DOTS_PER_MM = 8.0
_RECEIVE_BUFFER = 4096
_NEAR_END_MM = 3000.0
_FULL_ROLL_MM = 80_000.0
_LINE = 34  # 1/6 inch
_ERROR_LEVELS = {0x30: "l", 0x31: "m", 0x32: "q", 0x33: "h"}


@dataclass(slots=True)
class _Style:
    """What the modes of a line are; ESC @ sets them back."""

    width: int = 1
    height: int = 1
    bold: bool = False
    underline: bool = False
    inverse: bool = False
    align: int = 0
    chinese: bool = True
    spacing: int = _LINE


@dataclass(frozen=True, slots=True)
class Printed:
    """One receipt, from cut to cut: its picture and the bytes that came in for it."""

    picture: Dots = field(repr=False)
    wire: bytes = field(repr=False)


class PrinterSimulator:
    """One simulated printer. ``address`` is what goes into ``devices.receipt_printer.url``.

    ``mm_per_second`` 0 prints at once. ``near_end_sensor`` False is a model that
    cannot see the end of the roll coming.
    """

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        dots: int = 576,
        mm_per_second: float = 150.0,
        near_end_sensor: bool = True,
        process_id: bool = True,
    ) -> None:
        self._dots = dots
        self._mm_per_second = mm_per_second
        self._near_end_sensor = near_end_sensor
        self._process_id = process_id
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._wire = wire_for(listen)
        self._thread = threading.Thread(target=self._serve, name="printer", daemon=True)
        # the machine
        self._paper_mm = _FULL_ROLL_MM
        self._cover_open = False
        self._opened_while_printing = False
        self._cutter_jammed = False
        self._hot = False
        self._silent = False
        self._unplugged = False
        # its memory
        self._received: deque[int] = deque()
        self._arriving = bytearray()
        self._parser = CommandParser()
        self._tokens: deque[Token] = deque()
        self._style = _Style()
        self._line: list[Dots] = []
        self._pending = bytearray()
        self._strips: list[Dots] = []
        self._qr_module = 3
        self._qr_level = 0x30
        self._qr_data = b""
        self._auto_status = 0
        self._last_status = b""
        self._since_cut = bytearray()
        self._receipts: list[Printed] = []
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
            "heat": self.heat,
            "silence": self.silence,
            "power_cycle": self.power_cycle,
            "unplug": self.unplug,
            "plug": self.plug,
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
        """Fill the roll (``ok``), leave little (``near_end``) or none (``out``), at once or after some millimetres.

        Raises ValueError for another word.
        """
        millimetres = {"ok": _FULL_ROLL_MM, "near_end": _NEAR_END_MM / 2, "out": 0.0}
        if state not in millimetres:
            raise ValueError(f"paper is {', '.join(millimetres)}, not {state}")
        with self._lock:
            if state == "out" and after_mm is not None:
                self._paper_mm = after_mm
            else:
                self._paper_mm = millimetres[state]
            self._tell_changes()

    def cover(self, *, is_open: bool = True) -> None:
        """Open or close the cover."""
        with self._lock:
            self._cover_open = is_open
            self._opened_while_printing = is_open and bool(self._tokens or self._line)
            self._tell_changes()

    def cutter(self, *, jammed: bool = True) -> None:
        """Let the cutter stick, or free it."""
        with self._lock:
            self._cutter_jammed = jammed
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
        """Switch off and on: everything in memory is lost, the connection breaks."""
        with self._lock:
            self._forget()
            self._auto_status = 0
            self._wire.hang_up()

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            self._unplugged = True

    def plug(self) -> None:
        """Put it back."""
        with self._lock:
            self._unplugged = False

    def save(self, directory: str) -> dict[str, Any]:
        """Write every receipt so far as ``receipt-N.png`` and ``receipt-N.bin``; says how many."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            receipts = list(self._receipts)
        for number, receipt in enumerate(receipts, 1):
            picture_of(receipt.picture).save(folder / f"receipt-{number}.png", dpi=(203, 203))
            (folder / f"receipt-{number}.bin").write_bytes(receipt.wire)
        return {"receipts": len(receipts)}

    def state(self) -> dict[str, Any]:
        """How the machine is."""
        with self._lock:
            return {
                "paper_mm": self._paper_mm,
                "cover_open": self._cover_open,
                "offline": self._offline(),
                "buffered": len(self._received),
                "receipts": len(self._receipts),
                "drawer_pulses": self._drawer,
            }

    @property
    def receipts(self) -> tuple[Printed, ...]:
        """What came out so far, cut by cut."""
        with self._lock:
            return tuple(self._receipts)

    # -- the line --------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stopping.is_set():
            if self._unplugged:
                self._wire.hang_up()
                self._stopping.wait(0.02)
                continue
            if len(self._received) < _RECEIVE_BUFFER:
                data = self._wire.receive(0.01 if self._received and not self._offline() else 0.05)
                if data is None:
                    with self._lock:
                        self._arriving.clear()
                elif data:
                    self._arrive(data)
            else:
                self._stopping.wait(0.02)  # the buffer is full: the host must wait
                self._listen_in()
            self._work()

    def _listen_in(self) -> None:
        """With the buffer full, bytes stay in the line; real-time commands are the exception on real ones, too."""
        data = self._wire.receive(0.0)
        if data:
            self._arrive(data)

    def _arrive(self, data: bytes) -> None:
        with self._lock:
            self._since_cut += data
            self._received.extend(data)
            for byte in data:
                self._arriving.append(byte)
                self._spot_real_time()

    def _spot_real_time(self) -> None:
        """Carry out real-time commands as they arrive, inside whatever they stand."""
        seen = self._arriving
        if seen[0] != 0x10:
            seen.clear()
            return
        if len(seen) < 3:
            if len(seen) == 2 and seen[1] not in (0x04, 0x05, 0x14):
                rest = bytes(seen[1:])
                seen.clear()
                if rest == b"\x10":
                    seen += rest
            return
        if seen[1] == 0x04:
            self._answer_real_time(seen[2])
        elif seen[1] == 0x05:
            self._recover(seen[2])
        else:
            if len(seen) < {1: 5, 2: 5, 3: 8, 7: 4, 8: 10}.get(seen[2], 3):
                return
            if bytes(seen[2:]) == bytes([8, 1, 3, 20, 1, 6, 2, 8]):
                self._forget()
                self._say(b"\x37\x25\x00")
        seen.clear()

    def _say(self, data: bytes) -> None:
        if not self._silent:
            self._wire.send(data)

    # -- states ------------------------------------------------------------------------

    def _offline(self) -> bool:
        return self._cover_open or self._paper_mm <= 0 or self._cutter_jammed or self._hot

    def _near_end(self) -> bool:
        return self._near_end_sensor and self._paper_mm < _NEAR_END_MM

    def _error(self) -> bool:
        return self._cutter_jammed or self._hot or (self._cover_open and self._opened_while_printing)

    def _answer_real_time(self, number: int) -> None:
        out = self._paper_mm <= 0
        match number:
            case 1:
                value = 0x16 | (0x08 if self._offline() else 0)
            case 2:
                value = 0x12 | (0x04 if self._cover_open else 0) | (0x20 if out else 0) | (0x40 if self._error() else 0)
            case 3:
                hot = self._hot or (self._cover_open and self._opened_while_printing)
                value = 0x12 | (0x08 if self._cutter_jammed else 0) | (0x40 if hot else 0)
            case 4:
                value = 0x12 | (0x0C if self._near_end() else 0) | (0x60 if out else 0)
            case _:
                return
        self._say(bytes([value]))

    def _status_back(self) -> bytes:
        out = self._paper_mm <= 0
        first = 0x14 | (0x08 if self._offline() else 0) | (0x20 if self._cover_open else 0)
        second = (0x08 if self._cutter_jammed else 0) | (0x40 if self._hot or self._opened_while_printing else 0)
        third = (0x03 if self._near_end() else 0) | (0x0C if out else 0)
        return bytes([first, second, third, 0])

    def _tell_changes(self) -> None:
        status = self._status_back()
        if self._auto_status and status != self._last_status:
            self._say(status)
        self._last_status = status

    def _recover(self, how: int) -> None:
        if how in (1, 2) and self._error() and not self._cutter_jammed:
            if how == 2:
                self._forget()
            self._opened_while_printing = False

    def _forget(self) -> None:
        """Both buffers are empty and the modes are those of power-on; paper that came out stays out."""
        self._received.clear()
        self._tokens.clear()
        self._parser.reset()
        self._pending.clear()
        self._line.clear()
        self._style = _Style()
        self._finish()

    # -- printing ------------------------------------------------------------------------

    def _work(self) -> None:
        """Take commands out of the buffer while the machine can work."""
        while not self._stopping.is_set():
            with self._lock:
                if self._offline():
                    return
                if not self._tokens:
                    if not self._received:
                        return
                    data = bytes(self._received.popleft() for _ in range(min(len(self._received), 512)))
                    self._tokens.extend(self._parser.feed(data))
                    continue
                moved = self._carry_out(self._tokens.popleft())
            if moved and self._mm_per_second:
                time.sleep(moved / self._mm_per_second)

    def _carry_out(self, token: Token) -> float:
        """Do what one token says; returns the millimetres of paper it moved."""
        match token:
            case Text(data):
                self._write_text(data)
            case Control(0x0A):
                return self._end_line()
            case Instruction(name, data):
                return self._instruct(name, data)
            case RealTime() | Control():
                pass
        return 0.0

    def _instruct(self, name: str, data: bytes) -> float:  # noqa: PLR0915  one arm for each command
        style = self._style
        match name:
            case "ESC @":
                self._line.clear()
                self._style = _Style()
            case "ESC !":
                style.height, style.width = 1 + bool(data[0] & 0x10), 1 + bool(data[0] & 0x20)
                style.bold, style.underline = bool(data[0] & 0x08), bool(data[0] & 0x80)
            case "GS !":
                style.width, style.height = (data[0] >> 4 & 7) + 1, (data[0] & 7) + 1
            case "FS !":
                style.width, style.height = 1 + bool(data[0] & 0x04), 1 + bool(data[0] & 0x08)
            case "FS W":
                style.width = style.height = 1 + (data[0] & 1)
            case "ESC E" | "ESC G":
                style.bold = bool(data[0] & 1)
            case "ESC -" | "FS -":
                style.underline = data[0] % 48 > 0
            case "GS B":
                style.inverse = bool(data[0] & 1)
            case "ESC a":
                if not self._line:
                    style.align = data[0] % 48
            case "ESC 2":
                style.spacing = _LINE
            case "ESC 3":
                style.spacing = data[0]
            case "FS &":
                style.chinese = True
            case "FS .":
                style.chinese = False
            case "ESC d":
                moved = self._end_line() if self._line else 0.0
                return moved + self._feed(data[0] * style.spacing)
            case "ESC J":
                moved = self._end_line() if self._line else 0.0
                return moved + self._feed(data[0])
            case "GS v":
                return self._raster(data)
            case "GS ( k":
                return self._two_dimensional(data)
            case "GS V":
                return self._cut(data)
            case "GS a":
                self._auto_status = data[0]
                self._last_status = self._status_back()
                if self._auto_status:
                    self._say(self._last_status)
            case "GS r":
                near = 0x03 if self._near_end() else 0
                self._say(bytes([near if data[0] in (1, 49) else 0]))
            case "GS ( H":
                if self._process_id and data[:2] == b"00" and len(data) == 6:
                    self._say(b"\x37\x22" + data[2:] + b"\x00")
            case "GS I":
                if data[0] == 69:
                    self._say(b"_CHINA GB18030\x00")
            case "ESC p":
                self._drawer += 1
            case _:
                pass
        return 0.0

    def _write_text(self, data: bytes) -> None:
        if not self._style.chinese:
            text = data.decode("cp437")
        else:
            self._pending += data
            text, used = _decode_chinese(bytes(self._pending))
            del self._pending[:used]
        for character in text:
            cell = self._cell(character)
            if sum(piece.shape[1] for piece in self._line) + cell.shape[1] > self._dots:
                self._end_line()
            self._line.append(cell)

    def _cell(self, character: str) -> Dots:
        style = self._style
        wide = 12 if ord(character) < 0x80 else 24
        cell = _glyph(character, wide, bold=style.bold)
        if style.underline:
            cell = cell.copy()
            cell[-2:] = 1
        if style.inverse:
            cell = 1 - cell
        return np.kron(cell, np.ones((style.height, style.width), np.uint8)).astype(np.uint8)

    def _end_line(self) -> float:
        if not self._line:
            return self._feed(self._style.spacing)
        height = max(piece.shape[0] for piece in self._line)
        line = np.zeros((height, self._dots), np.uint8)
        at = self._left(sum(piece.shape[1] for piece in self._line))
        for piece in self._line:
            # Enlarged and plain characters of one line stand on one baseline.
            line[height - piece.shape[0] :, at : at + piece.shape[1]] = piece
            at += piece.shape[1]
        self._line.clear()
        moved = self._emit(line)
        return moved + self._feed(max(self._style.spacing - height, 2))

    def _raster(self, data: bytes) -> float:
        if len(data) < 6:
            return 0.0
        mode, across, down = data[1] % 48, data[2] + 256 * data[3], data[4] + 256 * data[5]
        bits = np.unpackbits(np.frombuffer(data[6:], np.uint8)).reshape(down, across * 8)
        bits = np.kron(bits, np.ones((1 + (mode >> 1 & 1), 1 + (mode & 1)), np.uint8)).astype(np.uint8)
        return self._place(bits)

    def _two_dimensional(self, data: bytes) -> float:
        if len(data) < 2 or data[0] != 0x31:
            return 0.0
        match data[1]:
            case 67 if len(data) >= 3:
                self._qr_module = data[2]
            case 69 if len(data) >= 3:
                self._qr_level = data[2]
            case 80:
                self._qr_data = data[3:]
            case 81 if self._qr_data:
                level = _ERROR_LEVELS.get(self._qr_level, "l")
                symbol = segno.make(self._qr_data, error=level, micro=False, boost_error=False)
                squares = np.array([list(row) for row in symbol.matrix], np.uint8)
                return self._place(
                    np.kron(squares, np.ones((self._qr_module, self._qr_module), np.uint8)).astype(np.uint8)
                )
            case _:
                pass
        return 0.0

    def _place(self, picture: Dots) -> float:
        picture = picture[:, : self._dots]
        strip = np.zeros((picture.shape[0], self._dots), np.uint8)
        at = self._left(picture.shape[1])
        strip[:, at : at + picture.shape[1]] = picture
        return self._emit(strip)

    def _left(self, width: int) -> int:
        return {1: (self._dots - width) // 2, 2: self._dots - width}.get(self._style.align, 0)

    def _feed(self, dots: int) -> float:
        return self._emit(np.zeros((max(dots, 0), self._dots), np.uint8))

    def _emit(self, strip: Dots) -> float:
        """Move paper under the head; without paper nothing appears, and the machine stops after this line."""
        self._strips.append(strip)
        moved = float(strip.shape[0] / _DOTS_PER_MM)
        self._paper_mm = max(self._paper_mm - moved, 0.0)
        self._tell_changes()
        return moved

    def _cut(self, data: bytes) -> float:
        moved = self._feed(120) if data[0] in (65, 66) else 0.0
        self._finish()
        return moved

    def _finish(self) -> None:
        """What lies before the blade is a receipt now, whole or torn."""
        if self._strips:
            self._receipts.append(Printed(np.vstack(self._strips), bytes(self._since_cut)))
        self._strips.clear()
        self._since_cut.clear()


def picture_of(dots: Dots) -> Image.Image:
    """The paper as a picture, with the white edges that the head does not reach."""
    margin = 32
    height, width = dots.shape
    paper = np.full((height + 2 * margin, width + 2 * margin), 255, np.uint8)
    paper[margin : margin + height, margin : margin + width] = np.where(dots, 24, 255)
    return Image.fromarray(paper)


def _glyph(character: str, wide: int, *, bold: bool) -> Dots:
    image = Image.new("L", (wide, 24), 255)
    font = chinese_font(24 if wide == 24 else 22, bold=bold, monospaced=True)
    ImageDraw.Draw(image).text((0, 12), character, 0, font, anchor="lm")
    return (np.asarray(image) < 140).astype(np.uint8)


def _decode_chinese(data: bytes) -> tuple[str, int]:
    """Characters of Chinese mode and how many bytes they took; an unfinished one waits."""
    text, at = [], 0
    while at < len(data):
        first = data[at]
        if first < 0x80:
            length = 1
        elif at + 1 >= len(data):
            break
        else:
            length = 4 if 0x30 <= data[at + 1] <= 0x39 else 2
        if at + length > len(data):
            break
        text.append(data[at : at + length].decode("gb18030", errors="replace"))
        at += length
    return "".join(text), at
