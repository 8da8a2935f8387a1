"""The screen beside what a city would otherwise buy: the same pages as a web page in Chromium's kiosk mode, in one run.

Both draw in software, at 1080×1920, in memory, in processes of their own, and are touched by turns from this one over
a pipe. A touch is a press of the left button at a point; its time is taken here before it is sent. A frame's time is
taken where it is on the glass, or would be: by Qt's ``frameSwapped``, by Chromium's ``Display::FrameDisplayed``. At
rest neither draws anything, so the first frame after a touch is the touch's.
"""

from __future__ import annotations

import json
import os
import platform
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Protocol

import cv2
from PIL import Image, ImageChops
from PySide6.QtCore import qVersion

from assembly import HOUSE, now
from benchmarks import idle
from benchmarks.chromium import BINARY, Chromium, ChromiumError, install
from benchmarks.idle import cpu_seconds, family, megabytes
from benchmarks.partners import partners
from benchmarks.web_page import departments, web_page

SIZE = (1080, 1920)
RESULT = HOUSE / "docs" / "reference" / "screen.md"
REST = 0.35  # between two touches, so that nothing moves any more
SLIDE_REST = 0.7
APART = 0.12  # frames so far apart do not belong to one change
SLIDE = 0.25  # a slide is over by then
SETTLE_SECONDS = 8.0
STARTS = 5
WATCH_SECONDS = 24.0  # as long as two scenes of the attract loop
CAMERA_SECONDS = 6.0  # an action of the face check may take eight
FILM_FRAMES = 60
PATIENCE = 60.0


@dataclass
class Figure:
    """One measure on both sides, in ``unit``; ``at_most`` is what our 95th percentile has to keep, if anything."""

    what: str
    unit: str
    at_most: float | None = None
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Ours in theirs, by the medians; below one is ahead."""
        return statistics.median(self.ours) / max(statistics.median(self.theirs), 1e-9)

    @property
    def holds(self) -> bool:
        """Whether ours keeps what it has to."""
        return self.at_most is None or p95(self.ours) <= self.at_most

    def row(self) -> str:
        """A line of the table."""
        limit = "" if self.at_most is None else f"{self.at_most:g} {'✓' if self.holds else '✗'}"
        cells = (self.what, self.unit, *map(_three, (self.ours, self.theirs)), f"{self.ratio:.2f}", limit)
        return f"| {' | '.join(cells)} |"


def p95(runs: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(runs, n=20, method="inclusive")[18] if len(runs) > 1 else runs[0]


def _three(runs: Sequence[float]) -> str:
    return f"{min(runs):.3g} / {statistics.median(runs):.3g} / {p95(runs):.3g} ({len(runs)})"


class Side(Protocol):
    """One of the two: how it is touched and watched."""

    pid: int

    def where(self, name: str) -> tuple[float, float]:
        """The middle of what is called ``name``."""

    def press(self, at: tuple[float, float]) -> float:
        """The finger comes down; when it was told to."""

    def release(self, at: tuple[float, float]) -> float:
        """The finger goes up; when it was told to."""

    def watch(self) -> None:
        """Begin to note frames."""

    def frames(self) -> list[float]:
        """When frames were on the glass since :meth:`watch`."""

    def picture(self, path: Path) -> None:
        """Keep what is on the glass."""


class Kiosk:
    """Ours."""

    def __init__(self, words: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            # Not by -m: the face process would import all of it again, which it does not of the program's own command.
            [sys.executable, "-c", "from benchmarks.glass import main; main()", *words],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.pid = self._process.pid
        self._heard()  # the home page is drawn

    def do(self, verb: str, *what: Any) -> Any:
        """Have it done, and hear what comes of it. Raises RuntimeError."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([verb, *what]) + "\n")
        return self._heard()

    def where(self, name: str) -> tuple[float, float]:
        x, y = self.do("where", name)
        return x, y

    def press(self, at: tuple[float, float]) -> float:
        told = time.monotonic()
        self.do("press", *at)
        return told

    def release(self, at: tuple[float, float]) -> float:
        told = time.monotonic()
        self.do("release", *at)
        return told

    def watch(self) -> None:
        self.do("frames")

    def frames(self) -> list[float]:
        return list(self.do("frames"))

    def picture(self, path: Path) -> None:
        self.do("picture", str(path))

    def close(self) -> None:
        """End it; more than once does no harm."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _heard(self) -> Any:
        output = self._process.stdout
        assert output is not None
        if not select.select([output], [], [], PATIENCE)[0]:
            raise RuntimeError("the kiosk does not answer")
        told = json.loads(output.readline() or '{"error": "the kiosk has ended"}')
        if "error" in told:
            raise RuntimeError(told["error"])
        return told["answer"]


class Web:
    """Theirs; ``drawn`` is how many seconds after its start the home page was on the glass."""

    def __init__(self, page: Path, profile: Path, film: Path) -> None:
        self.browser = Chromium(page, profile, SIZE, film)
        self.pid = self.browser.process.pid
        self.browser.attach()
        painted = "performance.getEntriesByName('first-contentful-paint')[0]"
        deadline = time.monotonic() + PATIENCE
        while not (at := self.browser.ask(f"{painted} ? performance.timeOrigin + {painted}.startTime : 0")):
            if time.monotonic() > deadline:
                raise ChromiumError("Chromium does not draw the page")
            time.sleep(0.02)
        self.drawn = at / 1000 - time.time() + time.monotonic() - self.browser.started
        seen = self.browser.ask("[innerWidth, innerHeight]")
        if tuple(seen) != SIZE:
            raise ChromiumError(f"Chromium's page is {seen}")

    def where(self, name: str) -> tuple[float, float]:
        box = f"document.getElementById('{name}').getBoundingClientRect()"
        x, y = self.browser.ask(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({box})")
        return x, y

    def press(self, at: tuple[float, float]) -> float:
        return self.browser.mouse("mousePressed", *at)

    def release(self, at: tuple[float, float]) -> float:
        return self.browser.mouse("mouseReleased", *at)

    def watch(self) -> None:
        self.browser.trace()

    def frames(self) -> list[float]:
        return self.browser.frames()

    def picture(self, path: Path) -> None:
        path.write_bytes(self.browser.picture())

    def close(self) -> None:
        """End it."""
        self.browser.close()


# -- what is measured ------------------------------------------------------------------


@dataclass
class _Touch:
    """What one side is touched at, by turns."""

    side: Side
    names: Sequence[str]  # of two controls that lead to one another's pages
    pressed: list[float] = field(default_factory=list)
    released: list[float] = field(default_factory=list)

    def once(self, name: str, rest: float) -> None:
        at = self.side.where(name)
        time.sleep(REST)
        self.pressed.append(self.side.press(at))
        time.sleep(REST)
        self.released.append(self.side.release(at))
        time.sleep(rest)


def _touched(runs: int, rest: float, ours: _Touch, theirs: _Touch) -> tuple[list[float], list[float]]:
    """Touch both by turns, ``runs`` times there and back; returns the frames of each."""
    for one in (ours, theirs):
        one.side.watch()
    for run in range(runs * 2):
        for one in (ours, theirs) if run % 4 < 2 else (theirs, ours):
            one.once(one.names[run % len(one.names)], rest)
    return ours.side.frames(), theirs.side.frames()


def _first(frames: Sequence[float], marks: Sequence[float]) -> Iterator[float]:
    """Milliseconds from each mark to the first frame after it."""
    for mark in marks:
        after = [frame for frame in frames if frame > mark]
        if not after or after[0] - mark > REST:
            raise RuntimeError("a touch changed nothing")
        yield (after[0] - mark) * 1000


def _burst(frames: Sequence[float], mark: float) -> list[float]:
    """The frames of one change: those after ``mark`` that follow one another closely."""
    after = [frame for frame in frames if mark < frame < mark + SLIDE_REST]
    found = after[:1]
    for frame in after[1:]:
        if frame - found[-1] > APART:
            break
        found.append(frame)
    return found


def _sliding(frames: Sequence[float], mark: float) -> list[float]:
    """The frames of the slide that begins after ``mark``."""
    first = next(frame for frame in frames if frame > mark)
    return [frame for frame in frames if first <= frame <= first + SLIDE]


def _starts(words: list[str], make_web: Callable[[], Web]) -> Iterator[Figure]:
    """Of the program itself, as a machine starts it."""
    home = Figure("process start → home page on the glass, warm", "s")
    answers = Figure("process start → touches are answered (the web page: as soon as it is drawn)", "s")
    # The first of each fills caches: Chromium's profile, Qt's compiled pages.
    for run in range(STARTS + 1):
        with idle.kiosk(words) as (_, drawn, answered):
            pass
        with _made(make_web) as web:
            painted = web.drawn
        if run:
            home.ours.append(drawn)
            answers.ours.append(answered)
            for figure in (home, answers):
                figure.theirs.append(painted)
    yield from (home, answers)


def _at_rest(kiosk: Kiosk, resting: Kiosk, web: Web) -> Iterator[Figure]:
    home = Figure("processor, home page at rest", "% of a core")
    loop = Figure("processor, nobody there: scenes of how it is done and news; the web page at rest", "% of a core")
    memory = Figure("memory, all processes, home page", "MB")
    time.sleep(SETTLE_SECONDS)
    for _ in range(2):
        at_home, at_rest, page = _percents([kiosk.pid, resting.pid, web.pid], WATCH_SECONDS)
        home.ours.append(at_home)
        loop.ours.append(at_rest)
        for figure in (home, loop):
            figure.theirs.append(page)
    resting.close()
    for side, kept in ((kiosk, memory.ours), (web, memory.theirs)):
        kept.append(sum(map(megabytes, family(side.pid))))
    yield from (home, loop, memory)


def _touches(runs: int, kiosk: Kiosk, web: Web) -> Iterator[Figure]:
    touch = Figure("touch → first frame that differs", "ms", 50)
    change = Figure("touch → last frame of the new page, home ↔ department, no slide", "ms", 120)
    names = [word for one in departments() for word in (f"department-{one}", "home")]
    ours, theirs = _Touch(kiosk, names), _Touch(web, names)
    for side in (kiosk, web):
        _differs(side, names[0])
    for frames, one, firsts, lasts in zip(
        _touched(runs, REST, ours, theirs),
        (ours, theirs),
        (touch.ours, touch.theirs),
        (change.ours, change.theirs),
        strict=True,
    ):
        firsts.extend(_first(frames, one.pressed))
        lasts.extend((_burst(frames, mark)[-1] - mark) * 1000 for mark in one.released)
    yield from (touch, change)


def _camera(kiosk: Kiosk, web: Web) -> Iterator[Figure]:
    camera = Figure("processor, camera page, screen and camera (ours: without the face process)", "% of a core")
    whole = Figure("processor, camera page, all processes (ours compares faces meanwhile)", "% of a core")
    for run in range(2):
        web.browser.ask("camera()")
        time.sleep(1.0)
        (percent,) = _percents([web.pid], CAMERA_SECONDS)
        web.browser.ask("show('home')")
        camera.theirs.append(percent)
        whole.theirs.append(percent)
        kiosk.do("face")
        pids = family(kiosk.pid)
        before, at = [cpu_seconds(pid) for pid in pids], time.monotonic()
        time.sleep(CAMERA_SECONDS)
        spent = [cpu_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
        seconds = time.monotonic() - at
        camera.ours.append(100 * spent[0] / seconds)
        whole.ours.append(100 * sum(spent) / seconds)
        if run == 0:
            kiosk.do("home")
            kiosk.do("ready")
    yield from (camera, whole)


def _slides(runs: int, kiosk: Kiosk, web: Web) -> Iterator[Figure]:
    """From the page of the camera."""
    slide = Figure("touch → first frame of a slide of 200 ms, form ↔ form", "ms", 120)
    steps = Figure("between two frames of the slide", "ms", 20)
    kiosk.do("form")
    web.browser.ask("show('choice')")
    ours, theirs = _Touch(kiosk, ("primary", "act-back")), _Touch(web, ("fields", "choice"))
    for frames, one, firsts, gaps in zip(
        _touched(runs, SLIDE_REST, ours, theirs),
        (ours, theirs),
        (slide.ours, slide.theirs),
        (steps.ours, steps.theirs),
        strict=True,
    ):
        firsts.extend(_first(frames, one.released))
        for mark in one.released:
            gaps.extend((later - earlier) * 1000 for earlier, later in pairwise(_sliding(frames, mark)))
    yield from (slide, steps)


def _percents(pids: Sequence[int], seconds: float) -> list[float]:
    """How much of a core each family uses, all watched at once."""
    before, at = [_spent(pid) for pid in pids], time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - at
    return [100 * (_spent(pid) - was) / took for pid, was in zip(pids, before, strict=True)]


def _spent(pid: int) -> float:
    return sum(map(cpu_seconds, family(pid)))


def _differs(side: Side, name: str) -> None:
    """A press changes pixels that can be seen. Raises RuntimeError."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        before, after = Path(folder) / "before.png", Path(folder) / "after.png"
        at = side.where(name)
        side.picture(before)
        side.press(at)
        time.sleep(REST)
        side.picture(after)
        side.release(at)
        time.sleep(REST)
        home = side.where("home")
        side.press(home)
        side.release(home)
        time.sleep(REST)
        pictures = (Image.open(before).convert("RGB"), Image.open(after).convert("RGB"))
        if ImageChops.difference(*pictures).getbbox() is None:
            raise RuntimeError("a press cannot be seen")


# -- both sides ------------------------------------------------------------------------


def _film(address: str, path: Path) -> None:
    """What the simulated camera sees, as a file that Chromium takes for its camera."""
    camera = cv2.VideoCapture(address)
    try:
        with path.open("wb") as file:
            for _ in range(FILM_FRAMES):
                seen, picture = camera.read()
                if not seen:
                    raise RuntimeError("the simulated camera shows nothing")
                file.write(cv2.imencode(".jpg", picture)[1].tobytes())
    finally:
        camera.release()


@contextmanager
def _made(make: Callable[[], Any]) -> Iterator[Any]:
    side = make()
    try:
        yield side
    finally:
        side.close()


def main(runs: int) -> int:
    """Print a line for each figure and keep the table; the exit status is 1 when ours does not keep a limit."""
    try:
        install()
    except ChromiumError as error:
        print(error, file=sys.stderr)
        return 2
    began, load = time.monotonic(), os.getloadavg()[0]
    figures = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        started, words = partners(stack, folder)
        words += [f"control:{name}:{started[name].ready['control']}" for name in ("id_reader", "camera")]
        film = folder / "film.mjpeg"
        _film(started["camera"].address, film)
        page, profile = web_page(folder), folder / "profile"
        for figure in _starts(
            [word for name in words if not name.startswith("control:") for word in ("--set", name)],
            lambda: Web(page, profile, film),
        ):
            print(figure.row(), flush=True)
            figures.append(figure)
        kiosk = stack.enter_context(_made(lambda: Kiosk(words)))
        # The card reader is one machine's only; without it nobody is there just as well.
        alone = [word for word in words if not word.startswith(("devices.id_reader", "storage", "control"))]
        alone += [f"storage.directory={folder / 'alone'}", "screen.attract_seconds=1"]
        resting = stack.enter_context(_made(lambda: Kiosk(alone)))
        web = stack.enter_context(_made(lambda: Web(page, profile, film)))
        kiosk.do("begin")
        kiosk.do("ready")
        parts = (
            _at_rest(kiosk, resting, web),
            _touches(runs, kiosk, web),
            _camera(kiosk, web),
            _slides(max(runs // 2, 2), kiosk, web),
        )
        for figure in chain.from_iterable(parts):
            print(figure.row(), flush=True)
            figures.append(figure)
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    RESULT.write_text(_table(figures, version, load, time.monotonic() - began), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


TABLE = """\
# The screen beside a web page

`scripts/benchmark screen` makes this page. What a city would otherwise buy is a web page in Chromium's kiosk mode;
`benchmarks/web/kiosk.html` is one, with the same pages, made to be quick. Both draw in software at 1080×1920, in
memory, and are touched by turns in one run.

{where}

| what | unit | the kiosk | the web page | ratio of medians | at most, 95th percentile |
|---|---|---|---|---|---|
{rows}

{summary}

Where the two are not the same:

- The kiosk is the whole machine: devices, outbox, the line to the back office, a second process for faces. The web page
  is only the screen; who buys it also runs a service for the devices beside it, which is not counted.
- The kiosk is started as on a machine (`main.py run`). It draws its home page, then puts the machine behind it; what is
  touched meanwhile waits. The web page answers as soon as it is drawn, and has nothing behind it.
- A touch reaches Qt in its own process; in Chromium it goes from the browser's process to the page's, as on a real
  machine. The pipe from the benchmark is the same for both.
- Chromium notes frames in its trace, which costs it a little; the kiosk keeps a list.
- The camera's pictures come to the kiosk as a stream over the network, to Chromium as a file of JPEG pictures, 30 a
  second. Chromium decodes and shows all of them; the kiosk every second one, and all while a blink is asked for. The
  kiosk also draws the movement that is asked for, which the web page does not.
- A slide lasts 200 ms in both and is left out of the page change, which is measured where nothing slides. The kiosk
  drops its slides when three in a row stutter: far fewer intervals on its side than on the other mean that it has.
"""


def _table(figures: Sequence[Figure], version: str, load: float, seconds: float) -> str:
    limited = [figure for figure in figures if figure.at_most is not None]
    ahead = sum(figure.ratio < 1 for figure in figures)
    where = (
        f"{now():%Y-%m-%d}, {os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}, "
        f"Qt {qVersion()}, {' '.join(version.split()[:2])}; load of the machine at the start {load:.1f}; "
        f"{seconds:.0f} seconds. Numbers are least / median / 95th percentile (how many)."
    )
    summary = (
        f"{sum(figure.holds for figure in limited)} of {len(limited)} limits hold; the kiosk is ahead (a ratio below 1)"
        f" in {ahead} of {len(figures)}."
    )
    return TABLE.format(where=where, rows="\n".join(figure.row() for figure in figures), summary=summary)
