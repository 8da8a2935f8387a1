"""The time of the clocks on the wall."""

from __future__ import annotations

from datetime import timedelta, timezone

# Local time of every station. A fixed offset: China keeps one time and no summer time.
LOCAL = timezone(timedelta(hours=8))
