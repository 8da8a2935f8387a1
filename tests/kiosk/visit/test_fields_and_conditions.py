"""What citizens type: accepted, or refused with a sentence, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import conditions
from kiosk.aloud import Edit
from kiosk.catalogue.catalogue import load_item
from kiosk.catalogue.item import (
    Before,
    ConditionSpec,
    DaysAhead,
    DaysPast,
    FieldSpec,
    FieldType,
    FormStep,
    Is,
    YearsApart,
)
from kiosk.conditions import parse_date
from kiosk.text import Text
from kiosk.visit.fields import Limits, error_of, normalised, wheel_of
from kiosk.wheels import signs_of

TODAY = date(2026, 11, 23)
JT_02 = load_item(Path("config/items/transport/JT-02.yaml"))


def holds(condition: ConditionSpec, answers: Mapping[str, str], today: date) -> bool:
    return conditions.holds("it", {"it": condition}, lambda reference: answers.get(reference, ""), today)


FIELDS = {field.key: field for step in JT_02.steps if isinstance(step, FormStep) for field in step.fields}


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("category", "ride_hailing"),
        ("certificate_number", "350200 123456"),
        ("certificate_number", "3502a0123456x"),
        ("first_issued", "20201224"),
        ("phone", "139 5001 0001"),
        ("recipient", "阿依古丽·示例"),
        ("licence_class", "a2b2"),
    ],
)
def test_good_answers_are_taken(key: str, typed: str) -> None:
    assert error_of(FIELDS[key], normalised(FIELDS[key], typed)) is None


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("category", "", "请选择"),
        ("category", "spaceship", "请选择"),
        ("certificate_number", "12", "6 到 20 位"),
        ("certificate_number", "12345６", "6 到 20 位"),
        ("first_issued", "20260231", "8 位数字"),
        ("first_issued", "2026", "8 位数字"),
        ("first_issued", "２０２６０１０１", "8 位数字"),
        ("phone", "12345678901", "11 位手机号"),
        ("phone", "1395001000", "11 位手机号"),
        ("recipient", "   ", "请填写"),
        ("address", "厦门", "请选择省、市、区"),
        ("address", "福建省厦门市 示例路 1 号", "请选择省、市、区"),
        ("address", "福建省厦门市思明区 1", "请写清路名和门牌号"),
        ("licence_class", "Z9", "照驾驶证填写"),
    ],
)
def test_bad_answers_get_a_sentence(key: str, typed: str, sentence: str) -> None:
    error = error_of(FIELDS[key], normalised(FIELDS[key], typed))
    assert error is not None
    assert sentence in error.zh


def limited(kind: str, **more: Any) -> FieldSpec:
    words = {"zh": "日期", "en": "Day"}
    return FieldSpec.model_validate(
        {"key": "on", "type": kind, "label": words, "hint": words, "sample": "today", **more}
    )


@pytest.mark.parametrize(
    ("kind", "value", "limits", "said"),
    [
        ("date", "20261123", Limits(TODAY, TODAY), None),
        ("date", "20261122", Limits(TODAY, None), "最早可以填2026年11月23日。"),
        ("date", "20261124", Limits(None, TODAY), "最晚可以填2026年11月23日。"),
        ("month", "202611", Limits(TODAY, TODAY), None),
        ("month", "202610", Limits(TODAY, None), "最早可以填2026年11月。"),
        ("month", "202612", Limits(None, TODAY), "最晚可以填2026年11月。"),
    ],
)
def test_a_day_too_early_or_too_late_is_refused_with_the_one_that_may_be(
    kind: str, value: str, limits: Limits, said: str | None
) -> None:
    found = error_of(limited(kind), value, limits=limits)
    assert (found.zh if found is not None else None) == said
    if found is not None:
        own = {"zh": "请填别的日期。", "en": "Please give another day."}
        assert error_of(limited(kind, error=own), value, limits=limits) == Text(**own)


@given(st.dates(date(1926, 1, 1), date(2099, 12, 31)), st.dates(), st.dates(), st.sampled_from(["date", "month"]))
def test_what_a_wheel_offers_is_taken(value: date, one: date, other: date, kind: str) -> None:
    limits = Limits(min(one, other), max(one, other))
    wheel = wheel_of(limited(kind), f"{value:%Y%m%d}"[: 8 if kind == "date" else 6], TODAY, limits)
    assert wheel is not None
    assert wheel.first <= wheel.start <= wheel.last
    assert limits.earliest is not None
    assert limits.latest is not None
    if limits.latest.year >= 1926 and limits.earliest.year <= 2099:  # else it offers none that may be
        assert all(
            error_of(limited(kind), end, limits=limits) is None for end in (wheel.first, wheel.start, wheel.last)
        )


def test_limits_stand_on_days_and_months_only() -> None:
    with pytest.raises(ValueError, match="earliest and latest"):
        limited("text", latest="today")
    with pytest.raises(ValueError, match="latest"):
        limited("date", latest="today-a-week")


@given(st.sampled_from(sorted(FIELDS)), st.text())
def test_no_answer_whatever_breaks_the_form(key: str, typed: str) -> None:
    field = FIELDS[key]
    value = normalised(field, typed)
    assert len(value) <= field.max_length
    assert value == normalised(field, value)
    error = error_of(field, value)
    assert error is None or error.zh


@given(st.dates())
def test_every_date_is_read_back(day: date) -> None:
    assert parse_date(f"{day.year:04}{day.month:02}{day.day:02}") == day


@given(st.text(max_size=10))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    day = parse_date(text)
    assert day is None or f"{day.year:04}{day.month:02}{day.day:02}".startswith(text)


def stamp(days: int) -> str:
    return f"{TODAY + timedelta(days=days):%Y%m%d}"


@pytest.mark.parametrize(("days", "early"), [(29, False), (30, False), (31, True)])
def test_the_window_opens_thirty_days_ahead(days: int, early: bool) -> None:
    condition = DaysAhead(field="valid_until", days_ahead_more_than=30)
    assert holds(condition, {"valid_until": stamp(days)}, TODAY) is early


@pytest.mark.parametrize(("days", "late"), [(0, False), (-180, False), (-181, True)])
def test_the_door_closes_a_hundred_and_eighty_days_past(days: int, late: bool) -> None:
    condition = DaysPast(field="valid_until", days_past_more_than=180)
    assert holds(condition, {"valid_until": stamp(days)}, TODAY) is late


def test_other_conditions_compare_answers() -> None:
    answers = {"sign_in": "face", "a": "20200229", "b": "20260301", "c": "20260302"}
    assert holds(Is(field="sign_in", equals="face"), answers, TODAY)
    assert not holds(Is(field="sign_in", equals="phone_code"), answers, TODAY)
    assert holds(Before(field="b", not_after="a"), answers, TODAY)
    assert not holds(Before(field="a", not_after="b"), answers, TODAY)
    assert not holds(YearsApart(field="a", until="b", years_more_than=6), answers, TODAY)
    assert holds(YearsApart(field="a", until="c", years_more_than=6), answers, TODAY)


def test_a_condition_about_a_missing_answer_does_not_hold() -> None:
    for condition in JT_02.conditions.values():
        assert not holds(condition, {}, TODAY)


def test_choices_stand_only_on_choice_fields() -> None:
    label = FIELDS["phone"].label
    with pytest.raises(ValueError, match="choices stand on fields of type choice"):
        FieldSpec(key="x", type=FieldType.CHOICE, label=label, hint=label)


@pytest.mark.parametrize(
    "plate", ["闽D12345", "闽DD12345", "京A1234学", "闽D1234警", "鄂A1234挂", "粤Z1234港", "粤Z1234澳"]
)
def test_a_plate_can_be_entered_sign_by_sign_also_by_ear(plate: str) -> None:
    label = Text(zh="车牌号", en="Plate")
    field = FieldSpec(key="plate", type=FieldType.PLATE, label=label, hint=label, sample=plate, max_length=8)
    assert error_of(field, plate) is None
    edit = Edit("plate", FieldType.PLATE, label, 8)
    assert all(sign in signs_of(edit, plate[:place]) for place, sign in enumerate(plate))
