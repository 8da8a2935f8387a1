"""Simulated devices in this process, told over real control sockets as `main.py run --simulate` does."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from drivers.scenario import Scenario
from drivers.simulation import Control, ControlServer, Relay, Verb
from drivers.world import World

HOUSE = Path(__file__).resolve().parents[2]
CLASSES = sorted(path.parent.name for path in (HOUSE / "drivers").glob("*/simulator.py"))
LINE = "line"


def maker_of(device_class: str) -> Callable[[], Any]:
    """The class of its simulator: the one of the module that has verbs and an address."""
    module = importlib.import_module(f"drivers.{device_class}.simulator")
    found = [
        one
        for _, one in inspect.getmembers(module, inspect.isclass)
        if one.__module__ == module.__name__ and hasattr(one, "verbs") and hasattr(one, "address")
    ]
    assert len(found) == 1, f"drivers/{device_class}/simulator.py has {len(found)} simulators"
    return found[0]


@contextmanager
def told(verbs: Mapping[str, Verb]) -> Iterator[Control]:
    """The other end of a control socket that serves ``verbs``."""
    server = ControlServer(verbs)
    server.start()
    control = Control(server.address, seconds=20)
    try:
        yield control
    finally:
        control.close()
        server.stop()


@contextmanager
def world_of(names: Iterable[str], scenarios: Mapping[str, Scenario]) -> Iterator[World]:
    """A world with these simulators; ``line`` is a relay before nobody."""
    world = World(scenarios)
    with ExitStack() as stack:
        for name in names:
            simulator = Relay("127.0.0.1:9") if name == LINE else maker_of(name)()
            simulator.start()
            stack.callback(simulator.stop)
            world.controls[name] = stack.enter_context(told(simulator.verbs))
        yield world
