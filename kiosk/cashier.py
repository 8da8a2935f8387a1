"""The order of a payment while somebody waits for it, and what was paid for until the back office knows of it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import OrderRequest, OrderState
from kiosk.text import Language
from kiosk.visit.events import CloseOrder, Event, OpenOrder, OrderTold, SettleOrder

log = logging.getLogger("kiosk.cashier")

# How often an open order is asked after.
POLL_SECONDS = 1.0
# How long after a failure it is told once more whether something was handed out.
SETTLE_SECONDS = 5.0

# Asks the back office for this visit; the second hears what came of it, unless the visit has gone on.
Ask = Callable[[Callable[[GatewayClient], Event], Callable[[Event], None] | None], None]
# Tells the back office something whoever is here; the second hears, on the owner's thread, whether it arrived.
Tell = Callable[[Callable[[GatewayClient], object], Callable[[bool], None]], None]


class Cashier:
    """Carries out what a visit asks for about payments. Its methods are called on the owner's thread."""

    def __init__(self, ask: Ask, tell: Tell, happen: Callable[[Event], None], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._tell = tell
        self._happen = happen
        self._clock = clock
        self._order_id = ""  # of the open order that is being followed
        self._asked_at: float | None = None  # None while an answer is awaited
        self._unsettled: dict[str, bool] = {}  # orders of which it is not told yet whether something was handed out
        self._settling = False
        self._settle_at = clock()

    def open(self, effect: OpenOrder, *, item: str, station: str, language: Language) -> None:
        """Have an order opened, and follow it."""

        def ask(client: GatewayClient) -> Event:
            request = OrderRequest(
                operation=effect.operation,
                bill=effect.bill,
                amount=effect.amount,
                about=effect.about,
                hands_out=effect.hands_out,
                number=effect.record.number if effect.record is not None else None,
                phone=effect.phone or None,
                item=item,
                station=station,
                language=language,
            )
            return OrderTold(client.open_order(request))

        self._ask(ask, self._told)

    def close(self, effect: CloseOrder) -> None:
        """Let nobody pay any more; the visit hears whether somebody has."""
        self._order_id, self._asked_at = "", None
        self._ask(lambda client: OrderTold(client.close_order(effect.order_id)), None)

    def settle(self, effect: SettleOrder) -> None:
        """Tell whether something was handed out, as often as it takes.

        Without a word from here the back office gives the money back by itself after a while.
        """
        self._unsettled[effect.order_id] = effect.done
        self.look()

    def let_go(self) -> None:
        """Whoever leaves an open order does not pay it. One that nobody closes ends by itself a little later."""
        order_id, self._order_id, self._asked_at = self._order_id, "", None
        if order_id:
            self._tell(lambda client: client.close_order(order_id), lambda _: None)

    def look(self) -> None:
        """Ask and tell what is due; called a few times a second, one question at a time."""
        order_id = self._order_id
        if order_id and self._asked_at is not None and self._clock() - self._asked_at >= POLL_SECONDS:
            self._asked_at = None
            self._ask(
                lambda client: OrderTold(client.how_is_order(order_id)),
                # Not after it was closed: another order may stand on the screen by now.
                lambda event: self._told(event) if order_id == self._order_id else None,
            )
        if self._unsettled and not self._settling and self._clock() >= self._settle_at:
            self._settling = True
            self._settle_one(*next(iter(self._unsettled.items())))

    def _settle_one(self, order_id: str, done: bool) -> None:
        def deliver(client: GatewayClient) -> None:
            client.deliver_order(order_id, done=done)

        def told(arrived: bool) -> None:
            self._settling = False
            if arrived:
                self._unsettled.pop(order_id, None)
            else:
                self._settle_at = self._clock() + SETTLE_SECONDS

        self._tell(deliver, told)

    def _told(self, event: Event) -> None:
        """Heard only while somebody waits for it."""
        if isinstance(event, OrderTold):
            is_open = event.order.state is OrderState.OPEN
            self._order_id, self._asked_at = (event.order.order_id, self._clock()) if is_open else ("", None)
            self._happen(event)
        elif self._order_id:
            self._asked_at = self._clock()  # the line may come back; the page knows how long it waits for that
        else:
            self._happen(event)


def told_to(client: GatewayClient | None, what: Callable[[GatewayClient], object]) -> bool:
    """Tell the back office something; False when it did not arrive. What it refuses has arrived."""
    if client is None:
        return False
    try:
        what(client)
    except GatewayUnreachable as error:
        log.info("the back office was not told: %s", error)
        return False
    except GatewayRefused as error:
        log.warning("the back office does not want to be told: %s", error)
    return True
