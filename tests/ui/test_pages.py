"""What single pages show and do. That every page is whole in every dress is seen to in ``test_atlas.py``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Q_ARG, QMetaObject, QPointF
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickItem

from kiosk.identity.events import FaceProgress, Prompt
from kiosk.text import Language, Text
from kiosk.visit.events import (
    Act,
    ReceiptDone,
    ReceiptOutcome,
)
from kiosk.visit.sign_in import ACTIONS
from tests.people import LIN
from tests.ui.atlas.dress import LANGUAGES
from tests.ui.atlas.pages import CLOSED, PROBLEMS
from tests.ui.conftest import Screen
from tests.ui.desk import Desk, choice, route, saved

GLASS = (268, 476)  # millimetres, upright
LEAST = 15.8  # 16 mm, rounded to a pixel
LOOKS = [("zh", "standard"), ("en", "standard"), ("zh", "elder"), ("en", "elder"), ("zh", "dark"), ("en", "light")]


def dress(screen: Screen, language: str, look: str, size: int = 0) -> None:
    screen.session.setLanguage(language)
    screen.session.setLook(look)
    screen.session.setTextSize(size)


def millimetre(screen: Screen) -> float:
    """How many pixels a millimetre has: the glass, upright or on its side, fits into the window."""
    width, height = screen.window.width(), screen.window.height()
    wide, high = GLASS if height >= width else GLASS[::-1]
    return min(width / wide, height / high)


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    for child in root.childItems():
        if child.isVisible() and child.opacity() > 0:
            yield child
            yield from items(child)


def texts(screen: Screen) -> list[QQuickItem]:
    return [
        item for item in items(screen.window.contentItem()) if item.inherits("QQuickText") and item.property("text")
    ]


def check_page(screen: Screen, name: str, language: str) -> None:
    """No word is cut off, none is left in the other language, and what can be touched is large enough."""
    root = screen.window.contentItem()
    pitch = millimetre(screen)
    for text in texts(screen):
        words = str(text.property("text"))
        assert not text.property("truncated"), f"{name}: “{words}” does not fit"
        right = text.mapToItem(root, QPointF(text.property("contentWidth"), 0)).x()
        assert right <= screen.window.width() + 1, f"{name}: “{words}” leaves the glass"
        if language == "en" and words != "中文" and not text.property("objectName"):
            # What is quoted stands so on a Chinese document.
            unquoted = re.sub("“[^”]*”", "", words)
            chinese = [sign for sign in unquoted if "\u4e00" <= sign <= "\u9fff"]
            assert not chinese or words in PROPER, f"{name}: “{words}” is not English"
    for item in items(root):
        if item.metaObject().indexOfSignal("touched()") >= 0 and item.isEnabled():
            label = item.objectName() or item.property("label")
            assert item.height() / pitch >= LEAST, f"{name}: {label} is {item.height() / pitch:.1f} mm high"
            assert item.width() / pitch >= LEAST, f"{name}: {label} is {item.width() / pitch:.1f} mm wide"


# What is Chinese on an English page because it is a Chinese name.
PROPER = {"林*例", "林示例", "福建省厦门市湖里区示例路1号101室", LIN.name, LIN.address}


def test_each_prompt_of_the_face_check_has_a_drawing_of_its_own_and_where_to_stand_is_on_the_preview(
    screen: Screen,
) -> None:
    screen.desk.picture = np.full((720, 1280, 3), 128, np.uint8)
    screen.desk.begin("JT-02")
    screen.desk.happen(*choice(), Act("way:face"), Act("next"))
    screen.settle()
    drawings: dict[Prompt, QImage] = {}
    for prompt in Prompt:
        screen.desk.happen(FaceProgress(prompt, 0, 2))
        screen.settle()
        check_page(screen, prompt, "zh")
        shown = {item.objectName(): item for item in items(screen.window.contentItem())}
        places = {"on-preview", "below-preview"} & shown.keys()
        moves = prompt in (Prompt.LOOK, *ACTIONS)
        assert places == (set() if prompt is Prompt.CHECKING else {"below-preview" if moves else "on-preview"}), prompt
        for name in places:
            drawing = still(screen, shown[name])
            assert drawing not in drawings.values(), f"{prompt} looks like another prompt"
            drawings[prompt] = drawing
    # Drawn as in a mirror, as the preview is: the citizen's left is on the left, and so is the arrow's point.
    left, right = drawings[Prompt.TURN_LEFT], drawings[Prompt.TURN_RIGHT]
    assert ink(left, 0, 0.25) > 1.05 * ink(left, 0.75, 1)
    assert ink(right, 0.75, 1) > 1.05 * ink(right, 0, 0.25)


def test_pages_slide_until_the_machine_has_stuttered_three_times_in_a_row(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    screen.settle()
    (page,) = (
        item for item in items(screen.window.contentItem()) if item.metaObject().indexOfProperty("stutters") >= 0
    )

    def slides_after(seconds: float, frames: int) -> bool:
        QMetaObject.invokeMethod(page, "judge", Q_ARG("QVariant", seconds), Q_ARG("QVariant", frames))
        return not page.property("stutters")

    page.setProperty("slow", 1)
    screen.desk.act("next")
    screen.settle()
    assert page.property("slow") in (0, 2)  # it has slid, well or badly: a busy machine under test may stutter
    page.setProperty("slow", 0)
    assert slides_after(0.2, 6)
    assert slides_after(0.2, 6)
    assert slides_after(0.2, 12)  # one good slide, and it is forgotten
    assert slides_after(0.2, 0)  # nothing was drawn, so nothing is known
    assert slides_after(0.2, 6)
    assert slides_after(0.2, 6)
    assert not slides_after(0.2, 6)
    assert not slides_after(0.2, 12)  # for good: nobody wants pages that slide now and then
    screen.desk.act("back")
    (steps,) = (item for item in items(page) if item.metaObject().indexOfProperty("busy") >= 0)
    assert not steps.property("busy")


def still(screen: Screen, place: QQuickItem) -> QImage:
    """The drawing at the middle of its movement, as it is on the glass."""
    drawing = next(item for item in (place, *items(place)) if item.metaObject().indexOfProperty("phase") >= 0)
    drawing.setProperty("active", False)
    drawing.setProperty("phase", 0.5)
    corner = drawing.mapToScene(QPointF(0, 0)).toPoint()
    picture = screen.window.grabWindow()
    return picture.copy(corner.x(), corner.y(), int(drawing.width()), int(drawing.height()))


def ink(picture: QImage, start: float, end: float) -> int:
    """How much is drawn between two parts of its width."""
    columns = range(round(start * picture.width()), round(end * picture.width()))
    return sum(255 - picture.pixelColor(x, y).lightness() for x in columns for y in range(picture.height()))


@pytest.mark.parametrize("where", PROBLEMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_says_what_happened_and_what_to_do(screen: Screen, language: Language, where: str) -> None:
    screen.session.setLanguage(language)
    screen.desk.begin("JT-02")
    screen.desk.happen(*PROBLEMS[where])
    screen.settle()
    view = screen.desk.view()
    assert view is not None
    assert view.problem is not None
    shown = {str(text.property("text")) for text in texts(screen)}
    for sentence in (view.problem.happened, view.problem.meaning, view.problem.todo):
        assert sentence.in_(language) in shown
    for action in view.problem.actions:
        screen.finger.wait_for(f"act-{action.id}", 2)


def test_paper_trouble_and_a_saved_application_are_told_on_their_pages(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    for name, events in route().items():
        if name == "submit-accepted":
            break
        screen.desk.happen(*events)
    screen.desk.happen(*saved())
    screen.settle()
    assert "已保存，待上传" in {str(text.property("text")) for text in texts(screen)}
    screen.desk.happen(Act("next"), ReceiptDone(ReceiptOutcome.FAILED, 0, "receipt_printer.paper_out"))
    screen.settle()
    check_page(screen, "paper out", "zh")
    screen.finger.tap("act-without")
    assert screen.desk.visit is not None
    assert screen.desk.visit.page.step.id == "rate"


@pytest.mark.parametrize(("width", "height"), [(540, 960), (1600, 900), (800, 1600), (1600, 1000), (2160, 3840)])
def test_in_any_window_the_page_fills_it_and_the_sizes_are_those_of_the_glass_in_it(
    screen: Screen, width: int, height: int
) -> None:
    screen.window.setWidth(width)
    screen.window.setHeight(height)
    screen.settle()
    root = screen.window.contentItem()
    page = next(item for item in items(root) if item.objectName() == "page")
    assert (page.width(), page.height()) == (width, height)
    language = next(item for item in items(root) if item.objectName() == "language")
    assert language.height() == pytest.approx(16 * millimetre(screen), abs=1)
    check_page(screen, f"{width}x{height}", "zh")


def test_a_grey_tile_says_why_and_cannot_be_touched(screen_of: Callable[[Desk], Screen]) -> None:
    screen = screen_of(Desk(reason=Text(zh="打印机没有纸了", en="The printer has run out of paper")))
    screen.settle()
    assert "打印机没有纸了" in {str(text.property("text")) for text in texts(screen)}
    tile = next(item for item in items(screen.window.contentItem()) if item.objectName() == "tile-JT-02")
    assert not tile.isEnabled()


def test_a_card_left_behind_is_spoken_of_at_home(screen_of: Callable[[Desk], Screen]) -> None:
    screen = screen_of(Desk(notice=Text(zh="读卡器上还有一张身份证。", en="A card lies on the reader.")))
    screen.settle()
    assert "读卡器上还有一张身份证。" in {str(text.property("text")) for text in texts(screen)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_machine_says_why_and_where_to_go_and_takes_nobody_in(
    screen_of: Callable[[Desk], Screen], language: Language
) -> None:
    screen = screen_of(Desk(closed=CLOSED))
    screen.session.setLanguage(language)
    screen.settle()
    said = [text.property("text") for text in texts(screen)]
    for sentence in (CLOSED.happened, CLOSED.meaning, CLOSED.elsewhere[0].name, CLOSED.elsewhere[2].address):
        assert sentence.in_(language) in said
    assert tiles(screen) == []
    screen.desk.closed = None
    screen.desk.on_change()
    screen.settle()
    assert "tile-JT-02" in tiles(screen)


def tiles(screen: Screen) -> list[str]:
    names = (item.objectName() for item in items(screen.window.contentItem()))
    return [name for name in names if name.startswith("tile-")]
