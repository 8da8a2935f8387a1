"""The guide on paper: everything that the page says, on A4 and on a receipt, and nobody named."""

from __future__ import annotations

import pypdfium2
import pytest

from drivers.receipt_printer.receipt import Row
from drivers.receipt_printer.receipt import Text as Line
from kiosk.documents.guide import Section, to_pdf, to_receipt
from kiosk.text import Language
from kiosk.visit.events import GuidePrinted, PrintGuide
from tests.kiosk.documents.test_receipt import NOW, STATION
from tests.kiosk.visit.told import CATALOGUE, JT_02, Told


def asked() -> tuple[Section, ...]:
    told = Told()
    told.visit.prints_guide = True
    told.tell("print_guide")
    (effect,) = told.asked(PrintGuide)
    return effect.sections


SECTIONS = asked()
DEPARTMENT = CATALOGUE.department(JT_02).name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_of_it_stands_on_a_receipt(language: Language) -> None:
    receipt = to_receipt(JT_02.name, SECTIONS, station=STATION, language=language, now=NOW)
    words = "\n".join(part.words for part in receipt.parts if isinstance(part, Line))
    for heading, lines in SECTIONS:
        assert heading.in_(language) in words
        assert all(line.in_(language) in words for line in lines)
    assert "2026-11-23" in words
    assert any(isinstance(part, Row) and part.value == STATION.hotline for part in receipt.parts)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_of_it_stands_on_a4(language: Language) -> None:
    pdf = to_pdf(JT_02.name, DEPARTMENT, SECTIONS, station=STATION, language=language, now=NOW)
    with pypdfium2.PdfDocument(pdf) as document:
        assert 1 <= len(document) <= 2
        text = "".join(page.get_textpage().get_text_range() for page in document)
    plain = "".join(text.split())
    for heading, lines in SECTIONS:
        for sentence in (heading, *lines):
            assert "".join(sentence.in_(language).split()) in plain, sentence
    assert "".join(JT_02.name.in_(language).split()) in plain


def test_the_guide_of_every_item_has_what_the_law_asks_for() -> None:
    headings = [heading.zh for heading, _ in SECTIONS]
    assert headings == ["能得到什么", "谁能办", "带什么", "怎么办", "时间和费用", "办完以后", "哪里可以办", "咨询电话"]


# -- on the page -----------------------------------------------------------------------


def label(told: Told) -> str:
    (button,) = told.visit.view().secondary
    return button.label.zh


def printing() -> Told:
    told = Told()
    told.visit.prints_guide = True
    return told.tell("print_guide")


def test_without_paper_nobody_is_offered_one() -> None:
    told = Told()
    assert told.visit.view().secondary == ()
    assert told.tell("print_guide").asked(PrintGuide) == []


def test_the_button_says_how_it_went() -> None:
    told = printing()
    assert label(told) == "正在打印指南"
    assert len(told.tell("print_guide").asked(PrintGuide)) == 1  # one at a time
    assert label(told.tell(GuidePrinted(out=True))) == "指南已打印，请取走"
    told.tell("print_guide", GuidePrinted(out=False))
    assert label(told) == "没有打出来，再试一次"


def test_nobody_waits_for_it_and_what_comes_late_disturbs_nobody() -> None:
    told = printing().tell("next", GuidePrinted(out=True))
    assert told.at == "card"
    assert label(told.tell("back")) == "打印这份指南"
    told.tell("print_guide").wait(41)
    assert label(told) == "没有打出来，再试一次"
