"""From the home page to any item: by what most people want, by department, by what happened, by any word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.text import Text
from tests.ui.conftest import Screen
from tests.ui.desk import ITEMS, Desk
from tests.ui.test_pages import LOOKS, check_page, dress, items, texts


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


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_the_pages_between_visits_are_drawn_whole(screen: Screen, language: str, look: str) -> None:
    dress(screen, language, look)
    for name in ("department-police", "event-lost", "open-find"):
        screen.settle()
        while not screen.finger.sees(name):
            screen.finger.tap("more")
            screen.settle()
        screen.finger.tap(name)
        screen.settle()
        check_page(screen, name, language)
        if name != "open-find":
            screen.finger.tap("home")
    screen.session.homeReset.emit()


def test_what_is_typed_is_looked_for_and_what_is_not_found_says_what_else_to_do(screen: Screen) -> None:
    screen.finger.tap("open-find")
    screen.settle()
    screen.finger.type_text("field-find", "cyryzhk")
    assert screen.finger.sees("tile-JT-02")
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


@pytest.mark.parametrize(("language", "look"), LOOKS)
@pytest.mark.parametrize("reason", [None, Text(zh="本机没有 A4 打印机", en="This machine has no A4 printer")])
def test_no_word_stands_outside_its_tile_whether_it_is_open_or_says_why_not(
    screen_of: Callable[[Desk], Screen], language: str, look: str, reason: Text | None
) -> None:
    screen = screen_of(Desk(reason=reason))
    dress(screen, language, look)
    screen.settle()
    tiles = [
        one for one in items(screen.window.contentItem()) if one.metaObject().indexOfProperty("naturalHeight") >= 0
    ]
    assert len(tiles) > len(ITEMS.departments.departments)
    for tile in tiles:
        assert tile.property("naturalHeight") <= tile.height() + 1, tile.objectName()
