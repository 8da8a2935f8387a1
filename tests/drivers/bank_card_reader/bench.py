"""The bank card reader on the contract suite's bench: an invented citizen pushes a card in when the slot is lit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from drivers.bank_card_reader.reader import ACTS_NEXT, BankCardReader, BankCardReaderFault
from drivers.bank_card_reader.simulator import CARDS, BankCardReaderSimulator
from drivers.transport import transport_for
from tests.drivers.contract import PATIENCE, Bench, worked

LEFT_SECONDS = 2.0
TAKEN_SECONDS = 2.0  # the citizen takes it at once; a card of somebody else stays
CARD = "credit"


@contextmanager
def citizen(simulator: BankCardReaderSimulator) -> Iterator[None]:
    """Somebody who pushes a card in when the slot is lit and empty, and takes it back when it is dark.

    A card of somebody else is left alone.
    """
    gone = threading.Event()

    def act() -> None:
        mine = False
        while not gone.wait(0.01):
            now = simulator.state()
            if now["lit"] and not now["card"]:
                mine = True
                simulator.insert(CARD)
            elif mine and not now["lit"]:
                simulator.remove()
                mine = False

    thread = threading.Thread(target=act, name="citizen")
    thread.start()
    try:
        yield
    finally:
        gone.set()
        thread.join()


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = BankCardReaderSimulator(read_seconds=0.05)
    simulator.start()
    reader = BankCardReader(transport_for(simulator.address), left_seconds=LEFT_SECONDS)
    try:
        with citizen(simulator), worked("bank_card_reader", reader) as worker:

            def read_a_card() -> None:
                card = worker.submit(lambda device, cancel: device.read(cancel)).future.result(PATIENCE)
                assert card.number == CARDS[CARD][1]
                taken = worker.submit(lambda device, cancel: device.wait_until_taken(TAKEN_SECONDS, cancel))
                taken.future.result(PATIENCE)

            yield Bench(
                "bank_card_reader",
                owned=worker,
                verbs=simulator.verbs,
                use=read_a_card,
                faults=BankCardReaderFault,
                acts_next=ACTS_NEXT,
                standing={
                    BankCardReaderFault.CARD_LEFT: (partial(simulator.insert, CARD), simulator.remove),
                    BankCardReaderFault.SILENT: (
                        partial(simulator.verbs["fault"], kind="silence", count=0),
                        simulator.verbs["clear"],
                    ),
                    BankCardReaderFault.GARBLED: (
                        partial(simulator.verbs["fault"], kind="truncate", count=0),
                        simulator.verbs["clear"],
                    ),
                },
                stop=worker.stop,
            )
    finally:
        simulator.stop()
