"""From a receipt to bytes: columns, charset, and a strip of raster for what the printer's set lacks."""

from __future__ import annotations

import unicodedata

import numpy as np
import segno
from escpos.constants import QR_ECLEVEL_M
from PIL import Image

from drivers.receipt_printer.collector import Collector
from drivers.receipt_printer.glyphs import CELL, Dots, columns_of, enlarged, glyph
from drivers.receipt_printer.profile import Charset, Profile
from drivers.receipt_printer.protocol import CHINESE_ON, ESC, FEED_AND_CUT, INITIALISE, STATUS_BACK_ON
from drivers.receipt_printer.receipt import Align, Feed, Qr, Receipt, Row, Rule, Text

_CODECS: dict[Charset, str] = {"gb2312": "gbk", "gbk": "gbk", "gb18030-2": "gb18030", "gb18030-4": "gb18030"}
# Characters that printers' sets lack although a look-alike is there.
# Unicode's own ends of a line and of a paragraph are ends of a line here; no font has a shape for them.
_LOOK_ALIKE = str.maketrans({"¥": "￥", "•": "·", "\u00a0": " ", "\t": " ", "\u2028": "\n", "\u2029": "\n"})
# Punctuation that looks wrong at the beginning of a line, or at its end.
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕…·”’％℃")
_NOT_LAST = frozenset("（《「『【〔“‘￥")
# Of the four-byte codes every Chinese printer with the whole set has these: Extension A, as the standard first had it.
# Of the others, such as Extension B, Thai or the signs whose codes moved in 2022, nobody knows what it would print.
_FOUR_BYTE = range(0x3400, 0x4DB6)
_SYMBOL_BYTES = 2953  # the most that any QR code holds
_LABEL_COLUMNS = 10
_INDENT = "  "
_BOTTOM_LINES = 2  # white under the last line
_TEAR_LINES = 7  # without a cutter the paper must come out as far as the edge that tears it, 29 mm


def encode(words: str, charset: Charset) -> bytes | None:
    """The bytes of ``words`` in Chinese mode; None when the set lacks one of the characters."""
    try:
        coded = words.encode(_CODECS[charset])
        if charset == "gb2312":
            # GBK puts the dash and the dot of names where printers have them; its own additions do not count.
            coded.decode("gb2312")
    except UnicodeError:
        return None
    rare = [ord(c) for c in words if len(c.encode("gb18030")) > 2]
    if rare and (charset != "gb18030-4" or any(code not in _FOUR_BYTE for code in rare)):
        return None
    return coded


def wrap(words: str, columns: int) -> list[str]:
    """Break ``words`` into lines of at most ``columns``, losing nothing but the spaces at the breaks.

    Latin words stay whole where they fit, and punctuation stays with its character.
    Raises ValueError when not even one Chinese character fits.
    """
    if columns < 2:
        raise ValueError(f"a line of {columns} columns cannot hold a character")
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if columns_of((line + piece).rstrip(" ")) <= columns:
                line += piece
                continue
            if line.strip(" "):
                lines.append(line.rstrip(" "))
            line = piece.lstrip(" ")
            while columns_of(line.rstrip(" ")) > columns:
                cut = _fitting(line, columns)
                dash = line.rfind("-", columns // 2, cut) + 1  # a number is read off in its groups
                cut = dash or cut
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip(" "))
    return lines


def compose(receipt: Receipt, profile: Profile) -> bytes:
    """All bytes of a receipt, from reset to cut; while they are printed the printer reports by itself.

    Raises ValueError for a QR code that does not fit the paper, drivers.font.FontMissingError.
    """
    out = Collector(profile.dots)
    out.add(INITIALISE + STATUS_BACK_ON + CHINESE_ON)
    for part in receipt.parts:
        match part:
            case Text():
                for line in wrap(_printable(part.words), profile.columns // part.size):
                    _line(out, line, profile, size=part.size, bold=part.bold, align=part.align)
            case Row():
                for line in _row(part, profile.columns):
                    _line(out, line, profile)
            case Rule():
                _line(out, "-" * profile.columns, profile)
            case Qr():
                out.set(align="center")
                out.qr(part.data, ec=QR_ECLEVEL_M, size=_module(part, profile.dots), native=True)
                out.set(align="left")
            case Feed():
                out.print_and_feed(part.lines)
    if profile.cutter:
        out.print_and_feed(_BOTTOM_LINES)
    out.add(parting(profile))
    if profile.presenter is not None:
        out.add(profile.presenter.present)
    return bytes(out.output)


def parting(profile: Profile) -> bytes:
    """What parts a receipt from the next one: a cut, or paper as far as the edge that tears it."""
    return FEED_AND_CUT if profile.cutter else bytes([ESC, ord("d"), _TEAR_LINES])


def longest_command(profile: Profile) -> int:
    """No command of a receipt on this paper has more bytes: neither a line as a picture nor a symbol's data."""
    rows = max(_pitch(profile), CELL) * 2
    return max((profile.dots + 7) // 8 * rows, _SYMBOL_BYTES) + 16


def _pitch(profile: Profile) -> int:
    return round(profile.dpi / 6)  # of ESC 2, which is where a reset leaves it


def _printable(words: str) -> str:
    """``words`` without control characters: they would be commands to the printer."""
    lines = words.translate(_LOOK_ALIKE).replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if unicodedata.category(c) == "Cs" else c for c in lines if c == "\n" or not _control(c))


def _control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


def _line(
    out: Collector, line: str, profile: Profile, *, size: int = 1, bold: bool = False, align: Align = "left"
) -> None:
    coded = encode(line, profile.charset)
    pitch = _pitch(profile)
    if coded is None:
        picture = _drawn(line, size, bold=bold, align=align, dots=profile.dots, pitch=pitch * size)
        out.image(Image.fromarray((1 - picture) * np.uint8(255)), impl="bitImageRaster")
        return
    before, after = b"", b""
    if size == 2:
        # The pitch grows with the characters; a printer whose unit is finer still leaves no line out.
        before, after = b"\x1d!\x11" + bytes([0x1B, ord("3"), min(pitch * 2, 255)]), b"\x1d!\x00\x1b2"
    if bold:
        before, after = before + b"\x1bE\x01", after + b"\x1bE\x00"
    if align != "left":
        out.set(align={"centre": "center", "right": "right"}[align])
    out.add(before + coded + b"\n" + after)
    if align != "left":
        out.set(align="left")


def _row(part: Row, columns: int) -> list[str]:
    label = _printable(part.label)
    value = _printable(part.value)
    indent = max(columns_of(label) + 1, _LABEL_COLUMNS)
    if "\n" in label or indent > columns // 2:
        below = wrap(value, columns - len(_INDENT))
        return wrap(label, columns) + [(_INDENT + line).rstrip(" ") for line in below]
    first, *rest = wrap(value, columns - indent)
    return [
        (label + " " * (indent - columns_of(label)) + first).rstrip(" "),
        *((" " * indent + line).rstrip(" ") for line in rest),
    ]


def _drawn(line: str, size: int, *, bold: bool, align: Align, dots: int, pitch: int) -> Dots:
    """One line as a picture, each character in the cell that the printer would give it."""
    cells = [np.zeros((CELL, 0), np.uint8), *(glyph(character, bold=bold) for character in line)]
    ink = enlarged(np.hstack(cells), size, size)
    left = {"left": 0, "centre": (dots - ink.shape[1]) // 2, "right": dots - ink.shape[1]}[align]
    # White at the right costs bytes and shows nothing; rows are sent in whole bytes.
    picture = np.zeros((max(pitch, ink.shape[0]), -(-(left + ink.shape[1]) // 8) * 8), np.uint8)
    picture[: ink.shape[0], left : left + ink.shape[1]] = ink
    return picture


def _module(part: Qr, dots: int) -> int:
    """The size of the squares: as wished, or what leaves the symbol and its white edges on the paper."""
    try:
        # As bytes, the widest of the ways a printer may choose.
        symbol = segno.make(part.data.encode(), error="m", mode="byte", micro=False, boost_error=False)
    except ValueError:  # it would quote the data
        raise ValueError(f"a QR code cannot hold {len(part.data.encode())} bytes") from None
    squares, _ = symbol.symbol_size(border=4)
    module = min(part.module, dots // int(squares))
    if module < 2:
        raise ValueError(f"a QR code of {len(part.data.encode())} bytes is too wide for {dots} dots")
    return module


def _pieces(paragraph: str) -> list[str]:
    """What no line is broken inside: Latin words with the space behind them, characters with their punctuation."""
    pieces: list[str] = []
    for character in paragraph:
        last = pieces[-1][-1] if pieces else ""
        latin = last and ord(character) < 0x80 and ord(last) < 0x80 and last != " "
        if last and (latin or last in _NOT_LAST or (character in _NOT_FIRST and last != " ")):
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
