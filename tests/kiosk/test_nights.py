"""Named nights, and how the machine comes through them: the real terminal, and simulators that play the night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from drivers.device import NextAction
from drivers.scenario import load_scenarios
from drivers.simulation import Relay
from drivers.world import World
from kiosk.gateway.client import GatewayClient
from kiosk.operations.readiness import Reason, assess
from kiosk.settings import load_settings
from tests.drivers.simulated import told
from tests.items import only
from tests.kiosk.machine import CONFIG, Machine

NIGHTS = load_scenarios(CONFIG / "scenarios")
FAST = 1000.0  # of the night's clock: two hours are seven seconds


class Night:
    """A machine whose world can be played with, the line to its back office included."""

    def __init__(self, machine: Machine, world: World) -> None:
        self.machine = machine
        self.world = world

    def until(self, condition: object, what: str) -> None:
        self.machine.until(condition, what)  # type: ignore[arg-type]

    def until_morning(self) -> None:
        """Let the rest of the night pass quickly."""
        self.world.clock.set_speed(FAST)
        self.until(lambda: self.world.playing is None, "the morning")
        assert self.world.failures == ()

    @property
    def open(self) -> bool:
        """Whether the item can be begun."""
        return self.machine.tile.available

    def reasons(self) -> list[Reason]:
        """What the readiness report tells whoever looks after the machine."""
        terminal = self.machine.terminal
        found = assess(
            at=datetime.now().astimezone(),
            station=load_settings(CONFIG / "kiosk.toml").station,
            software="test",
            devices=terminal.devices,
            items=terminal.items,
            stopped_by=None,
            words=terminal.words,
            checks=(),
        )
        return [reason for reason in found.reasons if reason.part == "receipt_printer"]

    def go_home(self, action: str) -> None:
        """The citizen leaves the receipt's page by ``action``, takes the card and goes."""
        self.machine.act(action, "next", "next")
        self.machine.reader.lift()
        self.machine.until(lambda: self.machine.at == "home", "the visit to end")


@pytest.fixture
def night(tmp_path: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    with ExitStack() as stack:
        world = World(NIGHTS)
        stack.callback(world.close)

        def behind_a_relay(url: str, connect_seconds: float, read_seconds: float) -> GatewayClient:
            relay = Relay(urlsplit(url).netloc)
            relay.start()
            stack.callback(relay.stop)
            world.controls["line"] = stack.enter_context(told(relay.verbs))
            url = f"http://{relay.address}"
            return GatewayClient(url, connect_seconds=connect_seconds, read_seconds=read_seconds)

        monkeypatch.setattr("tests.kiosk.machine.GatewayClient", behind_a_relay)
        machine = Machine(tmp_path, desk, config=only(tmp_path / "config", "JT-02"))
        stack.callback(machine.close)
        for name, simulator in (("id_reader", machine.reader), ("receipt_printer", machine.printer)):
            world.controls[name] = stack.enter_context(told(simulator.verbs))
        yield Night(machine, world)


def test_when_paper_runs_out_the_attendant_is_warned_and_the_item_is_grey_until_somebody_brings_a_roll(
    night: Night,
) -> None:
    machine = night.machine
    night.world.play("paper-runs-out")
    night.until(night.reasons, "the warning")
    warning = night.reasons()[0]
    assert (warning.code, warning.acts_next, warning.stops) == (
        "receipt_printer.paper_low",
        NextAction.ATTENDANT,
        False,
    )
    assert night.open, "there is paper for one more"
    machine.to_signature().submit().print_receipt()
    assert machine.body().state == "printed"
    night.go_home("next")
    machine.to_signature().submit().print_receipt()
    assert machine.problem == "receipt_printer.paper_out"
    night.go_home("without")
    assert len(machine.store.listing()) == 2
    night.until(lambda: not night.open, "the item to be grey")
    reason = machine.tile.reason
    assert reason is not None
    assert "没有纸" in reason.zh
    assert [(one.code, one.acts_next) for one in night.reasons()] == [
        ("receipt_printer.paper_out", NextAction.ATTENDANT)
    ]
    night.until_morning()
    night.until(lambda: night.open, "the item to come back by itself")
    assert night.reasons() == []
    machine.to_signature().submit().print_receipt()
    assert machine.body().state == "printed"


def test_a_reader_whose_plug_is_loose_costs_a_citizen_a_sentence_and_the_visit_goes_on(night: Night) -> None:
    machine = night.machine
    (loose,) = NIGHTS["loose-reader"].steps
    night.world.play("loose-reader")
    machine.begin()
    # The night's own fault, but by certainty, and where it hurts: in the middle of the card.
    night.world.tell("id_reader", "fault", **{**loose.arguments, "probability": 1.0, "count": 1, "after": 2})
    machine.read_card()
    assert machine.problem == "id_reader.disconnected"
    said = machine.view.problem
    assert said is not None
    assert "读卡器" in said.happened.zh
    assert said.todo.zh
    assert "retry" in [button.id for button in said.actions]
    night.until(lambda: night.world.tell("id_reader", "state")["plugged"], "the plug to hold again")
    night.until(lambda: machine.id_worker.status.ready, "the reader to be back by itself")
    night.world.stop_playing()
    machine.act("retry").read_card()
    assert (machine.problem, machine.body().state) == ("", "read")
    machine.prove_by_code().fill_in().submit()
    assert machine.body().state == "accepted"


@pytest.mark.warns("waits on: connection refused")
def test_two_hours_without_the_back_office_lose_nothing_and_send_nothing_twice(night: Night) -> None:
    machine = night.machine
    machine.to_signature()
    night.world.play("back-office-away")
    night.until(lambda: not night.world.tell("line", "state")["plugged"], "the line to be cut")
    machine.submit()
    assert machine.body().state == "saved"
    ticket = machine.body().number
    assert machine.store.listing() == []
    machine.print_receipt()
    assert machine.body().state == "printed"
    night.go_home("next")
    assert machine.outbox.waiting() == 1
    night.until_morning()
    night.until(lambda: machine.outbox.waiting() == 0, "the application to be delivered by itself")
    assert len(machine.store.listing()) == 1
    assert machine.store.by_ticket(ticket).reference_number == machine.store.listing()[0].reference_number
