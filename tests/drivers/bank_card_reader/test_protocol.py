"""The bank card reader's words: the slot, the number, what may be kept of them and what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from drivers.bank_card_reader.protocol import (
    NOBODYS,
    Command,
    Mask,
    Said,
    Slot,
    describe,
    nobodys_number,
    parse_number,
    parse_slot,
    slot,
)
from drivers.bank_card_reader.simulator import CARDS
from drivers.frames import Frame, FrameParser, Status, encode

NUMBERS = st.integers(15, 18).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length).map(
        lambda body: body + str(luhn.calc_check_digit(body))
    )
)


@given(st.builds(Slot, st.booleans(), st.booleans(), st.integers(0, 0xFFFF)))
def test_a_slot_is_read_as_it_was_written(now: Slot) -> None:
    assert parse_slot(slot(now)) == now


@given(payload=st.binary(max_size=8))
def test_any_payload_is_a_slot_or_refused(payload: bytes) -> None:
    try:
        assert slot(parse_slot(payload)) == payload
    except ValueError:
        assert len(payload) != 4 or max(payload[:2]) > 1


@given(number=NUMBERS)
def test_a_number_whose_check_digit_fits_is_read(number: str) -> None:
    assert parse_number(number.encode()) == number


@given(number=NUMBERS, data=st.data())
def test_a_single_wrong_digit_is_noticed_and_not_told(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = number[:place] + str((int(number[place]) + data.draw(st.integers(1, 9))) % 10) + number[place + 1 :]
    with pytest.raises(ValueError, match="check digit") as caught:
        parse_number(wrong.encode())
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("payload", [b"", b"62" * 7, b"6" * 20, b"622202 123456789", b"\xff" * 16, "６".encode() * 6])
def test_what_is_no_number_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="no card number"):
        parse_number(payload)


def test_the_cards_of_the_tray_are_nobodys() -> None:
    numbers = [number for said, number in CARDS.values() if said is Said.NUMBER]
    assert len(numbers) == 3
    assert all(number.startswith(NOBODYS) for number in numbers)
    assert [luhn.is_valid(number) for number in numbers] == [True, True, False]


def test_a_number_too_long_for_its_digits_is_none() -> None:
    with pytest.raises(ValueError, match="no room"):
        nobodys_number(16, 10**9)


@given(number=NUMBERS, sequence=st.integers(1, 0xFF))
def test_a_recording_holds_a_card_that_nobody_has_and_can_be_played_again(number: str, sequence: int) -> None:
    said = encode(Frame(sequence, Said.NUMBER, number.encode()))
    kept = Mask().feed(said)
    assert len(kept) == len(said)
    (frame,) = FrameParser().feed(kept)
    assert isinstance(frame, Frame)
    assert (frame.sequence, frame.code) == (sequence, Said.NUMBER)
    assert parse_number(frame.payload) == nobodys_number(len(number))


@given(digits=st.text("123456789", max_size=30))
def test_a_number_of_any_length_is_hidden(digits: str) -> None:
    (frame,) = FrameParser().feed(Mask().feed(encode(Frame(1, Said.NUMBER, digits.encode()))))
    assert isinstance(frame, Frame)
    assert frame.payload in (b"0" * len(digits), nobodys_number(max(len(digits), 8)).encode())


def test_what_is_nobodys_is_kept() -> None:
    mask = Mask()
    asked = encode(Frame(4, Command.LIGHT, b"\x01"))
    told = encode(Frame(4, Status.DONE, slot(Slot(True, True, 3))))
    assert mask.requests.feed(asked) == asked
    assert mask.feed(told) == told


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (Frame(3, Command.READ), "#3 READ"),
        (Frame(3, Said.NUMBER, b"9999000000000422"), "#3 NUMBER, 16 digits"),
        (Frame(4, Command.LIGHT, b"\x01"), "#4 LIGHT on"),
        (Frame(4, Command.LIGHT, b"\x00"), "#4 LIGHT off"),
        (Frame(4, Status.DONE, slot(Slot(True, False, 3))), "#4 DONE, card in, light off, 3 so far"),
        (Frame(4, Status.DONE, b"\x09\x09\x09\x09"), "#4 DONE, 4 bytes"),
        (Frame(5, Status.DONE, b"protocol=1"), "#5 DONE, 10 bytes"),
        (Frame(6, 0x7F), "#6 unknown command 7F"),
        (Frame(6, 0xF0), "#6 unknown status F0"),
    ],
)
def test_a_frame_is_described_in_a_line(frame: Frame, line: str) -> None:
    assert describe("in", encode(frame)) == line


def test_damage_and_noise_are_described_too() -> None:
    good = encode(Frame(3, Command.READ))
    assert describe("out", good[:-1] + b"\x00") == "a damaged frame: wrong checksum"
    assert describe("in", good[:4]) == "the beginning of a frame"
    assert describe("in", b"\x55\x55") == "2 bytes of noise"


@given(data=st.binary(max_size=60), number=NUMBERS)
def test_whatever_passes_is_described_without_a_number(data: bytes, number: str) -> None:
    told = describe("in", data + encode(Frame(1, Said.NUMBER, number.encode())))
    assert number not in told
