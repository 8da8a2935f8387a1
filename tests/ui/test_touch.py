"""What a finger can do: choose, type, sign, go back, change its mind, walk away."""

from __future__ import annotations

import pytest

from kiosk.text import Text
from kiosk.visit.events import CardRead, Failed, Tick
from tests.people import LIN
from tests.ui.conftest import Screen
from tests.ui.desk import Desk, route
from ui.finger import FingerError
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


def test_english_large_and_contrast_end_with_the_visit(screen: Screen) -> None:
    screen.finger.tap("language")
    screen.finger.tap("elder")
    screen.finger.tap("contrast")
    assert (screen.session.spoken, screen.desk.languages[-1]) == ("en", "en")
    lead_to(screen, "card-read")
    screen.desk.act("exit")
    screen.settle()
    assert screen.session.spoken == "zh"
    assert not screen.session.property("elder")
    assert not screen.session.property("contrast")


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
