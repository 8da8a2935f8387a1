"""What the parts of a simulated printer say of themselves, and what becomes of a receipt at its outlet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt_printer.mechanism import NEAR_END_MM, Mechanism, Outlet
from drivers.receipt_printer.protocol import Query, condition_of, condition_of_auto

mechanisms = st.builds(
    Mechanism,
    near_end_sensor=st.booleans(),
    outlet=st.none() | st.builds(Outlet, held=st.booleans()),
    paper_mm=st.sampled_from([0.0, 1.0, NEAR_END_MM, 50_000.0]),
    cover_open=st.booleans(),
    opened_while_printing=st.booleans(),
    paused=st.booleans(),
    cutter_error=st.booleans(),
    jam_error=st.booleans(),
    hot=st.booleans(),
    defect=st.booleans(),
    drawer_open=st.booleans(),
)


@given(mechanisms)
def test_what_it_says_when_asked_and_what_it_reports_by_itself_mean_the_same(machine: Mechanism) -> None:
    asked = condition_of({query: machine.real_time(query)[0] for query in Query})
    assert asked == condition_of_auto(machine.report())


@given(mechanisms)
def test_its_answers_mean_what_is_wrong_with_it(machine: Mechanism) -> None:
    asked = condition_of({query: machine.real_time(query)[0] for query in Query})
    assert asked.cover_open == machine.cover_open
    assert asked.paper_out == (machine.paper_mm == 0)
    assert asked.paper_near_end == (machine.near_end_sensor and machine.paper_mm < NEAR_END_MM)
    assert asked.cutter_error == machine.cutter_error
    assert asked.mechanical_error == machine.jam_error
    assert asked.unrecoverable == machine.defect
    assert asked.overheated == (machine.hot or machine.opened_while_printing)
    assert asked.offline == machine.offline


@given(mechanisms)
def test_every_answer_has_the_fixed_bits_by_which_it_is_known(machine: Mechanism) -> None:
    assert {machine.real_time(query)[0] & 0x93 for query in Query} == {0x12}
    report = machine.report()
    assert report[0] & 0x93 == 0x10
    assert all(byte & 0x90 == 0 for byte in report[1:])


@given(mechanisms)
def test_an_open_drawer_pulls_its_pin_low_and_changes_nothing_else(machine: Mechanism) -> None:
    shut, opened = (replace(machine, drawer_open=is_open) for is_open in (False, True))
    assert shut.real_time(1)[0] ^ opened.real_time(1)[0] == 0x04
    assert shut.report()[0] ^ opened.report()[0] == 0x04
    assert [shut.real_time(query) for query in (2, 3, 4)] == [opened.real_time(query) for query in (2, 3, 4)]
    assert shut.report()[1:] == opened.report()[1:]


@pytest.mark.parametrize("asked", [0, 3, 4, 5, 18, 20, 255])
def test_a_question_that_it_does_not_know_is_not_answered(asked: int) -> None:
    assert Mechanism(states=(1, 2)).real_time(asked) == b""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "10 0f 00 00 00 00"),
        ({"outlet": Outlet(held=True)}, "10 0f 20 00 00 00"),
        ({"outlet": Outlet(inside=1)}, "10 0f 00 00 00 00"),
        ({"paper_mm": 0.0}, "10 0f 05 00 00 00"),
        ({"paper_mm": 1.0}, "10 0f 04 00 00 00"),
        ({"paper_mm": 0.0, "near_end_sensor": False}, "10 0f 01 00 00 00"),
        ({"cover_open": True}, "10 0f 00 03 00 00"),
        ({"hot": True}, "10 0f 00 00 01 00"),
        ({"jam_error": True}, "10 0f 00 00 40 00"),
        ({"cutter_error": True}, "10 0f 00 00 00 01"),
        ({"defect": True}, "10 0f 00 00 00 04"),
    ],
)
def test_the_full_status_of_a_presenter_has_a_bit_for_each_state(change: dict[str, Any], says: str) -> None:
    assert replace(Mechanism(outlet=Outlet()), **change).real_time(20).hex(" ") == says


def test_an_error_is_left_only_when_its_cause_is_gone() -> None:
    machine = Mechanism(cutter_stuck=True)
    assert not machine.cut()
    machine.jam(on=True)
    assert not machine.recover()
    machine.cutter_stuck = False
    machine.jam(on=False)
    assert machine.offline
    assert machine.recover()
    assert not machine.offline
    assert not machine.recover()
    assert machine.cut()


# -- the outlet ------------------------------------------------------------------------


def test_a_receipt_waits_inside_stands_outside_and_is_taken() -> None:
    outlet = Outlet(inside=1)
    outlet.take()
    assert (outlet.inside, outlet.held, outlet.taken) == (1, False, 0)
    outlet.present()
    assert (outlet.inside, outlet.held) == (0, True)
    outlet.take()
    assert (outlet.held, outlet.taken, outlet.retracted) == (False, 1, 0)


def test_nothing_inside_is_nothing_to_bring_out() -> None:
    outlet = Outlet()
    outlet.present()
    assert not outlet.held


@pytest.mark.parametrize("outlet", [Outlet(inside=2), Outlet(held=True), Outlet(inside=1, held=True)])
def test_whatever_is_there_is_pulled_back_at_once(outlet: Outlet) -> None:
    outlet = replace(outlet)
    outlet.retract()
    outlet.retract()
    assert (outlet.inside, outlet.held, outlet.retracted) == (0, False, 1)


def test_what_is_stuck_goes_by_hand_only() -> None:
    outlet = Outlet(held=True, blocked=True)
    outlet.retract()
    assert (outlet.held, outlet.retracted) == (True, 0)
    outlet.take()
    assert (outlet.held, outlet.blocked, outlet.taken) == (False, False, 1)
