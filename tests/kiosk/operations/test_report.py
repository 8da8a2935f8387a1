"""One readiness, told four ways."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pypdfium2
import pytest

from drivers.device import DeviceState, DeviceStatus, Fault, Identity, Level, NextAction
from drivers.receipt_printer.receipt import Receipt, Row
from drivers.receipt_printer.receipt import Text as Line
from kiosk.operations.readiness import Readiness
from kiosk.operations.report import to_json, to_pdf, to_receipt, to_text
from kiosk.text import Language
from tests.kiosk.operations.stand_in import StandIn, broken, ready
from tests.kiosk.operations.test_readiness import WORDS, check, judged

LANGUAGES: tuple[Language, ...] = get_args(Language)
CUTTER = WORDS["receipt_printer.cutter"]
NOBODY_EVER_MET = {"zh": "还没有在真机上验证过", "en": "has never met its hardware"}


def planted() -> Readiness:
    """A machine whose cutter is stuck and whose paper runs low."""
    printer = broken("receipt_printer", "receipt_printer.cutter", detail="status 0x08")
    printer.status = replace(printer.status, supplies={"paper": Level.LOW})
    printer.counters = {"receipts": 4711}
    reader = ready("id_reader")
    reader.verified_on = ("invented reader 7",)
    return judged(reader, printer, checks=[check(12, who="t07", faults=("receipt_printer.cutter",))], waiting=3)


def text_of(pdf: bytes) -> str:
    """What a person reads on all pages, without line ends."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    return "".join(pages).replace("\r", "").replace("\n", "").replace(" ", "").replace("\u200b", "")


def words_of(receipt: Receipt) -> str:
    lines = []
    for part in receipt.parts:
        if isinstance(part, Line):
            lines.append(part.words)
        elif isinstance(part, Row):
            lines.append(f"{part.label} {part.value}")
    return "\n".join(lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_planted_fault_stands_on_every_medium(language: Language) -> None:
    readiness = planted()
    assert CUTTER.technician is not None
    for told in (
        to_text(readiness, language),
        words_of(to_receipt(readiness, language)),
        text_of(to_pdf(readiness, language)),
        to_json(readiness),
    ):
        said = told.replace(" ", "")
        assert CUTTER.happened.in_(language).replace(" ", "") in said
        assert CUTTER.technician.in_(language).replace(" ", "") in said
        assert "0.1.0" in said
        assert "XM-HL-0001" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_is_known_of_each_device(language: Language) -> None:
    readiness = planted()
    for told in (to_text(readiness, language), text_of(to_pdf(readiness, language))):
        said = told.replace(" ", "")
        assert NOBODY_EVER_MET[language].replace(" ", "") in said
        assert "inventedreader7" in said
        assert "05.03-0001" in said
        assert "4711" in said
        assert "#12" in said
        assert "t07" in said
        assert "status0x08" in said


def test_the_attendant_reads_what_an_attendant_can_do_and_nothing_of_the_inside() -> None:
    jam = WORDS["machine.hot"]
    hot = StandIn("machine", DeviceStatus(DeviceState.READY, (Fault("machine.hot", NextAction.ATTENDANT, "91 °C"),)))
    readiness = judged(ready("id_reader"), ready("receipt_printer"), hot)
    told = to_text(readiness, "zh", "attendant")
    assert jam.attendant is not None
    assert jam.technician is not None
    assert jam.attendant.zh in told
    assert jam.technician.zh not in told
    assert "91 °C" not in told
    assert "05.03-0001" not in told
    assert jam.attendant.zh in words_of(to_receipt(readiness, "zh", "attendant"))


def test_programs_read_the_verdict_the_parts_and_the_items() -> None:
    told = json.loads(to_json(planted()))
    assert (told["verdict"], told["service"], told["acts_next"]) == ("limited", "limited", ["attendant", "technician"])
    assert [part["name"] for part in told["parts"]] == ["id_reader", "receipt_printer"]
    printer = told["parts"][1]
    assert (printer["state"], printer["faults"][0]["code"]) == ("attention", "receipt_printer.cutter")
    assert printer["faults"][0]["technician"]["zh"].startswith("按机型手册")
    assert printer["checks"][0]["number"] == 12
    assert told["items"][0]["hindrance"] == "receipt_printer.cutter"
    assert told["waiting"] == 3


def crowded() -> Readiness:
    """Every device there can be, each with every fault of its class, long addresses and many counters."""
    devices = []
    for name in sorted({code.partition(".")[0] for code in WORDS}):
        faults = [Fault(code, NextAction.TECHNICIAN, "x" * 200) for code in WORDS if code.startswith(f"{name}.")]
        devices.append(
            StandIn(
                name,
                DeviceStatus(DeviceState.ATTENTION, tuple(faults), {"paper": Level.OUT}, {"voltage": 23.987654321}),
                counters={f"counted_{number}": 10**9 for number in range(20)},
                identity=Identity("/dev/serial/by-id/usb-" + "X" * 180, "M" * 80, "9" * 120, "V1"),
            )
        )
    return judged(*devices)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("readiness", [planted(), crowded()], ids=["one fault", "every fault there is"])
def test_nothing_leaves_its_page(readiness: Readiness, language: Language) -> None:
    pdf = to_pdf(readiness, language)
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842)  # A4 in points
        text = page.get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
        inked = [box for box in boxes if box[3] - box[1] > 0.1]  # a space has no height
        assert min(box[0] for box in inked) >= 50  # the margin of 18 mm is 51 points
        assert max(box[2] for box in inked) <= width - 50
        assert min(box[1] for box in inked) >= 20
        assert max(box[3] for box in inked) <= height - 40
    said = text_of(pdf)
    for reason in readiness.reasons:
        assert reason.sentence.in_(language).replace(" ", "") in said


def test_a_long_serial_number_is_broken_and_whole() -> None:
    assert "9" * 120 in text_of(to_pdf(crowded(), "zh"))


def test_words_are_set_as_they_are_and_never_as_commands() -> None:
    readiness = judged(
        ready("receipt_printer"), broken("id_reader", "id_reader.silent", detail="*a* #panic() $x$ \\ @b <c> // d")
    )
    assert "*a*#panic()$x$\\@b<c>//d" in text_of(to_pdf(readiness, "zh"))


def test_a_report_is_an_archivable_pdf_and_the_same_each_time() -> None:
    readiness = planted()
    pdf = to_pdf(readiness, "zh")
    assert b"pdfaid" in pdf
    assert pdf == to_pdf(readiness, "zh")
