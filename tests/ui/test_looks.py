"""How the machine looks and sounds for one visit: its looks, its sizes, where the page stands, how loud it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk.identity.events import FaceProgress, Prompt
from kiosk.settings import Settings, load_settings
from kiosk.visit.events import Act, Answer, CardRead
from tests.people import LIN
from tests.ui.conftest import Loudspeaker, Screen
from tests.ui.desk import CONFIG, SAMPLES, Desk, choice, go_on, route
from tests.ui.hand import Hand
from ui.application import QML, Application
from ui.finger import Finger, let_live
from ui.models.session import HIGHEST_REACH, LOOKS, LOWEST_REACH, TEXT_SIZES
from ui.sounds import loudness

# -- colours -------------------------------------------------------------------


@pytest.fixture(scope="module")
def theme() -> Iterator[Any]:
    """The theme alone, in an engine of its own."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML))
    yield engine.singletonInstance("Kiosk.Theme", "Theme")
    engine.deleteLater()


def luminance(colour: Any) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def contrast(one: Any, other: Any) -> float:
    """As WCAG 2.2 computes it, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


WORDS = [
    *product(("ink", "quiet", "sea", "bloom", "warn"), ("ground", "surface")),
    *product(("ink", "quiet", "sea"), ("seaPale",)),
    ("seaWords", "sea"),
    ("seaWords", "seaDeep"),
    ("headWords", "head"),
    ("ok", "okGround"),
    ("warn", "warnGround"),
    ("bad", "badGround"),
    ("bad", "surface"),
    ("ok", "surface"),
]
EDGES = [*product(("line", "sea"), ("ground", "surface", "seaPale")), ("headLine", "head"), ("sea", "ground")]


@pytest.mark.parametrize("look", LOOKS)
def test_every_word_and_every_edge_stands_out_from_its_ground(theme: Any, look: str) -> None:
    theme.setProperty("look", look)
    for word, ground in WORDS:
        found = contrast(theme.property(word), theme.property(ground))
        assert found >= (7 if look in ("dark", "light") else 4.5), f"{word} on {ground}: {found:.1f}"
    for edge, ground in EDGES:
        found = contrast(theme.property(edge), theme.property(ground))
        assert found >= 3, f"{edge} on {ground}: {found:.1f}"


def test_type_grows_with_every_step_and_every_look_is_at_least_as_large_as_the_standard_one(theme: Any) -> None:
    roles = ("small", "text", "section", "title", "number")
    sizes: dict[tuple[str, int], list[float]] = {}
    for look, step in product(LOOKS, range(TEXT_SIZES)):
        theme.setProperty("look", look)
        theme.setProperty("textSize", step)
        sizes[look, step] = [theme.property(role) for role in roles]
        assert sizes[look, step] >= sizes["standard", step]
        if step:
            assert all(now > before for now, before in zip(sizes[look, step], sizes[look, step - 1], strict=True))
    theme.setProperty("look", "standard")
    theme.setProperty("textSize", 0)


# -- reach -----------------------------------------------------------------------


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    for child in root.childItems():
        if child.isVisible():
            yield child
            yield from items(child)


def seen(item: QQuickItem) -> bool:
    """Whether some of it is in every page that scrolls it."""
    within = item.parentItem()
    while within is not None:
        top = item.mapToItem(within, QPointF(0, 0)).y()
        if within.clip() and (top >= within.height() - 1 or top + item.height() <= 1):
            return False
        within = within.parentItem()
    return True


def touchable(item: QQuickItem) -> bool:
    named = item.objectName().startswith("field-") or item.objectName() == "signature-pad"
    return item.isEnabled() and (named or item.metaObject().indexOfSignal("touched()") >= 0)


def heights(window: QQuickWindow, settings: Settings) -> dict[str, tuple[float, float]]:
    """Millimetres above the floor of everything that can be touched: its lower and its upper edge."""
    glass = settings.screen
    pitch = window.height() / glass.millimetres_high
    found = {}
    for item in items(window.contentItem()):
        if touchable(item) and seen(item):
            top = item.mapToItem(window.contentItem(), QPointF(0, 0)).y()
            upper, lower = (
                glass.millimetres_above_floor + (window.height() - y) / pitch for y in (top, top + item.height())
            )
            found[item.objectName() or str(item.property("label"))] = (lower, upper)
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_one_touch_brings_everything_within_reach_of_somebody_on_a_wheelchair(screen: Screen, look: str) -> None:
    settings = load_settings(CONFIG / "kiosk.toml")
    screen.session.setLook(look)
    screen.settle()
    lower, upper = heights(screen.window, settings)["lower"]
    assert LOWEST_REACH <= lower < upper <= HIGHEST_REACH, "whoever wants it cannot reach it"
    assert max(upper for _, upper in heights(screen.window, settings).values()) > HIGHEST_REACH
    screen.finger.tap("lower")
    names = ["home", *route()]
    for name in names:
        if name == "guide":
            screen.desk.begin("JT-02")
        go_on(screen.desk, *route().get(name, []))
        screen.settle()
        there = heights(screen.window, settings)
        assert there, name
        for item, (lower, upper) in there.items():
            assert LOWEST_REACH <= lower < upper <= HIGHEST_REACH, f"{name}: {item} from {lower:.0f} to {upper:.0f} mm"
    screen.finger.tap("lower")
    screen.settle()
    assert max(upper for _, upper in heights(screen.window, settings).values()) > HIGHEST_REACH


@pytest.mark.parametrize(("look", "size"), [*((look, 0) for look in LOOKS), ("standard", 3), ("elder", 3)])
def test_whoever_sits_has_the_mirror_between_the_page_and_the_camera(screen: Screen, look: str, size: int) -> None:
    screen.desk.begin("JT-02")
    go_on(screen.desk, *choice(), Act("way:face"), Act("next"), FaceProgress(Prompt.TURN_LEFT, 0, 2))
    screen.desk.picture = np.full((720, 1280, 3), 128, np.uint8)
    screen.session.setLook(look)
    screen.session.setTextSize(size)
    screen.session.setLowered(True)
    screen.session._next_frame()
    screen.settle()
    hand = Hand(screen)
    mirror, page = hand.item("mirror"), hand.item("page")
    assert mirror.mapToScene(QPointF(0, mirror.height())).y() < page.mapToScene(QPointF(0, 0)).y()
    assert mirror.width() >= 80 * hand.millimetre
    assert hand.item("below-preview").height() >= 40 * hand.millimetre, "what to do is drawn large below it"
    assert not screen.finger.sees("more")
    screen.session.setLowered(False)
    screen.settle()
    assert hand.item("mirror").mapToScene(QPointF(0, 0)).y() > 24 * hand.millimetre, "under the head of the page"
    screen.session.setLowered(True)
    screen.settle()
    screen.desk.act("exit")
    screen.settle()
    assert not any(item.objectName() == "mirror" for item in hand.items())


@pytest.fixture
def glass_of(application: Application) -> Iterator[Callable[[int, int, int], tuple[Finger, Settings]]]:
    """A screen on a glass so wide and so high, so far above the floor; all in millimetres."""

    def make(wide: int, high: int, above: int) -> tuple[Finger, Settings]:
        keys = {"millimetres_wide": wide, "millimetres_high": high, "millimetres_above_floor": above}
        settings = load_settings(CONFIG / "kiosk.toml", [f"screen.{key}={value}" for key, value in keys.items()])
        night = datetime(2026, 11, 23, 23, 8).astimezone()
        finger = Finger(application.show(Desk(), settings, lambda: night))  # type: ignore[arg-type]
        finger.settle()
        return finger, settings

    yield make
    application.close()


@pytest.mark.parametrize(("wide", "high", "above"), [(398, 708, 300), (336, 598, 700), (268, 476, 1000)])
def test_a_larger_glass_and_one_that_hangs_low_are_brought_within_reach(
    glass_of: Callable[[int, int, int], tuple[Finger, Settings]], wide: int, high: int, above: int
) -> None:
    finger, settings = glass_of(wide, high, above)
    finger.tap("lower")
    finger.settle()
    for item, (lower, upper) in heights(finger._window, settings).items():
        assert LOWEST_REACH <= lower < upper <= HIGHEST_REACH, f"{item} from {lower:.0f} to {upper:.0f} mm"


def test_a_glass_on_its_side_within_reach_offers_nothing_to_lower(
    glass_of: Callable[[int, int, int], tuple[Finger, Settings]],
) -> None:
    finger, _ = glass_of(476, 268, 900)
    assert finger._window.width() > finger._window.height()
    assert not finger.sees("lower")
    finger.tap("display")
    finger.settle()
    assert finger.sees("look-dark")
    assert not finger.sees("lowered")


# -- the sheet, and that all of it ends with the visit -----------------------------


def test_from_any_page_it_is_dressed_otherwise_and_the_visit_over_it_is_as_usual(
    screen: Screen, speaker: Loudspeaker
) -> None:
    session = screen.session
    usual = session.volume
    screen.desk.begin("JT-02")
    go_on(screen.desk, Act("next"), CardRead(LIN, 0.4))
    screen.finger.tap("display")
    for name, value in (
        ("look-light", "light"),
        ("look-dark", "dark"),
        ("look-standard", "standard"),
        ("look-elder", "elder"),
    ):
        screen.finger.tap(name)
        assert session.look == value
    screen.finger.tap("size-2")
    screen.finger.tap("volume-50")
    assert (session.textSize, session.volume) == (2, 50)
    assert speaker.heard == [("chime", loudness(50))]
    while not screen.finger.sees("lowered"):
        screen.finger.tap("more")
        screen.settle()
    screen.finger.tap("lowered")
    assert session.lowered
    screen.finger.tap("display-close")
    screen.settle()
    assert screen.desk.visit is not None
    assert screen.desk.visit.page.step.id == "card"
    screen.desk.act("exit")
    assert (session.look, session.textSize, session.lowered, session.volume) == ("standard", 0, False, usual)


def test_nothing_is_heard_of_a_muted_machine_and_one_touch_makes_it_usual_again(
    screen: Screen, speaker: Loudspeaker
) -> None:
    usual = screen.session.volume
    screen.finger.tap("display")
    screen.finger.tap("volume-0")
    assert screen.session.volume == 0
    assert speaker.heard == [("chime", 0.0)]
    screen.finger.tap("display-usual")
    assert screen.session.volume == usual


def test_what_a_technician_sets_is_what_a_visit_goes_back_to(speaker: Loudspeaker) -> None:
    from ui.sounds import Sounds  # noqa: PLC0415

    kiosk = Sounds(80)
    kiosk.turn_to(20)
    kiosk.set_volume(60)
    kiosk.turn_to(100)
    kiosk.turn_back()
    assert kiosk.volume == 60


def test_a_language_or_a_look_that_nobody_goes_on_with_falls_back_at_home(screen: Screen) -> None:
    screen.finger.tap("display")
    screen.finger.tap("look-dark")
    screen.session.homeReset.connect(lambda: None)
    screen.session._reset_look()
    screen.settle()
    assert screen.session.look == "standard"
    assert screen.finger.sees("tile-JT-02"), "the sheet still stands"


# -- people of 60 and older ------------------------------------------------------------


@pytest.mark.parametrize(("born", "offered"), [(date(1966, 11, 23), True), (date(1966, 11, 24), False)])
def test_a_larger_page_is_offered_to_whom_the_card_says_is_sixty_once(
    screen: Screen, born: date, offered: bool
) -> None:
    person = replace(LIN, birth_date=born)
    screen.desk.begin("JT-02")
    screen.desk.happen(Act("next"), CardRead(person, 0.4))
    screen.settle()
    assert screen.finger.sees("take-elder") is offered
    if offered:
        screen.desk.happen(Act("next"), Act("back"))
        screen.settle()
        assert not screen.finger.sees("take-elder")


def test_the_offer_is_taken_with_one_touch_and_the_page_stays(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    screen.desk.happen(Act("next"), CardRead(replace(LIN, birth_date=date(1950, 1, 1)), 0.4))
    screen.settle()
    screen.finger.tap("take-elder")
    screen.settle()
    assert screen.session.look == "elder"
    assert not screen.finger.sees("take-elder")
    assert screen.desk.visit is not None
    assert screen.desk.visit.page.step.id == "card"


def test_elders_are_asked_one_question_a_page(screen: Screen) -> None:
    desk = screen.desk
    screen.session.setLook("elder")
    desk.begin("JT-02")
    for name, events in route().items():
        if name == "licence":
            break
        go_on(desk, *events)
    desk.happen(Act("next"))
    while desk.visit is not None and desk.visit.page.step.id != "licence":
        desk.happen(Act("next"))
    screen.settle()
    assert screen.finger.sees("field-licence_class")
    assert not screen.finger.sees("field-licence_until")
    screen.finger.tap("primary")
    let_live(50)
    assert screen.finger.sees("field-licence_class"), "an answer that is missing is asked for"
    desk.happen(Answer("licence_class", SAMPLES["licence_class"]))
    screen.finger.tap("primary")
    screen.settle()
    assert screen.finger.sees("field-licence_until")
    assert not screen.finger.sees("field-licence_class")
    screen.finger.tap("act-back")
    screen.settle()
    assert screen.finger.sees("field-licence_class")
    screen.session.setLook("standard")
    screen.settle()
    assert screen.finger.sees("field-licence_class")
    assert screen.finger.sees("field-licence_until")
