"""Cards in the slots of a whole machine: real drivers, real wires, real items, a back office that remembers."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drivers.card_rewriter.simulator import CARDS as PERMITS
from drivers.card_rewriter.simulator import CardRewriterSimulator
from drivers.receipt_printer.simulator import picture_of
from kiosk.documents.card_face import compose
from kiosk.home import Tile
from kiosk.terminal import BANK_CARD_LEFT
from kiosk.text import same
from kiosk.visit.view import OnCard, RewriteState, StepKind
from tests.kiosk.machine import Machine
from tests.people import LIN, card_of

BANK_CARD = "9999000000202611236"
PERMIT, NEW_CARD, BANK = "GA-JZ-01", "GA-CR-06", "GJ-09"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for as long as citizens are, and a unit is asked more often how it is."""
    monkeypatch.setattr("kiosk.custody.TAKE_SECONDS", 1.5)
    monkeypatch.setattr("drivers.card_rewriter.rewriter.LOOK_EVERY", 0.03)
    monkeypatch.setattr("drivers.bank_card_reader.reader.LOOK_EVERY", 0.03)


@pytest.fixture
def machine(tmp_path: Path, desk: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, desk, slots=True, lit=True)
    yield machine
    machine.close()


def sign_in(machine: Machine, code: str, person: str = "lin") -> Machine:
    """To the first page after the sign-in, by a text message."""
    machine.store.register_phone(card_of(person).number, "13950010001")
    machine.terminal.begin(code)
    machine.act("next")
    if machine.view.kind is StepKind.READ_CARD:
        machine.read_card(person)
        machine.reader.lift()
        machine.choose("phone_code")
    machine.until(lambda: machine.problem or machine.body().state == "entering", "the code to be sent")
    machine.terminal.answer("code", machine.newest_code())
    machine.act("next")
    machine.until(lambda: machine.view.kind is not StepKind.VERIFY_CODE, "the code to be judged")
    return machine


def to_slot(machine: Machine, person: str = "lin") -> Machine:
    """To the page that asks for the permit."""
    sign_in(machine, PERMIT, person)
    machine.until(lambda: machine.problem or machine.body().state == "shown", "the department")
    machine.act("next")
    assert machine.at == "rewrite"
    return machine


def to_new_card(machine: Machine) -> Machine:
    """To the page on which a new permit is made."""
    sign_in(machine, NEW_CARD).act("type")
    machine.terminal.answer("receipt_number", "TW350200000001")
    machine.act("next")
    machine.until(lambda: machine.problem or machine.body().state == "shown", "the department")
    return machine.act("next")


def until_state(machine: Machine, *states: RewriteState) -> Machine:
    machine.until(lambda: machine.problem or machine.body().state in states, " or ".join(states))
    return machine


def until_problem(machine: Machine, code: str) -> None:
    machine.until(lambda: machine.problem, code)
    assert machine.problem == code


def until_in_the_mouth(machine: Machine) -> None:
    machine.until(lambda: machine.rewriter.state()["place"] == "presented", "the card to come out")


def take(machine: Machine) -> Machine:
    until_in_the_mouth(machine)
    machine.until(lambda: machine.rewriter.state()["activity"] == "idle", "the card to stand still")
    machine.rewriter.take()
    return machine


def until_told(machine: Machine) -> Machine:
    """The card is out, and its department knows, or is known not to."""
    machine.until(lambda: machine.view.primary and machine.view.primary.enabled, "the department to be told")
    return machine


def journal(machine: Machine, event: str) -> list[dict[str, Any]]:
    lines = (machine.directory / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == event]


def lit(machine: Machine) -> list[str]:
    return [name for name, how in dict(machine.lamps.state())["lamps"].items() if how != "off"]


@contextmanager
def meanwhile(unit: CardRewriterSimulator, activity: str, deed: Callable[[], object]) -> Iterator[None]:
    """Does ``deed`` as soon as the unit does ``activity``."""
    gone = threading.Event()

    def act() -> None:
        while not gone.wait(0.005):
            if unit.state()["activity"] == activity:
                deed()
                return

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        gone.set()
        thread.join()


# -- a permit is written ---------------------------------------------------------------------


def test_a_permit_is_put_in_written_taken_out_and_not_written_a_second_time(machine: Machine, tmp_path: Path) -> None:
    to_slot(machine)
    machine.until(lambda: "card_rewriter" in lit(machine), "the lamp beside the slot")
    shown = machine.terminal.frame("card")
    machine.rewriter.insert("lin")
    until_state(machine, RewriteState.OFFERED)
    take(machine)
    until_state(machine, RewriteState.TAKEN)
    until_told(machine)
    assert machine.body().on_card is OnCard.WRITTEN
    assert "已经收到" in machine.body().news.zh
    machine.act("next", "next", "next")
    assert machine.terminal.view() is None
    assert machine.store.written_cards(LIN.number) == {"police.permit_rewritten"}
    # What was shown beforehand is what stands on the card.
    (face,) = machine.rewriter._rewritten
    assert shown is not None
    assert np.array_equal((shown[..., 0] < 128), face)
    # The approval is used up, for this machine and any other.
    sign_in(machine, PERMIT)
    until_problem(machine, "denied.written_already")


def test_a_holder_from_elsewhere_whose_number_is_on_the_card_is_served_too(machine: Machine) -> None:
    to_slot(machine, "uygur")
    machine.rewriter.insert("permit")
    take(machine)
    until_state(machine, RewriteState.TAKEN)
    until_told(machine)
    chip = PERMITS["permit"]
    assert chip is not None
    assert machine.store.written_cards(chip.number) == {"police.permit_rewritten"}


@pytest.mark.parametrize(
    ("card", "wrong_way", "problem"),
    [
        ("permit", False, "rewrite.other_card"),
        ("lin", True, "card_rewriter.wrong_way"),
        ("other", False, "card_rewriter.wrong_card"),
    ],
)
def test_a_card_that_is_not_the_one_comes_back_untouched_and_the_right_one_can_be_put_in(
    machine: Machine, card: str, wrong_way: bool, problem: str
) -> None:
    to_slot(machine)
    machine.rewriter.insert(card, wrong_way)
    until_problem(machine, problem)
    take(machine)
    machine.act("retry")
    assert machine.rewriter.state()["rewrites"] == 0
    machine.rewriter.insert("lin")
    until_state(machine, RewriteState.OFFERED)
    take(machine)
    until_state(machine, RewriteState.TAKEN)
    until_told(machine)


@pytest.mark.parametrize("noticed", [True, False])
def test_a_card_that_was_written_badly_is_written_again_by_itself(machine: Machine, noticed: bool) -> None:
    to_slot(machine)
    machine.rewriter.write_fails(on=True, noticed=noticed)
    machine.rewriter.insert("lin")
    machine.until(lambda: machine.rewriter.state()["rewrites"] == 1, "the first try")
    machine.rewriter.write_fails(on=False)
    until_state(machine, RewriteState.OFFERED)
    assert machine.problem == ""
    assert [line["outcome"] for line in journal(machine, "card_written")] == ["uncertain", "written"]
    until_told(take(machine))


def test_a_card_that_cannot_be_written_well_comes_back_and_nobody_is_told_that_it_was_written(machine: Machine) -> None:
    to_slot(machine)
    machine.rewriter.write_fails(on=True)
    machine.rewriter.insert("lin")
    until_problem(machine, "rewrite.uncertain")
    take(machine)
    machine.act("exit")
    assert machine.store.written_cards(LIN.number) == set()
    assert machine.outbox.waiting() == 0


def test_a_power_cut_in_the_middle_is_written_over_and_the_card_comes_back(machine: Machine) -> None:
    to_slot(machine)
    with meanwhile(machine.rewriter, "writing", lambda: machine.rewriter.power_cycle(0.2)):
        machine.rewriter.insert("lin")
        machine.until(
            lambda: machine.problem or machine.rewriter.state()["place"] == "presented", "the card to come out"
        )
    assert journal(machine, "card_written")[0]["outcome"] == "uncertain"
    until_in_the_mouth(machine)
    assert machine.problem in ("", "rewrite.uncertain")  # the line was back in time for a second try, or it was not
    take(machine)
    if machine.problem == "":
        until_told(machine)


def test_a_head_that_gets_too_hot_leaves_the_card_as_it_was(machine: Machine) -> None:
    to_slot(machine)
    with meanwhile(machine.rewriter, "moving", lambda: machine.rewriter.heat(True)):
        machine.rewriter.insert("lin")
        until_problem(machine, "rewrite.unchanged")
    assert machine.rewriter.state()["rewrites"] == 0
    take(machine)


# -- a card that does not come out ---------------------------------------------------------------


def test_a_card_that_nobody_takes_is_kept_and_a_slip_says_where(machine: Machine) -> None:
    to_slot(machine)
    machine.rewriter.insert("lin")
    until_state(machine, RewriteState.KEPT)
    machine.until(lambda: machine.body().slip_printed, "the slip")
    slip = machine.body().slip
    assert slip.encode() in machine.receipts[-1]
    assert b"XM-HL-0001" in machine.receipts[-1]
    assert b"0592-7703144" in machine.receipts[-1]
    for personal in (LIN.name, LIN.number, LIN.number[-4:]):
        assert personal.encode("gb18030") not in machine.receipts[-1]
    (kept,) = journal(machine, "card_kept")
    assert (kept["number"], kept["item"]) == (slip, PERMIT)
    assert machine.rewriter.state()["captured"] == 1
    assert picture_of(machine.printer.receipts[-1].picture).height > 100
    until_told(machine)
    machine.act("next")
    assert machine.at == "rate"


def test_a_citizen_who_leaves_while_the_card_is_held_out_finds_it_kept_and_called_for(machine: Machine) -> None:
    to_slot(machine)
    machine.rewriter.insert("other")
    until_problem(machine, "card_rewriter.wrong_card")
    until_in_the_mouth(machine)
    machine.act("exit")
    assert machine.at == "home"
    machine.until(lambda: machine.terminal.home().notice, "the notice at home")
    machine.until(lambda: "card_rewriter" in lit(machine), "the lamp beside the slot")
    tile = next(tile for tile in machine.terminal.home().tiles if tile.code == PERMIT)
    assert not tile.available  # nobody else's turn, as long as it is there
    machine.until(lambda: journal(machine, "card_kept"), "the card to be kept")
    machine.until(lambda: machine.terminal.home().notice is None, "the notice to go")
    machine.until(lambda: machine.receipts, "the slip")


def test_the_card_is_given_back_to_whoever_goes_just_as_it_is_drawn_in(machine: Machine) -> None:
    to_slot(machine)
    with meanwhile(machine.rewriter, "moving", lambda: None):
        machine.rewriter.insert("lin")
        machine.until(lambda: machine.rewriter.state()["activity"] == "moving", "the card to be drawn in")
        machine.act("exit")
    take(machine)
    machine.until(lambda: machine.rewriter.state()["card"] == "", "the card to be gone")
    assert machine.at == "home"
    assert machine.rewriter.state()["rewrites"] == 0


@pytest.mark.parametrize("leaves", [True, False])
def test_a_card_that_jams_is_said_to_be_inside_and_comes_out_once_it_is_freed(machine: Machine, leaves: bool) -> None:
    to_slot(machine)
    with meanwhile(machine.rewriter, "writing", machine.rewriter.jam):
        machine.rewriter.insert("lin")
        until_state(machine, RewriteState.STUCK)
    assert machine.body().on_card is OnCard.UNCERTAIN
    machine.until(lambda: machine.body().slip_printed, "the slip")
    (kept,) = journal(machine, "card_kept")
    assert kept["fault"] == "card_rewriter.jam"
    if leaves:
        machine.act("exit")
    machine.rewriter.jam(on=False)  # somebody has been there
    take(machine)
    machine.until(lambda: not machine.terminal.hardware.card_rewriter.status.faults, "the unit to be well")  # type: ignore[union-attr]
    if leaves:
        machine.until(lambda: not machine.terminal.home().notice, "the notice to go")
    else:
        until_state(machine, RewriteState.WAITING)  # it was not written well: it may be put in once more
    assert len(journal(machine, "card_kept")) == 1


def test_a_card_that_a_crash_left_inside_is_held_out_by_itself(machine: Machine) -> None:
    machine.rewriter.lay_inside("lin")
    until_in_the_mouth(machine)
    machine.until(lambda: machine.terminal.home().notice, "the notice at home")
    take(machine)
    machine.until(lambda: machine.terminal.home().notice is None, "the notice to go")


# -- the line -----------------------------------------------------------------------------------------


@pytest.mark.warns("waits on: connection refused")
def test_with_the_line_away_the_card_is_written_and_the_department_hears_it_later(machine: Machine) -> None:
    to_slot(machine)
    port = machine.office.port
    machine.office.__exit__(None, None, None)
    machine.rewriter.insert("lin")
    take(machine)
    until_state(machine, RewriteState.TAKEN)
    until_told(machine)
    assert "自动告诉" in machine.body().news.zh
    assert machine.outbox.waiting() == 1
    machine.office = type(machine.office)(machine.line, port)
    machine.office.__enter__()
    machine.until(lambda: machine.store.written_cards(LIN.number), "the department to hear of it")
    machine.until(lambda: machine.outbox.waiting() == 0, "the outbox to be empty")


# -- a new card ----------------------------------------------------------------------------------------


def test_a_new_card_is_made_of_the_stock_and_handed_out_once(machine: Machine) -> None:
    to_new_card(machine)
    take(machine)
    until_state(machine, RewriteState.TAKEN)
    until_told(machine)
    assert machine.rewriter.state()["stock"] == 49
    assert machine.store.written_cards(LIN.number) == {"police.permit_collected"}
    machine.act("next", "next", "next")
    sign_in(machine, NEW_CARD).act("type")
    machine.terminal.answer("receipt_number", "TW350200000001")
    machine.act("next")
    until_problem(machine, "denied.collected")


def test_without_new_cards_the_item_is_grey_and_permits_are_still_written(machine: Machine) -> None:
    machine.rewriter.stock(0)

    def tiles() -> dict[str, bool]:
        return {tile.code: tile.available for tile in machine.terminal.home().tiles}

    machine.until(lambda: not tiles()[NEW_CARD], "the tile to turn grey")
    assert tiles()[PERMIT]
    machine.rewriter.stock()
    machine.until(lambda: tiles()[NEW_CARD], "the tile to come back")


def test_a_spoiled_new_card_is_kept_in_the_machine_and_another_is_made(machine: Machine) -> None:
    machine.rewriter.write_fails(on=True)
    with meanwhile(machine.rewriter, "moving", lambda: None):
        to_new_card(machine)
        machine.until(lambda: machine.rewriter.state()["captured"] == 1, "the spoiled card to be put away")
    machine.rewriter.write_fails(on=False)
    machine.until(lambda: machine.problem or machine.body().state is RewriteState.OFFERED, "the second card")
    take(machine)
    until_state(machine, RewriteState.TAKEN)
    until_told(machine)
    assert machine.rewriter.state()["stock"] == 48
    assert machine.terminal.hardware.card_rewriter is not None
    assert machine.terminal.hardware.card_rewriter.counters["cards_spoiled"] == 1


# -- a bank card -------------------------------------------------------------------------------------------


def to_bank_slot(machine: Machine) -> Machine:
    sign_in(machine, BANK)
    for _ in range(8):
        if machine.view.kind is StepKind.READ_BANK_CARD:
            return machine
        if machine.view.kind is StepKind.LOOKUP:
            machine.until(lambda: machine.problem or machine.body().state == "shown", "the department")
        elif machine.view.kind is StepKind.FORM:
            samples = machine.terminal.items[BANK].sample_answers(machine.today)
            for field in machine.body().fields:
                if field.key in samples:
                    machine.terminal.answer(field.key, samples[field.key])
        machine.act("next")
    raise AssertionError(f"there is no slot; at {machine.at}")


def test_a_bank_card_is_read_and_shown_by_its_last_four_digits(machine: Machine) -> None:
    to_bank_slot(machine)
    machine.until(lambda: "bank_card_reader" in lit(machine), "the lamp beside the slot")
    machine.bank.insert("debit")
    machine.until(lambda: machine.problem or machine.body().state == "read", "the card to be read")
    assert machine.body().number == "**** **** **** 1236"
    assert machine.body().card_in
    machine.bank.remove()
    machine.until(lambda: not machine.body().card_in, "the card to be out")
    assert machine.view.primary is not None
    assert machine.view.primary.enabled
    everything = (machine.directory / "journal.jsonl").read_text(encoding="utf-8")
    assert BANK_CARD not in everything
    assert BANK_CARD[-4:] not in everything


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        ("worn", "bank_card_reader.unreadable"),
        ("misread", "bank_card_reader.unreadable"),
        ("transit", "bank_card_reader.not_a_bank_card"),
    ],
)
def test_a_card_that_is_no_bank_card_or_not_read_is_told_and_another_can_be_put_in(
    machine: Machine, card: str, problem: str
) -> None:
    to_bank_slot(machine)
    machine.bank.insert(card)
    until_problem(machine, problem)
    machine.bank.remove()
    machine.act("retry")
    machine.bank.insert("credit")
    machine.until(lambda: machine.problem or machine.body().state == "read", "the card to be read")
    assert machine.body().number == "**** **** **** 0426"


def test_a_bank_card_that_stays_behind_is_called_for_at_home_and_never_read_for_the_next(machine: Machine) -> None:
    reader = machine.terminal.hardware.bank_card_reader
    assert reader is not None
    reader.device._left_seconds = math.inf  # the next one is here before it counts as forgotten, however slow all is
    to_bank_slot(machine)
    machine.bank.insert("debit")
    machine.until(lambda: machine.body().state == "read", "the card to be read")
    machine.act("exit")
    machine.until(lambda: machine.terminal.home().notice == BANK_CARD_LEFT, "the notice at home")
    machine.until(lambda: "bank_card_reader" in lit(machine), "the lamp beside the slot")
    to_bank_slot(machine)
    until_problem(machine, "bank_card_reader.card_left")
    machine.act("exit")
    reader.device._left_seconds = 0.0  # and now it does
    machine.until(lambda: not tile_of(machine, BANK).available, "what needs the slot to be grey")
    machine.bank.remove()
    machine.until(lambda: machine.terminal.home().notice is None, "the notice to go")
    machine.until(lambda: tile_of(machine, BANK).available, "the slot to be free")


def tile_of(machine: Machine, code: str) -> Tile:
    return next(tile for tile in machine.terminal.home().tiles if tile.code == code)


# -- what is written -----------------------------------------------------------------------------------------


def test_what_is_written_is_black_on_white_and_fills_the_area() -> None:
    face = compose(
        [(same("地址"), same("厦门市湖里区示例路1号")), (same("有效期至"), same("2027年11月23日"))], 640, 240
    )
    assert face.shape == (240, 640)
    assert 0.02 < face.mean() < 0.3
