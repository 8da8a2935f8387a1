"""The guide lights on the bench of the contract suite. Two lamps: with eight a check would take its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from drivers.device import DeviceError
from drivers.guide_lights.lights import ACTS_NEXT, GuideLights, GuideLightsFault, fault
from drivers.guide_lights.simulator import GuideLightsSimulator
from drivers.transport import transport_for
from tests.drivers.contract import PATIENCE, Bench, worked


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = GuideLightsSimulator(lamps=("id_reader", "camera"))
    simulator.start()
    try:
        with worked("guide_lights", GuideLights(transport_for(simulator.address))) as worker:

            def light_the_camera() -> None:
                lit = worker.submit(lambda lights, _: lights.show(frozenset({"camera"}), blink=True))
                lit.future.result(PATIENCE)
                if simulator.state()["burnt_out"]:
                    raise DeviceError(fault(GuideLightsFault.LAMP_BROKEN))
                assert simulator.state()["lamps"] == {"id_reader": "off", "camera": "blink"}

            yield Bench(
                "guide_lights",
                owned=worker,
                verbs=simulator.verbs,
                use=light_the_camera,
                faults=GuideLightsFault,
                acts_next=ACTS_NEXT,
                standing={
                    GuideLightsFault.LAMP_BROKEN: (
                        partial(simulator.burn_out, "camera"),
                        partial(simulator.repair, "camera"),
                    ),
                    GuideLightsFault.SILENT: (
                        partial(simulator.verbs["fault"], kind="silence", count=0),
                        simulator.verbs["clear"],
                    ),
                    GuideLightsFault.GARBLED: (
                        partial(simulator.verbs["fault"], kind="truncate", count=0),
                        simulator.verbs["clear"],
                    ),
                },
                stop=worker.stop,
            )
    finally:
        simulator.stop()
