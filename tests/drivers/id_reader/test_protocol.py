"""The SDT codec: frames in a stream that may hold anything."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.id_reader.protocol import (
    BAUDRATES,
    PREAMBLE,
    CardData,
    Command,
    Damage,
    FrameParser,
    Reply,
    Request,
    Status,
    card_data,
    checksum,
    frame,
    parse_card_data,
    parse_reply,
    parse_request,
    reply,
    request,
    sam_number,
)

# Every request of the protocol as it stands in public documents.
REQUESTS = {
    Command.RESET: "AAAAAA9669 0003 10FF EC",
    Command.STATUS: "AAAAAA9669 0003 11FF ED",
    Command.SAM_NUMBER: "AAAAAA9669 0003 12FF EE",
    Command.FIND: "AAAAAA9669 0003 2001 22",
    Command.SELECT: "AAAAAA9669 0003 2002 21",
    Command.READ: "AAAAAA9669 0003 3001 32",
    Command.READ_WITH_FINGERPRINTS: "AAAAAA9669 0003 3010 23",
    Command.READ_ADDRESS: "AAAAAA9669 0003 3003 30",
    Command.BAUD_115200: "AAAAAA9669 0003 6000 63",
    Command.BAUD_57600: "AAAAAA9669 0003 6001 62",
    Command.BAUD_38400: "AAAAAA9669 0003 6002 61",
    Command.BAUD_19200: "AAAAAA9669 0003 6003 60",
    Command.BAUD_9600: "AAAAAA9669 0003 6004 67",
}
# SW3 and the check byte of its empty reply.
EMPTY_REPLIES = {
    0x90: 0x94,
    0x10: 0x14,
    0x11: 0x15,
    0x21: 0x25,
    0x23: 0x27,
    0x24: 0x20,
    0x31: 0x35,
    0x32: 0x36,
    0x33: 0x37,
    0x40: 0x44,
    0x41: 0x45,
    0x47: 0x43,
    0x60: 0x64,
    0x66: 0x62,
    0x80: 0x84,
    0x81: 0x85,
    0x91: 0x95,
}

CONTENTS = st.binary(min_size=2, max_size=300)
# Noise that is as bad as noise can be: full of beginnings of frames.
NASTY = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.just(PREAMBLE),
        st.just(b"\xaa"),
        st.just(PREAMBLE + b"\0\4"),
        CONTENTS.map(frame),
        CONTENTS.map(frame).map(lambda whole: whole[:-1]),
    ),
    max_size=12,
).map(b"".join)
# Noise in which no frame can begin.
HARMLESS = st.binary(max_size=60).map(lambda noise: noise.replace(b"\x96", b"\xaa"))


def parse(*pieces: bytes) -> list[bytes | Damage]:
    parser = FrameParser()
    return [content for piece in pieces for content in parser.feed(piece)]


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("command", REQUESTS)
def test_a_request_is_what_the_documents_show(command: Command) -> None:
    assert request(command) == bytes.fromhex(REQUESTS[command])


def test_a_request_may_carry_data() -> None:
    assert request(Command.LARGEST_RF_FRAME, b"\x50") == bytes.fromhex("AAAAAA9669 0004 61FF 50 CA")


def test_every_status_of_the_protocol_has_a_name_and_nothing_else_has_one() -> None:
    assert {status.value for status in Status} == EMPTY_REPLIES.keys() | {0x9F}


@pytest.mark.parametrize("sw3", EMPTY_REPLIES)
def test_an_empty_reply_is_what_the_documents_show(sw3: int) -> None:
    shown = bytes.fromhex("AAAAAA9669 0004 0000") + bytes([sw3, EMPTY_REPLIES[sw3]])
    assert reply(sw3) == shown
    (content,) = parse(shown)
    assert isinstance(content, bytes)
    assert parse_reply(content) == Reply(sw3)
    assert parse_reply(content).status is Status(sw3)


def test_a_status_that_the_protocol_does_not_know_is_none() -> None:
    assert Reply(0x55).status is None


def test_five_speeds_can_be_set() -> None:
    assert list(BAUDRATES) == [115200, 57600, 38400, 19200, 9600]
    assert [command.value[1] for command in BAUDRATES.values()] == [0, 1, 2, 3, 4]


@given(CONTENTS)
def test_what_is_framed_comes_back(content: bytes) -> None:
    whole = frame(content)
    assert parse(whole) == [content]
    assert checksum(whole[5:]) == 0
    assert len(whole) == 7 + struct.unpack_from(">H", whole, 5)[0]


@given(st.sampled_from(Command), st.binary(max_size=20))
def test_a_request_comes_back(command: Command, data: bytes) -> None:
    (content,) = parse(request(command, data))
    assert isinstance(content, bytes)
    assert parse_request(content) == Request(command.value, data)
    assert parse_request(content).command is command


@given(st.integers(0, 255), st.binary(max_size=300))
def test_a_reply_comes_back(sw3: int, data: bytes) -> None:
    (content,) = parse(reply(sw3, data))
    assert isinstance(content, bytes)
    assert parse_reply(content) == Reply(sw3, data)


def test_a_command_that_the_protocol_does_not_know_is_none() -> None:
    assert parse_request(b"\x99\x01").command is None


@pytest.mark.parametrize("short", [b"", b"\x10"])
def test_a_request_without_a_parameter_is_refused(short: bytes) -> None:
    with pytest.raises(ValueError, match="a request of"):
        parse_request(short)


@pytest.mark.parametrize("short", [b"", b"\0", b"\0\0"])
def test_a_reply_without_a_status_is_refused(short: bytes) -> None:
    with pytest.raises(ValueError, match="a reply of"):
        parse_reply(short)


@given(CONTENTS, st.integers(1, 60))
def test_a_frame_may_come_in_pieces_of_any_size(content: bytes, size: int) -> None:
    assert parse(*in_pieces(frame(content), size)) == [content]


def test_a_card_may_come_in_forty_pieces_or_byte_by_byte() -> None:
    whole = reply(Status.DONE, card_data(CardData(bytes(256), bytes(range(256)) * 4)))
    assert len(whole) == 1295
    assert parse(*in_pieces(whole, -(-len(whole) // 40))) == parse(*in_pieces(whole, 1)) == parse(whole)


@given(HARMLESS, CONTENTS, HARMLESS)
def test_noise_around_a_frame_does_not_hide_it(before: bytes, content: bytes, after: bytes) -> None:
    assert parse(before + frame(content) + after) == [content]


@pytest.mark.parametrize("before", ["AA", "AAAA", "AAAAAAAA", "AAAAAA", "AAAAAA96", "9669", "AA9669AAAAAA96"])
def test_half_a_preamble_before_a_frame_does_not_hide_it(before: str) -> None:
    assert parse(bytes.fromhex(before) + frame(b"\0\0\x90")) == [b"\0\0\x90"]


@given(st.lists(CONTENTS, min_size=2, max_size=5))
def test_frames_glued_together_come_apart(contents: list[bytes]) -> None:
    assert parse(b"".join(map(frame, contents))) == contents


@given(CONTENTS, st.integers(0, 7), st.data())
def test_any_flipped_bit_of_the_content_is_noticed(content: bytes, bit: int, data: st.DataObject) -> None:
    whole = bytearray(frame(content))
    at = data.draw(st.integers(7, len(whole) - 1))
    whole[at] ^= 1 << bit
    assert parse(bytes(whole))[:1] == [Damage.CHECKSUM]


@given(CONTENTS)
def test_a_good_frame_after_a_damaged_one_is_not_lost(content: bytes) -> None:
    damaged = bytearray(frame(b"\0\0\x90"))
    damaged[-1] ^= 0xFF
    assert parse(bytes(damaged) + frame(content)) == [Damage.CHECKSUM, content]


@given(CONTENTS)
def test_a_frame_inside_a_damaged_one_is_not_lost(content: bytes) -> None:
    broken_off = PREAMBLE + struct.pack(">H", len(content) + 9) + b"\1"
    found = parse(broken_off + frame(content) + bytes(40))
    assert content in found


@pytest.mark.parametrize("length", [0, 1, 2, 4097, 0xFFFF])
def test_a_length_that_cannot_be_is_noticed_at_once(length: int) -> None:
    assert parse(PREAMBLE + struct.pack(">H", length)) == [Damage.LENGTH]
    assert parse(PREAMBLE + struct.pack(">H", length) + frame(b"\0\0\x90")) == [Damage.LENGTH, b"\0\0\x90"]


@settings(max_examples=300)
@given(NASTY, st.integers(1, 50))
@example(PREAMBLE * 3, 1)
def test_no_bytes_break_the_parser_and_pieces_change_nothing(stream: bytes, size: int) -> None:
    assert parse(*in_pieces(stream, size)) == parse(stream)


@settings(max_examples=200)
@given(NASTY, CONTENTS)
def test_a_frame_is_found_after_any_noise_once_the_noise_is_over(noise: bytes, content: bytes) -> None:
    # What began within the noise may claim up to 4096 bytes; behind them the frame must come out.
    assert content in parse(noise + frame(content) + bytes(4200))


@given(st.lists(st.binary(min_size=1, max_size=2000), min_size=5, max_size=20))
def test_the_parser_never_holds_more_than_one_largest_frame(pieces: list[bytes]) -> None:
    parser = FrameParser()
    list(parser.feed(PREAMBLE + struct.pack(">H", 4096)))
    for piece in pieces:
        list(parser.feed(piece))
        assert parser.pending <= 7 + 4096


def test_what_was_not_finished_can_be_forgotten() -> None:
    parser = FrameParser()
    assert list(parser.feed(frame(b"\0\0\x90")[:-1])) == []
    assert parser.pending == 10
    parser.reset()
    assert parser.pending == 0
    assert list(parser.feed(frame(b"\0\0\x80"))) == [b"\0\0\x80"]


def test_noise_is_nothing_pending() -> None:
    parser = FrameParser()
    list(parser.feed(b"\xaa\xaa\xaa"))
    assert parser.pending == 0


@pytest.mark.parametrize(("prints", "frame_length"), [(0, 1297), (512, 1809), (1024, 2321)])
def test_fingerprints_lengthen_the_frame(prints: int, frame_length: int) -> None:
    card = CardData(bytes(256), bytes(1024), bytes(prints))
    whole = reply(Status.DONE, card_data(card, fingerprints=True))
    assert len(whole) == frame_length
    (content,) = parse(whole)
    assert isinstance(content, bytes)
    assert parse_card_data(parse_reply(content).data, fingerprints=True) == card


@given(st.binary(max_size=300), st.binary(max_size=1100), st.binary(max_size=1100), st.booleans())
def test_blocks_of_any_length_come_back(text: bytes, photo: bytes, prints: bytes, wanted: bool) -> None:
    card = CardData(text, photo, prints if wanted else b"")
    assert parse_card_data(card_data(card, fingerprints=wanted), fingerprints=wanted) == card


@given(st.binary(max_size=60), st.booleans())
def test_blocks_that_do_not_fill_the_data_are_refused(data: bytes, wanted: bool) -> None:
    try:
        card = parse_card_data(data, fingerprints=wanted)
    except ValueError:
        return
    assert card_data(card, fingerprints=wanted) == data


def test_the_number_of_a_sam_is_printed_as_on_its_label() -> None:
    data = bytes.fromhex("05000100 09B83201 05BE1200 ADC5B111")
    whole = bytes.fromhex("AAAAAA9669 0014 000090") + data + b"\x63"
    assert reply(Status.DONE, data) == whole
    assert sam_number(data) == "05.01-20101129-0001228293-0296863149"


@given(st.binary(max_size=40).filter(lambda data: len(data) != 16))
def test_a_sam_number_of_another_length_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="SAM number"):
        sam_number(data)


def test_no_repr_shows_what_a_card_says() -> None:
    secret = "林示例".encode("utf-16-le")
    for shown in (repr(Reply(0x90, secret)), repr(CardData(secret, secret, secret))):
        assert repr(secret)[2:-1] not in shown
        assert "b'" not in shown
