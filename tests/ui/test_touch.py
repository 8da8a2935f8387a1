"""What a finger can do: choose, type, sign, go back, change its mind, walk away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem

from kiosk.text import Text
from kiosk.visit.events import CardRead, Failed, Tick
from tests.people import LIN
from tests.ui.conftest import Screen
from tests.ui.desk import Desk, route
from tests.ui.hand import Hand
from ui.finger import FingerError, let_live
from ui.models.session import plain


def lead_to(screen: Screen, page: str) -> None:
    """Everything that comes before ``page``, and its own events."""
    screen.desk.begin("JT-02")
    for name, events in route().items():
        screen.desk.happen(*events)
        if name == page:
            screen.settle()
            return
    raise AssertionError(f"no page {page}")


def at(screen: Screen) -> str:
    return screen.desk.visit.page.step.id if screen.desk.visit is not None else "home"


def test_a_tile_begins_a_visit_and_back_at_the_first_page_ends_it(screen: Screen) -> None:
    screen.finger.tap("tile-JT-02")
    assert at(screen) == "guide"
    screen.settle()
    screen.finger.tap("act-back")
    assert at(screen) == "home"


def test_leaving_asks_first_and_then_wipes(screen: Screen) -> None:
    lead_to(screen, "contact-filled")
    screen.finger.tap("leave")
    screen.finger.tap("stay")
    assert at(screen) == "contact"
    screen.finger.tap("leave")
    screen.finger.tap("act-exit")
    assert at(screen) == "home"


def test_behind_a_problem_nothing_can_be_touched(screen: Screen) -> None:
    lead_to(screen, "card")
    screen.desk.happen(Failed("id_reader.silent"))
    screen.settle()
    with pytest.raises(FingerError):
        screen.finger.wait_for("primary", 0.2)
    screen.finger.tap("act-retry")
    assert screen.desk.visit is not None
    assert screen.desk.visit.problem is None


def test_fields_are_filled_key_by_key(screen: Screen) -> None:
    lead_to(screen, "licence")
    screen.finger.type_text("field-licence_class", "a2b1")
    screen.finger.type_text("field-licence_until", "20300630")
    assert screen.desk.visit is not None
    assert screen.desk.visit.answers["licence_class"] == "A2B1"
    assert screen.desk.visit.answers["licence_until"] == "20300630"
    screen.finger.type_text("field-licence_class", "C1")
    assert screen.desk.visit.answers["licence_class"] == "C1"
    screen.finger.tap("primary")
    assert at(screen) == "contact"


def test_a_choice_is_marked_and_can_be_changed(screen: Screen) -> None:
    lead_to(screen, "category")
    for value in ("taxi", "freight"):
        screen.finger.tap(f"option-category-{value}")
        assert screen.desk.visit is not None
        assert screen.desk.visit.answers["category"] == value


def test_a_signature_is_kept_and_can_be_wiped(screen: Screen) -> None:
    lead_to(screen, "sign")
    screen.finger.draw("signature-pad", [[(0.2, 0.5), (0.4, 0.3), (0.6, 0.6)], [(0.5, 0.2), (0.5, 0.8)]])
    assert screen.desk.visit is not None
    assert len(screen.desk.visit.strokes) == 2
    assert all(0 <= x <= 1 and 0 <= y <= 1 for stroke in screen.desk.visit.strokes for x, y in stroke)
    screen.finger.tap("act-clear")
    assert len(screen.desk.visit.strokes) == 0


def test_from_the_review_one_answer_can_be_changed_and_the_way_leads_straight_back(screen: Screen) -> None:
    lead_to(screen, "review")
    screen.finger.tap("edit-licence")
    assert at(screen) == "licence"
    screen.settle()
    screen.finger.tap("primary")
    assert at(screen) == "review"


def test_the_idle_warning_can_be_answered(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    assert screen.desk.visit is not None
    screen.desk.clock = screen.desk.visit.pace.idle - 10
    screen.desk.happen(Tick())
    screen.settle()
    screen.finger.tap("act-extend")
    view = screen.desk.view()
    assert view is not None
    assert not view.warning


def test_english_and_large_end_with_the_visit(screen: Screen) -> None:
    screen.finger.tap("language")
    screen.finger.tap("elder")
    assert (screen.session.spoken, screen.desk.languages[-1]) == ("en", "en")
    lead_to(screen, "card-read")
    screen.desk.act("exit")
    screen.settle()
    assert screen.session.spoken == "zh"
    assert screen.session.property("look") == "standard"


def test_every_touch_tells_that_somebody_is_there(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    screen.settle()
    screen.desk.clock = 50.0
    screen.finger.tap("language")
    view = screen.desk.view()
    assert view is not None
    assert view.seconds_left == 120


def test_a_finger_says_what_it_cannot_find(screen: Screen) -> None:
    with pytest.raises(FingerError, match="nothing called no-such-thing"):
        screen.finger.wait_for("no-such-thing", 0.05)


def test_views_become_plain_words_of_one_language() -> None:
    desk = Desk()
    desk.begin("JT-02")
    desk.happen(CardRead(LIN, 0.1))
    view = plain(desk.view(), "en")
    assert view["title"] == "Before you begin"
    assert view["kind"] == "guide"
    assert plain((Text(zh="甲", en="a"), None, 1), "zh") == ["甲", None, 1]


def test_a_page_that_has_just_appeared_takes_no_touch(screen: Screen) -> None:
    lead_to(screen, "category-chosen")
    hand = Hand(screen)
    corner = hand.middle("primary")
    screen.finger.tap("primary")
    hand.roll(corner, 0, 0)  # a second time at once, on the same place
    view = screen.desk.view()
    assert view is not None
    assert view.step_id == "certificate"
    assert not any(field.error for field in view.body.fields)  # type: ignore[union-attr]
    screen.finger.tap("primary")  # as soon as the page takes touches
    view = screen.desk.view()
    assert view is not None
    assert any(field.error for field in view.body.fields)  # type: ignore[union-attr]


def test_a_sheet_that_has_just_appeared_takes_no_touch_and_still_counts_it_as_somebody(screen: Screen) -> None:
    lead_to(screen, "contact-filled")
    hand = Hand(screen)
    screen.desk.clock = 50.0
    screen.finger.tap("leave")
    hand.roll(hand.middle("act-exit"), 0, 0)
    assert at(screen) == "contact"
    view = screen.desk.view()
    assert view is not None
    assert view.seconds_left == 120
    screen.finger.tap("act-exit")
    assert at(screen) == "home"


def test_how_long_the_guard_stands_is_300_milliseconds(screen: Screen) -> None:
    guard = screen.window.findChild(QQuickItem, "touch-guard")
    assert guard is not None
    assert [timer.property("interval") for timer in guard.findChildren(QObject) if timer.property("interval")] == [300]


@pytest.mark.parametrize(("x", "y"), [(7.5, 0.0), (-5.0, 5.0), (0.0, -7.5)])
def test_a_finger_may_roll_eight_millimetres(screen: Screen, x: float, y: float) -> None:
    """Also over the edge of what it touches, also where the page could be dragged."""
    lead_to(screen, "category")
    hand = Hand(screen)
    screen.finger.wait_for("option-category-taxi", 5)
    hand.roll(hand.edge("option-category-taxi"), x, y)
    assert screen.desk.visit is not None
    assert screen.desk.visit.answers["category"] == "taxi"


def test_a_finger_that_goes_away_takes_its_touch_back(screen: Screen) -> None:
    lead_to(screen, "card-read")
    hand = Hand(screen)
    screen.finger.wait_for("primary", 5)
    hand.roll(hand.edge("primary"), 0.0, -20.0)
    assert at(screen) == "card"


def test_a_page_that_is_longer_than_the_glass_is_dragged_only_by_what_goes_further(screen: Screen) -> None:
    screen.finger.tap("open-stations")
    screen.finger.settle()
    screen.finger.wait_for("more", 5)
    hand = Hand(screen)
    (flick,) = (item for item in hand.items() if item.metaObject().className().startswith("QQuickFlickable"))
    row = hand.item("station-3")
    before = row.property("color")
    hand.roll(hand.middle("station-3"), 0.0, -7.5)
    chosen = row.property("color")
    assert chosen != before
    assert flick.property("contentY") == 0
    hand.roll(hand.middle("station-3"), 0.0, -40.0)
    assert row.property("color") == chosen
    assert flick.property("contentY") > 0


def test_a_finger_may_press_long(screen: Screen) -> None:
    lead_to(screen, "card-read")
    hand, hints = Hand(screen), QGuiApplication.styleHints()
    screen.finger.wait_for("primary", 5)
    place = hand.middle("primary")
    hand.press(place)
    let_live(hints.mousePressAndHoldInterval() + 200)
    hand.lift(place)
    assert at(screen) == "person"


def test_more_time_is_given_as_often_as_it_is_asked_for(screen: Screen) -> None:
    lead_to(screen, "contact-filled")
    for again in range(1, 13):
        assert screen.desk.visit is not None
        pace = screen.desk.visit.pace
        assert pace.warning >= 20
        screen.desk.clock += pace.idle - pace.warning
        screen.desk.happen(Tick())
        screen.settle()
        assert any(f"{pace.warning:.0f} 秒后回到首页，已填的内容会清除" in text for text in Hand(screen).words()), (
            f"the {again}th time"
        )
        screen.finger.tap("act-extend")
        assert at(screen) == "contact"
        assert screen.desk.view().warning is False  # type: ignore[union-attr]
    assert screen.desk.visit is not None
    screen.desk.clock += screen.desk.visit.pace.idle
    screen.desk.happen(Tick())
    assert at(screen) == "home"
