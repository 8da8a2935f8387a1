"""An address is chosen by a touch for each area and typed from the street on."""

from __future__ import annotations

from kiosk.visit.events import Tick
from tests.ui.conftest import Screen
from tests.ui.desk import route


def to_contact(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    for name, events in route().items():
        screen.desk.happen(*events)
        if name == "contact-filled":
            break
    screen.settle()


def value(screen: Screen) -> str:
    assert screen.desk.visit is not None
    return screen.desk.visit.answers["address"]


def test_a_touch_for_each_area_puts_it_together_and_keeps_what_was_typed(screen: Screen) -> None:
    to_contact(screen)
    screen.finger.tap("pick-address")
    for name in ("area-思明区", "area-莲前街道"):
        screen.settle()
        screen.finger.tap(name)
    screen.settle()
    assert value(screen) == "福建省厦门市思明区莲前街道 示例路1号101室"
    assert not screen.finger.sees("area-close")


def test_another_province_is_as_near(screen: Screen) -> None:
    to_contact(screen)
    screen.finger.tap("pick-address")
    for name in ("back-0", "area-北京市", "area-朝阳区"):
        screen.settle()
        screen.finger.tap(name)
    screen.settle()
    assert value(screen) == "北京市朝阳区 示例路1号101室"


def test_a_sub_district_may_be_skipped_and_nothing_changed(screen: Screen) -> None:
    to_contact(screen)
    before = value(screen)
    screen.finger.tap("pick-address")
    screen.settle()
    screen.finger.tap("area-close")
    screen.settle()
    assert value(screen) == before
    screen.finger.tap("pick-address")
    screen.settle()
    screen.finger.tap("area-集美区")
    screen.settle()
    screen.finger.tap("area-stop")
    assert value(screen) == "福建省厦门市集美区 示例路1号101室"


def test_the_street_is_typed_behind_the_area(screen: Screen) -> None:
    to_contact(screen)
    screen.finger.type_text("field-address", "101")
    assert value(screen) == "福建省厦门市湖里区 101"


def test_whoever_is_asked_for_more_time_sees_that(screen: Screen) -> None:
    to_contact(screen)
    screen.finger.tap("pick-address")
    screen.settle()
    screen.desk.clock = 105.0
    screen.desk.happen(Tick())
    screen.settle()
    assert not screen.finger.sees("area-close")
    assert screen.finger.sees("act-extend")


def test_nothing_of_it_waits_for_the_next_citizen(screen: Screen) -> None:
    to_contact(screen)
    screen.finger.tap("pick-address")
    screen.settle()
    screen.desk.act("exit")
    screen.settle()
    assert not screen.finger.sees("area-close")
    to_contact(screen)
    assert not screen.finger.sees("area-close")
