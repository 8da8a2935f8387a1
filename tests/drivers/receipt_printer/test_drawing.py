"""The picture: dot for dot what a printer puts on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from drivers.font import chinese_font
from drivers.receipt_printer.glyphs import CELL, LINE, Dots, glyph
from drivers.receipt_printer.interpreter import BLADE, Interpreter
from drivers.receipt_printer.layout import compose
from drivers.receipt_printer.protocol import CommandParser, Control, Instruction, Text
from drivers.receipt_printer.receipt import Feed, Qr, Receipt
from drivers.receipt_printer.receipt import Text as Words
from drivers.receipt_printer.simulator import picture_of
from tests.drivers.receipt_printer.desk import NARROW, SAMPLE, WIDE, profile

ASCII = "".join(map(chr, range(0x21, 0x7F)))
RARE = "㐀䶮𠮷龘鬱"


def paper(commands: bytes, dots: int = 576) -> Dots:
    interpreter = Interpreter(dots)
    for token in CommandParser().feed(commands):
        interpreter.take(token)
    interpreter.feed(BLADE)
    return interpreter.cut().dots[BLADE:]


def drawn(receipt: Receipt, **changes: Any) -> Dots:
    used = profile(WIDE, **changes)
    # The cut at the end is not this file's business.
    return paper(compose(receipt, used).removesuffix(b"\x1dVB\x00"), used.dots)


def rows_of_ink(dots: Dots) -> list[int]:
    return [int(row) for row in np.flatnonzero(dots.any(axis=1))]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("character", ASCII + RARE + "厦门政务凭条，。（）￥·—")
def test_every_glyph_is_whole_in_its_cell(character: str, bold: bool) -> None:
    """No part is cut off: the cell holds as much ink as the same glyph drawn with room around it."""
    cell = glyph(character, bold=bold)
    assert cell.shape == (CELL, CELL // 2 if character.isascii() else CELL)
    canvas = Image.new("1", (96, 96), 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1"
    font = chinese_font(21 if character.isascii() else 24, bold=bold, monospaced=True)
    draw.text((40, 60), character, 1, font, anchor="ls")
    assert cell.sum() == np.asarray(canvas).sum() > 0


def test_letters_stand_on_one_line_and_descenders_hang_below_it() -> None:
    feet = {character: rows_of_ink(glyph(character))[-1] for character in "AHxn1gpy"}
    assert len({feet[character] for character in "AHxn1"}) == 1
    assert all(feet[character] > feet["x"] for character in "gpy")


def test_a_glyph_cannot_be_spoilt_by_whoever_gets_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        glyph("厦")[0, 0] = 1


def test_double_size_is_every_dot_four_times() -> None:
    once = paper(b"\x1d!\x00" + "厦g".encode("gbk") + b"\n")
    twice = paper(b"\x1d!\x11" + "厦g".encode("gbk") + b"\n")
    assert np.array_equal(twice[: 2 * CELL, :72], once[:CELL, :36].repeat(2, 0).repeat(2, 1))


def test_plain_and_double_characters_of_a_line_stand_on_one_baseline() -> None:
    line = paper(b"x\x1d!\x11x\n")
    small, big = rows_of_ink(line[:, :12])[-1], rows_of_ink(line[:, 12:36])[-1]
    assert abs(big - small) <= 1  # a doubled dot ends one lower


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("align", ["left", "centre", "right"])
@pytest.mark.parametrize("bold", [False, True])
def test_a_picture_of_a_line_looks_as_the_printer_would_have_printed_it(size: Any, align: Any, bold: bool) -> None:
    """With a set that lacks the characters: dot for dot the same paper, lines and spacing included."""
    receipt = Receipt(tuple(Words(line, size, bold, align) for line in ("前 gjp", "姓名 㐀䶮𠮷 gjp", "后 gjp")))
    assert np.array_equal(drawn(receipt, charset="gbk"), drawn(receipt, charset="gb18030-4"))


def test_lines_follow_each_other_at_one_distance_whatever_they_are_made_of() -> None:
    dots = drawn(Receipt((Words("国"), Words("国㐀"), Words("国"), Words("国䶮"), Words("国"))))
    lines = [dots[at * LINE : (at + 1) * LINE, :CELL] for at in range(5)]
    assert lines[0].any()
    assert all(np.array_equal(line, lines[0]) for line in lines)


@settings(deadline=None, max_examples=40)
@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=80)
    | st.text(st.sampled_from("厦门政务受理编号湖里区𠮷㐀"), min_size=1, max_size=20),
    st.sampled_from([576, 384]),
    st.integers(3, 10),
)
def test_a_symbol_in_the_picture_scans_to_its_data(data: str, dots: int, module: int) -> None:
    interpreter = Interpreter(dots)
    for token in CommandParser().feed(compose(Receipt((Feed(), Qr(data, module), Feed())), profile(dots=dots))):
        interpreter.take(token)
    interpreter.feed(BLADE)
    found = zxingcpp.read_barcodes(np.asarray(picture_of(interpreter.cut().dots)))
    assert [symbol.bytes.decode() for symbol in found] == [data]


@pytest.mark.parametrize(("base", "roll"), [(WIDE, 640), (NARROW, 464)])
def test_the_picture_is_as_wide_as_the_roll_and_white_where_the_head_does_not_reach(
    base: dict[str, Any], roll: int
) -> None:
    used = profile(base)
    picture = np.asarray(picture_of(paper(compose(SAMPLE, used), used.dots)))
    margin = (roll - used.dots) // 2
    assert picture.shape[1] == roll
    assert (picture[:, :margin] == 255).all()
    assert (picture[:, -margin:] == 255).all()
    assert (picture[:, margin:-margin] < 255).any()


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([384, 576]))
def test_no_bytes_bring_the_interpreter_down(data: bytes, dots: int) -> None:
    """Commands with any parameters, in any order; the paper stays as wide as it is."""
    interpreter = Interpreter(dots)
    for token in CommandParser().feed(data):
        assert interpreter.take(token) >= 0
    assert interpreter.new_roll().dots.shape[1] == dots


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from("!-3=EGJMRTVadetr{u ").flatmap(
            lambda c: st.integers(0, 255).map(lambda n: b"\x1b" + c.encode() + bytes([n]))
        )
        | st.sampled_from("!BHI").flatmap(
            lambda c: st.integers(0, 255).map(lambda n: b"\x1d" + c.encode() + bytes([n]))
        )
        | st.sampled_from(
            [b"abc", b"\n", b"\t", "厦门".encode("gbk"), b"\x1c.", b"\x1c&", b"\x1dv0\x03\x02\x00\x01\x00ab"]
        ),
        max_size=20,
    )
)
def test_no_modes_bring_the_interpreter_down(commands: list[bytes]) -> None:
    interpreter = Interpreter(384)
    for token in CommandParser().feed(b"".join(commands)):
        interpreter.take(token)
    assert interpreter.new_roll().dots.shape[1] == 384


def test_text_wider_than_the_paper_goes_on_in_the_next_line() -> None:
    interpreter = Interpreter(384)
    interpreter.take(Text(b"x" * 40))
    interpreter.take(Control(0x0A))
    assert interpreter.new_roll().text == "x" * 32 + "\n" + "x" * 8 + "\n"


def test_alignment_is_ignored_in_the_middle_of_a_line() -> None:
    interpreter = Interpreter(384)
    for token in (Text(b"x"), Instruction("ESC a", b"\x02"), Control(0x0A)):
        interpreter.take(token)
    assert interpreter.new_roll().dots[:, :12].any()


def test_the_paper_between_head_and_blade_stays_for_the_next_piece() -> None:
    interpreter = Interpreter(384)
    interpreter.take(Text(b"x"))
    interpreter.take(Control(0x0A))
    assert interpreter.cut().blank
    interpreter.feed(BLADE)
    assert not interpreter.cut().blank
