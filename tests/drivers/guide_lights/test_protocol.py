"""The lights' lines: what one side writes the other reads, and no single byte makes another picture of one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.guide_lights.protocol import (
    LAMPS,
    LONGEST,
    Answer,
    Ask,
    Lamps,
    Light,
    LineParser,
    Refusal,
    Request,
    Show,
    Unit,
    answer,
    parse_answer,
    parse_request,
    request,
)

NAMES = st.permutations(LAMPS).flatmap(lambda names: st.integers(1, len(names)).map(lambda n: tuple(names[:n])))
LIT = st.sampled_from([Light.OFF, Light.ON, Light.BLINK])
WORD = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="="), max_size=12)
UNITS = st.builds(Unit, NAMES, WORD, WORD, WORD)
PICTURES = st.dictionaries(st.sampled_from(LAMPS), st.sampled_from(Light))
REQUESTS = st.one_of(st.sampled_from(Ask), st.dictionaries(st.sampled_from(LAMPS), LIT).map(Show))
ANSWERS = st.one_of(UNITS, PICTURES.map(Lamps), st.just(Refusal("no such lamp")))
NASTY = st.lists(
    st.one_of(st.binary(max_size=30), st.just(b"\n"), st.just(b"\r\n"), ANSWERS.map(answer), st.just(b"x" * 300)),
    max_size=10,
).map(b"".join)


def lines(data: bytes) -> list[str | None]:
    return LineParser().feed(data)


@given(asked=REQUESTS)
def test_what_a_host_asks_a_unit_understands(asked: Request) -> None:
    (line,) = lines(request(asked))
    assert line is not None
    assert parse_request(line) == asked


@given(said=ANSWERS)
def test_what_a_unit_answers_a_host_understands(said: Answer) -> None:
    (line,) = lines(answer(said))
    assert line is not None
    assert parse_answer(line) == said


def test_the_lines_are_those_of_the_description() -> None:
    picture = {"id_reader": Light.ON, "camera": Light.BLINK}
    assert request(Ask.UNIT) == b"unit\n"
    assert request(Ask.LAMPS) == b"?\n"
    assert request(Show(picture)) == b"show id_reader=on camera=blink\n"
    assert request(Show({})) == b"show\n"
    assert answer(Lamps(picture)) == b"lamps id_reader=on camera=blink\n"
    assert answer(Unit(("id_reader", "camera"), "GL-8", "17", "1.2")) == (
        b"unit protocol=1 model=GL-8 serial=17 firmware=1.2 lamps=id_reader,camera\n"
    )
    assert answer(Refusal("no such lamp")) == b"error no such lamp\n"


def test_the_longest_lines_fit() -> None:
    everything = dict.fromkeys(LAMPS, Light.BROKEN)
    assert len(answer(Lamps(everything))) <= LONGEST
    assert len(request(Show(dict.fromkeys(LAMPS, Light.BLINK)))) <= LONGEST


def test_a_carriage_return_before_the_end_is_fine() -> None:
    assert lines(b"?\r\nunit\r\n") == ["?", "unit"]


@pytest.mark.parametrize("noise", [b"\x00", b"\x1b", b"\x7f", b"\xe5"])
def test_a_line_with_anything_but_printable_ascii_is_none(noise: bytes) -> None:
    assert lines(b"lamps cam" + noise + b"era=on\n?\n") == [None, "?"]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "lamp camera=on",
        "lamps camera",
        "lamps camera=",
        "lamps camera=dim",
        "lamps camera=on camera=on",
        "lamps  camera=on",
        "lamps camera=on ",
        "lamps Camera=on",
        "unit",
        "unit lamps=camera",
        "unit protocol=2 lamps=camera",
        "unit protocol=1",
        "unit protocol=1 lamps=camera,camera",
        "unit protocol=1 lamps=camera,",
        "error",
    ],
)
def test_what_is_no_answer_is_none(line: str) -> None:
    assert parse_answer(line) is None


@pytest.mark.parametrize("line", ["", "show camera=broken", "show camera", "shows", "? ", "unit 1", "lamps camera=on"])
def test_what_is_no_request_is_none(line: str) -> None:
    assert parse_request(line) is None


def test_a_word_that_a_later_unit_adds_of_itself_does_no_harm() -> None:
    assert parse_answer("unit protocol=1 lamps=camera colour=white") == Unit(("camera",))


@given(picture=PICTURES.filter(bool), data=st.data())
@example(picture={"camera": Light.ON, "id_reader": Light.OFF}, data=None)
def test_no_single_byte_makes_another_picture_of_the_same_lamps(
    picture: dict[str, Light], data: st.DataObject | None
) -> None:
    said = answer(Lamps(picture))
    places = range(len(said)) if data is None else [data.draw(st.integers(0, len(said) - 1))]
    values = range(256) if data is None else [data.draw(st.integers(0, 255))]
    for place in places:
        harmed = [said[:place] + bytes([value]) + said[place + 1 :] for value in values]
        harmed += [said[:place] + said[place + 1 :], said[:place] + said[place : place + 1] * 2 + said[place + 1 :]]
        for arrived in harmed:
            for line in lines(arrived):
                found = parse_answer(line) if line is not None else None
                if isinstance(found, Lamps) and tuple(found.picture) == tuple(picture):
                    assert found.picture == picture


@given(data=NASTY, cuts=st.lists(st.integers(0, 200), max_size=20))
def test_no_cut_changes_what_is_found(data: bytes, cuts: list[int]) -> None:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    parser = LineParser()
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert [line for piece in pieces for line in parser.feed(piece)] == lines(data)


@given(data=NASTY)
def test_whatever_comes_is_read_or_refused_and_the_next_line_is_good(data: bytes) -> None:
    parser = LineParser()
    for line in parser.feed(data + b"\n"):
        if line is not None:
            parse_answer(line)
            parse_request(line)
    assert not parser.pending
    assert parser.feed(b"?\n") == ["?"]


def test_a_line_without_an_end_takes_little_room() -> None:
    parser = LineParser()
    for _ in range(100):
        parser.feed(b"x" * 100)
    assert parser.pending
    assert len(parser._line) <= LONGEST
    assert parser.feed(b"\n?\n") == [None, "?"]
