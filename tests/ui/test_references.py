"""Whatever the binding hands out it counts: a machine that loses True or None a little at a time dies of it in the end.

PySide 6.12.0 lost one of them with each signal and with most calls, which on
Python 3.11 ends the process after some thousand of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal

TIMES = 200
SINGLE = (None, True, False)


class Bell(QObject):
    """Something that rings."""

    rung = Signal()
    rung_with = Signal(int)


BELL = Bell()
BELL.rung_with.connect(lambda _: None)


@pytest.mark.parametrize(
    "call",
    [
        BELL.rung.emit,
        lambda: BELL.rung_with.emit(3),
        lambda: BELL.property("missing"),
        lambda: BELL.setObjectName("bell"),
        lambda: BELL.blockSignals(False),
    ],
    ids=["emit", "emit to somebody", "a property that is not there", "a call without an answer", "a call with one"],
)
def test_no_call_takes_a_reference_away(call: Callable[[], object]) -> None:
    before = [sys.getrefcount(one) for one in SINGLE]
    for _ in range(TIMES):
        call()
    lost = [was - sys.getrefcount(one) for was, one in zip(before, SINGLE, strict=True)]
    assert max(lost) < TIMES // 2, f"of None, True and False these many references are gone: {lost}"
