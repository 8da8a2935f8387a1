"""Opening hours: of a station, of a department's systems, of an item."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.text import Text

# Opening hours are local. A fixed offset: China keeps one time and no summer time.
LOCAL = timezone(timedelta(hours=8))

OpenFrom = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
OpenOn = Literal["every_day", "workdays"]

_ALWAYS = Text(zh="24 小时", en="open 24 hours")
_EVERY_DAY = Text(zh="每天 {opens}–{closes}", en="daily {opens}–{closes}")
_WORKDAYS = Text(zh="工作日 {opens}–{closes}", en="weekdays {opens}–{closes}")


class Hours(BaseModel):
    """``open`` is ``HH:MM-HH:MM`` of one day by local time, up to ``24:00``; ``workdays`` are Monday to Friday."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    open: OpenFrom = "00:00-24:00"
    days: OpenOn = "every_day"

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Hours:
        opens, closes = self._minutes()
        if opens >= closes:
            raise ValueError("it closes before it opens; what is open past midnight is open 00:00-24:00")
        return self

    @property
    def in_words(self) -> Text:
        """When it is open, in words."""
        opens, _, closes = self.open.partition("-")
        if self.days == "every_day" and self.open == "00:00-24:00":
            return _ALWAYS
        return (_EVERY_DAY if self.days == "every_day" else _WORKDAYS).filled(opens=opens, closes=closes)

    def open_at(self, moment: datetime) -> bool:
        """Whether it is open at an aware ``moment``."""
        local = moment.astimezone(LOCAL)
        opens, closes = self._minutes()
        works = self.days == "every_day" or local.weekday() < 5
        return works and opens <= local.hour * 60 + local.minute < closes

    def _minutes(self) -> tuple[int, int]:
        opens, _, closes = self.open.partition("-")
        return _minute(opens), _minute(closes)


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
