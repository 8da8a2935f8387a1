"""What the tests of the printer share: profiles, receipts, and a printer with its simulator on one wire."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from drivers.device import Cancel
from drivers.receipt_printer.layout import encode
from drivers.receipt_printer.printer import PrintResult, ReceiptPrinter
from drivers.receipt_printer.profile import Profile
from drivers.receipt_printer.receipt import Align, Feed, Qr, Receipt, Row, Rule, Text
from drivers.receipt_printer.simulator import PrinterSimulator
from drivers.transport import Transport, TransportLost, transport_for

WIDE: dict[str, Any] = {"model": "80 mm", "charset": "gbk", "dots": 576, "completion": "process_id"}
NARROW: dict[str, Any] = {
    "model": "58 mm",
    "charset": "gb2312",
    "dots": 384,
    "completion": "paper_query",
    "clears": False,
    "cutter": False,
}

KIOSK: dict[str, Any] = {
    **WIDE,
    "identifies": True,
    "presenter": {
        "present": "1d 65 03 0c",
        "retract": "1d 65 02",
        "query": "10 04 14",
        "begins": "10 0f",
        "held_mask": "00 00 20 00 00 00",
    },
}

# What a printer with the four-byte set is trusted to have.
KNOWN = st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"]).filter(
    lambda character: encode(character, "gb18030-4") is not None
)


def profile(base: dict[str, Any] = WIDE, **changes: Any) -> Profile:
    return Profile.model_validate({**base, **changes})


def machine_for(used: Profile) -> dict[str, Any]:
    """The options of a simulator that is as the profile says."""
    return {
        "dots": used.dots,
        "charset": used.charset,
        "clears": used.clears,
        "cutter": used.cutter,
        "near_end_sensor": used.near_end,
        "presenter": used.presenter is not None,
        "identifies": used.identifies,
        "process_id": used.completion == "process_id",
        "states": [int(state) for state in used.states],
    }


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for ``condition``; AssertionError when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.005)


def receipt(*words: str, align: Align = "left") -> Receipt:
    return Receipt(tuple(Text(part, align=align) for part in words))


def long_receipt(mark: str, lines: int = 40) -> Receipt:
    """About ``lines`` times 4 mm of paper, each line with ``mark`` in it."""
    return Receipt(tuple(Text(f"{mark} {number}") for number in range(lines)))


SAMPLE = Receipt(
    (
        Text("厦门 e政务", size=2, bold=True, align="centre"),
        Text("办理凭条", align="centre"),
        Feed(),
        Rule(),
        Row("事项", "从业人员证换卡"),
        Row("姓名", "㐀䶮𠮷"),
        Row("站点", "湖里区枋湖客运中心自助服务区，枋湖路888号一层大厅东侧（24小时开放）"),
        Rule(),
        Feed(),
        Qr("JT0220261123000042"),
        Feed(),
        Text("What happens next: an officer reviews your application."),
    )
)


@dataclass
class Desk:
    """A real driver and a real simulator."""

    simulator: PrinterSimulator
    transport: Transport
    printer: ReceiptPrinter
    cancel: Cancel = field(default_factory=Cancel)

    def print(self, what: Receipt) -> PrintResult:
        return self.printer.print(what, self.cancel)

    def print_while(self, what: Receipt, happens: Callable[[], object], after_mm: float = 15.0) -> PrintResult:
        """Print, and let something happen once some paper has come out and more is to come."""
        before = self.simulator.state()["paper_mm"]
        results: list[PrintResult] = []
        thread = threading.Thread(target=lambda: results.append(self.print(what)))
        thread.start()
        try:
            until(lambda: bool(self.simulator.state()["paper_mm"] < before - after_mm))
            assert self.simulator.state()["buffered"], "the receipt is too short to be interrupted"
            happens()
        finally:
            thread.join(60.0)
        return results[0]

    def reopen(self) -> None:
        """As the worker does: again and again, until the cable is back."""
        self.printer.close()

        def opened() -> bool:
            with contextlib.suppress(TransportLost):
                self.printer.open()
            return self.transport.is_open

        until(opened)

    @property
    def printed_text(self) -> list[str]:
        return [piece.text for piece in self.simulator.receipts]


class Late:
    """A transport whose printer takes ``seconds`` for every answer, as a busy one does."""

    def __init__(self, transport: Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._coming: deque[tuple[float, bytes]] = deque()

    def read(self, at_most: int, deadline: float) -> bytes:
        while True:
            if data := self._transport.read(at_most, time.monotonic() + 0.005):
                self._coming.append((time.monotonic() + self._seconds, data))
            if self._coming and self._coming[0][0] <= time.monotonic():
                return self._coming.popleft()[1]
            if time.monotonic() >= deadline:
                return b""

    def discard_input(self) -> None:
        """What is still on its way cannot be thrown away."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@contextlib.contextmanager
def desk(used: Profile | None = None, listen: str = "tcp://127.0.0.1:0", **machine: Any) -> Iterator[Desk]:
    used = used or profile()
    machine = {"mm_per_second": 0.0, **machine_for(used), **machine}
    simulator = PrinterSimulator(listen, **machine)
    simulator.start()
    transport = transport_for(simulator.address)
    printer = ReceiptPrinter(transport, used)
    try:
        printer.open()
        yield Desk(simulator, transport, printer)
    finally:
        printer.close()
        simulator.stop()
