"""The driver against the simulator: a card comes out again or is kept safe, and nobody is told it was written
when it may not have been."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from drivers.card_rewriter.protocol import Command, Mask, Outcome, Said, digest, loads, pack, permit
from drivers.card_rewriter.rewriter import CardRewriter, CardRewriterFault, RewriteResult, Written
from drivers.card_rewriter.simulator import CARDS, CardRewriterSimulator
from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, HealthLevel, Level
from drivers.frames import Frame, FrameParser, Status, encode
from drivers.recording import Masks, Passed, Tap, TappedTransport
from drivers.transport import transport_for
from tests.drivers.card_rewriter.bench import QUICK, citizen, picture

PATIENCE = 20.0
PIECES = len(list(loads(pack(picture()))))  # LOADs, before which there is one STATUS
SLOW: dict[str, Any] = {"write_seconds": 0.4}


class Desk:
    """A driver, opened, and the unit it speaks to."""

    def __init__(self, listen: str = "tcp://127.0.0.1:0", **unit: Any) -> None:
        self.unit = CardRewriterSimulator(listen, **{**QUICK, **unit})
        self.unit.start()
        self.passed: list[Passed] = []
        mask = Mask()
        tap = Tap(Masks(mask.requests, mask))
        tap.listeners = (self.passed.append,)
        self.rewriter = CardRewriter(TappedTransport(transport_for(self.unit.address), tap))
        self.rewriter.open()
        self.cancel = Cancel()

    def let_in(self, card: str = "permit", *, wrong_way: bool = False) -> None:
        """A card is inside, as the driver wanted it."""
        self.unit.insert(card, wrong_way)
        assert self.rewriter.accept(self.cancel, patience=PATIENCE)

    def rewrite(self) -> RewriteResult:
        return self.rewriter.rewrite(picture(), self.cancel)

    def later(self, condition: str, deed: Any) -> threading.Thread:
        """Do ``deed`` as soon as the unit's activity or place is ``condition``."""

        def act() -> None:
            self.until(condition)
            deed()

        thread = threading.Thread(target=act)
        thread.start()
        return thread

    def until(self, condition: str) -> None:
        give_up = time.monotonic() + PATIENCE
        while condition not in (self.unit.state()["activity"], self.unit.state()["place"]):
            assert time.monotonic() < give_up, f"waited in vain for {condition}"
            time.sleep(0.005)

    @property
    def faults(self) -> list[str]:
        return [fault.code for fault in self.rewriter.poll().faults]

    def close(self) -> None:
        self.rewriter.close()
        self.unit.stop()


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.card_rewriter.rewriter.LOOK_EVERY", 0.03)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def slow_desk() -> Iterator[Desk]:
    desk = Desk(**SLOW)
    yield desk
    desk.close()


def code_of(caught: pytest.ExceptionInfo[DeviceError]) -> str:
    return caught.value.fault.code


# -- a card that is well ----------------------------------------------------------------


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1:0"])
def test_a_permit_is_taken_in_read_rewritten_and_given_back(listen: str, tmp_path: Path) -> None:
    desk = Desk(listen)
    with citizen(desk.unit, "permit"):
        assert desk.rewriter.accept(desk.cancel, patience=PATIENCE)
        assert desk.rewriter.read(desk.cancel) == CARDS["permit"]
        result = desk.rewrite()
        assert (result.outcome, result.fault, result.agreement) == (Written.WRITTEN, None, 1.0)
        desk.rewriter.present_or_capture(PATIENCE, desk.cancel)
    assert desk.unit.state()["place"] == "none"
    assert desk.rewriter.counters["cards_written"] == desk.rewriter.counters["cards_returned"] == 1
    assert desk.unit.save(str(tmp_path)) == {"rewrites": 1}
    face = np.asarray(Image.open(tmp_path / "card-1.png"))
    assert np.array_equal(face == 0, picture())
    desk.close()


def test_the_size_of_a_picture_is_a_capability_and_another_one_is_a_mistake(desk: Desk) -> None:
    assert desk.rewriter.capabilities.features == {
        "width": 200,
        "height": 80,
        "verifies": True,
        "bin": 20,
        "stock": 50,
    }
    assert desk.rewriter.capabilities.verified_on == ()
    desk.let_in()
    with pytest.raises(ValueError, match="does not fit"):
        desk.rewriter.rewrite(picture(width=100), desk.cancel)
    assert desk.unit.state()["rewrites"] == 0


def test_a_picture_of_many_pieces_arrives_whole(tmp_path: Path) -> None:
    desk = Desk(width=641, height=200)  # sixteen kilobytes, in rows that end within a byte
    desk.let_in()
    noise = np.random.default_rng(1).random((200, 641)) < 0.5
    assert desk.rewriter.rewrite(noise, desk.cancel).agreement == 1.0
    desk.unit.save(str(tmp_path))
    assert np.array_equal(np.asarray(Image.open(tmp_path / "card-1.png")) == 0, noise)
    desk.close()


def test_a_unit_that_cannot_look_is_believed() -> None:
    desk = Desk(verifies=False)
    desk.let_in()
    result = desk.rewrite()
    assert (result.outcome, result.agreement) == (Written.WRITTEN, None)
    assert desk.rewriter.verify() is None
    desk.close()


def test_the_status_tells_where_the_card_is(desk: Desk) -> None:
    assert desk.rewriter.poll().details == {"card": "none", "captured": 0}
    desk.unit.insert("permit")
    assert desk.rewriter.poll().details["card"] == "at_entry"
    assert desk.rewriter.accept(desk.cancel, patience=PATIENCE)
    status = desk.rewriter.poll()
    assert (status.state, status.details["card"]) == (DeviceState.READY, "inside")
    assert status.supplies == {"bin": Level.OK, "stock": Level.OK}
    desk.later("presented", desk.cancel.request)
    with pytest.raises(Cancelled):
        desk.rewriter.present_or_capture(PATIENCE, desk.cancel)
    status = desk.rewriter.poll()
    assert (status.faults, status.details["card"]) == ((), "presented")


# -- a card that is not ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "wrong_way", "code"),
    [
        ("permit", True, CardRewriterFault.WRONG_WAY),
        ("other", False, CardRewriterFault.WRONG_CARD),
    ],
)
def test_a_card_that_cannot_be_read_is_named_and_given_back_unchanged(
    desk: Desk, card: str, wrong_way: bool, code: CardRewriterFault
) -> None:
    desk.let_in(card, wrong_way=wrong_way)
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.read(desk.cancel)
    assert code_of(caught) == code
    desk.later("presented", desk.unit.take)
    desk.rewriter.present_or_capture(PATIENCE, desk.cancel)
    assert desk.unit.state()["rewrites"] == 0
    assert desk.faults == []


def test_nobody_came_in_time_and_the_shutter_is_closed(desk: Desk) -> None:
    assert desk.rewriter.accept(desk.cancel, patience=0.2) is False
    assert desk.unit.state()["activity"] == "idle"


def test_waiting_ends_when_nobody_wants_it_any_more(desk: Desk) -> None:
    desk.later("waiting", desk.cancel.request)
    with pytest.raises(Cancelled):
        desk.rewriter.accept(desk.cancel)
    assert desk.unit.state()["activity"] == "idle"
    desk.rewriter.present_or_capture(0.1, Cancel())  # and nothing is there to be given back


def test_a_card_that_comes_in_as_waiting_ends_is_still_ours() -> None:
    desk = Desk(move_seconds=0.3)

    def both() -> None:
        desk.unit.insert("permit")
        desk.cancel.request()

    somebody = desk.later("waiting", both)
    with pytest.raises(Cancelled):
        desk.rewriter.accept(desk.cancel)
    somebody.join()
    assert desk.faults == []
    desk.later("presented", desk.unit.take)
    desk.rewriter.present_or_capture(PATIENCE, Cancel())
    assert desk.unit.state()["card"] == ""
    desk.close()


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda unit: unit.jam(), CardRewriterFault.JAM),
        (lambda unit: unit.shutter(True), CardRewriterFault.SHUTTER),
        (lambda unit: unit.heat(True), CardRewriterFault.HEAD_OVERHEATED),
        (lambda unit: unit.bin(), CardRewriterFault.BIN_FULL),
        (lambda unit: unit.lay_inside(), CardRewriterFault.FORGOTTEN),
    ],
)
def test_what_is_wrong_is_told_before_a_card_is_let_in(desk: Desk, deed: Any, code: CardRewriterFault) -> None:
    deed(desk.unit)
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.accept(desk.cancel)
    assert code_of(caught) == code
    assert desk.unit.state()["activity"] == "idle"
    assert desk.rewriter.poll().state is DeviceState.ATTENTION


# -- cards that were forgotten -------------------------------------------------------------


def test_a_card_that_nobody_takes_is_captured_and_counted(desk: Desk) -> None:
    desk.let_in()
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.present_or_capture(0.2, desk.cancel)
    assert code_of(caught) == CardRewriterFault.FORGOTTEN
    assert desk.rewriter.counters["cards_captured"] == 1
    status = desk.rewriter.poll()
    assert (status.ready, status.details) == (True, {"card": "none", "captured": 1})


def test_a_card_that_finds_no_room_in_the_bin_stays_in_the_mouth(desk: Desk) -> None:
    desk.let_in()
    desk.unit.bin()
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.present_or_capture(0.2, desk.cancel)
    assert code_of(caught) == CardRewriterFault.BIN_FULL
    assert desk.unit.state()["place"] == "presented"
    assert desk.rewriter.poll().supplies["bin"] is Level.OUT


def test_a_card_left_by_a_program_that_crashed_is_found_told_and_can_be_given_back() -> None:
    desk = Desk()
    desk.let_in()
    desk.rewriter.close()  # the program ends; another one begins
    later = CardRewriter(transport_for(desk.unit.address))
    later.open()
    status = later.poll()
    assert [fault.code for fault in status.faults] == [CardRewriterFault.FORGOTTEN]
    assert status.details["card"] == "inside"
    desk.later("presented", desk.unit.take)
    later.present_or_capture(PATIENCE, desk.cancel)
    assert later.poll().ready
    later.close()
    desk.close()


def test_a_card_that_this_program_let_in_is_its_own_also_after_a_loose_plug(desk: Desk) -> None:
    desk.let_in()
    desk.rewriter.close()
    desk.rewriter.open()
    assert desk.faults == []
    assert desk.rewriter.accept(desk.cancel)


def test_a_shutter_that_was_left_open_is_closed_when_the_program_begins() -> None:
    desk = Desk()
    desk.rewriter._do(Command.ACCEPT)
    later = CardRewriter(transport_for(desk.unit.address))
    later.open()
    assert desk.unit.state()["activity"] == "idle"
    later.close()
    desk.close()


def test_a_shutter_closes_when_the_host_is_gone() -> None:
    desk = Desk(host_seconds=0.3)
    desk.rewriter._do(Command.ACCEPT)
    desk.until("idle")
    desk.close()


# -- a new card ------------------------------------------------------------------------------


def test_a_new_card_is_taken_from_the_stock_written_and_handed_out(desk: Desk, tmp_path: Path) -> None:
    desk.rewriter.feed(desk.cancel)
    assert desk.unit.state()["place"] == "inside"
    assert desk.rewrite().outcome is Written.WRITTEN
    desk.later("presented", desk.unit.take)
    desk.rewriter.present_or_capture(PATIENCE, desk.cancel)
    assert (desk.unit.state()["stock"], desk.unit.state()["card"]) == (49, "")
    counters = desk.rewriter.counters
    assert (counters["cards_fed"], counters["cards_returned"], counters["cards_accepted"]) == (1, 1, 0)
    desk.unit.save(str(tmp_path))
    assert np.array_equal(np.asarray(Image.open(tmp_path / "card-1.png")) == 0, picture())


def test_whoever_holds_a_card_out_hears_once_that_it_can_be_taken(desk: Desk) -> None:
    desk.let_in()
    offered: list[str] = []
    with pytest.raises(DeviceError):
        desk.rewriter.present_or_capture(0.2, desk.cancel, lambda: offered.append(str(desk.unit.state()["place"])))
    assert offered == ["presented"]


def test_how_many_new_cards_are_left_is_a_supply_and_keeps_nobodys_own_card_out(desk: Desk) -> None:
    assert desk.rewriter.poll().supplies["stock"] is Level.OK
    desk.unit.stock(5)
    assert desk.rewriter.poll().supplies["stock"] is Level.LOW
    desk.unit.stock(0)
    status = desk.rewriter.poll()
    assert (status.supplies["stock"], status.ready, status.faults) == (Level.OUT, True, ())
    desk.let_in()
    assert desk.rewrite().outcome is Written.WRITTEN


def test_an_empty_stock_is_told_before_anything_moves_and_filled_again(desk: Desk) -> None:
    desk.unit.stock(1)
    desk.rewriter.feed(desk.cancel)
    desk.rewriter.discard()
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.feed(desk.cancel)
    assert code_of(caught) == CardRewriterFault.STOCK_EMPTY
    desk.unit.stock()
    desk.rewriter.feed(desk.cancel)
    assert desk.unit.state()["stock"] == 49


def test_a_stock_that_ends_in_between_is_told_by_its_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = desk.rewriter._look()
    desk.unit.stock(0)
    monkeypatch.setattr(desk.rewriter, "_look", lambda: now)
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.feed(desk.cancel)
    assert code_of(caught) == CardRewriterFault.STOCK_EMPTY


def test_a_unit_without_a_stacker_hands_nothing_out() -> None:
    desk = Desk(stock_size=0)
    assert desk.rewriter.capabilities.features["stock"] == 0
    assert desk.rewriter.poll().supplies["stock"] is Level.NOT_SUPPORTED
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.feed(desk.cancel)
    assert code_of(caught) == CardRewriterFault.NO_STOCK
    desk.close()


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1:0"])
def test_a_lost_answer_does_not_take_two_new_cards(listen: str) -> None:
    desk = Desk(listen)
    desk.unit.verbs["fault"](kind="silence", after=1)  # one STATUS passes; the answer to FEED is lost
    desk.rewriter.feed(desk.cancel)
    assert desk.unit.state()["stock"] == 49
    desk.close()


def test_a_spoiled_new_card_goes_into_the_bin_and_to_nobody(desk: Desk) -> None:
    desk.rewriter.feed(desk.cancel)
    desk.unit.write_fails()
    assert desk.rewrite().outcome is Written.UNCERTAIN
    desk.rewriter.discard()
    state, counters = desk.unit.state(), desk.rewriter.counters
    assert (state["card"], state["captured"]) == ("", 1)
    assert (counters["cards_spoiled"], counters["cards_captured"], counters["cards_returned"]) == (1, 0, 0)
    desk.rewriter.discard()  # nothing is there any more
    assert desk.unit.state()["captured"] == 1


def test_a_spoiled_card_that_finds_no_room_stays_inside(desk: Desk) -> None:
    desk.rewriter.feed(desk.cancel)
    desk.unit.bin()
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.discard()
    assert code_of(caught) == CardRewriterFault.BIN_FULL
    assert desk.unit.state()["place"] == "inside"


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (lambda unit: unit.jam(), CardRewriterFault.JAM),
        (lambda unit: unit.bin(), CardRewriterFault.BIN_FULL),
        (lambda unit: unit.lay_inside(), CardRewriterFault.FORGOTTEN),
        (lambda unit: unit.insert("other"), CardRewriterFault.WRONG_CARD),
    ],
)
def test_no_new_card_moves_while_something_is_in_its_way(desk: Desk, happens: Any, code: CardRewriterFault) -> None:
    happens(desk.unit)
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.feed(desk.cancel)
    assert code_of(caught) == code
    assert desk.unit.state()["stock"] == 50


def test_a_new_card_that_jams_on_its_way_is_told() -> None:
    desk = Desk(move_seconds=0.3)
    desk.later("moving", desk.unit.jam)
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.feed(desk.cancel)
    assert code_of(caught) == CardRewriterFault.JAM
    desk.close()


# -- what became of it ---------------------------------------------------------------------


def test_a_head_that_is_too_hot_leaves_the_card_unchanged(desk: Desk) -> None:
    desk.let_in()
    desk.unit.heat(True)
    with pytest.raises(DeviceError) as caught:
        desk.rewrite()
    assert code_of(caught) == CardRewriterFault.HEAD_OVERHEATED
    assert desk.unit.state()["rewrites"] == 0


def test_a_unit_that_is_too_hot_in_between_refuses_and_says_why(desk: Desk) -> None:
    desk.let_in()
    for payload in loads(pack(picture())):
        desk.rewriter._do(Command.LOAD, payload)
    desk.unit.heat(True)
    result = desk.rewriter._write(digest(pack(picture())))
    assert (result.outcome, result.fault and result.fault.code) == (
        Written.UNCHANGED,
        CardRewriterFault.HEAD_OVERHEATED,
    )


def test_a_unit_that_ended_before_the_card_was_touched_is_believed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.let_in()
    monkeypatch.setattr(desk.unit, "_written", lambda: setattr(desk.unit, "_outcome", Outcome.UNCHANGED))
    result = desk.rewrite()
    assert (result.outcome, result.fault and result.fault.code) == (Written.UNCHANGED, CardRewriterFault.WRITE_FAILED)
    assert desk.rewriter.counters["cards_written"] == desk.rewriter.counters["cards_uncertain"] == 0


@pytest.mark.parametrize("noticed", [True, False])
def test_a_card_that_was_written_badly_is_uncertain(desk: Desk, noticed: bool) -> None:
    desk.let_in()
    desk.unit.write_fails(True, noticed)
    result = desk.rewrite()
    assert (result.outcome, result.fault and result.fault.code) == (Written.UNCERTAIN, CardRewriterFault.WRITE_FAILED)
    assert (result.agreement is None) == noticed
    desk.unit.write_fails(False)
    assert desk.rewrite().outcome is Written.WRITTEN  # once more, and it is well


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1:0"])
def test_a_power_cut_in_the_middle_is_uncertain_and_the_card_can_still_be_given_back(listen: str) -> None:
    desk = Desk(listen, **SLOW)
    desk.let_in()
    desk.later("writing", lambda: desk.unit.power_cycle(0.2))
    result = desk.rewrite()
    assert result.outcome is Written.UNCERTAIN
    assert result.fault is not None
    assert desk.rewriter.counters["cards_uncertain"] == 1
    desk.rewriter.close()
    time.sleep(0.3)
    desk.rewriter.open()
    desk.later("presented", desk.unit.take)
    desk.rewriter.present_or_capture(PATIENCE, desk.cancel)
    assert desk.unit.state()["card"] == ""
    desk.close()


def test_a_power_cut_that_hides_whether_writing_began_is_uncertain() -> None:
    desk = Desk("pty", **SLOW)
    desk.let_in()
    desk.unit.verbs["fault"](kind="silence", after=1 + PIECES)  # of the answer to REWRITE
    desk.later("writing", lambda: desk.unit.power_cycle(0.1))
    assert desk.rewrite().outcome is Written.UNCERTAIN
    assert desk.rewriter.counters["restarts_seen"] == 1
    desk.close()


def test_a_cable_pulled_in_the_middle_is_uncertain(slow_desk: Desk) -> None:
    slow_desk.let_in()
    slow_desk.later("writing", slow_desk.unit.unplug)
    result = slow_desk.rewrite()
    assert (result.outcome, result.fault and result.fault.code) == (
        Written.UNCERTAIN,
        CardRewriterFault.DISCONNECTED,
    )


def test_a_jam_in_the_middle_is_uncertain_and_the_card_stays_inside(slow_desk: Desk) -> None:
    slow_desk.let_in()
    slow_desk.later("writing", slow_desk.unit.jam)
    result = slow_desk.rewrite()
    assert (result.outcome, result.fault and result.fault.code) == (Written.UNCERTAIN, CardRewriterFault.JAM)
    with pytest.raises(DeviceError) as caught:
        slow_desk.rewriter.present_or_capture(PATIENCE, slow_desk.cancel)
    assert code_of(caught) == CardRewriterFault.JAM
    slow_desk.unit.jam(False)
    slow_desk.later("presented", slow_desk.unit.take)
    slow_desk.rewriter.present_or_capture(PATIENCE, slow_desk.cancel)


def test_a_unit_silent_to_the_end_is_uncertain(slow_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.card_rewriter.rewriter.MISSES_BORNE", 1)
    slow_desk.let_in()
    slow_desk.later("writing", lambda: slow_desk.unit.verbs["fault"](kind="silence", count=0))
    result = slow_desk.rewrite()
    assert (result.outcome, result.fault and result.fault.code) == (Written.UNCERTAIN, CardRewriterFault.SILENT)


def test_a_look_that_fails_in_the_middle_is_no_reason_to_give_up(slow_desk: Desk) -> None:
    slow_desk.let_in()
    slow_desk.later("writing", lambda: slow_desk.unit.verbs["fault"](kind="corrupt", count=3))
    assert slow_desk.rewrite().outcome is Written.WRITTEN


def test_writing_that_has_begun_is_not_broken_off(slow_desk: Desk) -> None:
    slow_desk.let_in()
    slow_desk.later("writing", slow_desk.cancel.request)
    assert slow_desk.rewrite().outcome is Written.WRITTEN
    with pytest.raises(Cancelled):
        slow_desk.rewrite()
    assert slow_desk.unit.state()["rewrites"] == 1


def test_a_lost_answer_does_not_write_a_card_twice(desk: Desk) -> None:
    desk.let_in()
    # STATUS and the LOADs pass; the answer to REWRITE is lost and asked for again.
    desk.unit.verbs["fault"](kind="silence", after=1 + PIECES)
    assert desk.rewrite().outcome is Written.WRITTEN
    assert not desk.unit.state()["armed"]
    assert desk.unit.state()["rewrites"] == 1


# -- what nobody may see -------------------------------------------------------------------


def test_a_holder_is_in_no_log_no_error_no_state_and_no_recording(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.let_in()
    chip = desk.rewriter.read(desk.cancel)
    desk.rewrite()
    monkeypatch.setattr("drivers.card_rewriter.simulator.permit", lambda of: permit(of)[:-1] + b"?")
    with pytest.raises(DeviceError) as caught:
        desk.rewriter.read(desk.cancel)
    assert code_of(caught) == CardRewriterFault.WRONG_CARD
    recorded = b"".join(passed.data for passed in desk.passed)
    assert bytes([Said.PERMIT]) in recorded
    assert chip.number.encode() not in recorded
    assert pack(picture())[:25] not in recorded
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(desk.unit.state()) + repr(chip)
    assert chip.number not in told


# -- the checks ---------------------------------------------------------------------------


def test_the_external_check_moves_without_a_card_and_not_with_one() -> None:
    desk = Desk(move_seconds=0.2)
    seen = threading.Event()
    looked = desk.later("moving", seen.set)
    report = desk.rewriter.check_health(HealthLevel.EXTERNAL, desk.cancel)
    assert (report.faults, report.question) == ((), "")
    looked.join()
    assert seen.is_set()
    desk.unit.lay_inside()
    report = desk.rewriter.check_health(HealthLevel.EXTERNAL, desk.cancel)
    assert [fault.code for fault in report.faults] == [CardRewriterFault.FORGOTTEN]
    assert "seconds" not in report.facts  # it did not move
    desk.close()


def test_the_interactive_check_rewrites_a_test_card_and_gives_it_back(desk: Desk) -> None:
    with citizen(desk.unit, "test_card"):
        report = desk.rewriter.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    assert report.question == "card_rewriter.test_card"
    assert (report.faults, report.facts["outcome"], report.facts["agreement"]) == ((), "written", 1.0)
    assert desk.unit.state()["card"] == ""


def test_the_interactive_check_gives_somebodys_permit_back_untouched(desk: Desk) -> None:
    with citizen(desk.unit, "permit"), pytest.raises(DeviceError) as caught:
        desk.rewriter.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    assert code_of(caught) == CardRewriterFault.WRONG_CARD
    assert (desk.unit.state()["rewrites"], desk.unit.state()["card"]) == (0, "")


# -- the simulator, as whoever builds a bridge sees it ------------------------------------


def test_a_unit_refuses_what_does_not_fit(desk: Desk) -> None:
    desk.rewriter.close()
    pipe = transport_for(desk.unit.address)
    pipe.open()
    parser, number = FrameParser(), 0

    def says(command: int, payload: bytes = b"") -> int:
        nonlocal number
        number += 1
        pipe.write(encode(Frame(number, command, payload)), time.monotonic() + PATIENCE)
        while data := pipe.read(4096, time.monotonic() + PATIENCE):
            for answer in parser.feed(data):
                assert isinstance(answer, Frame)
                return answer.code
        raise AssertionError("no answer")

    assert says(Command.HELLO) == Status.DONE
    assert says(Command.READ) == Said.NO_CARD
    assert says(Command.REWRITE, b"\0\0") == Said.NO_CARD
    assert says(Command.PRESENT) == Status.REFUSED
    assert says(Command.VERIFY) == Status.REFUSED
    assert says(Command.CAPTURE) == Status.DONE  # nothing to do
    assert says(Command.LOAD, b"\0\0\0\1x") == Status.MALFORMED  # not the next piece
    assert says(Command.LOAD, b"\0\0\0\0") == Status.MALFORMED
    assert says(0x7F) == Status.UNKNOWN
    desk.unit.lay_inside()
    assert says(Command.LOAD, b"\0\0\0\0x") == Status.DONE
    assert says(Command.REWRITE, digest(b"x")) == Said.INCOMPLETE
    assert says(Command.ACCEPT) == Status.REFUSED
    assert says(Command.CYCLE) == Status.REFUSED
    pipe.close()


def test_only_what_can_happen_happens(desk: Desk) -> None:
    with pytest.raises(ValueError, match="there is no card library"):
        desk.unit.insert("library")
    with pytest.raises(RuntimeError, match="at the mouth"):
        desk.unit.take()
    desk.unit.lay_inside()
    with pytest.raises(RuntimeError, match="already"):
        desk.unit.insert()
    with pytest.raises(RuntimeError, match="at the mouth"):
        desk.unit.take()
