"""What holds for every item, whoever wrote its file: nobody has to add a line here for a new one."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import BaseModel

from drivers.receipt_printer.profile import load_profile
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.export import item_schema
from kiosk.catalogue.item import (
    AllOf,
    AnyOf,
    Before,
    DaysAhead,
    DaysPast,
    FieldType,
    Given,
    Is,
    Item,
    Kind,
    LessThan,
    MoreThan,
    Not,
    OneOf,
    StepKind,
    YearsApart,
    parts_of_condition,
)
from kiosk.conditions import holds
from kiosk.text import Text

CONFIG = Path("config")
CATALOGUE = load_catalogue(CONFIG)
TODAY = date(2026, 11, 27)
every_item = pytest.mark.parametrize("item", list(CATALOGUE.values()), ids=list(CATALOGUE))

CHINESE = re.compile(r"[\u3400-\u9fff]")
# Half-width signs beside a Chinese character, which a typesetter would not let pass; times and numbers may have them.
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:?!()]|[,;?!()][\u3400-\u9fff]")
# What may stay Chinese in an English sentence: what is printed so on a card, and the first sign of a plate.
QUOTED = re.compile(r"“[^”]*”|\([^)]*\)|闽D?")


def texts(of: Any, place: str = "") -> Iterator[tuple[str, Text]]:
    """Every sentence in a model, with its place."""
    if isinstance(of, Text):
        yield place, of
    elif isinstance(of, BaseModel):
        for name in type(of).model_fields:
            yield from texts(getattr(of, name), f"{place}.{name}")
    elif isinstance(of, tuple | list):
        for number, part in enumerate(of):
            yield from texts(part, f"{place}[{number}]")
    elif isinstance(of, dict):
        for key, part in of.items():
            yield from texts(part, f"{place}.{key}")


@every_item
def test_every_sentence_is_chinese_in_chinese_and_english_in_english(item: Item) -> None:
    for place, text in texts(item):
        assert not HALF_WIDTH.search(text.zh), f"{place}: {text.zh}"
        assert not CHINESE.search(QUOTED.sub("", text.en)), f"{place}: {text.en}"
        assert not re.search("[，。；：？！（）、]", QUOTED.sub("", text.en)), f"{place}: {text.en}"
        for words in (text.zh, text.en):
            assert words == words.strip(), f"{place}: {words}"
            assert "  " not in words, f"{place}: {words}"


@every_item
def test_a_heading_fits_its_line_and_ends_without_a_full_stop(item: Item) -> None:
    headings = [item.name, *(step.title for step in item.steps if hasattr(step, "title"))]
    headings += [said.happened for step in item.steps for said in getattr(step, "deny", ())]
    for heading in headings:
        assert len(heading.zh) <= 22, heading.zh
        assert len(heading.en) <= 70, heading.en
        assert not heading.zh.endswith(("。", "！")), heading.zh


@every_item
def test_every_way_through_it_ends(item: Item) -> None:
    named = sorted({step.only_if for step in item.steps if step.only_if})
    for answers in itertools.product((False, True), repeat=len(named)):
        truth = dict(zip(named, answers, strict=True))
        route = [step.kind for step in item.steps if step.only_if is None or truth[step.only_if]]
        assert route[0] is StepKind.GUIDE
        assert route[-1] is StepKind.DONE
        assert route[-2] is StepKind.RATE
        assert route.count(StepKind.DONE) == route.count(StepKind.RATE) == 1
        for thing in (StepKind.SUBMIT, StepKind.PAY, StepKind.REWRITE_CARD):
            assert StepKind.REVIEW not in route[route.index(thing) :] if thing in route else True


@every_item
def test_it_asks_for_what_its_kind_needs(item: Item) -> None:
    kinds = {step.kind for step in item.steps}
    needed: dict[Kind, set[StepKind]] = {
        Kind.QUERY: {StepKind.LOOKUP},
        Kind.PRINT: {StepKind.PRINT_DOCUMENT},
        Kind.APPLY: {StepKind.SUBMIT, StepKind.PRINT_RECEIPT},
        Kind.PAY: {StepKind.PAY, StepKind.PRINT_RECEIPT},
        Kind.APPOINT: {StepKind.BOOK, StepKind.PRINT_RECEIPT},
        Kind.CARD: {StepKind.REWRITE_CARD},
    }
    assert needed[item.kind] <= kinds
    used: dict[StepKind, str] = {
        StepKind.READ_CARD: "id_reader",
        StepKind.PRINT_DOCUMENT: "page_printer",
        StepKind.PRINT_RECEIPT: "receipt_printer",
        StepKind.SCAN_DOCUMENT: "document_camera",
        StepKind.READ_BANK_CARD: "bank_card_reader",
        StepKind.REWRITE_CARD: "card_rewriter",
    }
    always = {used[step.kind] for step in item.steps if step.kind in used and step.only_if is None}
    assert always <= set(item.requires)
    assert set(item.requires) <= {used[kind] for kind in kinds & set(used)} | {"code_scanner"}


@every_item
def test_every_condition_is_reached_both_ways_and_serves_for_something(item: Item) -> None:
    candidates = values_of(item)
    chance = Random(0)
    for name in item.conditions:
        seen: set[bool] = set()
        for _ in range(4000):
            values = {reference: chance.choice(choices) for reference, choices in candidates.items()}
            seen.add(holds(name, item.conditions, partial(known, values), TODAY))
            if len(seen) == 2:
                break
        assert seen == {True, False}, name
    used = {step.only_if for step in item.steps}
    used |= {said.when for step in item.steps for said in getattr(step, "deny", ())}
    for condition in item.conditions.values():
        if isinstance(condition, AllOf | AnyOf | Not):
            used |= set(parts_of_condition(condition))
    assert set(item.conditions) <= used


def known(values: dict[str, str], reference: str) -> str:
    return values.get(reference, "")


def values_of(item: Item) -> dict[str, list[str]]:
    """For every reference that conditions look at, values on either side of what they ask."""
    values: dict[str, list[str]] = {}

    def add(reference: str, *more: str) -> None:
        values.setdefault(reference, [""]).extend(more)

    def day(days: int) -> str:
        return f"{TODAY + timedelta(days=days):%Y%m%d}"

    for condition in item.conditions.values():
        match condition:
            case Is(field=field, equals=value):
                add(field, value)
            case OneOf(field=field, one_of=several):
                add(field, *several)
            case Given(field=field):
                add(field, "x")
            case MoreThan(field=field, more_than=limit) | LessThan(field=field, less_than=limit):
                if isinstance(limit, Decimal):
                    add(field, str(limit - 1), str(limit), str(limit + 1))
                else:
                    add(field, "1", "2")
                    add(limit, "1", "2")
            case DaysAhead(field=field, days_ahead_more_than=days):
                add(field, day(days), day(days + 1))
            case DaysPast(field=field, days_past_more_than=days):
                add(field, day(-days), day(-days - 1))
            case Before(field=field, not_after=other):
                add(field, day(-400), day(400))
                add(other, day(-400), day(400))
            case YearsApart(field=field, until=other, years_more_than=years):
                add(field, day(-400), day(400))
                add(other, day(-400), day(800 + years * 366))
    for reference, choices in values.items():
        asked = item.field(reference)
        if asked is not None and asked.type is FieldType.CHOICE:
            choices[:] = [choice.value for choice in asked.choices]
    return values


@every_item
@pytest.mark.parametrize("profile", ["generic-58mm", "generic-80mm"])
def test_no_label_of_its_receipt_crowds_out_the_value(item: Item, profile: str) -> None:
    columns = load_profile(CONFIG / "printers" / f"{profile}.toml").dots // 12
    for reference in item.receipt:
        kind, _, key = reference.rpartition(".")
        label = None
        if kind == "fact" and (fact := item.fact(key)) is not None:
            label = fact.label
        elif not kind and (field := item.field(key)) is not None:
            label = field.summary_label
        if label is not None:
            assert width(label.zh) <= columns // 2, label.zh
            assert width(label.en) <= columns // 2, label.en


def width(words: str) -> int:
    return sum(2 if CHINESE.match(sign) or sign in "，。（）、" else 1 for sign in words)


def test_the_published_schema_is_the_one_of_the_models() -> None:
    kept = Path("docs/reference/item.schema.json").read_text(encoding="utf-8")
    assert kept == item_schema(), "run: main.py catalogue schema > docs/reference/item.schema.json"
    assert json.loads(kept)["properties"]["schema"]


def test_every_department_event_and_hot_item_leads_somewhere() -> None:
    departments = CATALOGUE.departments
    for code in (*departments.hot, *(code for event in departments.happenings for code in event.items)):
        assert code in CATALOGUE, code
    for department in departments.departments:
        groups = {item.group for item in CATALOGUE.values() if item.department == department.id}
        assert groups == {group.id for group in department.groups}, department.id
    for place, text in texts(departments):
        assert not HALF_WIDTH.search(text.zh), f"{place}: {text.zh}"
        assert not CHINESE.search(QUOTED.sub("", text.en)), f"{place}: {text.en}"


def test_there_are_ninety_three_items_of_ten_departments_and_their_grades_are_those_of_the_sources() -> None:
    assert len(CATALOGUE) == 93
    assert len({item.department for item in CATALOGUE.values()}) == 10
    grades = [item.provenance.grade for item in CATALOGUE.values()]
    assert {grade: grades.count(grade) for grade in sorted(set(grades))} == {
        "A": 15,
        "C": 15,
        "D": 1,
        "E": 18,
        "K": 33,
        "X": 11,
    }
