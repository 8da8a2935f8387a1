"""Payments on a whole machine: the real terminal, the line, the back office's orders, and the phone of the citizen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backoffice.payments import Payments
from backoffice.service import create_app
from backoffice.store import Store
from backoffice.wallet import LoopbackWallet
from kiosk.gateway.contract import OrderRequest, OrderState
from kiosk.text import same
from kiosk.visit.events import SettleOrder
from kiosk.visit.view import PayState
from tests.backoffice.running import Running, until
from tests.items import config_in
from tests.kiosk.machine import Machine

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def wallet(tmp_path: Path) -> Iterator[LoopbackWallet]:
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    wallet = LoopbackWallet(store, seconds=0.0)
    wallet.start()
    yield wallet
    wallet.stop()
    store.close()


@pytest.fixture
def machine(tmp_path: Path, desk: Path, wallet: LoopbackWallet) -> Iterator[Machine]:
    machine = Machine(tmp_path, desk, config=config_in(tmp_path / "config"), platform=wallet.address)
    yield machine
    machine.close()


def begin(machine: Machine, bill: str = "B0001") -> Machine:
    """To the code of a bill, or to what is said of it instead."""
    machine.terminal.begin("JT-98")
    machine.act("next")
    for key, value in (("bill", bill), ("amount", "200.50"), ("phone", "13950010001")):
        machine.terminal.answer(key, value)
    machine.act("next")
    machine.until(lambda: machine.problem or machine.body().state is not PayState.ASKING, "the order")
    return machine


def order_id(machine: Machine) -> str:
    return str(machine.body().order)


def until_state(machine: Machine, *states: PayState) -> None:
    machine.until(lambda: machine.body().state in states, " or ".join(states))


def states(machine: Machine) -> list[OrderState]:
    """Behind the counter: every order, the oldest first."""
    return [line.state for line in Payments(machine.store).listing()]


def test_the_phone_pays_and_the_receipt_has_the_orders_number(machine: Machine, wallet: LoopbackWallet) -> None:
    begin(machine)
    code = machine.body().code
    wallet.scan(code)
    until_state(machine, PayState.PAID)
    number = order_id(machine)
    machine.act("next").wait_for_receipt()
    assert machine.at == "receipt"
    assert number.encode() in machine.receipts[-1]
    assert b"200.50" in machine.receipts[-1]
    assert "缴费成功" in machine.store.texts()[-1].words


def test_a_refusal_is_said_and_another_try_pays(machine: Machine, wallet: LoopbackWallet) -> None:
    wallet.behave("refuses")
    begin(machine)
    first = order_id(machine)
    wallet.scan(machine.body().code)
    machine.until(lambda: machine.problem, "the refusal")
    assert machine.problem == "payment.refused"
    wallet.behave("pays")
    machine.act("retry")
    until_state(machine, PayState.OPEN)
    assert order_id(machine) != first
    wallet.scan(machine.body().code)
    until_state(machine, PayState.PAID)
    assert states(machine) == [OrderState.REFUSED, OrderState.PAID]


def test_two_machines_that_show_one_bill_show_one_order_and_both_learn_that_it_is_paid(
    machine: Machine, wallet: LoopbackWallet
) -> None:
    begin(machine)
    there = wallet.payments.order(_request())
    assert there.order_id == order_id(machine)
    wallet.scan(there.code)
    until_state(machine, PayState.PAID)


def _request(**said: Any) -> OrderRequest:
    usual = {
        "operation": "transport.fee",
        "bill": "B0001",
        "amount": 20050,
        "about": same("费"),
        "item": "JT-98",
        "station": "XM-HL-0002",
        "language": "zh",
    }
    return OrderRequest.model_validate(usual | said)


def test_when_time_runs_out_the_order_is_closed_and_what_is_paid_later_goes_back(
    machine: Machine, wallet: LoopbackWallet
) -> None:
    begin(machine)
    code = machine.body().code
    machine.clock.set_speed(300)
    machine.until(lambda: machine.problem, "the end of the code")
    machine.clock.set_speed(1)
    assert machine.problem == "payment.timed_out"
    assert states(machine) == [OrderState.TIMED_OUT]
    wallet.scan(code)
    until(lambda: wallet.state()["refunded"] == 1)
    assert "原路退回" in machine.store.texts()[-1].words
    assert states(machine) == [OrderState.TIMED_OUT]


def test_leaving_closes_the_order_so_that_nobody_pays_what_nobody_waits_for(machine: Machine) -> None:
    begin(machine)
    machine.act("exit")
    assert machine.at == "home"
    machine.until(lambda: states(machine) == [OrderState.TIMED_OUT], "the order to be closed")


def test_stopping_and_paying_at_once_ends_in_one_of_both_and_the_screen_says_which(
    machine: Machine, wallet: LoopbackWallet
) -> None:
    begin(machine)
    wallet.scan(machine.body().code)
    machine.act("stop")
    machine.until(lambda: machine.problem or machine.body().state is PayState.PAID, "the answer")
    until(lambda: wallet.state()["waiting"] == 0)
    if machine.body().state is PayState.PAID:
        assert states(machine) == [OrderState.PAID]
    else:
        assert machine.problem == "payment.timed_out"
        assert states(machine) == [OrderState.TIMED_OUT]
        until(lambda: wallet.state()["refunded"] == 1)


@pytest.mark.may_warn("the back office cannot be reached")
def test_a_line_that_breaks_before_the_result_leaves_nobody_unsure_for_good(
    machine: Machine, wallet: LoopbackWallet
) -> None:
    begin(machine)
    code, number = machine.body().code, order_id(machine)
    machine.office.__exit__(None, None, None)
    wallet.scan(code)  # the phone has a line of its own
    until(lambda: states(machine) == [OrderState.PAID])
    machine.until(lambda: machine.body().notice is not None, "the page to say that the line is down")
    assert machine.body().state is PayState.OPEN
    machine.clock.set_speed(100)
    machine.until(lambda: machine.problem, "the end of the time")
    machine.clock.set_speed(1)
    assert machine.problem == "payment.unknown"
    assert machine.view.problem is not None
    assert machine.view.problem.number == number
    machine.office = Running(machine.line, machine.office.port)
    machine.office.__enter__()
    machine.act("retry")
    until_state(machine, PayState.PAID)
    assert not machine.problem
    assert states(machine) == [OrderState.PAID]


@pytest.mark.may_warn("the back office cannot be reached")
def test_whoever_left_unsure_is_told_at_any_machine_that_it_is_paid(machine: Machine, wallet: LoopbackWallet) -> None:
    begin(machine)
    machine.office.__exit__(None, None, None)
    wallet.scan(machine.body().code)
    until(lambda: states(machine) == [OrderState.PAID])
    machine.act("exit")
    machine.office = Running(machine.line, machine.office.port)
    machine.office.__enter__()
    begin(machine)
    assert machine.body().state is PayState.PAID_BEFORE
    machine.act("next").wait_for_receipt()
    assert states(machine) == [OrderState.PAID]


@pytest.mark.may_warn("the back office cannot be reached")
def test_without_a_line_there_is_no_code_and_nothing_is_charged(machine: Machine) -> None:
    machine.office.__exit__(None, None, None)
    begin(machine)
    assert machine.problem == "payment.no_order"
    machine.office = Running(machine.line, machine.office.port)
    machine.office.__enter__()
    machine.act("retry")
    until_state(machine, PayState.OPEN)


@pytest.mark.may_warn("the back office cannot be reached")
def test_a_lost_answer_to_the_first_question_makes_no_second_order(machine: Machine) -> None:
    machine.line.loses.append("/v1/orders")
    begin(machine)
    assert machine.problem == "payment.no_order"
    machine.act("retry")
    until_state(machine, PayState.OPEN)
    assert states(machine) == [OrderState.OPEN]


@pytest.mark.may_warn("the back office cannot be reached")
def test_what_could_not_be_handed_out_is_told_until_the_back_office_knows(
    machine: Machine, wallet: LoopbackWallet
) -> None:
    order = wallet.payments.order(_request(hands_out=True))
    wallet.payments.arrived(order.order_id, "p1", 20050)
    machine.office.__exit__(None, None, None)
    machine.terminal._deal(SettleOrder(order.order_id, done=False))
    machine.clock.set_speed(20)
    for _ in range(20):
        machine.pump()
    assert states(machine) == [OrderState.PAID]
    machine.office = Running(machine.line, machine.office.port)
    machine.office.__enter__()
    machine.until(lambda: states(machine) == [OrderState.REFUNDED], "the refund")
    until(lambda: wallet.state()["refunded"] == 1)


def test_what_was_handed_out_is_told_and_stays_paid(machine: Machine, wallet: LoopbackWallet) -> None:
    order = wallet.payments.order(_request(hands_out=True))
    wallet.payments.arrived(order.order_id, "p1", 20050)
    machine.terminal._deal(SettleOrder(order.order_id, done=True))
    machine.until(lambda: not machine.terminal._cashier._unsettled, "the back office to know")
    assert wallet.payments.deliver(order.order_id, done=False).state is OrderState.PAID
    assert states(machine) == [OrderState.PAID]


def test_a_kiosk_that_is_killed_between_paying_and_learning_it_finds_the_bill_paid(
    tmp_path: Path, wallet: LoopbackWallet
) -> None:
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    config = config_in(tmp_path / "config")

    def kiosk(name: str) -> subprocess.Popen[str]:
        directory = tmp_path / name
        directory.mkdir()
        words = [sys.executable, "-m", "tests.kiosk.dying", office.url, str(config), str(directory)]
        return subprocess.Popen(words, cwd=HOUSE, stdout=subprocess.PIPE, text=True)

    def pages(process: subprocess.Popen[str]) -> Iterator[dict[str, str]]:
        assert process.stdout is not None
        yield from map(json.loads, process.stdout)

    with Running(create_app(store, platform=wallet.address)) as office:
        first = kiosk("first")
        shown = next(page for page in pages(first) if page["state"] == "open")
        first.kill()
        first.communicate(timeout=30)
        wallet.scan(shown["code"])
        until(lambda: wallet.payments.status(shown["order"]).state is OrderState.PAID)
        assert "缴费成功" in store.texts()[-1].words
        second = kiosk("second")
        found = next(page for page in pages(second) if page["state"] != "asking")
        second.kill()
        second.communicate(timeout=30)
    assert (found["state"], found["order"], found["code"]) == ("paid_before", shown["order"], "")
    store.close()
