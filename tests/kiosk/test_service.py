"""What the machine is to a citizen: in service, limited, closed; and what it does when the power fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.home import HomeView, Service
from kiosk.terminal import BATTERY_LOW, MAINTENANCE, ON_BATTERY, POWER_SECONDS
from tests.items import only
from tests.kiosk.machine import Machine


@pytest.fixture
def machine(tmp_path: Path, desk: Path) -> Iterator[Machine]:
    """A machine that also has lamps and a battery."""
    machine = Machine(tmp_path, desk, config=only(tmp_path / "config", "JT-02"), lit=True)
    yield machine
    machine.close()


def home(machine: Machine) -> HomeView:
    return machine.terminal.home()


def closed_by(machine: Machine) -> str:
    """The fault whose words the closed page says."""
    closed = home(machine).closed
    return next(code for code, words in machine.terminal.words.items() if closed and words.happened == closed.happened)


# -- service ---------------------------------------------------------------------------


def test_a_sound_machine_is_in_service(machine: Machine) -> None:
    assert home(machine).service is Service.IN_SERVICE
    assert home(machine).closed is None


def test_an_item_whose_device_fails_is_grey_and_comes_back_by_itself(machine: Machine) -> None:
    machine.printer.cover(is_open=True)
    machine.until(lambda: not machine.tile.available, "the tile to be grey")
    assert closed_by(machine) == "receipt_printer.cover_open"
    machine.terminal.begin("JT-02")
    assert machine.at == "home"
    machine.printer.cover(is_open=False)
    machine.until(lambda: home(machine).service is Service.IN_SERVICE, "the machine to be back")
    machine.terminal.begin("JT-02")
    assert machine.at == "guide"


def test_a_technician_closes_the_machine_and_opens_it_again(machine: Machine) -> None:
    assert machine.terminal.begin_maintenance()
    assert closed_by(machine) == MAINTENANCE
    machine.terminal.begin("JT-02")
    assert machine.at == "home"
    machine.terminal.end_maintenance()
    assert home(machine).service is Service.IN_SERVICE


def test_nobody_is_thrown_out_by_a_technician(machine: Machine) -> None:
    machine.begin()
    assert not machine.terminal.begin_maintenance()
    assert machine.at == "card"


def test_what_was_wrong_is_remembered_for_the_technician(machine: Machine) -> None:
    machine.printer.cover(is_open=True)
    machine.until(lambda: machine.terminal.last_faults, "the cover to be noticed")
    machine.printer.cover(is_open=False)
    machine.until(lambda: machine.tile.available, "the cover to be closed")
    assert [(device, code) for _, device, code in machine.terminal.last_faults] == [
        ("receipt_printer", "receipt_printer.cover_open")
    ]


# -- power -------------------------------------------------------------------------------


def test_on_battery_nobody_begins_and_with_the_power_back_everybody_may(machine: Machine) -> None:
    machine.battery.mains(on=False)
    machine.until(lambda: home(machine).closed, "the power failure to be noticed")
    assert closed_by(machine) == ON_BATTERY
    machine.battery.mains(on=True)
    machine.until(lambda: home(machine).service is Service.IN_SERVICE, "the machine to be back")


def test_who_is_here_may_finish_for_a_while_and_is_then_sent_home_with_nothing_left(machine: Machine) -> None:
    machine.begin().read_card()
    machine.battery.mains(on=False)
    machine.until(lambda: home(machine).closed, "the power failure to be noticed")
    assert machine.at == "card"
    machine.clock.set_speed(POWER_SECONDS)
    machine.until(lambda: machine.at == "home", "the visit to end")
    assert '"visit_ended"' in (machine.directory / "journal.jsonl").read_text(encoding="utf-8")


def test_a_receipt_under_way_is_printed_before_the_machine_closes(machine: Machine) -> None:
    closed: list[str] = []
    machine.terminal.on_power_out = lambda: closed.append(machine.at)
    machine.to_signature().submit()
    machine.act("next")
    assert machine.body().state == "printing"
    machine.battery.mains(on=False)
    machine.battery.low(on=True)
    machine.until(lambda: closed, "the machine to close")
    assert closed == ["home"]
    assert len(machine.receipts) == 1
    assert len(machine.printer.receipts) == 1
    assert closed_by(machine) == BATTERY_LOW
    assert '"power_out"' in (machine.directory / "journal.jsonl").read_text(encoding="utf-8")


# -- the lamps ------------------------------------------------------------------------------


def lit(machine: Machine) -> list[str]:
    return [name for name, light in machine.lamps.state()["lamps"].items() if light != "off"]


def test_the_part_that_is_needed_next_is_lit_and_only_that(machine: Machine) -> None:
    machine.begin()
    machine.until(lambda: lit(machine) == ["id_reader"], "the reader to be lit")
    machine.read_card()
    machine.prove_by_code()
    machine.until(lambda: lit(machine) == [], "the lamps to go out")
    machine.fill_in().submit().act("next")
    machine.until(lambda: lit(machine) == ["receipt_printer"], "the printer to be lit")
    machine.wait_for_receipt().act("next", "next")
    assert machine.at == "done"
    machine.until(lambda: lit(machine) == ["id_reader"], "the forgotten card to be lit")
    machine.reader.lift()
    machine.until(lambda: lit(machine) == [], "the lamps to go out")
