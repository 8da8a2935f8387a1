"""Numbers are given out once, to one person, and never more than there are: over real HTTP and a real database."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.booking.desk import BookingDesk
from backoffice.booking.rule import Rule
from backoffice.booking.services import Place, Service, load_services
from backoffice.booking.working_days import known_until, works_in_china
from backoffice.service import create_app
from backoffice.store import Refusal, Store
from kiosk.gateway.client import GatewayClient, GatewayRefused
from kiosk.gateway.contract import (
    CARD_NUMBER,
    Booking,
    BookingPath,
    BookingReason,
    BookingRequest,
    BookingState,
    HalfDay,
    Problem,
    ProblemCode,
    code_for,
)
from kiosk.hours import LOCAL
from kiosk.text import Text, same
from kiosk.yaml_file import YamlError
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running
from tests.backoffice.test_commands import run

LIN, CHEN = "350206198503120027", "35020319790808004X"
PHONE = "13950010001"
MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
AM, PM = HalfDay.MORNING, HalfDay.AFTERNOON
NAMED = "林示例"


def request(number: str = LIN, **said: Any) -> BookingRequest:
    usual = {
        "idempotency_key": uuid4(),
        "service": "city_hall",
        "place": "hall",
        "day": TUESDAY,
        "half": AM,
        "number": number,
        "name": NAMED,
        "phone": PHONE,
        "item": "GA-HZ-10",
        "station": "XM-HL-0001",
        "language": "zh",
    }
    return BookingRequest.model_validate(usual | said)


def citizen(n: int) -> str:
    return f"{n:017}X"


def service(quota: int, urgent_quota: int = 2, **more: Any) -> Service:
    place = Place(name=same("厅"), directions=same("南门"), quota=quota, urgent_quota=urgent_quota)
    other = Place(name=same("别处"), directions=same("北门"), quota=1)
    rule = Rule(days=5, today_until=time(8), release=time(12), urgent_minutes=60)
    return Service(name=same("事"), rule=rule, green_pass=True, places={"hall": place, "other": other}, **more)


@pytest.fixture
def small(store: Store) -> BookingDesk:
    """Three numbers for a half-day."""
    return BookingDesk(store, {"city_hall": service(3)})


@pytest.fixture
def desk(store: Store) -> BookingDesk:
    return BookingDesk(store)


@pytest.fixture
def client(store: Store) -> Iterator[GatewayClient]:
    with Running(create_app(store)) as running:
        client = GatewayClient(running.url)
        yield client
        client.close()


def refused(code: ProblemCode) -> Any:
    return pytest.raises(Refusal, match=f"^{code.value}$")


def go_to(time: Time, words: str) -> None:
    time.now = datetime.fromisoformat(words).replace(tzinfo=LOCAL)


# -- over the line ------------------------------------------------------------------------


def test_what_is_open_is_booked_and_found_again(client: GatewayClient, time: Time) -> None:
    slots = client.slots("city_hall")
    assert (slots.place, slots.name.zh) == ("hall", "厦门市行政服务中心")
    assert [(slot.day, slot.half) for slot in slots.slots][:2] == [(MONDAY, PM), (TUESDAY, AM)]
    assert {slot.left for slot in slots.slots} == {5500}
    assert slots.release_at == datetime(2026, 11, 23, 4, tzinfo=UTC)
    booking = client.book(request())
    assert (booking.day, booking.half, booking.begins, booking.ends) == (
        TUESDAY,
        AM,
        time_of("09:00"),
        time_of("12:00"),
    )
    assert booking.state is BookingState.BOOKED
    assert client.slots("city_hall").slots[1].left == 5499
    mine = client.bookings(LIN)
    assert [one.code for one in mine.bookings] == [booking.code]
    assert mine.suspended_until is None
    assert client.bookings(CHEN).bookings == ()


def time_of(clock: str) -> time:
    return time.fromisoformat(clock)


def test_the_same_request_counts_once_and_another_one_with_its_key_is_refused(client: GatewayClient) -> None:
    asked = request()
    first, again = client.book(asked), client.book(asked)
    assert first.code == again.code
    assert (first.duplicate, again.duplicate) == (False, True)
    assert client.slots("city_hall").slots[1].left == 5499
    with pytest.raises(GatewayRefused, match="conflict"):
        client.book(asked.model_copy(update={"half": PM}))


def test_a_booking_is_cancelled_by_its_holder_and_its_number_is_free_again(client: GatewayClient) -> None:
    code = client.book(request()).code
    with pytest.raises(GatewayRefused, match="not_found"):
        client.cancel_booking(code, CHEN)
    assert client.cancel_booking(code, LIN).state is BookingState.CANCELLED
    assert client.cancel_booking(code, LIN).state is BookingState.CANCELLED  # the answer was lost, say
    assert client.slots("city_hall").slots[1].left == 5500
    assert client.bookings(LIN).bookings == ()
    assert client.book(request()).code != code


def test_nobody_learns_bookings_without_a_card_number_and_no_error_repeats_one(store: Store) -> None:
    with Running(create_app(store)) as running:
        for headers in ({}, {CARD_NUMBER: "Lin-350206"}):
            answer = requests.get(f"{running.url}/v1/bookings", headers=headers, timeout=30)
            assert Problem.model_validate_json(answer.content).code is ProblemCode.INVALID
            assert "350206" not in answer.text


def test_a_reason_belongs_to_its_path() -> None:
    request(path="urgent", reason="personal")
    for wrong in ({"path": "urgent"}, {"path": "urgent", "reason": "elder"}, {"reason": "personal"}, {"path": "green"}):
        with pytest.raises(ValueError, match="reason"):
            request(**wrong)
    assert NAMED not in repr(request())


# -- the rule, kept --------------------------------------------------------------------------


def test_only_what_the_rule_opens_can_be_booked(desk: BookingDesk, time: Time) -> None:
    for day, half in ((MONDAY, AM), (date(2026, 11, 28), AM), (date(2026, 11, 30), AM)):
        with refused(ProblemCode.BOOKING_CLOSED):
            desk.book(request(day=day, half=half))
    go_to(time, "2026-11-23 12:00:00")
    with refused(ProblemCode.BOOKING_CLOSED):
        desk.book(request(day=MONDAY, half=PM))
    assert desk.book(request(day=date(2026, 11, 30))).day == date(2026, 11, 30)


def test_a_person_has_one_booking_a_day_whatever_it_is_for(desk: BookingDesk) -> None:
    desk.book(request())
    for other in (
        request(half=PM),
        request(service="ga_household", place="siming"),
        request(service="marriage", place="huli", half=PM),
    ):
        with refused(ProblemCode.BOOKING_SAME_DAY):
            desk.book(other)
    desk.book(request(day=TUESDAY + timedelta(days=1)))
    desk.book(request(CHEN))


def test_one_gives_way_to_the_other_in_one_moment(small: BookingDesk, time: Time) -> None:
    first = small.book(request())
    second = small.book(request(half=PM, replaces=first.code))
    assert [one.code for one in small.mine(LIN).bookings] == [second.code]
    left = {(slot.day, slot.half): slot.left for slot in small.slots("city_hall", "hall").slots}
    assert (left[TUESDAY, AM], left[TUESDAY, PM]) == (3, 2)


def test_nothing_is_given_back_for_a_booking_that_does_not_come_about(small: BookingDesk) -> None:
    small.book(request())
    wednesday = small.book(request(day=TUESDAY + timedelta(days=1)))
    with refused(ProblemCode.BOOKING_SAME_DAY):
        small.book(request(half=PM, replaces=wednesday.code))
    assert wednesday.code in [one.code for one in small.mine(LIN).bookings]


def test_a_booking_that_is_replaced_by_a_full_half_day_stays(small: BookingDesk) -> None:
    mine = small.book(request())
    for number in range(3):
        small.book(request(citizen(number), half=PM))
    with refused(ProblemCode.BOOKING_FULL):
        small.book(request(half=PM, replaces=mine.code))
    assert [one.code for one in small.mine(LIN).bookings] == [mine.code]


def test_the_last_number_of_a_full_half_day_can_be_exchanged_for_itself(small: BookingDesk) -> None:
    mine = small.book(request())
    for number in range(2):
        small.book(request(citizen(number)))
    assert small.book(request(replaces=mine.code)).state is BookingState.BOOKED


def test_on_its_day_a_booking_can_be_neither_cancelled_nor_replaced(desk: BookingDesk, time: Time) -> None:
    booking = desk.book(request())
    assert booking.may_cancel
    go_to(time, "2026-11-24 00:00:00")
    assert not desk.mine(LIN).bookings[0].may_cancel
    with refused(ProblemCode.BOOKING_STAYS):
        desk.cancel(booking.code, LIN)
    with refused(ProblemCode.BOOKING_STAYS):
        desk.book(request(half=PM, replaces=booking.code))


def test_unknown_services_and_places_are_not_found(desk: BookingDesk) -> None:
    for service_id, place in (("library", None), ("city_hall", "attic"), ("ga_household", None)):
        with refused(ProblemCode.NOT_FOUND):
            desk.slots(service_id, place)
    with refused(ProblemCode.NOT_FOUND):
        desk.book(request(place="attic"))


def test_where_nothing_is_left_another_place_is_named(small: BookingDesk, time: Time) -> None:
    open_days = {slot.day for slot in small.slots("city_hall", "hall").slots}
    count = 0
    for day in open_days:
        for half in HalfDay:
            for _ in range(3):
                if (day, half) != (MONDAY, AM):
                    small.book(request(citizen(count := count + 1), day=day, half=half))
    slots = small.slots("city_hall", "hall")
    assert {slot.left for slot in slots.slots} == {0}
    (other,) = slots.elsewhere
    assert (other.place, other.day, other.half) == ("other", MONDAY, PM)
    assert small.slots("city_hall", "other").elsewhere == ()


def test_past_the_announced_holidays_fewer_days_are_open_and_it_is_said(store: Store, time: Time) -> None:
    last = known_until()
    go_to(time, f"{last - timedelta(days=9)} 07:00:00")
    slots = BookingDesk(store).slots("city_hall")
    assert slots.unknown_from is None
    assert len({slot.day for slot in slots.slots}) == 5
    go_to(time, f"{last} 07:00:00")
    slots = BookingDesk(store).slots("city_hall")
    assert slots.unknown_from == last + timedelta(days=1)
    assert {slot.day for slot in slots.slots} == ({last} if works_in_china(last) else set())


# -- urgent matters and the green pass ----------------------------------------------------------


def test_an_urgent_matter_has_numbers_of_its_own(small: BookingDesk, time: Time) -> None:
    go_to(time, "2026-11-23 14:10:20")
    (slot,) = small.slots("city_hall", "hall").urgent
    assert (slot.half, slot.begins, slot.ends, slot.left) == (PM, time_of("15:10:20"), time_of("17:00"), 2)
    said: dict[str, Any] = {"day": MONDAY, "half": PM, "path": BookingPath.URGENT, "reason": BookingReason.ENTERPRISE}
    booking = small.book(request(**said))
    assert (booking.begins, booking.may_cancel) == (time_of("15:10:20"), False)
    small.book(request(CHEN, **said))
    with refused(ProblemCode.BOOKING_FULL):
        small.book(request(citizen(3), **said))
    go_to(time, "2026-11-23 16:00:00")
    assert small.slots("city_hall", "hall").urgent == ()
    with refused(ProblemCode.BOOKING_CLOSED):
        small.book(request(citizen(4), **said))


def test_a_green_pass_takes_no_number_from_anybody(small: BookingDesk, time: Time) -> None:
    go_to(time, "2026-11-23 16:59:00")
    green = small.slots("city_hall", "hall").green
    assert green is not None
    assert (green.day, green.begins, green.ends) == (MONDAY, time_of("09:00"), time_of("17:00"))
    for number in range(10):
        said = {"day": green.day, "half": green.half, "path": "green", "reason": "elder"}
        assert small.book(request(citizen(number), **said)).path is BookingPath.GREEN
    go_to(time, "2026-11-23 17:00:00")
    with refused(ProblemCode.BOOKING_CLOSED):
        small.book(request(CHEN, day=MONDAY, half=AM, path="green", reason="infant"))


def test_a_service_without_green_pass_gives_none(desk: BookingDesk) -> None:
    assert desk.slots("marriage", "huli").green is None
    with refused(ProblemCode.BOOKING_CLOSED):
        desk.book(request(service="marriage", place="huli", day=MONDAY, path="green", reason="elder"))


# -- the hall -------------------------------------------------------------------------------------


def test_the_ticket_machine_gives_a_number_within_the_half_day(desk: BookingDesk, time: Time) -> None:
    first, second = desk.book(request()), desk.book(request(CHEN))
    afternoon = desk.book(request(citizen(1), half=PM))
    go_to(time, "2026-11-24 08:29:59")
    with refused(ProblemCode.ARRIVAL_EARLY):
        desk.arrive(first.code)
    go_to(time, "2026-11-24 08:30:00")
    assert desk.arrive(second.code).queue_number == "A001"
    assert desk.arrive(first.code).queue_number == "A002"
    assert desk.arrive(first.code).queue_number == "A002"  # held before the machine once more
    with refused(ProblemCode.ARRIVAL_EARLY):
        desk.arrive(afternoon.code)
    go_to(time, "2026-11-24 12:40:00")
    assert desk.arrive(afternoon.code).queue_number == "B001"


def test_a_code_that_is_over_cancelled_or_made_up_gets_no_number(
    client: GatewayClient, store: Store, time: Time
) -> None:
    desk = BookingDesk(store)
    late, cancelled = desk.book(request()), desk.book(request(CHEN))
    desk.cancel(cancelled.code, CHEN)
    go_to(time, "2026-11-24 12:00:00")
    for code in (late.code, cancelled.code):
        with refused(ProblemCode.ARRIVAL_LATE):
            desk.arrive(code)
    made_up = late.code[:-1] + ("A" if late.code[-1] != "A" else "B")
    with refused(ProblemCode.NOT_FOUND):
        desk.arrive(made_up)


def test_two_no_shows_in_a_month_keep_somebody_from_booking_for_three(desk: BookingDesk, time: Time) -> None:
    for day in (TUESDAY, TUESDAY + timedelta(days=2)):
        desk.book(request(day=day))
    go_to(time, "2026-11-27 08:00:00")
    assert desk.mark_missed() == 2
    assert desk.mark_missed() == 0
    assert desk.mine(LIN).suspended_until == date(2027, 2, 26)
    with refused(ProblemCode.BOOKING_SUSPENDED):
        desk.book(request(day=date(2026, 11, 30)))
    urgent_today: dict[str, Any] = {"day": date(2026, 11, 27), "half": PM, "path": "urgent", "reason": "personal"}
    with refused(ProblemCode.BOOKING_SUSPENDED):
        desk.book(request(**urgent_today))
    desk.book(request(CHEN, day=date(2026, 11, 30)))


def test_nobody_has_to_wait_for_the_evening_job_to_be_told(desk: BookingDesk, time: Time) -> None:
    for day in (TUESDAY, TUESDAY + timedelta(days=2)):
        desk.book(request(day=day))
    go_to(time, "2026-11-26 12:00:00")
    assert desk.mine(LIN).suspended_until == date(2027, 2, 26)


def test_who_came_or_cancelled_or_had_a_green_pass_missed_nothing(desk: BookingDesk, time: Time) -> None:
    came, cancelled = desk.book(request()), desk.book(request(day=TUESDAY + timedelta(days=1)))
    desk.cancel(cancelled.code, LIN)
    go_to(time, "2026-11-24 09:00:00")
    desk.arrive(came.code)
    go_to(time, "2026-11-25 16:00:00")
    desk.book(request(day=date(2026, 11, 25), path="green", reason="pregnant"))
    go_to(time, "2026-11-30 09:00:00")
    desk.mark_missed()
    assert desk.mine(LIN).suspended_until is None
    assert Counter(line.state for line in desk.listing()) == {
        BookingState.ARRIVED: 1,
        BookingState.CANCELLED: 1,
        BookingState.MISSED: 1,
    }


def test_the_phone_that_was_left_hears_of_it_and_nobody_else(desk: BookingDesk, store: Store) -> None:
    booking = desk.book(request())
    desk.book(request(CHEN, phone=None))
    desk.cancel(booking.code, LIN)
    booked, cancelled = store.texts()
    assert {booked.phone, cancelled.phone} == {PHONE}
    assert "11月24日 09:00–12:00" in booked.words
    assert booking.code in booked.words
    assert "取消预约" in cancelled.words
    english = desk.book(request(citizen(1), language="en"))
    assert f"on 24 November, 09:00–12:00. Your booking is {english.code}" in store.texts()[-1].words


# -- many at once -------------------------------------------------------------------------------------


def book_or_not(desk: BookingDesk, asked: BookingRequest) -> str:
    try:
        return desk.book(asked).code
    except Refusal as refusal:
        return refusal.code.value


def test_many_at_once_get_every_number_once_and_no_more(small: BookingDesk) -> None:
    asked = [request(citizen(n)) for n in range(40)]
    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(code[:3] for code in pool.map(lambda one: book_or_not(small, one), asked))
    assert outcomes == {"YY-": 3, "boo": 37}
    assert next(slot.left for slot in small.slots("city_hall", "hall").slots if slot.day == TUESDAY) == 0


def test_one_person_at_many_machines_at_once_gets_one_number(small: BookingDesk) -> None:
    with ThreadPoolExecutor(12) as pool:
        outcomes = Counter(pool.map(lambda half: book_or_not(small, request(half=half))[:14], [AM, PM] * 10))
    assert outcomes.pop("booking.same_d") == 19
    assert list(outcomes.values()) == [1]


def test_the_list_says_what_somebody_comes_for(client: GatewayClient, desk: BookingDesk) -> None:
    about = Text(zh="不动产登记", en="Property registration")
    codes = client.book(request(about=about)).code, client.book(request(CHEN)).code
    assert [(line.code, line.about) for line in desk.listing()] == [(codes[0], about.model_dump()), (codes[1], None)]


def test_one_request_that_comes_many_times_at_once_is_one_booking(small: BookingDesk) -> None:
    asked = request()
    with ThreadPoolExecutor(12) as pool:
        codes = set(pool.map(lambda _: small.book(asked).code, range(24)))
    assert len(codes) == 1
    assert len(small.listing()) == 1


def test_giving_back_and_taking_at_once_keeps_the_count(small: BookingDesk) -> None:
    codes = [small.book(request(citizen(n))).code for n in range(3)]

    def work(n: int) -> None:
        if n < 3:
            small.cancel(codes[n], citizen(n))
        else:
            book_or_not(small, request(citizen(n)))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(30)))
    for n in range(30, 33):  # who comes later finds whatever was given back too late for those before
        book_or_not(small, request(citizen(n)))
    held = [line for line in small.listing() if line.state is BookingState.BOOKED]
    left = next(slot.left for slot in small.slots("city_hall", "hall").slots if slot.day == TUESDAY)
    assert len(held) + left == 3
    assert left == 0


def test_two_services_over_one_database_oversell_nothing(tmp_path: Path) -> None:
    """Two processes, as when two channels book: each takes what it can get."""
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    Store(database).close()
    grabbers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.backoffice.booking.grab", database, str(start)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[3],
        )
        for start in (0, 1000)
    ]
    codes = [line for grabber in grabbers for line in grabber.communicate(timeout=100)[0].split()]
    assert [grabber.returncode for grabber in grabbers] == [0, 0]
    assert len(codes) == len(set(codes)) == 25


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(HalfDay), st.booleans()), max_size=25))
def test_whatever_people_do_what_is_left_and_what_is_held_make_the_quota(
    tmp_path: Path, deeds: list[tuple[int, HalfDay, bool]]
) -> None:
    store = Store(f"sqlite:///{tmp_path}/{uuid4()}.sqlite3", now=Time())
    desk = BookingDesk(store, {"city_hall": service(2)})
    for person, half, cancels in deeds:
        number = citizen(person)
        mine = desk.mine(number).bookings
        if cancels and mine:
            desk.cancel(mine[0].code, number)
        else:
            book_or_not(desk, request(number, half=half, replaces=mine[0].code if mine and person % 2 else None))
        held = Counter(line.half for line in desk.listing() if line.state is BookingState.BOOKED)
        left = {slot.half: slot.left for slot in desk.slots("city_hall", "hall").slots if slot.day == TUESDAY}
        assert all(held[half] + left[half] == 2 for half in HalfDay)
        assert all(len(desk.mine(citizen(n)).bookings) <= 1 for n in range(6))
    store.close()


# -- files and commands -----------------------------------------------------------------------------------


def test_the_services_of_the_house_can_be_read_and_say_where_one_goes() -> None:
    services = load_services()
    assert {"city_hall", "ga_household", "marriage"} <= services.keys()
    for one in services.values():
        for place in one.places.values():
            assert isinstance(place.directions, Text)


def test_a_mistake_in_the_services_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(
        "services:\n  hall:\n    name: {zh: 厅, en: Hall}\n    rule: {dayz: 5}\n    places: {}\n", encoding="utf-8"
    )
    with pytest.raises(YamlError) as caught:
        load_services(path)
    assert "services.yaml:4: services → hall → rule → dayz: nobody knows this key; did you mean days?" in str(
        caught.value
    )


def test_bookings_are_listed_swiped_and_marked_by_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    clock = Time()
    go_to(clock, "2020-04-14 07:00:00")  # long ago, whenever this is run
    store = Store(database, now=clock)
    slot = BookingDesk(store).slots("city_hall").slots[0]
    booking: Booking = BookingDesk(store).book(request(day=slot.day, half=slot.half))
    store.close()
    assert run("bookings", "--database", database) == 0
    listed = capsys.readouterr().out
    assert booking.code in listed
    assert NAMED not in listed
    assert LIN not in listed
    assert run("arrive", booking.code, "--database", database) == 1
    assert "over" in capsys.readouterr().err
    assert run("missed", "--database", database) == 0
    assert capsys.readouterr().out == "1\n"


def test_a_mistyped_code_is_no_code() -> None:
    Booking.model_validate(_ANY)
    with pytest.raises(ValueError, match="check character"):
        Booking.model_validate({**_ANY, "code": _ANY["code"][:-1] + "Z"})


_ANY: dict[str, Any] = {
    "code": code_for("YY", UUID(int=1)),
    "state": "booked",
    "service": "city_hall",
    "place": "hall",
    "place_name": {"zh": "厅", "en": "Hall"},
    "directions": {"zh": "南门", "en": "South gate"},
    "day": TUESDAY,
    "half": "morning",
    "begins": "09:00",
    "ends": "12:00",
    "path": "ordinary",
    "may_cancel": True,
}
