"""The driver against the simulator: a card is read once, for whoever pushed it in, and its number shows nowhere."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.bank_card_reader.protocol import Command, Mask, Said
from drivers.bank_card_reader.reader import BankCard, BankCardReader, BankCardReaderFault
from drivers.bank_card_reader.simulator import CARDS, BankCardReaderSimulator
from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, HealthLevel
from drivers.frames import Frame, FrameParser, Status, encode
from drivers.recording import Masks, Passed, Tap, TappedTransport
from drivers.transport import transport_for
from tests.drivers.bank_card_reader.bench import citizen

PATIENCE = 20.0
DEBIT = CARDS["debit"][1]


class Desk:
    """A driver, opened, and the unit it speaks to."""

    def __init__(self, listen: str = "tcp://127.0.0.1:0", *, left_seconds: float = PATIENCE, **unit: Any) -> None:
        self.unit = BankCardReaderSimulator(listen, **{"read_seconds": 0.0, **unit})
        self.unit.start()
        self.passed: list[Passed] = []
        mask = Mask()
        tap = Tap(Masks(mask.requests, mask))
        tap.listeners = (self.passed.append,)
        self.reader = BankCardReader(TappedTransport(transport_for(self.unit.address), tap), left_seconds=left_seconds)
        self.reader.open()
        self.cancel = Cancel()

    def read(self) -> BankCard:
        return self.reader.read(self.cancel, patience=PATIENCE)

    def fault_of_reading(self) -> str:
        with pytest.raises(DeviceError) as caught:
            self.read()
        return caught.value.fault.code

    def close(self) -> None:
        self.reader.close()
        self.unit.stop()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1:0"])
def test_a_card_that_is_pushed_in_is_read_and_the_light_shows_where(listen: str) -> None:
    desk = Desk(listen)
    seen_lit = threading.Event()

    def push_in() -> None:
        while not desk.unit.state()["lit"]:
            time.sleep(0.01)
        seen_lit.set()
        desk.unit.insert("debit")

    somebody = threading.Thread(target=push_in)
    somebody.start()
    assert desk.read().number == DEBIT
    somebody.join()
    assert seen_lit.is_set()
    assert not desk.unit.state()["lit"]
    assert desk.reader.counters["cards_read"] == 1
    desk.close()


def test_the_card_of_somebody_quick_is_read_too(desk: Desk) -> None:
    desk.unit.insert("credit")
    assert desk.read().number == CARDS["credit"][1]


def test_no_text_of_a_card_shows_more_than_its_last_four_digits() -> None:
    card = BankCard(DEBIT)
    for text in (repr(card), str(card), f"{card}", card.masked, repr([card]), repr({"card": card})):
        assert DEBIT[-4:] in text
        assert DEBIT[:-4] not in text
        assert not any(DEBIT[start : start + 5] in text for start in range(len(DEBIT) - 4))


def test_the_number_is_in_no_log_no_state_and_no_recording(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for card in ("debit", "misread"):
        number = CARDS[card][1]
        desk.unit.insert(card)
        if card == "debit":
            desk.read()
        else:
            with pytest.raises(DeviceError) as caught:
                desk.read()
            assert number not in "".join(traceback.format_exception(caught.value))
        recorded = b"".join(passed.data for passed in desk.passed)
        assert bytes([Said.NUMBER]) in recorded
        assert number.encode() not in recorded
        assert number not in repr(desk.unit.state())
        assert number not in caplog.text
        desk.unit.remove()


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("worn", BankCardReaderFault.UNREADABLE),
        ("misread", BankCardReaderFault.UNREADABLE),
        ("transit", BankCardReaderFault.NOT_A_BANK_CARD),
    ],
)
def test_a_card_that_gives_no_number_is_named(desk: Desk, card: str, code: BankCardReaderFault) -> None:
    desk.unit.insert(card)
    assert desk.fault_of_reading() == code
    assert not desk.unit.state()["lit"]
    assert desk.reader.counters["cards_failed"] == 1
    assert desk.reader.poll().ready  # it is the card that is wrong, not the reader


def test_a_card_that_was_read_is_not_read_again_for_the_next_one(desk: Desk) -> None:
    desk.unit.insert("debit")
    desk.read()
    assert desk.fault_of_reading() == BankCardReaderFault.CARD_LEFT
    desk.unit.remove()
    desk.unit.insert("debit")
    assert desk.read().number == DEBIT


def test_a_card_that_was_in_before_the_program_is_nobodys() -> None:
    desk = Desk()
    desk.unit.insert("debit")
    desk.reader.close()
    desk.reader.open()
    assert desk.fault_of_reading() == BankCardReaderFault.CARD_LEFT
    desk.close()


def test_a_card_that_stays_is_told_until_it_is_gone() -> None:
    desk = Desk(left_seconds=0.2)
    desk.unit.insert("debit")
    status = desk.reader.poll()
    assert (status.state, status.details) == (DeviceState.READY, {"card": True})
    time.sleep(0.3)
    status = desk.reader.poll()
    assert (status.state, [fault.code for fault in status.faults]) == (
        DeviceState.ATTENTION,
        [BankCardReaderFault.CARD_LEFT],
    )
    assert desk.fault_of_reading() == BankCardReaderFault.CARD_LEFT
    desk.unit.remove()
    assert desk.reader.poll().ready
    desk.close()


def test_another_card_in_its_place_is_another_one() -> None:
    desk = Desk(left_seconds=0.2)
    desk.unit.insert("debit")
    desk.reader.poll()
    time.sleep(0.3)
    desk.unit.insert("credit")  # between two polls
    assert desk.reader.poll().ready
    desk.close()


def test_whoever_reads_waits_until_the_card_is_taken(desk: Desk) -> None:
    desk.unit.insert("debit")
    desk.read()
    with pytest.raises(DeviceError) as caught:
        desk.reader.wait_until_taken(0.1, desk.cancel)
    assert caught.value.fault.code == BankCardReaderFault.CARD_LEFT
    threading.Timer(0.1, desk.unit.remove).start()
    desk.reader.wait_until_taken(PATIENCE, desk.cancel)
    assert desk.reader.poll().details == {"card": False}


def test_a_card_pulled_out_too_early_is_unreadable() -> None:
    desk = Desk(read_seconds=0.3)
    desk.unit.insert("debit")
    threading.Timer(0.15, desk.unit.remove).start()
    assert desk.fault_of_reading() == BankCardReaderFault.UNREADABLE
    desk.close()


def test_waiting_ends_when_nobody_wants_it_any_more(desk: Desk) -> None:
    threading.Timer(0.2, desk.cancel.request).start()
    with pytest.raises(Cancelled):
        desk.read()
    assert not desk.unit.state()["lit"]


def test_waiting_ends_when_no_card_comes(desk: Desk) -> None:
    with pytest.raises(DeviceError) as caught:
        desk.reader.read(desk.cancel, patience=0.1)
    assert caught.value.fault.code == BankCardReaderFault.UNREADABLE


def test_a_unit_that_was_restarted_is_greeted_and_its_card_is_nobodys() -> None:
    desk = Desk("pty")
    desk.unit.insert("debit")
    desk.unit.power_cycle(0.1)
    time.sleep(0.2)
    desk.reader.poll()
    assert desk.reader.counters["restarts_seen"] == 1
    assert desk.fault_of_reading() == BankCardReaderFault.CARD_LEFT
    desk.close()


@pytest.mark.parametrize("kind", ["silence", "junk", "drop", "truncate", "corrupt", "duplicate", "drip", "split"])
def test_one_answer_that_is_lost_or_harmed_changes_nothing(
    desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.bank_card_reader.reader.READ_SECONDS", 1.0)
    desk.unit.insert("debit")
    desk.unit.verbs["fault"](kind=kind, after=3)  # the answer to READ, after two looks and the light
    assert desk.read().number == DEBIT
    assert not desk.unit.state()["armed"]


def test_a_number_that_comes_late_is_not_taken_for_the_next_answer(desk: Desk) -> None:
    desk.unit.verbs["fault"](kind="delay", seconds=1.5)  # so late that it was asked for twice
    with pytest.raises(DeviceError):
        desk.reader.poll()
    desk.unit.insert("debit")
    assert desk.read().number == DEBIT
    assert desk.reader.counters["answers_late"] > 0


@pytest.mark.parametrize(
    ("kind", "code"), [("silence", BankCardReaderFault.SILENT), ("truncate", BankCardReaderFault.GARBLED)]
)
def test_a_unit_that_does_not_make_sense_is_named_so(desk: Desk, kind: str, code: BankCardReaderFault) -> None:
    desk.unit.verbs["fault"](kind=kind, count=0)
    with pytest.raises(DeviceError) as caught:
        desk.reader.poll()
    assert caught.value.fault.code == code


def test_the_light_goes_out_when_the_host_is_gone() -> None:
    desk = Desk(light_seconds=0.3)
    desk.reader._light(on=True)
    assert desk.unit.state()["lit"]
    deadline = time.monotonic() + PATIENCE
    while desk.unit.state()["lit"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    desk.close()


def test_a_light_that_could_not_be_put_out_is_put_out_by_the_next_poll(desk: Desk) -> None:
    desk.reader._light(on=True)
    desk.reader.poll()
    assert not desk.unit.state()["lit"]


def test_the_checks_look_light_up_and_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.bank_card_reader.reader.LIT_SECONDS", 0.2)
    inside = desk.reader.check_health(HealthLevel.INTERNAL, desk.cancel)
    assert (inside.faults, inside.facts["model"], inside.question) == ((), "simulated", "")
    outside = desk.reader.check_health(HealthLevel.EXTERNAL, desk.cancel)
    assert (outside.faults, outside.question) == ((), "")
    assert not desk.unit.state()["lit"]
    with citizen(desk.unit):
        asked = desk.reader.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    assert asked.question == "bank_card_reader.test_card"
    assert asked.facts["digits"] == 16
    assert not any(CARDS["credit"][1] in str(fact) for fact in asked.facts.values())


def test_it_never_met_its_hardware_and_says_so(desk: Desk) -> None:
    assert desk.reader.capabilities.verified_on == ()
    assert (desk.reader.identity.serial, desk.reader.identity.model) == ("SIM-0001", "simulated")


# -- the simulator, as whoever builds a bridge sees it ------------------------------------


class Host:
    """A host that says exactly what it is told to."""

    def __init__(self, unit: BankCardReaderSimulator) -> None:
        self.pipe = transport_for(unit.address)
        self.pipe.open()
        self.parser = FrameParser()

    def says(self, frame: Frame) -> Frame:
        self.pipe.write(encode(frame), time.monotonic() + PATIENCE)
        while data := self.pipe.read(4096, time.monotonic() + PATIENCE):
            for answer in self.parser.feed(data):
                assert isinstance(answer, Frame)
                return answer
        raise AssertionError("no answer")


def test_a_unit_takes_nothing_before_it_was_greeted(desk: Desk) -> None:
    desk.reader.close()
    desk.unit.power_cycle(0.0)
    host = Host(desk.unit)
    assert host.says(Frame(1, Command.STATUS)).code == Status.GREET
    assert host.says(Frame(2, Command.HELLO)).payload.startswith(b"protocol=1 model=simulated")
    assert host.says(Frame(3, Command.STATUS)).code == Status.DONE
    assert host.says(Frame(4, 0x7F)).code == Status.UNKNOWN
    assert host.says(Frame(5, Command.LIGHT, b"x")).code == Status.MALFORMED
    assert host.says(Frame(6, Command.READ)).code == Said.NO_CARD
    host.pipe.close()


def test_a_repeated_request_is_answered_and_not_carried_out_again(desk: Desk) -> None:
    desk.reader.close()
    host = Host(desk.unit)
    asked = Frame(7, Command.READ)
    assert host.says(asked).code == Said.NO_CARD
    desk.unit.insert("debit")
    assert host.says(asked).code == Said.NO_CARD  # the same question has the same answer
    assert host.says(Frame(8, Command.READ)).code == Said.NUMBER
    host.pipe.close()


def test_only_a_card_of_the_tray_can_be_pushed_in(desk: Desk) -> None:
    with pytest.raises(ValueError, match="there is no card library"):
        desk.unit.insert("library")
