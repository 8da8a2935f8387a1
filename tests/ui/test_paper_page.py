"""The page of a document: seen page by page, its code read from the glass, an address typed with a finger."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import zxingcpp
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage

from kiosk.visit.events import (
    PrintDocument,
    SendCopy,
)
from tests.kiosk.visit.test_paper import MADE, PRINTED, Paper
from tests.ui.conftest import Screen


def show(screen: Screen, paper: Paper) -> None:
    """Bring the visit before the glass."""
    screen.desk.visit = paper.visit
    screen.desk.on_change()


def test_the_document_is_seen_page_by_page_before_it_is_printed(screen: Screen) -> None:
    colours = (QColor("#2e7d32"), QColor("#1565c0"))
    paper = Paper().tell(replace(MADE, pages=3, pictures=tuple(page_of(colour) for colour in colours)))
    show(screen, paper)
    screen.settle()
    assert seen(screen) == colours[0]
    assert screen.finger.sees("page-after")
    screen.finger.tap("page-after")
    screen.settle()
    assert seen(screen) == colours[1]
    screen.finger.tap("page-before")
    screen.settle()
    assert seen(screen) == colours[0]
    screen.finger.tap("primary")
    screen.settle()
    assert seen(screen) not in colours
    assert [effect.pdf for effect in screen.desk.effects if isinstance(effect, PrintDocument)] == [MADE.pdf]


def page_of(colour: QColor) -> bytes:
    """A page of one colour, as PNG."""
    image = QImage(910, 1287, QImage.Format.Format_RGB32)
    image.fill(colour)
    packed = QBuffer()
    packed.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(packed, "PNG")  # type: ignore[call-overload]
    return bytes(packed.data().data())


def seen(screen: Screen) -> QColor:
    """What is in the middle of the glass."""
    glass = screen.window.grabWindow()
    return glass.pixelColor(glass.width() // 2, glass.height() // 2)


def test_a_phone_reads_the_code_from_the_glass(screen: Screen) -> None:
    show(screen, Paper().tell(MADE, "next", PRINTED))
    screen.settle()
    glass = screen.window.grabWindow().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(glass.constBits(), np.uint8).reshape(glass.height(), glass.bytesPerLine())
    assert [code.text for code in zxingcpp.read_barcodes(grey[:, : glass.width()])] == [MADE.url]


def test_an_address_is_typed_and_the_copy_goes_there(screen: Screen) -> None:
    paper = Paper().tell(MADE, "next", PRINTED)
    show(screen, paper)
    screen.settle()
    screen.finger.tap("act-to_email")
    screen.settle()
    screen.finger.type_text("field-email", "lin.shi-li@example.com")
    screen.finger.tap("primary")
    sent = [effect for effect in screen.desk.effects if isinstance(effect, SendCopy)]
    assert [effect.email for effect in sent] == ["lin.shi-li@example.com"]
