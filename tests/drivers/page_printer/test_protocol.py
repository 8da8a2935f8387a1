"""The codec of IPP: every kind of value there and back, and bytes that are no message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.page_printer.protocol import (
    Attribute,
    Group,
    GroupTag,
    IppError,
    Message,
    Operation,
    Range,
    Resolution,
    Status,
    Tag,
    Value,
    Worded,
    attribute,
    decode,
    device_id,
    encode,
    request,
)

NUMBERS = st.integers(-(2**31), 2**31 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
SIMPLE = st.one_of(
    st.builds(Value, st.sampled_from([Tag.INTEGER, Tag.ENUM]), NUMBERS),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(Value, st.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.MIME_TYPE]), TEXT),
    st.builds(Value, st.just(Tag.RANGE), st.builds(Range, NUMBERS, NUMBERS)),
    st.builds(Value, st.just(Tag.RESOLUTION), st.builds(Resolution, NUMBERS, NUMBERS, st.sampled_from([3, 4]))),
    st.builds(Value, st.sampled_from([Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE]), st.builds(Worded, TEXT, TEXT)),
    st.builds(Value, st.sampled_from([Tag.OCTETS, Tag.DATE_TIME, 0x3F, 0x7F]), st.binary(max_size=12)),
    st.builds(Value, st.sampled_from([Tag.UNKNOWN, Tag.NO_VALUE, Tag.UNSUPPORTED]), st.none()),
)


def attributes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Attribute]:
    return st.builds(Attribute, NAMES, st.lists(values, min_size=1, max_size=3).map(tuple))


def collections(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.builds(Value, st.just(Tag.COLLECTION), st.lists(attributes(values), max_size=2).map(tuple))


VALUES = st.recursive(SIMPLE, collections, max_leaves=5)
GROUPS = st.builds(Group, st.sampled_from(GroupTag), st.lists(attributes(VALUES), max_size=3).map(tuple))
MESSAGES = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    NUMBERS,
    st.lists(GROUPS, max_size=3).map(tuple),
    st.binary(max_size=20),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
)

# RFC 8010, section 3: version, operation, number; a group; tag, name, value of each attribute; the end.
ASKED = bytes.fromhex(
    "0200 000B 00000007 01"
    "47 0012 617474726962757465732D63686172736574 0005 7574662D38"
    "48 001B 617474726962757465732D6E61747572616C2D6C616E6775616765 0002 656E"
    "45 000B 7072696E7465722D757269 0010 6970703A2F2F6465736B2F7072696E74"
    "42 0014 72657175657374696E672D757365722D6E616D65 0005 6B696F736B"
    "44 0014 7265717565737465642D61747472696275746573 000D 7072696E7465722D7374617465"
    "44 0000 0006 636F70696573"
    "03"
)


def test_a_request_is_the_bytes_that_the_standard_asks_for() -> None:
    wanted = attribute(Tag.KEYWORD, "requested-attributes", "printer-state", "copies")
    asked = request(Operation.GET_PRINTER_ATTRIBUTES, 7, "ipp://desk/print", "kiosk", asked=[wanted])
    assert encode(asked) == ASKED


def test_what_a_request_is_about_comes_before_who_asks() -> None:
    last, job = attribute(Tag.BOOLEAN, "last-document", True), attribute(Tag.INTEGER, "job-id", 3)
    said = request(Operation.SEND_DOCUMENT, 1, "ipp://desk/print", "kiosk", asked=[last, job], document=b"%PDF")
    names = [found.name for found in said.first(GroupTag.OPERATION).attributes]
    assert names[2:] == ["printer-uri", "job-id", "requesting-user-name", "last-document"]
    assert encode(said).endswith(b"\x03%PDF")


def test_what_a_job_is_like_stands_in_a_group_of_its_own() -> None:
    said = request(
        Operation.CREATE_JOB, 1, "ipp://desk/print", "kiosk", job=[attribute(Tag.KEYWORD, "sides", "one-sided")]
    )
    assert [group.tag for group in said.groups] == [GroupTag.OPERATION, GroupTag.JOB]
    assert said.first(GroupTag.JOB).word("sides") == "one-sided"


@settings(max_examples=60)
@given(MESSAGES)
def test_every_message_comes_back_as_it_went(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.binary(max_size=60))
def test_no_bytes_do_more_than_fail_to_be_a_message(data: bytes) -> None:
    try:
        decode(data)
    except IppError:
        pass


@settings(max_examples=60)
@given(MESSAGES, st.data())
def test_a_harmed_message_is_another_message_or_none(message: Message, data: st.DataObject) -> None:
    raw = bytearray(encode(message))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        decode(bytes(raw))
    except IppError:
        pass


WHOLE = Message(
    Status.OK,
    1,
    (
        Group(GroupTag.OPERATION, (attribute(Tag.CHARSET, "attributes-charset", "utf-8"),)),
        Group(
            GroupTag.PRINTER,
            (
                attribute(Tag.INTEGER, "copies", 1, 2),
                attribute(Tag.TEXT_WITH_LANGUAGE, "printer-info", Worded("zh-cn", "文")),
                attribute(Tag.COLLECTION, "media-col", (attribute(Tag.INTEGER, "x-dimension", 21000),)),
            ),
        ),
    ),
)


def test_a_message_that_breaks_off_is_none_wherever_it_does() -> None:
    whole = encode(WHOLE)
    for length in range(len(whole)):
        with pytest.raises(IppError):
            decode(whole[:length])


HEAD = bytes.fromhex("0200 0000 00000001")


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("before the first group", "44 0001 61 0001 62 03"),
        ("of no attribute", "04 44 0000 0001 62 03"),
        ("breaks off", "04 44 0001 61 0009 62 03"),
        ("3 bytes for a value", "04 21 0001 61 0003 000001 03"),
        ("something after them", "04 35 0001 61 0007 0001 65 0001 62 00 03"),
        ("without a name", "04 34 0001 61 0000 44 0000 0001 62 37 0000 0000 03"),
        ("without a value", "04 34 0001 61 0000 4A 0000 0001 62 37 0000 0000 03"),
        ("without an end", "04 34 0001 61 0000 4A 0000 0001 62 03"),
        ("without an end", "04 34 0001 61 0000 " + "4A 0000 0001 62 34 0000 0000 " * 9 + "03"),
    ],
)
def test_what_is_wrong_with_bytes_is_told(reason: str, body: str) -> None:
    with pytest.raises(IppError, match=reason):
        decode(HEAD + bytes.fromhex(body))


def test_words_that_are_not_utf_8_are_mended() -> None:
    told = decode(HEAD + bytes.fromhex("04 41 0001 61 0002 C3 28 03")).first(GroupTag.PRINTER)
    assert told.word("a") == "�("


@pytest.mark.parametrize(
    "unspeakable",
    [
        Attribute("nothing", ()),
        attribute(Tag.INTEGER, "number", 2**31),
        attribute(Tag.TEXT, "text", "x" * 0x8000),
        Attribute("collection", (Value(Tag.COLLECTION, None),)),
        Attribute("collection", (Value(Tag.COLLECTION, (Attribute("member", (Value(Tag.RANGE, ()),)),)),)),
    ],
)
def test_what_cannot_be_said_is_a_value_error(unspeakable: Attribute) -> None:
    with pytest.raises(ValueError, match=r"value|said|long"):
        encode(Message(Status.OK, 1, (Group(GroupTag.PRINTER, (unspeakable,)),)))


TOLD = Group(
    GroupTag.PRINTER,
    (
        attribute(Tag.INTEGER, "number", 5, 6),
        attribute(Tag.BOOLEAN, "flag", True),
        attribute(Tag.RANGE, "range", Range(1, 999)),
        Attribute("mixed", (Value(Tag.KEYWORD, "a"), Value(Tag.NAME_WITH_LANGUAGE, Worded("zh-cn", "文")))),
        attribute(Tag.OCTETS, "line", b"type=toner;level=75;;x"),
        attribute(Tag.NO_VALUE, "nothing", None),
    ),
)


def test_a_group_finds_what_is_there() -> None:
    assert TOLD.numbers("number") == (5, 6)
    assert TOLD.number("number") == 5
    assert TOLD.flag("flag") is True
    assert TOLD.highest("range") == 999
    assert TOLD.highest("number") == 6
    assert TOLD.words("mixed") == ("a", "文")
    assert TOLD.lines("line") == ({"type": "toner", "level": "75"},)
    assert "nothing" in TOLD


@pytest.mark.parametrize("name", ["number", "flag", "range", "mixed", "line", "nothing", "not there"])
def test_what_is_of_another_kind_is_not_found(name: str) -> None:
    assert name == "number" or TOLD.number(name) is None
    assert name == "flag" or TOLD.flag(name) is None
    assert name in ("number", "range") or TOLD.highest(name) is None
    assert name == "mixed" or TOLD.word(name) == ""
    assert name in ("line", "mixed") or TOLD.lines(name) == ()


def test_a_list_of_jobs_has_a_group_for_each() -> None:
    jobs = tuple(Group(GroupTag.JOB, (attribute(Tag.INTEGER, "job-id", number),)) for number in (1, 2))
    told = decode(encode(Message(Status.OK, 1, (Group(GroupTag.OPERATION), *jobs))))
    assert [job.number("job-id") for job in told.all(GroupTag.JOB)] == [1, 2]
    assert told.first(GroupTag.PRINTER) == Group(GroupTag.PRINTER)


def test_an_identity_of_ieee_1284_is_taken_apart() -> None:
    assert device_id("MFG:Maker; MDL:A4 laser;SN:X:1;rubbish;") == {"MFG": "Maker", "MDL": "A4 laser", "SN": "X:1"}
