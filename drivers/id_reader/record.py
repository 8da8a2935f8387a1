"""The text block of a card: 256 bytes in four layouts, read into one record.

Sources: the layouts as five independent implementations have them; GB 11643
(citizen numbers), GB/T 2261.1 (sex), GB/T 3304 (ethnic groups). The letter at
offset 248 tells the layouts apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_11_2

TEXT_BYTES = 256
_FLAG = 248


class CardKind(StrEnum):
    """Which card it is."""

    RESIDENT = "resident"
    HMT = "hmt"  # residence permit for people from Hong Kong, Macao and Taiwan
    FOREIGNER_2017 = "foreigner_2017"
    FOREIGNER_2023 = "foreigner_2023"


class Sex(StrEnum):
    """GB/T 2261.1. Never guess: what is not 1 is not therefore 2."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"


_FLAGS = {
    " ": CardKind.RESIDENT,
    "J": CardKind.HMT,
    "I": CardKind.FOREIGNER_2017,
    "Y": CardKind.FOREIGNER_2023,
}

# Where each field stands: name of the field, offset and length in bytes.
_Layout = tuple[tuple[str, int, int], ...]
_RESIDENT: _Layout = (
    ("name", 0, 30),
    ("sex", 30, 2),
    ("ethnic_code", 32, 4),
    ("birth_date", 36, 16),
    ("address", 52, 70),
    ("number", 122, 36),
    ("authority", 158, 30),
    ("valid_from", 188, 16),
    ("valid_until", 204, 16),
)
_LAYOUTS: dict[CardKind, _Layout] = {
    CardKind.RESIDENT: _RESIDENT,
    CardKind.HMT: (
        *(place for place in _RESIDENT if place[0] != "ethnic_code"),
        ("permit_number", 220, 18),
        ("issue_count", 238, 4),
    ),
    CardKind.FOREIGNER_2017: (
        ("name_en", 0, 120),
        ("sex", 120, 2),
        ("number", 122, 30),
        ("nationality", 152, 6),
        ("name", 158, 30),
        ("valid_from", 188, 16),
        ("valid_until", 204, 16),
        ("birth_date", 220, 16),
        ("card_version", 236, 4),
        ("authority", 240, 8),
    ),
    CardKind.FOREIGNER_2023: (
        ("name", 0, 30),
        ("sex", 30, 2),
        ("issue_count", 32, 4),
        ("birth_date", 36, 16),
        ("name_en", 52, 70),
        ("number", 122, 36),
        ("valid_from", 188, 16),
        ("valid_until", 204, 16),
        ("name_en_rest", 220, 22),
        ("nationality", 242, 6),
        ("old_number_link", 250, 6),
    ),
}
_LONG_TERM = "长期"

_ETHNIC = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
).split()
ETHNIC_GROUPS: dict[str, str] = {f"{code:02d}": name for code, name in enumerate(_ETHNIC, 1)} | {
    "97": "其他",
    "98": "外国血统中国籍人士",
}


class RecordError(ValueError):
    """The text block is not one of a known card. Says nothing of what stands in it."""


@dataclass(frozen=True, slots=True, repr=False)
class IdRecord:
    """What a card says about its holder. Its repr is empty of it.

    ``valid_until`` is None for a card of long validity (长期) and then
    ``long_term`` is true. Dates that cannot be read are None. ``portrait`` is
    the photo block as it came, 1024 bytes or none. ``address`` is what is
    printed; ``new_address`` is what was added later, empty if nothing was.
    """

    kind: CardKind
    name: str = ""
    name_en: str = ""
    sex: Sex = Sex.UNKNOWN
    ethnic_code: str = ""
    birth_date: date | None = None
    address: str = ""
    number: str = ""
    authority: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    long_term: bool = False
    nationality: str = ""
    permit_number: str = ""
    issue_count: str = ""
    card_version: str = ""
    old_number_link: str = ""
    new_address: str = ""
    portrait: bytes = field(default=b"")

    def __repr__(self) -> str:
        return f"IdRecord({self.kind})"

    @property
    def ethnic_group(self) -> str:
        """The ethnic group's name, or ``未知（NN）``; empty where the card has none."""
        if not self.ethnic_code:
            return ""
        return ETHNIC_GROUPS.get(self.ethnic_code, f"未知（{self.ethnic_code}）")

    @property
    def number_check_ok(self) -> bool:
        """Whether the number's check character fits (MOD 11-2, or 7-3-1 on cards of 2017)."""
        if self.kind is CardKind.FOREIGNER_2017:
            return len(self.number) == 15 and self.number[-1:] == _mod_7_3_1(self.number[:14])
        number = self.number.upper()  # some cards say x
        return len(number) == 18 and _all_digits(number[:17]) and bool(mod_11_2.is_valid(number))

    @property
    def old_number(self) -> str:
        """The 15-character number that a card of 2023 continues; empty if it says none."""
        number, link = self.number, self.old_number_link
        if self.kind is not CardKind.FOREIGNER_2023 or len(link) != 3 or len(number) != 18:
            return ""
        beginning = self.nationality + number[1:3] + link[:2] + number[8:14] + link[2]
        return beginning + _mod_7_3_1(beginning)

    def expired(self, on: date) -> bool:
        """Whether the card's last day lies before ``on``. A card whose last day cannot be read counts as expired."""
        if self.long_term:
            return False
        return self.valid_until is None or self.valid_until < on

    def age(self, on: date) -> int | None:
        """Full years on the day ``on``; None when the birth date cannot be read."""
        born = self.birth_date
        return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def parse_record(text: bytes, portrait: bytes = b"", new_address: str = "") -> IdRecord:
    """Read the 256 bytes of a text block. Raises RecordError.

    A character that is not one is replaced; a code that nobody knows is kept.
    """
    if len(text) != TEXT_BYTES:
        raise RecordError(f"a text block of {len(text)} bytes")
    flag = text[_FLAG : _FLAG + 2].decode("utf-16-le", errors="replace").replace("\0", " ")
    kind = _FLAGS.get(flag)
    if kind is None:
        raise RecordError("a card of a kind that nobody knows")
    found = {
        name: text[at : at + length].decode("utf-16-le", errors="replace").rstrip(" \0")
        for name, at, length in _LAYOUTS[kind]
    }
    if "name_en_rest" in found:
        # The name runs on behind its first 35 characters, so the spaces between must stay.
        at, length = next((at, length) for name, at, length in _LAYOUTS[kind] if name == "name_en")
        head = text[at : at + length].decode("utf-16-le", errors="replace")
        found["name_en"] = (head + found.pop("name_en_rest")).rstrip(" \0")
    until = found.pop("valid_until")
    return IdRecord(
        kind=kind,
        sex=_sex(found.pop("sex")),
        birth_date=_date(found.pop("birth_date")),
        valid_from=_date(found.pop("valid_from")),
        valid_until=_date(until),
        long_term=until == _LONG_TERM,
        portrait=portrait,
        new_address=new_address.rstrip(" \0"),
        **found,
    )


def text_block(record: IdRecord) -> bytes:
    """The 256 bytes that say what ``record`` says. Raises RecordError when a field is too long for its place."""
    said = {place.name: getattr(record, place.name) for place in fields(IdRecord)}
    text = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for name, at, length in _LAYOUTS[record.kind]:
        if name == "name_en_rest":
            value = record.name_en[35:]
        elif name == "name_en" and record.kind is CardKind.FOREIGNER_2023:
            value = record.name_en[:35]
        elif name == "valid_until" and record.long_term:
            value = _LONG_TERM
        elif isinstance(said[name], date):
            day: date = said[name]
            value = f"{day.year:04}{day.month:02}{day.day:02}"
        else:
            value = str(said[name] or "")
        coded = value.encode("utf-16-le")
        if len(coded) > length:
            raise RecordError(f"{name} has room for {length // 2} characters")
        text[at : at + len(coded)] = coded
    flag = next(letter for letter, kind in _FLAGS.items() if kind is record.kind)
    text[_FLAG : _FLAG + 2] = flag.encode("utf-16-le")
    return bytes(text)


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _sex(code: str) -> Sex:
    try:
        return Sex(code)
    except ValueError:
        return Sex.UNKNOWN


def _date(text: str) -> date | None:
    if len(text) != 8 or not _all_digits(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _mod_7_3_1(beginning: str) -> str:
    """The check digit of a machine-readable travel document (ICAO 9303): weights 7, 3, 1; A is 10, ``<`` is 0."""
    total = 0
    for place, character in enumerate(beginning):
        if character == "<":
            value = 0
        elif character.isascii() and (character.isdigit() or character.isupper()):
            value = int(character, 36)
        else:
            return ""
        total += value * (7, 3, 1)[place % 3]
    return str(total % 10)
