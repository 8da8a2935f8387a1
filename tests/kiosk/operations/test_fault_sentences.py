"""Whoever has to do something about a fault has a sentence for it, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import NextAction
from kiosk.operations.faults import FaultWords, load_faults
from kiosk.operations.machine import ACTS_NEXT, DEVICE_CLASS, MachineFault
from kiosk.text import Text

HOUSE = Path(__file__).resolve().parents[3]
FAULTS = load_faults(HOUSE / "config" / "faults")
CLASSES = {path.parent.name for path in (HOUSE / "drivers").glob("*/simulator.py")} | {DEVICE_CLASS}
CHINESE = re.compile("[\u4e00-\u9fff]")


def class_of(code: str) -> str:
    return code.partition(".")[0]


def sentences(words: FaultWords) -> Iterator[Text]:
    yield from (words.happened, words.meaning, words.todo)
    yield from filter(None, (words.attendant, words.technician))


def test_every_device_class_has_a_table() -> None:
    assert {class_of(code) for code in FAULTS} >= CLASSES
    assert len(CLASSES) > 10


def test_the_machines_table_has_every_fault_it_can_show_and_no_other() -> None:
    owned = {"machine.disconnected", "machine.wedged"}  # what is said of every device that a thread owns
    assert {code for code in FAULTS if class_of(code) == DEVICE_CLASS} == owned | set(MachineFault)


@pytest.mark.parametrize("code", MachineFault)
def test_the_table_sends_to_the_machine_whom_the_program_sends(code: MachineFault) -> None:
    assert FAULTS[code].acts_next is ACTS_NEXT[code]


@pytest.mark.parametrize("code", [code for code in FAULTS if class_of(code) in CLASSES])
def test_a_fault_of_a_device_or_of_the_machine_has_a_sentence_for_everybody(code: str) -> None:
    """Whoever acts next: a citizen asks the attendant, and the attendant calls the technician."""
    assert FAULTS[code].attendant is not None
    assert FAULTS[code].technician is not None


@pytest.mark.parametrize("code", [code for code, words in FAULTS.items() if words.acts_next is not NextAction.CITIZEN])
def test_what_is_not_the_citizens_alone_has_a_sentence_for_the_attendant_and_for_the_technician(code: str) -> None:
    assert FAULTS[code].attendant is not None
    assert FAULTS[code].technician is not None


@pytest.mark.parametrize("code", FAULTS)
def test_every_sentence_is_in_its_language(code: str) -> None:
    for sentence in sentences(FAULTS[code]):
        assert CHINESE.search(sentence.zh)
        assert not CHINESE.search(sentence.en)


@pytest.mark.parametrize("code", FAULTS)
def test_what_attendants_and_technicians_are_told_is_a_sentence(code: str) -> None:
    for told in (FAULTS[code].attendant, FAULTS[code].technician):
        if told is not None:
            assert told.zh.endswith("。")
            assert told.en.endswith(".")
            assert "！" not in told.zh
            assert "!" not in told.en
