"""Answers that come late: what was asked about a closed order reaches nobody, and the next order is followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.cashier import POLL_SECONDS, SETTLE_SECONDS, Cashier
from kiosk.gateway.client import GatewayClient
from kiosk.text import same
from kiosk.visit.events import CloseOrder, Event, Failed, OpenOrder, OrderTold, SettleOrder
from tests.kiosk.visit.test_payment import FIRST, SECOND, order

OPEN_ORDER = OpenOrder("transport.fee", "B0001", 20050, same("费"), False, None, "")
ABOUT: dict[str, Any] = {"item": "JT-98", "station": "XM-HL-0001", "language": "zh"}


class Desk:
    """A cashier whose questions lie on the table until the test answers them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.heard: list[Event] = []
        self.asked: list[Callable[[Event], None]] = []
        self.told: list[Callable[[bool], None]] = []
        self.cashier = Cashier(self._ask, self._tell, self.heard.append, lambda: self.now)

    def _ask(self, _: Callable[[GatewayClient], Event], then: Callable[[Event], None] | None) -> None:
        self.asked.append(then or self.heard.append)

    def _tell(self, _: Callable[[GatewayClient], object], then: Callable[[bool], None]) -> None:
        self.told.append(then)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.cashier.look()


def opened() -> Desk:
    desk = Desk()
    desk.cashier.open(OPEN_ORDER, **ABOUT)
    desk.asked.pop()(order("open"))
    return desk


def test_an_open_order_is_asked_after_one_question_at_a_time() -> None:
    desk = opened()
    desk.wait(POLL_SECONDS / 2)
    assert not desk.asked
    desk.wait(POLL_SECONDS)
    desk.wait(POLL_SECONDS)
    (answer,) = desk.asked
    answer(order("paid"))
    desk.wait(POLL_SECONDS)
    assert len(desk.asked) == 1
    assert desk.heard[-1] == order("paid")


def test_a_question_that_is_not_answered_is_asked_again_and_the_page_hears_nothing_of_it() -> None:
    desk = opened()
    desk.wait(POLL_SECONDS)
    desk.asked.pop()(Failed("gateway.unreachable"))
    assert desk.heard == [order("open")]
    desk.wait(POLL_SECONDS)
    assert len(desk.asked) == 1


def test_the_answer_about_an_order_that_is_closed_comes_too_late() -> None:
    desk = opened()
    desk.wait(POLL_SECONDS)
    late = desk.asked.pop()
    desk.cashier.close(CloseOrder(FIRST))
    desk.asked.pop()(order("timed_out"))
    desk.cashier.open(OPEN_ORDER, **ABOUT)
    desk.asked.pop()(order("open", SECOND))
    late(order("open"))
    assert [event.order.order_id for event in desk.heard if isinstance(event, OrderTold)] == [FIRST, FIRST, SECOND]
    desk.wait(POLL_SECONDS)
    assert len(desk.asked) == 1  # about the second


def test_who_leaves_closes_what_is_open_and_nothing_else() -> None:
    desk = opened()
    desk.cashier.let_go()
    assert len(desk.told) == 1
    desk.cashier.let_go()
    desk.wait(POLL_SECONDS)
    assert (len(desk.told), desk.asked) == (1, [])


def test_what_was_handed_out_is_told_until_it_arrives() -> None:
    desk = Desk()
    desk.cashier.settle(SettleOrder(FIRST, done=True))
    desk.cashier.settle(SettleOrder(SECOND, done=False))
    assert len(desk.told) == 1
    desk.told.pop()(False)
    desk.wait(SETTLE_SECONDS / 2)
    assert not desk.told
    desk.wait(SETTLE_SECONDS)
    desk.told.pop()(True)
    desk.wait(0)
    desk.told.pop()(True)
    desk.wait(SETTLE_SECONDS)
    assert not desk.told
