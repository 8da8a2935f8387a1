"""The fault matrix: every fault × every class of device × (idle, in a command, at the end of one).

Every class stands on the bench of its contract suite: the production driver on
a real wire, its simulator behind it. The faults are those of the wire, which
strike once and pass by themselves, or last until they are cleared, and the
class's own (no paper, a jam), which stand until somebody mends them. A cell
holds when what was said is what had to be said (``expected.py``; of a fault of
its own the name), in words of the table, to the one who acts next, and when the
device is ready again without a restart and does what it is for.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks.expected import BETWEEN_COMMANDS, NOTHING, after_one_strike, while_it_lasts
from drivers.device import DeviceError, DeviceState, Fault
from drivers.injection import FaultKind
from drivers.worker import POLL_EVERY
from kiosk.operations.faults import FaultWords, load_faults
from tests.drivers import contract
from tests.drivers.contract import Bench, Deed

HOUSE = Path(__file__).resolve().parents[1]
PHASES = ("idle", "in a command", "at its end")
LASTING = "for long"  # a further phase of the wire's faults
FAULT_SECONDS = 0.4
WATCHED = 8.0  # seconds in which what lasts is shown, or nothing is
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
    said: str  # the faults that were shown, or that ended the command
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
        messages = messages_of_a_command(bench)
        for kind in FaultKind:
            for phase in PHASES:
                yield struck_once(bench, words, kind, phase, messages)
            yield struck_for_long(bench, words, kind)
        for code, (break_it, mend_it) in bench.standing.items():
            for phase in PHASES[: 1 if code in BETWEEN_COMMANDS else None]:
                yield its_own(bench, words, (code, break_it, mend_it), phase, messages)


def messages_of_a_command(bench: Bench) -> int:
    """How many the device says while it does what it is for."""
    bench.use()
    before = _messages(bench)
    bench.use()
    return max(_messages(bench) - before, 1)


def _messages(bench: Bench) -> int:
    return int(dict(bench.verbs["state"]() or {})["messages"])


def struck_once(bench: Bench, words: dict[str, FaultWords], kind: FaultKind, phase: str, messages: int) -> Cell:
    """A fault of the wire that strikes one message, and is gone."""
    after = messages - 1 if phase == PHASES[2] else 0
    said: dict[str, Fault] = {}
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
            said |= {fault.code: fault for fault in status.faults}
            noticed = noticed or (time.monotonic() if said else None)
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
    if isinstance(error, DeviceError):
        noticed = noticed or recovered
        said[error.fault.code] = error.fault
    since = struck or began
    wrong = ""
    if struck is None:
        bench.verbs["clear"]()
        wrong = "the fault found nothing to strike"
    elif odd := said.keys() - after_one_strike(bench.device_class, kind, commanded=command is not None):
        wrong = f"it is called {', '.join(sorted(odd))}"
    return Cell(
        bench.device_class,
        kind.value,
        phase,
        None if noticed is None else max(noticed - since, 0.0) * 1000,
        (recovered - since) * 1000,
        " ".join(said),
        wrong or _wrong(bench, words, error, list(said.values())) or _not_useful(useless),
    )


def struck_for_long(bench: Bench, words: dict[str, FaultWords], kind: FaultKind) -> Cell:
    """A fault of the wire that strikes every message until it is cleared; the cable is out until somebody plugs it."""
    if kind is FaultKind.UNPLUG:
        bench.verbs["unplug"]()
    else:
        bench.verbs["fault"](kind=kind.value, count=0, seconds=FAULT_SECONDS)
    due = while_it_lasts(bench.device_class, kind)
    struck = time.monotonic()
    said: dict[str, Fault] = {}
    while time.monotonic() < struck + (WATCHED if NOTHING in due else PATIENCE) and not said:
        said = {fault.code: fault for fault in bench.status.faults}
        time.sleep(0.005)
    noticed = time.monotonic() if said else None
    bench.verbs["clear"]()
    bench.verbs["plug"]()
    cleared = time.monotonic()
    recovered, useless, seen = _useful_again(bench, cleared)
    said |= seen  # what comes late must not be taken for a jam
    right = len(said) <= 1 and (set(said) or {NOTHING}) <= due
    wrong = "" if right else f"it is called {' '.join(said) or 'nothing'} and not {' '.join(due) or 'that'}"
    return Cell(
        bench.device_class,
        kind.value,
        LASTING,
        None if noticed is None else (noticed - struck) * 1000,
        (recovered - cleared) * 1000,
        " ".join(said),
        wrong or _wrong(bench, words, None, list(said.values())) or _not_useful(useless),
    )


def its_own(
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
    recovered, useless, _ = _useful_again(bench, mended)
    wrong = "" if said is not None else "it was not shown"
    wrong = wrong or _wrong(bench, words, error, [said] if said else []) or _not_useful(useless)
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


def _useful_again(bench: Bench, since: float) -> tuple[float, Exception | None, dict[str, Fault]]:
    """When it was ready and did what it is for, or when nobody waited any longer and why it did not; what it showed."""
    useless: Exception | None = None
    said: dict[str, Fault] = {}
    while time.monotonic() < since + PATIENCE:
        status = bench.status
        said |= {fault.code: fault for fault in status.faults}
        if status.state is DeviceState.READY and not status.faults:
            recovered = time.monotonic()
            useless = _useless(bench)
            if useless is None:
                return recovered, None, said
        time.sleep(0.005)
    return time.monotonic(), useless, said


def _not_useful(useless: Exception | None) -> str:
    return f"it does not work: {useless!r}" if useless else ""


def _wrong(bench: Bench, words: dict[str, FaultWords], error: BaseException | None, said: Sequence[Fault]) -> str:
    if error is not None and not isinstance(error, DeviceError):
        return f"the command ended with {type(error).__name__}"
    for fault in said:
        if fault.code not in words:
            return f"nobody has words for {fault.code}"
        if words[fault.code].acts_next is not fault.acts_next:
            return f"{fault.code} is told to {fault.acts_next}"
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


def main(wanted: Sequence[str] = ()) -> int:
    """Print the matrix of the ``wanted`` classes, of all where none is named; 1 when a cell does not hold."""
    contract.POLL = POLL_EVERY
    held = total = 0
    print(
        f"{'':18}{'':20}"
        + "".join(f"{phase:>20}" for phase in (*PHASES, LASTING))
        + "   (ms to notice / to be ready again)"
    )
    slowest_replug = 0.0
    for device_class in wanted or classes():
        for kind, row in groupby(cells(device_class), lambda cell: cell.kind):
            shown = list(row)
            total += len(shown)
            held += sum(not cell.wrong for cell in shown)
            if kind == FaultKind.UNPLUG:
                out = {LASTING: 0.0}  # there it is counted from when the cable is back
                replugged = [cell.recovered_ms / 1000 - out.get(cell.phase, FAULT_SECONDS) for cell in shown]
                slowest_replug = max(slowest_replug, *replugged)
            print(f"{device_class:18}{kind:20}{''.join(f'{_shown(cell):>20}' for cell in shown)}", flush=True)
            for cell in shown:
                if cell.wrong:
                    print(f"    {cell.phase}: {cell.wrong}", flush=True)
    print(f"{held} of {total} cells hold; a replugged device was ready again after {slowest_replug:.1f} s at most")
    return 0 if held == total and slowest_replug <= REPLUG_SECONDS else 1


def _shown(cell: Cell) -> str:
    noticed = "absorbed" if cell.noticed_ms is None else f"{cell.noticed_ms:.0f}"
    return ("✗ " if cell.wrong else "") + f"{noticed} / {cell.recovered_ms:.0f}"
