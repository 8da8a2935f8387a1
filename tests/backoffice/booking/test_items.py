"""What the items of the house book can be booked: the service is there, and so is every place that can be chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from backoffice.booking.services import load_services
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import BookStep, Item, StepKind

CATALOGUE = load_catalogue(Path("config"))
BOOKED = [
    item
    for item in (*CATALOGUE.values(), *CATALOGUE.services.values())
    if any(step.kind is StepKind.BOOK for step in item.steps)
]


def test_there_are_items_to_look_at() -> None:
    assert {"GA-HZ-10", "MZ-01", "ZH-02"} <= {item.code for item in BOOKED}


def test_every_service_is_booked_by_something() -> None:
    assert {step.service for item in BOOKED for step in item.steps if isinstance(step, BookStep)} == set(
        load_services()
    )


@pytest.mark.parametrize("item", BOOKED, ids=lambda item: item.code)
def test_the_service_and_every_place_of_the_item_exist(item: Item) -> None:
    for step in item.steps:
        if not isinstance(step, BookStep):
            continue
        places = load_services()[step.service].places
        if step.where is None:
            assert len(places) == 1
            continue
        field = item.field(step.where)
        assert field is not None
        chosen = {choice.value: choice.label for choice in field.choices}
        assert chosen.keys() <= places.keys()
        # Called on the slip what it was called when it was chosen.
        for place, label in chosen.items():
            assert places[place].name == label
