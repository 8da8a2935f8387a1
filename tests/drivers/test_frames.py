"""Frames: what one side writes the other reads, however it is cut, and no harmed frame is taken for a good one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.frames import (
    HELLO,
    LONGEST,
    STX,
    Damage,
    Frame,
    FrameParser,
    Mask,
    Requests,
    Status,
    encode,
    next_number,
    parse_words,
    words,
)

FRAMES = st.builds(Frame, st.integers(1, 0xFF), st.integers(1, 0xFF), st.binary(max_size=40))
NASTY = st.lists(
    st.one_of(st.binary(max_size=20), st.just(bytes([STX])), st.just(b"\x02\x01\x80\x00\x00"), FRAMES.map(encode)),
    max_size=8,
).map(b"".join)


def found(data: bytes) -> list[Frame | Damage]:
    return list(FrameParser().feed(data))


def frames(data: bytes) -> list[Frame]:
    return [one for one in found(data) if isinstance(one, Frame)]


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(one, len(data)) for one in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


def test_the_bytes_are_those_of_the_description() -> None:
    assert encode(Frame(1, HELLO)).hex(" ") == "02 01 01 00 00 ff d3 19"
    assert encode(Frame(7, Status.DONE, b"123")).hex(" ") == "02 07 80 00 03 7b 31 32 33 78 35"


@given(frame=FRAMES)
@example(frame=Frame(0xFF, 0xFF, bytes(LONGEST)))
def test_what_one_side_writes_the_other_reads(frame: Frame) -> None:
    assert found(encode(frame)) == [frame]


@pytest.mark.parametrize(
    "frame", [Frame(0, 1), Frame(256, 1), Frame(1, 0), Frame(1, 256), Frame(1, 1, bytes(LONGEST + 1))]
)
def test_a_frame_that_cannot_be_is_not_written(frame: Frame) -> None:
    with pytest.raises(ValueError, match="no frame"):
        encode(frame)


@given(data=NASTY, cuts=st.lists(st.integers(0, 200), max_size=20))
def test_no_cut_changes_what_is_found(data: bytes, cuts: list[int]) -> None:
    parser = FrameParser()
    assert [one for piece in cut(data, cuts) for one in parser.feed(piece)] == found(data)


@given(frame=FRAMES, data=st.data())
@example(frame=Frame(2, 0x90, b"\x02\x02\x02 6222021234567890128"), data=None)
def test_no_single_wrong_byte_goes_unnoticed(frame: Frame, data: st.DataObject | None) -> None:
    sent = encode(frame)
    places = range(len(sent)) if data is None else [data.draw(st.integers(0, len(sent) - 1))]
    values = range(1, 256) if data is None else [data.draw(st.integers(1, 0xFF))]
    for place in places:
        for value in values:
            harmed = sent[:place] + bytes([sent[place] ^ value]) + sent[place + 1 :]
            assert frames(harmed) == []


@given(frame=FRAMES, data=st.data())
def test_no_lost_byte_goes_unnoticed(frame: Frame, data: st.DataObject) -> None:
    sent = encode(frame)
    place = data.draw(st.integers(0, len(sent) - 1))
    assert frames(sent[:place] + sent[place + 1 :]) == []


@given(before=st.lists(st.integers(0, 0xFF).filter(lambda byte: byte != STX), max_size=60).map(bytes), frame=FRAMES)
def test_noise_before_a_frame_does_it_no_harm(before: bytes, frame: Frame) -> None:
    assert found(before + encode(frame)) == [frame]


@given(data=NASTY, frame=FRAMES)
def test_after_anything_at_all_frames_are_found_again(data: bytes, frame: Frame) -> None:
    parser = FrameParser()
    list(parser.feed(data))
    # Whatever seemed to begin is over after the longest payload at the latest.
    seen = [one for _ in range(LONGEST // len(encode(frame)) + 2) for one in parser.feed(encode(frame))]
    assert frame in seen


def test_a_header_that_is_wrong_is_known_before_its_payload_has_come() -> None:
    good = encode(Frame(9, Status.DONE, bytes(100)))
    assert found(good[:4] + b"\xc8" + good[5:6]) == [Damage.HEADER]


def test_the_payload_is_in_no_repr() -> None:
    assert "6222" not in repr(Frame(1, 0x90, b"6222021234567890128"))


def test_a_reset_forgets_what_was_half_said() -> None:
    parser = FrameParser()
    sent = encode(Frame(1, HELLO))
    assert list(parser.feed(sent[:5])) == []
    assert parser.pending
    parser.reset()
    assert not parser.pending
    assert list(parser.feed(sent)) == [Frame(1, HELLO)]


def test_numbers_go_round_and_none_is_zero() -> None:
    numbers = [0xFE]
    for _ in range(3):
        numbers.append(next_number(numbers[-1]))
    assert numbers == [0xFE, 0xFF, 1, 2]


def test_a_unit_tells_of_itself_in_words() -> None:
    told = words({"model": "BC-1", "serial": "17"})
    assert told == b"protocol=1 model=BC-1 serial=17"
    assert parse_words(told) == {"protocol": "1", "model": "BC-1", "serial": "17"}


@pytest.mark.parametrize("payload", [b"", b"model=BC-1", b"protocol=2 model=BC-1", b"protocol=1 model=\xe5"])
def test_a_unit_that_speaks_otherwise_is_not_understood(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"protocol|ascii"):
        parse_words(payload)


# -- masks ------------------------------------------------------------------------------

SECRET = 0x90


class Starred(Mask):
    """A mask of a kind of unit whose frames of one code are personal."""

    def instead(self, code: int, length: int) -> bytes | None:
        return b"*" * length if code == SECRET else None


PERSONAL = st.builds(
    Frame, st.integers(1, 0xFF), st.just(SECRET), st.text("0123456789", max_size=30).map(lambda text: text.encode())
)


@given(said=st.lists(st.one_of(FRAMES.filter(lambda one: one.code != SECRET), PERSONAL), max_size=5), data=st.data())
def test_a_mask_keeps_every_frame_and_no_secret(said: list[Frame], data: st.DataObject) -> None:
    sent = b"".join(map(encode, said))
    mask = Starred()
    cuts = data.draw(st.lists(st.integers(0, len(sent)), max_size=10))
    kept = b"".join(map(mask.feed, cut(sent, cuts)))
    assert len(kept) == len(sent)
    expected = [Frame(one.sequence, one.code, b"*" * len(one.payload)) if one.code == SECRET else one for one in said]
    assert found(kept) == expected


@given(frame=PERSONAL, data=st.data())
def test_a_check_that_was_wrong_stays_wrong_and_the_secret_is_hidden_all_the_same(
    frame: Frame, data: st.DataObject
) -> None:
    sent = bytearray(encode(frame))
    place = data.draw(st.integers(6, len(sent) - 1))
    sent[place] ^= data.draw(st.integers(1, 0xFF))
    kept = Starred().feed(bytes(sent))
    assert frames(kept) == []
    assert kept[6:-2] == b"*" * len(frame.payload)


@given(frame=PERSONAL, start=st.integers(1, 40))
def test_nothing_of_a_frame_passes_whose_beginning_was_lost(frame: Frame, start: int) -> None:
    rest = encode(frame)[start:]
    payload_and_after = encode(frame)[max(start, 6) : -2]
    kept = Starred().feed(rest)
    assert len(kept) == len(rest)
    if STX not in rest:
        assert kept == bytes(len(rest))
    for digit in set(payload_and_after):
        assert digit not in kept or STX in rest


def test_a_new_request_ends_what_was_left_of_an_answer() -> None:
    answers, asked = Starred(), Starred()
    host = Requests(asked, answers)
    number = Frame(1, SECRET, b"6222021234567890128")
    half = encode(number)[:12]
    assert b"6222" not in answers.feed(half)
    request = encode(Frame(2, 0x03))
    assert host.feed(request) == request
    assert found(answers.feed(encode(number))) == [Frame(1, SECRET, b"*" * 19)]
