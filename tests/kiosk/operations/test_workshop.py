"""A technician at a whole machine: the door, what is found, what is kept, and what stands afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.device import HealthLevel
from drivers.id_reader.people import TRAY
from drivers.recording import Passed
from kiosk.home import Service
from kiosk.operations.records import Checked, CutShort, Entry, Replenished, SettingChanged, Swapped
from kiosk.operations.showing import SAID_BROKEN
from kiosk.operations.staff_card import CARD_SECONDS
from kiosk.operations.technicians import REFUSED
from kiosk.operations.tuning import HEARD_NOW, NO_VOLUME, Tunable
from kiosk.operations.workshop import (
    ASK_CARD,
    BEGUN,
    CARD_REGISTERED,
    CARD_REMOVED,
    CUT_SHORT,
    IDLE_SECONDS,
    NO_CARD,
    NOBODY,
    NOT_WORKING,
    SOMEBODY_IS_HERE,
    TAKE_CARD,
)
from kiosk.operations.workshop_view import Page
from tests.items import only
from tests.kiosk.machine import Machine
from tests.kiosk.operations.bench import PIN, Shop


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN is hashed slowly, so that guessing is hopeless; of these everybody knows what they are."""
    monkeypatch.setattr("kiosk.operations.technicians._N", 2**8)


@pytest.fixture
def shop(tmp_path: Path, desk: Path) -> Iterator[Shop]:
    machine = Machine(tmp_path / "machine", desk, config=only(tmp_path / "config", "JT-02"), lit=True)
    shop = Shop(machine, tmp_path / "shop")
    yield shop
    shop.close()
    machine.close()


# -- the door -----------------------------------------------------------------------------


def test_the_right_pin_opens_and_the_machine_is_closed_to_citizens_meanwhile(shop: Shop) -> None:
    shop.enter()
    assert shop.view.technician == "lw"
    assert shop.machine.terminal.home().service is Service.OUT_OF_SERVICE
    shop.workshop.act("leave")
    assert shop.page is None
    assert shop.machine.terminal.home().service is Service.IN_SERVICE


def test_a_wrong_pin_is_refused_and_the_third_shuts_the_door_even_for_the_right_one(shop: Shop) -> None:
    shop.workshop.knock()
    for _ in range(3):
        shop.type_pin("135790")
        assert shop.page is Page.PIN
    shop.type_pin(PIN)
    assert shop.page is Page.PIN
    assert shop.view.pin is not None
    assert shop.view.pin.message is not None
    assert "again in" in shop.view.pin.message.en


def test_what_is_typed_shows_as_dots_and_can_be_taken_back(shop: Shop) -> None:
    shop.workshop.knock()
    assert shop.view.pin is not None
    assert shop.view.pin.people == ("lw",)
    shop.workshop.act("who", "lw")
    for key in ("4", "8", "delete", "2"):
        shop.workshop.act("pin", key)
    assert shop.view.pin.dots == 2
    assert PIN[:2] not in repr(shop.view)


def test_with_nobody_registered_the_door_says_so(shop: Shop) -> None:
    shop.technicians.remove("lw")
    shop.workshop.knock()
    assert shop.view.pin is not None
    assert shop.view.pin.message == NOBODY


def test_a_citizen_is_not_thrown_out(shop: Shop) -> None:
    shop.machine.begin()
    shop.workshop.knock()
    shop.type_pin(PIN)
    assert shop.view.pin is not None
    assert shop.view.pin.message == SOMEBODY_IS_HERE
    assert shop.machine.at == "card"


def test_whoever_walks_away_leaves_no_open_door(shop: Shop) -> None:
    shop.enter()
    shop.machine.clock.set_speed(IDLE_SECONDS)
    shop.until(lambda: shop.page is None, "the technician to be logged out")
    assert shop.machine.terminal.home().service is Service.IN_SERVICE


def test_at_the_door_nothing_else_can_be_touched(shop: Shop) -> None:
    shop.workshop.knock()
    for action, value in (("tab", "settings"), ("open", "ups"), ("check", "external"), ("done", "paper_changed")):
        shop.workshop.act(action, value)
    assert shop.page is Page.PIN
    assert shop.records.newest() == []


# -- at work ---------------------------------------------------------------------------------


def test_what_is_wrong_stands_first_with_what_to_do(shop: Shop) -> None:
    shop.machine.printer.cover(is_open=True)
    shop.enter()
    shop.until(lambda: shop.view.parts[0].tone == "bad", "the open cover")
    assert shop.view.parts[0].name == "receipt_printer"
    assert shop.view.tone == "bad"
    assert any("Receipt printer" in reason for reason in shop.reasons())
    shop.workshop.act("open", "receipt_printer")
    device = shop.view.device
    assert device is not None
    assert [fault.code for fault in device.faults] == ["receipt_printer.cover_open"]
    assert device.faults[0].todo == shop.machine.terminal.words["receipt_printer.cover_open"].technician
    shown = {row.label.en for group in device.groups for row in group.rows}
    assert {"Address", "Verified on", "Paper", "Commands"} <= shown


def test_a_check_is_kept_with_its_number_and_its_technician(shop: Shop) -> None:
    shop.enter()
    shop.check("id_reader", "internal")
    (record,) = shop.records.newest()
    assert isinstance(record.entry, Checked)
    assert (record.entry.who, record.entry.device, record.entry.passed) == ("lw", "id_reader", True)
    assert shop.view.device is not None
    assert shop.view.device.checks[0].tone == "ok"
    assert shop.view.message is not None
    assert f"number {record.number}" in shop.view.message.en


@pytest.mark.parametrize(("answer", "passed"), [("works", True), ("broken", False)])
def test_what_only_an_eye_can_judge_is_asked_and_the_answer_is_kept(shop: Shop, answer: str, passed: bool) -> None:
    shop.enter()
    shop.check("receipt_printer", "interactive")
    assert shop.view.question is not None
    assert shop.records.newest() == []
    assert len(shop.machine.printer.receipts) == 1
    shop.workshop.act("answer", answer)
    (record,) = shop.records.newest()
    assert isinstance(record.entry, Checked)
    assert (record.entry.answer, record.entry.passed) == (answer, passed)
    assert shop.view.question is None


def test_glass_colours_and_sound_are_tested_and_kept_like_devices(shop: Shop) -> None:
    rung: list[bool] = []
    shop.workshop.on_chime = lambda: rung.append(True)
    shop.enter()
    for name in ("touch", "colours", "sound"):
        shop.workshop.act("tab", "tests")
        shop.workshop.act("test", name)
        assert shop.page == name
        shop.workshop.act("answer", "works" if name != "colours" else "broken")
        assert shop.page is Page.TESTS
    assert rung == [True]
    assert {part.name: part.tone for part in shop.view.tests if part.name in ("touch", "colours", "sound")} == {
        "touch": "ok",
        "colours": "bad",
        "sound": "ok",
    }


def test_changed_paper_and_swapped_readers_are_kept(shop: Shop) -> None:
    shop.enter()
    shop.workshop.act("done", "paper_changed")
    shop.workshop.act("done", "reader_swapped")
    swapped, paper = (record.entry for record in shop.records.newest())
    assert isinstance(paper, Replenished)
    assert isinstance(swapped, Swapped)
    assert swapped.new_serial == shop.machine.id_worker.identity.serial != ""


def test_a_setting_is_changed_and_taken_back(shop: Shop) -> None:
    shop.enter()
    shop.workshop.act("tab", "settings")
    shop.workshop.act("set", "visit.idle_seconds=180")
    line = next(line for line in shop.view.settings if line.key == "visit.idle_seconds")
    assert (line.value, line.changed) == ("180", True)
    shop.workshop.act("undo", "visit.idle_seconds")
    line = next(line for line in shop.view.settings if line.key == "visit.idle_seconds")
    assert (line.value, line.changed) == ("120", False)
    shop.workshop.act("set", "visit.idle_seconds=0")
    assert shop.view.message is not None
    assert "from 1 to 600" in shop.view.message.en


def volume(shop: Shop) -> Tunable:
    (line,) = (line for line in shop.view.settings if line.key == "sound.volume")
    return line


@pytest.mark.parametrize("way", [("tab", "settings"), ("test", "sound")])
def test_the_volume_is_heard_at_once_kept_and_taken_back_step_by_step(shop: Shop, way: tuple[str, str]) -> None:
    heard: list[int | str] = []
    shop.enter()
    shop.workshop.act(*way)
    shop.workshop.on_volume, shop.workshop.on_chime = heard.append, lambda: heard.append("chime")
    assert (volume(shop).value, volume(shop).scale) == ("80", True)
    shop.workshop.act("set", "sound.volume=50")
    assert heard == [50, "chime"]
    assert shop.view.message == HEARD_NOW
    shop.workshop.act("set", "sound.volume=0")
    assert (volume(shop).value, volume(shop).changed) == ("0", True)
    assert shop.start().sound.volume == 0
    shop.workshop.act("undo", "sound.volume")
    assert volume(shop).value == "50"
    shop.workshop.act("undo", "sound.volume")
    assert (volume(shop).value, volume(shop).changed) == ("80", False)
    assert heard == [50, "chime", 0, "chime", 50, "chime", 80, "chime"]
    assert shop.start().sound.volume == 80
    changes = [record.entry for record in shop.records.newest() if isinstance(record.entry, SettingChanged)]
    assert [(change.who, change.old, change.new) for change in reversed(changes)] == [
        ("lw", "80", "50"),
        ("lw", "50", "0"),
        ("lw", "0", "50"),
        ("lw", "50", "80"),
    ]


def test_a_volume_that_cannot_be_changes_nothing(shop: Shop) -> None:
    heard: list[int] = []
    shop.workshop.on_volume = heard.append
    shop.enter()
    shop.workshop.act("tab", "settings")
    for wrong in ("101", "-1", "loud", "5.5", ""):
        shop.workshop.act("set", f"sound.volume={wrong}")
        assert shop.view.message == NO_VOLUME
    assert (volume(shop).value, heard, shop.records.newest()) == ("80", [], [])


def test_the_chime_rings_as_often_as_somebody_wants_to_hear_it(shop: Shop) -> None:
    rung: list[bool] = []
    shop.workshop.on_chime = lambda: rung.append(True)
    shop.enter()
    shop.workshop.act("ring")  # elsewhere nothing rings
    shop.workshop.act("test", "sound")
    shop.workshop.act("ring")
    assert rung == [True, True]
    assert shop.records.newest() == []


def test_a_slow_errand_is_done_beside_and_told(shop: Shop) -> None:
    shop.enter()
    shop.workshop.act("tab", "report")
    shop.workshop.act("report", "print")
    shop.until(lambda: not shop.view.busy, "the errand")
    assert shop.slips == ["printed"]
    assert shop.view.message is not None
    assert shop.view.message.en == "Printed."


def test_the_wire_is_shown_the_newest_first(shop: Shop) -> None:
    for number in range(3):
        shop.trace.see(Passed(float(number), "out", bytes([number])))
    shop.enter()
    shop.workshop.act("tab", "wire")
    assert [(line.way, line.words) for line in shop.view.trace] == [("→", "02"), ("→", "01"), ("→", "00")]


# -- a guided test ends whenever somebody wants it to --------------------------------------------


def newest(shop: Shop) -> Entry:
    return shop.records.newest()[0].entry


def wait_for_a_card(shop: Shop) -> None:
    """In the middle of the reader's test, which waits for a card for a minute."""
    shop.workshop.act("test", "id_reader")
    question = shop.view.question
    assert shop.view.busy
    assert question is not None
    assert "lay the test card" in question.ask.en
    assert (question.works, question.broken) == (None, NOT_WORKING)


def test_while_a_card_is_awaited_the_reader_can_be_said_not_to_work(shop: Shop) -> None:
    shop.enter()
    wait_for_a_card(shop)
    shop.workshop.act("answer", "broken")
    entry = newest(shop)
    assert isinstance(entry, Checked)
    assert (entry.device, entry.level, entry.answer) == ("id_reader", HealthLevel.INTERACTIVE, "broken")
    assert (entry.passed, entry.who) == (False, "lw")
    assert (shop.view.busy, shop.view.question) == (False, None)
    assert shop.view.device is not None
    assert [check.tone for check in shop.view.device.checks] == ["quiet", "quiet", "bad"]
    assert any("reader" in reason for reason in shop.reasons())
    shop.workshop.act("tab", "tests")
    assert {part.name: part.state for part in shop.view.tests}["id_reader"] == SAID_BROKEN


def test_that_it_works_cannot_be_said_before_the_test_has_come_to_its_end(shop: Shop) -> None:
    shop.enter()
    wait_for_a_card(shop)
    shop.workshop.act("answer", "works")
    assert shop.view.busy
    assert shop.records.newest() == []


Ending = Callable[[Shop], None]
ENDINGS: dict[str, Ending] = {
    "stopped": lambda shop: shop.workshop.act("answer", "cancel"),
    "another page": lambda shop: shop.workshop.act("tab", "report"),
    "another device": lambda shop: shop.workshop.act("open", "ups"),
    "gone": lambda shop: shop.workshop.act("leave"),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_test_that_is_not_finished_frees_the_device_and_is_on_record_as_that(shop: Shop, ending: Ending) -> None:
    shop.enter()
    wait_for_a_card(shop)
    ending(shop)
    (record,) = shop.records.newest()
    assert record.entry == CutShort(at=record.entry.at, who="lw", device="id_reader", level=HealthLevel.INTERACTIVE)
    assert shop.machine.id_worker.submit(lambda _reader, _cancel: "free").future.result(10) == "free"
    if shop.page is not None:
        assert shop.view.message == CUT_SHORT.filled(number=record.number)
        assert not shop.view.busy
        shop.workshop.act("tab", "report")
        assert shop.view.records[0].value.en == "ID card reader, Check by eye: not finished"
    shop.machine.reader.place("lin")
    shop.until(lambda: shop.machine.id_worker.status.ready, "the reader")
    assert len(shop.records.newest()) == 1  # what comes of it later is nobody's any more


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_question_that_nobody_answers_is_on_record_as_not_finished(shop: Shop, ending: Ending) -> None:
    shop.enter()
    shop.check("receipt_printer", "interactive")
    assert shop.view.question is not None
    ending(shop)
    assert isinstance(newest(shop), CutShort)
    if shop.page is not None:
        assert shop.view.question is None


def test_what_is_not_finished_leaves_the_last_whole_test_as_it_was(shop: Shop) -> None:
    shop.enter()
    shop.check("receipt_printer", "interactive")
    shop.workshop.act("answer", "broken")
    shop.check("receipt_printer", "interactive")
    shop.workshop.act("answer", "cancel")
    assert shop.view.device is not None
    assert shop.view.device.checks[2].result == SAID_BROKEN


@pytest.mark.parametrize("name", ["touch", "colours", "sound"])
def test_glass_colours_and_sound_can_be_left_unfinished(shop: Shop, name: str) -> None:
    shop.enter()
    shop.workshop.act("tab", "tests")
    shop.workshop.act("test", name)
    shop.workshop.act("answer", "cancel")
    assert shop.page is Page.TESTS
    entry = newest(shop)
    assert isinstance(entry, CutShort)
    assert entry.device == name


def test_whoever_walks_away_from_a_question_leaves_it_on_record(shop: Shop) -> None:
    shop.enter()
    shop.workshop.act("test", "colours")
    shop.machine.clock.set_speed(IDLE_SECONDS)
    shop.until(lambda: shop.page is None, "the technician to be logged out")
    assert isinstance(newest(shop), CutShort)


def test_a_check_that_nobody_takes_part_in_goes_on_behind_other_pages(shop: Shop) -> None:
    shop.enter()
    shop.workshop.act("open", "guide_lights")
    shop.workshop.act("check", "external")
    assert shop.view.question is None
    shop.workshop.act("tab", "tests")
    shop.workshop.act("test", "id_reader")  # one at a time
    assert shop.page is Page.TESTS
    assert shop.view.message is not None
    assert "Guide lights" in shop.view.message.en
    shop.until(lambda: not shop.view.busy, "the lamps")
    entry = newest(shop)
    assert isinstance(entry, Checked)
    assert (entry.device, entry.passed) == ("guide_lights", True)


def test_every_device_says_what_to_do_in_its_test(shop: Shop) -> None:
    shop.enter()
    asked = set()
    for name in shop.machine.terminal.devices:
        shop.workshop.act("test", name)
        question = shop.view.question
        assert question is not None
        asked.add(question.ask)
        shop.workshop.act("answer", "cancel")
    assert BEGUN not in asked


# -- the staff card ----------------------------------------------------------------------------


def lamp(shop: Shop) -> str:
    """What a person sees of the lamp above the reader."""
    return str(shop.machine.lamps.state()["lamps"]["id_reader"])


def register(shop: Shop, person: str) -> None:
    """Come in, lay a card down to register it, and leave."""
    shop.enter()
    shop.workshop.act("tab", "settings")
    shop.workshop.act("card", "register")
    assert shop.view.card is not None
    assert shop.view.card.waiting
    shop.until(lambda: lamp(shop) == "blink", "the lamp above the reader")
    shop.machine.reader.place(person)
    shop.until(lambda: shop.view.message == CARD_REGISTERED, "the card to be registered")
    assert shop.view.card is not None
    assert shop.view.card.registered
    shop.workshop.act("leave")
    shop.machine.reader.lift()


def at_the_reader(shop: Shop, pin: str = PIN) -> None:
    """At the door, with this PIN typed and the card asked for."""
    shop.workshop.knock()
    shop.type_pin(pin)
    assert shop.view.pin is not None
    assert (shop.view.pin.card, shop.view.pin.asks) == (True, ASK_CARD)


def test_whoever_registered_a_card_lays_it_down_after_the_pin(shop: Shop) -> None:
    register(shop, "lin")
    at_the_reader(shop)
    shop.until(lambda: lamp(shop) == "blink", "the lamp above the reader")
    shop.machine.reader.place("lin")
    shop.until(lambda: shop.page is Page.OVERVIEW, "the door to open")
    assert shop.view.message == TAKE_CARD
    shop.until(lambda: lamp(shop) == "off", "the lamp to go out")


@pytest.mark.parametrize(("person", "pin"), [("chen", PIN), ("lin", "135790")])
def test_neither_a_strangers_card_nor_a_wrong_pin_opens(shop: Shop, person: str, pin: str) -> None:
    register(shop, "lin")
    at_the_reader(shop, pin)
    shop.machine.reader.place(person)
    shop.until(lambda: shop.view.pin and shop.view.pin.message, "an answer")
    assert shop.page is Page.PIN
    assert shop.view.pin is not None
    assert shop.view.pin.message == REFUSED


def test_nobody_waits_for_a_card_without_end_and_whoever_leaves_frees_the_reader(shop: Shop) -> None:
    register(shop, "lin")
    at_the_reader(shop)
    shop.machine.clock.set_speed(CARD_SECONDS)
    shop.until(lambda: shop.view.pin and shop.view.pin.message == NO_CARD, "the wait to end")
    shop.machine.clock.set_speed(1)
    shop.workshop.act("leave")
    at_the_reader(shop)
    shop.until(lambda: lamp(shop) == "blink", "the lamp above the reader")
    shop.workshop.act("leave")
    shop.until(lambda: lamp(shop) == "off", "the lamp to go out")
    shop.machine.id_worker.submit(lambda _reader, _cancel: None).future.result(10)  # the reader is free
    shop.machine.begin().read_card("chen")
    assert shop.machine.problem == ""


def test_a_technician_who_comes_to_mend_the_reader_gets_in_with_the_pin(shop: Shop) -> None:
    register(shop, "lin")
    shop.machine.reader.unplug()
    shop.until(lambda: not shop.machine.id_worker.status.ready, "the reader to be gone")
    shop.enter()
    shop.workshop.act("tab", "settings")
    assert shop.view.card is not None
    assert (shop.view.card.registered, shop.view.card.possible) == (True, False)
    shop.workshop.act("card", "remove")
    shop.until(lambda: shop.view.message == CARD_REMOVED, "the card to be taken back")
    shop.workshop.act("leave")
    shop.machine.reader.plug()
    shop.until(lambda: shop.machine.id_worker.status.ready, "the reader to be back")
    shop.enter()


def test_who_goes_to_another_page_registers_nothing(shop: Shop) -> None:
    shop.enter()
    shop.workshop.act("tab", "settings")
    shop.workshop.act("card", "register")
    shop.workshop.act("tab", "report")
    shop.machine.reader.place("lin")
    shop.check("id_reader", "internal")  # what is queued behind the card has been done
    assert not shop.technicians.needs_card("lw")


def test_of_the_card_nothing_is_kept_in_the_clear(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    register(shop, "chen")
    at_the_reader(shop)
    shop.machine.reader.place("chen")
    shop.until(lambda: shop.page is Page.OVERVIEW, "the door to open")
    person = TRAY["chen"].record
    kept = b"".join(path.read_bytes() for path in shop.machine.directory.parent.rglob("*") if path.is_file())
    for secret in (person.number, person.name):
        assert secret not in repr(shop.view)
        assert secret not in caplog.text
        assert secret.encode() not in kept


# -- at a glance ---------------------------------------------------------------------------------


def facts(shop: Shop) -> dict[str, str]:
    return {row.label.en: row.value.en for row in shop.view.facts}


def test_what_the_computer_measured_is_fresh_when_a_technician_comes_in(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path / "machine", desk, config=only(tmp_path / "config", "JT-02"), lit=True, computer=True)
    shop = Shop(machine, tmp_path / "shop")
    try:
        shop.enter()
        shop.until(lambda: "Disk free" in facts(shop), "the computer to be measured")
        found = facts(shop)
        assert found["Back office"].endswith(" ms")
        assert abs(float(found["Clock offset"].removesuffix(" s"))) < 5
        assert found["Battery"].endswith(" %")
        assert shop.records.newest() == []  # nobody asked for it
        machine.battery.battery(40)
        shop.until(lambda: facts(shop)["Battery"] == "40 %", "the battery's charge")
        shop.workshop.act("leave")
        machine.office.__exit__(None, None, None)
        shop.enter()
        shop.until(lambda: facts(shop).get("Back office") == "away", "the line to be seen away")
    finally:
        shop.close()
        machine.close()


def test_what_runs_out_is_amber_what_stops_everybody_is_red(shop: Shop) -> None:
    shop.enter()
    shop.until(lambda: all(part.tone == "ok" for part in shop.view.parts), "a machine with nothing wrong")
    shop.machine.printer.paper("near_end")
    shop.until(lambda: shop.view.parts[0].tone == "warn", "the paper to run out")
    assert shop.view.parts[0].name == "receipt_printer"
    assert shop.view.parts[0].sentence is not None
    shop.machine.battery.mains(False)
    shop.until(lambda: shop.view.parts[0].tone == "bad", "the power cut")
    assert [part.name for part in shop.view.parts[:2]] == ["ups", "receipt_printer"]


def test_a_check_that_was_not_passed_is_remembered_with_its_number_and_its_time(shop: Shop) -> None:
    shop.enter()
    shop.check("receipt_printer", "interactive")
    shop.workshop.act("answer", "broken")
    (record,) = shop.records.newest()
    device = shop.view.device
    assert device is not None
    check = device.checks[2]
    assert check.when is not None
    assert check.when.en == f"#{record.number} · {record.entry.at.astimezone():%m-%d %H:%M}"
    assert (device.checks[0].when, check.tone) == (None, "bad")
    assert device.part.tone == "warn"
    assert shop.view.parts[0].name == "receipt_printer"
