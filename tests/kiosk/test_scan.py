"""The page under the document camera is judged, and the citizen is told what would make a better picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.document_camera.simulator import draw_licence
from kiosk.visit.view import StepKind
from tests.kiosk.machine import Machine


def to_the_scan(machine: Machine) -> None:
    """From home to the picture just taken."""
    machine.begin().read_card().prove_by_code()
    answers = machine.terminal.items["JT-02"].sample_answers(machine.today)
    while machine.view.kind is StepKind.FORM:
        for field in machine.body().fields:
            if field.key in answers:
                machine.terminal.answer(field.key, answers[field.key])
        machine.act("next")
    machine.until(lambda: machine.terminal.frame("document") is not None, "a picture of the desk")
    machine.act("next")
    machine.until(lambda: machine.problem or machine.body().state == "captured", "the page to be taken")


@pytest.mark.parametrize("spoilt", ["", "blurred", "nothing there"])
def test_a_picture_that_cannot_be_read_is_advised_to_be_taken_again(tmp_path: Path, spoilt: str) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    draw_licence(desk / "licence.png")
    if spoilt:
        sharp = cv2.imread(str(desk / "licence.png"))
        assert sharp is not None
        picture = cv2.GaussianBlur(sharp, (0, 0), 6) if spoilt == "blurred" else np.full_like(sharp, 120)
        cv2.imwrite(str(desk / "licence.png"), picture)
    machine = Machine(tmp_path / "machine", desk)
    try:
        to_the_scan(machine)
        advice = machine.body().advice
        if not spoilt:
            assert advice is None
        else:
            code = "document_camera.blurred" if spoilt == "blurred" else "document_camera.no_page"
            assert machine.terminal.words[code].happened.en in advice.en
            assert machine.terminal.words[code].todo.zh in advice.zh
        assert [button.id for button in machine.view.secondary] == ["again"]
        machine.act("again")
        assert machine.body().advice is None
    finally:
        machine.close()
