"""What ESC/POS commands put on paper, dot for dot at 203 dpi. Knows no wire, no time and no sensors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import segno

from drivers.receipt_printer.glyphs import LINE, Dots, enlarged, glyph
from drivers.receipt_printer.profile import Charset
from drivers.receipt_printer.protocol import Control, Instruction, Text, Token

BLADE = 120  # dots from the line under the head to the blade: 15 mm
_TAB = 8 * 12  # dots between tab stops
_CODECS: dict[Charset, str] = {"gb2312": "gbk", "gbk": "gbk", "gb18030-2": "gb18030", "gb18030-4": "gb18030"}
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
    spacing: int = LINE


@dataclass(slots=True)
class _Symbol:
    """What GS ( k has been told about the next QR code."""

    module: int = 3
    level: int = 0x30
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of paper that came off: its dots, and what was printed with the printer's own characters."""

    dots: Dots = field(repr=False)
    text: str = field(repr=False)

    @property
    def blank(self) -> bool:
        """Whether nothing at all is printed on it."""
        return not self.dots.any()


class Interpreter:
    """Print buffer, modes and the paper between the roll and the blade.

    ``dots`` is the width of a line, ``charset`` what Chinese mode knows.
    """

    def __init__(self, dots: int, charset: Charset = "gb18030-4") -> None:
        self._dots = dots
        self._charset = charset
        self._style = _Style()
        self._symbol = _Symbol()
        self._line: list[Dots] = []
        self._pending = bytearray()
        self._paper: list[Dots] = []
        self._text: list[str] = []
        self.new_roll()

    @property
    def in_line(self) -> bool:
        """Whether the line buffer holds something that has not been printed."""
        return bool(self._line)

    def forget(self) -> None:
        """Lose the line buffer, as when all buffers are cleared; modes and paper stay."""
        self._line.clear()
        self._pending.clear()

    def reset(self) -> None:
        """ESC @: line buffer, modes and stored symbol as at power-on."""
        self.forget()
        self._style = _Style()
        self._symbol = _Symbol()

    def cut(self) -> Piece:
        """Part the paper at the blade; what lies between head and blade stays for the next piece."""
        paper = np.vstack(self._paper)
        piece = Piece(paper[:-BLADE], "".join(self._text))
        self._paper = [paper[-BLADE:]]
        self._text.clear()
        return piece

    def new_roll(self) -> Piece:
        """Take out the old paper as it is and put in white."""
        old = Piece(np.vstack([np.zeros((0, self._dots), np.uint8), *self._paper]), "".join(self._text))
        self._paper = [np.zeros((BLADE, self._dots), np.uint8)]
        self._text.clear()
        return old

    def take(self, token: Token) -> int:
        """Carry out one token; returns how many dots the paper moved."""
        match token:
            case Text(data):
                return self._write(data)
            case Control(0x0A):
                return self._end_line()
            case Control(0x09):
                self._tab()
            case Instruction(name, data):
                return self._instruct(name, data)
            case _:
                pass
        return 0

    def feed(self, dots: int) -> int:
        """Move the paper; returns by how many dots."""
        return self._emit(np.zeros((max(dots, 0), self._dots), np.uint8))

    # -- commands ------------------------------------------------------------------------

    def _instruct(self, name: str, data: bytes) -> int:
        style = self._style
        match name:
            case "ESC @":
                self.reset()
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
                if not self._line and data[0] % 48 <= 2:
                    style.align = data[0] % 48
            case "ESC 2":
                style.spacing = LINE
            case "ESC 3":
                style.spacing = data[0]
            case "FS &":
                style.chinese = True
            case "FS .":
                style.chinese = False
                self._pending.clear()
            case "ESC d":
                return (self._end_line() if self._line else 0) + self.feed(data[0] * style.spacing)
            case "ESC J":
                return (self._end_line() if self._line else 0) + self.feed(data[0])
            case "GS v":
                return self._raster(data)
            case "GS ( k":
                return self._two_dimensional(data)
            case _:
                pass
        return 0

    def _write(self, data: bytes) -> int:
        if self._style.chinese:
            self._pending += data
            text, used = decode_chinese(bytes(self._pending), self._charset)
            del self._pending[:used]
        else:
            text = data.decode("cp437")
        moved = 0
        for character in text:
            cell = self._cell(character)
            if self._taken() + cell.shape[1] > self._dots:
                moved += self._end_line()
            self._line.append(cell)
            self._text.append(character)
        return moved

    def _taken(self) -> int:
        return sum(piece.shape[1] for piece in self._line)

    def _tab(self) -> None:
        wide = _TAB - self._taken() % _TAB
        if self._taken() + wide <= self._dots:
            self._line.append(np.zeros((1, wide), np.uint8))
            self._text.append("\t")

    def _cell(self, character: str) -> Dots:
        style = self._style
        cell = glyph(character, bold=style.bold)
        if style.underline:
            cell = cell.copy()
            cell[-2:] = 1
        if style.inverse:
            cell = 1 - cell
        # Wider than the paper is not possible, whatever GS ! asks for.
        return enlarged(cell, style.width, style.height)[:, : self._dots]

    def _end_line(self) -> int:
        self._text.append("\n")
        if not self._line:
            return self.feed(self._style.spacing)
        height = max(piece.shape[0] for piece in self._line)
        line = np.zeros((max(height, self._style.spacing), self._dots), np.uint8)
        at = self._left(self._taken())
        for piece in self._line:
            # Enlarged and plain characters of one line stand on one baseline, some 4 dots above the cell's edge.
            drop = 4 * (height // 24 - piece.shape[0] // 24) if piece.shape[0] >= 24 else 0
            top = height - piece.shape[0] - drop
            line[top : top + piece.shape[0], at : at + piece.shape[1]] = piece
            at += piece.shape[1]
        self._line.clear()
        return self._emit(line)

    def _raster(self, data: bytes) -> int:
        if self._line or len(data) < 6:
            return 0
        mode, across, down = data[1] % 48, data[2] + 256 * data[3], data[4] + 256 * data[5]
        bits = np.unpackbits(np.frombuffer(data[6:], np.uint8)).reshape(down, across * 8)
        return self._place(enlarged(bits, 1 + (mode & 1), 1 + (mode >> 1 & 1)))

    def _two_dimensional(self, data: bytes) -> int:
        symbol = self._symbol
        match data[:2], data[2:]:
            case b"1C", value if len(value) == 1 and 1 <= value[0] <= 16:
                symbol.module = value[0]
            case b"1E", value if len(value) == 1 and value[0] in _ERROR_LEVELS:
                symbol.level = value[0]
            case b"1P", value if len(value) > 1:
                symbol.data = value[1:]
            case b"1Q", _ if symbol.data and not self._line:
                return self._print_symbol()
            case _:
                pass
        return 0

    def _print_symbol(self) -> int:
        """The stored QR code; nothing when it holds too much or is wider than the paper, as on real ones."""
        symbol = self._symbol
        try:
            made = segno.make(symbol.data, error=_ERROR_LEVELS[symbol.level], micro=False, boost_error=False)
        except ValueError:
            return 0
        squares = np.array([list(row) for row in made.matrix], np.uint8)
        picture = enlarged(squares, symbol.module, symbol.module)
        return self._place(picture) if picture.shape[1] <= self._dots else 0

    # -- paper ---------------------------------------------------------------------------

    def _place(self, picture: Dots) -> int:
        picture = picture[:, : self._dots]
        strip = np.zeros((picture.shape[0], self._dots), np.uint8)
        at = self._left(picture.shape[1])
        strip[:, at : at + picture.shape[1]] = picture
        return self._emit(strip)

    def _left(self, width: int) -> int:
        return {1: (self._dots - width) // 2, 2: self._dots - width}.get(self._style.align, 0)

    def _emit(self, strip: Dots) -> int:
        self._paper.append(strip)
        return int(strip.shape[0])


def decode_chinese(data: bytes, charset: Charset = "gb18030-4") -> tuple[str, int]:
    """Characters of Chinese mode and how many bytes they took; an unfinished one waits.

    What the set lacks is one unknown character for each code. A printer that knows two bytes only takes the halves of
    a longer code apart: the digits in it come out as digits.
    """
    text, at = [], 0
    while at < len(data):
        pair = data[at : at + 2]
        length = 1 if pair[0] < 0x80 else 2
        if len(pair) == length == 2 and 0x30 <= pair[1] <= 0x39:
            length = 4 if charset == "gb18030-4" else 1
        if at + length > len(data):
            break
        text.append(_character(data[at : at + length], charset))
        at += length
    return "".join(text), at


def _character(code: bytes, charset: Charset) -> str:
    try:
        if charset == "gb2312":
            code.decode("gb2312")  # whether the set has it; which sign it is for printers, GBK says
        character = code.decode(_CODECS[charset])
    except UnicodeError:
        return "\ufffd"
    return character if len(character) == 1 else "\ufffd"
