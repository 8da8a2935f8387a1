"""Nothing is warned of that no test expects: a warning of the house, of Qt, of a library fails the test it comes up in.

A test names by their words, as regular expressions, what has to be warned of
(``@pytest.mark.warns``), and what may be where that is a matter of timing
(``@pytest.mark.may_warn``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable

import pytest
from hypothesis import settings

# How long one example takes is a matter of what else the machine does. Each day few examples, other ones each time; in
# the campaign many.
settings.register_profile("house", deadline=None, max_examples=30)
settings.register_profile("campaign", deadline=None, max_examples=1000)
settings.load_profile("house")

RAN = pytest.StashKey[bool]()


class Ear(logging.Handler):
    """Hears every warning and everything worse, on whatever thread it is said."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(f"{record.name}: {record.getMessage()}")

    def taken(self) -> list[str]:
        """What was heard since the last time."""
        heard, self._heard = self._heard, []
        return heard


EAR = Ear()


def pytest_configure() -> None:
    logging.getLogger().addHandler(EAR)


def pytest_unconfigure() -> None:
    logging.getLogger().removeHandler(EAR)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield
    item.stash[RAN] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    yield  # what the test leaves behind is taken away, and may be loud about it
    heard = EAR.taken()
    wanted, tolerated = _words(item, "warns"), _words(item, "may_warn")
    unexpected = [words for words in heard if not _among(words, [*wanted, *tolerated])]
    missing = [pattern for pattern in wanted if not any(re.search(pattern, words) for words in heard)]
    if unexpected:
        pytest.fail("this was not expected:\n  " + "\n  ".join(unexpected), pytrace=False)
    ran: bool = item.stash.get(RAN, False)
    if missing and ran:
        pytest.fail("nobody warned of this:\n  " + "\n  ".join(missing), pytrace=False)


def _words(item: pytest.Item, marker: str) -> list[str]:
    return [pattern for mark in item.iter_markers(marker) for pattern in mark.args]


def _among(words: str, patterns: Iterable[str]) -> bool:
    return any(re.search(pattern, words) for pattern in patterns)
