"""The pages of an application that was decided at once."""

from __future__ import annotations

import pytest

from kiosk.gateway.contract import Stage
from kiosk.visit.events import Act, ReceiptDone, ReceiptOutcome
from tests.ui.conftest import Screen
from tests.ui.desk import decided, route
from tests.ui.test_pages import LOOKS, check_page, dress, texts


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.REFUSED])
@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_what_was_decided_is_told_with_its_reasons(screen: Screen, language: str, look: str, stage: Stage) -> None:
    dress(screen, language, look)
    screen.desk.begin("JT-02")
    for name, events in route().items():
        if name == "submit-accepted":
            break
        screen.desk.happen(*events)
    screen.desk.happen(*decided(stage))
    screen.settle()
    check_page(screen, stage, language)
    shown = {str(text.property("text")) for text in texts(screen)}
    last = "Please take your bank card and ID card." if language == "en" else "请取走银行卡和身份证。"
    if look != "elder":  # there a page has to be turned
        assert last in shown
    screen.desk.happen(Act("next"), ReceiptDone(ReceiptOutcome.PRINTED, 100), Act("next"))
    assert screen.desk.visit is not None
    assert screen.desk.visit.page.step.id == "rate"
