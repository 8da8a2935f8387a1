"""A payment platform and the phone that pays, for developers: both live on the back office's side of the line.

``main.py run --simulate`` and ``main.py walk`` start them. The platform has a
page for every order, at the address that the screen shows as a code; the phone
opens it and touches what its manner says. A browser can do the same.
"""

from __future__ import annotations

import html
import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy.exc import SQLAlchemyError

from backoffice.payments import Payments
from backoffice.store import Refusal, Store
from kiosk.gateway.contract import OrderState

log = logging.getLogger("backoffice.wallet")

LOOK_SECONDS = 0.2
PHONE_SECONDS = 10.0
SLOW_SECONDS = 20.0

_PAGE = """<!DOCTYPE html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>e政务缴费</title>
<body style="font: 20px sans-serif; max-width: 20em; margin: 3em auto; text-align: center">
<p>{about}</p><p style="font-size: 2em">¥ {amount}</p><p>{order_id}</p><p><b>{state}</b></p>{buttons}
<p style="color: #666">演示用的付款页面，不扣真钱。A page for developers; no real money.</p></body></html>"""
_BUTTONS = """<form method="post" action="/pay/{order_id}"><button>付款 Pay</button></form>
<form method="post" action="/refuse/{order_id}"><button>不付 Refuse</button></form>"""
_STATES = {
    OrderState.OPEN: "待付款 to be paid",
    OrderState.PAID: "已付款 paid",
    OrderState.REFUSED: "没有付 refused",
    OrderState.TIMED_OUT: "已关闭 closed",
    OrderState.REFUNDED: "已退款 refunded",
}


class Manner(StrEnum):
    """What the phone does with a code that it reads."""

    PAYS = "pays"
    REFUSES = "refuses"
    PAYS_TWICE = "pays_twice"
    SLOW = "slow"  # pays, after SLOW_SECONDS
    ONLY_LOOKS = "only_looks"  # leaves it to whoever plays


class LoopbackWallet:
    """The platform at ``address``, and a phone that reads codes. The phone needs ``seconds`` for what it does."""

    def __init__(self, store: Store, *, seconds: float = 1.0, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.payments = Payments(store, self.address)
        self._manner = Manner.PAYS
        self._seconds = seconds
        self._code = ""  # the one that was read last
        self._told = ""  # what became of the last touch
        self._due: deque[tuple[float, str, str]] = deque()  # touches: in how many seconds, what, on which page
        self._refunded = 0
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.1,), name="payment-platform", daemon=True),
            threading.Thread(target=self._work, name="wallet", daemon=True),
        ]

    @property
    def verbs(self) -> Mapping[str, Callable[..., Any]]:
        """What may be done with the phone."""
        return {
            "state": self.state,
            "behave": self.behave,
            "scan": self.scan,
            "pay": lambda: self._touch("pay"),
            "refuse": lambda: self._touch("refuse"),
            "pay_twice": self.pay_twice,
            "clear": self.clear,
        }

    def start(self) -> None:
        """Open the platform and take the phone in hand."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close both."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(5.0)

    def behave(self, manner: str) -> None:
        """Do something else with codes from now on. Raises ValueError."""
        self._manner = Manner(manner)

    def scan(self, code: str) -> None:
        """Read a code from the screen, and do with it in a moment what the manner says."""
        self._code = code
        touches = {
            Manner.PAYS: ("pay",),
            Manner.REFUSES: ("refuse",),
            Manner.PAYS_TWICE: ("pay", "pay"),
            Manner.SLOW: ("pay",),
            Manner.ONLY_LOOKS: (),
        }[self._manner]
        seconds = SLOW_SECONDS if self._manner is Manner.SLOW else self._seconds
        self._due.extend((seconds, touch, code) for touch in touches)

    def pay_twice(self) -> None:
        """Pay the same code two times. The second payment is given back."""
        self._touch("pay")
        self._touch("pay")

    def clear(self) -> None:
        """Be as at first."""
        self._manner = Manner.PAYS
        self._due.clear()

    def state(self) -> Mapping[str, Any]:
        """The manner, the newest order, and how many payments went back."""
        return {
            "manner": self._manner.value,
            "page": self._code,
            "order": self._told,
            "waiting": len(self._due),
            "refunded": self._refunded,
        }

    # -- the platform ------------------------------------------------------------------

    def page(self, order_id: str) -> str:
        """The page of an order, as HTML. Raises Refusal."""
        order, about = self.payments.page(order_id)
        return _PAGE.format(
            about=html.escape(f"{about.zh} {about.en}"),
            amount=f"{order.amount // 100}.{order.amount % 100:02}",
            order_id=order_id,
            state=_STATES[order.state],
            buttons=_BUTTONS.format(order_id=order_id) if order.state is OrderState.OPEN else "",
        )

    def take(self, order_id: str) -> None:
        """Take the money for an order, whatever its state: a platform hears of that later than the citizen pays."""
        order, _ = self.payments.page(order_id)
        self.payments.arrived(order_id, uuid.uuid4().hex, order.amount)

    # -- the phone ----------------------------------------------------------------------

    def _touch(self, what: str, code: str = "") -> None:
        """Touch a button on the page behind the code. Raises LookupError when none was read, or nothing is there."""
        code = code or self._code
        parts = urlsplit(code)
        if not code or not parts.path.startswith("/pay/"):
            raise LookupError("no code was read yet")
        place = f"{parts.scheme}://{parts.netloc}/{what}/{parts.path.removeprefix('/pay/')}"
        answer = requests.post(place, timeout=PHONE_SECONDS)
        self._told = answer.headers.get("Order-State", "")
        if answer.status_code != HTTPStatus.OK:
            raise LookupError(f"the page answers {answer.status_code}")

    def _work(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            for _ in range(len(self._due)):
                seconds, what, code = self._due.popleft()
                if seconds > LOOK_SECONDS:
                    self._due.append((seconds - LOOK_SECONDS, what, code))
                    continue
                try:
                    self._touch(what, code)
                except (LookupError, requests.RequestException) as error:
                    log.info("the phone could not %s: %s", what, type(error).__name__)
            try:
                self._give_back()
            except SQLAlchemyError:
                log.exception("the payment platform could not look for refunds")

    def _give_back(self) -> None:
        for refund in self.payments.refunds_due():
            self.payments.refunded(refund.payment_id)
            self._refunded += 1


def _handler(wallet: LoopbackWallet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("page")

        def do_POST(self) -> None:
            self._answer(self.path.strip("/").partition("/")[0])

        def log_message(self, *_: object) -> None:
            """Nothing: its lines would name orders."""

        def _answer(self, what: str) -> None:
            order_id = self.path.strip("/").partition("/")[2]
            try:
                if what == "pay":
                    wallet.take(order_id)
                elif what == "refuse":
                    wallet.payments.refuse(order_id)
                page = wallet.page(order_id).encode()
                state = wallet.payments.page(order_id)[0].state
            except Refusal:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Order-State", state.value)
            self.end_headers()
            self.wfile.write(page)

    return Handler
