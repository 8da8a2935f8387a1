"""Walking through a story, and everything that is wrong with a page as it is dressed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kiosk.settings import load_settings
from tests.ui.atlas import pixels, tree
from tests.ui.atlas.dress import LOWERED, PLAIN, Dress, dress
from tests.ui.atlas.pages import Page, Story
from tests.ui.conftest import Screen
from tests.ui.desk import CONFIG

ABOVE_FLOOR = load_settings(CONFIG / "kiosk.toml").screen.millimetres_above_floor


def walk(screen: Screen, story: Story) -> Iterator[Page]:
    """One page after another, each as most people see it, and at rest. Time stands still."""
    screen.session._ticker.stop()  # a home page that nobody touches for a minute begins anew
    dress(screen, PLAIN)
    for page in story(screen):
        screen.settle()
        dress(screen, PLAIN)
        yield page
        dress(screen, PLAIN)


class Findings:
    """What is wrong, and on which pages in which dress."""

    def __init__(self) -> None:
        self._found: defaultdict[str, list[str]] = defaultdict(list)

    def look(self, screen: Screen, page: Page, put_on: Dress) -> None:
        """Dress the page that stands, and note what is wrong with it."""
        dress(screen, put_on)
        for wrong in wrong_with(screen, put_on):
            self._found[wrong].append(f"{page.name} ({put_on})")

    def reach(self, screen: Screen, page: Page) -> None:
        """Lower the page that stands, and note what is not within reach of whoever sits."""
        dress(screen, LOWERED)
        for wrong in reach(tree.look_at(screen.window), LOWERED):
            self._found[wrong].append(f"{page.name} ({LOWERED})")

    def __str__(self) -> str:
        lines = [f"{wrong}: {'; '.join(where[:3])}{' …' if where[3:] else ''}" for wrong, where in self._found.items()]
        return "\n".join(lines)


def wrong_with(screen: Screen, put_on: Dress) -> list[str]:
    """Everything that is wrong with what stands on the glass."""
    sight = tree.look_at(screen.window)
    drawn = pixels.pixels_of(screen.window.grabWindow())
    return [
        *tree.cut_words(sight),
        *tree.untranslated(sight, put_on.language),
        *tree.small_targets(sight, tree.ELDER_TARGET if put_on.look == "elder" else tree.TARGET),
        *tree.unnamed(sight),
        *tree.disorder(sight),
        *reach(sight, put_on),
        *pixels.pale_words(sight, drawn),
        *pixels.pale_controls(sight, drawn),
    ]


def reach(sight: tree.Sight, put_on: Dress) -> list[str]:
    """What somebody on a wheelchair does not reach. On its side the whole glass lies within reach."""
    if put_on.stands == "wide":
        return []
    return tree.out_of_reach(sight, above_floor=ABOVE_FLOOR, lowered=put_on.stands == "lowered")
