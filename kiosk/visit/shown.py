"""How answers and facts are shown: masked where they must be, in words where they are codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from kiosk.catalogue.item import BANK_CARD, CHOSEN, Fact, FieldSpec, FieldType, LookupStep, ScanCodeStep
from kiosk.conditions import parse_date
from kiosk.privacy import mask, mask_bank_card, mask_name, mask_number
from kiosk.text import Text, same
from kiosk.visit import words
from kiosk.visit.view import Option, ReviewRow

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit


def whole(visit: Visit, reference: str) -> Text:
    """What stands behind a mask: a field, a fact or a cell as it is shown, anything else as it is."""
    if reference.startswith("row."):
        return _whole_cell(visit, reference)
    value = visit.value(reference)
    field, fact = visit.item.field(reference), visit.item.fact(reference.removeprefix("fact."))
    if field is not None:
        return formatted(field.type, value)
    return formatted(fact.type if fact is not None and reference.startswith("fact.") else "text", value)


def key_of_mask(field: FieldSpec) -> str:
    """The reference under which the answer to ``field`` is revealed, "" when it is not masked."""
    return field.key if field.pii == "masked" and field.type not in CHOSEN and field.type is not FieldType.PICK else ""


def is_masked(fact: Fact, value: str) -> bool:
    """Whether others are not to see what a department said; a code that stands for words is none of anybody's."""
    return fact.pii == "masked" and value != "" and value not in fact.words


def key_of_cell(step: LookupStep, number: int, column: Fact, row: Mapping[str, str]) -> str:
    """The reference under which what the ``number``-th row says is revealed, "" when it is not masked."""
    return f"row.{step.id}.{number}.{column.key}" if is_masked(column, row.get(column.key, "")) else ""


def shown_answer(visit: Visit, field: FieldSpec) -> Text:
    """The answer to ``field`` as the review and the receipt show it."""
    value = visit.answers.get(field.key, "")
    if not value:
        return words.NOTHING_KNOWN
    if field.type in CHOSEN or field.type is FieldType.PICK:
        labels = {option.value: option.label for option in options_of(visit, field)}
        chosen = [labels[one] for one in value.split(",") if one in labels]
        return _listed(chosen) if chosen else words.NOTHING_KNOWN
    return formatted(field.type, mask(value) if field.pii == "masked" else value)


def shown_fact(fact: Fact, value: str) -> Text:
    """What a department said, as it is shown."""
    if not value:
        return words.NOTHING_KNOWN
    if value in fact.words:
        return fact.words[value]
    return formatted(fact.type, mask(value) if fact.pii == "masked" else value)


def shown_cell(column: Fact, row: Mapping[str, str]) -> Text:
    """What a row says in a column; where it says it in English as well, each screen reads its own."""
    value, english = _said(column, row)
    return Text(zh=shown_fact(column, value).zh, en=shown_fact(column, english).en)


def _whole_cell(visit: Visit, reference: str) -> Text:
    _, step_id, number, key = reference.split(".")
    column = next(fact for step in visit.item.steps if step.id == step_id for fact in _columns(step) if fact.key == key)
    value, english = _said(column, visit.rows[step_id][int(number)])
    return Text(zh=formatted(column.type, value).zh, en=formatted(column.type, english).en)


def _columns(step: object) -> tuple[Fact, ...]:
    return step.columns if isinstance(step, LookupStep) else ()


def _said(column: Fact, row: Mapping[str, str]) -> tuple[str, str]:
    """What a row says in a column, and what it says there in English."""
    value = row.get(column.key, "")
    return value, row.get(f"{column.key}_en") or value


def labelled(visit: Visit, reference: str) -> ReviewRow:
    """What a reference of the item's file stands for, beside its label; as a receipt shows it."""
    kind, _, key = reference.rpartition(".")
    value = visit.value(reference)
    if kind == "holder":
        masked = {"name": mask_name, "number": mask_number}.get(key, str)
        return ReviewRow(words.HOLDER_LABELS[key], formatted("date" if key == "birth_date" else "text", masked(value)))
    if kind == "fact":
        fact = visit.item.fact(key)
        return (
            ReviewRow(fact.label, shown_fact(fact, value))
            if fact
            else ReviewRow(words.FACT_LABELS[key], visit.said.get(key) or same(value))
        )
    field = visit.item.field(key)
    if field is not None:
        return ReviewRow(field.summary_label, shown_answer(visit, field))
    if key == BANK_CARD:
        return ReviewRow(words.BANK_CARD, same(mask_bank_card(value)))
    scan = next(step for step in visit.item.steps if isinstance(step, ScanCodeStep) and step.key == key)
    return ReviewRow(scan.label, same(mask_number(value)))


def options_of(visit: Visit, field: FieldSpec) -> tuple[Option, ...]:
    """What can be chosen: the choices of the item's file, or the rows that a department knows."""
    if field.rows is None:
        return tuple(Option(choice.value, choice.label, choice.note) for choice in field.choices)
    lookup = next(step for step in visit.item.steps if isinstance(step, LookupStep) and step.id == field.rows)
    return tuple(_option(lookup, row) for row in visit.rows.get(field.rows, ()))


def day_in_words(day: date) -> Text:
    """A day in both languages."""
    return Text(zh=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {day:%B} {day.year}")


def formatted(kind: str, value: str) -> Text:
    """A value of this type in words: a day, a month, an amount; anything else as it is."""
    day = parse_date(value) if kind in ("date", "month") else None
    if day is not None:
        return day_in_words(day) if kind == "date" else Text(zh=f"{day.year}年{day.month}月", en=f"{day:%B} {day.year}")
    return Text(zh=f"{value} 元", en=f"¥{value}") if kind == "amount" else same(value)


def _option(lookup: LookupStep, row: Mapping[str, str]) -> Option:
    name, *rest = (shown_cell(column, row) for column in lookup.columns)
    return Option(row["key"], name, _listed(rest, zh=" · ", en=" · ") if rest else None)


def _listed(parts: list[Text], *, zh: str = "、", en: str = ", ") -> Text:
    return Text(zh=zh.join(part.zh for part in parts), en=en.join(part.en for part in parts))
