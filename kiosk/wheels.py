"""What somebody who does not see turns to when a field is filled in: its signs, one after another, on a wheel.

Digits and letters stand on one wheel. A Chinese character takes three, one behind the other: its initial, the syllables
that begin so, the characters that are read so. An area takes one for each of its names. Which wheel stands is called by
what led to it: "" is the first; ``zh-`` has the syllables behind that initial, ``zhang`` the characters of that
syllable; ``福建省/厦门市`` what lies in there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kiosk.aloud import Edit
from kiosk.areas import Area, areas_in, in_letters, joined
from kiosk.catalogue.item import FieldType
from kiosk.spelling import INITIALS, characters_of, initial_of, sound_of, syllables_of, told, way_to
from kiosk.text import Language, Text, same


class Does(StrEnum):
    """What choosing a stop does besides turning on."""

    DELETE = "delete"  # the last sign goes
    DONE = "done"  # the field is left


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a wheel can stand: what is said there, and what comes of choosing it.

    ``sign`` goes in behind what was typed; ``answer`` becomes the field's value, and that was it; ``opens`` is the
    wheel that comes next. ``letters`` are those of a sound; a digit of a keypad that is its ``key`` turns there.
    """

    said: Text
    sign: str = ""
    answer: str = ""
    opens: str | None = None
    does: Does | None = None
    letters: str = ""
    key: str = ""


DELETE = Stop(Text(zh="删除", en="Delete"), does=Does.DELETE)
DONE = Stop(Text(zh="填好了", en="Done"), does=Does.DONE)
_LATIN = "latin"
TO_LATIN = Stop(Text(zh="字母和数字", en="Letters and digits"), opens=_LATIN, key="1")
TO_PINYIN = Stop(Text(zh="拼音", en="Chinese characters"), opens="")
OTHER_INITIAL = Stop(Text(zh="重选声母", en="Another initial"), opens="")
OTHER_SYLLABLE = Text(zh="重选拼音", en="Another syllable")
LARGER_AREA = Text(zh="换个地方，选上一级", en="Somewhere else: one level up")
NO_STREET = Text(zh="不清楚街道，跳过", en="Leave out the street office")
AS_IT_WAS = Stop(Text(zh="不改了", en="Leave it as it is"), does=Does.DONE)
WHICH_AREA = (
    Text(zh="哪个省？", en="Which province?"),
    Text(zh="哪个市？", en="Which city?"),
    Text(zh="哪个区、县？", en="Which district or county?"),
    Text(zh="哪个街道、镇？", en="Which street office or town?"),
)

# What is written in words, on more wheels than one.
WORDS = (FieldType.TEXT, FieldType.ADDRESS)

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KINDS_OF_CARS = "学警挂港澳"  # only as a plate's seventh and last
_KIND_AT = 6
_PROVINCES = "闽京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉贵粤青藏川宁琼"
_SIGNS: dict[FieldType, str] = {
    FieldType.AMOUNT: _DIGITS + ".",
    FieldType.ID_NUMBER: _DIGITS + "X",
    FieldType.LATIN: _DIGITS + _LETTERS + ".@-_",
    FieldType.COMPANY_CODE: _DIGITS + _LETTERS,
    FieldType.TEXT: _DIGITS + _LETTERS + " -#/.,·（）",
}
_SPOKEN_SIGNS: dict[str, Text] = {
    ".": Text(zh="点", en="dot"),
    "@": Text(zh="艾特", en="at"),
    "-": Text(zh="横线", en="dash"),
    "_": Text(zh="下划线", en="underscore"),
    " ": Text(zh="空格", en="space"),
    "#": Text(zh="井号", en="number sign"),
    "/": Text(zh="斜线", en="slash"),
    ",": Text(zh="逗号", en="comma"),
    "·": Text(zh="人名间隔点", en="dot between names"),
    "（": Text(zh="左括号", en="opening bracket"),
    "）": Text(zh="右括号", en="closing bracket"),
}
# What stands on the keys of a telephone.
_KEY_OF = dict(zip("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999", strict=True))


def signs_of(edit: Edit, typed: str) -> str:
    """What can stand next in a field behind what is ``typed``, Chinese characters of words apart."""
    if edit.type is FieldType.PLATE:
        return _PROVINCES if not typed else _LETTERS + _DIGITS + (_KINDS_OF_CARS if len(typed) == _KIND_AT else "")
    return _SIGNS.get(edit.type, _DIGITS)


def called(sign: str) -> Text:
    """How a sign is said, one by one."""
    return _SPOKEN_SIGNS.get(sign) or same(sign)


def wheel_of(edit: Edit, typed: str, at: str, language: Language) -> tuple[Stop, ...]:
    """Where the wheel ``at`` can stand, for somebody who is spoken to in ``language``."""
    if edit.type is FieldType.ADDRESS:
        return _areas(edit, at, language)
    if edit.type is FieldType.TEXT and language == "zh" and at != _LATIN:
        return _chinese(at)
    signs = tuple(Stop(called(sign), sign) for sign in signs_of(edit, typed))
    return (*((TO_PINYIN,) if at == _LATIN else ()), *signs, DELETE, DONE)


def first_wheel(edit: Edit) -> str:
    """The wheel that stands when a field is begun."""
    return "/".join(edit.around)


def wheel_before(edit: Edit, at: str) -> str | None:
    """The wheel that led to ``at``, on the way to a character; None where one is on no such way."""
    if edit.type is not FieldType.TEXT or not at:
        return None
    return "" if at == _LATIN or at.endswith("-") else f"{initial_of(at)}-"


def wheel_after(edit: Edit, at: str) -> str:
    """The wheel that comes when a sign of ``at`` was put in: behind a character the way to the next one begins."""
    return "" if edit.type is FieldType.TEXT and at != _LATIN else at


def question_of(edit: Edit, at: str) -> tuple[Text, ...]:
    """What a wheel asks, where it does not say so itself."""
    return (WHICH_AREA[min(len(_path(at)), 3)],) if edit.type is FieldType.ADDRESS else ()


def turns_to(edit: Edit, words: str, language: Language) -> Iterator[Text]:
    """What is turned to and chosen, one after another, to write ``words``. Raises KeyError for what no wheel has."""
    latin = edit.type is not FieldType.TEXT or language != "zh"
    for place, sign in enumerate(words):
        if sign in signs_of(edit, words[:place]):
            if not latin:
                yield TO_LATIN.said
            latin = True
            yield called(sign)
            continue
        if edit.type is not FieldType.TEXT or language != "zh":
            raise KeyError(sign)
        if latin:
            yield TO_PINYIN.said
        latin = False
        initial, syllable = way_to(sign)
        yield INITIALS[initial]
        yield sound_of(syllable)
        yield told(sign, dict(characters_of(syllable))[sign])


def area_turns_to(edit: Edit, area: Area, language: Language) -> Iterator[Text]:
    """What is turned to and chosen, one after another, to choose ``area``."""
    path = edit.around
    while path != area[: len(path)]:
        yield LARGER_AREA
        path = path[:-1]
    for name in area[len(path) :]:
        yield _name(name, language)
    if areas_in(area):
        yield NO_STREET


def _chinese(at: str) -> tuple[Stop, ...]:
    """The wheels that lead to a character."""
    if not at:
        initials = (Stop(name, opens=f"{one}-", letters=one, key=_KEY_OF[one[0]]) for one, name in INITIALS.items())
        return (*initials, TO_LATIN, DELETE, DONE)
    if at.endswith("-"):
        initial = at.removesuffix("-")
        found = syllables_of(initial)
        keys = (_KEY_OF.get(one.removeprefix(initial)[:1], "") for one in found)
        sounds = (Stop(sound_of(one), opens=one, letters=one, key=key) for one, key in zip(found, keys, strict=True))
        return (*sounds, OTHER_INITIAL)
    characters = (Stop(told(one, by), one) for one, by in characters_of(at))
    return (*characters, Stop(OTHER_SYLLABLE, opens=f"{initial_of(at)}-"))


def _areas(edit: Edit, at: str, language: Language) -> tuple[Stop, ...]:
    """What lies in an area; a sub-district need not be said, as on the page itself."""
    path = _path(at)
    stops = []
    for name in areas_in(path):
        inner = (*path, name)
        if areas_in(inner):
            stops.append(Stop(_name(name, language), opens="/".join(inner)))
        else:
            stops.append(Stop(_name(name, language), answer=joined(inner, edit.value)))
    if len(path) >= len(WHICH_AREA) - 1:
        stops.append(Stop(NO_STREET, answer=joined(path, edit.value)))
    if path:
        stops.append(Stop(LARGER_AREA, opens="/".join(path[:-1])))
    return (*stops, AS_IT_WAS)


def _name(name: str, language: Language) -> Text:
    return Text(zh=name, en=in_letters(name) if language == "en" else name)


def _path(at: str) -> Area:
    return tuple(at.split("/")) if at else ()
