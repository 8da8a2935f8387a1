"""The pages that ask a department, take a number or a code, and every kind of field, by touch."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPointF

from kiosk.catalogue.item import FieldType
from kiosk.text import Language
from kiosk.visit.events import Answer, CodeShown, Failed, Found, LookUp
from kiosk.visit.lookup import SLOW_SECONDS
from tests.kiosk.visit.items import BY_CODE, EVERY_FIELD, WITH_OR_WITHOUT_CARD, item_of
from tests.kiosk.visit.test_lookup import by_card
from tests.kiosk.visit.told import TODAY, Told
from tests.ui.atlas.dress import LANGUAGES, lay_out
from tests.ui.atlas.pages import EVIDENCE, MEMBERS, RECORDS, STATIONS, household, rows, table
from tests.ui.conftest import Screen
from tests.ui.hand import Hand
from tests.ui.test_pages import LOOKS, dress, items, millimetre, texts

CAR = "#9c3b34"  # the colour of the car on the photographs


def put(screen: Screen, told: Told) -> None:
    """Bring the visit before the glass."""
    screen.desk.visit = told.visit
    screen.desk.clock = told.now
    screen.desk.on_change()
    screen.settle()


def seen(screen: Screen) -> list[str]:
    return [str(text.property("text")) for text in texts(screen)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_department_says_is_shown_and_that_it_takes_long_is_said(screen: Screen, language: Language) -> None:
    screen.session.setLanguage(language)
    told = by_card()
    put(screen, told)
    put(screen, told.wait(SLOW_SECONDS + 0.1))
    assert told.visit.view().hint.in_(language) in seen(screen)
    put(screen, told.tell(Failed("department.unavailable")))
    put(screen, told.tell("retry", RECORDS))
    for row in told.body.facts:
        assert {row.label.in_(language), row.value.in_(language)} <= set(seen(screen))


@pytest.mark.parametrize("columns", [2, 4, 5])
@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_a_long_table_has_large_rows_and_is_read_to_its_end_page_by_page(
    screen: Screen, language: Language, look: str, columns: int
) -> None:
    dress(screen, language, look)
    put(screen, by_card(item_of(table(columns))).tell(rows(columns, 126)))
    lay_out(screen)  # rows that are still being made have no height yet
    made = [item for item in items(screen.window.contentItem()) if item.objectName().startswith("row-")]
    assert all(row.height() / millimetre(screen) >= 15.8 for row in made)
    assert len(made) < 60, "only the rows in sight are made"
    for _ in range(126):
        if on_glass(screen, "row-125"):
            break
        screen.finger.tap("more")
    assert on_glass(screen, "row-125")
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
    assert long in seen(screen)


@pytest.mark.parametrize(("language", "look"), LOOKS)
@pytest.mark.parametrize("columns", [3, 5])
def test_what_a_row_masks_is_seen_whole_as_long_as_a_finger_lies_on_it(
    screen: Screen, language: Language, look: str, columns: int
) -> None:
    dress(screen, language, look)
    put(screen, by_card(household(columns)).tell(MEMBERS))
    hand = Hand(screen)
    number = MEMBERS.rows[1]["number"]
    screen.finger.wait_for("masked-row.records.1.number", 5)
    assert hand.item("masked-row.records.1.number").height() / millimetre(screen) >= 15.8
    assert number not in json.dumps(screen.session.property("view"), ensure_ascii=False, default=str)
    place = hand.middle("masked-row.records.1.number")
    hand.press(place)
    assert hand.words().count(number) == 1
    hand.lift(place)
    assert number not in hand.words()
    screen.finger.tap("primary")
    screen.settle()
    assert screen.session.reveal("row.records.1.number") == "", "the page is another one"


def test_a_photograph_is_made_large_and_small_again_by_one_touch(screen: Screen) -> None:
    put(screen, by_card().tell(EVIDENCE))
    names = [f"picture-{number}" for number in range(3)]
    assert all(screen.finger.sees(name) for name in names)
    assert wide(screen, "picture-1") / millimetre(screen) >= 55
    before = wide(screen, "picture-1")
    screen.finger.tap("picture-1")
    screen.settle()
    assert wide(screen, "picture-1") > 2 * before
    assert not screen.finger.sees("picture-0")
    assert EVIDENCE.pictures[1].words.zh in seen(screen)
    screen.finger.tap("smaller")
    screen.settle()
    assert all(screen.finger.sees(name) for name in names)
    screen.finger.tap("picture-2")
    screen.settle()
    screen.finger.tap("picture-2")  # the photograph itself as well
    screen.settle()
    assert all(screen.finger.sees(name) for name in names)


def wide(screen: Screen, name: str) -> float:
    found = items(screen.window.contentItem())
    return max(item.width() for item in found if item.objectName() == name and item.isVisible())


def test_what_is_seen_are_the_photographs_and_nothing_of_them_on_the_next_page(screen: Screen) -> None:
    put(screen, by_card().tell(EVIDENCE))
    assert CAR in colours(screen)
    screen.finger.tap("primary")
    screen.settle()
    assert CAR not in colours(screen)


def colours(screen: Screen) -> set[str]:
    glass = screen.window.grabWindow()
    return {glass.pixelColor(x, y).name() for x in range(0, glass.width(), 3) for y in range(0, glass.height(), 3)}


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
    screen.session.setLanguage("en")
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


def test_a_code_that_was_read_is_still_there_when_one_comes_back(screen: Screen) -> None:
    told = Told(item_of(BY_CODE)).tell("next", CodeShown("XM000001"), Found({"stage": "ok"}), "back")
    put(screen, told)
    assert "XM000001" in seen(screen)
