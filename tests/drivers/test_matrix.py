"""A part of the fault matrix small enough for every day: of each class the pulled cable, every second other fault, in a
command or at its end by turns, and one of its own.

``scripts/benchmark matrix`` measures all of it, at the house's own pace.
"""

from __future__ import annotations

import importlib
from itertools import product

import pytest

from benchmarks import matrix
from benchmarks.expected import LASTING, NOTHING, ONCE, after_one_strike, while_it_lasts
from drivers.injection import FaultKind
from kiosk.operations.faults import load_faults
from tests.drivers.contract import CONFIG

CLASSES = matrix.classes()
IN_A_COMMAND, AT_ITS_END = matrix.PHASES[1:]


def of_today(place: int) -> list[tuple[FaultKind, str]]:
    """The cells of one class; what it leaves out, its neighbours have."""
    by_turns = [
        (kind, matrix.PHASES[1 + (turn // 2 + place // 2) % 2])
        for turn, kind in enumerate(kind for kind in FaultKind if kind is not FaultKind.UNPLUG)
        if (turn + place) % 2
    ]
    return [*by_turns, (FaultKind.UNPLUG, IN_A_COMMAND)]


def test_every_fault_strikes_both_in_a_command_and_at_its_end_of_some_class() -> None:
    met = {cell for place in range(len(CLASSES)) for cell in of_today(place)}
    wanted = {(kind, phase) for kind in FaultKind for phase in (IN_A_COMMAND, AT_ITS_END)}
    assert wanted - met == {(FaultKind.UNPLUG, AT_ITS_END)}


# Where a fault strikes just as a page is sent, its job stays behind, and the driver says so when it takes it back.
@pytest.mark.may_warn("had been left behind and is taken back")
@pytest.mark.parametrize("device_class", CLASSES)
def test_whatever_strikes_in_a_command_is_got_over_or_called_by_its_name(
    device_class: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "FAULT_SECONDS", 0.15)
    words = load_faults(CONFIG / "faults")
    cells = []
    with importlib.import_module(f"tests.drivers.{device_class}.bench").bench() as bench:
        bench.until_ready()
        messages = matrix.messages_of_a_command(bench)
        for kind, phase in of_today(CLASSES.index(device_class)):
            cells.append(matrix.struck_once(bench, words, kind, phase, messages))
        for code, (break_it, mend_it) in list(bench.standing.items())[:1]:
            cells.append(matrix.its_own(bench, words, (code, break_it, mend_it), IN_A_COMMAND, messages))
    assert [(cell.kind, cell.phase, cell.wrong) for cell in cells if cell.wrong] == []


def test_a_fault_that_lasts_has_its_own_name_and_no_other_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    words = load_faults(CONFIG / "faults")
    with importlib.import_module("tests.drivers.guide_lights.bench").bench() as bench:
        bench.until_ready()
        right = matrix.struck_for_long(bench, words, FaultKind.SILENCE)
        monkeypatch.setitem(LASTING, "guide_lights", {FaultKind.SILENCE: "garbled"})
        wrong = matrix.struck_for_long(bench, words, FaultKind.SILENCE)
    assert (right.said, right.wrong) == ("guide_lights.silent", "")
    assert wrong.wrong == "it is called guide_lights.silent and not guide_lights.garbled"


def test_the_table_of_names_knows_every_class_and_only_faults_that_have_words() -> None:
    assert LASTING.keys() == set(CLASSES)
    assert ONCE.keys() <= set(CLASSES)
    names = {NOTHING}
    for one, kind in product(CLASSES, FaultKind):
        names |= while_it_lasts(one, kind) | after_one_strike(one, kind, commanded=True)
    assert names - {NOTHING} <= load_faults(CONFIG / "faults").keys()
    assert after_one_strike("ups", FaultKind.JUNK, commanded=False) == {NOTHING}
