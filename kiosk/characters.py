"""Characters that no keyboard offers: found by radical and strokes, or by how they are read.

``characters.txt`` has every character that screen and paper can draw, all of
GB 18030-2022's levels 1 and 2 among them, under its radical and the strokes
beside it (Unihan's kRSUnicode); the readings are those of the package pypinyin (MIT).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.pinyin import readings

_FILE = Path(__file__).with_name("characters.txt")

# How many strokes the 214 radicals have: the number of the first one with 1, 2, 3, … of them.
_FIRST = (1, 7, 30, 61, 95, 118, 147, 167, 176, 187, 195, 201, 205, 209, 211, 212, 214, 215)
# Forms in which a radical stands in a character, with the strokes they have, where those are others.
_FORMS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "9": (("亻", 2),),
    "18": (("刂", 2),),
    "61": (("忄", 3),),
    "64": (("扌", 3),),
    "66": (("攵", 4),),
    "85": (("氵", 3),),
    "86": (("灬", 4),),
    "87": (("爫", 4),),
    "94": (("犭", 3),),
    "96": (("王", 4),),
    "113": (("礻", 4),),
    "122": (("罒", 5),),
    "130": (("月", 4),),
    "140": (("艹", 3),),
    "145": (("衤", 5),),
    "162": (("辶", 3),),
    "163": (("右阝", 2),),
    "170": (("左阝", 2),),
}
# Written otherwise on the mainland.
_WRITTEN = {"63": "户", "174": "青"}
# Radicals in their simplified form, which Unihan marks by an apostrophe.
_SIMPLIFIED: Mapping[str, tuple[str, int]] = {
    "90'": ("丬", 3),
    "120'": ("纟", 3),
    "147'": ("见", 4),
    "149'": ("讠", 2),
    "154'": ("贝", 4),
    "159'": ("车", 4),
    "167'": ("钅", 5),
    "168'": ("长", 4),
    "169'": ("门", 3),
    "178'": ("韦", 4),
    "181'": ("页", 6),
    "182'": ("风", 4),
    "183'": ("飞", 3),
    "184'": ("饣", 3),
    "187'": ("马", 3),
    "195'": ("鱼", 8),
    "196'": ("鸟", 5),
    "197'": ("卤", 7),
    "199'": ("麦", 7),
    "201'": ("黄", 11),
    "205'": ("黾", 8),
    "210'": ("齐", 6),
    "211'": ("齿", 8),
    "212'": ("龙", 5),
    "213'": ("龟", 7),
}


@dataclass(frozen=True, slots=True)
class Radical:
    """A radical in one of its forms: ``id`` is what its characters are asked for by."""

    id: str
    form: str
    strokes: int


@cache
def radicals() -> tuple[Radical, ...]:
    """Every radical that characters stand under, in each of its forms, by strokes."""
    found = []
    for key in {key for key, _ in _table()}:
        if key in _SIMPLIFIED:
            found.append(Radical(key, *_SIMPLIFIED[key]))
        elif key.isdecimal():
            number = int(key)
            form = _WRITTEN.get(key) or unicodedata.normalize("NFKC", chr(0x2F00 + number - 1))
            found.append(Radical(key, form, sum(number >= first for first in _FIRST)))
            found += [Radical(key, form, strokes) for form, strokes in _FORMS.get(key, ())]
    return tuple(sorted(found, key=lambda radical: (radical.strokes, int(radical.id.rstrip("'")), radical.form)))


def strokes_beside(radical: str) -> tuple[int, ...]:
    """How many further strokes the characters under ``radical`` have; () under what is none."""
    return tuple(sorted(strokes for key, strokes in _table() if key == radical))


def characters_under(radical: str, strokes: int) -> str:
    """The characters under ``radical`` with so many further strokes."""
    return _table().get((radical, strokes), "")


def parts_of(character: str) -> tuple[str, int]:
    """A radical under which a character stands, and the further strokes. Raises KeyError for one that is not known."""
    return _parts()[character]


def characters_read(letters: str) -> str:
    """The characters that are read so, without tones, v for ü; those that the keyboard does not offer come first."""
    return _read().get(letters.lower().replace("ü", "v"), "")


@cache
def _table() -> Mapping[tuple[str, int], str]:
    table = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            place, characters = line.split()
            radical, strokes = place.split(".")
            table[radical, int(strokes)] = characters
    return table


@cache
def _parts() -> Mapping[str, tuple[str, int]]:
    forms = {radical.id: radical.form for radical in reversed(radicals())}
    places = reversed(list(_table().items()))  # the first place of several
    return {
        one: (forms.get(radical) or forms[radical.rstrip("'")], strokes)
        for (radical, strokes), found in places
        for one in found
    }


@cache
def _read() -> Mapping[str, str]:
    known: dict[str, list[str]] = defaultdict(list)
    spoken = readings()
    for character in dict.fromkeys("".join(_table().values())):
        for reading in {_toneless(reading) for reading in spoken.get(ord(character), "").split(",") if reading}:
            known[reading].append(character)
    return {reading: "".join(sorted(found, key=_is_common)) for reading, found in known.items()}


def _is_common(character: str) -> bool:
    """Whether it is one of the 6,763 of GB/T 2312, which every keyboard has."""
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _toneless(reading: str) -> str:
    spelt = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in spelt if letter.isascii() and letter.isalpha())
