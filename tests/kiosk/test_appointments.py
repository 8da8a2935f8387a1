"""Appointments on a whole machine: the real card, the terminal, the line, the numbers of the back office, the slip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from backoffice.booking.desk import BookingDesk
from kiosk.gateway.contract import BookingState, HalfDay
from kiosk.hours import LOCAL
from kiosk.visit.view import BookState
from tests.backoffice.booking.test_desk import citizen, request
from tests.items import config_in
from tests.kiosk.machine import Machine

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=LOCAL)  # a Monday
TUESDAY = "slot:2026-11-24.morning"


@pytest.fixture
def machine(tmp_path: Path, desk: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, desk, config=config_in(tmp_path / "config"), now=lambda: NOW)
    machine.store.now = lambda: NOW
    yield machine
    machine.close()


@pytest.fixture
def hall(machine: Machine) -> BookingDesk:
    """The same numbers from another channel, and the hall's ticket machine."""
    return BookingDesk(machine.store)


def begin(machine: Machine, person: str = "lin") -> Machine:
    """To the days, or to what is said instead of them."""
    machine.terminal.begin("JT-97")
    machine.act("next").read_card(person).act("next")
    machine.terminal.answer("place", "hall")
    machine.terminal.answer("phone", "13950010001")
    machine.act("next")
    return wait(machine)


def wait(machine: Machine) -> Machine:
    busy = (BookState.ASKING, BookState.BOOKING)
    machine.until(lambda: machine.problem or machine.body().state not in busy, "the back office")
    return machine


def leave(machine: Machine) -> None:
    machine.act("exit")
    machine.reader.lift()
    machine.until(lambda: machine.at == "home" and not machine.terminal._card_lies_there, "the card to be taken")


def booked(hall: BookingDesk) -> list[tuple[str, str]]:
    return [(line.code, line.half) for line in hall.listing() if line.state is BookingState.BOOKED]


def test_a_slip_gets_a_number_from_the_ticket_machine_of_the_hall(machine: Machine, hall: BookingDesk) -> None:
    begin(machine)
    assert [day.name.zh for day in machine.body().days] == [
        "11月23日",
        "11月24日",
        "11月25日",
        "11月26日",
        "11月27日",
    ]
    assert [half.name.zh for half in machine.body().days[0].halves] == ["下午"]
    wait(machine.act(TUESDAY, "next"))
    code = machine.body().number
    assert booked(hall) == [(code, "morning")]
    assert code in machine.store.texts()[-1].words
    machine.act("next").wait_for_receipt()
    assert code.encode() in machine.receipts[-1]
    assert "11月24日".encode("gb18030") in machine.receipts[-1]
    machine.store.now = lambda: NOW.replace(day=24, hour=9)
    assert hall.arrive(code).queue_number == "A001"


@pytest.mark.may_warn("the back office cannot be reached")
def test_a_booking_whose_answer_was_lost_is_asked_for_again_and_is_one(machine: Machine, hall: BookingDesk) -> None:
    begin(machine)
    machine.line.loses.append("/v1/bookings")
    wait(machine.act(TUESDAY, "next"))
    assert machine.problem == "booking.unsure"
    assert len(booked(hall)) == 1
    wait(machine.act("again"))
    assert machine.body().state is BookState.BOOKED
    assert booked(hall) == [(machine.body().number, "morning")]


@pytest.mark.may_warn("the back office cannot be reached")
def test_whoever_left_unsure_finds_the_booking_when_coming_back(machine: Machine, hall: BookingDesk) -> None:
    begin(machine)
    machine.line.loses.append("/v1/bookings")
    wait(machine.act(TUESDAY, "next"))
    leave(machine)
    begin(machine)
    (mine,) = machine.body().mine
    assert [(mine.code, "morning")] == booked(hall)
    machine.act("slot:2026-11-24.afternoon", "next")
    assert machine.problem == "booking.same_day"
    machine.act("keep")
    assert machine.body().number == mine.code
    machine.act("next").wait_for_receipt()
    assert mine.code.encode() in machine.receipts[-1]


def test_a_booking_is_moved_and_cancelled_at_the_machine(machine: Machine, hall: BookingDesk) -> None:
    begin(machine)
    wait(machine.act(TUESDAY, "next"))
    first = machine.body().number
    leave(machine)
    begin(machine)
    machine.act("slot:2026-11-24.afternoon", "next", "replace")
    wait(machine)
    second = machine.body().number
    assert second != first
    assert booked(hall) == [(second, "afternoon")]
    leave(machine)
    begin(machine)
    machine.act(f"cancel:{second}", "yes_cancel")
    wait(machine)
    assert machine.body().mine == ()
    assert booked(hall) == []


def test_the_last_number_goes_to_one_of_two_and_the_other_is_told(machine: Machine, hall: BookingDesk) -> None:
    place = hall._services["city_hall"].places["hall"]
    few = place.model_copy(update={"quota": 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(hall._services["city_hall"].places, "hall", few)
        begin(machine)
        hall.book(request(citizen(1)))
        wait(machine.act(TUESDAY, "next"))
        assert machine.problem == "booking.full"
        wait(machine.act("reload"))
        free = {half.id: half.free for day in machine.body().days for half in day.halves}
        assert not free[TUESDAY]
        assert free["slot:2026-11-24.afternoon"]


def test_after_noon_today_is_left_to_urgent_matters(machine: Machine, hall: BookingDesk) -> None:
    machine.store.now = lambda: NOW.replace(hour=14)
    begin(machine)
    assert machine.body().days[0].name.zh == "11月24日"
    machine.act("urgent", "slot:2026-11-23.afternoon", "reason:personal", "next")
    wait(machine)
    assert machine.body().when.zh == "11月23日 周一 下午 15:30–17:00"
    assert hall.listing()[0].half is HalfDay.AFTERNOON


def test_whoever_did_not_come_twice_may_have_a_green_pass(machine: Machine, hall: BookingDesk) -> None:
    begin(machine, "wang_elder")
    number = "350221194801300021"
    leave(machine)
    for day in (24, 25):
        hall.book(request(number, day=NOW.replace(day=day).date()))
    machine.store.now = lambda: NOW.replace(day=26)
    begin(machine, "wang_elder")
    assert machine.problem == "booking.suspended"
    machine.act("green", "next")
    wait(machine)
    assert machine.body().when.zh == "11月26日 周四 全天 09:00–17:00"
    assert hall.arrive(machine.body().number).queue_number == "L001"


@pytest.mark.may_warn("the back office cannot be reached")
def test_without_a_line_nothing_is_booked_and_it_is_said(machine: Machine) -> None:
    machine.office.__exit__(None, None, None)
    begin(machine)
    assert machine.problem == "gateway.unreachable"


def test_the_journal_names_the_booking_and_nobody(machine: Machine, tmp_path: Path) -> None:
    begin(machine)
    wait(machine.act(TUESDAY, "next"))
    journal = (tmp_path / "journal.jsonl").read_text(encoding="utf-8")
    assert machine.body().number in journal
    for private in ("林", "350206198503120027", "13950010001"):
        assert private not in journal
