"""The pages that ask a department, take a number or a code, and every kind of field: whole in every look, by touch."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPointF

from kiosk.catalogue.item import FieldType
from kiosk.text import Language
from kiosk.visit.events import Answer, CodeShown, Failed, Found, LookUp
from kiosk.visit.lookup import SLOW_SECONDS
from tests.kiosk.visit.items import BY_CARD, BY_CODE, EVERY_FIELD, WITH_OR_WITHOUT_CARD, item_of
from tests.kiosk.visit.test_lookup import NO, by_card
from tests.kiosk.visit.told import TODAY, Told
from tests.ui.conftest import Screen
from tests.ui.test_pages import LOOKS, MILLIMETRE, check_page, dress, items, texts

# What a department says is Chinese in every language; here it is neither, so that no word of ours can be left over.
STATIONS = Found({}, ({"key": "s1", "name": "Jiangtou", "road": "No. 1"}, {"key": "s2", "name": "Xinglin", "road": ""}))
RECORDS = Found({"rating": "a", "since": "20201225"}, ({"key": "1", "day": "20260102", "what": "A-1"},))


def put(screen: Screen, told: Told) -> None:
    """Bring the visit before the glass."""
    screen.desk.visit = told.visit
    screen.desk.clock = told.now
    screen.desk.on_change()
    screen.settle()


def seen(screen: Screen) -> list[str]:
    return [str(text.property("text")) for text in texts(screen)]


COLUMNS = (
    ("缴费年月", "Month", "202610"),
    ("缴费基数", "Base", "6500.00"),
    ("养老", "Pension", "1560.00"),
    ("失业", "Unemployment", "65.00"),
    ("工伤", "Injury", "13.00"),
)


def wide(columns: int, rows: int) -> Told:
    """A table of so many columns and rows."""
    heads = [f"{{key: c{n}, label: {{zh: {zh}, en: {en}}}}}" for n, (zh, en, _) in enumerate(COLUMNS[:columns])]
    steps = re.sub(r"columns: \[.*\]", f"columns: [{', '.join(heads)}]", BY_CARD)
    cells = {f"c{n}": cell for n, (_, _, cell) in enumerate(COLUMNS)}
    table = tuple({"key": str(row), **cells} for row in range(rows))
    return by_card(item_of(steps)).tell(Found({"rating": "a", "since": "20201225"}, table))


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_every_state_of_a_lookup_is_drawn_whole(screen: Screen, language: Language, look: str) -> None:
    dress(screen, language, look)
    told = by_card()
    put(screen, told)
    check_page(screen, "asking", language)
    put(screen, told.wait(SLOW_SECONDS + 0.1))
    assert told.visit.view().hint.in_(language) in seen(screen)
    check_page(screen, "slow", language)
    put(screen, told.tell(Failed("department.unavailable")))
    check_page(screen, "away", language)
    put(screen, told.tell("retry", RECORDS))
    check_page(screen, "shown", language)
    for row in told.body.facts:
        assert {row.label.in_(language), row.value.in_(language)} <= set(seen(screen))
    put(screen, by_card().tell(Found({"rating": "a"})))
    check_page(screen, "no rows", language)
    put(screen, by_card().tell(NO))
    check_page(screen, "denied", language)


@pytest.mark.parametrize("columns", [2, 4, 5])
@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_a_long_table_has_large_rows_and_is_read_to_its_end_page_by_page(
    screen: Screen, language: Language, look: str, columns: int
) -> None:
    dress(screen, language, look)
    put(screen, wide(columns, 126))
    check_page(screen, f"{columns} columns", language)
    made = [item for item in items(screen.window.contentItem()) if item.objectName().startswith("row-")]
    assert all(row.height() / MILLIMETRE >= 15.8 for row in made)
    assert len(made) < 60, "only the rows in sight are made"
    for _ in range(126):
        if on_glass(screen, "row-125"):
            break
        screen.finger.tap("more")
    assert on_glass(screen, "row-125")
    check_page(screen, f"{columns} columns, the end", language)
    screen.finger.tap("more")  # now it leads back
    assert on_glass(screen, "row-0")


def on_glass(screen: Screen, name: str) -> bool:
    """Whether the whole item lies between the step bar and the buttons."""
    root = screen.window.contentItem()
    found = next((item for item in items(root) if item.objectName() == name), None)
    if found is None:
        return False
    more = next(item for item in items(root) if item.objectName() == "more")
    top, bottom = (item.mapToItem(root, QPointF(0, y)).y() for item, y in ((found, 0), (found, found.height())))
    return bool(top > 0 and bottom <= more.mapToItem(root, QPointF(0, 0)).y() + 1)


def test_a_row_is_as_high_as_its_longest_words(screen: Screen) -> None:
    long = "厦门示例网络科技股份有限公司湖里区软件园分公司" * 2
    put(screen, by_card().tell(Found({"rating": "a"}, ({"key": "1", "day": "20260102", "what": long},))))
    check_page(screen, "long words", "zh")
    assert long in seen(screen)


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_a_code_and_a_typed_number_are_drawn_whole(screen: Screen, language: Language, look: str) -> None:
    dress(screen, language, look)
    told = Told(item_of(BY_CODE)).tell("next")
    put(screen, told)
    check_page(screen, "scan", language)
    put(screen, told.tell(CodeShown("something else")))
    check_page(screen, "scan-wrong", language)
    put(screen, told.tell(CodeShown("XM000001"), Found({"stage": "ok"}), "back"))
    assert "XM000001" in seen(screen)
    check_page(screen, "scan-kept", language)
    put(screen, told.tell("type"))
    check_page(screen, "code-typed", language)
    told = Told(item_of(WITH_OR_WITHOUT_CARD)).tell("next", Answer("card_here", "without"), "next")
    put(screen, told)
    check_page(screen, "number", language)
    put(screen, told.tell("next"))
    check_page(screen, "number-errors", language)


def test_a_code_is_typed_with_the_keys_of_codes(screen: Screen) -> None:
    told = Told(item_of(BY_CODE)).tell("next")
    put(screen, told)
    screen.finger.tap("act-type")
    screen.finger.type_text("field-case_number", "XM000002")
    screen.finger.tap("primary")
    assert told.visit.answers == {"case_number": "XM000002"}
    assert [effect.asked for effect in screen.desk.effects if isinstance(effect, LookUp)] == [
        {"case_number": "XM000002"}
    ]


def test_name_and_number_are_typed_and_lead_on(screen: Screen) -> None:
    told = Told(item_of(WITH_OR_WITHOUT_CARD)).tell("next", Answer("card_here", "without"), "next")
    put(screen, told)
    told.tell(Answer("name", "林示例"))
    screen.finger.type_text("field-number", "11010519491231002X")
    screen.finger.tap("primary")
    screen.settle()
    assert told.at == "person"
    assert told.visit.record is not None
    assert told.visit.record.number == "11010519491231002X"


def to_choices() -> Told:
    return Told(item_of(EVERY_FIELD)).tell("next", STATIONS)


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_every_kind_of_field_is_drawn_whole(screen: Screen, language: Language, look: str) -> None:
    dress(screen, language, look)
    told = to_choices()
    put(screen, told)
    check_page(screen, "choices", language)
    put(screen, told.tell("next"))
    check_page(screen, "choices-errors", language)
    samples = item_of(EVERY_FIELD).sample_answers(TODAY)
    put(screen, told.tell(Answer("purposes", samples["purposes"]), Answer("station", "s2"), "next"))
    check_page(screen, "numbers", language)
    put(screen, told.tell("next"))
    check_page(screen, "numbers-errors", language)
    if language == "zh":  # what people type is Chinese in every language
        put(screen, told.tell(*(Answer(key, value) for key, value in samples.items() if key != "purposes")))
        check_page(screen, "numbers-filled", language)
    assert told.tell(*(Answer(key, value) for key, value in samples.items()), "next").at == "done"


def test_several_are_chosen_and_given_up_by_touch_in_the_order_of_the_page(screen: Screen) -> None:
    told = to_choices()
    put(screen, told)
    for value, chosen in (
        ("other", "other"),
        ("school", "school,other"),
        ("loan", "school,loan,other"),
        ("other", "school,loan"),
    ):
        screen.finger.tap(f"option-purposes-{value}")
        assert told.visit.answers["purposes"] == chosen
    screen.finger.tap("option-station-s1")
    screen.finger.tap("option-station-s2")
    assert told.visit.answers["station"] == "s2"
    screen.finger.tap("primary")
    assert told.at == "numbers"


@pytest.mark.parametrize("key", ["month", "count", "amount", "child", "company", "plate"])
def test_each_field_has_the_keys_that_it_needs(screen: Screen, key: str) -> None:
    told = to_choices().tell(Answer("purposes", "loan"), Answer("station", "s1"), "next")
    put(screen, told)
    sample = item_of(EVERY_FIELD).sample_answers(TODAY)[key]
    screen.finger.type_text(f"field-{key}", sample)
    assert told.visit.answers[key] == sample


def test_a_month_is_spelt_out_and_an_amount_is_in_yuan(screen: Screen) -> None:
    told = to_choices().tell(Answer("purposes", "loan"), Answer("station", "s1"), "next")
    put(screen, told.tell(Answer("month", "202612"), Answer("amount", "1200.5")))
    assert {"2026年12月", "元"} <= set(seen(screen))
    dress(screen, "en", "")
    screen.settle()
    assert "Dec 2026" in seen(screen)
    put(screen, told.tell(Answer("month", "202613")))
    assert not any("2026年" in words or "Dec" in words for words in seen(screen))


def test_where_a_department_knows_nothing_to_pick_from_it_is_said(screen: Screen) -> None:
    put(screen, Told(item_of(EVERY_FIELD)).tell("next", Found({})))
    assert "部门的记录里没有可以选的。" in seen(screen)


def test_every_type_of_field_was_on_these_pages() -> None:
    fields = {field.type for step in item_of(EVERY_FIELD).steps for field in getattr(step, "fields", ())}
    others = {FieldType.CHOICE, FieldType.TEXT, FieldType.LATIN, FieldType.DATE, FieldType.PHONE}  # of test_pages
    assert fields | others == set(FieldType)
