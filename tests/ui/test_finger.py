"""The finger of a walk reaches no further than that of whom it stands for."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Screen
from ui.finger import Finger, FingerError


def test_what_is_out_of_reach_is_not_touched(screen: Screen) -> None:
    finger = Finger(screen.window, reach=(1000, 1900))
    with pytest.raises(FingerError, match=r"help is out of reach, \d+ pixels from the top"):
        finger.tap("help")
    finger.tap("lower")
    assert screen.session.lowered
