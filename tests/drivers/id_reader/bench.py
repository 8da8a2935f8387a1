"""The card reader on the contract suite's bench: a card of the tray lies there, and may be read again and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from drivers.id_reader.photo import KimgDecoder
from drivers.id_reader.protocol import Status
from drivers.id_reader.reader import ACTS_NEXT, IdReader, ReaderFault
from drivers.transport import transport_for
from tests.drivers.contract import PATIENCE, Bench, Deed, worked
from tests.drivers.id_reader.desk import running


@contextmanager
def bench() -> Iterator[Bench]:
    """A reader and its simulator on a TCP line."""
    with running(rereadable=True) as sam:
        sam.place("chen")
        reader = IdReader(transport_for(sam.address), photos=KimgDecoder())
        with worked("id_reader", reader) as worker:

            def says(status: Status) -> tuple[Deed, Deed]:
                return partial(sam.fault, "sw3", 0, "STATUS", status), sam.clear

            def always(kind: str) -> tuple[Deed, Deed]:
                return partial(sam.fault, kind, 0), sam.clear

            yield Bench(
                "id_reader",
                owned=worker,
                verbs=sam.verbs,
                use=lambda: worker.submit(lambda device, cancel: device.read_card(cancel)).future.result(PATIENCE),
                faults=ReaderFault,
                acts_next=ACTS_NEXT,
                standing={
                    ReaderFault.SELF_TEST_FAILED: says(Status.SELF_TEST_FAILED),
                    ReaderFault.UNAUTHORISED: says(Status.UNAUTHORISED),
                    ReaderFault.PROTOCOL: says(Status.COMMAND_WRONG),
                    ReaderFault.SILENT: always("silence"),
                    ReaderFault.GARBLED: always("corrupt"),
                },
                stop=worker.stop,
            )
