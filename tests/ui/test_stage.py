"""The invented citizen's phone reads the code from the page, once, and pays it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.store import Store
from backoffice.wallet import LoopbackWallet
from drivers.simulation import Control, ControlServer
from kiosk.gateway.contract import OrderRequest, OrderState
from kiosk.text import same
from kiosk.visit.events import OrderTold
from tests.backoffice.running import until
from tests.kiosk.visit.test_payment import asked
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
