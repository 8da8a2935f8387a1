"""What this machine passes on without naming anybody: ratings, counts, and what somebody finds wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from kiosk.catalogue.help import Help
from kiosk.catalogue.ratings import Ratings
from kiosk.gateway.contract import Case, CaseResult, FaultReport, Rating
from kiosk.gateway.notes import Messenger, Note
from kiosk.hours import LOCAL
from kiosk.visit.events import SendRating

# The same fault is passed on once within so long, however often somebody touches it.
ONCE_WITHIN = timedelta(minutes=10)


class Feedback:
    """Makes the notes of ``station``; without a ``messenger`` nobody hears them. ``ratings`` are what can be ticked,
    ``help_words`` what can be wrong.

    Each note has a key of its own: that of the visit stands on documents, which are somebody's.
    """

    def __init__(
        self,
        station: str,
        now: Callable[[], datetime],
        ratings: Ratings | None = None,
        messenger: Messenger | None = None,
        help_words: Help | None = None,
    ) -> None:
        self.ratings = ratings or Ratings()
        self.help = help_words or Help()
        self._station = station
        self._now = now
        self._messenger = messenger
        self._item = ""
        self._began_at = now()
        self._reported: dict[str, datetime] = {}

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

    def report(self, trouble: str, page: str, item: str | None) -> bool:
        """Something is wrong here; false where there is nobody to be told."""
        now = self._now()
        if trouble not in self._reported or now - self._reported[trouble] > ONCE_WITHIN:
            self._reported[trouble] = now
            self._tell(
                FaultReport(
                    idempotency_key=uuid4(), station=self._station, page=page, item=item, trouble=trouble, at=now
                )
            )
        return self._messenger is not None

    def stop(self) -> None:
        """Nothing more is told."""
        if self._messenger is not None:
            self._messenger.stop()

    def _tell(self, note: Note) -> None:
        if self._messenger is not None:
            self._messenger.tell(note)
