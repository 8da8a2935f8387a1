"""The battery behind a real NUT server, on the bench of the contract suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from drivers.ups.simulator import UpsSimulator
from drivers.ups.ups import ACTS_NEXT, UpsFault, ups_for
from tests.drivers.contract import PATIENCE, Bench, Deed, worked


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = UpsSimulator()
    simulator.start()
    try:
        with worked("ups", ups_for(simulator.address)) as worker:

            def flag(word: str) -> tuple[Deed, Deed]:
                return partial(simulator.flags, word), partial(simulator.flags, "")

            def for_ever(kind: str) -> tuple[Deed, Deed]:
                return partial(simulator.verbs["fault"], kind=kind, count=0), simulator.verbs["clear"]

            yield Bench(
                "ups",
                owned=worker,
                verbs=simulator.verbs,
                use=lambda: worker.submit(lambda ups, _: ups.read()).future.result(PATIENCE),
                faults=UpsFault,
                acts_next=ACTS_NEXT,
                standing={
                    UpsFault.ON_BATTERY: (partial(simulator.mains, False), partial(simulator.mains, True)),
                    UpsFault.BATTERY_LOW: (partial(simulator.low, True), partial(simulator.low, False)),
                    UpsFault.REPLACE_BATTERY: (partial(simulator.replace, True), partial(simulator.replace, False)),
                    UpsFault.OVERLOADED: flag("OVER"),
                    UpsFault.UNPROTECTED: flag("BYPASS"),
                    UpsFault.ALARM: flag("ALARM"),
                    UpsFault.STALE: (partial(simulator.stale, True), partial(simulator.stale, False)),
                    UpsFault.REFUSED: (partial(simulator.forget, True), partial(simulator.forget, False)),
                    UpsFault.SILENT: for_ever("silence"),
                    UpsFault.GARBLED: for_ever("junk"),
                },
                stop=worker.stop,
            )
    finally:
        simulator.stop()
