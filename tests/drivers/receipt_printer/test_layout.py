"""From a receipt to bytes: nothing lost, nothing wider than the paper."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.receipt_printer.glyphs import columns_of
from drivers.receipt_printer.interpreter import Interpreter, Piece
from drivers.receipt_printer.layout import compose, encode, wrap
from drivers.receipt_printer.profile import Charset, Profile
from drivers.receipt_printer.protocol import CommandParser, Instruction
from drivers.receipt_printer.receipt import Feed, Qr, Receipt, Row, Rule, Text
from tests.drivers.receipt_printer.desk import NARROW, SAMPLE, WIDE, profile, receipt

# Letters, Chinese of all kinds (two and four bytes in GB 18030), punctuation, spaces.
words = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
        st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
        st.sampled_from("㐀䶮𠮷〇①￥€·—，。（）《》：；、 \n"),
    ),
    max_size=80,
)
charsets: list[Charset] = ["gb2312", "gbk", "gb18030-2", "gb18030-4"]


def printed(bytes_: bytes, dots: int) -> Piece:
    """What an interpreter without a wire makes of the bytes."""
    interpreter, parser = Interpreter(dots), CommandParser()
    for token in parser.feed(bytes_):
        interpreter.take(token)
    interpreter.feed(200)
    return interpreter.cut()


def rasters(bytes_: bytes) -> list[Instruction]:
    return [t for t in CommandParser().feed(bytes_) if isinstance(t, Instruction) and t.name == "GS v"]


def without_space(text: str) -> str:
    return "".join(text.split())


@given(words, st.integers(2, 48))
def test_no_line_is_wider_than_the_paper_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(columns_of(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")


@given(words)
def test_a_line_that_fits_is_left_as_it_is(text: str) -> None:
    line = text.replace("\n", "").strip(" ")
    assert wrap(line, max(columns_of(line), 2)) == [line]


@given(st.lists(st.text(st.sampled_from("abcdefgh"), min_size=1, max_size=10), min_size=1, max_size=12))
def test_words_that_fit_are_not_broken(parts: list[str]) -> None:
    assert " ".join(wrap(" ".join(parts), 12)).split() == parts


@pytest.mark.parametrize("columns", [-3, 0, 1])
def test_a_line_too_narrow_for_a_character_is_refused(columns: int) -> None:
    with pytest.raises(ValueError, match="cannot hold a character"):
        wrap("中", columns)


def test_punctuation_stays_with_its_character() -> None:
    assert wrap("一二三四，五六", 8) == ["一二三", "四，五六"]
    assert wrap("一二三（四）五", 8) == ["一二三", "（四）五"]


@settings(deadline=None)
@given(words, st.sampled_from([WIDE, NARROW]))
def test_a_printer_with_the_whole_set_prints_every_character(text: str, paper: dict[str, object]) -> None:
    used = profile(paper, charset="gb18030-4")
    coded = compose(receipt(text), used)
    assert not rasters(coded)
    expected = text.translate({ord("¥"): "￥"})
    assert without_space(printed(coded, used.dots).text) == without_space(expected)


@settings(deadline=None, max_examples=60)
@given(words, st.sampled_from(charsets))
def test_a_line_arrives_as_characters_or_as_a_picture_and_no_character_in_neither(text: str, charset: Charset) -> None:
    used = profile(charset=charset)
    coded = compose(receipt(text), used)
    lines = wrap(text, used.columns)
    as_text = [line for line in lines if encode(line, charset) is not None]
    assert without_space(printed(coded, used.dots).text) == without_space("".join(as_text))
    assert len(rasters(coded)) == len(lines) - len(as_text)


@settings(deadline=None)
@given(words.map(lambda text: text.replace("\n", "")), st.sampled_from(charsets))
def test_what_can_be_encoded_is_what_a_chinese_printer_reads_back(text: str, charset: Charset) -> None:
    coded = encode(text, charset)
    if coded is not None:
        assert coded.decode("gb18030") == text
    else:
        assert not text.isascii()


@pytest.mark.parametrize(
    ("character", "sets"),
    [
        ("中", set(charsets)),
        ("—", set(charsets)),
        ("·", set(charsets)),
        ("￥", set(charsets)),
        ("龘", {"gbk", "gb18030-2", "gb18030-4"}),
        ("〇", {"gbk", "gb18030-2", "gb18030-4"}),
        ("䶮", {"gb18030-2", "gb18030-4"}),
        ("㐀", {"gb18030-4"}),
        ("𠮷", {"gb18030-4"}),
    ],
)
def test_each_character_belongs_to_the_sets_that_have_it(character: str, sets: set[str]) -> None:
    assert {charset for charset in charsets if encode(character, charset)} == sets


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_no_words_of_anybody_become_commands(text: str) -> None:
    """Whatever is typed or read from a card: the same commands come out as for harmless words."""
    used = profile(charset="gb18030-4")
    names = {t.name for t in CommandParser().feed(compose(receipt(text), used)) if isinstance(t, Instruction)}
    assert names <= {"ESC @", "GS a", "FS &", "ESC d", "GS V", "GS v"}


def test_half_a_surrogate_is_printed_as_unknown() -> None:
    assert "\ufffd" in printed(compose(receipt("张\ud842"), profile(charset="gb18030-4")), 576).text


@settings(deadline=None)
@given(words, words, st.sampled_from([WIDE, NARROW]))
def test_a_row_of_any_label_and_value_loses_nothing(label: str, value: str, paper: dict[str, object]) -> None:
    used = profile(paper, charset="gb18030-4")
    piece = printed(compose(Receipt((Row(label, value),)), used), used.dots)
    assert all(columns_of(line) <= used.columns for line in piece.text.split("\n"))
    assert without_space(piece.text) == without_space(label + value)


def test_values_of_short_labels_stand_in_one_column() -> None:
    rows = Receipt((Row("姓名", "张三"), Row("证件号", "1"), Row("咨询电话", "2")))
    lines = printed(compose(rows, profile(NARROW)), 384).text.split("\n")
    assert {columns_of(line[: -len(value)]) for line, value in zip(lines, ["张三", "1", "2"], strict=False)} == {10}


def test_a_long_label_stands_above_its_value() -> None:
    row = Receipt((Row("Reference number (ticket)", "JT02-000042"),))
    lines = printed(compose(row, profile(NARROW)), 384).text.split("\n")
    assert lines[:2] == ["Reference number (ticket)", "  JT02-000042"]


@settings(deadline=None, max_examples=30)
@given(st.text(st.sampled_from("0123456789abcdef"), min_size=1, max_size=60), st.sampled_from([256, 384, 576]))
def test_a_symbol_is_made_to_fit_the_paper(data: str, dots: int) -> None:
    coded = compose(Receipt((Qr(data, module=16),)), profile(dots=dots))
    assert not printed(coded, dots).blank


def test_a_symbol_that_would_be_too_fine_to_scan_is_refused() -> None:
    with pytest.raises(ValueError, match="too wide for 256 dots"):
        compose(Receipt((Qr("a" * 2000),)), profile(dots=256))


def test_a_symbol_that_cannot_be_made_is_refused_without_quoting_its_data() -> None:
    with pytest.raises(ValueError, match="cannot hold 5000 bytes") as caught:
        compose(Receipt((Qr("厦" + "x" * 4997),)), profile())
    assert caught.value.__suppress_context__


def test_receipts_show_none_of_their_words() -> None:
    shown = repr(Receipt((Text("张三"), Row("姓名", "张三"), Qr("JT02"), Feed(), Rule())))
    assert not any(secret in shown for secret in ("张三", "姓名", "JT02"))


def test_nothing_is_written_to_the_console_and_logging_stays_as_it_was() -> None:
    program = (
        "import logging, tests.drivers.receipt_printer.desk as d, drivers.receipt_printer.layout as l\n"
        "l.compose(d.SAMPLE, d.profile()); l.compose(d.SAMPLE, d.profile(d.NARROW))\n"
        "assert not logging.root.handlers"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_a_receipt_begins_with_a_reset_and_ends_with_a_cut() -> None:
    coded = compose(SAMPLE, profile())
    assert coded.startswith(b"\x1b@")
    assert coded.count(b"\x1b@") == 1
    assert coded.endswith(b"\x1dVB\x00")


def test_without_a_cutter_the_paper_comes_out_to_the_edge() -> None:
    used: Profile = profile(NARROW)
    coded = compose(receipt("一"), used)
    assert b"\x1dV" not in coded
    interpreter = Interpreter(used.dots)
    for token in CommandParser().feed(coded):
        interpreter.take(token)
    assert not interpreter.cut().blank
    assert interpreter.new_roll().blank, "words were still behind the edge"


def test_control_characters_leave_no_trace() -> None:
    controls = "".join(chr(c) for c in [*range(0x20), *range(0x7F, 0xA0)] if chr(c) not in "\t\n\r")
    assert compose(receipt(f"一{controls}二"), profile()) == compose(receipt("一二"), profile())
