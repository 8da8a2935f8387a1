"""NUT's protocol: words and their quotes, answers in pieces of any size, and bytes that are no answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ups.protocol import (
    Answer,
    AnswerParser,
    Damage,
    Line,
    Listing,
    Mask,
    Refusal,
    Refused,
    request,
    split_words,
)

SPEAKABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789.", min_size=1, max_size=20)
STATUS = b'BEGIN LIST VAR kiosk\nVAR kiosk battery.charge "97"\nVAR kiosk ups.status "OL CHRG"\nEND LIST VAR kiosk\n'


def parsed(data: bytes) -> list[Answer]:
    return AnswerParser().feed(data)


def in_pieces(data: bytes, sizes: list[int]) -> list[Answer]:
    parser, answers = AnswerParser(), []
    for size in sizes:
        answers += parser.feed(data[:size])
        data = data[size:]
    return answers + parser.feed(data)


# -- words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("LIST", "VAR", "kiosk"), b"LIST VAR kiosk\n"),
        (("SET", "VAR", "kiosk", "ups.id", "Data room"), b'SET VAR kiosk ups.id "Data room"\n'),
        (("PASSWORD", 'a"b\\c#d=e'), b'PASSWORD "a\\"b\\\\c#d=e"\n'),
        (("PASSWORD", ""), b'PASSWORD ""\n'),
    ],
)
def test_a_request_is_a_line_with_quotes_where_they_are_needed(words: tuple[str, ...], line: bytes) -> None:
    assert request(*words) == line


@given(st.lists(SPEAKABLE, min_size=1, max_size=6))
def test_what_is_said_is_what_is_heard(words: list[str]) -> None:
    line = request(*words)
    assert line.count(b"\n") == 1
    assert split_words(line.decode().removesuffix("\n")) == tuple(words)


@pytest.mark.parametrize("word", ["a\nFSD kiosk", "a\rb", "\0", "\x7f"])
def test_nobody_smuggles_a_second_request_into_a_word(word: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        request("USERNAME", word)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("VAR kiosk ups.status OL", ("VAR", "kiosk", "ups.status", "OL")),
        ('  VAR \t kiosk  "two  words" ', ("VAR", "kiosk", "two  words")),
        (r'UPS kiosk "a \"b\" \\ c"', ("UPS", "kiosk", r'a "b" \ c')),
        (r"one\ word", ("one word",)),
        ('VAR ""', ("VAR", "")),
        ("", ()),
    ],
)
def test_words_are_split_as_the_server_means_them(line: str, words: tuple[str, ...]) -> None:
    assert split_words(line) == words


@pytest.mark.parametrize("line", ['VAR "half', 'VAR "12"_VAR kiosk', 'a"b"', "VAR \\", 'VAR "a\\"', "VAR \x00", '"'])
def test_a_line_with_half_a_quote_has_no_words(line: str) -> None:
    with pytest.raises(ValueError, match=r"quote|control"):
        split_words(line)


# -- answers ---------------------------------------------------------------------------


def test_a_list_is_one_answer() -> None:
    rows = (("battery.charge", "97"), ("ups.status", "OL CHRG"))
    assert parsed(STATUS) == [Listing(("VAR", "kiosk"), rows)]
    assert parsed(b'BEGIN LIST UPS\nUPS kiosk "A till"\nEND LIST UPS\n') == [Listing(("UPS",), (("kiosk", "A till"),))]
    assert parsed(b"BEGIN LIST CMD kiosk\nEND LIST CMD kiosk\n") == [Listing(("CMD", "kiosk"), ())]


def test_a_line_is_an_answer_and_so_is_a_refusal() -> None:
    assert parsed(b"OK\nOK Goodbye\r\nERR DATA-STALE\nERR ACCESS-DENIED with more\nERR SOMETHING-NEW\n") == [
        Line(("OK",)),
        Line(("OK", "Goodbye")),
        Refusal(Refused.DATA_STALE),
        Refusal(Refused.ACCESS_DENIED),
        Refusal("SOMETHING-NEW"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\n", id="an empty line"),
        pytest.param(b"ERR\n", id="a refusal without a reason"),
        pytest.param(b"\x00\xff\x55OK\n", id="noise"),
        pytest.param(b"BEGIN LIST VAR kiosk\nVAR other a b\n", id="a row of another battery"),
        pytest.param(b"BEGIN LIST VAR kiosk\nOK\n", id="a row of no list"),
        pytest.param(b"BEGIN LIST VAR kiosk\nVAR kiosk\n", id="a row without anything"),
        pytest.param(b"BEGIN LIST VAR kiosk\nEND LIST VAR other\n", id="the end of another list"),
        pytest.param(b"BEGIN LIST VAR kiosk\nBEGIN LIST VAR kiosk\n", id="a list in a list"),
        pytest.param(b"x" * 100_000 + b"\n", id="a line without an end"),
        pytest.param(b"BEGIN LIST CMD kiosk\n" + b"CMD kiosk a\n" * 5000, id="a list without an end"),
    ],
)
def test_damage_is_called_damage(data: bytes) -> None:
    assert isinstance(parsed(data)[0], Damage)


def test_after_damage_it_goes_on_with_the_next_line() -> None:
    parser = AnswerParser()
    assert isinstance(parser.feed(b"BEGIN LIST VAR kiosk\nVAR kiosk half\x00\n")[0], Damage)
    assert not parser.pending
    assert parser.feed(b"x" * 9000) == []
    assert parser.pending
    assert [type(answer) for answer in parser.feed(b"y\nOK\n")] == [Damage, Line]
    assert not parser.pending


def test_a_refusal_ends_a_list() -> None:
    parser = AnswerParser()
    assert parser.feed(b"BEGIN LIST VAR kiosk\nERR DATA-STALE\nOK\n") == [Refusal("DATA-STALE"), Line(("OK",))]


def test_a_reset_forgets_half_a_list() -> None:
    parser = AnswerParser()
    parser.feed(STATUS[:60])
    assert parser.pending
    parser.reset()
    assert not parser.pending
    assert len(parser.feed(STATUS)) == 1


@given(NAMES, st.dictionaries(NAMES, SPEAKABLE, max_size=8), st.lists(st.integers(1, 30), max_size=20))
def test_a_list_comes_whole_however_it_is_cut(ups: str, variables: dict[str, str], sizes: list[int]) -> None:
    data = request("BEGIN", "LIST", "VAR", ups)
    data += b"".join(request("VAR", ups, name, value) for name, value in variables.items())
    data += request("END", "LIST", "VAR", ups)
    assert in_pieces(data, sizes) == [Listing(("VAR", ups), tuple(variables.items()))]


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([STATUS, b"OK\n", b"ERR DATA-STALE\n", b"BEGIN LIST VAR kiosk\n", b"\n", b'"', b"\\"]),
        ),
        max_size=12,
    ),
    st.lists(st.integers(1, 30), max_size=20),
)
def test_no_bytes_are_an_error_and_no_cut_changes_what_they_mean(parts: list[bytes], sizes: list[int]) -> None:
    data = b"".join(parts)
    whole = parsed(data)
    assert in_pieces(data, sizes) == whole
    assert all(isinstance(answer, Answer) for answer in whole)


@given(st.integers(0, len(STATUS) - 1), st.integers(0, 255))
def test_one_changed_byte_never_makes_a_list_longer(at: int, value: int) -> None:
    data = bytearray(STATUS)
    data[at] = value
    for answer in parsed(bytes(data)):
        assert not isinstance(answer, Listing) or len(answer.rows) <= 2


# -- secrets -----------------------------------------------------------------------------


def test_a_password_is_masked_and_nothing_else_is() -> None:
    said = request("VER") + request("USERNAME", "me") + request("PASSWORD", 'a "b" c') + request("LIST", "UPS")
    assert Mask().feed(said) == b"VER\nUSERNAME xx\nPASSWORD xxxxxxxxxxx\nLIST UPS\n"


@given(st.text("PASWORDUENM \n", max_size=40), st.lists(st.integers(1, 9), max_size=20))
def test_a_mask_keeps_the_length_however_it_is_cut(text: str, sizes: list[int]) -> None:
    data, mask, masked = text.encode(), Mask(), b""
    for size in [*sizes, len(data)]:
        masked += mask.feed(data[:size])
        data = data[size:]
    assert len(masked) == len(text)
    assert masked == Mask().feed(text.encode())
