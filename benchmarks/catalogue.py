"""Loading and searching items: the shipped ones, and ten thousand made from them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

from assembly import CONFIG
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.finder import finder_of

ResultT = TypeVar("ResultT")

MANY = 10_000
RUNS = 5
NAME = re.compile(r'(?m)^name: \{zh: "([^"]*)", en: "([^"]*)"')
QUERIES = ("网约车换证", "wfzm", "shebao", "jvzhuzheng", "从业人园换卡", "公积金提取", "residence", "zzqqwwxxyy")
# What each must not take longer than, milliseconds.
LIMITS = {"load": 150.0, "load many": 10_000.0, "find": 5.0, "find many": 50.0}


def main() -> int:
    """Print a line for each figure; the exit status is 1 when one is over its limit."""
    catalogue = load_catalogue(CONFIG)
    with tempfile.TemporaryDirectory(prefix="items-") as name:
        many = Path(name)
        _multiply(many)
        took, large = _timed(lambda: load_catalogue(many), 1)
        figures = {"load": _timed(lambda: load_catalogue(CONFIG), RUNS)[0], "load many": took}
        assert len(large) >= MANY
    for what, finder in (("find", finder_of(catalogue)), ("find many", finder_of(large))):
        figures[what] = max(_timed(partial(finder.find, query), RUNS)[0] for query in QUERIES)
    print(f"{len(catalogue)} items, and {len(large)} made from them; finding is the slowest of {len(QUERIES)} queries")
    for what, milliseconds in figures.items():
        print(f"{what:10} {milliseconds:9.1f} ms of {LIMITS[what]:.0f}")
    return int(any(figures[what] > limit for what, limit in LIMITS.items()))


def _multiply(folder: Path) -> None:
    """Copies of every item under codes and names of their own, until there are enough."""
    shutil.copy(CONFIG / "departments.yaml", folder)
    files = sorted((CONFIG / "items").glob("*/*.yaml"))
    for copy in range(MANY // len(files) + 1):
        for path in files:
            code = f"{path.stem[:-3]}-{copy:03}{path.stem[-2:]}"
            target = folder / "items" / path.parent.name / f"{code}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            text = text.replace(f"code: {path.stem}\n", f"code: {code}\n", 1)
            text = NAME.sub(rf'name: {{zh: "\g<1>{copy}", en: "\g<2> {copy}"', text)
            target.write_text(text, encoding="utf-8")


def _timed(work: Callable[[], ResultT], runs: int) -> tuple[float, ResultT]:
    times = []
    for _ in range(runs):
        began = perf_counter()
        result = work()
        times.append((perf_counter() - began) * 1000)
    return median(times), result
