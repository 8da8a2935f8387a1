"""Telling answers apart, and cutting a command stream into tokens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt_printer.protocol import (
    Answer,
    AnswerParser,
    AutoStatus,
    Block,
    CommandParser,
    Condition,
    Control,
    FlowControl,
    Instruction,
    PlainByte,
    Query,
    RealTime,
    StatusByte,
    Text,
    Token,
    condition_of,
    condition_of_auto,
    identity_query,
    process_id_query,
    real_time_query,
)

pieces = st.lists(st.binary(max_size=12), max_size=12)
# Streams in which commands are likely, not only noise.
stream = st.lists(
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from([b"\x1b", b"\x1d", b"\x1c", b"\x10", b"\x00", b"\n", b"\x1d(k", b"\x1dv0\x00", b"\x1dk\x02"]),
        st.sampled_from([b"\x10\x04\x01", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", b"\x10\x05\x02", b"\x1b@"]),
        st.text(max_size=5).map(lambda words: words.encode("gb18030", errors="replace")),
    ),
    max_size=20,
).map(b"".join)


def answers(*chunks: bytes) -> list[Answer]:
    parser = AnswerParser()
    return [answer for chunk in chunks for answer in parser.feed(chunk)]


def tokens(*chunks: bytes) -> list[Token]:
    """Tokens with neighbouring texts joined: where a text is split depends on how it arrived."""
    parser = CommandParser()
    joined: list[Token] = []
    for chunk in chunks:
        for token in parser.feed(chunk):
            if isinstance(token, Text) and joined and isinstance(joined[-1], Text):
                joined[-1] = Text(joined[-1].data + token.data)
            else:
                joined.append(token)
    return joined


@given(pieces)
def test_any_answer_bytes_in_any_pieces_mean_the_same(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert answers(*chunks) == answers(whole) == answers(*(bytes([byte]) for byte in whole))


@given(st.binary(max_size=40), st.sampled_from([0x12, 0x16, 0x1A, 0x1E, 0x32, 0x52, 0x72, 0x7E]))
def test_whatever_noise_came_before_a_block_is_found_after_a_reset(noise: bytes, status: int) -> None:
    parser = AnswerParser()
    list(parser.feed(noise))
    parser.reset()
    said = bytes([status]) + b"\x37\x220042\x00"
    assert list(parser.feed(said)) == [StatusByte(status), Block(0x37, b"\x220042")]


@given(st.integers(0, 255))
def test_every_single_byte_is_classified_by_its_fixed_bits(byte: int) -> None:
    found = answers(bytes([byte]))
    if byte in (0x11, 0x13):
        assert found == [FlowControl(byte == 0x11)]
    elif byte & 0x93 == 0x12:
        assert found == [StatusByte(byte)]
    elif byte & 0x90 == 0 and byte not in (0x37, 0x3B, 0x3D, 0x5F):
        assert found == [PlainByte(byte)]
    else:
        assert found == []  # it begins something longer, or is noise


@given(st.integers(0, 127), st.integers(0, 127), st.integers(0, 127), st.integers(0, 127))
def test_automatic_status_stays_whole_with_flow_control_inside(one: int, two: int, three: int, four: int) -> None:
    status = bytes([0x10 | one & 0x6C, two & 0x6F, three & 0x6F, four & 0x6F])
    said = status[:2] + b"\x13" + status[2:3] + b"\x11" + status[3:]
    assert answers(said) == [FlowControl(False), FlowControl(True), AutoStatus(status)]


def test_a_reply_that_breaks_into_automatic_status_is_not_lost() -> None:
    assert answers(b"\x14\x00\x16") == [StatusByte(0x16)]


def test_a_block_that_never_ends_is_given_up() -> None:
    assert answers(b"\x37" + b"a" * 200 + b"\x00" + b"\x12")[-1] == StatusByte(0x12)


@pytest.mark.parametrize("ready", [0x12, 0x16])
def test_ready_is_ready_with_the_drawer_pin_high_or_low(ready: int) -> None:
    replies = {Query.PRINTER: ready, Query.OFFLINE_CAUSE: 0x12, Query.ERROR_CAUSE: 0x12, Query.PAPER: 0x12}
    assert condition_of(replies).healthy


@pytest.mark.parametrize(
    ("replies", "wrong"),
    [
        ((0x16, 0x12, 0x12, 0x1E), {"paper_near_end"}),
        ((0x1E, 0x32, 0x12, 0x7E), {"offline", "paper_out", "paper_near_end"}),
        ((0x1A, 0x32, 0x12, 0x72), {"offline", "paper_out"}),
        ((0x1E, 0x16, 0x12, 0x12), {"offline", "cover_open"}),
        ((0x1E, 0x56, 0x52, 0x12), {"offline", "cover_open", "overheated"}),
        ((0x1E, 0x52, 0x1A, 0x12), {"offline", "cutter_error"}),
        ((0x1E, 0x52, 0x16, 0x12), {"offline", "mechanical_error"}),
        ((0x1E, 0x52, 0x32, 0x12), {"offline", "unrecoverable"}),
        ((0x1E, 0x52, 0x52, 0x12), {"offline", "overheated"}),
    ],
)
def test_the_four_replies_say_what_is_wrong(replies: tuple[int, ...], wrong: set[str]) -> None:
    condition = condition_of(dict(zip(Query, replies, strict=True)))
    assert {name for name in Condition.__slots__ if getattr(condition, name)} == wrong
    assert condition.healthy == (wrong <= {"paper_near_end"})


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (b"\x14\x00\x00\x00", set()),
        (b"\x10\x00\x00\x0f", set()),
        (b"\x14\x00\x03\x00", {"paper_near_end"}),
        (b"\x1c\x00\x0f\x00", {"offline", "paper_out", "paper_near_end"}),
        (b"\x3c\x40\x00\x00", {"offline", "cover_open", "overheated"}),
        (b"\x18\x08\x00\x00", {"offline", "cutter_error"}),
        (b"\x18\x04\x00\x00", {"offline", "mechanical_error"}),
        (b"\x18\x20\x00\x00", {"offline", "unrecoverable"}),
    ],
)
def test_automatic_status_says_the_same_in_its_own_bits(status: bytes, wrong: set[str]) -> None:
    condition = condition_of_auto(status)
    assert {name for name in Condition.__slots__ if getattr(condition, name)} == wrong


def test_what_nobody_said_is_not_taken_for_good() -> None:
    assert not condition_of({}).healthy
    assert condition_of({Query.PRINTER: 0x12}).paper_out is None


def test_automatic_status_has_four_bytes() -> None:
    with pytest.raises(ValueError, match="3 bytes"):
        condition_of_auto(b"\x10\x00\x00")


@pytest.mark.parametrize("identifier", ["", "12345", "12\n4", "一二三四"])
def test_a_process_id_is_four_printable_characters(identifier: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  two sentences, one for each kind
        process_id_query(identifier)


@given(stream, st.lists(st.integers(0, 200), max_size=10))
def test_any_stream_in_any_pieces_falls_into_the_same_commands(data: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    chunks = [data[begin:end] for begin, end in pairwise(edges)]
    assert tokens(*chunks) == tokens(data) == tokens(*(bytes([byte]) for byte in data))


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_chinese_text_is_never_mistaken_for_a_command(words: str) -> None:
    coded = words.encode("gb18030")
    assert tokens(coded + b"\n") == [Text(coded), Control(0x0A)]


@given(st.binary(min_size=1, max_size=60))
def test_raster_and_symbol_data_may_hold_any_bytes(data: bytes) -> None:
    raster = b"\x1dv0\x00" + bytes([len(data), 0, 1, 0]) + data
    symbol = b"\x1d(k" + bytes([len(data) + 3, 0]) + b"1P0" + data
    found = tokens(raster + symbol + b"\x1b@")
    assert found == [
        Instruction("GS v", raster[2:]),
        Instruction("GS ( k", b"1P0" + data),
        Instruction("ESC @"),
    ]


def test_real_time_commands_stand_between_others() -> None:
    found = tokens(b"a" + real_time_query(Query.PAPER) + b"\x10\x05\x02" + b"b")
    assert found == [Text(b"a"), RealTime("DLE EOT", b"\x04"), RealTime("DLE ENQ", b"\x02"), Text(b"b")]


@pytest.mark.parametrize("wire", ["1d 65 02", "1d 65 03 0c", "1d 65 05", "1d 65 06", "1d 65 20 0c 1e"])
def test_the_words_of_a_presenter_have_their_lengths(wire: str) -> None:
    said = bytes.fromhex(wire)
    assert tokens(said + b"LF\n") == [Instruction("GS e", said[2:]), Text(b"LF"), Control(0x0A)]


@pytest.mark.parametrize("number", [65, 67, 68, 69])
def test_a_printer_is_asked_who_it_is(number: int) -> None:
    assert tokens(identity_query(number) + b"A") == [Instruction("GS I", bytes([number])), Text(b"A")]


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40))
def test_what_a_printer_says_of_itself_is_one_block(said: str) -> None:
    assert answers(b"\x5f" + said.encode() + b"\x00\x16") == [Block(0x5F, said.encode()), StatusByte(0x16)]


def test_an_unknown_command_counts_two_bytes() -> None:
    assert tokens(b"\x1b\x7fXY") == [Instruction("ESC \x7f"), Text(b"XY")]


def test_what_is_to_be_printed_is_in_no_repr() -> None:
    for token in tokens(b"LIN\n\x1d(k\x06\x001P0LIN"):
        assert "LIN" not in repr(token)
