"""The pages of appointments and payments in every look and language, and a code that phones read from the glass."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PySide6.QtGui import QImage

from kiosk.catalogue.item import Item
from kiosk.gateway.contract import Bookings
from kiosk.visit.events import Act, Answer, Booked, CardRead, Event, Failed, SlotsTold
from kiosk.visit.visit import Visit
from tests.items import appointment, bill
from tests.kiosk.visit.test_appointment import GREEN, booking, full, slot, slots
from tests.kiosk.visit.test_payment import FIRST, order
from tests.people import LIN
from tests.ui.conftest import Screen
from tests.ui.desk import FAULTS, ITEMS, OPERATOR, TODAY
from tests.ui.test_pages import LOOKS, check_page, dress
from ui.models.code import picture

ADDRESS = f"http://127.0.0.1:54321/pay/{FIRST}"


def begin(screen: Screen, item: Item, *events: Event) -> None:
    desk = screen.desk
    desk.visit = Visit(
        item,
        FAULTS,
        today=TODAY,
        now=desk.clock,
        ways=desk.ways,
        operator=OPERATOR,
        department=ITEMS.department(item),
    )
    desk.happen(Act("next"), *events)


def to_days(screen: Screen) -> None:
    filled = (Answer("place", "hall"), Answer("phone", "13950010001"))
    begin(screen, appointment(), CardRead(LIN, 0.2), Act("next"), *filled, Act("next"))


def many_days(count: int) -> list[dict[str, Any]]:
    days = [date(2026, 11, 24) + timedelta(days=n) for n in range(count)]
    return [slot(day, half, 5500) for day in days for half in ("morning", "afternoon")]


APPOINTMENT: dict[str, list[Event]] = {
    "asking": [],
    "days": [SlotsTold(slots(*many_days(5), green=GREEN), Bookings(bookings=(booking(),)))],
    "ten-days": [SlotsTold(slots(*many_days(10)), Bookings(bookings=()))],
    "chosen": [Act("slot:2026-11-25.morning")],
    "nothing": [
        SlotsTold(
            full(
                release_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
                urgent=[slot(TODAY, "afternoon", 3, begins="15:10:20")],
                green=GREEN,
                unknown_from=date(2026, 12, 29),
                elsewhere=[
                    {
                        "place": "huli",
                        "name": {"zh": "湖里公安分局户政窗口", "en": "Huli police, household counter"},
                        "day": date(2026, 11, 25),
                        "half": "morning",
                    }
                ],
            ),
            Bookings(bookings=()),
        )
    ],
    "urgent": [Act("urgent"), Act("reason:personal")],
    "green": [Act("ordinary"), Act("green")],
    "same-day": [
        SlotsTold(slots(), Bookings(bookings=(booking(),))),
        Act("slot:2026-11-24.afternoon"),
        Act("next"),
    ],
    "booking": [Act("replace")],
    "unsure": [Failed("gateway.unreachable")],
    "booked": [Act("again"), Booked(booking())],
}
PAYMENT: dict[str, list[Event]] = {
    "asking": [],
    "open": [order("open", code=ADDRESS)],
    "refused": [order("refused")],
    "again": [Act("retry"), order("open", code=ADDRESS)],
    "closing": [Act("stop")],
    "unknown": [Failed("gateway.unreachable")],
    "paid": [Act("retry"), order("paid")],
}


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_every_page_of_an_appointment_is_drawn_whole(screen: Screen, language: str, look: str) -> None:
    dress(screen, language, look)
    to_days(screen)
    for name, events in APPOINTMENT.items():
        screen.desk.happen(*events)
        screen.settle()
        check_page(screen, f"book-{name}", language)


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_every_page_of_a_payment_is_drawn_whole(screen: Screen, language: str, look: str) -> None:
    dress(screen, language, look)
    to_payment(screen)
    for name, events in PAYMENT.items():
        screen.desk.happen(*events)
        screen.settle()
        check_page(screen, f"pay-{name}", language)


def to_payment(screen: Screen) -> None:
    filled = (Answer("bill", "B0001"), Answer("amount", "200.50"), Answer("phone", "13950010001"))
    begin(screen, bill(), *filled, Act("next"))


def test_a_finger_chooses_a_half_day_and_books_it(screen: Screen) -> None:
    to_days(screen)
    screen.desk.happen(*APPOINTMENT["ten-days"])
    screen.settle()
    screen.finger.tap("slot:2026-11-25.afternoon")
    screen.finger.tap("primary")
    view = screen.desk.view()
    assert view is not None
    assert view.body.state == "booking"  # type: ignore[union-attr]


def test_a_finger_cannot_choose_what_is_full(screen: Screen) -> None:
    to_days(screen)
    screen.desk.happen(SlotsTold(slots(), Bookings(bookings=())))
    screen.settle()
    assert not screen.finger.wait_until(lambda: _enabled(screen, "slot:2026-11-23.afternoon"), 0.5)
    assert _enabled(screen, "slot:2026-11-24.morning")


def _enabled(screen: Screen, name: str) -> bool:
    return screen.finger._find(name) is not None


def read(image: QImage) -> list[str]:
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return [code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(rows[:, : image.width()]))]


@pytest.mark.parametrize("look", ["standard", "elder", "dark", "light"])
def test_a_phone_reads_the_code_from_the_glass_in_every_look(screen: Screen, look: str) -> None:
    dress(screen, "zh", look)
    to_payment(screen)
    screen.desk.happen(order("open", code=ADDRESS))
    screen.settle()
    assert read(screen.finger.grab()) == [ADDRESS]


@pytest.mark.parametrize("pixels", [0, 10, 200, 601])
def test_a_code_is_drawn_in_whole_squares(pixels: int) -> None:
    image = picture(ADDRESS, pixels)
    small = picture(ADDRESS, 0)
    assert image.width() % small.width() == 0
    assert image.width() <= max(pixels, small.width())
    if pixels >= 200:
        assert read(image) == [ADDRESS]
