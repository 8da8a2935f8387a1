"""The outlet of a printer with a presenter: it holds a receipt until somebody takes it, or pulls it back."""

from __future__ import annotations

import time

from drivers.device import Cancel
from drivers.receipt_printer.conversation import Conversation
from drivers.receipt_printer.profile import Presenter

PULL_SECONDS = 5.0  # the longest that pulling a receipt back may take
AGAIN_SECONDS = 30.0  # between two attempts to pull back what did not go
GLANCE_SECONDS = 0.2  # between two looks while it is pulled back


class Outlet:
    """What stands in the outlet.

    Every method that asks raises DeviceError when the printer does not say, TransportLost when it is gone.
    """

    def __init__(self, conversation: Conversation, presenter: Presenter) -> None:
        self._conversation = conversation
        self._presenter = presenter
        self._due = 0.0  # when it is to be pulled back
        self._pulled_at: float | None = None  # while that is under way
        self._told = False  # to pull it back, and it may have gone by that
        self._stuck = False  # it should have gone, and did not
        self.held = False
        self.counted = {"receipts_taken": 0, "receipts_retracted": 0}

    def presented(self) -> None:
        """A receipt has just been brought out."""
        self.held, self._due = True, time.monotonic() + self._presenter.hold_seconds
        self._pulled_at, self._told, self._stuck = None, False, False

    def look(self) -> None:
        """Ask whether a receipt stands there; count what became of the one that stood there before."""
        presenter = self._presenter
        answer = self._conversation.ask(presenter.query, presenter.begins, len(presenter.held_mask))
        held = any(byte & mask for byte, mask in zip(answer, presenter.held_mask, strict=True))
        if held and not self.held:
            self.presented()  # by an earlier run of the program
        elif self.held and not held:
            # What the printer could not pull back goes only by somebody's hand.
            self.counted["receipts_retracted" if self._told else "receipts_taken"] += 1
            self.held = self._stuck = False

    def watch(self, *, can_move: bool) -> bool:
        """Look, and pull back what nobody wants; whether something stands there that does not go.

        A printer in trouble cannot move it. It keeps what it is told, or loses it when it recovers; so it is told anew.
        """
        self.look()
        now = time.monotonic()
        if not can_move:
            self._pulled_at = None
        elif not self.held:
            pass
        elif self._pulled_at is not None:
            if now - self._pulled_at >= PULL_SECONDS:
                self._give_up()
        elif now >= self._due:
            if self._presenter.retract:
                self._pull()
            else:
                self._stuck = True
        return self._stuck

    def emptied(self, cancel: Cancel) -> bool:
        """Pull back what stands there before something new comes out; whether nothing is left. Raises Cancelled."""
        self.look()
        if self.held and self._presenter.retract:
            self._pull()
            deadline = time.monotonic() + PULL_SECONDS
            over = False
            while self.held and not over:
                over = time.monotonic() >= deadline
                cancel.wait(GLANCE_SECONDS)
                self.look()
            if self.held:
                self._give_up()
        return not self.held

    def _pull(self) -> None:
        self._pulled_at, self._told = time.monotonic(), True
        self._conversation.write(self._presenter.retract)

    def _give_up(self) -> None:
        self._pulled_at, self._told, self._stuck = None, False, True
        self._due = time.monotonic() + AGAIN_SECONDS
