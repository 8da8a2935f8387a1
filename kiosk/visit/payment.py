"""A bill is paid by a code on the citizen's phone. The page always says which it is: paid, not paid, not known yet."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kiosk.catalogue.item import PayStep
from kiosk.conditions import parse_number
from kiosk.gateway.contract import MOST_FEN, PHONE_ANSWER, Order, OrderState
from kiosk.hours import LOCAL
from kiosk.text import Text
from kiosk.visit import words
from kiosk.visit.events import CloseOrder, Event, Failed, OpenOrder, OrderTold, Record
from kiosk.visit.page import Page
from kiosk.visit.view import Button, PayBody, PayState, StepKind

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit

# Without news for so long, the page says that the line is away.
NO_NEWS_SECONDS = 5.0

_TITLES: dict[PayState, Text] = {
    PayState.ASKING: Text(zh="正在生成付款码", en="Getting a code to pay"),
    PayState.CLOSING: Text(zh="正在确认付款结果", en="Checking whether it is paid"),
    PayState.PAID: Text(zh="缴费成功", en="It is paid"),
    PayState.PAID_BEFORE: Text(zh="这笔已经缴过，不用再付", en="This is paid already"),
    PayState.NOT_PAID: Text(zh="没有缴费", en="It is not paid"),
    PayState.UNKNOWN: Text(zh="还不知道缴成没有", en="Not known yet whether it is paid"),
}
_HINTS: dict[PayState, Text] = {
    PayState.ASKING: Text(
        zh="一般几秒钟，还没有扣款。", en="This usually takes a few seconds; nothing is charged yet."
    ),
    PayState.OPEN: Text(
        zh="用手机上的支付 App 扫下面的码，付好后这里会自动显示。",
        en="Scan the code with a payment app on your phone. This page changes by itself once it is paid.",
    ),
    PayState.CLOSING: Text(zh="请稍候，先不要再付。", en="One moment; please do not pay now."),
    PayState.PAID: Text(
        zh="下一步打印凭条，凭条上有单号。", en="Next the receipt is printed, with the order's number."
    ),
    PayState.PAID_BEFORE: Text(
        zh="以前付的那一次已经算数，这次没有扣款。可以补打凭条。",
        en="The earlier payment counts, and nothing is charged now. The receipt can be printed.",
    ),
    PayState.NOT_PAID: Text(zh="没有扣款。", en="Nothing was charged."),
    PayState.UNKNOWN: Text(zh="请先不要重复付款。", en="Please do not pay a second time."),
}
_STATUS: dict[PayState, Text] = {
    PayState.ASKING: Text(zh="未付款", en="Not paid yet"),
    PayState.OPEN: Text(zh="等待付款", en="Waiting for payment"),
    PayState.CLOSING: Text(zh="正在确认", en="Checking"),
    PayState.PAID: Text(zh="已付款", en="Paid"),
    PayState.PAID_BEFORE: Text(zh="已付款", en="Paid"),
    PayState.NOT_PAID: Text(zh="未付款", en="Not paid"),
    PayState.UNKNOWN: Text(zh="结果未知", en="Not known yet"),
}
_NO_NEWS = Text(
    zh="网络暂时不通，正在重新连接。如果已经付了，请不要再付，接通后这里会显示结果。",
    en="The line is down and being called again. If you have paid, do not pay again; the result will stand here.",
)
_STOP = Text(zh="不付了", en="Do not pay now")
_PAY_AGAIN = Text(zh="重新生成付款码", en="Get a new code")
_CHECK_AGAIN = Text(zh="再查一次", en="Check again")
_PREVIOUS = Text(zh="返回上一步", en="Back to the step before")
_AMOUNT = Text(zh="{amount} 元", en="¥{amount}")

_ENDED: dict[OrderState, str] = {
    OrderState.REFUSED: "payment.refused",
    OrderState.TIMED_OUT: "payment.timed_out",
    OrderState.REFUNDED: "payment.refunded",
}


class PayPage(Page):
    """One order at a time; while it is open the terminal tells every second how it stands.

    The citizen can stop, and time runs out: then the order is closed, and only the answer to that says whether
    somebody has paid in the last moment.
    """

    step: PayStep
    may_go_back = False

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = PayState.ASKING
        self._order: Order | None = None
        self._deadline = self._heard_at = 0.0

    def enter(self) -> None:
        if not self.complete():
            self._ask()

    def complete(self) -> bool:
        return self._state in (PayState.PAID, PayState.PAID_BEFORE)

    def forget(self) -> None:
        self._order = None

    def handle(self, event: Event) -> None:
        match event:
            case OrderTold(order):
                self._hear(order)
            case Failed(code) if self._state is PayState.ASKING:
                self._stand(PayState.NOT_PAID)
                away = code == "gateway.unreachable"
                self._fail("payment.no_order" if away else "payment.unavailable", _PAY_AGAIN)
            case Failed() if self._state is PayState.CLOSING:
                self._stand(PayState.UNKNOWN)
                self._fail("payment.unknown", _CHECK_AGAIN)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and self.complete():
            self.visit.advance()
        elif action == "stop" and self._state is PayState.OPEN:
            self._close()
        elif action == "retry" and self.visit.problem is not None:
            self.visit.problem = None
            if self._state is PayState.UNKNOWN:
                self._close()
            else:
                self._ask()

    def tick(self, now: float) -> None:
        if self._state is not PayState.OPEN:
            return
        self.visit.stay()  # who pays looks at the phone and does not touch the glass
        if now >= self._deadline:
            self._close()

    def working(self) -> bool:
        return self._state in (PayState.ASKING, PayState.CLOSING) and self.visit.problem is None

    def title(self) -> Text:
        return _TITLES.get(self._state, self.step.title)

    def hint(self) -> Text:
        return _HINTS[self._state]

    def body(self) -> PayBody:
        order, now = self._order, self.visit.now
        is_open = self._state is PayState.OPEN
        return PayBody(
            self._state,
            _yuan(order.amount if order is not None else self._amount()),
            _STATUS[self._state],
            order=order.order_id if order is not None else "",
            code=order.code if order is not None and is_open else "",
            seconds_left=max(round(self._deadline - now), 0) if is_open else 0,
            notice=_NO_NEWS if is_open and now - self._heard_at > NO_NEWS_SECONDS else None,
        )

    def primary(self) -> Button | None:
        return Button("next", words.NEXT) if self.complete() else None

    def secondary(self) -> tuple[Button, ...]:
        return (Button("stop", _STOP),) if self._state is PayState.OPEN else ()

    # -- inside ---------------------------------------------------------------------

    def _ask(self) -> None:
        visit, amount = self.visit, self._amount()
        self._order = None
        self._stand(PayState.ASKING)
        bill = visit.value(self.step.bill)
        if not amount or not bill:  # the department's mistake: there is nothing that could be paid
            self._stand(PayState.NOT_PAID)
            self._fail("payment.unavailable", _PAY_AGAIN)
            return
        phone = visit.answers.get(PHONE_ANSWER, "")
        visit.emit(
            OpenOrder(self.step.operation, bill, amount, visit.item.name, self._hands_out(), visit.record, phone)
        )

    def _close(self) -> None:
        if self._order is not None:
            self._stand(PayState.CLOSING)
            self.visit.emit(CloseOrder(self._order.order_id))

    def _hear(self, order: Order) -> None:
        was_open = self._order is not None and self._order.order_id == order.order_id
        match order.state:
            case OrderState.OPEN if self._state in (PayState.ASKING, PayState.OPEN):
                self._order = order
                self._heard_at = self.visit.now
                if self._state is PayState.ASKING:
                    self._deadline = self.visit.now + order.seconds_left
                self._stand(PayState.OPEN)
            case _ if order.state is OrderState.OPEN or self.complete():
                pass  # asked before it was closed, or before it was paid
            case OrderState.PAID:
                self._order = order
                self._stand(PayState.PAID if was_open else PayState.PAID_BEFORE)
                self._paid(order)
            case OrderState.REFUSED | OrderState.TIMED_OUT | OrderState.REFUNDED if (
                self._state is not PayState.NOT_PAID
            ):
                self._order = order
                self._stand(PayState.NOT_PAID)
                self._fail(_ENDED[order.state], _PAY_AGAIN)
            case _:
                pass

    def _paid(self, order: Order) -> None:
        visit, amount = self.visit, _yuan(order.amount)
        visit.problem = None
        visit.facts["payment"] = order.order_id
        visit.facts["paid_amount"] = amount
        visit.facts["paid_at"] = (
            f"{order.paid_at.astimezone(LOCAL):%Y-%m-%d %H:%M}" if order.paid_at is not None else ""
        )
        visit.said["paid_amount"] = _AMOUNT.filled(amount=amount)
        if self._hands_out():
            visit.owed = order.order_id

    def _fail(self, code: str, again: Text) -> None:
        number = self._order.order_id if self._order is not None else ""
        back = (Button("back", _PREVIOUS),) if self.may_go_back else ()
        self.visit.fail(code, Button("retry", again), *back, Button("exit", words.LEAVE), number=number)

    def _stand(self, state: PayState) -> None:
        self.may_go_back = state is PayState.NOT_PAID
        if state is self._state:
            return
        self._state = state
        number = self._order.order_id if self._order is not None else None
        self.visit.emit(Record("payment", {"state": state, "number": number}))

    def _amount(self) -> int:
        """In fen; 0 when it is not known, or no amount."""
        yuan = parse_number(self.visit.value(self.step.amount))
        fen = yuan * 100 if yuan is not None else Decimal(0)
        return int(fen) if 0 < fen <= MOST_FEN and fen == int(fen) else 0

    def _hands_out(self) -> bool:
        """Whether a card is written for the money: the one thing that cannot simply be printed again later."""
        steps = self.visit.item.steps
        later = steps[steps.index(self.step) + 1 :]
        return any(
            step.kind is StepKind.REWRITE_CARD and (step.only_if is None or self.visit.condition_holds(step.only_if))
            for step in later
        )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
