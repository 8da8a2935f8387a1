"""How often something happened, and between which bounds that is known: counts with 95 % intervals.

Comparisons of faces are not coin tosses: one person stands in many pairs, and
somebody who looks like one stranger looks like others too. The interval is
the exact one of Clopper and Pearson (1934) for as many independent pairs as
the counts are worth (Korn and Graubard, Survey Methodology 24, 1998), which
is found from how differently people fare: each pair touches two people
(Bickel's variance for cross-comparisons, ISO/IEC 19795-1, annex B). Where
nothing was seen, only the upper bound is told: one-sided, nearly 3 / n, the
rule of three.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

OUTSIDE = 0.05  # how often the truth may lie outside an interval

Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rate:
    """``seen`` of ``of``; the truth lies from ``low`` to ``high`` (0 to 1) for 95 of 100 such measurements."""

    seen: int
    of: int
    low: float
    high: float

    @property
    def told(self) -> float | None:
        """The part that was seen; None where nothing was, because nothing seen is not never."""
        return self.seen / self.of if self.seen else None

    def keeps(self, most: float) -> bool | None:
        """Whether the true rate is at most ``most``; None where these counts cannot say."""
        if self.high <= most:
            return True
        return False if self.low > most else None

    def __str__(self) -> str:
        counts = f"{self.seen} of {self.of}"
        if self.told is None:
            return f"{counts}: under {percent(self.high, up=True)}"
        return f"{counts}: {percent(self.told)} ({percent(self.low)} to {percent(self.high, up=True)})"


def percent(part: float, *, up: bool = False) -> str:
    """``0.00132`` as ``0.13 %``, two digits; with ``up`` never less than ``part``. Never 0."""
    value = 100 * part
    if value < 0.0001:
        return "0.0001 %" if up else "under 0.0001 %"
    digits = 1 if 99 <= value < 100 else max(1 - math.floor(math.log10(value)), 0)
    step = 10.0**-digits
    value = math.ceil(value / step - 1e-9) * step if up else value
    return f"{min(value, 100.0):.{digits}f} %"


def counted(seen: int, of: int) -> Rate:
    """The rate of ``of`` independent tries. Raises ValueError without any."""
    if not 0 <= seen <= of or not of:
        raise ValueError("a rate needs tries, and no more hits than tries")
    return Rate(seen, of, *_bounds(seen, of))


def rate(hits: Flags, people: Indices) -> Rate:
    """The rate of comparisons that have people in common; see ``Tries``. Raises ValueError without any."""
    return Tries(people).rate(hits)


class Tries:
    """Comparisons, and between whom each was: ``people``, ``(N, 2)``. A person against himself counts as one person.

    Every person, or pair of people, is worth no more than one try where all or none of the tries hit. Raises
    ValueError without any.
    """

    def __init__(self, people: Indices) -> None:
        if not len(people):
            raise ValueError("a rate needs tries")
        self._first, self._second = people.min(axis=1), people.max(axis=1)
        self._apart = self._first != self._second
        self._count = int(self._second.max()) + 1
        self._taking_part = len(np.unique(people))
        _, self._pair = np.unique(self._first * self._count + self._second, return_inverse=True)

    @property
    def pairs(self) -> int:
        """How many pairs of people there are, or people where each is held against himself."""
        return int(self._pair.max()) + 1

    def rate(self, hits: Flags) -> Rate:
        """``hits``, ``(N,)``."""
        of, seen = len(hits), int(hits.sum())
        if seen in (0, of):
            return Rate(seen, of, *_bounds(seen / of * self.pairs, self.pairs))
        p = seen / of
        off = hits - p
        others = off[self._apart]
        by_person = np.bincount(self._first, off, self._count)
        by_person += np.bincount(self._second[self._apart], others, self._count)
        shared = float((by_person**2).sum() - (np.bincount(self._pair[self._apart], others) ** 2).sum())
        squares = max(shared, float((np.bincount(self._pair, off) ** 2).sum()))
        squares *= self._taking_part / max(self._taking_part - 1, 1)
        worth = min(float(of), p * (1 - p) * of**2 / squares)
        worth *= (_student(1e9) / _student(max(self._taking_part - 1, 1))) ** 2
        return Rate(seen, of, *_bounds(p * worth, worth))


@lru_cache(maxsize=4096)
def _bounds(seen: float, of: float) -> tuple[float, float]:
    """Clopper and Pearson's bounds, which need no whole numbers; one-sided where all or nothing was seen."""
    if seen <= 0:
        return 0.0, 1 - OUTSIDE ** (1 / of)
    if seen >= of:
        return OUTSIDE ** (1 / of), 1.0
    return (
        beta_quantile(OUTSIDE / 2, seen, of - seen + 1),
        beta_quantile(1 - OUTSIDE / 2, seen + 1, of - seen),
    )


@lru_cache(maxsize=256)
def _student(freedom: float) -> float:
    """Student's t that 2.5 % exceed: t² = f (1 - x) / x, where x is a quantile of Beta(f / 2, 1 / 2)."""
    x = beta_quantile(OUTSIDE, freedom / 2, 0.5)
    return math.sqrt(freedom * (1 - x) / x)


def beta_quantile(part: float, a: float, b: float) -> float:
    """Below which value ``part`` of the beta distribution lies, by halving."""
    low, high = 0.0, 1.0
    while high - low > 1e-12 * high and low < (middle := (low + high) / 2) < high:
        if beta_below(middle, a, b) < part:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (https://dlmf.nist.gov/8.17#E22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a * _fraction(_terms(x, a, b))


def _terms(x: float, a: float, b: float) -> Iterator[float]:
    m = 0
    while True:
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        m += 1
        yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _fraction(terms: Iterator[float]) -> float:
    """1 / (1 + d1 / (1 + d2 / …)), by Lentz's method."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    result = value
    for term in terms:
        d = 1 / ((1 + term * d) or tiny)
        c = (1 + term / c) or tiny
        result *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return 1 / result
