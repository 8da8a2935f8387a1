"""From a receipt to bytes: columns, charset, and a strip of raster for what the printer's set lacks."""

from __future__ import annotations

from typing import Any

import numpy as np
from escpos.constants import QR_ECLEVEL_M
from escpos.escpos import Escpos
from PIL import Image, ImageDraw

from drivers.font import chinese_font
from drivers.receipt_printer.profile import Charset, Profile
from drivers.receipt_printer.protocol import CHINESE_ON, INITIALISE
from drivers.receipt_printer.receipt import Align, Feed, Qr, Receipt, Row, Rule, Text

_CODECS: dict[Charset, str] = {"gb2312": "gb2312", "gbk": "gbk", "gb18030-2": "gb18030", "gb18030-4": "gb18030"}
# Characters that printers' sets lack although a look-alike is there.
_LOOK_ALIKE = str.maketrans({"¥": "￥", "•": "·", "\u00a0": " "})
_CELL = 24  # dots of a Chinese character; a Latin one is half as wide
_LABEL_COLUMNS = 10


class _Collector(Escpos):  # type: ignore[misc]  # the library is not typed
    """python-escpos as a maker of commands: what it would send is collected."""

    def __init__(self) -> None:
        super().__init__()
        self.output = bytearray()

    def _raw(self, msg: bytes) -> None:
        self.output += msg

    def _read(self) -> bytes:
        raise NotImplementedError("the driver reads the printer, not the library")

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""


def encodable(words: str, charset: Charset) -> bool:
    """Whether the printer's own characters can print all of ``words``."""
    return encode(words, charset) is not None


def encode(words: str, charset: Charset) -> bytes | None:
    """The bytes of ``words`` in Chinese mode; None when the set lacks one of the characters."""
    try:
        coded = words.encode(_CODECS[charset])
    except UnicodeEncodeError:
        return None
    if charset == "gb18030-2" and any(len(c.encode("gb18030")) > 2 for c in words):
        return None
    return coded


def columns_of(words: str) -> int:
    """How many half-width columns ``words`` take: what is not ASCII is a full cell."""
    return sum(1 if ord(character) < 0x80 else 2 for character in words)


def wrap(words: str, columns: int) -> list[str]:
    """Break ``words`` into lines of at most ``columns``; Latin words stay whole where they fit."""
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if columns_of(line + piece) <= columns:
                line += piece
                continue
            if line:
                lines.append(line.rstrip())
            line = piece.lstrip()
            while columns_of(line) > columns:
                cut = _fitting(line, columns)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def compose(receipt: Receipt, profile: Profile) -> bytes:
    """All bytes of a receipt, from reset to cut."""
    out = _Collector()
    out._raw(INITIALISE + CHINESE_ON)  # noqa: SLF001  the library's own way to send bytes as they are
    for part in receipt.parts:
        match part:
            case Text():
                _text(out, part, profile)
            case Row():
                _row(out, part, profile)
            case Rule():
                out._raw(b"-" * profile.columns + b"\n")  # noqa: SLF001
            case Qr():
                out.set(align="center")
                out.qr(part.data, ec=QR_ECLEVEL_M, size=part.module, native=True)
                out.set(align="left")
            case Feed():
                out.print_and_feed(part.lines)
    out.print_and_feed(4)
    if profile.cutter:
        out.cut(feed=False)
    return bytes(out.output)


def _text(out: _Collector, part: Text, profile: Profile) -> None:
    words = part.words.translate(_LOOK_ALIKE)
    columns = profile.columns // part.size
    for line in wrap(words, columns):
        coded = encode(line, profile.charset)
        if coded is None:
            _strip(out, _drawn(line, part.size, bold=part.bold, align=part.align, dots=profile.dots))
            continue
        if part.align != "left":
            out.set(align={"centre": "center", "right": "right"}[part.align])
        if part.size == 2:
            out._raw(b"\x1d!\x11")  # noqa: SLF001
        if part.bold:
            out._raw(b"\x1bE\x01")  # noqa: SLF001
        out._raw(coded + b"\n")  # noqa: SLF001
        if part.bold:
            out._raw(b"\x1bE\x00")  # noqa: SLF001
        if part.size == 2:
            out._raw(b"\x1d!\x00")  # noqa: SLF001
        if part.align != "left":
            out.set(align="left")


def _row(out: _Collector, part: Row, profile: Profile) -> None:
    label = part.label.translate(_LOOK_ALIKE)
    indent = max(columns_of(label) + 1, _LABEL_COLUMNS)
    for number, value in enumerate(wrap(part.value.translate(_LOOK_ALIKE), profile.columns - indent)):
        shown = label if number == 0 else ""
        line = shown + " " * (indent - columns_of(shown)) + value
        coded = encode(line, profile.charset)
        if coded is None:
            _strip(out, _drawn(line, 1, bold=False, align="left", dots=profile.dots))
        else:
            out._raw(coded + b"\n")  # noqa: SLF001


def _strip(out: _Collector, image: Image.Image) -> None:
    out.image(image, impl="bitImageRaster")


def _drawn(line: str, size: int, *, bold: bool, align: Align, dots: int) -> Image.Image:
    """One line as a picture, each character in the cell that the printer would give it."""
    cell = _CELL * size
    font = chinese_font(cell, bold=bold, monospaced=True)
    width = columns_of(line) * cell // 2
    left = {"left": 0, "centre": (dots - width) // 2, "right": dots - width}[align]
    height = cell + 10
    image = Image.new("L", (dots, height), 255)
    draw = ImageDraw.Draw(image)
    for character in line:
        draw.text((left, height // 2), character, 0, font, anchor="lm")
        left += columns_of(character) * cell // 2
    pixels: Any = np.asarray(image)
    return Image.fromarray(((pixels > 140) * 255).astype(np.uint8)).convert("1")


def _pieces(paragraph: str) -> list[str]:
    """Latin words with the space behind them, every other character alone."""
    pieces: list[str] = []
    for character in paragraph:
        joins = pieces and ord(character) < 0x80 and ord(pieces[-1][-1]) < 0x80 and pieces[-1][-1] != " "
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _fitting(line: str, columns: int) -> int:
    taken = 0
    for place, character in enumerate(line):
        taken += columns_of(character)
        if taken > columns:
            return place
    return len(line)
