"""An officer, a phone app and departments to be played with, for developers: on the back office's side of the line.

``main.py run --simulate`` and ``main.py walk`` start them; a real site has
people and its own app service in their place.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from backoffice.reference import Manner as SystemManner
from backoffice.store import CallLine, OfficeError, Store
from kiosk.gateway.contract import CallState

log = logging.getLogger("backoffice.loopback")

LOOK_SECONDS = 0.5
OFFICER = "loopback"
SLOW_SECONDS = 4.0  # a department that is slow and still answers in time


class Manner(StrEnum):
    """What the officer makes of every call."""

    CONFIRMS = "confirms"
    REFUSES = "refuses"
    BUSY = "busy"
    DROPS = "drops"
    TALKS = "talks"  # answers, and leaves the verdict to whoever plays
    AWAY = "away"  # does not answer


_ENDS = {Manner.CONFIRMS: CallState.CONFIRMED, Manner.REFUSES: CallState.REFUSED, Manner.DROPS: CallState.DROPPED}


class LoopbackOfficer:
    """Takes every call in one manner: answers after ``seconds``, comes to a verdict after as long again."""

    def __init__(self, store: Store, *, manner: Manner = Manner.CONFIRMS, seconds: float = 1.5) -> None:
        self._store = store
        self._manner = manner
        self._seconds = seconds
        self._seen: dict[str, int] = {}  # how often each call was looked at as it stands
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="loopback-officer", daemon=True)

    @property
    def verbs(self) -> Mapping[str, Callable[..., Any]]:
        """What may be done to it."""
        return {"state": self.state, "behave": self.behave, "say": self.say, "clear": self.clear}

    def start(self) -> None:
        """Begin to take calls."""
        self._thread.start()

    def stop(self) -> None:
        """Go home."""
        self._ended.set()
        self._thread.join(5.0)

    def behave(self, manner: str) -> None:
        """Take calls in another manner from now on. Raises ValueError."""
        self._manner = Manner(manner)

    def say(self, state: str) -> None:
        """Make of the call that is under way what somebody who plays wants. Raises ValueError, OfficeError."""
        for call in self._store.calls():
            self._store.take_call(call.call_id, CallState(state), OFFICER)

    def clear(self) -> None:
        """Be as at first."""
        self._manner = Manner.CONFIRMS

    def state(self) -> Mapping[str, Any]:
        """The manner, and how the calls under way stand."""
        return {"manner": self._manner.value, "calls": [call.state.value for call in self._store.calls()]}

    def _work(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self._look(self._store.calls())
            except SQLAlchemyError:
                log.exception("the loopback officer could not look at the calls")

    def _look(self, calls: Sequence[CallLine]) -> None:
        self._seen = {key: seen for key, seen in self._seen.items() if key in map(_key, calls)}
        for call in calls:
            seen = self._seen[_key(call)] = self._seen.get(_key(call), 0) + 1
            if seen * LOOK_SECONDS >= self._seconds:
                self._take(call)

    def _take(self, call: CallLine) -> None:
        if call.state is CallState.CALLING:
            state = CallState.BUSY if self._manner is Manner.BUSY else CallState.CONNECTED
            wanted = None if self._manner is Manner.AWAY else state
        else:
            wanted = _ENDS.get(self._manner)
        if wanted is not None:
            try:
                self._store.take_call(call.call_id, wanted, OFFICER)
            except OfficeError:
                pass  # the kiosk hung up, or somebody else was quicker


class LoopbackPhone:
    """A citizen's own phone: the newest text message, and the app's one-time code, held before the scanner.

    ``numbers`` are the card numbers of those who may hold it, by name; ``scan`` takes the code to the scanner.
    """

    def __init__(self, store: Store, numbers: Mapping[str, str], scan: Callable[[str], object]) -> None:
        self._store = store
        self._numbers = numbers
        self._scan = scan

    @property
    def verbs(self) -> Mapping[str, Callable[..., Any]]:
        """What may be done with it."""
        return {"state": self.state, "show_code": self.show_code, "clear": lambda: None}

    def show_code(self, person: str) -> None:
        """Open the app of ``person`` and hold a fresh code before the scanner. Raises KeyError."""
        self._scan(self._store.issue_app_code(self._numbers[person]))

    def state(self) -> Mapping[str, Any]:
        """The newest text message, as it stands on the phone."""
        texts = self._store.texts()
        return {"text": texts[-1].words if texts else ""}


class LoopbackDepartments:
    """The departments' reference systems, and how each behaves: up, down, slow, closed."""

    def __init__(self, store: Store, departments: Iterable[str]) -> None:
        self._store = store
        self._departments = tuple(departments)

    @property
    def verbs(self) -> Mapping[str, Callable[..., Any]]:
        """What may be done to them."""
        return {"state": self.state, "behave": self.behave, "clear": self.clear}

    def behave(self, department: str, manner: str, seconds: float = SLOW_SECONDS) -> None:
        """Let one behave otherwise; ``seconds`` is how long a slow one takes. Raises KeyError, ValueError."""
        if department not in self._departments:
            raise KeyError(department)
        self._store.set_manner(department, SystemManner(manner).value, seconds)

    def clear(self) -> None:
        """All work."""
        for department in self._departments:
            self._store.set_manner(department, SystemManner.UP)

    def state(self) -> Mapping[str, Any]:
        """Each department's manner."""
        played = self._store.manners()
        return {name: played[name][0] if name in played else SystemManner.UP.value for name in self._departments}


def _key(call: CallLine) -> str:
    return f"{call.call_id} {call.state}"
