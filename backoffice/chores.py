"""What the back office does by itself now and then, while it serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("backoffice.chores")

EVERY_SECONDS = 30.0


class Chores:
    """Does every job again and again, as long as the ``with`` lasts. One that fails is done the next time."""

    def __init__(self, jobs: Mapping[str, Callable[[], object]], seconds: float = EVERY_SECONDS) -> None:
        self._jobs = jobs
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="chores", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(5.0)

    def _work(self) -> None:
        while not self._ended.wait(self._seconds):
            for name, job in self._jobs.items():
                try:
                    job()
                except SQLAlchemyError:
                    log.exception("%s could not be done", name)
