"""What the guide lights' unit and its host say to each other: lines of ASCII. Opens nothing, sleeps never.

The protocol is our own; ``docs/hardware/guide-lights.md`` is its full
description for whoever builds a unit. The host asks, the unit answers each line
with one line:

    unit                     unit protocol=1 model=GL-8 serial=17 firmware=1.2 lamps=id_reader,camera
    ?                        lamps id_reader=off camera=blink
    show id_reader=on        lamps id_reader=on camera=off
    anything else            error what is wrong

There is no checksum. An answer to ``show`` repeats the whole picture, so the
host holds it against what it wanted; and no single wrong, lost or doubled byte
turns one picture of a unit's lamps into another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = "1"
LONGEST = 240  # bytes of a line, so that a small controller needs no large buffer

# The lamps that a machine may have: each stands beside the device whose name it bears.
LAMPS = (
    "id_reader",
    "camera",
    "receipt_printer",
    "page_printer",
    "document_camera",
    "code_scanner",
    "card_rewriter",
    "bank_card_reader",
)

_NAME = re.compile(r"[a-z][a-z_]{0,23}")


class Light(StrEnum):
    """What a lamp does."""

    OFF = "off"
    ON = "on"
    BLINK = "blink"
    BROKEN = "broken"  # its circuit is open; only a unit says this


Picture = Mapping[str, Light]  # what each lamp does, in the unit's order


@dataclass(frozen=True, slots=True)
class Unit:
    """Which unit it is and which lamps it has, in the order of its pictures."""

    lamps: tuple[str, ...]
    model: str = ""
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class Lamps:
    """What every lamp of the unit does now."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Refusal:
    """The unit did not do it."""

    reason: str


Answer = Unit | Lamps | Refusal


class Ask(StrEnum):
    """What a host says that takes no words."""

    UNIT = "unit"
    LAMPS = "?"


@dataclass(frozen=True, slots=True)
class Show:
    """Let these lamps be as said, and all others off."""

    picture: Picture


Request = Ask | Show


class LineParser:
    """Finds lines in what comes in, however it is cut; None stands for a line that is none."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._overlong = False

    @property
    def pending(self) -> bool:
        """True in the middle of a line."""
        return bool(self._line) or self._overlong

    def reset(self) -> None:
        """Forget what was half said."""
        self._line.clear()
        self._overlong = False

    def feed(self, data: bytes) -> list[str | None]:
        """Take bytes; return the lines that end in them, without their ends."""
        lines: list[str | None] = []
        *ends, rest = data.split(b"\n")
        for end in ends:
            self._keep(end)
            lines.append(None if self._overlong else _printable(bytes(self._line.removesuffix(b"\r"))))
            self.reset()
        self._keep(rest)
        return lines

    def _keep(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > LONGEST:
            self._line.clear()
            self._overlong = True


# -- the host's side -----------------------------------------------------------------


def request(what: Request) -> bytes:
    """The line of a request."""
    if isinstance(what, Ask):
        return f"{what}\n".encode("ascii")
    return _line("show", *_words(what.picture))


def parse_answer(line: str) -> Answer | None:
    """What a unit's line says; None when it says nothing that the protocol knows."""
    head, *words = line.split(" ")
    match head:
        case "unit":
            return _unit(words)
        case "lamps":
            picture = _picture(words, broken=True)
            return Lamps(picture) if picture is not None else None
        case "error" if words:
            return Refusal(" ".join(words))
        case _:
            return None


# -- the unit's side -----------------------------------------------------------------


def answer(what: Answer) -> bytes:
    """The line of an answer."""
    match what:
        case Unit(lamps, model, serial, firmware):
            told = {"protocol": VERSION, "model": model, "serial": serial, "firmware": firmware}
            words = [f"{name}={value}" for name, value in told.items() if value]
            return _line("unit", *words, f"lamps={','.join(lamps)}")
        case Lamps(picture):
            return _line("lamps", *_words(picture))
        case Refusal(reason):
            return _line("error", reason)


def parse_request(line: str) -> Request | None:
    """What a host's line says; None when it says nothing that the protocol knows."""
    if line in set(Ask):
        return Ask(line)
    head, *words = line.split(" ")
    picture = _picture(words, broken=False) if head == "show" else None
    return Show(picture) if picture is not None else None


# -- words -----------------------------------------------------------------------------


def _line(*words: str) -> bytes:
    return (" ".join(words) + "\n").encode("ascii")


def _words(picture: Picture) -> list[str]:
    return [f"{name}={light}" for name, light in picture.items()]


def _picture(words: list[str], *, broken: bool) -> dict[str, Light] | None:
    picture: dict[str, Light] = {}
    for word in words:
        name, _, light = word.partition("=")
        if not _NAME.fullmatch(name) or name in picture or light not in set(Light):
            return None
        picture[name] = Light(light)
    return None if Light.BROKEN in picture.values() and not broken else picture


def _unit(words: list[str]) -> Unit | None:
    told = {name: value for name, _, value in (word.partition("=") for word in words)}
    lamps = tuple(told.get("lamps", "").split(","))
    if told.get("protocol") != VERSION or len(set(lamps)) != len(lamps) or not all(map(_NAME.fullmatch, lamps)):
        return None
    return Unit(lamps, told.get("model", ""), told.get("serial", ""), told.get("firmware", ""))


def _printable(line: bytes) -> str | None:
    return line.decode("ascii") if all(0x20 <= byte < 0x7F for byte in line) else None
