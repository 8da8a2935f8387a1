"""The page of a document in every look and language, its code read from the glass, an address typed with a finger."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PySide6.QtGui import QImage

from kiosk.visit.events import Answer, CopySent, DocumentHeld, DocumentPrinted, Event, Failed, PaperOutcome, SendCopy
from tests.kiosk.visit.test_paper import MADE, PRINTED, Paper
from tests.ui.conftest import Screen
from tests.ui.test_pages import LOOKS, check_page, dress

PAGES: dict[str, list[Event | str]] = {
    "making": [],
    "printing": [MADE],
    "waiting-for-paper": [DocumentHeld("page_printer.paper_out")],
    "printed": [DocumentHeld(""), PRINTED],
    "address": ["to_email"],
    "address-wrong": [Answer("email", "lin@example"), "next"],
    "sending": [Answer("email", "lin.shili@example.com"), "next"],
    "not-sent": [Failed("document.copy_too_often")],
    "sent": ["without", "to_phone", CopySent("139****0001")],
}
FAILED: dict[str, list[Event | str]] = {
    "jam": [MADE, DocumentPrinted(PaperOutcome.FAILED, "page_printer.jam")],
    "without": ["without"],
    "uncertain": ["again", DocumentPrinted(PaperOutcome.UNCERTAIN)],
    "uncertain-without": ["without"],
}


def show(screen: Screen, paper: Paper) -> None:
    """Bring the visit before the glass."""
    screen.desk.visit = paper.visit
    screen.desk.on_change()


@pytest.mark.parametrize(("language", "look"), LOOKS)
@pytest.mark.parametrize("pages", [PAGES, FAILED], ids=["well", "failed"])
def test_every_state_is_drawn_whole(
    screen: Screen, language: str, look: str, pages: dict[str, list[Event | str]]
) -> None:
    dress(screen, language, look)
    paper = Paper()
    for name, events in pages.items():
        paper.tell(*events)
        show(screen, paper)
        screen.settle()
        check_page(screen, name, language)


def test_a_phone_reads_the_code_from_the_glass(screen: Screen) -> None:
    show(screen, Paper().tell(MADE, PRINTED))
    screen.settle()
    glass = screen.window.grabWindow().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(glass.constBits(), np.uint8).reshape(glass.height(), glass.bytesPerLine())
    assert [code.text for code in zxingcpp.read_barcodes(grey[:, : glass.width()])] == [MADE.url]


def test_an_address_is_typed_and_the_copy_goes_there(screen: Screen) -> None:
    paper = Paper().tell(MADE, PRINTED)
    show(screen, paper)
    screen.settle()
    screen.finger.tap("act-to_email")
    screen.settle()
    screen.finger.type_text("field-email", "lin.shi-li@example.com")
    screen.finger.tap("primary")
    sent = [effect for effect in screen.desk.effects if isinstance(effect, SendCopy)]
    assert [effect.email for effect in sent] == ["lin.shi-li@example.com"]
