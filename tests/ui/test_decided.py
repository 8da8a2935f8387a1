"""The pages of an application that was decided at once."""

from __future__ import annotations

import pytest

from kiosk.gateway.contract import Stage
from kiosk.text import Language
from kiosk.visit.events import Act, ReceiptDone, ReceiptOutcome
from tests.ui.atlas.dress import LANGUAGES
from tests.ui.conftest import Screen
from tests.ui.desk import decided, route
from tests.ui.test_pages import texts


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.REFUSED])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_decided_is_told_with_its_reasons(screen: Screen, language: Language, stage: Stage) -> None:
    screen.session.setLanguage(language)
    screen.desk.begin("JT-02")
    for name, events in route().items():
        if name == "submit-accepted":
            break
        screen.desk.happen(*events)
    screen.desk.happen(*decided(stage))
    screen.settle()
    shown = {str(text.property("text")) for text in texts(screen)}
    last = "Please take your bank card and ID card." if language == "en" else "请取走银行卡和身份证。"
    assert last in shown
    screen.desk.happen(Act("next"), ReceiptDone(ReceiptOutcome.PRINTED, 100), Act("next"))
    assert screen.desk.visit is not None
    assert screen.desk.visit.page.step.id == "rate"
