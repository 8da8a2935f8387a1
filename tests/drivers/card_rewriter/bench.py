"""The card rewriter on the contract suite's bench: an invented citizen gives it a card and takes it back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import numpy as np

from drivers.card_rewriter.protocol import Picture
from drivers.card_rewriter.rewriter import ACTS_NEXT, CardRewriter, CardRewriterFault, Written
from drivers.card_rewriter.simulator import CardRewriterSimulator
from drivers.device import Cancel, DeviceError
from drivers.transport import transport_for
from tests.drivers.contract import PATIENCE, Bench, Deed, worked

QUICK: dict[str, Any] = {"width": 200, "height": 80, "move_seconds": 0.02, "write_seconds": 0.1}


def picture(width: int = 200, height: int = 80) -> Picture:
    """Stripes, for a unit of :data:`QUICK`."""
    return np.asarray(np.mgrid[:height, :width][1] // 8 % 2 == 0)


@contextmanager
def citizen(unit: CardRewriterSimulator, card: str = "test_card") -> Iterator[None]:
    """Somebody who pushes a card in when the shutter is open and nothing is there, and takes what is presented."""
    gone = threading.Event()

    def act() -> None:
        while not gone.wait(0.01):
            now = unit.state()
            if 0 < now["stock"] < 20:  # an attendant comes by; a stock that a test emptied stays so
                unit.stock()
            with suppress(RuntimeError):  # somebody else was quicker
                if now["activity"] == "waiting" and not now["card"]:
                    unit.insert(card)
                elif now["place"] == "presented":
                    unit.take()

    thread = threading.Thread(target=act, name="citizen")
    thread.start()
    try:
        yield
    finally:
        gone.set()
        thread.join()


def rewrite_and_hand_out(rewriter: CardRewriter, cancel: Cancel) -> None:
    """All that citizens' visits do with cards: one is rewritten, then a new one is written and handed out."""
    write_a_card(rewriter, cancel, new=False)
    write_a_card(rewriter, cancel, new=True)


def write_a_card(rewriter: CardRewriter, cancel: Cancel, *, new: bool) -> None:
    try:
        if new:
            rewriter.feed(cancel)
        else:
            assert rewriter.accept(cancel, patience=PATIENCE)
            rewriter.read(cancel)
        result = rewriter.rewrite(picture(), cancel)
    finally:
        with suppress(DeviceError, OSError):  # the first trouble says more
            rewriter.present_or_capture(PATIENCE, cancel)
    if result.fault is not None:
        raise DeviceError(result.fault)
    assert result.outcome is Written.WRITTEN


@contextmanager
def bench() -> Iterator[Bench]:
    unit = CardRewriterSimulator(**QUICK)
    unit.start()
    rewriter = CardRewriter(transport_for(unit.address))
    try:
        with citizen(unit), worked("card_rewriter", rewriter) as worker:

            def wire(kind: str) -> tuple[Deed, Deed]:
                return partial(unit.verbs["fault"], kind=kind, count=0), unit.verbs["clear"]

            yield Bench(
                "card_rewriter",
                owned=worker,
                verbs=unit.verbs,
                use=lambda: worker.submit(rewrite_and_hand_out).future.result(3 * PATIENCE),
                faults=CardRewriterFault,
                acts_next=ACTS_NEXT,
                standing={
                    CardRewriterFault.JAM: (partial(unit.jam, True), partial(unit.jam, False)),
                    CardRewriterFault.SHUTTER: (partial(unit.shutter, True), partial(unit.shutter, False)),
                    CardRewriterFault.HEAD_OVERHEATED: (partial(unit.heat, True), partial(unit.heat, False)),
                    CardRewriterFault.BIN_FULL: (unit.bin, partial(unit.bin, 0)),
                    CardRewriterFault.FORGOTTEN: (unit.lay_inside, unit.remove),
                    CardRewriterFault.SILENT: wire("silence"),
                    CardRewriterFault.GARBLED: wire("truncate"),
                },
                stop=worker.stop,
            )
    finally:
        unit.stop()
