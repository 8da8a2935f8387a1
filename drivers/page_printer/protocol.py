"""The Internet Printing Protocol as bytes and messages. Opens nothing, sleeps never.

Sources: RFC 8010 (encoding), RFC 8011 (operations, attributes), PWG 5100.13 (what a printer tells of its trays and
supplies), PWG 5100.14 (IPP Everywhere).

A message is a version, a code (the operation of a request, the status of an answer), a number, and groups of
attributes; the document follows. An attribute has one or more values, each with a tag that says what its bytes mean;
values of one attribute may differ in kind, and a collection is a value that holds attributes itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import product
from typing import NamedTuple, TypeAlias, Union, cast

PORT = 631

_DEEPEST = 8  # collections within collections; media-col has three
_LONGEST = 0x7FFF  # bytes of a name or a value


class IppError(ValueError):
    """These bytes are no IPP message."""


class GroupTag(IntEnum):
    """What a group of attributes is about."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """What the bytes of a value mean."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


_END_OF_ATTRIBUTES = 0x03
_FIRST_VALUE_TAG = 0x10
_END_COLLECTION = 0x37
_MEMBER_NAME = 0x4A
_WORDS = frozenset({Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.URI_SCHEME, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME_TYPE})


class Operation(IntEnum):
    """What a request asks for."""

    VALIDATE_JOB = 0x04
    CREATE_JOB = 0x05
    SEND_DOCUMENT = 0x06
    CANCEL_JOB = 0x08
    GET_JOB_ATTRIBUTES = 0x09
    GET_JOBS = 0x0A
    GET_PRINTER_ATTRIBUTES = 0x0B
    IDENTIFY_PRINTER = 0x3C


class Status(IntEnum):
    """What an answer says of its request. Below 0x100 it was carried out."""

    OK = 0x0000
    OK_SUBSTITUTED = 0x0001
    OK_CONFLICTING = 0x0002
    BAD_REQUEST = 0x0400
    FORBIDDEN = 0x0401
    NOT_AUTHENTICATED = 0x0402
    NOT_AUTHORIZED = 0x0403
    NOT_POSSIBLE = 0x0404
    TIMEOUT = 0x0405
    NOT_FOUND = 0x0406
    GONE = 0x0407
    TOO_LARGE = 0x0408
    FORMAT_NOT_SUPPORTED = 0x040A
    ATTRIBUTES_NOT_SUPPORTED = 0x040B
    CONFLICTING_ATTRIBUTES = 0x040E
    INTERNAL_ERROR = 0x0500
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    VERSION_NOT_SUPPORTED = 0x0503
    DEVICE_ERROR = 0x0504
    TEMPORARY_ERROR = 0x0505
    NOT_ACCEPTING_JOBS = 0x0506
    BUSY = 0x0507
    JOB_CANCELED = 0x0508


class PrinterState(IntEnum):
    """``printer-state``."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class JobState(IntEnum):
    """``job-state``. From CANCELED on nothing more happens to the job."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class Range(NamedTuple):
    """All numbers from ``low`` to ``high``."""

    low: int
    high: int


class Resolution(NamedTuple):
    """Dots per unit: 3 is an inch, 4 a centimetre."""

    across: int
    along: int
    unit: int


class Worded(NamedTuple):
    """Words in a language of their own, such as ``zh-cn``."""

    language: str
    words: str


Content: TypeAlias = Union[bool, int, str, bytes, Range, Resolution, Worded, "tuple[Attribute, ...]", None]


class Value(NamedTuple):
    """One value: a member of :class:`Tag`, or a tag that came later, whose content is plain bytes."""

    tag: int
    content: Content


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and its values, of which there is at least one."""

    name: str
    values: tuple[Value, ...]


def attribute(tag: Tag, name: str, *contents: Content) -> Attribute:
    """An attribute with values of one kind."""
    return Attribute(name, tuple(Value(tag, content) for content in contents))


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes that belong together. What is not there, or is of another kind than asked for, is not found."""

    tag: int
    attributes: tuple[Attribute, ...] = ()

    def __contains__(self, name: str) -> bool:
        return any(found.name == name for found in self.attributes)

    def values(self, name: str) -> tuple[Value, ...]:
        """The values of the first attribute of that name."""
        return next((found.values for found in self.attributes if found.name == name), ())

    def words(self, name: str) -> tuple[str, ...]:
        """Those that are words; their language is left out."""
        contents = (value.content for value in self.values(name))
        return tuple(
            content.words if isinstance(content, Worded) else content
            for content in contents
            if isinstance(content, str | Worded)
        )

    def word(self, name: str) -> str:
        """The first of them, or ""."""
        return next(iter(self.words(name)), "")

    def numbers(self, name: str) -> tuple[int, ...]:
        """Those that are integers or enumerated."""
        contents = (value.content for value in self.values(name))
        return tuple(content for content in contents if isinstance(content, int) and not isinstance(content, bool))

    def number(self, name: str) -> int | None:
        """The first of them."""
        return next(iter(self.numbers(name)), None)

    def highest(self, name: str) -> int | None:
        """The upper end of a range, or a number that stands for itself."""
        ranges = [value.content.high for value in self.values(name) if isinstance(value.content, Range)]
        return max([*ranges, *self.numbers(name)], default=None)

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        contents = (value.content for value in self.values(name))
        return next((content for content in contents if isinstance(content, bool)), None)

    def lines(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Values such as ``type=toner;level=75;``, as the attributes of trays and supplies have them."""
        contents = (value.content for value in self.values(name))
        texts = (content.decode(errors="replace") if isinstance(content, bytes) else content for content in contents)
        return tuple(_pairs(text, "=") for text in texts if isinstance(text, str))


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer. ``code`` is an :class:`Operation` or a :class:`Status`, or one of a later standard."""

    code: int
    number: int
    groups: tuple[Group, ...] = ()
    document: bytes = b""
    version: tuple[int, int] = (2, 0)

    def all(self, tag: GroupTag) -> tuple[Group, ...]:
        """Every group of one kind; a list of jobs has one per job."""
        return tuple(group for group in self.groups if group.tag == tag)

    def first(self, tag: GroupTag) -> Group:
        """The first group of one kind, or an empty one."""
        return next(iter(self.all(tag)), Group(tag))


def request(
    operation: Operation,
    number: int,
    uri: str,
    user: str,
    *,
    asked: Iterable[Attribute] = (),
    job: Iterable[Attribute] = (),
    document: bytes = b"",
    version: tuple[int, int] = (2, 0),
) -> Message:
    """A request to the printer at ``uri``; ``asked`` are the operation's attributes, ``job`` those of a job."""
    words = {found.name: found for found in asked}
    first = [
        attribute(Tag.CHARSET, "attributes-charset", "utf-8"),
        attribute(Tag.LANGUAGE, "attributes-natural-language", "en"),
        attribute(Tag.URI, "printer-uri", uri),
        *filter(None, [words.pop("job-id", None)]),  # what the request is about comes before who asks
        attribute(Tag.NAME, "requesting-user-name", user),
    ]
    groups = [Group(GroupTag.OPERATION, (*first, *words.values()))]
    if template := tuple(job):
        groups.append(Group(GroupTag.JOB, template))
    return Message(operation, number, tuple(groups), document, version)


def device_id(text: str) -> Mapping[str, str]:
    """An IEEE 1284 identity such as ``MFG:Maker;MDL:Model;SN:123;``, by its keys."""
    return _pairs(text, ":")


def _pairs(text: str, between: str) -> dict[str, str]:
    halves = (part.partition(between) for part in text.split(";"))
    return {name.strip(): value.strip() for name, found, value in halves if found}


# -- bytes out ---------------------------------------------------------------------------


def encode(message: Message) -> bytes:
    """The bytes of ``message``. Raises ValueError when it cannot be said."""
    try:
        out = bytearray(struct.pack(">BBHi", *message.version, message.code, message.number))
        for group in message.groups:
            out.append(group.tag)
            for said in group.attributes:
                if not said.values:
                    raise ValueError(f"{said.name} has no value")
                for name, value in zip((said.name, *[""] * (len(said.values) - 1)), said.values, strict=True):
                    _put_value(out, name, value)
        out.append(_END_OF_ATTRIBUTES)
    except (struct.error, TypeError, AttributeError) as error:
        raise ValueError(f"this cannot be said in IPP: {error}") from error
    return bytes(out) + message.document


def _put_value(out: bytearray, name: str, value: Value) -> None:
    out.append(value.tag)
    _put(out, name.encode())
    if value.tag == Tag.COLLECTION:
        _put(out, b"")
        for member in cast("tuple[Attribute, ...]", value.content):
            _put_value(out, "", Value(_MEMBER_NAME, member.name))
            for one in member.values:
                _put_value(out, "", one)
        _put_value(out, "", Value(_END_COLLECTION, b""))
        return
    _put(out, _bytes_of(value.tag, value.content))


def _bytes_of(tag: int, content: Content) -> bytes:
    match content:
        case None:
            return b""
        case bool():
            return bytes([content])
        case int():
            return struct.pack(">i", content)
        case str():
            return content.encode()
        case bytes():
            return content
        case Range():
            return struct.pack(">ii", *content)
        case Resolution():
            return struct.pack(">iib", *content)
        case Worded():
            pieces = bytearray()
            _put(pieces, content.language.encode())
            _put(pieces, content.words.encode())
            return bytes(pieces)
    raise TypeError(f"no value of tag {tag:#x}")


def _put(out: bytearray, piece: bytes) -> None:
    if len(piece) > _LONGEST:
        raise ValueError(f"{len(piece)} bytes are too long for a name or a value")
    out += struct.pack(">H", len(piece)) + piece


# -- bytes in ----------------------------------------------------------------------------


def decode(data: bytes) -> Message:
    """What ``data`` says; words that are not UTF-8 are mended. Raises IppError."""
    reader = _Reader(data)
    major, minor, code, number = struct.unpack(">BBHi", reader.take(8))
    groups: list[tuple[int, list[tuple[str, list[Value]]]]] = []
    while (tag := reader.byte()) != _END_OF_ATTRIBUTES:
        if tag < _FIRST_VALUE_TAG:
            groups.append((tag, []))
            continue
        name = _text(reader.piece())
        value = _value(reader, tag, 0)
        if not groups:
            raise IppError("a value before the first group")
        attributes = groups[-1][1]
        if name:
            attributes.append((name, [value]))
        elif attributes:
            attributes[-1][1].append(value)
        else:
            raise IppError("a further value of no attribute")
    return Message(
        code,
        number,
        tuple(Group(tag, _attributes(found)) for tag, found in groups),
        data[reader.at :],
        (major, minor),
    )


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        piece = self._data[self.at : self.at + count]
        if len(piece) < count:
            raise IppError("the message breaks off")
        self.at += count
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def piece(self) -> bytes:
        """Bytes with their count before them."""
        return self.take(int.from_bytes(self.take(2)))


def _attributes(found: list[tuple[str, list[Value]]]) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, tuple(values)) for name, values in found)


def _value(reader: _Reader, tag: int, depth: int) -> Value:
    raw = reader.piece()
    if tag == Tag.COLLECTION:
        return Value(tag, _collection(reader, depth + 1))
    try:
        return Value(tag, _content(tag, raw))
    except struct.error as error:
        raise IppError(f"{len(raw)} bytes for a value of tag {tag:#x}") from error


def _collection(reader: _Reader, depth: int) -> tuple[Attribute, ...]:
    if depth > _DEEPEST:
        raise IppError("collections within collections without an end")
    members: list[tuple[str, list[Value]]] = []
    while True:
        tag = reader.byte()
        if tag < _FIRST_VALUE_TAG or reader.piece():
            raise IppError("a collection without an end")
        if tag == _END_COLLECTION:
            reader.piece()
            break
        if tag == _MEMBER_NAME:
            members.append((_text(reader.piece()), []))
        elif members:
            members[-1][1].append(_value(reader, tag, depth))
        else:
            raise IppError("a collection's value without a name")
    if not all(values for _, values in members):
        raise IppError("a member of a collection without a value")
    return _attributes(members)


def _content(tag: int, raw: bytes) -> Content:
    if tag in _WORDS:
        return _text(raw)
    match tag:
        case Tag.INTEGER | Tag.ENUM:
            return int(struct.unpack(">i", raw)[0])
        case Tag.BOOLEAN:
            return bool(struct.unpack(">?", raw)[0])
        case Tag.RANGE:
            return Range(*struct.unpack(">ii", raw))
        case Tag.RESOLUTION:
            return Resolution(*struct.unpack(">iib", raw))
        case Tag.TEXT_WITH_LANGUAGE | Tag.NAME_WITH_LANGUAGE:
            pieces = _Reader(raw)
            worded = Worded(_text(pieces.piece()), _text(pieces.piece()))
            if pieces.at != len(raw):
                raise IppError("words with a language and something after them")
            return worded
        case Tag.UNSUPPORTED | Tag.UNKNOWN | Tag.NO_VALUE:
            return None
        case _:
            return raw


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


# -- what may be kept and shown of a conversation ----------------------------------------

_MASKED = b"*"
_IN_A_LANGUAGE = frozenset({Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE})
_WORDS_FOR_PEOPLE = frozenset({Tag.TEXT, Tag.NAME, *_IN_A_LANGUAGE})
_DISPLAY = b"printer-state-message"  # some printers show there whose document they print
_USER = b"requesting-user-name"


class Mask:
    """Takes out of a printer's answers who else prints there, and what: names and texts of jobs, and of its display.

    What has our own name stays, by which a job is known as ours. Each ``feed`` is a whole message, as the connection
    tells it; from where it cannot be followed nothing of it is kept.
    """

    def __init__(self) -> None:
        self._own: set[bytes] = set()
        self.requests = _Requests(self._own)

    def feed(self, data: bytes) -> bytes:
        """As many bytes, in the same values."""
        masked = bytearray(data)
        reader = _Reader(data if data[:1] in (b"\1", b"\2") else b"")
        try:
            for group, name, tag, begin in _values_in(reader):
                if (group == GroupTag.JOB or name == _DISPLAY) and tag in _WORDS_FOR_PEOPLE:
                    words = slice(_words_from(data, tag, begin, reader.at), reader.at)
                    if data[words] not in self._own:
                        masked[words] = _MASKED * len(data[words])
        except IppError:
            pass
        masked[reader.at :] = _MASKED * (len(data) - reader.at)
        return bytes(masked)


class _Requests:
    """The mask of what we say: it hears our own name, and a request holds nothing of anybody's."""

    def __init__(self, own: set[bytes]) -> None:
        self._own = own

    def feed(self, data: bytes) -> bytes:
        """The bytes themselves."""
        reader = _Reader(data)
        self._own.update(data[begin : reader.at] for _, name, _, begin in _values_in(reader) if name == _USER)
        return data


def _values_in(reader: _Reader) -> Iterator[tuple[int, bytes, int, int]]:
    """Of each value: its group, the attribute's name, its tag, and where it begins; it ends where the reader stands.

    What is in a collection has the name of the whole. Raises IppError.
    """
    reader.take(8)
    group, name = 0, b""
    while (tag := reader.byte()) != _END_OF_ATTRIBUTES:
        if tag < _FIRST_VALUE_TAG:
            group, name = tag, b""
            continue
        name = reader.piece() or name
        value = reader.piece()
        yield group, name, tag, reader.at - len(value)


def _words_from(data: bytes, tag: int, begin: int, end: int) -> int:
    """Where the words of a value begin: those in a language of their own stand behind it, and their lengths stay."""
    if tag not in _IN_A_LANGUAGE:
        return begin
    words = begin + 4 + int.from_bytes(data[begin : begin + 2])
    return words if words <= end else begin


# -- for people --------------------------------------------------------------------------

# What an answer is read for: the rest is in the bytes.
_TELLING = ("printer-state", "printer-state-reasons", "job-id", "job-state", "job-state-reasons")


def describe(direction: str, data: bytes) -> str:
    """A message in one line, and nothing of a document. ``direction`` is out or in."""
    try:
        message = decode(data)
    except IppError as error:
        return f"no IPP: {error}"
    known: type[IntEnum] = Operation if direction == "out" else Status
    said = [known(message.code).name if message.code in set(known) else f"{message.code:#06x}"]
    for group, name in product(message.groups, _TELLING):
        if found := [*group.words(name), *group.numbers(name)]:
            said.append(f"{name} {', '.join(_called(name, one) for one in found)}")
    return " · ".join(said)


def _called(name: str, content: object) -> str:
    states: dict[str, type[IntEnum]] = {"printer-state": PrinterState, "job-state": JobState}
    state = states.get(name)
    return next((one.name for one in state or () if one == content), str(content))
