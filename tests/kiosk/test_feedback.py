"""From a finger on a face to the back office's list, with the real line between."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from backoffice.feedback import Feedback
from backoffice.service import create_app
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import Level
from kiosk.gateway.notes import Messenger, Notes
from tests.backoffice.running import Running, until
from tests.kiosk.machine import Machine


def cases(machine: Machine) -> list[tuple[str, str]]:
    with machine.store.transaction() as session:
        rows = session.connection().exec_driver_sql("SELECT item, result FROM visit_case ORDER BY id").all()
    return [(str(item), str(result)) for item, result in rows]


def test_a_bad_rating_of_a_finished_case_is_a_work_order_at_the_back_office(machine: Machine) -> None:
    machine.to_signature().submit().print_receipt().act("next")
    assert machine.at == "rate"
    number = machine.store.listing()[0].reference_number
    machine.act("rate:poor", "reason:slow", "next", "next")
    office = Feedback(machine.store)
    machine.until(lambda: office.ratings() and cases(machine), "rating and count to arrive")
    (line,) = office.ratings()
    assert (line.item, line.level, line.reasons, line.number) == ("JT-02", Level.POOR, ("slow",), number)
    assert [order.about for order in office.work_orders()] == ["poor slow"]
    assert cases(machine) == [("JT-02", "finished")]


def test_whoever_leaves_is_counted_and_nothing_else_is_said(machine: Machine) -> None:
    machine.begin().act("exit")
    machine.until(lambda: cases(machine), "the count to arrive")
    assert cases(machine) == [("JT-02", "left")]
    assert Feedback(machine.store).ratings() == []


def test_a_visit_that_the_power_ends_is_counted_once_the_machine_is_back(machine: Machine) -> None:
    machine.begin()
    machine.office.__exit__(None, None, None)  # the line goes with the power
    machine.terminal.stop()
    assert cases(machine) == []
    with (
        closing(Notes(machine.directory)) as left_over,
        Running(create_app(machine.store)) as office,
        closing(GatewayClient(office.url)) as client,
    ):
        messenger = Messenger(left_over, client)
        messenger.start()
        until(lambda: cases(machine))
        messenger.stop()
    assert cases(machine) == [("JT-02", "left")]


@pytest.mark.parametrize("how", ["rate", "idle"])
def test_nothing_personal_is_written_down_for_it(machine: Machine, how: str) -> None:
    machine.to_signature().submit().print_receipt().act("next")
    machine.act("rate:very_poor", "anonymous", "next" if how == "rate" else "extend")
    machine.act("exit")
    machine.until(lambda: cases(machine), "the count to arrive")
    for name in ("notes.sqlite3", "notes.sqlite3-wal"):
        path = machine.directory / name
        kept = path.read_bytes() if path.exists() else b""
        number = machine.store.listing()[0].reference_number
        assert number.encode() not in kept
        assert "林".encode() not in kept


def test_a_fault_that_somebody_reports_is_a_work_order_with_the_station_and_the_page(machine: Machine) -> None:
    assert machine.terminal.report_fault("screen")
    machine.begin()
    assert machine.terminal.report_fault("card")
    assert machine.terminal.report_fault("card")  # touched twice, it is one
    office = Feedback(machine.store)
    machine.until(lambda: len(office.work_orders()) == 2, "the reports to arrive")
    orders = sorted((order.station, order.item or "", order.about) for order in office.work_orders())
    assert orders == [("XM-HL-0001", "", "screen home"), ("XM-HL-0001", "JT-02", "card card")]
    machine.pump(0.3)
    assert len(office.work_orders()) == 2


def test_without_a_line_nobody_is_told(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path, desk, gateway=False)
    try:
        assert not machine.terminal.report_fault("screen")
    finally:
        machine.close()
