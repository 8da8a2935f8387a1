"""The SDT codec: frames in a stream that may hold anything."""

from __future__ import annotations

import struct
from itertools import pairwise

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
    Mask,
    Reply,
    Request,
    Status,
    card_data,
    checksum,
    describe,
    frame,
    parse_card_data,
    parse_reply,
    parse_request,
    reply,
    request,
    sam_number,
)
from drivers.id_reader.record import CardKind, IdRecord, parse_record, text_block
from tests.drivers.id_reader.desk import cards

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


# -- what may be kept and shown of a conversation ------------------------------------------

# What a card's blocks look like on the wire, with a person that the generator invents.
PEOPLE = cards()


def sayings(person: IdRecord, photo: bytes) -> list[bytes]:
    """Every reply that tells of this person, as a reader says it."""
    text = text_block(person)
    plain = card_data(CardData(text, photo))
    printed = card_data(CardData(text, photo, bytes(range(256)) * 2), fingerprints=True)
    address = person.address.ljust(35).encode("utf-16-le")[:70]
    return [reply(Status.DONE, plain), reply(Status.DONE, printed), reply(Status.DONE, address)]


PHOTO = bytes(range(1, 256)) * 4 + b"\1\2\3\4"
SAYINGS = st.builds(sayings, PEOPLE, st.sampled_from([PHOTO, b""])).flatmap(st.sampled_from)
HARMLESS_REPLIES = st.sampled_from([reply(status) for status in Status]) | st.sampled_from(
    [
        reply(Status.FOUND, bytes(4)),
        reply(Status.DONE, bytes(range(8))),
        reply(Status.DONE, bytes(range(16))),
        request(Command.READ),  # a line that echoes
    ]
)


def masked(stream: bytes, size: int = 0) -> bytes:
    mask = Mask()
    return b"".join(mask.feed(piece) for piece in (in_pieces(stream, size) if size else [stream]))


@given(st.lists(SAYINGS | HARMLESS_REPLIES | HARMLESS, max_size=4), st.integers(1, 400))
def test_how_a_stream_is_cut_changes_nothing_of_what_is_kept(parts: list[bytes], size: int) -> None:
    stream = b"".join(parts)
    assert masked(stream, size) == masked(stream)
    assert len(masked(stream)) == len(stream)


@given(st.lists(HARMLESS_REPLIES, max_size=8))
def test_what_tells_of_nobody_is_kept_as_it_is(replies: list[bytes]) -> None:
    stream = b"".join(replies)
    assert masked(stream) == stream


@given(st.lists(SAYINGS | HARMLESS_REPLIES, min_size=1, max_size=5))
def test_what_is_kept_is_a_good_frame_of_the_same_kind_for_each_that_came(replies: list[bytes]) -> None:
    contents, kept = parse(*replies), parse(masked(b"".join(replies)))
    assert len(contents) == len(kept)
    for content, other in zip(contents, kept, strict=True):
        assert isinstance(content, bytes)
        assert isinstance(other, bytes)
        assert (len(content), content[:3]) == (len(other), other[:3])


@given(PEOPLE)
def test_a_masked_card_can_be_read_and_is_nobodys(person: IdRecord) -> None:
    plain, printed, address = (parse_reply(content) for content in parse(masked(b"".join(sayings(person, PHOTO)))))  # type: ignore[arg-type]
    for answer, fingerprints in ((plain, False), (printed, True)):
        card = parse_card_data(answer.data, fingerprints=fingerprints)
        somebody = parse_record(card.text)
        assert somebody.name == "某某示例"
        assert {somebody.number, somebody.address}.isdisjoint({person.number, person.address})
        assert card.photo == bytes(1024)
        assert card.fingerprints == bytes(512 if fingerprints else 0)
    assert address.data.decode("utf-16-le").rstrip() == "某省某市示例大道0号"


PLANTED = IdRecord(
    CardKind.RESIDENT, name="龘靐齉", number="97531864297531864X", address="龗龖龕路97531号", authority="龘靐龕局"
)
# Every two characters of the person, every four bytes of the picture.
SECRETS = {
    words[at : at + 4]
    for words in (
        *(said.encode("utf-16-le") for said in (PLANTED.name, PLANTED.number, PLANTED.address, PLANTED.authority)),
        PHOTO,
    )
    for at in range(len(words) - 3)
}


@settings(max_examples=300)
@given(st.sampled_from(sayings(PLANTED, PHOTO)), st.data())
def test_whatever_befalls_a_card_on_its_way_nothing_of_the_person_is_kept(saying: bytes, data: st.DataObject) -> None:
    """Bytes lost, pieces missing or coming twice, a reading that breaks off and begins anew, noise everywhere."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(saying)), min_size=1, max_size=4)))
    pieces = [saying[start:end] for start, end in pairwise([0, *cuts, len(saying)])]
    arrives = data.draw(st.lists(st.sampled_from(pieces) | HARMLESS | st.just(saying), min_size=1, max_size=6))
    kept = masked(b"".join(arrives))
    assert not {kept[at : at + 4] for at in range(len(kept) - 3)} & SECRETS


def test_the_mask_hides_what_it_should() -> None:
    """The test above would be no test if its secrets were not on the wire."""
    for saying in sayings(PLANTED, PHOTO):
        assert {saying[at : at + 4] for at in range(len(saying) - 3)} & SECRETS


@given(SAYINGS, st.integers(7, 1000), st.integers(1, 255))
def test_a_damaged_frame_stays_damaged(saying: bytes, at: int, change: int) -> None:
    broken = bytearray(saying)
    broken[7 + (at - 7) % (len(saying) - 7)] ^= change
    assert parse(masked(bytes(broken)))[0] is Damage.CHECKSUM


@given(SAYINGS, SAYINGS, st.data())
def test_after_a_new_request_an_answer_that_was_thrown_away_hides_none(
    lost: bytes, answer: bytes, data: st.DataObject
) -> None:
    mask = Mask()
    kept = mask.feed(lost[: data.draw(st.integers(0, len(lost)))])
    assert mask.requests.feed(request(Command.READ)) == request(Command.READ)
    assert mask.feed(answer) == masked(answer)
    assert len(kept) <= len(lost)


@settings(max_examples=300)
@given(NASTY, st.integers(1, 50))
def test_no_bytes_break_the_mask(stream: bytes, size: int) -> None:
    assert masked(stream, size) == masked(stream)
    assert len(masked(stream)) == len(stream)


@pytest.mark.parametrize(
    ("direction", "data", "words"),
    [
        ("out", request(Command.READ), "READ"),
        ("out", frame(b"\x99\x01"), "unknown command 99 01"),
        ("in", reply(Status.NO_CARD), "NO_CARD"),
        ("in", reply(Status.FOUND, bytes(4)), "FOUND, 4 bytes"),
        ("in", reply(0x55), "unknown status 55"),
        ("in", request(Command.FIND) + reply(Status.NO_CARD), "echo of FIND\nNO_CARD"),
        ("in", reply(Status.DONE, card_data(CardData(bytes(256), bytes(1024)))), "DONE, 256 + 1024 bytes"),
        (
            "in",
            reply(Status.DONE, card_data(CardData(bytes(256), bytes(1024), bytes(512)), fingerprints=True)),
            "DONE, 256 + 1024 + 512 bytes",
        ),
        ("in", reply(Status.DONE, b"\x20\0" * 35), "DONE, 70 bytes"),
        ("in", reply(Status.DONE, bytes(99)), "DONE, 99 bytes"),
        (
            "in",
            reply(Status.DONE, bytes.fromhex("0500010009B8320105BE1200ADC5B111")),
            "DONE, 05.01-20101129-0001228293-0296863149",
        ),
        ("in", reply(Status.DONE)[:-1] + b"\0", "a damaged frame: wrong checksum"),
        ("in", PREAMBLE + b"\xff\xff", "a damaged frame: wrong length"),
        ("in", reply(Status.DONE)[:9], "9 bytes of a frame that goes on"),
        ("in", b"noise", "5 bytes of noise"),
    ],
)
def test_a_frame_is_described_in_a_line(direction: str, data: bytes, words: str) -> None:
    assert describe(direction, data) == words


@given(SAYINGS, st.integers(0, 2000))
def test_no_description_tells_of_the_person(saying: bytes, cut: int) -> None:
    words = describe("in", saying[cut % len(saying) :]) + describe("out", saying)
    assert words.isascii()
    assert len(words) < 120


@given(st.sampled_from(["out", "in"]), NASTY)
def test_anything_can_be_described(direction: str, stream: bytes) -> None:
    assert describe(direction, stream)
