"""The kiosk as a process of its own: how long until the home page is drawn, what it costs at rest."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure

HOUSE = Path(__file__).resolve().parents[1]
MAIN = [sys.executable, str(HOUSE / "main.py")]
DRAWN, ANSWERS = b"the home page is drawn", b"touches are answered"
SETTLE_SECONDS = 12.0
WATCH_SECONDS = 20.0


def figures(runs: int, words: list[str]) -> Iterator[Figure]:
    """Start, idle processor and memory. ``words`` are the settings that point to the simulators."""
    yield _starts("process start → home screen drawn, warm", 1.5, runs, words, cold=False)
    yield _starts("process start → home screen drawn, cold", 3.0, max(runs // 2, 1), words, cold=True)
    processor, memory, faces = [], [], []
    for _ in range(max(runs // 2, 1)):
        with kiosk(words) as (process, _, _):
            time.sleep(SETTLE_SECONDS)
            pids = family(process.pid)
            before, started = sum(map(cpu_seconds, pids)), time.monotonic()
            time.sleep(WATCH_SECONDS)
            processor.append(100 * (sum(map(cpu_seconds, pids)) - before) / (time.monotonic() - started))
            memory.append(sum(map(megabytes, pids)))
            faces.append(max(map(megabytes, pids[1:])))
    yield Figure(
        "processor on the idle home screen", "%", 3, processor, f"main and face process, {WATCH_SECONDS:.0f} s"
    )
    yield Figure("memory, main process and face process together", "MB", 600, memory, "proportional set size")
    yield Figure("memory, face process alone", "MB", 350, faces, "proportional set size")


def polls(runs: int, without: list[str], all_devices: list[str]) -> Figure:
    """What it costs to ask every device how it is: an idle kiosk with all of them, beyond one with none."""
    extra = []
    for _ in range(runs):
        bare, full = (_idle_percent(words) for words in (without, all_devices))
        extra.append(full - bare)
    return Figure("status polls of all ten devices and the computer", "%", 1, extra, "of one core, beyond none")


def _idle_percent(words: list[str]) -> float:
    with kiosk(words) as (process, _, _):
        time.sleep(SETTLE_SECONDS)
        before, started = cpu_seconds(process.pid), time.monotonic()
        time.sleep(WATCH_SECONDS)
        return 100 * (cpu_seconds(process.pid) - before) / (time.monotonic() - started)


def _starts(what: str, at_most: float, runs: int, words: list[str], *, cold: bool) -> Figure:
    seconds = []
    for _ in range(runs):
        if cold and not _forget_files():
            return Figure(what, "s", at_most, [], "the file cache can only be emptied by root outside a container")
        with kiosk(words) as (_, drawn, _):
            seconds.append(drawn)
    return Figure(what, "s", at_most, seconds)


@contextmanager
def kiosk(words: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], float, float]]:
    """The kiosk, and the seconds until its home page was drawn and until it answered touches."""
    started = time.monotonic()
    process = subprocess.Popen([*MAIN, "run", *words], stderr=subprocess.PIPE)
    try:
        yield process, _heard(process, DRAWN) - started, _heard(process, ANSWERS) - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _heard(process: subprocess.Popen[bytes], line: bytes) -> float:
    """When the kiosk said so. Raises RuntimeError."""
    assert process.stderr is not None
    seen = b""
    while line not in seen:
        if not select.select([process.stderr], [], [], 60)[0]:
            raise RuntimeError(f"the kiosk did not say within a minute: {line.decode()}")
        piece = os.read(process.stderr.fileno(), 1)
        if not piece:
            raise RuntimeError(f"the kiosk ended: {seen.decode(errors='replace')[-2000:]}")
        seen += piece
    return time.monotonic()


def _forget_files() -> bool:
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3\n", encoding="ascii")
    except OSError:
        return False
    return True


def family(pid: int) -> list[int]:
    """The process and all that it started, itself first."""
    return [pid, *_children(pid)]


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *_children(int(child))]
    return found


def cpu_seconds(pid: int) -> float:
    """What the process has used of a processor until now."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """The memory of the process, its share of what is shared."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    return int(found.group(1)) / 1024
