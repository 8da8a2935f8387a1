"""The journal of the machine: what happened, never to whom.

One JSON object a line. Only the facts that are allowed by name are written;
anything else is replaced, so a new field is private until somebody decides
otherwise.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

log = logging.getLogger("kiosk.journal")

Fact = str | int | float | None

ALLOWED = frozenset(
    {
        "answer",
        "bytes",
        "card",
        "code",
        "device",
        "distance",
        "document",
        "ending",
        "engine",
        "fault",
        "frames",
        "item",
        "language",
        "level",
        "number",
        "operation",
        "outcome",
        "pages",
        "reference_number",
        "revision",
        "right",
        "risk",
        "second",
        "seconds",
        "sha256",
        "sign",
        "staff",
        "state",
        "station",
        "step",
        "technician",
        "threshold",
        "ticket",
        "tries",
        "way",
    }
)


class Journal:
    """Appends to one file, a line an event, flushed at once."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("a", encoding="utf-8")
        self._now = now

    def record(self, event: str, facts: Mapping[str, Fact]) -> None:
        """Write one event. A fact whose name is not allowed is written as ``<private>``."""
        line: dict[str, Fact] = {"at": self._now().isoformat(timespec="milliseconds"), "event": event}
        for name, fact in facts.items():
            if name not in ALLOWED:
                log.error("the journal does not know the fact %r of %s; its value is left out", name, event)
            if fact is not None:
                line[name] = fact if name in ALLOWED else "<private>"
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
