"""Wherever something is typed, the field is seen while it is typed in, in every form of every item."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from kiosk.catalogue.item import CHOSEN, FieldType, FormStep, StepKind
from tests.ui.conftest import Screen
from tests.ui.desk import ITEMS
from tests.ui.hand import Hand, stand_at

TYPED = {kind for kind in FieldType if kind not in (*CHOSEN, FieldType.PICK)}
# One item of each shape of a form: the kinds of its fields in their order say how long it is.
SHAPES = {
    (step.kind, *((field.type, len(field.choices)) for field in step.fields)): (item.code, step.id)
    for item in [*ITEMS.values(), *ITEMS.services.values()]
    for step in item.steps
    if isinstance(step, FormStep) and any(field.type in TYPED for field in step.fields)
}


def rectangle(hand: Hand, name: str) -> QRectF:
    item = hand.item(name)
    return item.mapRectToScene(item.boundingRect())


@pytest.mark.parametrize(("code", "step_id"), SHAPES.values(), ids="-".join)
def test_no_field_is_covered_while_it_is_typed_in(screen: Screen, code: str, step_id: str) -> None:
    screen.desk.begin(code)
    stand_at(screen, step_id)
    see_every_field(screen)


@pytest.mark.parametrize("look", ["elder", "dark"])
def test_nor_in_another_look(screen: Screen, look: str) -> None:
    screen.session.setLook(look)
    screen.desk.begin("JT-02")
    stand_at(screen, "contact")
    see_every_field(screen)


def test_nor_where_a_number_is_typed_instead_of_a_card(screen: Screen) -> None:
    code, step_id = next(
        (item.code, step.id)
        for item in [*ITEMS.values(), *ITEMS.services.values()]
        for step in item.steps
        if step.kind is StepKind.TYPE_NUMBER
    )
    screen.desk.begin(code)
    stand_at(screen, step_id)
    see_every_field(screen)


def see_every_field(screen: Screen) -> None:
    """Touch each field that is typed in; it and what is wrong with it stand above the keyboard and below the head."""
    hand = Hand(screen)
    view = screen.desk.view()
    assert view is not None
    names = [f"field-{field.key}" for field in view.body.fields if field.type in TYPED]  # type: ignore[union-attr]
    assert names
    for name in names:
        while not screen.finger.sees(name):
            screen.finger.tap("more")
            screen.finger.settle()
        screen.finger.tap(name)
        assert screen.finger.wait_until(lambda: hand.item("keyboard").property("active"), 5)
        screen.finger.settle()
        field, keyboard = rectangle(hand, name), rectangle(hand, "keyboard")
        assert field.bottom() <= keyboard.top(), f"{name} ends {field.bottom() - keyboard.top():.0f} pixels too low"
        assert field.top() >= rectangle(hand, "language").bottom(), f"{name} begins under the head of the page"
        assert screen.finger.sees(name)
        screen.finger.put_keyboard_away()
