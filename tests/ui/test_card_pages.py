"""What is written on a card is shown dot for dot."""

from __future__ import annotations

import numpy as np
import pytest

from tests.items import written_card
from tests.ui.atlas.pages import CARD_PROBLEMS, TO_SLOT, tell
from tests.ui.conftest import Screen
from tests.ui.test_pages import items


def test_what_is_shown_of_a_card_is_what_is_written_on_it(screen: Screen) -> None:
    screen.desk.open(written_card())
    tell(screen.desk, *TO_SLOT)
    screen.settle()
    shown = next(item for item in items(screen.window.contentItem()) if item.objectName() == "card-face")
    corner = shown.mapToScene(shown.boundingRect().topLeft()).toPoint()
    picture = screen.window.grabWindow().copy(corner.x(), corner.y(), int(shown.width()), int(shown.height()))
    small = picture.scaled(160, 60)
    dark = np.array([[small.pixelColor(x, y).lightness() < 160 for x in range(160)] for y in range(60)])
    assert screen.desk.picture is not None
    wanted = screen.desk.picture[..., 0].reshape(60, 4, 160, 4).mean(axis=(1, 3)) < 160
    assert np.mean(dark == wanted) > 0.9
    assert dark.any()


@pytest.mark.parametrize("problem", CARD_PROBLEMS)
def test_what_is_wrong_with_a_card_leaves_two_ways_on(screen: Screen, problem: str) -> None:
    screen.desk.open(written_card())
    tell(screen.desk, *TO_SLOT, *CARD_PROBLEMS[problem])
    screen.settle()
    assert {"act-retry", "act-exit"} <= {item.objectName() for item in items(screen.window.contentItem())}
