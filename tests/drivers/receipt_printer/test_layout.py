"""From a receipt to bytes: nothing lost, nothing wider than the paper."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.receipt_printer.glyphs import columns_of
from drivers.receipt_printer.interpreter import Interpreter, Piece, decode_chinese
from drivers.receipt_printer.layout import compose, encode, longest_command, wrap
from drivers.receipt_printer.profile import Charset, Profile
from drivers.receipt_printer.protocol import CommandParser, Instruction
from drivers.receipt_printer.receipt import Feed, Qr, Receipt, Row, Rule, Text
from tests.drivers.receipt_printer.desk import KIOSK, KNOWN, NARROW, SAMPLE, WIDE, profile, receipt

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


def printed(bytes_: bytes, dots: int, charset: Charset = "gb18030-4") -> Piece:
    """What an interpreter without a wire makes of the bytes."""
    interpreter, parser = Interpreter(dots, charset), CommandParser()
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
@given(st.text(KNOWN, max_size=80), st.sampled_from([WIDE, NARROW]))
def test_what_the_whole_set_is_trusted_with_is_printed_as_characters(text: str, paper: dict[str, object]) -> None:
    used = profile(paper, charset="gb18030-4")
    coded = compose(receipt(text), used)
    assert not rasters(coded)
    expected = text.translate({ord("¥"): "￥", ord("•"): "·"})
    assert without_space(printed(coded, used.dots).text) == without_space(expected)


@settings(deadline=None, max_examples=60)
@given(words, st.sampled_from(charsets))
def test_a_line_arrives_as_characters_or_as_a_picture_and_no_character_in_neither(text: str, charset: Charset) -> None:
    used = profile(charset=charset)
    coded = compose(receipt(text), used)
    lines = wrap(text, used.columns)
    as_text = [line for line in lines if encode(line, charset) is not None]
    assert without_space(printed(coded, used.dots, charset).text) == without_space("".join(as_text))
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
        ("䶵", {"gb18030-4"}),  # the last of Extension A as the standard first had it
        ("䶶", set()),  # added to Extension A later
        ("𠮷", set()),  # Extension B
        ("龴", set()),  # moved in 2022
        ("镕", {"gbk", "gb18030-2", "gb18030-4"}),
        ("€", {"gb18030-2", "gb18030-4"}),
        ("ก", set()),
    ],
)
def test_each_character_belongs_to_the_sets_that_have_it(character: str, sets: set[str]) -> None:
    assert {charset for charset in charsets if encode(character, charset)} == sets


@pytest.mark.parametrize("charset", charsets)
def test_each_set_reads_back_every_character_that_is_sent_to_it(charset: Charset) -> None:
    sent = [
        (character, coded)
        for character in map(chr, [*range(0x20, 0x7F), *range(0xA0, 0xD800), *range(0xE000, 0x10000)])
        if (coded := encode(character, charset)) is not None
    ]
    assert len(sent) > {"gb2312": 7000, "gbk": 21000, "gb18030-2": 23000, "gb18030-4": 29000}[charset]
    assert [(c, coded) for c, coded in sent if decode_chinese(coded, charset) != (c, len(coded))] == []


def test_no_character_beyond_the_basic_plane_is_sent_as_a_code() -> None:
    beyond = [chr(code) for code in range(0x10000, 0x110000, 0x101)]
    assert [c for c in beyond for charset in charsets if encode(c, charset) is not None] == []


@pytest.mark.parametrize(("charset", "becomes"), [("gbk", "\ufffd9\ufffd9"), ("gb2312", "\ufffd9\ufffd9")])
def test_a_code_of_four_bytes_is_torn_apart_by_a_printer_that_knows_two(charset: Charset, becomes: str) -> None:
    assert decode_chinese("㐀".encode("gb18030"), charset)[0] == becomes
    assert decode_chinese("㐀".encode("gb18030"), "gb18030-4")[0] == "㐀"


def test_a_code_that_the_set_lacks_is_one_unknown_character() -> None:
    assert decode_chinese("镕—·".encode("gbk"), "gb2312")[0] == "\ufffd—·"
    assert decode_chinese("镕—·".encode("gbk"), "gbk")[0] == "镕—·"
    assert decode_chinese("䶮".encode("gb18030"), "gbk")[0] == "\ufffd"


@given(st.lists(st.binary(max_size=6), max_size=10), st.sampled_from(charsets))
def test_any_bytes_in_any_pieces_are_the_same_characters(pieces: list[bytes], charset: Charset) -> None:
    text, held = "", b""
    for piece in pieces:
        held += piece
        read, used = decode_chinese(held, charset)
        text, held = text + read, held[used:]
    whole, used = decode_chinese(b"".join(pieces), charset)
    assert text == whole
    assert held == b"".join(pieces)[used:]
    assert len(held) < 4


def test_a_line_that_the_set_lacks_looks_like_the_others() -> None:
    """The strip has the cells of the printer's own characters: the same dots, wherever they come from."""
    line = Receipt((Text("姓名 㐀A", size=2, align="centre"), Text("右", align="right")))
    drawn = printed(compose(line, profile(charset="gbk")), 576).dots
    typed = printed(compose(line, profile(charset="gb18030-4")), 576).dots
    assert rasters(compose(line, profile(charset="gbk")))
    assert not rasters(compose(line, profile(charset="gb18030-4")))
    assert [int(row.sum()) for row in drawn if row.any()] == [int(row.sum()) for row in typed if row.any()]


parts = st.one_of(
    st.builds(Text, words, st.sampled_from([1, 2]), st.booleans(), st.sampled_from(["left", "centre", "right"])),
    st.builds(Row, words, words),
    st.builds(Qr, st.text(st.characters(max_codepoint=0x7E), min_size=1, max_size=60)),
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(parts, max_size=4),
    st.sampled_from(charsets),
    st.integers(256, 1024),
    st.sampled_from([150, 203, 300, 600]),
)
def test_no_command_is_longer_than_what_would_complete_it(
    chosen: list[Text | Row | Qr], charset: Charset, dots: int, dpi: int
) -> None:
    used = profile(charset=charset, dots=dots, dpi=dpi)
    parser, begun, longest = CommandParser(), 0, 0
    for byte in compose(Receipt(tuple(chosen)), used):
        for _ in parser.feed(bytes([byte])):
            pass
        begun = begun + 1 if parser.unfinished else 0
        longest = max(longest, begun)
    assert longest < longest_command(used)


def test_as_many_zeros_complete_any_command_that_was_broken_off() -> None:
    used = profile(charset="gbk")
    picture = compose(Receipt((Text("㐀" * 12, size=2),)), used)
    parser = CommandParser()
    for _ in parser.feed(picture[: picture.index(b"\x1dv0") + 8]):
        pass
    assert parser.unfinished
    for _ in parser.feed(bytes(longest_command(used))):
        pass
    assert not parser.unfinished


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_no_words_of_anybody_become_commands(text: str) -> None:
    """Whatever is typed or read from a card: the same commands come out as for harmless words."""
    used = profile(charset="gb18030-4")
    names = {t.name for t in CommandParser().feed(compose(receipt(text), used)) if isinstance(t, Instruction)}
    assert names <= {"ESC @", "GS a", "FS &", "ESC d", "GS V", "GS v"}


@pytest.mark.parametrize("end", ["\u2028", "\u2029"])
def test_unicode_s_own_ends_of_a_line_are_ends_of_a_line(end: str) -> None:
    assert compose(receipt(f"张三{end}李四"), profile()) == compose(receipt("张三\n李四"), profile())


def test_half_a_surrogate_is_printed_as_unknown() -> None:
    assert compose(receipt("张\ud842"), profile()) == compose(receipt("张\ufffd"), profile())
    assert compose(receipt("张\ud842"), profile()) != compose(receipt("张"), profile())


@settings(deadline=None)
@given(st.text(KNOWN, max_size=60), st.text(KNOWN, max_size=60), st.sampled_from([WIDE, NARROW]))
def test_a_row_of_any_label_and_value_loses_nothing(label: str, value: str, paper: dict[str, object]) -> None:
    used = profile(paper, charset="gb18030-4")
    piece = printed(compose(Receipt((Row(label, value),)), used), used.dots)
    assert all(columns_of(line) <= used.columns for line in piece.text.split("\n"))
    assert without_space(piece.text) == without_space((label + value).translate({ord("¥"): "￥", ord("•"): "·"}))


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


def test_with_a_presenter_a_receipt_is_brought_out_after_the_cut() -> None:
    assert compose(SAMPLE, profile(KIOSK)).endswith(b"\x1dVB\x00\x1de\x03\x0c")


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


def test_a_number_that_is_longer_than_the_line_is_broken_behind_one_of_its_dashes() -> None:
    assert wrap("JT02-20261123-00042-K", 16) == ["JT02-20261123-", "00042-K"]
    assert wrap("7K4Q-9MPZ-2HC", 16) == ["7K4Q-9MPZ-2HC"]
    assert wrap("-" * 20, 8) == ["-" * 8, "-" * 8, "-" * 4]
    assert wrap("A-" + "B" * 20, 8) == ["A-BBBBBB", "BBBBBBBB", "BBBBBB"]
