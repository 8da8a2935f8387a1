"""The pages of cards in every look and language, and that what is written is shown dot for dot."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.custody import picture_of
from kiosk.documents.card_face import compose
from kiosk.text import Text, same
from kiosk.visit.events import (
    Act,
    BankCardIn,
    BankCardOut,
    BankCardRead,
    CardDrawnIn,
    CardKept,
    CardOffered,
    CardRead,
    CardTaken,
    ChipRead,
    Event,
    Failed,
    Found,
    NewCardFetched,
    News,
    NewsDone,
    SlipDone,
    Tick,
    WritingDone,
    Written,
)
from tests.items import bank_card, written_card
from tests.kiosk.visit.test_cards import BADLY, NUMBER, WELL
from tests.people import LIN, OTHER
from tests.ui.conftest import Screen
from tests.ui.test_dealings import begin
from tests.ui.test_pages import LOOKS, check_page, dress, items

FACTS = {"address": "福建省厦门市湖里区示例路1号101室", "until": "20271123"}
PLACE = Text(zh="湖里区江头 24 小时便利店站 XM-HL-0001", en="Jiangtou 24-hour shop, Huli XM-HL-0001")
KEPT = CardKept("261123-101530", PLACE, "0592-7703144")
STUCK = CardKept("261123-101530", PLACE, "0592-7703144", "card_rewriter.jam")

BANK_CARD: dict[str, list[Event]] = {
    "waiting": [],
    "reading": [BankCardIn()],
    "in": [BankCardRead(NUMBER, 0.6)],
    "overdue": [Tick()],
    "out": [BankCardOut()],
    "review": [Act("next")],
}
OWN_CARD: dict[str, list[Event]] = {
    "waiting": [],
    "checking": [CardDrawnIn()],
    "writing": [ChipRead(LIN.number)],
    "again": [BADLY],
    "offered": [WELL, CardOffered(60.0)],
    "told": [NewsDone(News.TOLD)],
    "taken": [CardTaken()],
}
NEW_CARD: dict[str, list[Event]] = {
    "fetching": [],
    "writing": [NewCardFetched()],
    "offered": [WELL, CardOffered(60.0)],
    "later": [NewsDone(News.LATER)],
    "kept": [KEPT],
    "slip": [SlipDone(printed=True)],
}
STUCK_CARD: dict[str, list[Event]] = {
    "stuck": [CardDrawnIn(), ChipRead(LIN.number), WritingDone(Written.UNCERTAIN, "card_rewriter.jam"), STUCK],
    "no-slip": [SlipDone(printed=False)],
}
PROBLEMS: dict[str, list[Event]] = {
    "other": [CardDrawnIn(), ChipRead(OTHER.number)],
    "wrong-way": [CardDrawnIn(), Failed("card_rewriter.wrong_way")],
    "uncertain": [CardDrawnIn(), ChipRead(LIN.number), BADLY, BADLY],
}


def to_slot(screen: Screen, *, is_new: bool = False) -> None:
    lines = [(Text(zh="居住地址", en="Address"), same(FACTS["address"])), (same("有效期至"), same("2027年11月23日"))]
    screen.desk.picture = picture_of(compose(lines, 640, 240))
    begin(screen, written_card(is_new=is_new), CardRead(LIN, 0.2), Act("next"), Found(FACTS), Act("next"))


def show(screen: Screen, language: str, pages: dict[str, list[Event]]) -> None:
    for name, events in pages.items():
        if name == "overdue":
            screen.desk.clock += 30
        screen.desk.happen(*events)
        screen.settle()
        check_page(screen, name, language)


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_every_page_of_a_bank_card_is_drawn_whole(screen: Screen, language: str, look: str) -> None:
    dress(screen, language, look)
    begin(screen, bank_card())
    show(screen, language, BANK_CARD)


@pytest.mark.parametrize(("language", "look"), LOOKS)
@pytest.mark.parametrize(("is_new", "pages"), [(False, OWN_CARD), (True, NEW_CARD), (False, STUCK_CARD)])
def test_every_page_of_a_card_that_is_written_is_drawn_whole(
    screen: Screen, language: str, look: str, is_new: bool, pages: dict[str, list[Event]]
) -> None:
    dress(screen, language, look)
    to_slot(screen, is_new=is_new)
    show(screen, language, pages)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_what_is_wrong_with_a_card_is_said_over_its_page(
    screen: Screen, language: str, look: str, problem: str
) -> None:
    dress(screen, language, look)
    to_slot(screen)
    show(screen, language, {problem: PROBLEMS[problem]})
    assert {"act-retry", "act-exit"} <= {item.objectName() for item in items(screen.window.contentItem())}


def test_what_is_shown_of_a_card_is_what_is_written_on_it(screen: Screen) -> None:
    to_slot(screen)
    screen.settle()
    shown = next(item for item in items(screen.window.contentItem()) if item.objectName() == "card-face")
    corner = shown.mapToScene(shown.boundingRect().topLeft()).toPoint()
    picture = screen.window.grabWindow().copy(corner.x(), corner.y(), int(shown.width()), int(shown.height()))
    small = picture.scaled(160, 60)
    dark = np.array([[small.pixelColor(x, y).lightness() < 160 for x in range(160)] for y in range(60)])
    assert screen.desk.picture is not None
    wanted = screen.desk.picture[..., 0].reshape(60, 4, 160, 4).mean(axis=(1, 3)) < 160
    assert np.mean(dark == wanted) > 0.9
    assert dark.any()
