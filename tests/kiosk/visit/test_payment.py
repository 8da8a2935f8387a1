"""The page of a payment: it always says which it is, paid, not paid or not known, and nobody pays twice by it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kiosk.gateway.contract import Order, code_for
from kiosk.visit.events import (
    Answer,
    CardRead,
    CloseOrder,
    Ending,
    Failed,
    OpenOrder,
    OrderTold,
    PrintReceipt,
    SettleOrder,
)
from kiosk.visit.view import PayState
from tests.items import bill, paid_card
from tests.kiosk.visit.told import Told
from tests.people import LIN

FIRST, SECOND = code_for("JF", UUID(int=1)), code_for("JF", UUID(int=2))
CODE = "http://127.0.0.1:9/pay/x"


def order(state: str, order_id: str = FIRST, **said: Any) -> OrderTold:
    usual: dict[str, Any] = {"order_id": order_id, "state": state, "amount": 20050}
    if state == "open":
        usual |= {"code": CODE, "seconds_left": 180}
    if state == "paid":
        usual["paid_at"] = datetime(2026, 11, 23, 2, 3, tzinfo=UTC)
    return OrderTold(Order.model_validate(usual | said))


def asked(amount: str = "200.50", number: str = "B0001") -> Told:
    page = Told(bill()).tell("next", Answer("bill", number), Answer("amount", amount))
    page.tell(Answer("phone", "13950010001"), "next")
    assert page.at == "pay"
    return page


def opened() -> Told:
    return asked().tell(order("open"))


def shown(page: Told) -> tuple[PayState, str]:
    return page.body.state, page.body.status.zh


def ways(page: Told) -> list[str]:
    problem = page.visit.view().problem
    return [button.id for button in problem.actions] if problem is not None else []


def test_an_order_is_opened_for_the_bill_in_fen() -> None:
    page = asked()
    (one,) = page.asked(OpenOrder)
    assert (one.operation, one.bill, one.amount, one.phone) == ("transport.fee", "B0001", 20050, "13950010001")
    assert not one.hands_out
    assert one.record is None
    assert shown(page) == (PayState.ASKING, "未付款")
    assert not page.visit.view().exit


def test_the_code_stands_with_amount_and_time_until_it_is_paid() -> None:
    page = opened().wait(20)
    assert shown(page) == (PayState.OPEN, "等待付款")
    assert (page.body.code, page.body.amount, page.body.seconds_left) == (CODE, "200.50", 160)
    page.tell(order("paid"))
    assert shown(page) == (PayState.PAID, "已付款")
    assert page.body.code == ""
    assert not page.visit.view().back
    page.tell("next")
    (receipt,) = page.asked(PrintReceipt)
    assert [value.zh for _, value in receipt.rows] == ["B0001", FIRST, "200.50 元", "2026-11-23 10:03"]
    assert receipt.code == FIRST


def test_who_pays_looks_at_the_phone_and_is_not_asked_whether_anybody_is_there() -> None:
    page = opened()
    for _ in range(16):
        page.wait(10).tell(order("open"))
        assert not page.visit.view().warning
    assert page.visit.ending is None


def test_a_bill_that_was_paid_before_says_so_and_its_receipt_can_be_printed() -> None:
    page = asked().tell(order("paid"))
    assert page.body.state is PayState.PAID_BEFORE
    assert page.visit.view().title.zh == "这笔已经缴过，不用再付"
    page.tell("next")
    assert page.asked(PrintReceipt)[0].code == FIRST


@pytest.mark.parametrize(
    ("state", "code"),
    [("refused", "payment.refused"), ("timed_out", "payment.timed_out"), ("refunded", "payment.refunded")],
)
def test_an_order_that_ended_is_said_to_be_not_paid_and_a_new_one_is_opened_when_wanted(state: str, code: str) -> None:
    page = opened().tell(order(state))
    assert shown(page) == (PayState.NOT_PAID, "未付款")
    assert page.problem == code
    assert ways(page) == ["retry", "back", "exit"]
    page.tell("retry", order("open", SECOND))
    assert len(page.asked(OpenOrder)) == 2
    assert page.body.order == SECOND


def test_back_leads_to_the_answers_and_a_changed_amount_is_another_order() -> None:
    page = opened().tell(order("refused"), "back")
    assert page.at == "about"
    page.tell(Answer("amount", "201"), "next")
    assert [one.amount for one in page.asked(OpenOrder)] == [20050, 20100]


def test_when_time_runs_out_the_order_is_closed_and_only_its_answer_counts() -> None:
    page = opened().wait(179)
    assert not page.asked(CloseOrder)
    page.wait(1.5)
    assert page.asked(CloseOrder) == [CloseOrder(FIRST)]
    assert shown(page) == (PayState.CLOSING, "正在确认")
    assert not page.visit.view().exit
    page.tell(order("open"))  # asked before it was closed
    assert page.body.state is PayState.CLOSING
    page.tell(order("timed_out"))
    assert page.problem == "payment.timed_out"


def test_a_payment_in_the_last_moment_counts() -> None:
    page = opened().wait(181).tell(order("paid"))
    assert shown(page) == (PayState.PAID, "已付款")
    page.tell(order("timed_out"))  # what cannot be
    assert page.body.state is PayState.PAID


def test_who_does_not_want_to_pay_closes_the_order() -> None:
    page = opened().tell("stop")
    assert page.asked(CloseOrder) == [CloseOrder(FIRST)]
    page.tell(order("timed_out"))
    assert ways(page) == ["retry", "back", "exit"]


def test_when_the_result_does_not_come_nobody_is_told_that_it_is_paid_or_not() -> None:
    page = opened().wait(181).tell(Failed("gateway.unreachable"))
    assert shown(page) == (PayState.UNKNOWN, "结果未知")
    problem = page.visit.view().problem
    assert problem is not None
    assert (problem.code, problem.number) == ("payment.unknown", FIRST)
    assert "短信" in problem.todo.zh
    assert "0592-7703144" in problem.todo.zh
    assert ways(page) == ["retry", "exit"]
    page.tell("retry")
    assert len(page.asked(CloseOrder)) == 2  # and no second order
    assert len(page.asked(OpenOrder)) == 1
    page.tell(order("paid"))
    assert shown(page) == (PayState.PAID, "已付款")
    assert not page.problem


def test_while_no_news_comes_the_page_says_so_and_that_one_does_not_pay_again() -> None:
    page = opened().wait(4)
    assert page.body.notice is None
    page.wait(2)
    assert page.body.notice is not None
    assert "请不要再付" in page.body.notice.zh
    page.tell(order("open", seconds_left=170))
    assert page.body.notice is None


def test_when_no_order_can_be_opened_nothing_was_charged() -> None:
    page = asked().tell(Failed("gateway.unreachable"))
    assert page.problem == "payment.no_order"
    assert shown(page) == (PayState.NOT_PAID, "未付款")
    page.tell("retry", Failed("payment.unavailable"))
    assert page.problem == "payment.unavailable"


@pytest.mark.parametrize("amount", ["", "0", "-5", "0.001", "1200.555", "viel", "NaN", "1e999"])
def test_what_is_no_amount_is_not_asked_for(amount: str) -> None:
    page = Told(bill())
    page.visit.answers.update(bill="B0001", amount=amount)
    step = next(step for step in page.visit.steps if step.id == "pay")
    live = page.visit._page_of(step)
    assert live._amount() == 0  # type: ignore[attr-defined]


def test_leaving_an_open_order_leaves_it_to_the_terminal() -> None:
    page = opened().tell("exit")
    assert page.visit.ending is Ending.LEFT
    assert not page.asked(SettleOrder)


# -- something is handed out for it -----------------------------------------------------------------


def card_paid() -> Told:
    page = Told(paid_card()).tell("next", CardRead(LIN, 0.2), "next", Answer("bill", "C0001"))
    page.tell(Answer("amount", "15"), Answer("phone", "13950010001"), "next", order("open", amount=1500))
    assert page.asked(OpenOrder)[0].hands_out
    return page.tell(order("paid", amount=1500))


def test_leaving_before_the_card_was_written_gives_the_money_back() -> None:
    page = card_paid().tell("exit")
    assert page.asked(SettleOrder) == [SettleOrder(FIRST, done=False)]


def test_going_away_before_the_card_was_written_gives_the_money_back() -> None:
    page = card_paid().wait(400)
    assert page.visit.ending is Ending.IDLE
    assert page.asked(SettleOrder) == [SettleOrder(FIRST, done=False)]


def test_a_power_cut_gives_the_money_back() -> None:
    page = card_paid()
    page.effects += page.visit.abandon()
    assert page.asked(SettleOrder) == [SettleOrder(FIRST, done=False)]


def test_what_was_handed_out_is_told_once_and_never_paid_back() -> None:
    page = card_paid()
    page.visit.handed_out()
    page.visit.handed_out()
    page.tell("exit")
    assert page.asked(SettleOrder) == [SettleOrder(FIRST, done=True)]


def test_a_fault_after_the_payment_says_that_the_money_goes_back() -> None:
    page = card_paid()
    page.visit.fail("card.expired")
    problem = page.visit.view().problem
    assert problem is not None
    assert "原路退回" in problem.todo.zh
    assert "goes back" in problem.todo.en
    page.visit.handed_out()
    page.visit.fail("card.expired")
    problem = page.visit.view().problem
    assert problem is not None
    assert "原路退回" not in problem.todo.zh


def test_a_fault_without_a_payment_speaks_of_no_money() -> None:
    page = asked().tell(Failed("gateway.unreachable"))
    problem = page.visit.view().problem
    assert problem is not None
    assert "离开时" not in problem.todo.zh
