"""How the machine looks and sounds for one visit: four looks, four sizes, two languages, lowered, upright or on its side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from PySide6.QtQml import QQmlApplicationEngine

from ui.application import QML
from ui.models.session import LOOKS, TEXT_SIZES

DRESSES = list(product(("zh", "en"), range(TEXT_SIZES)))
# Above the floor in config/kiosk.toml, and what is seen of the glass.
ABOVE_FLOOR, HIGH = 850, 476


# -- colours -------------------------------------------------------------------


@pytest.fixture(scope="module")
def theme() -> Iterator[Any]:
    """The theme alone, in an engine of its own."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML))
    yield engine.singletonInstance("Kiosk.Theme", "Theme")


def luminance(colour: Any) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Any, other: Any) -> float:
    """As WCAG 2.2 computes it, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


WORDS = [
    *product(("ink", "quiet", "sea", "bloom", "warn"), ("ground", "surface")),
    *product(("ink", "quiet", "sea"), ("seaPale",)),
    ("seaWords", "sea"),
    ("seaWords", "seaDeep"),
    ("headWords", "head"),
    ("ok", "okGround"),
    ("warn", "warnGround"),
    ("bad", "badGround"),
    ("bad", "surface"),
    ("ok", "surface"),
]
EDGES = [*product(("line", "sea"), ("ground", "surface", "seaPale")), ("headLine", "head"), ("sea", "ground")]


@pytest.mark.parametrize("look", LOOKS)
def test_every_word_and_every_edge_stands_out_from_its_ground(theme: Any, look: str) -> None:
    theme.setProperty("look", look)
    for word, ground in WORDS:
        found = contrast(theme.property(word), theme.property(ground))
        assert found >= (7 if look in ("dark", "light") else 4.5), f"{word} on {ground}: {found:.1f}"
    for edge, ground in EDGES:
        found = contrast(theme.property(edge), theme.property(ground))
        assert found >= 3, f"{edge} on {ground}: {found:.1f}"


def test_type_grows_with_every_step_and_every_look_is_at_least_as_large_as_the_standard_one(theme: Any) -> None:
    roles = ("small", "text", "section", "title", "number")
    sizes: dict[tuple[str, int], list[float]] = {}
    for look, step in product(LOOKS, range(TEXT_SIZES)):
        theme.setProperty("look", look)
        theme.setProperty("textSize", step)
        sizes[look, step] = [theme.property(role) for role in roles]
        assert sizes[look, step] >= sizes["standard", step]
        if step:
            assert all(now > before for now, before in zip(sizes[look, step], sizes[look, step - 1], strict=True))
    theme.setProperty("look", "standard")
    theme.setProperty("textSize", 0)


