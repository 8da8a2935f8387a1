"""Eight hours of a machine, compressed: visits one after another, a random fault now and then, and nothing that grows.

Real drivers, real simulators, a real back office and the real terminal, without the screen. An hour is
``VISITS_AN_HOUR`` visits; what a citizen would wait for (reading, thinking) is left out, and the back office's clock is
moved on, as it sends one person three codes an hour at most.
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drivers.document_camera.simulator import draw_licence
from tests.kiosk.machine import Machine
from tests.people import LIN

HOURS = 8
VISITS_AN_HOUR = 40
GROWTH = 0.01  # after the first hour
POOL = 1  # a second errand thread begins when two errands meet for the first time; there is no third
FAULTS = ("silence", "junk", "split", "delay", "drop", "truncate", "corrupt", "duplicate", "drip", "unplug")


def main() -> int:
    """Print a line for each hour; the exit status is 1 when something grew."""
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    ended: dict[str, int] = {}
    figures: list[tuple[int, int, float]] = []
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        desk = folder / "desk"
        desk.mkdir()
        draw_licence(desk / "licence.png")
        machine = Machine(folder, desk, ways=True, lit=True)
        try:
            for hour in range(HOURS):
                for visit in range(VISITS_AN_HOUR):
                    passed = timedelta(minutes=25 * (hour * VISITS_AN_HOUR + visit))
                    machine.store.now = lambda passed=passed: datetime.now(UTC) + passed  # type: ignore[misc]
                    how = _visit(machine, chance)
                    ended[how] = ended.get(how, 0) + 1
                figures.append(_figures())
                threads, files, memory = figures[-1]
                print(f"hour {hour + 1}: {threads} threads, {files} files, {memory:.1f} MB", flush=True)
        finally:
            machine.close()
    print(", ".join(f"{count} {how}" for how, count in sorted(ended.items())))
    first, last = figures[0], figures[-1]
    grown = [
        f"{what} grew from {a:.1f} to {b:.1f}"
        for what, a, b in zip(("threads", "files", "memory"), first, last, strict=True)
        if b > a * (1 + GROWTH) + (POOL if what == "threads" else 0)
    ]
    print("; ".join(grown) or "nothing grew")
    return 1 if grown else 0


def _visit(machine: Machine, chance: random.Random) -> str:
    """One visit with at most one fault; however it ends, the machine is at home afterwards."""
    struck = chance.random() < 0.5
    devices = (machine.reader, machine.printer, machine.scanner, machine.lamps, machine.battery)
    if struck:
        chance.choice(devices).verbs["fault"](
            kind=chance.choice(FAULTS), after=chance.randrange(12), count=chance.randrange(1, 3), seconds=0.3
        )
    try:
        machine.begin().read_card()
        if chance.random() < 0.5:
            machine.prove_by_code()
        else:
            _show_app_code(machine)
        machine.fill_in().submit().print_receipt()
        outcome = "finished"
    except AssertionError:
        outcome = "given up with a sentence" if machine.problem else "given up"
    for device in devices:
        device.verbs["clear"]()
    machine.reader.lift()
    machine.until(lambda: machine.act("exit").at == "home", "the visit to end")
    machine.until(
        lambda: all(worker.status.ready for worker in machine.terminal.hardware.workers()), "the devices to be well"
    )
    return outcome


def _show_app_code(machine: Machine) -> None:
    machine.choose("app_code")
    machine.until(lambda: machine.problem or machine.body().state == "waiting", "the scanner to wait")
    machine.scanner.verbs["scan"](text=machine.store.issue_app_code(LIN.number))
    machine.until(lambda: machine.problem or machine.at == "category", "the code to be judged")


def _figures() -> tuple[int, int, float]:
    """Threads, open files, and resident memory in MB; what the allocator only keeps for later is given back first."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    threads = min(_threads_in_a_moment() for _ in range(20))  # an errand may just be ending
    return threads, len(list(Path("/proc/self/fd").iterdir())), memory


def _threads_in_a_moment() -> int:
    time.sleep(0.05)
    return threading.active_count()
