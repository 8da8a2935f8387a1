"""From the home page to any item: by what most people want, by department, by what happened, by any word."""

from __future__ import annotations

from tests.ui.conftest import Screen
from tests.ui.desk import ITEMS
from tests.ui.test_pages import texts


def touches_to(screen: Screen, code: str) -> int:
    """How often a finger has to touch until the visit begins, by department."""
    item = ITEMS[code]
    touches = 0
    for name in (f"department-{item.department}", f"group-{item.group}"):
        if screen.finger.sees(name):
            screen.finger.tap(name)
            screen.settle()
            touches += 1
    while not screen.finger.sees(f"tile-{code}"):
        screen.finger.tap("more")  # turning a page is no choice that anybody has to understand
        screen.settle()
    screen.finger.tap(f"tile-{code}")
    return touches + 1


def test_any_item_is_at_most_three_touches_away(screen: Screen) -> None:
    last_of_each_group = {(item.department, item.group): code for code, item in ITEMS.items()}
    for code in last_of_each_group.values():
        screen.settle()
        assert touches_to(screen, code) <= 3
        assert screen.desk.visit is not None
        assert screen.desk.visit.item.code == code
        screen.desk.act("exit")


def test_what_is_typed_is_looked_for_and_what_is_not_found_says_what_else_to_do(screen: Screen) -> None:
    screen.finger.tap("open-find")
    screen.settle()
    screen.finger.type_text("field-find", "cyryzhk")
    assert screen.finger.sees("tile-JT-02")
    screen.finger.type_text("field-find", "yuyuebanli")
    assert screen.finger.sees("tile-ZH-02")  # a service is found like an item
    screen.session.setLanguage("en")  # whose keyboard makes no Chinese of it
    screen.finger.type_text("field-find", "qqwwrrtt")
    assert not screen.finger.sees("tile-JT-02")
    assert any("0592-7703144" in str(text.property("text")) for text in texts(screen))


def test_nothing_typed_is_left_for_the_next_citizen(screen: Screen) -> None:
    screen.finger.tap("open-find")
    screen.settle()
    screen.finger.type_text("field-find", "abc")
    screen.session.homeReset.emit()
    screen.settle()
    assert screen.finger.sees("open-find")
    screen.finger.tap("open-find")
    screen.settle()
    assert "abc" not in [text.property("text") for text in texts(screen)]


def test_an_event_of_life_gathers_what_it_asks_for_across_departments(screen: Screen) -> None:
    event = ITEMS.departments.happenings[0]
    screen.settle()
    while not screen.finger.sees(f"event-{event.id}"):
        screen.finger.tap("more")
        screen.settle()
    screen.finger.tap(f"event-{event.id}")
    screen.settle()
    first = next(code for code in event.items if code in ITEMS)
    assert screen.finger.sees(f"tile-{first}")
