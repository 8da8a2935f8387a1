"""Help, stations and one's own cases: one touch away, drawn whole, and gone when nobody needs them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF

from kiosk.text import Language
from kiosk.visit.events import Tick
from tests.ui.atlas.pages import CLOSED, FLEET, touch
from tests.ui.conftest import Screen
from tests.ui.desk import FAULTS, HELP, ITEMS, STATIONS, Desk
from tests.ui.test_pages import dress, items, texts


def said(screen: Screen) -> set[str]:
    return {str(text.property("text")) for text in texts(screen)}


@pytest.fixture
def informed(screen_of: Callable[[Desk], Screen]) -> Screen:
    """A screen whose machine has heard of the others."""
    desk = Desk()
    desk.fleet = FLEET
    return screen_of(desk)


@pytest.mark.parametrize("language", ["zh"])
def test_the_home_page_fits_one_screen_with_ten_departments(screen: Screen, language: Language) -> None:
    dress(screen, language, "")
    screen.settle()
    assert not screen.finger.sees("more")
    assert screen.finger.sees("department-civil_affairs")
    assert screen.finger.sees("event-export")
    assert screen.finger.sees("service-ZH-01")


def test_ones_own_cases_begin_at_the_home_page(screen: Screen) -> None:
    screen.settle()
    screen.finger.tap("service-ZH-01")
    assert screen.desk.visit is not None
    assert screen.desk.visit.item.code == "ZH-01"


def test_a_fault_is_reported_from_the_home_page_and_from_a_visit(screen: Screen) -> None:
    for place in ("home", "visit"):
        if place == "visit":
            screen.desk.begin("RS-01")
        for name in ("help", "help-report", "trouble-printer", "help-close"):
            touch(screen, name)
        assert not screen.finger.sees("help-close")
    assert screen.desk.reported == ["printer", "printer"]


def test_it_says_whom_to_call_where_a_person_is_and_the_nearest_station_that_works(informed: Screen) -> None:
    informed.settle()
    informed.finger.tap("open-help")
    informed.settle()
    words = said(informed)
    phones = {department.phone for department in ITEMS.departments.departments}
    assert phones | {"0592-7703144"} <= words
    assert any("行政服务中心" in sentence for sentence in words)
    assert any(sentence.startswith("思明区厦门火车站（3.6 公里") for sentence in words)


def test_in_a_visit_it_says_what_to_do_here_and_the_departments_own_phone(screen: Screen) -> None:
    screen.desk.begin("RS-01")
    screen.settle()
    screen.finger.tap("help")
    screen.settle()
    view = screen.desk.view()
    assert view is not None
    assert {view.hint.zh, "12333", "0592-7703144", "厦门市人力资源和社会保障局"} <= said(screen)
    screen.finger.tap("help")  # once more puts it away
    screen.settle()
    assert not screen.finger.sees("help-close")
    assert screen.desk.visit is not None


def test_over_a_problem_it_repeats_what_to_do_now(screen: Screen) -> None:
    screen.desk.begin("RS-01")
    assert screen.desk.visit is not None
    screen.desk.visit.fail("gateway.unreachable")
    screen.desk.on_change()
    screen.settle()
    screen.finger.tap("help")
    screen.settle()
    assert FAULTS["gateway.unreachable"].todo.zh in said(screen)


def test_whoever_is_asked_for_more_time_sees_that_and_no_help(screen: Screen) -> None:
    screen.desk.begin("RS-01")
    screen.settle()
    screen.finger.tap("help")
    screen.settle()
    screen.desk.clock = 105.0
    screen.desk.happen(Tick())
    screen.settle()
    assert not screen.finger.sees("help-close")
    assert screen.finger.sees("act-extend")


def test_a_closed_machine_helps_too(screen_of: Callable[[Desk], Screen]) -> None:
    screen = screen_of(Desk(closed=CLOSED))
    screen.settle()
    screen.finger.tap("help")
    screen.settle()
    assert {CLOSED.meaning.zh, "0592-7703144"} <= said(screen)
    assert screen.finger.sees("help-report")


def test_where_nobody_can_be_told_it_says_whom_to_call(screen: Screen) -> None:
    screen.desk.told = False
    screen.settle()
    screen.finger.tap("help")
    screen.settle()
    screen.finger.tap("help-report")
    screen.settle()
    screen.finger.tap(f"trouble-{HELP.troubles[0].id}")
    screen.settle()
    assert {"本机现在报不了修", "请打 0592-7703144 报修。"} <= said(screen)


def test_help_does_not_wait_for_the_next_citizen(screen: Screen) -> None:
    screen.settle()
    screen.finger.tap("help")
    screen.settle()
    screen.session.homeReset.emit()
    screen.settle()
    assert not screen.finger.sees("help-close")


def test_the_nearest_comes_first_with_its_hours_and_what_cannot_be_done_there(informed: Screen) -> None:
    informed.settle()
    informed.finger.tap("open-stations")
    informed.settle()
    rows = [item for item in items(informed.window.contentItem()) if item.objectName().startswith("station-")]
    assert [row.objectName() for row in rows] == [f"station-{place}" for place in range(len(STATIONS.stations))]
    words = said(informed)
    assert {"就在这里", "全部事项可办", "思明区厦门火车站", "3.6 公里", "现在开着 · 每天 05:30–23:30"} <= words
    assert any(sentence.endswith("现在不能办") and "从业人员证换卡" in sentence for sentence in words)
    assert "情况不明" in words
    distances = [float(words.split()[0]) for words in _distances(informed)]
    assert distances == sorted(distances)
    informed.finger.tap("station-1")
    informed.settle()
    assert "思明区梧村街道厦门火车站南广场" in said(informed)


def _distances(screen: Screen) -> list[str]:
    """What stands beside the names, from above."""
    far = [
        text for text in texts(screen) if str(text.property("text")).endswith(" 公里") and text.property("font").bold()
    ]
    return [str(text.property("text")) for text in sorted(far, key=lambda text: text.mapToScene(QPointF(0, 0)).y())]


def test_north_is_up_and_east_is_right(informed: Screen) -> None:
    informed.settle()
    informed.finger.tap("open-stations")
    informed.settle()
    places = informed.desk.places()
    spots = {
        place: item.mapToScene(QPointF(0, 0))
        for item in items(informed.window.contentItem())
        if item.property("modelData") is not None and item.objectName() == ""
        for place in range(len(places))
        if item.property("index") == place and item.property("size") is not None
    }
    here = spots[0]
    for place, spot in spots.items():
        if place:
            assert (spot.x() > here.x()) == (places[place].east > 0)
            assert (spot.y() < here.y()) == (places[place].north > 0)
    assert len(spots) >= 6
