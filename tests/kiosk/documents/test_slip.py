"""The slip of a card that lies in the machine says where, under which number, whom to call, and names nobody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from drivers.receipt_printer.layout import compose as laid_out
from drivers.receipt_printer.profile import load_profile
from drivers.receipt_printer.receipt import Row
from drivers.receipt_printer.receipt import Text as Line
from kiosk.documents.slip import compose_slip, slip_number
from kiosk.text import LANGUAGES, Language, Text
from kiosk.visit.events import CardKept

NOW = datetime(2026, 11, 23, 10, 15, 30).astimezone()
PLACE = Text(zh="江头站 XM-HL-0001", en="Jiangtou XM-HL-0001")
ITEM = Text(zh="居住证自助擦写", en="Residence-permit rewrite")


def words(kept: CardKept, language: Language, item: Text | None = ITEM) -> str:
    parts = compose_slip(kept, item, language=language, now=NOW).parts
    said = [
        part.words if isinstance(part, Line) else f"{part.label} {part.value}"
        for part in parts
        if isinstance(part, Line | Row)
    ]
    return "\n".join(said)


def test_two_cards_have_two_numbers_that_can_be_read_out() -> None:
    assert slip_number(NOW) == "261123-101530"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", ["", "card_rewriter.jam"])
def test_it_says_all_that_is_needed_to_get_the_card_back(language: Language, fault: str) -> None:
    kept = CardKept(slip_number(NOW), PLACE, "0592-7703144", fault)
    said = words(kept, language)
    for needed in (kept.slip, PLACE.in_(language), kept.phone, ITEM.in_(language), "2026-11-23 10:15"):
        assert needed in said


def test_a_card_that_is_kept_and_one_that_is_stuck_are_told_apart() -> None:
    kept = words(CardKept("1", PLACE, "1"), "zh")
    stuck = words(CardKept("1", PLACE, "1", "card_rewriter.jam"), "zh")
    assert kept != stuck
    assert "没有丢失" in stuck


def test_of_a_card_from_before_nobody_knows_what_it_was_for() -> None:
    assert ITEM.zh not in words(CardKept("1", PLACE, "1"), "zh", None)


@pytest.mark.parametrize("profile", ["generic-58mm", "generic-80mm"])
def test_it_fits_the_paper(profile: str) -> None:
    slip = compose_slip(CardKept(slip_number(NOW), PLACE, "0592-7703144"), ITEM, language="zh", now=NOW)
    assert list(laid_out(slip, load_profile(Path("config/printers") / f"{profile}.toml")))
