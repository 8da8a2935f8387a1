"""The fault matrix: every fault × every class of device × (idle, in a command, at the end of one).

Every class stands on the bench of its contract suite: the production driver on
a real wire, its simulator behind it. The faults are those of the wire, which
pass by themselves, and the class's own (no paper, a jam), which stand until
somebody mends them. A cell holds when the device is ready again without a
restart and does what it is for, when a fault of its own was shown by its name,
and when whatever was said was said in words of the table, to the one who acts next.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from drivers.device import DeviceError, DeviceState, Fault
from drivers.injection import FaultKind
from drivers.worker import POLL_EVERY
from kiosk.operations.faults import FaultWords, load_faults
from tests.drivers import contract
from tests.drivers.contract import Bench, Deed

HOUSE = Path(__file__).resolve().parents[1]
PHASES = ("idle", "in a command", "at its end")
FAULT_SECONDS = 0.4
PATIENCE = 30.0
# A replugged device is ready again within this.
REPLUG_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. Milliseconds are None where nothing was noticed, because the driver got over it by itself."""

    device_class: str
    kind: str
    phase: str
    noticed_ms: float | None
    recovered_ms: float
    said: str  # the fault that was shown, or that ended the command
    wrong: str  # why the cell does not hold, empty where it does


def classes() -> list[str]:
    """Every class that has a bench."""
    return sorted(path.parent.name for path in (HOUSE / "tests" / "drivers").glob("*/bench.py"))


def cells(device_class: str) -> Iterator[Cell]:
    """Every cell of one class, measured one after another."""
    words = load_faults(HOUSE / "config" / "faults")
    make: Callable[[], AbstractContextManager[Bench]] = importlib.import_module(
        f"tests.drivers.{device_class}.bench"
    ).bench
    with make() as bench:
        bench.until_ready()
        messages = _messages_of_a_command(bench)
        for kind in FaultKind:
            for phase in PHASES:
                yield _cell(bench, words, kind, phase, messages)
        for code, (break_it, mend_it) in bench.standing.items():
            for phase in PHASES:
                yield _own_cell(bench, words, (code, break_it, mend_it), phase, messages)


def _messages_of_a_command(bench: Bench) -> int:
    bench.use()
    before = _messages(bench)
    bench.use()
    return max(_messages(bench) - before, 1)


def _messages(bench: Bench) -> int:
    return int(dict(bench.verbs["state"]() or {})["messages"])


def _cell(bench: Bench, words: dict[str, FaultWords], kind: FaultKind, phase: str, messages: int) -> Cell:
    after = messages - 1 if phase == PHASES[2] else 0
    said: Fault | None = None
    noticed: float | None = None
    useless: Exception | None = None
    recovered = 0.0
    with ThreadPoolExecutor(1) as hands:
        bench.verbs["fault"](kind=kind.value, after=after, seconds=FAULT_SECONDS)
        began = time.monotonic()
        command = hands.submit(bench.use) if phase != PHASES[0] else None
        struck = None
        deadline = began + PATIENCE
        while time.monotonic() < deadline:
            state = dict(bench.verbs["state"]() or {})
            status = bench.status
            if status.faults and noticed is None:
                noticed, said = time.monotonic(), status.faults[0]
            if struck is None and not state["armed"]:
                struck = time.monotonic()
            over = struck is not None and bool(state["plugged"]) and (command is None or command.done())
            if over and status.state is DeviceState.READY and not status.faults:
                recovered = time.monotonic()
                useless = _useless(bench)
                if useless is None and bench.status.state is DeviceState.READY:
                    break
            time.sleep(0.005)
        error = command.exception(PATIENCE) if command is not None else None
    if isinstance(error, DeviceError) and said is None:
        noticed, said = recovered, error.fault
    since = struck or began
    if struck is None:
        bench.verbs["clear"]()
        wrong = "the fault found nothing to strike"
    else:
        wrong = _wrong(bench, words, error, said) or (f"it does not work: {useless!r}" if useless else "")
    return Cell(
        bench.device_class,
        kind.value,
        phase,
        None if noticed is None else max(noticed - since, 0.0) * 1000,
        (recovered - since) * 1000,
        said.code if said is not None else "",
        wrong,
    )


def _own_cell(
    bench: Bench, words: dict[str, FaultWords], fault: tuple[str, Deed, Deed], phase: str, messages: int
) -> Cell:
    """One of the class's own faults: it is brought about, stands until it is shown, and is mended."""
    code, break_it, mend_it = fault
    with ThreadPoolExecutor(1) as hands:
        before = _messages(bench)
        command = None if phase == PHASES[0] else hands.submit(bench.use)
        if command is not None:
            under_way = before + (1 if phase == PHASES[1] else messages)
            while _messages(bench) < under_way and not command.done():
                time.sleep(0.001)
        break_it()
        struck = time.monotonic()
        said = _shown_within(bench, code, PATIENCE)
        noticed = time.monotonic()
        error = command.exception(PATIENCE) if command is not None else None
    mend_it()
    mended = time.monotonic()
    useless: Exception | None = None
    while time.monotonic() < mended + PATIENCE:
        if bench.status.state is DeviceState.READY and not bench.status.faults:
            recovered = time.monotonic()
            useless = _useless(bench)
            if useless is None:
                break
        time.sleep(0.005)
    else:
        recovered = time.monotonic()
    wrong = "" if said is not None else "it was not shown"
    wrong = wrong or _wrong(bench, words, error, said) or (f"it does not work: {useless!r}" if useless else "")
    milliseconds = None if said is None else (noticed - struck) * 1000
    return Cell(
        bench.device_class, code.partition(".")[2], phase, milliseconds, (recovered - mended) * 1000, code, wrong
    )


def _shown_within(bench: Bench, code: str, seconds: float) -> Fault | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for fault in bench.status.faults:
            if fault.code == code:
                return fault
        time.sleep(0.002)
    return None


def _wrong(bench: Bench, words: dict[str, FaultWords], error: BaseException | None, said: Fault | None) -> str:
    if error is not None and not isinstance(error, DeviceError):
        return f"the command ended with {type(error).__name__}"
    if said is not None:
        if said.code not in words:
            return f"nobody has words for {said.code}"
        if words[said.code].acts_next is not said.acts_next:
            return f"{said.code} is told to {said.acts_next}"
    if bench.status.state is not DeviceState.READY or bench.status.faults:
        return f"it stays {bench.status.state} {' '.join(fault.code for fault in bench.status.faults)}"
    return ""


def _useless(bench: Bench) -> Exception | None:
    """What keeps the device from doing what it is for; None when it does it."""
    try:
        bench.use()
    except Exception as error:  # noqa: BLE001 - whatever it is, the cell does not hold
        return error
    return None


def main() -> int:
    """Print the matrix, a line for each class and fault; the exit status is 1 when a cell does not hold."""
    contract.POLL = POLL_EVERY
    held = total = 0
    print(f"{'':18}{'':20}" + "".join(f"{phase:>28}" for phase in PHASES) + "   (ms to notice / to be ready again)")
    slowest_replug = 0.0
    for device_class in classes():
        row: list[Cell] = []
        for cell in cells(device_class):
            total += 1
            held += not cell.wrong
            row.append(cell)
            if cell.kind == FaultKind.UNPLUG:
                slowest_replug = max(slowest_replug, cell.recovered_ms / 1000 - FAULT_SECONDS)
            if len(row) == len(PHASES):
                shown = "".join(f"{_shown(one):>28}" for one in row)
                print(f"{device_class:18}{cell.kind:20}{shown}", flush=True)
                for one in row:
                    if one.wrong:
                        print(f"    {one.phase}: {one.wrong}", flush=True)
                row = []
    print(f"{held} of {total} cells hold; a replugged device was ready again after {slowest_replug:.1f} s at most")
    return 0 if held == total and slowest_replug <= REPLUG_SECONDS else 1


def _shown(cell: Cell) -> str:
    noticed = "absorbed" if cell.noticed_ms is None else f"{cell.noticed_ms:.0f}"
    return ("✗ " if cell.wrong else "") + f"{noticed} / {cell.recovered_ms:.0f}"
