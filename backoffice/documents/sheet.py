"""What stands on a document, and how it is set: an office's words and a department's values on A4, as PDF/A-2b."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from pydantic import BaseModel, ConfigDict, Field, RootModel

from kiosk.gateway.contract import Answer, DocumentRequest, Identifier, Named, Question
from kiosk.hours import LOCAL
from kiosk.id_number import born, is_id_number, is_male
from kiosk.text import Text
from kiosk.yaml_file import read_yaml

_FOLDER = Path(__file__).resolve().parent
_FONTS = Path("/usr/share/fonts/opentype/noto")

_MEN, _WOMEN = "男", "女"
_ID_NUMBER, _OTHER_NUMBER = "公民身份号码", "证件号码"
_NOTHING = "—"
_VERIFY = "验证码"
_HOW = "扫描二维码核验真伪、取电子原件"
_PAGE = "第 {page} 页，共 {pages} 页"
_SAMPLE = "样本数据，没有法律效力 Sample data"
_COUNT = "共 {count} 条记录。"
_YUAN, _UNIT = "元", "金额单位：元"
_ORIGINAL, _COPY = Text(zh="正本", en="ORIGINAL"), Text(zh="副本", en="COPY")
_MOST_COPIES = 5
_COMMA = re.compile("[,，]")


class MissingFacts(Exception):
    """The department did not say what the document needs; the message names the facts, never their values."""


class CannotBeSet(Exception):
    """Something that stands on the document cannot be shown: no font has the character."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TemplateLine(_Strict):
    """One line that a template has of its own, in place of the item's facts."""

    label: Text
    value: str


class Declaration(_Strict):
    """What somebody declares under a seal: ``who`` stands in it."""

    title: Text
    words: Text
    who: str
    purpose: str


class Template(_Strict):
    """The words of one kind of document; what each is for stands in templates.yaml."""

    layout: Literal["statement", "identity", "origin", "penalty"] = "statement"
    person: str = ""
    anybody: str = ""
    none: str = ""
    closing: str = ""
    notes: tuple[str, ...] = ()
    lines: tuple[TemplateLine, ...] = ()
    without: tuple[Identifier, ...] = ()
    paragraphs: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    needs: tuple[Identifier, ...] = ()
    answers: bool = True
    signed_by: Identifier | None = None
    counted: bool = False
    summed: bool = False
    not_summed: tuple[Identifier, ...] = ()
    valid_hours: int | None = Field(default=None, ge=1)
    most_a_month: int | None = Field(default=None, ge=1)
    copies: Identifier | None = None


class Templates(RootModel[dict[Identifier, Template]]):
    """All of them, by their names."""


class Office(_Strict):
    """Who answers for documents; ``purpose`` is the second line of the seal."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    seal: str = ""
    purpose: str = "自助服务专用章"

    @property
    def name(self) -> Text:
        """In both languages."""
        return Text(zh=self.zh, en=self.en)


class Offices(RootModel[dict[str, Office]]):
    """All of them, by how the codes of their items begin."""


@cache
def templates() -> Mapping[str, Template]:
    """Every template. Raises YamlError."""
    return read_yaml(_FOLDER / "templates.yaml", Templates, (sys.modules[__name__],)).root


@cache
def offices() -> Mapping[str, Office]:
    """Every office. Raises YamlError."""
    return read_yaml(_FOLDER / "offices.yaml", Offices, (sys.modules[__name__],)).root


def office_of(item: str) -> Office | None:
    """Who answers for the documents of this item, None where nobody does."""
    fitting = [beginning for beginning in offices() if item.startswith(f"{beginning}-")]
    return offices()[max(fitting, key=len)] if fitting else None


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the back office itself puts on a document: its code, where that can be looked up, when it was made."""

    code: str
    url: str
    issued_at: datetime
    valid_until: datetime | None = None


def compose(
    request: DocumentRequest, answer: Answer, template: Template, office: Office, imprint: Imprint
) -> dict[str, Any]:
    """Everything that stands on the sheet, as the template sets it. Raises MissingFacts."""
    if missing := [key for key in template.needs if not answer.facts.get(key)]:
        raise MissingFacts(", ".join(missing))
    named = {fact.key: fact for fact in request.facts}
    facts = {key: _said(named[key], value) if key in named else value for key, value in answer.facts.items()}
    values = {**facts, **_about(request.question, office, imprint)}
    rows = [[_said(column, row.get(column.key, "")) for column in request.columns] for row in answer.rows]
    signs = facts[template.signed_by] if template.signed_by is not None else office.zh
    try:
        return {
            "layout": template.layout,
            "english": request.language == "en",
            "title": request.title.model_dump(),
            "office": {"zh": signs, "seal": office.seal or signs, "purpose": office.purpose},
            "issued": _day(imprint.issued_at),
            "valid_until": values["valid_until"],
            "opening": _opening(request, answer, template).format_map(values),
            "closing": template.closing.format_map(values),
            "notes": [note.format_map(values) for note in template.notes],
            "paragraphs": [words.format_map(values) for words in template.paragraphs],
            "values": values,
            "marks": [mark.model_dump() for mark in _marks(request.question, template)],
            "declarations": [
                {
                    **declaration.model_dump(),
                    "who": _COMMA.split(declaration.who.format_map(values))[0],  # a seal bears no address
                    "at": f"厦门 Xiamen，{values['issued']}",
                }
                for declaration in template.declarations
            ],
            "facts": list(_facts(request, template, facts, values)),
            "columns": [
                {"label": column.label.model_dump(), "right": column.type == "amount", "width": _width(column, cells)}
                for column, cells in zip(request.columns, zip(*rows, strict=True), strict=False)
            ],
            "rows": rows,
            "unit": _UNIT,
            "totals": _totals(request.columns, answer.rows, template) if template.summed else [],
            "count": _COUNT.format(count=len(answer.rows)) if template.counted and answer.rows else "",
            "verify": {"label": _VERIFY, "code": imprint.code, "how": _HOW, "url": imprint.url, "qr": _qr(imprint.url)},
            "page": _PAGE,
            "sample": _SAMPLE,
        }
    except KeyError as error:
        raise MissingFacts(str(error.args[0])) from error


def _marks(question: Question, template: Template) -> list[Text]:
    """What each set of the document is called, one where nobody may ask for copies. Raises MissingFacts."""
    if template.copies is None:
        return []
    asked = question.asked.get(template.copies) or "0"
    if not (asked.isascii() and asked.isdigit() and int(asked) <= _MOST_COPIES):
        raise MissingFacts(template.copies)
    return [_ORIGINAL, *[_COPY] * int(asked)]


def _opening(request: DocumentRequest, answer: Answer, template: Template) -> str:
    if template.none and request.columns and not answer.rows:
        return template.none
    return template.person if request.question.number is not None else template.anybody


def _facts(
    request: DocumentRequest, template: Template, facts: Mapping[str, str], values: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    """Label and value of every line of the table: the facts, then what the citizen answered."""
    if template.lines:
        for line in template.lines:
            yield {"label": line.label.model_dump(), "value": line.value.format_map(values)}
    else:
        for fact in request.facts:
            if fact.key not in template.without:
                value = facts.get(fact.key) or _NOTHING
                unit = f" {_YUAN}" if fact.type == "amount" and value != _NOTHING else ""
                yield {"label": fact.label.model_dump(), "value": value + unit}
    said = set(facts.values())
    for answered in request.answers if template.answers else ():
        shown = answered.value.zh
        if shown in said:  # the department repeats it
            continue
        if request.language == "en" and answered.value.en != shown:
            shown = f"{shown} ({answered.value.en})"
        yield {"label": answered.label.model_dump(), "value": shown}


def _about(question: Question, office: Office, imprint: Imprint) -> dict[str, str]:
    """What every document knows beside the department's facts."""
    number, name = question.number or "", question.name
    resident = is_id_number(number)
    birth = born(number) if resident else None
    until = imprint.valid_until
    return {
        "name": name,
        "number": number,
        "who": f"{name}（{_ID_NUMBER if resident else _OTHER_NUMBER} {number}）",
        "sex": (_MEN if is_male(number) else _WOMEN) if resident else _NOTHING,
        "birth": _in_words(birth) if birth is not None else _NOTHING,
        "office": office.zh,
        "station": question.station,
        "issued": _day(imprint.issued_at),
        "issued_time": f"{imprint.issued_at.astimezone(LOCAL):%H:%M}",
        "valid_until": f"{_day(until)} {until.astimezone(LOCAL):%H:%M}" if until is not None else _NOTHING,
    }


def _said(named: Named, value: str) -> str:
    """A value as the sheet shows it."""
    if not value:
        return _NOTHING
    if value in named.words:
        return named.words[value].zh
    if named.type == "amount":
        amount = _amount(value)
        return value if amount is None else f"{amount:,.2f}"
    if named.type in ("date", "month"):
        day = _parsed(value)
        if day is not None:
            return _in_words(day) if named.type == "date" else f"{day.year}年{day.month}月"
    return value


def _width(column: Named, cells: Iterable[str]) -> int:
    """How wide a column is against the others: by its longest cell, within reason. A Chinese sign is two wide."""
    longest = max(sum(1 if sign.isascii() else 2 for sign in cell) for cell in (column.label.zh, *cells))
    return min(max(longest, 8), 24)


def _totals(columns: Sequence[Named], rows: Sequence[Mapping[str, str]], template: Template) -> list[str]:
    """What each column of amounts adds up to, "" for the others; nothing where there is nothing to add."""
    totals = []
    for column in columns:
        amounts = [_amount(row.get(column.key, "")) for row in rows]
        known = [amount for amount in amounts if amount is not None]
        summed = column.type == "amount" and column.key not in template.not_summed and len(known) == len(rows)
        totals.append(f"{sum(known, Decimal()):,.2f}" if summed and rows else "")
    return totals if any(totals) else []


def _amount(value: str) -> Decimal | None:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _parsed(value: str) -> date | None:
    if len(value) not in (6, 8) or not (value.isascii() and value.isdigit()):
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:] or 1))
    except ValueError:
        return None


def _day(at: datetime) -> str:
    return _in_words(at.astimezone(LOCAL).date())


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _qr(url: str) -> str:
    drawing = BytesIO()
    segno.make(url, error="m", micro=False).save(drawing, kind="svg", border=2, light="#fff", xmldecl=False, scale=4)
    return drawing.getvalue().decode()


class Press:
    """Sets sheets, one after another; the fonts are read once. Raises RuntimeError where they are missing."""

    def __init__(self) -> None:
        if not (_FONTS / "NotoSerifCJK-Regular.ttc").exists():
            raise RuntimeError(f"{_FONTS} is missing; install the package fonts-noto-cjk")
        self._lock = threading.Lock()
        self._compiler = typst.Compiler(_FOLDER / "sheet.typ", font_paths=[_FONTS], ignore_system_fonts=True)

    def pdf(self, sheet: Mapping[str, Any], at: datetime, portrait: bytes = b"") -> bytes:
        """The sheet as PDF/A-2b; ``portrait`` is a JPEG picture. Nothing is written to a disk. Raises CannotBeSet."""
        said = {**sheet, "portrait": list(portrait)}
        with self._lock:
            try:
                made = self._compiler.compile(
                    format="pdf",
                    sys_inputs={"sheet": json.dumps(said, ensure_ascii=False)},
                    pdf_standards="a-2b",
                    timestamp=int(at.timestamp()),
                )
            except typst.TypstError:
                raise CannotBeSet from None  # its words are those of the document
        assert isinstance(made, bytes)
        return made
