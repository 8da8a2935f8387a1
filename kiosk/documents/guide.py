"""A guide (办事指南) on paper: on A4 where the machine has it, else on a receipt. Nobody is named in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typst

from drivers.receipt_printer.receipt import Feed, Part, Receipt, Row, Rule
from drivers.receipt_printer.receipt import Text as Line
from kiosk.settings import Station
from kiosk.text import Language, Text

_TEMPLATE = Path(__file__).with_name("guide.typ")
_FONTS = Path("/usr/share/fonts/opentype/noto")
_CITY = Text(zh="厦门 e政务", en="Xiamen e-Government")
_GUIDE = Text(zh="办事指南", en="Guide")
_PRINTED = Text(zh="{day} 打印，以办理时的规定为准", en="Printed on {day}; what counts are the rules when you apply")

# A heading and the lines under it.
Section = tuple[Text, Sequence[Text]]


def to_receipt(
    title: Text, sections: Sequence[Section], *, station: Station, language: Language, now: datetime
) -> Receipt:
    """The guide on a receipt."""
    parts: list[Part] = [
        Line(_CITY.in_(language), size=2, bold=True, align="centre"),
        Line(_GUIDE.in_(language), align="centre"),
        Feed(),
        Line(title.in_(language), bold=True),
        Rule(),
    ]
    for heading, lines in sections:
        parts.append(Line(heading.in_(language), bold=True))
        numbered = len(lines) > 1
        parts += [
            Line(f"{place}. {line.in_(language)}" if numbered else line.in_(language))
            for place, line in enumerate(lines, 1)
        ]
        parts.append(Feed())
    name = station.name_zh if language == "zh" else station.name_en
    return Receipt((*parts, Rule(), Row(name, station.hotline), Line(_printed(language, now))))


def to_pdf(
    title: Text,
    department: Text,
    sections: Sequence[Section],
    *,
    station: Station,
    language: Language,
    now: datetime,
) -> bytes:
    """The guide on A4, as PDF."""
    name = station.name_zh if language == "zh" else station.name_en
    sheet = {
        "language": language,
        "title": title.in_(language),
        "department": f"{department.in_(language)} · {_GUIDE.in_(language)}",
        "parts": [
            {"heading": heading.in_(language), "lines": [line.in_(language) for line in lines]}
            for heading, lines in sections
        ],
        "footer": f"{_CITY.in_(language)} · {name} · {station.hotline}",
        "printed": _printed(language, now),
    }
    return typst.compile(
        _TEMPLATE,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
    )


def _printed(language: Language, now: datetime) -> str:
    return _PRINTED.filled(day=f"{now:%Y-%m-%d}").in_(language)
