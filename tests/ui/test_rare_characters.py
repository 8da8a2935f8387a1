"""A name that no keyboard writes: a character by its parts, or by how it is read."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QRawFont

from kiosk.characters import characters_read, characters_under, radicals, strokes_beside
from kiosk.visit.events import Answer
from tests.ui.conftest import Screen
from tests.ui.hand import Hand, stand_at


def at_recipient(screen: Screen, name: str) -> None:
    screen.desk.begin("JT-02")
    stand_at(screen, "contact")
    screen.desk.happen(Answer("recipient", name))


def recipient(screen: Screen) -> str:
    assert screen.desk.visit is not None
    return screen.desk.visit.answers["recipient"]


@pytest.mark.parametrize(
    ("character", "touches"),
    [
        ("㐀", ("strokes-1", "character-一", "strokes-4")),
        ("䶮", ("strokes-5", "character-龙", "strokes-4")),
        ("𠮷", ("strokes-3", "character-口", "strokes-3")),
        ("赟", ("strokes-4", "character-贝", "strokes-12")),
        ("喆", ("strokes-3", "character-口", "strokes-9")),
        ("犇", ("strokes-4", "character-牛", "strokes-8")),
    ],
)
def test_four_touches_lead_to_a_character_by_its_parts(
    screen: Screen, character: str, touches: tuple[str, ...]
) -> None:
    at_recipient(screen, "林")
    screen.finger.tap("turn-recipient")
    for touch in touches:
        screen.finger.tap(touch)
    reach(screen, f"character-{character}")
    screen.finger.tap(f"character-{character}")
    assert recipient(screen) == f"林{character}"


def reach(screen: Screen, name: str) -> None:
    screen.finger.wait_for("character-close", 5)
    while not screen.finger.sees(name):
        screen.finger.tap("more")


def test_the_reading_leads_there_too_and_those_that_the_keyboard_lacks_come_first(screen: Screen) -> None:
    at_recipient(screen, "林")
    screen.finger.tap("turn-recipient")
    screen.finger.tap("by-reading")
    for letter in "yan":
        screen.finger.tap(f"letter-{letter}")
    reach(screen, "character-䶮")
    screen.finger.tap("character-䶮")
    assert recipient(screen) == "林䶮"
    assert characters_read("yan").index("䶮") < characters_read("yan").index("言")


def test_it_comes_where_the_cursor_stands(screen: Screen) -> None:
    at_recipient(screen, "林山")
    screen.finger.tap("field-recipient")
    line = next(
        item for item in Hand(screen).items() if item.property("activeFocus") and item.inherits("QQuickTextInput")
    )
    line.setProperty("cursorPosition", 1)
    screen.finger.tap("turn-recipient")
    for touch in ("strokes-5", "character-龙", "strokes-4", "character-䶮"):
        screen.finger.tap(touch)
    assert recipient(screen) == "林䶮山"


def test_it_fits_into_an_address_and_leaves_its_area(screen: Screen) -> None:
    at_recipient(screen, "林")
    screen.desk.happen(Answer("address", "福建省厦门市思明区莲前街道 路1号"))
    screen.finger.tap("turn-address")
    for touch in ("strokes-3", "character-土", "strokes-6", "character-垚"):
        if touch == "character-垚":
            reach(screen, touch)
        screen.finger.tap(touch)
    assert screen.desk.visit is not None
    assert screen.desk.visit.answers["address"].startswith("福建省厦门市思明区莲前街道 ")
    assert "垚" in screen.desk.visit.answers["address"]


def test_each_step_leads_back_and_closing_changes_nothing(screen: Screen) -> None:
    at_recipient(screen, "林")
    screen.finger.tap("turn-recipient")
    for touch in ("strokes-5", "character-龙", "strokes-4", "back-to-further", "back-to-radical", "back-to-strokes"):
        screen.finger.tap(touch)
    screen.finger.tap("character-close")
    assert recipient(screen) == "林"


def test_no_reading_is_said_so(screen: Screen) -> None:
    at_recipient(screen, "林")
    screen.finger.tap("turn-recipient")
    screen.finger.tap("by-reading")
    for letter in "bq":
        screen.finger.tap(f"letter-{letter}")
    assert any("没有读作“bq”的字" in words for words in Hand(screen).words())
    screen.finger.tap("letter-delete")


def every_character() -> set[str]:
    """All that can be reached by parts."""
    return {
        character
        for radical in radicals()
        for strokes in strokes_beside(radical.id)
        for character in characters_under(radical.id, strokes)
    }


def test_every_character_of_the_standards_first_level_can_be_reached(screen: Screen) -> None:
    """GB 18030-2022 level 1: the unified block and extension A as they were in Unicode 3.0 and 3.1."""
    reached = every_character()
    assert all(chr(code) in reached for code in (*range(0x4E00, 0x9FA6), *range(0x3400, 0x4DB6)))
    assert sum(ord(character) > 0xFFFF for character in reached) > 2000


def test_whatever_can_be_chosen_can_be_drawn(screen: Screen) -> None:
    font = QRawFont.fromFont(QFont("Noto Sans CJK SC"))
    assert all(font.supportsCharacter(ord(character)) for character in every_character())


def test_every_square_is_at_least_sixteen_millimetres(screen: Screen) -> None:
    at_recipient(screen, "林")
    screen.finger.tap("turn-recipient")
    screen.finger.tap("strokes-3")
    screen.finger.wait_for("character-口", 5)
    hand = Hand(screen)
    squares = [
        item for item in hand.items() if item.objectName().startswith("character-") and item.width() == item.height()
    ]
    assert len(squares) > 20
    assert all(square.width() >= 16 * hand.millimetre for square in squares)
