"""One bill, one order; money counts once or goes back: over real HTTP, a real database, and with many at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy.exc import OperationalError

from backoffice import wallet as module
from backoffice.chores import Chores
from backoffice.payments import Payments
from backoffice.service import create_app
from backoffice.store import Refusal, Store
from backoffice.wallet import LoopbackWallet
from kiosk.gateway.client import GatewayClient, GatewayRefused
from kiosk.gateway.contract import (
    DELIVERY_SECONDS,
    ORDER_SECONDS,
    Order,
    OrderRequest,
    OrderState,
    ProblemCode,
)
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running, until
from tests.backoffice.test_commands import run

LIN, PHONE = "350206198503120027", "13950010001"
HOUSE = Path(__file__).resolve().parents[2]


def request(**said: Any) -> OrderRequest:
    usual = {
        "operation": "police.fine",
        "bill": "3502001234567890",
        "amount": 20000,
        "about": {"zh": "交通违法罚款", "en": "Traffic fine"},
        "item": "GA-JJ-03",
        "station": "XM-HL-0001",
        "language": "zh",
        "phone": PHONE,
    }
    return OrderRequest.model_validate(usual | said)


@pytest.fixture
def payments(store: Store) -> Payments:
    return Payments(store, "http://127.0.0.1:9")


@pytest.fixture
def wallet(store: Store) -> Iterator[LoopbackWallet]:
    wallet = LoopbackWallet(store, seconds=0.0)
    wallet.start()
    yield wallet
    wallet.stop()


@pytest.fixture
def client(store: Store, wallet: LoopbackWallet) -> Iterator[GatewayClient]:
    with Running(create_app(store, platform=wallet.address)) as running:
        client = GatewayClient(running.url)
        yield client
        client.close()


def texts(store: Store) -> list[str]:
    return [text.words for text in store.texts()]


# -- over the line, with a phone ----------------------------------------------------------------


def test_the_phone_reads_the_code_pays_and_the_kiosk_learns_it(
    client: GatewayClient, wallet: LoopbackWallet, store: Store
) -> None:
    order = client.open_order(request())
    assert (order.state, order.amount) == (OrderState.OPEN, 20000)
    assert order.code == f"{wallet.address}/pay/{order.order_id}"
    assert order.seconds_left == ORDER_SECONDS
    wallet.verbs["scan"](code=order.code)
    until(lambda: client.how_is_order(order.order_id).state is OrderState.PAID)
    paid = client.how_is_order(order.order_id)
    assert paid.paid_at == store.now()
    assert (paid.code, paid.seconds_left) == ("", 0)
    (text,) = texts(store)
    assert "缴费成功：交通违法罚款，200.00 元" in text
    assert order.order_id in text


def test_a_browser_can_play_the_phone(client: GatewayClient) -> None:
    order = client.open_order(request())
    page = requests.get(order.code, timeout=30).text
    assert "交通违法罚款" in page
    assert "¥ 200.00" in page
    paid = requests.post(order.code, timeout=30).text
    assert "已付款" in paid
    assert "<form" not in paid
    assert client.how_is_order(order.order_id).state is OrderState.PAID
    assert requests.get(order.code[:-1] + "?", timeout=30).status_code == 404


def test_what_stands_on_the_page_is_words_and_no_markup(client: GatewayClient) -> None:
    order = client.open_order(request(about={"zh": "<script>1</script>", "en": "&"}))
    assert "<script>" not in requests.get(order.code, timeout=30).text


def test_the_phone_refuses_and_nothing_is_charged(client: GatewayClient, wallet: LoopbackWallet, store: Store) -> None:
    wallet.behave("refuses")
    order = client.open_order(request())
    wallet.scan(order.code)
    until(lambda: client.how_is_order(order.order_id).state is OrderState.REFUSED)
    assert not texts(store)
    again = client.open_order(request())
    assert again.order_id != order.order_id
    assert again.state is OrderState.OPEN


def test_who_pays_twice_gets_the_second_payment_back_by_itself(
    client: GatewayClient, wallet: LoopbackWallet, store: Store
) -> None:
    wallet.behave("pays_twice")
    order = client.open_order(request())
    wallet.scan(order.code)
    until(lambda: wallet.state()["refunded"] == 1)
    assert client.how_is_order(order.order_id).state is OrderState.PAID
    assert not wallet.payments.refunds_due()
    first, second = texts(store)
    assert "缴费成功" in first
    assert "多付的 200.00 元按原路退回" in second


def test_a_slow_phone_pays_in_its_own_time(
    client: GatewayClient, wallet: LoopbackWallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLOW_SECONDS", 1.0)
    wallet.behave("slow")
    order = client.open_order(request())
    wallet.scan(order.code)
    assert client.how_is_order(order.order_id).state is OrderState.OPEN
    assert wallet.state()["waiting"] == 1
    until(lambda: client.how_is_order(order.order_id).state is OrderState.PAID)


def test_the_phone_is_played_by_hand(client: GatewayClient, wallet: LoopbackWallet) -> None:
    verbs = wallet.verbs
    with pytest.raises(LookupError, match="no code"):
        verbs["pay"]()
    verbs["behave"](manner="only_looks")
    order = client.open_order(request())
    verbs["scan"](code=order.code)
    verbs["pay"]()
    assert verbs["state"]()["order"] == "paid"
    verbs["clear"]()
    assert verbs["state"]()["manner"] == "pays"


def test_a_back_office_without_a_platform_opens_no_order(store: Store) -> None:
    with Running(create_app(store)) as running:
        client = GatewayClient(running.url)
        with pytest.raises(GatewayRefused, match=ProblemCode.PAYMENT_UNAVAILABLE.value):
            client.open_order(request())
        client.close()


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": 200.5}, {"amount": 10**9}, {"bill": ""}, {"operation": "x"}]
)
def test_what_is_no_order_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        request(**wrong)


# -- one bill, one order --------------------------------------------------------------------------


def test_asking_again_for_a_bill_finds_its_order_open_or_paid(payments: Payments, time: Time) -> None:
    first = payments.order(request())
    time.passes(seconds=100)
    again = payments.order(request(station="XM-HL-0002", number=LIN))
    assert again.order_id == first.order_id
    assert again.seconds_left == ORDER_SECONDS  # whoever asks has the whole time
    payments.arrived(first.order_id, "p1", 20000)
    time.passes(days=400)
    paid = payments.order(request())
    assert (paid.order_id, paid.state) == (first.order_id, OrderState.PAID)
    assert payments.order(request(bill="other")).order_id != first.order_id
    assert payments.order(request(operation="tax.pay")).order_id != first.order_id


def test_a_bill_whose_amount_has_changed_gets_another_order_and_the_old_code_takes_no_money(payments: Payments) -> None:
    old = payments.order(request())
    new = payments.order(request(amount=20600))
    assert new.order_id != old.order_id
    assert not payments.arrived(old.order_id, "p1", 20000)
    assert [due.payment_id for due in payments.refunds_due()] == ["p1"]
    assert payments.arrived(new.order_id, "p2", 20600)


def test_an_order_that_nobody_closes_ends_by_itself(payments: Payments, time: Time) -> None:
    order = payments.order(request())
    time.passes(seconds=ORDER_SECONDS + 29)
    assert payments.status(order.order_id).state is OrderState.OPEN  # the kiosk's clock may be slow
    assert payments.status(order.order_id).seconds_left == 0
    time.passes(seconds=1)
    assert payments.status(order.order_id).state is OrderState.TIMED_OUT
    assert payments.order(request()).order_id != order.order_id


def test_the_job_of_every_minute_closes_what_nobody_asks_for(payments: Payments, time: Time) -> None:
    payments.order(request())
    assert payments.settle() == 0
    time.passes(seconds=ORDER_SECONDS + 30)
    assert payments.settle() == 1
    assert [line.state for line in payments.listing()] == [OrderState.TIMED_OUT]
    assert payments.settle() == 0


# -- money counts once, or goes back -----------------------------------------------------------------


def test_a_payment_that_is_told_twice_is_one_payment(payments: Payments, store: Store) -> None:
    order = payments.order(request())
    assert payments.arrived(order.order_id, "p1", 20000)
    assert payments.arrived(order.order_id, "p1", 20000)
    assert not payments.refunds_due()
    assert len(texts(store)) == 1


@pytest.mark.parametrize("how", ["close", "refuse"])
def test_a_payment_for_an_order_that_has_ended_goes_back_and_the_citizen_is_told(
    payments: Payments, store: Store, how: str
) -> None:
    order = payments.order(request())
    ended: Order = getattr(payments, how)(order.order_id)
    assert ended.state in (OrderState.TIMED_OUT, OrderState.REFUSED)
    assert not payments.arrived(order.order_id, "p1", 20000)
    assert payments.status(order.order_id).state is ended.state
    (due,) = payments.refunds_due()
    assert (due.payment_id, due.amount) == ("p1", 20000)
    assert "没有缴成" in texts(store)[0]
    payments.refunded("p1")
    payments.refunded("p1")
    assert not payments.refunds_due()
    assert not payments.arrived(order.order_id, "p1", 20000)  # told again, long after
    assert not payments.refunds_due()


def test_another_amount_than_the_orders_does_not_count(payments: Payments) -> None:
    order = payments.order(request())
    assert not payments.arrived(order.order_id, "p1", 19999)
    assert payments.status(order.order_id).state is OrderState.OPEN
    assert payments.arrived(order.order_id, "p2", 20000)
    assert [due.payment_id for due in payments.refunds_due()] == ["p1"]


def test_closing_a_paid_order_says_that_it_is_paid(payments: Payments) -> None:
    order = payments.order(request())
    payments.arrived(order.order_id, "p1", 20000)
    assert payments.close(order.order_id).state is OrderState.PAID
    assert payments.refuse(order.order_id).state is OrderState.PAID
    assert not payments.refunds_due()


def test_what_nobody_knows_is_not_found(payments: Payments) -> None:
    unknown = "JF-0000-0000-000"
    for call in (payments.status, payments.close, payments.refuse, payments.page):
        with pytest.raises(Refusal, match="not_found"):
            call(unknown)
    with pytest.raises(Refusal, match="not_found"):
        payments.arrived(unknown, "p1", 1)
    order = payments.order(request())
    payments.arrived(order.order_id, "p1", 20000)
    with pytest.raises(Refusal, match="not_found"):
        payments.refunded("p1")  # it counts: nobody gives it back by mistake


def test_the_phone_on_file_is_told_where_none_was_left_and_nobody_where_there_is_neither(
    payments: Payments, store: Store
) -> None:
    store.register_phone(LIN, "13950010002")
    on_file = payments.order(request(bill="a", phone=None, number=LIN, language="en"))
    payments.arrived(on_file.order_id, "p1", 20000)
    nobody = payments.order(request(bill="b", phone=None))
    payments.arrived(nobody.order_id, "p2", 20000)
    (text,) = store.texts()
    assert text.phone == "13950010002"
    assert text.words.startswith("[e-Government] Paid: Traffic fine, ¥200.00")


# -- something is handed out for it ---------------------------------------------------------------------


def paid_for_a_card(payments: Payments) -> str:
    order = payments.order(request(hands_out=True))
    payments.arrived(order.order_id, "p1", 20000)
    return order.order_id


def test_what_could_not_be_handed_out_is_paid_back_and_said(payments: Payments, store: Store) -> None:
    order_id = paid_for_a_card(payments)
    assert payments.deliver(order_id, done=False).state is OrderState.REFUNDED
    assert [due.payment_id for due in payments.refunds_due()] == ["p1"]
    assert "没有办成" in texts(store)[-1]
    assert payments.deliver(order_id, done=False).state is OrderState.REFUNDED  # the answer was lost, say
    assert len(payments.refunds_due()) == 1
    assert payments.order(request(hands_out=True)).order_id != order_id


def test_what_was_handed_out_is_never_paid_back(payments: Payments, time: Time) -> None:
    order_id = paid_for_a_card(payments)
    payments.deliver(order_id, done=True)
    assert payments.deliver(order_id, done=False).state is OrderState.PAID
    time.passes(days=2)
    assert payments.settle() == 0
    assert payments.order(request(hands_out=True)).state is OrderState.PAID


def test_without_a_word_from_the_kiosk_the_money_goes_back(payments: Payments, time: Time) -> None:
    order_id = paid_for_a_card(payments)
    time.passes(seconds=DELIVERY_SECONDS)
    assert payments.settle() == 0
    # Whoever comes back to another machine meanwhile goes on from there.
    assert payments.order(request(hands_out=True)).state is OrderState.PAID
    time.passes(seconds=1)
    assert payments.settle() == 1
    assert payments.status(order_id).state is OrderState.REFUNDED
    assert len(payments.refunds_due()) == 1


def test_a_fine_that_is_paid_is_not_paid_back_for_a_receipt_that_was_not_printed(
    payments: Payments, time: Time
) -> None:
    order = payments.order(request())
    payments.arrived(order.order_id, "p1", 20000)
    assert payments.deliver(order.order_id, done=False).state is OrderState.PAID
    time.passes(days=1)
    payments.settle()
    assert not payments.refunds_due()


# -- many at once -----------------------------------------------------------------------------------------


def test_many_machines_at_once_get_one_order_for_a_bill(payments: Payments) -> None:
    with ThreadPoolExecutor(16) as pool:
        orders = {order.order_id for order in pool.map(lambda _: payments.order(request()), range(48))}
    assert len(orders) == 1
    assert len(payments.listing()) == 1


def test_of_many_payments_at_once_one_counts_and_all_others_go_back(payments: Payments) -> None:
    order = payments.order(request())
    with ThreadPoolExecutor(16) as pool:
        counted = list(pool.map(lambda n: payments.arrived(order.order_id, f"p{n}", 20000), range(32)))
    assert counted.count(True) == 1
    assert len(payments.refunds_due()) == 31


def test_a_payment_in_the_moment_of_closing_counts_or_goes_back_never_both_and_never_neither(
    payments: Payments,
) -> None:
    outcomes = Counter[str]()
    with ThreadPoolExecutor(2) as pool:
        for n in range(60):
            order_id = payments.order(request(bill=f"bill-{n}")).order_id
            paying = pool.submit(payments.arrived, order_id, f"p{n}", 20000)
            closing = pool.submit(payments.close, order_id)
            counts, told = paying.result(), closing.result().state
            goes_back = f"p{n}" in {due.payment_id for due in payments.refunds_due()}
            assert counts != goes_back
            # What the kiosk was told is what is true.
            assert (told is OrderState.PAID) == counts
            assert payments.status(order_id).state is told
            outcomes[told] += 1
    assert sum(outcomes.values()) == 60


def test_closing_over_http_while_the_phone_pays(client: GatewayClient, wallet: LoopbackWallet) -> None:
    with ThreadPoolExecutor(2) as pool:
        for n in range(12):
            order = client.open_order(request(bill=f"bill-{n}"))
            paying = pool.submit(requests.post, order.code, timeout=30)
            told = pool.submit(client.close_order, order.order_id).result().state
            paying.result()
            assert client.how_is_order(order.order_id).state is told
            assert told in (OrderState.PAID, OrderState.TIMED_OUT)
    until(lambda: not wallet.payments.refunds_due())


class Money(RuleBasedStateMachine):
    """Whatever happens in whatever order: for each bill at most one payment counts, and all money is accounted for."""

    orders = Bundle("orders")
    paid = Bundle("paid")

    def __init__(self) -> None:
        super().__init__()
        self.time = Time()
        self.store = Store("sqlite://", now=self.time)
        self.payments = Payments(self.store, "http://127.0.0.1:9")
        self.ids = count()
        self.kept: dict[str, tuple[str, int]] = {}  # the order and the amount of every payment
        self.back: set[str] = set()
        self.bills: dict[str, str] = {}

    def teardown(self) -> None:
        self.store.close()

    @rule(target=orders, bill=st.sampled_from("AB"), amount=st.sampled_from([100, 200]), hands_out=st.booleans())
    def ask(self, bill: str, amount: int, hands_out: bool) -> str:
        order = self.payments.order(request(bill=bill, amount=amount, hands_out=hands_out))
        self.bills[order.order_id] = bill
        assert order.state in (OrderState.OPEN, OrderState.PAID)
        return order.order_id

    @rule(target=paid, order_id=orders, amount=st.sampled_from([100, 200]))
    def pay(self, order_id: str, amount: int) -> str:
        payment_id = f"p{next(self.ids)}"
        self.kept[payment_id] = (order_id, amount)
        self.payments.arrived(order_id, payment_id, amount)
        return payment_id

    @rule(payment_id=paid)
    def tell_again(self, payment_id: str) -> None:
        order_id, amount = self.kept[payment_id]
        before = self.payments.refunds_due()
        self.payments.arrived(order_id, payment_id, amount)
        assert self.payments.refunds_due() == before

    @rule(order_id=orders, how=st.sampled_from(["close", "refuse", "status"]))
    def do(self, order_id: str, how: str) -> None:
        getattr(self.payments, how)(order_id)

    @rule(order_id=orders, done=st.booleans())
    def deliver(self, order_id: str, done: bool) -> None:
        self.payments.deliver(order_id, done=done)

    @rule(seconds=st.sampled_from([10, ORDER_SECONDS, DELIVERY_SECONDS + 1]))
    def wait(self, seconds: int) -> None:
        self.time.passes(seconds=seconds)
        self.payments.settle()

    @rule()
    def give_back(self) -> None:
        for due in self.payments.refunds_due()[:1]:
            self.payments.refunded(due.payment_id)
            self.back.add(due.payment_id)

    @invariant()
    def all_money_is_accounted_for(self) -> None:
        due = {one.payment_id for one in self.payments.refunds_due()}
        assert not due & self.back
        counted = Counter(order for one, (order, _) in self.kept.items() if one not in due | self.back)
        states = {line.order_id: line for line in self.payments.listing()}
        for order_id, line in states.items():
            assert counted[order_id] == (1 if line.state is OrderState.PAID else 0)
        for one, (order_id, amount) in self.kept.items():
            if one not in due | self.back:
                assert amount == states[order_id].amount
        live = Counter(
            self.bills[line.order_id] for line in states.values() if line.state in (OrderState.OPEN, OrderState.PAID)
        )
        assert all(number <= 1 for number in live.values())


Money.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestMoney = Money.TestCase


# -- a kiosk that dies ---------------------------------------------------------------------------------------


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[str, str, LoopbackWallet]]:
    """The service as a process of its own: where it is, its database, and the phone."""
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    store = Store(database)
    wallet = LoopbackWallet(store, seconds=0.0)
    wallet.start()
    serve = ["backoffice", "serve", "--listen", "127.0.0.1:0", "--database", database, "--platform", wallet.address]
    process = subprocess.Popen([sys.executable, "main.py", *serve], cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())["ready"], database, wallet
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    wallet.stop()
    store.close()


def test_a_service_that_is_killed_between_payment_and_question_has_lost_nothing(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    store = Store(database)
    payments = Payments(store, "http://127.0.0.1:9")
    order = payments.order(request())
    payments.arrived(order.order_id, "p1", 20000)
    store.close()
    again = Store(database)
    assert Payments(again, "http://127.0.0.1:9").order(request()).state is OrderState.PAID
    again.close()


def test_the_served_back_office_opens_orders_that_the_phone_pays(serving: tuple[str, str, LoopbackWallet]) -> None:
    url, _, wallet = serving
    client = GatewayClient(url)
    order = client.open_order(request())
    wallet.scan(order.code)
    until(lambda: client.how_is_order(order.order_id).state is OrderState.PAID)
    client.close()


# -- commands ---------------------------------------------------------------------------------------------------


def test_orders_and_refunds_are_listed_and_name_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    clock = Time()
    clock.now = datetime.now(UTC) - timedelta(hours=1)
    store = Store(database, now=clock)
    payments = Payments(store, "http://127.0.0.1:9")
    order_id = paid_for_a_card(payments)
    payments.order(request(bill="other", number=LIN))
    store.close()
    assert run("refunds", "--database", database) == 0
    assert capsys.readouterr().out == f"p1\t{order_id}\t200.00\n"
    assert run("orders", "--database", database) == 0
    listed = capsys.readouterr().out
    assert [line.split("\t")[3] for line in listed.splitlines()] == ["refunded", "timed_out"]
    assert LIN not in listed
    assert PHONE not in listed


def test_an_order_says_nothing_of_anybody_when_it_is_printed() -> None:
    assert PHONE not in repr(request(number=LIN))
    assert LIN not in repr(request(number=LIN))


@pytest.mark.may_warn("first could not be done")
def test_the_chores_are_done_again_and_again_also_after_one_has_failed() -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("failed")
        raise OperationalError("locked", None, Exception())

    with Chores({"first": fails, "second": lambda: done.append("second")}, seconds=0.01):
        until(lambda: done.count("second") > 2)
    assert done[:4] == ["failed", "second", "failed", "second"]
