"""The page that tells a citizen that the back office does not take the application."""

from __future__ import annotations

import pytest

from kiosk.text import Language
from kiosk.visit.events import Failed
from tests.ui.conftest import Screen
from tests.ui.desk import FAULTS, route
from tests.ui.test_pages import LOOKS, check_page, dress, texts


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_a_refused_application_is_told_in_every_look_and_ends_at_home(
    screen: Screen, language: Language, look: str
) -> None:
    dress(screen, language, look)
    screen.desk.begin("JT-02")
    for name, events in route().items():
        if name == "submit-accepted":
            break
        screen.desk.happen(*events)
    screen.desk.happen(Failed("gateway.rejected"))
    screen.settle()
    check_page(screen, "refused", language)
    words, shown = FAULTS["gateway.rejected"], {str(text.property("text")) for text in texts(screen)}
    assert {sentence.in_(language) for sentence in (words.happened, words.meaning, words.todo)} <= shown
    screen.finger.tap("act-exit")
    assert screen.desk.visit is None
