"""Every page, in every look, size of words, language and orientation: drawn whole, legible, and large enough."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QFont
from PySide6.QtQml import QQmlComponent, qmlEngine
from PySide6.QtQuick import QQuickItem

from kiosk.catalogue.item import StepKind
from kiosk.visit.events import CallState
from kiosk.visit.view import Body, FaceState
from tests.ui.atlas import pictures, tree
from tests.ui.atlas.check import Findings, reach, walk, wrong_with
from tests.ui.atlas.dress import EVERY, LOWERED, PLAIN, daily, dress, lay_out
from tests.ui.atlas.pages import STORIES, Page, Story
from tests.ui.atlas.pixels import pixels_of
from tests.ui.conftest import Screen
from tests.ui.desk import Desk


@dataclass
class Met:
    """What a walk through a story came by."""

    names: list[str] = field(default_factory=list)
    kinds: set[StepKind] = field(default_factory=set)
    states: set[Enum] = field(default_factory=set)

    def note(self, screen: Screen, page: Page) -> None:
        self.names.append(page.name)
        view = screen.desk.view()
        if view is not None:
            self.kinds.add(view.kind)
            values = (getattr(view.body, one.name) for one in fields(view.body))
            self.states |= {value for value in values if isinstance(value, Enum)}


# Each story that was walked to its end: none is walked twice to see what is in them all.
walked: dict[Story, Met] = {}

PICTURE_SECONDS = 5.0


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("number", "story"), list(enumerate(STORIES.values())), ids=STORIES.keys())
def test_every_page_is_whole_legible_within_reach_and_looks_like_its_kept_picture(
    screen: Screen, number: int, story: Story, tmp_path: Path
) -> None:
    findings, differ, met = Findings(), {}, Met()
    for page in walk(screen, story):
        met.note(screen, page)
        now, before = pictures.picture_of(screen.window), pictures.kept(page.name)
        deadline = time.monotonic() + PICTURE_SECONDS  # a picture within a page may be loaded late
        while before is not None and pictures.differ(before, now) and time.monotonic() < deadline:
            screen.settle()
            now = pictures.picture_of(screen.window)
        if before is None or pictures.differ(before, now):
            differ[page.name] = (before, now)
        for put_on in daily(number):
            findings.look(screen, page, put_on)
        findings.reach(screen, page)
    walked[story] = met
    wrong = str(findings)
    if differ:
        seen = pictures.side_by_side(tmp_path, differ)
        wrong += f"\nnot as kept, see {seen}: {', '.join(differ)}\n(where that is meant, scripts/atlas keeps them anew)"
    if wrong:
        pytest.fail(wrong, pytrace=False)


@pytest.mark.campaign
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_every_page_is_whole_legible_and_within_reach_in_every_dress(screen: Screen, story: Story) -> None:
    findings = Findings()
    for page in walk(screen, story):
        for put_on in EVERY:
            findings.look(screen, page, put_on)
    assert not str(findings), f"\n{findings}"


def test_every_page_has_one_name_and_every_kind_of_page_in_every_state_is_among_them(
    screen_of: Callable[[Desk], Screen], application: object
) -> None:
    for story in STORIES.values():
        if story not in walked:
            screen, met = screen_of(Desk()), Met()
            for page in story(screen):
                met.note(screen, page)
            walked[story] = met
    names = [name for story in STORIES.values() for name in walked[story].names]
    kinds = {kind for met in walked.values() for kind in met.kinds}
    states = {state for met in walked.values() for state in met.states}
    assert sorted(names) == sorted(set(names))
    assert {path.stem for path in pictures.KEPT.glob("*.png")} <= set(names), "a kept picture of no page"
    assert kinds == set(StepKind) - {StepKind.SIGN_IN}  # whose pages have kinds of their own
    every = {state for body in get_args(Body) for kind in get_type_hints(body).values() for state in _states(kind)}
    # Whose face is accepted, or whom an officer confirms, is on the next page already.
    assert every - states == {FaceState.PASSED, CallState.CONFIRMED}


def _states(kind: object) -> set[Enum]:
    return set(kind) if isinstance(kind, type) and issubclass(kind, Enum) else set()


# -- that the checks can fail -------------------------------------------------------------


def put(screen: Screen, qml: str) -> QQuickItem:
    """Put something of the test's own over the page."""
    engine = qmlEngine(screen.window)
    component = QQmlComponent(engine)
    component.setData(QByteArray(f"import QtQuick\nimport Kiosk.Controls\n{qml}".encode()), QUrl())
    assert component.isReady(), component.errorString()
    item = component.create()
    assert isinstance(item, QQuickItem)
    item.setParent(screen.window)
    item.setParentItem(screen.window.contentItem())
    lay_out(screen)
    return item


GROUND = 'Rectangle {{ width: 1080; height: 1920; color: "#FFFFFF"; {} }}'
ONE = 'PushButton {{ x: 100; y: 100; width: 200; height: {}; label: "一" }}'
OTHER = 'PushButton {{ x: {}; y: 100; width: 200; height: 90; label: "二" }}'
FIELD = """Rectangle {
    objectName: "field-a"; x: 50; y: 50; width: 500; height: 90; border.color: "#C0C0C0"
    TextInput { anchors.fill: parent; Accessible.name: "名" }
    MouseArea { anchors.fill: parent; onClicked: y = 0 }
}"""


@pytest.mark.parametrize(
    ("qml", "wrong"),
    [
        ('Words { width: 60; text: "很长的一句话"; wrapMode: Text.NoWrap; elide: Text.ElideRight }', "is cut off"),
        ('Words { x: 1000; text: "很长的一句话"; wrapMode: Text.NoWrap }', "leaves the glass"),
        ('Words { x: 9; text: "一句话" } Words { x: 19; text: "另一句" }', "lie over one another"),
        ('Rectangle { color: "#EEEEEE"; width: 200; height: 20; Words { text: "一句话" } }', "lies outside its"),
        ('Words { text: "一句话" } Rectangle { x: 50; color: "#EEEEEE"; width: 90; height: 90 }', "lies partly under"),
        ('Words { text: "Only English" }', "is not Chinese"),
        (ONE.format(40), "is 49.6 x 9.9 mm"),
        (ONE.format(90) + OTHER.format(308), "一 and 二 are 2.0 mm apart"),
        (ONE.format(90) + OTHER.format(180), "一 and 二 are -22.3 mm apart"),
        ("PushButton { width: 200; height: 90 }", "has no name"),
        ('PushButton { y: 500; label: "二" } PushButton { y: 100; label: "一" }', "二 is reached before 一"),
        ('Words { text: "一句话"; color: "#8A8A8A" }', "has a contrast of 3.5"),
        (FIELD, "field-a has a contrast of 1.8"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(screen: Screen, qml: str, wrong: str) -> None:
    put(screen, GROUND.format(qml))
    found = wrong_with(screen, PLAIN)
    assert [sentence for sentence in found if wrong in sentence], found


def test_what_whoever_sits_does_not_reach_is_found(screen: Screen) -> None:
    lay_out(screen)
    assert not reach(tree.look_at(screen.window), PLAIN)
    put(screen, GROUND.format('PushButton { y: 300; width: 200; height: 90; label: "一" }'))
    assert reach(tree.look_at(screen.window), PLAIN) == ["nothing within reach lowers the page"]
    dress(screen, LOWERED)
    assert reach(tree.look_at(screen.window), LOWERED) == ["一 is 1252 mm above the floor"]


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    for child in root.childItems():
        if child.isVisible():
            yield child
            yield from items(child)


@pytest.mark.parametrize("name", ["primary", "help", "leave"])
def test_a_button_that_moves_by_four_millimetres_is_another_picture(screen: Screen, name: str) -> None:
    screen.desk.begin("JT-02")
    screen.settle()
    before = pictures.picture_of(screen.window)
    assert not pictures.differ(before, pictures.picture_of(screen.window))
    button = next(item for item in items(screen.window.contentItem()) if item.objectName() == name)
    button.setProperty("y", button.y() - 4 * tree.pitch_of(screen.window))
    assert pictures.differ(before, pictures.picture_of(screen.window))


def test_another_word_is_another_picture(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    screen.settle()
    before = pictures.picture_of(screen.window)
    small = next(item for item in items(screen.window.contentItem()) if item.property("text") == "后回到首页")
    small.setProperty("text", "还在等着")
    assert pictures.differ(before, pictures.picture_of(screen.window))


def test_letters_that_are_drawn_a_little_differently_are_the_same_picture(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT", tmp_path)
    screen.desk.begin("JT-02")
    screen.settle()
    pictures.keep("guide", pictures.picture_of(screen.window))
    kept = pictures.kept("guide")
    assert kept is not None
    pixels = pixels_of(screen.window.grabWindow())
    assert not pictures.differ(kept, pictures.small(np.roll(pixels, 1, axis=1))), "a pixel to the right"
    assert not pictures.differ(kept, pictures.small(np.roll(pixels, 1, axis=0))), "a pixel lower"
    for text in items(screen.window.contentItem()):
        if text.inherits("QQuickText"):
            font: QFont = text.property("font")
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            text.setProperty("font", font)
    lay_out(screen)
    assert not pictures.differ(kept, pictures.picture_of(screen.window)), "without hinting"


def test_what_differs_is_shown_side_by_side(tmp_path: Path) -> None:
    grey = np.full((480, 270, 3), 200, np.uint8)
    other = grey.copy()
    other[100:110, 50:60] = 0
    page = pictures.side_by_side(tmp_path, {"a-page": (grey, other), "a-new-page": (None, other)})
    told = page.read_text(encoding="utf-8")
    shown = re.findall("src='([^']+)'", told)
    assert shown == ["a-page-kept.png", "a-page-new.png", "a-page-difference.png", "a-new-page-new.png"]
    assert all((tmp_path / name).exists() for name in shown)
