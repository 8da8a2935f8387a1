"""What others must not see: masks that a finger lifts, and a card that is taken away in the middle."""

from __future__ import annotations

import json

import pytest

from kiosk.visit.events import CardLifted, Tick
from tests.people import LIN
from tests.ui.conftest import Screen
from tests.ui.hand import Hand
from tests.ui.test_touch import at, lead_to


def test_a_mask_is_lifted_as_long_as_a_finger_lies_on_it(screen: Screen) -> None:
    lead_to(screen, "card-read")
    hand = Hand(screen)
    screen.finger.wait_for("masked-holder.number", 5)
    assert LIN.number not in hand.words()
    place = hand.middle("masked-holder.number")
    hand.press(place)
    assert LIN.number in hand.words()
    hand.lift(place)
    assert LIN.number not in hand.words()


def test_a_finger_that_leaves_the_mask_lets_it_down(screen: Screen) -> None:
    lead_to(screen, "card-read")
    hand = Hand(screen)
    screen.finger.wait_for("masked-holder.name", 5)
    place = hand.middle("masked-holder.name")
    hand.press(place)
    assert LIN.name in hand.words()
    hand.roll(place, 0, 60)
    assert LIN.name not in hand.words()


def test_a_page_that_goes_while_a_finger_lies_there_takes_what_was_seen_along(screen: Screen) -> None:
    lead_to(screen, "card-read")
    hand = Hand(screen)
    screen.finger.wait_for("masked-holder.name", 5)
    hand.press(hand.middle("masked-holder.name"))
    assert screen.desk.visit is not None
    screen.desk.clock += screen.desk.visit.pace.idle + 1
    screen.desk.happen(Tick())
    assert at(screen) == "home"
    assert LIN.name not in hand.words()
    assert screen.session.reveal("holder.name") == ""


def test_on_the_review_everything_masked_has_its_way_to_be_seen(screen: Screen) -> None:
    lead_to(screen, "review")
    hand = Hand(screen)
    screen.finger.wait_for("primary", 5)
    masks = [name for item in hand.items() if (name := item.objectName()).startswith("masked-")]
    assert {"masked-holder.name", "masked-holder.number", "masked-phone"} <= set(masks)
    for name in masks:
        place = hand.middle(name)
        hand.press(place)
        assert screen.session.reveal(name.removeprefix("masked-")) in hand.words()
        hand.lift(place)
    assert all("*" in str(hand.item(name).property("mask")) for name in masks)


@pytest.mark.parametrize("page", ["card-read", "person", "review", "sign", "receipt-printed", "done"])
def test_the_view_holds_the_mask_only(screen: Screen, page: str) -> None:
    lead_to(screen, {"person": "way"}.get(page, page))
    told = json.dumps(screen.session.property("view"), ensure_ascii=False, default=str)
    assert LIN.number not in told
    assert LIN.name not in told


def test_nothing_is_revealed_that_the_page_does_not_show_masked(screen: Screen) -> None:
    lead_to(screen, "sign")
    assert [screen.session.reveal(key) for key in ("holder.number", "holder.address", "phone", "no_such")] == [""] * 4


def test_a_card_taken_away_in_the_middle_asks_and_ends_nothing(screen: Screen) -> None:
    lead_to(screen, "contact-filled")
    hand = Hand(screen)
    screen.desk.happen(CardLifted())
    assert any("您拿走了身份证，还要继续办理吗" in words for words in hand.words())
    view, visit = screen.desk.view(), screen.desk.visit
    assert view is not None
    assert visit is not None
    assert view.seconds_left == visit.pace.warning  # whoever is gone is not waited for as long
    screen.finger.tap("act-extend")
    assert at(screen) == "contact"
    view = screen.desk.view()
    assert view is not None
    assert view.seconds_left == visit.pace.idle
    assert not any("您拿走了身份证" in words for words in hand.words())


def test_whoever_takes_the_card_may_leave_by_one_touch(screen: Screen) -> None:
    lead_to(screen, "contact-filled")
    screen.desk.happen(CardLifted())
    screen.finger.tap("act-go")
    assert at(screen) == "home"


def test_a_finger_elsewhere_is_no_answer_and_nobody_at_all_ends_the_visit(screen: Screen) -> None:
    lead_to(screen, "contact-filled")
    screen.desk.happen(CardLifted())
    screen.finger.tap("help")
    view, visit = screen.desk.view(), screen.desk.visit
    assert view is not None
    assert visit is not None
    assert view.card_taken
    screen.desk.clock += visit.pace.idle + 1
    screen.desk.happen(Tick())
    assert at(screen) == "home"


@pytest.mark.parametrize("page", ["card-read", "receipt-printed", "rate", "done"])
def test_where_the_card_may_go_nobody_is_asked(screen: Screen, page: str) -> None:
    lead_to(screen, page)
    screen.desk.happen(CardLifted())
    view = screen.desk.view()
    assert view is not None
    assert not view.card_taken


def test_the_question_is_seen_whole_also_by_whoever_was_typing(screen: Screen) -> None:
    lead_to(screen, "contact")
    hand = Hand(screen)
    screen.finger.tap("field-recipient")
    assert screen.finger.wait_until(lambda: hand.item("keyboard").property("active"), 5)
    screen.desk.happen(CardLifted())
    assert screen.finger.wait_until(lambda: not any(item.objectName() == "keyboard" for item in hand.items()), 5)
    screen.finger.tap("act-extend")
    assert at(screen) == "contact"
