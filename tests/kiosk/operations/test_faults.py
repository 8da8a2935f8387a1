"""The table of faults, held against every fault that the house can report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drivers.camera.camera import CameraFault
from drivers.device import NextAction
from drivers.id_reader.reader import ACTS_NEXT as READER
from drivers.receipt_printer.status import ACTS_NEXT as PRINTER
from kiosk.identity.events import Outcome
from kiosk.identity.process import ProcessFault
from kiosk.operations.faults import WordsError, load_faults, load_questions
from kiosk.settings import GatewaySettings

HOUSE = Path(__file__).resolve().parents[3]
FAULTS = load_faults(HOUSE / "config" / "faults")
QUESTIONS = load_questions(HOUSE / "config" / "questions")
DRIVERS: dict[str, NextAction] = {str(code): acts for table in (READER, PRINTER) for code, acts in table.items()}


@pytest.mark.parametrize("code", sorted(DRIVERS))
def test_every_fault_of_a_driver_has_its_sentences_and_the_same_one_acts_next(code: str) -> None:
    assert FAULTS[code].acts_next is DRIVERS[code]


@pytest.mark.parametrize("code", [*CameraFault, *ProcessFault])
def test_cameras_and_the_face_process_have_their_sentences(code: str) -> None:
    assert code in FAULTS


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ACCEPTED])
def test_every_way_a_face_check_can_end_has_its_sentences(outcome: Outcome) -> None:
    assert f"face.{outcome}" in FAULTS


def test_every_code_that_is_named_in_the_application_is_in_a_table() -> None:
    classes = "|".join(sorted({code.partition(".")[0] for code in FAULTS}))
    named = set()
    for floor in ("kiosk", "drivers", "ui", "assembly"):
        for path in (HOUSE / floor).rglob("*.py"):
            if path.parent.name != "ups":  # it speaks of NUT's variables, and the contract suite knows its faults
                named |= set(re.findall(rf"\"((?:{classes})\.[a-z_]+)\"", path.read_text(encoding="utf-8")))
    files = {name for name in named if name.endswith((".key", ".sqlite", ".json"))}
    settings = {f"gateway.{key}" for key in GatewaySettings.model_fields}
    assert named - files - settings <= {*FAULTS, *QUESTIONS}


def test_what_a_technician_has_to_mend_tells_the_technician_how() -> None:
    silent = [code for code, words in FAULTS.items() if words.acts_next == "technician" and words.technician is None]
    assert silent == []


def test_sentences_end_and_nobody_is_shouted_at() -> None:
    for code, words in FAULTS.items():
        for sentence in (words.meaning.zh, words.todo.zh):
            assert sentence.endswith("。"), code
        for sentence in (words.meaning.en, words.todo.en):
            assert sentence.endswith("."), code
        for text in (words.happened, words.meaning, words.todo):
            assert "！" not in text.zh, code
            assert "!" not in text.en, code


def test_a_table_with_a_missing_sentence_says_which(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(
        "card.expired:\n  acts_next: citizen\n  happened: {zh: 过期, en: Expired}\n", "utf-8"
    )
    with pytest.raises(WordsError, match=r"card\.expired"):
        load_faults(tmp_path)
