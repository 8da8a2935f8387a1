"""Lines of a scanner: what is a code, what is none, and that no cut of the stream changes either."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.code_scanner.protocol import BROKEN_OFF, LONGEST, Code, Damage, LineParser, Mask, line

# Text as a code may hold it.
TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60)
# Whatever a wire may bring, with many line ends in it.
NASTY = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from([b"\r", b"\n", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", "厦门".encode("gb18030")]),
        TEXT.map(line),
        st.just(b"x" * (LONGEST + 1)),
    ),
    max_size=12,
).map(b"".join)


def parse(data: bytes) -> list[Code | Damage]:
    return LineParser().feed(data, 0.0)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_line_may_end_in_any_of_the_usual_ways(end: bytes) -> None:
    assert parse(b"XM-1" + end + b"XM-2" + end) == [Code("XM-1"), Code("XM-2")]


def test_empty_lines_are_nothing() -> None:
    assert parse(b"\r\n\n\r\r") == []


@given(text=TEXT)
def test_what_is_encoded_is_read(text: str) -> None:
    assert parse(line(text)) == [Code(text)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_in_either_encoding(encoding: str) -> None:
    assert parse("受理编号 XM-2026-000123".encode(encoding) + b"\r") == [Code("受理编号 XM-2026-000123")]


@pytest.mark.parametrize(
    ("data", "damage"),
    [
        (b"\xff\xff", Damage.UNDECODABLE),
        (b"\xb0", Damage.UNDECODABLE),
        (b"XM\x001", Damage.UNPRINTABLE),
        (b"XM\x1d1", Damage.UNPRINTABLE),
        (b"XM\t1", Damage.UNPRINTABLE),
        ("XM\u202e1".encode(), Damage.UNPRINTABLE),
        ("XM\u20281".encode(), Damage.UNPRINTABLE),
        (b"x" * (LONGEST + 1), Damage.TOO_LONG),
    ],
)
def test_what_is_no_code_is_refused_and_the_next_one_is_read(data: bytes, damage: Damage) -> None:
    assert parse(data + b"\rXM-1\r") == [damage, Code("XM-1")]


def test_the_longest_code_is_read() -> None:
    assert parse(b"7" * LONGEST + b"\r") == [Code("7" * LONGEST)]


def test_a_line_without_an_end_takes_no_more_room_than_the_longest_code() -> None:
    parser = LineParser()
    found = [damage for _ in range(100) for damage in parser.feed(b"x" * 1000, 0.0)]
    assert found == [Damage.TOO_LONG]
    assert len(parser._line) <= LONGEST


@given(data=NASTY, cuts=st.lists(st.integers(0, 200), max_size=20))
@example(data=b"ab\r\ncd\r\n", cuts=[3])
def test_no_cut_changes_what_is_found(data: bytes, cuts: list[int]) -> None:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    parser = LineParser()
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert [found for piece in pieces for found in parser.feed(piece, 0.0)] == parse(data)


@given(data=NASTY, text=TEXT)
def test_after_whatever_came_a_line_end_makes_everything_good(data: bytes, text: str) -> None:
    assert parse(data + b"\r" + line(text))[-1] == Code(text)


@given(data=NASTY)
def test_a_line_that_broke_off_is_not_put_before_the_next_one(data: bytes) -> None:
    parser = LineParser()
    parser.feed(data, 0.0)
    late = parser.feed(line("XM-1"), BROKEN_OFF + 0.1)
    assert late[-1] == Code("XM-1")
    assert late[:-1] in ([], [Damage.BROKEN_OFF])


def test_a_line_that_broke_off_is_told_of_once_nothing_more_has_come() -> None:
    parser = LineParser()
    parser.feed(b"XM-", 1.0)
    assert parser.feed(b"", 1.0 + BROKEN_OFF) == []
    assert parser.feed(b"", 1.1 + BROKEN_OFF) == [Damage.BROKEN_OFF]
    assert not parser.pending
    assert parser.feed(b"", 9.0) == []


def test_slow_bytes_make_one_line_as_long_as_they_keep_coming() -> None:
    parser = LineParser()
    found = [code for number in range(20) for code in parser.feed(b"x", number * BROKEN_OFF)]
    assert (*found, *parser.feed(b"\r", 20 * BROKEN_OFF)) == (Code("x" * 20),)


def test_the_line_under_way_can_be_dropped_up_to_its_end() -> None:
    parser = LineParser()
    parser.feed(b"XM-", 0.0)
    parser.drop_line(0.1)
    assert parser.pending
    assert parser.feed(b"1\rXM-2\r", 0.2) == [Code("XM-2")]


def test_a_dropped_line_that_never_ends_costs_nothing_after_it() -> None:
    parser = LineParser()
    parser.drop_line(0.0)
    assert parser.feed(b"XM-2\r", BROKEN_OFF + 0.1) == [Code("XM-2")]


def test_a_code_does_not_show_what_it_holds() -> None:
    assert "XM-1" not in repr(Code("XM-1"))


@given(data=NASTY)
def test_a_mask_keeps_line_ends_and_lengths_and_nothing_else(data: bytes) -> None:
    masked = Mask().feed(data)
    assert len(masked) == len(data)
    assert set(masked) <= set(b"0\r\n")
    assert [byte for byte in masked if byte in b"\r\n"] == [byte for byte in data if byte in b"\r\n"]
