"""The page of an appointment: what is shown, chosen, booked, moved, given back and said when it does not go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kiosk.catalogue.catalogue import load_catalogue
from kiosk.gateway.contract import (
    Booking,
    BookingPath,
    BookingReason,
    Bookings,
    HalfDay,
    Slots,
    code_for,
)
from kiosk.text import Text
from kiosk.visit.events import (
    Answer,
    AskSlots,
    Book,
    Booked,
    BookingCancelled,
    CancelBooking,
    CardRead,
    Failed,
    PrintReceipt,
    SlotsTold,
)
from kiosk.visit.view import BookState
from tests.items import appointment
from tests.kiosk.visit.told import TODAY, Told
from tests.people import LIN, card_of

ITEM = appointment()
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
CODE, OTHER_CODE = code_for("YY", UUID(int=1)), code_for("YY", UUID(int=2))
PLACE = {"zh": "厦门市行政服务中心", "en": "Xiamen Administrative Service Centre"}
SOUTH = {"zh": "请从南门进。", "en": "Come in by the south gate."}


def slot(day: date, half: str, left: int = 5, begins: str = "", ends: str = "") -> dict[str, Any]:
    usual = ("09:00", "12:00") if half == "morning" else ("13:00", "17:00")
    return {"day": day, "half": half, "begins": begins or usual[0], "ends": ends or usual[1], "left": left}


def slots(*free: dict[str, Any], **more: Any) -> Slots:
    open_days = free or (
        slot(TODAY, "afternoon", 0),
        slot(TUESDAY, "morning"),
        slot(TUESDAY, "afternoon"),
        slot(WEDNESDAY, "morning"),
    )
    return Slots.model_validate(
        {"service": "city_hall", "place": "hall", "name": PLACE, "directions": SOUTH, "slots": open_days} | more
    )


def booking(code: str = CODE, **said: Any) -> Booking:
    usual = {
        "code": code,
        "state": "booked",
        "service": "city_hall",
        "place": "hall",
        "place_name": PLACE,
        "directions": SOUTH,
        **slot(TUESDAY, "morning"),
        "path": "ordinary",
        "may_cancel": True,
    }
    return Booking.model_validate(usual | said)


def told(answer: Slots | None = None, *mine: Booking, person: Any = LIN, **bookings: Any) -> Told:
    """To the page with the days on it."""
    page = Told(ITEM).tell("next", CardRead(person, 0.2), "next")
    page.tell(Answer("place", "hall"), Answer("phone", "13950010001"), "next")
    assert page.at == "book"
    return page.tell(SlotsTold(answer or slots(), Bookings(bookings=mine, **bookings)))


MORNING = "slot:2026-11-24.morning"
AFTERNOON = "slot:2026-11-24.afternoon"


def words(page: Told) -> str:
    problem = page.visit.view().problem
    assert problem is not None
    return " ".join(text.zh for text in (problem.happened, problem.meaning, problem.todo))


def ways(page: Told) -> list[str]:
    problem = page.visit.view().problem
    return [button.id for button in problem.actions] if problem is not None else []


def test_the_place_is_asked_for_its_free_half_days() -> None:
    page = Told(ITEM).tell("next", CardRead(LIN, 0.2), "next", Answer("place", "hall"))
    page.tell(Answer("phone", "13950010001"), "next")
    assert page.asked(AskSlots) == [AskSlots("city_hall", "hall", LIN)]
    assert page.body.state is BookState.ASKING
    assert not page.visit.view().exit


def test_days_stand_with_their_half_days_and_what_is_left() -> None:
    body = told().body
    assert [(day.name.zh, day.weekday.zh) for day in body.days] == [
        ("11月23日", "周一"),
        ("11月24日", "周二"),
        ("11月25日", "周三"),
    ]
    first, second = body.days[0].halves[0], body.days[1].halves[0]
    assert (first.left.zh, first.free) == ("约满", False)
    assert (second.name.zh, second.hours, second.left.zh, second.free) == ("上午", "09:00–12:00", "剩 5 个号", True)


def test_a_half_day_is_chosen_and_booked_and_the_receipt_knows_of_it() -> None:
    page = told().tell(MORNING)
    assert page.body.days[1].halves[0].chosen
    page.tell("next")
    (asked,) = page.asked(Book)
    assert (asked.day, asked.half, asked.path, asked.replaces) == (TUESDAY, HalfDay.MORNING, BookingPath.ORDINARY, None)
    assert (asked.place, asked.phone) == ("hall", "13950010001")
    page.tell(Booked(booking()))
    view = page.visit.view()
    assert (page.body.state, page.body.number, view.title.zh) == (BookState.BOOKED, CODE, "约好了")
    assert page.body.when.zh == "11月24日 周二 上午 09:00–12:00"
    assert page.body.directions.zh == "请从南门进。"
    assert not view.back
    page.tell("next")
    (receipt,) = page.asked(PrintReceipt)
    assert receipt.code == CODE
    assert [value.zh for _, value in receipt.rows] == [CODE, "11月24日 周二", "上午 09:00–12:00", PLACE["zh"]]
    assert [value.en for _, value in receipt.rows][1:3] == ["24 November, Tuesday", "morning, 09:00–12:00"]


def test_where_a_service_has_one_place_nobody_is_asked_for_it() -> None:
    steps = tuple(step.model_copy(update={"where": None}) if step.id == "book" else step for step in ITEM.steps)
    page = Told(ITEM.model_copy(update={"steps": steps})).tell("next", CardRead(LIN, 0.2), "next")
    page.tell(Answer("place", "x"), Answer("phone", "13950010001"), "next")
    assert page.asked(AskSlots)[0].place == ""
    page.tell(SlotsTold(slots(), Bookings(bookings=())), MORNING, "next")
    assert page.asked(Book)[0].place == "hall"


def test_what_somebody_comes_for_goes_with_the_booking() -> None:
    service = load_catalogue(Path("config")).services["ZH-02"]
    page = Told(service).tell("next", CardRead(LIN, 0.2), "next", Answer("matter", "property"), "next")
    page.tell(Answer("phone", "13950010001"), "next", SlotsTold(slots(), Bookings(bookings=())), MORNING, "next")
    assert [asked.about for asked in page.asked(Book)] == [Text(zh="不动产登记", en="Property registration")]


def test_nothing_is_booked_before_something_is_chosen_and_nothing_that_is_full() -> None:
    page = told().tell("next", "slot:2026-11-23.afternoon", "next", "slot:2026-12-24.morning", "next")
    assert not page.asked(Book)
    primary = page.visit.view().primary
    assert primary is not None
    assert not primary.enabled


def test_who_chooses_anew_books_what_was_chosen_last() -> None:
    page = told().tell(MORNING, AFTERNOON, "next")
    assert page.asked(Book)[0].half is HalfDay.AFTERNOON


@pytest.mark.parametrize("code", ["booking.full", "booking.closed", "booking.same_day"])
def test_a_number_that_went_to_somebody_else_leads_back_to_what_is_free_now(code: str) -> None:
    page = told().tell(MORNING, "next", Failed(code))
    assert page.problem == code
    page.tell("reload")
    assert len(page.asked(AskSlots)) == 2
    page.tell(SlotsTold(slots(), Bookings(bookings=())))
    assert page.body.state is BookState.CHOOSING
    assert not page.problem


def test_when_the_answer_is_lost_nobody_is_told_that_nothing_was_booked() -> None:
    page = told().tell(MORNING, "next", Failed("gateway.unreachable"))
    assert page.problem == "booking.unsure"
    assert ways(page) == ["again", "exit"]
    page.tell("again")
    first, again = page.asked(Book)
    assert first == again  # which the terminal sends with the key that it had
    page.tell(Booked(booking()))
    assert page.body.state is BookState.BOOKED


def test_when_the_days_cannot_be_asked_for_it_is_said_and_tried_again() -> None:
    page = Told(ITEM).tell("next", CardRead(LIN, 0.2), "next", Answer("place", "hall"), Answer("phone", "13950010001"))
    page.tell("next", Failed("gateway.unreachable"))
    assert page.problem == "gateway.unreachable"
    page.tell("reload")
    assert len(page.asked(AskSlots)) == 2


# -- one booking a day -------------------------------------------------------------------------


def test_a_second_booking_of_a_day_is_not_made_before_the_citizen_decided_which_it_is_to_be() -> None:
    page = told(None, booking()).tell(AFTERNOON, "next")
    assert not page.asked(Book)
    assert page.problem == "booking.same_day"
    assert "11月24日（周二）09:00–12:00，厦门市行政服务中心" in words(page)
    assert ways(page) == ["replace", "keep", "other"]


def test_it_is_moved_to_the_new_time_in_one_step() -> None:
    page = told(None, booking()).tell(AFTERNOON, "next", "replace")
    assert page.asked(Book)[0].replaces == CODE
    page.tell(Failed("gateway.unreachable"), "again")
    assert [one.replaces for one in page.asked(Book)] == [CODE, CODE]
    page.tell(Booked(booking(OTHER_CODE, **slot(TUESDAY, "afternoon"))))
    assert page.visit.facts["booking"] == OTHER_CODE


def test_it_is_kept_and_its_slip_is_printed_again() -> None:
    page = told(None, booking()).tell(AFTERNOON, "next", "keep")
    assert not page.asked(Book)
    assert (page.body.state, page.body.number) == (BookState.BOOKED, CODE)
    page.tell("next")
    assert page.asked(PrintReceipt)[0].code == CODE


def test_another_day_is_chosen_instead() -> None:
    page = told(None, booking()).tell(AFTERNOON, "next", "other", "slot:2026-11-25.morning", "next")
    assert page.asked(Book)[0].day == WEDNESDAY


def test_todays_booking_can_be_kept_and_not_moved() -> None:
    today = booking(**slot(TODAY, "afternoon"), may_cancel=False)
    page = told(slots(slot(TODAY, "afternoon")), today).tell("slot:2026-11-23.afternoon", "next")
    assert ways(page) == ["keep", "other"]
    assert "当天的预约不能再改" in words(page)


def test_a_booking_of_another_service_can_be_moved_and_is_not_taken_for_this_one() -> None:
    other = booking(service="marriage", place="huli")
    page = told(None, other).tell(MORNING, "next")
    assert ways(page) == ["replace", "other"]


def test_a_booking_is_cancelled_after_being_asked_whether_it_really_shall_be() -> None:
    page = told(None, booking())
    (mine,) = page.body.mine
    assert mine.may_cancel
    page.tell(f"cancel:{CODE}")
    assert ways(page) == ["yes_cancel", "other"]
    page.tell("other")
    assert not page.asked(CancelBooking)
    page.tell(f"cancel:{CODE}", "yes_cancel")
    assert page.asked(CancelBooking) == [CancelBooking(CODE, LIN)]
    page.tell(BookingCancelled())
    assert len(page.asked(AskSlots)) == 2


def test_what_cannot_be_cancelled_and_what_is_not_ones_own_is_left_alone() -> None:
    page = told(None, booking(may_cancel=False)).tell(f"cancel:{CODE}", f"cancel:{OTHER_CODE}")
    assert not page.problem


# -- nothing free ------------------------------------------------------------------------------------


def full(**more: Any) -> Slots:
    return slots(slot(TUESDAY, "morning", 0), slot(TUESDAY, "afternoon", 0), **more)


def test_where_nothing_is_free_the_page_says_when_and_where_something_will_be() -> None:
    page = told(
        full(
            release_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
            elsewhere=[{"place": "huli", "name": {"zh": "湖里", "en": "Huli"}, "day": WEDNESDAY, "half": "morning"}],
        )
    )
    assert [text.zh for text in page.body.notices] == [
        "这里现在没有可约的号。",
        "下一批号在11月23日（周一）12:00放出。",
        "湖里还有号，最早11月25日（周三）上午。",
    ]
    assert page.body.notices[1].en == "The next numbers are released on Monday, 23 November at 12:00."


def test_days_that_are_not_announced_yet_are_said_to_be_so() -> None:
    page = told(slots(unknown_from=date(2026, 12, 29)))
    assert [text.zh for text in page.body.notices] == ["12月29日（周二）以后的放假安排还没有公布，公布后才能约。"]


def test_an_urgent_matter_wants_a_time_of_today_and_a_reason() -> None:
    page = told(full(urgent=[slot(TODAY, "afternoon", 3, begins="15:10:20")]))
    assert [button.id for button in page.visit.view().secondary] == ["urgent"]
    page.tell("urgent")
    assert [option.value for option in page.body.reasons] == ["enterprise", "personal"]
    assert page.body.days[0].halves[0].hours == "15:10–17:00"
    page.tell("slot:2026-11-23.afternoon", "next")
    assert not page.asked(Book)
    page.tell("reason:elder", "next")
    assert not page.asked(Book)
    page.tell("reason:personal", "next")
    asked = page.asked(Book)[0]
    assert (asked.path, asked.reason, asked.day) == (BookingPath.URGENT, BookingReason.PERSONAL, TODAY)


def test_the_urgent_path_is_not_offered_where_its_numbers_are_gone_and_can_be_left_again() -> None:
    assert told(full(urgent=[slot(TODAY, "afternoon", 0)])).visit.view().secondary == ()
    page = told(slots(urgent=[slot(TODAY, "afternoon", 1)])).tell("urgent", "slot:2026-11-23.afternoon", "ordinary")
    assert page.body.reasons == ()
    assert not any(half.chosen for day in page.body.days for half in day.halves)


# -- the green pass -------------------------------------------------------------------------------------

GREEN = slot(TODAY, "morning", 1, begins="09:00", ends="17:00")


def test_a_green_pass_needs_no_more_than_who_one_is() -> None:
    page = told(full(green=GREEN)).tell("green")
    half = page.body.days[0].halves[0]
    assert (half.name.zh, half.hours, half.left.zh, half.chosen) == ("全天", "09:00–17:00", "随到随办", True)
    assert [option.value for option in page.body.reasons] == ["elder", "pregnant", "infant", "disabled"]
    page.tell("next")
    assert not page.asked(Book)
    page.tell("reason:infant", "next")
    asked = page.asked(Book)[0]
    assert (asked.path, asked.reason, asked.day) == (BookingPath.GREEN, BookingReason.INFANT, TODAY)
    page.tell(Booked(booking(**GREEN, path="green", may_cancel=False)))
    assert page.visit.said["time"].zh == "全天 09:00–17:00"


def test_who_is_sixty_by_the_card_need_not_say_so() -> None:
    page = told(full(green=GREEN), person=card_of("wang_elder")).tell("green", "next")
    assert page.asked(Book)[0].reason is BookingReason.ELDER


def test_who_did_not_come_twice_is_told_until_when_and_may_still_have_a_green_pass() -> None:
    page = told(slots(green=GREEN), suspended_until=date(2027, 2, 26))
    assert page.problem == "booking.suspended"
    assert words(page).startswith("2月26日以前不能预约")
    assert ways(page) == ["green", "exit"]
    page.tell("green", "reason:disabled", "next")
    assert page.asked(Book)[0].path is BookingPath.GREEN


def test_nothing_of_the_person_stays_on_the_page() -> None:
    page = told(None, booking()).tell(MORNING, "next", "replace", Booked(booking()))
    step = page.visit.page
    page.tell("exit")
    assert page.visit.ending is not None
    assert (page.visit.facts, page.visit.said) == ({}, {})
    assert step._booked is step._mine is step._replaces is None  # type: ignore[attr-defined]
