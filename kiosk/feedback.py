"""What this machine passes on of its visits without naming anybody: ratings and counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from kiosk.catalogue.ratings import Ratings
from kiosk.gateway.contract import Case, CaseResult, Rating
from kiosk.gateway.notes import Messenger, Note
from kiosk.hours import LOCAL
from kiosk.visit.events import SendRating


class Feedback:
    """Makes the notes of ``station``; without a ``messenger`` nobody hears them. ``ratings`` are what can be ticked.

    Each note has a key of its own: that of the visit stands on documents, which are somebody's.
    """

    def __init__(
        self,
        station: str,
        now: Callable[[], datetime],
        ratings: Ratings | None = None,
        messenger: Messenger | None = None,
    ) -> None:
        self.ratings = ratings or Ratings()
        self._station = station
        self._now = now
        self._messenger = messenger
        self._item = ""
        self._began_at = now()

    def begin(self, item: str) -> None:
        """A visit begins."""
        self._item, self._began_at = item, self._now()

    def rate(self, rating: SendRating) -> None:
        """A citizen says how it was."""
        self._tell(
            Rating(
                idempotency_key=uuid4(),
                station=self._station,
                item=self._item,
                result=rating.result,
                level=rating.level,
                reasons=rating.reasons,
                anonymous=rating.anonymous,
                number=rating.number or None,
                day=self._now().astimezone(LOCAL).date(),
            )
        )

    def count(self, result: CaseResult) -> None:
        """The visit has ended."""
        self._tell(
            Case(
                idempotency_key=uuid4(),
                station=self._station,
                item=self._item,
                result=result,
                began_at=self._began_at,
                ended_at=max(self._now(), self._began_at),
            )
        )

    def stop(self) -> None:
        """Nothing more is told."""
        if self._messenger is not None:
            self._messenger.stop()

    def _tell(self, note: Note) -> None:
        if self._messenger is not None:
            self._messenger.tell(note)
