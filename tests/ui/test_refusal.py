"""The page that tells a citizen that the back office does not take the application."""

from __future__ import annotations

import pytest

from kiosk.text import Language
from kiosk.visit.events import Failed
from tests.ui.atlas.dress import LANGUAGES
from tests.ui.conftest import Screen
from tests.ui.desk import FAULTS, route
from tests.ui.test_pages import texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_application_is_told_and_ends_at_home(screen: Screen, language: Language) -> None:
    screen.session.setLanguage(language)
    screen.desk.begin("JT-02")
    for name, events in route().items():
        if name == "submit-accepted":
            break
        screen.desk.happen(*events)
    screen.desk.happen(Failed("gateway.rejected"))
    screen.settle()
    words, shown = FAULTS["gateway.rejected"], {str(text.property("text")) for text in texts(screen)}
    assert {sentence.in_(language) for sentence in (words.happened, words.meaning, words.todo)} <= shown
    screen.finger.tap("act-exit")
    assert screen.desk.visit is None
