"""The rewriter's words: its state, the chip, the picture, what may be kept of them and what is shown."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from drivers.card_rewriter.protocol import (
    NO_TROUBLE,
    NOBODYS,
    PIECE,
    Activity,
    Command,
    Mask,
    Outcome,
    Permit,
    Picture,
    Place,
    Said,
    State,
    Trouble,
    area,
    describe,
    digest,
    loads,
    pack,
    parse_permit,
    parse_state,
    permit,
    state,
    unpack,
)
from drivers.card_rewriter.simulator import CARDS
from drivers.frames import LONGEST, Frame, FrameParser, Status, encode
from drivers.id_reader.people import TRAY

STATES = st.builds(
    State,
    st.sampled_from(Place),
    st.sampled_from(Activity),
    st.sampled_from(Outcome),
    st.integers(0, 127).map(Trouble),
    st.integers(0, 0xFFFF),
)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
PERMITS = st.builds(Permit, st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True, alphabet="0123456789X"), DAYS, DAYS)
SIDES = st.integers(1, 40)
PICTURES = st.tuples(SIDES, SIDES).flatmap(lambda shape: arrays.arrays(np.bool_, shape))


def frames(data: bytes) -> list[Frame]:
    return [found for found in FrameParser().feed(data) if isinstance(found, Frame)]


@given(now=STATES)
def test_a_state_is_read_as_it_was_written(now: State) -> None:
    assert parse_state(state(now)) == now


@given(payload=st.one_of(st.binary(max_size=8), st.binary(min_size=6, max_size=6)))
def test_any_payload_is_a_state_or_refused(payload: bytes) -> None:
    try:
        assert state(parse_state(payload)) == payload
    except ValueError:
        assert len(payload) != 6 or payload[0] > 3 or payload[1] > 3 or payload[2] > 3 or payload[3] > 127


@given(of=PERMITS)
def test_a_permit_is_read_as_it_was_written(of: Permit) -> None:
    assert parse_permit(permit(of)) == of


@given(payload=st.one_of(st.binary(max_size=40), st.text("0123456789X", min_size=34, max_size=34).map(str.encode)))
def test_any_payload_is_a_permit_or_refused_without_telling_it(payload: bytes) -> None:
    refused = ""
    try:
        assert permit(parse_permit(payload)) == payload
    except ValueError as error:
        refused = str(error)
    assert refused in ("", f"{len(payload)} characters are no permit", "a day of it is none")


def test_nothing_of_a_permit_shows_in_a_repr() -> None:
    assert repr(Permit("650102199006060064", date(2026, 1, 5), date(2027, 1, 4))) == "Permit()"


@given(picture=PICTURES)
def test_a_picture_is_unpacked_as_it_was_packed(picture: Picture) -> None:
    height, width = picture.shape
    assert np.array_equal(unpack(pack(picture), width, height), picture)


def test_the_leftmost_dot_is_the_highest_bit_and_rows_begin_on_a_byte() -> None:
    picture = np.zeros((2, 10), bool)
    picture[0, 0] = picture[0, 9] = picture[1, 7] = True
    assert pack(picture) == bytes([0x80, 0x40, 0x01, 0x00])
    assert digest(b"123456789").hex() == "29b1"


@given(packed=st.binary(min_size=1, max_size=4000))
def test_a_picture_goes_over_in_pieces_that_fit_a_frame(packed: bytes) -> None:
    pieces = list(loads(packed))
    assert all(len(piece) <= PIECE + 4 <= LONGEST for piece in pieces)
    assert b"".join(piece[4:] for piece in pieces) == packed
    places = [int.from_bytes(piece[:4]) for piece in pieces]
    assert places == [PIECE * number for number in range(len(pieces))]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"width": "0", "height": "10", "verifies": "1", "bin": "1"},
        {"width": "10", "height": "99999", "verifies": "1", "bin": "1"},
        {"width": "ten", "height": "10", "verifies": "1", "bin": "1"},
        {"width": "10", "height": "10", "verifies": "1", "bin": "-1"},
        {"width": "10", "height": "10", "verifies": "1", "bin": "1", "stock": "-1"},
    ],
)
def test_a_unit_without_a_size_is_not_understood(told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"HELLO lacks|no card has|invalid literal|no unit has room"):
        area(told)


def test_a_unit_that_tells_of_no_stacker_has_none() -> None:
    told = {"width": "10", "height": "10", "verifies": "1", "bin": "1"}
    assert area(told).stock == 0
    assert area({**told, "stock": "50"}).stock == 50


def test_the_holder_of_the_sample_permit_is_of_the_readers_tray_and_the_test_card_is_nobodys() -> None:
    permits = {name: chip for name, chip in CARDS.items() if chip is not None}
    holders = {person.record.number for person in TRAY.values()}
    assert permits["permit"].number in holders
    assert permits["lin"].number == TRAY["lin"].record.number
    assert permits["test_card"].number.startswith(NOBODYS)
    assert not any(number.startswith(NOBODYS) for number in holders)


@given(of=PERMITS, sequence=st.integers(1, 0xFF))
def test_a_recording_holds_a_permit_that_nobody_has(of: Permit, sequence: int) -> None:
    kept = Mask().feed(encode(Frame(sequence, Said.PERMIT, permit(of))))
    (frame,) = frames(kept)
    assert (frame.sequence, frame.code) == (sequence, Said.PERMIT)
    assert parse_permit(frame.payload).number.startswith(NOBODYS)
    assert permit(of) not in kept


@given(packed=st.binary(min_size=1, max_size=200))
def test_a_recording_holds_no_picture(packed: bytes) -> None:
    for payload in loads(packed):
        (frame,) = frames(Mask().requests.feed(encode(Frame(1, Command.LOAD, payload))))
        assert frame.payload == bytes(len(payload))


def test_what_is_nobodys_is_kept() -> None:
    mask = Mask()
    asked, told = encode(Frame(4, Command.PRESENT)), encode(Frame(4, Status.DONE, state(State())))
    assert mask.requests.feed(asked) == asked
    assert mask.feed(told) == told


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (Frame(3, Command.ACCEPT), "#3 ACCEPT"),
        (Frame(3, Said.PERMIT, bytes(34)), "#3 PERMIT, 34 bytes"),
        (Frame(3, Said.WRONG_WAY), "#3 WRONG_WAY"),
        (
            Frame(3, Status.DONE, state(State(Place.INSIDE, Activity.WRITING, Outcome.NONE, Trouble.HOT, 2))),
            "#3 DONE, card inside, writing, outcome none, 2 in the bin, hot",
        ),
        (
            Frame(3, Status.DONE, state(State(trouble=Trouble.STOCK_LOW))),
            "#3 DONE, card none, idle, outcome none, 0 in the bin, stock_low",
        ),
        (
            Frame(3, Status.DONE, state(State(trouble=NO_TROUBLE))),
            "#3 DONE, card none, idle, outcome none, 0 in the bin",
        ),
        (Frame(3, Status.DONE, b"\xff" * 6), "#3 DONE, 6 bytes"),
        (Frame(3, 0x7F), "#3 unknown command 7F"),
    ],
)
def test_a_frame_is_described_in_a_line(frame: Frame, line: str) -> None:
    assert describe("in", encode(frame)) == line


@given(data=st.binary(max_size=60), of=PERMITS)
def test_whatever_passes_is_described_without_its_holder(data: bytes, of: Permit) -> None:
    told = describe("in", data + encode(Frame(1, Said.PERMIT, permit(of))))
    assert of.number not in told
