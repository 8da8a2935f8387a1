"""What the pages of all kinds of steps have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.text import Text
from kiosk.visit import words
from kiosk.visit.events import Event
from kiosk.visit.view import Body, Button

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit


class Page:
    """What all kinds have in common. A page lives as long as the visit, so that going back restores it."""

    may_go_back = True
    lets_card_go = False  # the ID card is asked for no more, or was just handed back: taking it away means nothing
    ends_quietly = False  # nothing is left to be done: it may time out without anybody being asked

    def __init__(self, visit: Visit, step: Any) -> None:
        self.visit = visit
        self.step = step

    def enter(self) -> None:
        """The step stands now."""

    def leave(self) -> None:
        """Another step will stand."""

    def handle(self, event: Event) -> None:
        """Something other than a button happened."""

    def act(self, action: str) -> None:
        """A button of this page was touched."""
        if action == "next":
            self.visit.advance()

    def turned_back(self) -> bool:
        """Go back within this page; false where the step before is meant."""
        return False

    def tick(self, now: float) -> None:
        """Time has passed."""

    def seconds(self) -> float:
        """How long this page waits for a person."""
        return self.visit.pace.idle

    def working(self) -> bool:
        """Whether a device or the line is busy for this page, so that nobody may leave and no time runs."""
        return False

    def forget(self) -> None:
        """The visit is over: nothing of the person stays on this page."""

    def masked(self) -> frozenset[str]:
        """The references of what this page shows masked, and shows whole as long as a finger lies on it."""
        return frozenset()

    def passed(self) -> bool:
        """Whether this step is over for good and is neither shown going on nor going back."""
        return False

    def on_route(self) -> bool:
        """Whether what was answered so far leads over this step."""
        return self.step.only_if is None or self.visit.condition_holds(self.step.only_if)

    def complete(self) -> bool:
        """Whether nothing is left to do here, so that coming from an edit it need not be shown."""
        return True

    def title(self) -> Text:
        """The page's first line."""
        return Text.model_validate(self.step.title)

    def hint(self) -> Text:
        """The line under it."""
        return Text.model_validate(self.step.hint)

    def body(self) -> Body:
        """What only this kind shows."""
        raise NotImplementedError(f"{type(self).__name__} says nothing")

    def primary(self) -> Button | None:
        """The one main action."""
        return Button("next", words.NEXT)

    def secondary(self) -> tuple[Button, ...]:
        """Other ways."""
        return ()
