"""What stands on the receipt, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from drivers.receipt_printer.receipt import Qr, Receipt, Row, Text
from kiosk.catalogue.catalogue import load_item
from kiosk.documents.receipt import compose
from kiosk.settings import Station
from kiosk.text import Language
from kiosk.text import Text as Words
from kiosk.visit.events import PrintReceipt
from tests.people import LIN

JT02 = load_item(Path(__file__).resolve().parents[3] / "config" / "items" / "transport" / "JT-02.yaml")
STATION = Station(
    id="XM-HL-0001",
    name_zh="湖里区站",
    name_en="Huli",
    operator_zh="示例公司",
    operator_en="Example",
    hotline="0592-7703144",
)
NOW = datetime(2026, 11, 23, 23, 8)  # noqa: DTZ001  printed as the clock on the wall says
NUMBER = "JT02-20261123-00042-K"
TICKET = "7K4Q-9MPZ-2HC"


def receipt(language: Language = "zh", *, number: str = NUMBER, ticket: str = "", copy: int = 0) -> Receipt:
    effect = PrintReceipt(LIN, number, ticket, copy, code=number or ticket)
    return compose(JT02, effect, station=STATION, language=language, now=NOW)


def words(of: Receipt) -> str:
    lines = []
    for part in of.parts:
        if isinstance(part, Text):
            lines.append(part.words)
        elif isinstance(part, Row):
            lines.append(f"{part.label} {part.value}")
    return "\n".join(lines)


def code(of: Receipt) -> str:
    return next(part.data for part in of.parts if isinstance(part, Qr))


def test_an_accepted_application_shows_its_number_in_words_and_in_the_code() -> None:
    printed = receipt()
    assert "受理编号" in words(printed)
    assert "状态 已提交，等待审核" in words(printed)
    assert NUMBER in words(printed)
    assert code(printed) == NUMBER


def test_a_saved_application_says_so_and_does_not_pretend_to_have_a_number() -> None:
    printed = receipt(number="", ticket=TICKET)
    assert "状态 已保存，待上传" in words(printed)
    assert "还不是受理编号" in words(printed)
    assert "短信告知您受理编号" in words(printed)
    assert code(printed) == TICKET


@pytest.mark.parametrize("language", ["zh", "en"])
def test_name_and_card_number_are_masked(language: Language) -> None:
    printed = words(receipt(language))
    assert LIN.name not in printed
    assert LIN.number not in printed
    assert LIN.number[-4:] in printed
    assert LIN.address not in printed


def test_a_second_printing_says_that_it_is_one() -> None:
    assert "补打" not in words(receipt())
    assert "第 2 次补打" in words(receipt(copy=2))


def test_in_english_every_label_is_english() -> None:
    printed = words(receipt("en")).replace(LIN.name[0], "").replace(LIN.name[-1], "")
    assert not [sign for sign in printed if "\u4e00" <= sign <= "\u9fff"]


def test_a_foreigner_s_card_without_a_chinese_name_shows_the_latin_one_masked() -> None:
    holder = replace(LIN, name="", name_en="DOE, JANE")
    printed = compose(JT02, PrintReceipt(holder, NUMBER, "", 0), station=STATION, language="en", now=NOW)
    assert "D*******E"[:2] in words(printed)
    assert "DOE" not in words(printed)


def test_what_the_item_puts_on_it_stands_between_state_and_code() -> None:
    rows = ((Words(zh="实付金额", en="Amount paid"), Words(zh="200.00 元", en="¥200.00")),)
    printed = compose(JT02, PrintReceipt(LIN, "", "", 0, rows, "P-1"), station=STATION, language="zh", now=NOW)
    assert "状态 已办结\n实付金额 200.00 元\n查询编号\nP-1" in words(printed)
    assert code(printed) == "P-1"


def test_where_nobody_signed_in_no_name_and_where_there_is_no_number_no_code() -> None:
    printed = compose(JT02, PrintReceipt(None, "", "", 0), station=STATION, language="zh", now=NOW)
    assert "姓名" not in words(printed)
    assert not [part for part in printed.parts if isinstance(part, Qr)]
