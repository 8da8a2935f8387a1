"""Orders: one for each bill, and money that counts once or goes back.

A payment platform stands between the citizen's phone and this: it shows the
order's address on the phone, takes the money, and tells :meth:`Payments.arrived`,
as often as it likes, with an id of its own for each payment. What is to be
given back is listed by :meth:`Payments.refunds_due` until the platform has
done it. :mod:`backoffice.wallet` is the platform of developers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import words
from backoffice.store import Refusal, Store
from backoffice.tables import OrderRow, PaymentRow, PhoneRow, TextMessageRow
from kiosk.gateway.contract import (
    DELIVERY_SECONDS,
    ORDER_SECONDS,
    Order,
    OrderRequest,
    OrderState,
    ProblemCode,
    code_for,
)
from kiosk.hours import LOCAL
from kiosk.text import Text

# A kiosk closes its order itself, when its own clock says so; this is for one that is gone.
_GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class RefundDue:
    """Money that has to go back to where it came from. ``amount`` is in fen."""

    payment_id: str
    order_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of the list of orders. It names nobody."""

    order_id: str
    operation: str
    amount: int
    state: OrderState
    opened_at: datetime


class Payments:
    """All orders and payments, in the tables of ``store``. Methods may be called on any thread.

    ``platform`` is the address that phones read from the screen, before the order's id; "" where nothing can be paid.

    Whoever writes an order's state does so in the transaction that decides over the money: a payment that arrives
    while an order is closed finds it open and counts, or finds it closed and goes back.
    """

    def __init__(self, store: Store, platform: str = "") -> None:
        self._store = store
        self._platform = platform.rstrip("/")

    # -- what a kiosk asks ------------------------------------------------------------

    def order(self, request: OrderRequest) -> Order:
        """The order for a bill: the one that is open or paid, or a new one. Raises Refusal: PAYMENT_UNAVAILABLE."""
        if not self._platform:
            raise Refusal(ProblemCode.PAYMENT_UNAVAILABLE)
        return self._store.persistently(lambda session: self._order(session, request))

    def _order(self, session: Session, request: OrderRequest) -> Order:
        now = self._store.now()
        row = session.scalar(
            select(OrderRow)
            .where(OrderRow.operation == request.operation, OrderRow.bill == request.bill, OrderRow.live == 1)
            .with_for_update()
        )
        if row is not None:
            self._settle(session, row, now)
            if row.state is OrderState.OPEN and row.amount != request.amount:  # it costs more than yesterday
                _end(row, OrderState.TIMED_OUT)
            if row.live:
                if row.state is OrderState.OPEN:
                    row.ends_at = _end_of_order(now)
                    row.number, row.phone = request.number or row.number, request.phone or row.phone
                return self._told(row, now)
            session.flush()  # or the bill would have two live orders
        row = OrderRow(
            order_id=code_for("JF", UUID(hex=self._store.fresh_id())),
            about_zh=request.about.zh,
            about_en=request.about.en,
            state=OrderState.OPEN,
            live=1,
            opened_at=now,
            ends_at=_end_of_order(now),
            **request.model_dump(exclude={"about"}),
        )
        session.add(row)
        session.flush()
        return self._told(row, now)

    def status(self, order_id: str) -> Order:
        """How an order stands. Raises Refusal: NOT_FOUND."""
        with self._store.transaction() as session:
            row, now = _row(session, order_id), self._store.now()
            self._settle(session, row, now)
            return self._told(row, now)

    def close(self, order_id: str) -> Order:
        """Nobody pays any more; an order that was paid stays paid. Raises Refusal: NOT_FOUND."""
        with self._store.transaction() as session:
            row = _row(session, order_id)
            if row.state is OrderState.OPEN:
                _end(row, OrderState.TIMED_OUT)
            return self._told(row, self._store.now())

    def deliver(self, order_id: str, *, done: bool) -> Order:
        """What was paid for was handed out, or could not be: then the money goes back.

        Only an order that hands something out, and is paid, changes. Raises Refusal: NOT_FOUND.
        """
        with self._store.transaction() as session:
            row, now = _row(session, order_id), self._store.now()
            self._settle(session, row, now)
            if row.state is OrderState.PAID and row.hands_out and row.delivered_at is None:
                if done:
                    row.delivered_at = now
                else:
                    self._refund(session, row, now)
            return self._told(row, now)

    # -- what the payment platform tells and asks -------------------------------------------

    def arrived(self, order_id: str, payment_id: str, amount: int) -> bool:
        """Money came in for an order. Returns whether it counts; else it is to go back. Told twice, it is one payment.

        Raises Refusal: NOT_FOUND.
        """
        return self._store.persistently(lambda session: self._arrived(session, order_id, payment_id, amount))

    def _arrived(self, session: Session, order_id: str, payment_id: str, amount: int) -> bool:
        known = session.get(PaymentRow, payment_id)
        if known is not None:
            return known.refund_due_at is None
        row, now = _row(session, order_id), self._store.now()
        counts = row.state is OrderState.OPEN and amount == row.amount
        session.add(
            PaymentRow(
                id=payment_id,
                order_id=order_id,
                amount=amount,
                arrived_at=now,
                refund_due_at=None if counts else now,
                refunded_at=None,
            )
        )
        session.flush()
        if counts:
            row.state, row.paid_at = OrderState.PAID, now
            self._text(session, row, now, words.PAID, amount)
        else:
            said = words.PAID_TWICE if row.state is OrderState.PAID else words.PAID_IN_VAIN
            self._text(session, row, now, said, amount)
        return counts

    def refuse(self, order_id: str) -> Order:
        """The citizen or the bank refused. Raises Refusal: NOT_FOUND."""
        with self._store.transaction() as session:
            row = _row(session, order_id)
            if row.state is OrderState.OPEN:
                _end(row, OrderState.REFUSED)
            return self._told(row, self._store.now())

    def refunds_due(self) -> Sequence[RefundDue]:
        """What has to go back and has not yet, the oldest first."""
        columns = (PaymentRow.id, PaymentRow.order_id, PaymentRow.amount)
        waiting = (
            select(*columns)
            .where(PaymentRow.refund_due_at.is_not(None), PaymentRow.refunded_at.is_(None))
            .order_by(PaymentRow.refund_due_at)
        )
        with self._store.transaction() as session:
            return [RefundDue(*row) for row in session.execute(waiting)]

    def refunded(self, payment_id: str) -> None:
        """The platform has given a payment back. Raises Refusal: NOT_FOUND, also where nothing had to go back."""
        with self._store.transaction() as session:
            row = session.get(PaymentRow, payment_id, with_for_update=True)
            if row is None or row.refund_due_at is None:
                raise Refusal(ProblemCode.NOT_FOUND)
            row.refunded_at = row.refunded_at or self._store.now()

    # -- what the back office itself does ------------------------------------------------------

    def settle(self) -> int:
        """The job of every minute: orders that nobody closed end, and what was never handed out is paid back.

        Returns how many orders changed.
        """
        waiting = select(OrderRow).where(
            (OrderRow.state == OrderState.OPEN)
            | ((OrderRow.state == OrderState.PAID) & OrderRow.hands_out & OrderRow.delivered_at.is_(None))
        )
        with self._store.transaction() as session:
            now = self._store.now()
            return sum(self._settle(session, row, now) for row in session.scalars(waiting.with_for_update()).all())

    def listing(self) -> Sequence[OrderLine]:
        """Every order, the oldest first."""
        columns = (OrderRow.order_id, OrderRow.operation, OrderRow.amount, OrderRow.state, OrderRow.opened_at)
        with self._store.transaction() as session:
            return [OrderLine(*row) for row in session.execute(select(*columns).order_by(OrderRow.id))]

    def page(self, order_id: str) -> tuple[Order, Text]:
        """What a phone shows: the order, and what is paid for. Raises Refusal: NOT_FOUND."""
        with self._store.transaction() as session:
            row = _row(session, order_id)
            return self._told(row, self._store.now()), Text(zh=row.about_zh, en=row.about_en)

    def _settle(self, session: Session, row: OrderRow, now: datetime) -> bool:
        if row.state is OrderState.OPEN and now >= row.ends_at:
            _end(row, OrderState.TIMED_OUT)
            return True
        late = row.paid_at is not None and now - row.paid_at > timedelta(seconds=DELIVERY_SECONDS)
        if row.state is OrderState.PAID and row.hands_out and row.delivered_at is None and late:
            self._refund(session, row, now)
            return True
        return False

    def _refund(self, session: Session, row: OrderRow, now: datetime) -> None:
        _end(row, OrderState.REFUNDED)
        counted = select(PaymentRow).where(PaymentRow.order_id == row.order_id, PaymentRow.refund_due_at.is_(None))
        for payment in session.scalars(counted.with_for_update()):
            payment.refund_due_at = now
        self._text(session, row, now, words.PAID_BACK, row.amount)

    def _told(self, row: OrderRow, now: datetime) -> Order:
        is_open = row.state is OrderState.OPEN
        left = (row.ends_at - _GRACE - now).total_seconds() if is_open else 0
        return Order(
            order_id=row.order_id,
            state=row.state,
            amount=row.amount,
            code=f"{self._platform}/pay/{row.order_id}" if is_open else "",
            seconds_left=max(int(left), 0),
            paid_at=row.paid_at,
        )

    @staticmethod
    def _text(session: Session, row: OrderRow, now: datetime, text: Text, amount: int) -> None:
        """Tell the phone that was left, or the one on file; nobody can be told where there is neither."""
        phone = row.phone
        if phone is None and row.number is not None:
            on_file = session.get(PhoneRow, row.number)
            phone = on_file.phone if on_file is not None else None
        if phone is None:
            return
        about = row.about_zh if row.language == "zh" else row.about_en
        said = text.filled(
            about=about,
            amount=f"{amount // 100}.{amount % 100:02}",
            order=row.order_id,
            at=f"{now.astimezone(LOCAL):%Y-%m-%d %H:%M}",
        )
        session.add(TextMessageRow(phone=phone, words=said.in_(row.language), at=now))


def _end_of_order(now: datetime) -> datetime:
    return now + timedelta(seconds=ORDER_SECONDS) + _GRACE


def _end(row: OrderRow, state: OrderState) -> None:
    row.state, row.live = state, None


def _row(session: Session, order_id: str) -> OrderRow:
    row = session.scalar(select(OrderRow).where(OrderRow.order_id == order_id).with_for_update())
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row
