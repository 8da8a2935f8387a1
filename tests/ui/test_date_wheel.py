"""A day is chosen by turning: by buttons, by a drag, by a touch; never one that is none."""

from __future__ import annotations

import pytest
from PySide6.QtQuick import QQuickItem

from kiosk.catalogue.item import FieldType, FormStep
from kiosk.visit.events import Act, Answer
from tests.ui.conftest import Screen
from tests.ui.desk import ITEMS, SAMPLES, TODAY
from tests.ui.hand import Hand, stand_at
from tests.ui.test_touch import at, lead_to


def open_wheel(screen: Screen, value: str) -> Hand:
    lead_to(screen, "licence")
    screen.desk.happen(Answer("licence_until", value))
    screen.finger.tap("turn-licence_until")
    screen.finger.wait_for("wheel-done", 5)
    return Hand(screen)


def chosen(screen: Screen) -> str:
    screen.finger.tap("wheel-done")
    assert screen.desk.visit is not None
    return screen.desk.visit.answers["licence_until"]


def test_it_opens_on_the_answer_and_on_today_where_there_is_none(screen: Screen) -> None:
    hand = open_wheel(screen, "20300630")
    assert hand.item("wheel-words").property("text").startswith("2030年6月30日")
    assert chosen(screen) == "20300630"
    screen.desk.happen(Answer("licence_until", ""))
    screen.finger.tap("turn-licence_until")
    assert chosen(screen) == f"{TODAY:%Y%m%d}"


def test_large_buttons_turn_by_one_and_past_the_end_to_the_beginning(screen: Screen) -> None:
    open_wheel(screen, "20301231")
    for button in ("year-up", "month-down", "day-down"):
        screen.finger.tap(f"wheel-{button}")
    assert chosen(screen) == "20290101"


@pytest.mark.parametrize(
    ("value", "button", "expected"),
    [
        ("20310331", "month-up", "20310228"),
        ("20240229", "year-down", "20250228"),
        ("20310531", "month-down", "20310630"),
        ("20240228", "day-down", "20240229"),
        ("20230228", "day-down", "20230201"),
    ],
)
def test_a_day_that_is_none_cannot_be_chosen(screen: Screen, value: str, button: str, expected: str) -> None:
    open_wheel(screen, value)
    screen.finger.tap(f"wheel-{button}")
    assert chosen(screen) == expected


def open_limited(screen: Screen, code: str, step_id: str, key: str, value: str) -> None:
    screen.desk.begin(code)
    stand_at(screen, step_id)
    screen.desk.happen(Answer(key, value))
    screen.finger.tap(f"turn-{key}")
    screen.finger.wait_for("wheel-done", 5)


@pytest.mark.parametrize(
    ("value", "button", "expected"),
    [
        ("20261123", "day-down", "20261101"),  # past today it begins anew
        ("20261031", "month-down", "20261123"),  # the last day that may be, where the same day may not
        ("20251224", "year-down", "20261123"),
        ("20270101", "", "20261123"),  # what was typed is refused, and so not offered
        ("20261101", "month-down", "20260101"),  # December is still to come
    ],
)
def test_a_day_that_the_question_does_not_allow_cannot_be_chosen(
    screen: Screen, value: str, button: str, expected: str
) -> None:
    open_limited(screen, "JT-03", "loss", "lost_on", value)
    if button:
        screen.finger.tap(f"wheel-{button}")
    screen.finger.tap("wheel-done")
    assert screen.desk.visit is not None
    assert screen.desk.visit.answers["lost_on"] == expected


def test_only_days_from_today_on_can_be_chosen_where_later_days_count(screen: Screen) -> None:
    open_limited(screen, "YB-04", "destination", "start_on", "20261220")
    for button in ("month-up", "day-up", "year-up"):  # to November, the day before, the year before
        screen.finger.tap(f"wheel-{button}")
    screen.finger.tap("wheel-done")
    assert screen.desk.visit is not None
    assert screen.desk.visit.answers["start_on"] == "20991130"


def test_a_finger_turns_it(screen: Screen) -> None:
    hand = open_wheel(screen, "20300615")
    column = hand.item("wheel-day")
    hand.roll(hand.middle("wheel-day"), 0, -45)
    assert screen.finger.wait_until(lambda: not column.property("moving"), 5)
    day = int(chosen(screen)[6:])
    assert 16 <= day <= 30


def test_a_number_that_is_touched_is_chosen(screen: Screen) -> None:
    hand = open_wheel(screen, "20300615")
    middle = hand.middle("wheel-month")
    hand.roll(middle, 0, 0)
    below = middle
    below.setY(middle.y() + hand.item("wheel-month").height() / 5)
    hand.roll(below, 0, 0)
    assert chosen(screen) == "20300715"


def test_closing_it_changes_nothing(screen: Screen) -> None:
    open_wheel(screen, "20300615")
    screen.finger.tap("wheel-year-down")
    screen.finger.tap("wheel-close")
    assert at(screen) == "licence"
    assert screen.desk.visit is not None
    assert screen.desk.visit.answers["licence_until"] == "20300615"


def test_its_buttons_are_at_least_sixteen_millimetres_each_way(screen: Screen) -> None:
    hand = open_wheel(screen, "20300615")
    buttons = [item for item in hand.items() if item.objectName().endswith(("-up", "-down"))]
    assert len(buttons) == 6
    for button in buttons:
        assert button.width() >= 16 * hand.millimetre
        assert button.height() >= 16 * hand.millimetre


def test_it_lies_within_the_glass_in_every_look(screen: Screen) -> None:
    screen.session.setLook("elder")
    screen.desk.begin("JT-02")
    stand_at(screen, "certificate")
    screen.desk.happen(Answer("certificate_number", SAMPLES["certificate_number"]), Act("next"))  # one question a page
    screen.finger.tap("turn-first_issued")
    screen.finger.wait_for("wheel-done", 5)
    hand = Hand(screen)
    column, head, done = (hand.item(name) for name in ("wheel-year-up", "wheel-words", "wheel-done"))
    down = hand.item("wheel-day-down")
    assert top(column) > top(head) + head.height()
    assert top(down) + down.height() < top(done)


def top(item: QQuickItem) -> float:
    return item.mapToScene(item.boundingRect().topLeft()).y()


def test_a_month_has_no_days(screen: Screen) -> None:
    item, form, field = next(
        (item, step, field)
        for item in ITEMS.values()
        for step in item.steps
        if isinstance(step, FormStep)
        for field in step.fields
        if field.type is FieldType.MONTH
    )
    screen.desk.begin(item.code)
    assert screen.desk.visit is not None
    stand_at(screen, form.id)
    screen.desk.happen(Answer(field.key, "202401"))
    screen.finger.tap(f"turn-{field.key}")
    screen.finger.tap("wheel-month-up")
    hand = Hand(screen)
    assert not any(one.objectName() == "wheel-day-up" for one in hand.items())
    screen.finger.tap("wheel-done")
    assert screen.desk.visit.answers[field.key] == "202412"
