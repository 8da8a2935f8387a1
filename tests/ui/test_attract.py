"""While nobody is there: how it is done, what is new, when it is open; and one touch that leads home and no further."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.attract import SCENES
from kiosk.home import Closed
from kiosk.text import LANGUAGES, Text
from tests.ui.conftest import Screen
from tests.ui.desk import Desk
from tests.ui.test_pages import items, texts
from ui.models.session import HOME_RESET_TICKS, LOOKS, TICK_MILLISECONDS

NEWS = (
    Text(zh="春节期间机器照常开放；要审核和邮寄的事，可能晚几天办好。", en="Open over the Spring Festival as usual."),
    Text(zh="工作人员不会向您要验证码。", en="Nobody of us will ask you for a code."),
)
ATTRACT_TICKS = 75 * 1000 // TICK_MILLISECONDS


def pass_time(screen: Screen, ticks: int) -> None:
    """So long nobody touches anything."""
    for _ in range(ticks):
        screen.session._tick()


@pytest.fixture
def resting(screen_of: Callable[[Desk], Screen]) -> Screen:
    desk = Desk()
    desk.news = NEWS
    screen = screen_of(desk)
    screen.settle()
    pass_time(screen, ATTRACT_TICKS)
    screen.settle()
    assert attract(screen) is not None
    return screen


def attract(screen: Screen) -> QQuickItem | None:
    return next((item for item in items(screen.window.contentItem()) if item.objectName() == "attract"), None)


def words(screen: Screen) -> list[str]:
    page = attract(screen)
    assert page is not None
    return [str(one.property("text")) for one in items(page) if one.inherits("QQuickText") and one.property("text")]


def touch(screen: Screen, x: float, y: float) -> None:
    """One finger, down and up, at a place of the glass, 0..1."""
    at = QPoint(int(screen.window.width() * x), int(screen.window.height() * y))
    QTest.mouseClick(screen.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_it_begins_when_nobody_has_touched_the_home_page_for_long(screen: Screen) -> None:
    screen.settle()
    pass_time(screen, ATTRACT_TICKS - 10)
    assert attract(screen) is None
    screen.session.touch()
    pass_time(screen, ATTRACT_TICKS - 10)
    assert attract(screen) is None
    pass_time(screen, 12)
    assert attract(screen) is not None


def test_wherever_it_is_touched_home_comes_and_no_tile_is_set_off(resting: Screen) -> None:
    page = attract(resting)
    assert page is not None
    tile = next(item for item in items(resting.window.contentItem()) if item.objectName() == "tile-JT-02")
    middle = tile.mapToScene(QPointF(tile.width() / 2, tile.height() / 2))
    places = [(middle.x() / resting.window.width(), middle.y() / resting.window.height()), (0.5, 0.97), (0.05, 0.5)]
    for x, y in places:
        touch(resting, x, y)
        touch(resting, x, y)  # a finger that comes down twice
        resting.settle()
        assert attract(resting) is None
        assert resting.desk.visit is None
        assert resting.finger.sees("open-find")
        pass_time(resting, ATTRACT_TICKS)
        resting.settle()
        assert attract(resting) is not None
    resting.session.touch()
    resting.settle()
    resting.finger.tap("tile-JT-02")
    assert resting.desk.visit is not None


def test_the_head_of_the_page_does_what_it_says_at_the_first_touch(resting: Screen) -> None:
    resting.finger.tap("help")
    resting.settle()
    assert attract(resting) is None
    assert resting.finger.sees("help-close")


def test_every_scene_is_said_in_both_languages_with_the_hours_and_what_is_new(resting: Screen) -> None:
    page = attract(resting)
    assert page is not None
    seen: set[str] = set()
    for number, scene in enumerate(SCENES):
        page.setProperty("scene", number)
        resting.settle()
        said = words(resting)
        assert scene.words.zh in said
        assert scene.words.en in said
        assert any("24 小时" in one for one in said)
        seen |= set(said)
    for piece in NEWS:
        assert {piece.zh, piece.en} <= seen


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_cut_off_or_lies_on_another_in_any_look(resting: Screen, look: str, wide: bool) -> None:
    resting.window.resize(*((1920, 1080) if wide else (1080, 1920)))
    resting.session.setLook(look)
    for size, language, number in product((0, 3), LANGUAGES, range(len(SCENES))):
        dressed = f"{look}, size {size}, {language}, scene {number}"
        resting.session.setTextSize(size)
        resting.session.setLanguage(language)
        page = attract(resting)
        assert page is not None
        page.setProperty("scene", number)
        resting.window.grabWindow()  # lays everything out
        assert not [one.property("text") for one in texts(resting) if one.property("truncated")], dressed
        whole = QRectF(0, 0, page.width(), page.height()).adjusted(-1, -1, 1, 1)
        parts = {item.objectName(): item for item in items(page)}
        boxes = {
            name: parts[name].mapRectToItem(page, QRectF(0, 0, parts[name].width(), parts[name].height()))
            for name in ("pictures", "caption", "board", "foot")
        }
        for name, box in boxes.items():
            assert whole.contains(box), f"{dressed}: {name} is at {box}"
        for (one, box), (other, beside) in combinations(boxes.items(), 2):
            assert not box.adjusted(1, 1, -1, -1).intersects(beside), f"{dressed}: {one} lies on {other}"
        assert boxes["pictures"].height() > 160, dressed
    resting.window.resize(1080, 1920)


def test_each_scene_moves_once_and_then_stands_still(resting: Screen) -> None:
    page = attract(resting)
    assert page is not None
    assert resting.finger.wait_until(lambda: page.property("phase") >= page.property("rest"), 20)
    before = page.property("phase")
    frames = []
    resting.window.frameSwapped.connect(lambda: frames.append(1))
    resting.settle()
    assert page.property("phase") == before
    assert not frames


def test_it_neither_hides_a_visit_nor_that_the_machine_is_closed(screen_of: Callable[[Desk], Screen]) -> None:
    desk = Desk(closed=Closed(Text(zh="正在检修", en="Being repaired"), Text(zh="请去别处", en="Please go elsewhere")))
    screen = screen_of(desk)
    pass_time(screen, ATTRACT_TICKS + 1)
    screen.settle()
    assert attract(screen) is None


def test_a_visit_that_begins_without_a_finger_ends_it(resting: Screen) -> None:
    resting.desk.begin("JT-02")
    resting.settle()
    assert attract(resting) is None
    assert not resting.session.resting


def test_the_language_has_fallen_back_by_then(screen: Screen) -> None:
    screen.session.setLanguage("en")
    pass_time(screen, ATTRACT_TICKS)
    assert HOME_RESET_TICKS < ATTRACT_TICKS
    assert screen.session.language == "zh"
