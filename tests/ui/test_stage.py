"""What the invented citizen's hands do: the phone reads a code once and pays it, cards go in and are taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from backoffice.store import Store
from backoffice.wallet import LoopbackWallet
from drivers.bank_card_reader.reader import BankCardReader
from drivers.bank_card_reader.simulator import BankCardReaderSimulator
from drivers.card_rewriter.rewriter import CardRewriter
from drivers.card_rewriter.simulator import CardRewriterSimulator
from drivers.device import Cancel
from drivers.simulation import Control, ControlServer, Verb
from drivers.transport import transport_for
from kiosk.gateway.contract import OrderRequest, OrderState
from kiosk.text import same
from kiosk.visit.events import BankCardRead, CardDrawnIn, CardOffered, ChipRead, OrderTold
from tests.backoffice.running import until
from tests.items import bank_card
from tests.kiosk.visit.test_cards import WELL, mouth
from tests.kiosk.visit.test_payment import asked
from tests.kiosk.visit.told import Told
from tests.people import LIN
from ui.stage import Stage


@pytest.fixture
def wallet(tmp_path: Path) -> Iterator[LoopbackWallet]:
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    wallet = LoopbackWallet(store, seconds=0.0)
    wallet.start()
    yield wallet
    wallet.stop()
    store.close()


def test_the_citizen_pays_the_code_on_the_page_and_reads_it_once(wallet: LoopbackWallet) -> None:
    request = OrderRequest(
        operation="transport.fee",
        bill="B0001",
        amount=20050,
        about=same("费"),
        item="JT-98",
        station="XM-HL-0001",
        language="zh",
    )
    order = wallet.payments.order(request)
    server = ControlServer(wallet.verbs)
    server.start()
    control = Control(server.address)
    stage = Stage({"wallet": control}, person="lin", face="astronaut")
    page = asked()
    stage.see(page.visit.view())
    page.tell(OrderTold(order))
    for _ in range(5):
        page.wait(1)
        stage.see(page.visit.view())
    until(lambda: wallet.payments.status(order.order_id).state is OrderState.PAID)
    page.tell(OrderTold(wallet.payments.status(order.order_id)))
    stage.see(page.visit.view())
    stage.leave()
    assert wallet.state()["refunded"] == 0
    assert not wallet.payments.refunds_due()
    control.close()
    server.stop()


def test_the_citizen_puts_the_card_in_and_takes_it_when_it_is_held_out() -> None:
    unit = CardRewriterSimulator(move_seconds=0.01, write_seconds=0.05)
    unit.start()
    rewriter = CardRewriter(transport_for(unit.address))
    rewriter.open()
    with told(unit.verbs) as control:
        stage = Stage({"card_rewriter": control}, person="lin", face="astronaut")
        page = mouth()
        stage.see(page.visit.view())
        assert rewriter.accept(Cancel(), patience=20.0)
        page.tell(CardDrawnIn(), ChipRead(LIN.number), WELL)
        stage.see(page.visit.view())  # it is on its way out: nothing can be taken yet

        def offered() -> None:
            page.tell(CardOffered(20.0))
            stage.see(page.visit.view())

        rewriter.present_or_capture(20.0, Cancel(), offered)
        stage.leave()
    assert unit.state()["card"] == ""
    assert rewriter.counters["cards_returned"] == 1
    rewriter.close()
    unit.stop()


def test_the_citizen_pushes_the_bank_card_in_and_pulls_it_out() -> None:
    unit = BankCardReaderSimulator(read_seconds=0.05)
    unit.start()
    reader = BankCardReader(transport_for(unit.address))
    reader.open()
    with told(unit.verbs) as control:
        stage = Stage({"bank_card_reader": control}, person="lin", face="astronaut")
        page = Told(bank_card()).tell("next")
        stage.see(page.visit.view())
        number = reader.read(Cancel(), patience=20.0).number
        page.tell(BankCardRead(number, 0.1))
        stage.see(page.visit.view())
        reader.wait_until_taken(20.0, Cancel())
        stage.leave()
    reader.close()
    unit.stop()


@contextmanager
def told(verbs: Mapping[str, Verb]) -> Iterator[Control]:
    server = ControlServer(verbs)
    server.start()
    control = Control(server.address)
    yield control
    control.close()
    server.stop()
