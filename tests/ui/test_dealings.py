"""A finger chooses a half-day, and a phone reads a code from the glass."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PySide6.QtGui import QImage

from kiosk.gateway.contract import Bookings
from kiosk.visit.events import SlotsTold
from tests.items import appointment, bill
from tests.kiosk.visit.test_appointment import slots
from tests.kiosk.visit.test_payment import order
from tests.ui.atlas.pages import ADDRESS, APPOINTMENT, TO_DAYS, TO_PAYMENT, tell
from tests.ui.conftest import Screen
from tests.ui.test_pages import dress
from ui.models.code import picture


def test_a_finger_chooses_a_half_day_and_books_it(screen: Screen) -> None:
    screen.desk.open(appointment())
    tell(screen.desk, *TO_DAYS)
    tell(screen.desk, *APPOINTMENT["ten-days"])
    screen.settle()
    screen.finger.tap("slot:2026-11-25.afternoon")
    screen.finger.tap("primary")
    view = screen.desk.view()
    assert view is not None
    assert view.body.state == "booking"  # type: ignore[union-attr]


def test_a_finger_cannot_choose_what_is_full(screen: Screen) -> None:
    screen.desk.open(appointment())
    tell(screen.desk, *TO_DAYS)
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
    screen.desk.open(bill())
    tell(screen.desk, *TO_PAYMENT)
    screen.desk.happen(order("open", code=ADDRESS))
    dress(screen, "zh", look)  # only now: 长辈版 would have asked one question a page on the way
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
