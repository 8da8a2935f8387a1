"""The sheets of the design system are drawn, and what they show keeps its own rules."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from kiosk.catalogue.catalogue import load_catalogue
from tests.ui.conftest import Screen
from tests.ui.desk import CONFIG
from ui.application import HERE
from ui.specimens import ICONS, SHEETS, sheets

DRAWN = {name: HERE.parent / "assets" / "icons" / f"{name}.svg" for name in ICONS}


def test_every_sheet_is_drawn(screen: Screen) -> None:
    """Beside a screen, whose application and warnings they share."""
    pictures = dict(sheets())
    assert pictures.keys() == SHEETS.keys()
    for name, picture in pictures.items():
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in range(0, picture.height(), 9)}
        assert len(colours) > 2, f"{name} is empty"


@pytest.mark.parametrize("name", ICONS)
def test_icons_are_of_one_line_weight_on_one_grid(name: str) -> None:
    root = ElementTree.fromstring(DRAWN[name].read_text(encoding="utf-8"))
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.75"
    assert root.get("stroke-linecap") == root.get("stroke-linejoin") == "round"


def test_every_department_has_an_icon_of_its_own() -> None:
    departments = load_catalogue(CONFIG).departments.departments
    icons = [department.icon for department in departments]
    assert len(set(icons)) == len(icons)
    assert set(icons) <= DRAWN.keys()


def test_pages_take_their_colours_and_their_sizes_of_type_from_the_theme() -> None:
    allowed = {"Theme", "Dock", "Diagnostics", "Specimens"}
    for path in sorted((HERE / "qml" / "Kiosk").rglob("*.qml")):
        if path.parent.name in allowed:
            continue
        words = path.read_text(encoding="utf-8")
        for size in re.findall(r"pixelSize:\s*(\d+)", words):
            pytest.fail(f"{path.name} has type of {size} pixels")
