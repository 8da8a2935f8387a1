"""A measured figure: several runs, their median and spread, and what it must reach."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``runs`` hold one number for each run, all in ``unit``."""

    what: str
    unit: str
    at_most: float
    runs: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of the runs."""
        return statistics.median(self.runs)

    @property
    def holds(self) -> bool:
        """Whether the median is within the limit."""
        return self.median <= self.at_most

    def line(self) -> str:
        """The figure in words."""
        if not self.runs:
            return f"{self.what:52} not measured here: {self.note}"
        spread = f"{min(self.runs):.3g}–{max(self.runs):.3g}"
        verdict = "holds" if self.holds else "does not hold"
        note = f"; {self.note}" if self.note else ""
        return (
            f"{self.what:52} {self.median:8.3g} {self.unit:8} ({spread}, {len(self.runs)} runs; "
            f"at most {self.at_most:g}: {verdict}{note})"
        )
