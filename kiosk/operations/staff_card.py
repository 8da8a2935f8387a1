"""The technician's card on the reader: asked for at the door, and once to register it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from drivers.device import Cancel
from drivers.id_reader.reader import IdReader
from drivers.worker import Task
from kiosk.hardware import Hardware

# So long somebody may look for the card.
CARD_SECONDS = 60.0
LAMP = frozenset({"id_reader"})


class StaffCard:
    """Waits for one card at a time. Its methods are called on one thread, the one that ``soon`` comes back to.

    Of the card only the number leaves the reader's thread, and only for whoever asked for it.
    """

    def __init__(
        self, hardware: Hardware, soon: Callable[[Callable[[], None]], None], clock: Callable[[], float]
    ) -> None:
        self._hardware = hardware
        self._soon = soon
        self._clock = clock
        self._task: Task[str] | None = None
        self._failed: Callable[[], None] = lambda: None
        self._until = 0.0

    @property
    def waiting(self) -> bool:
        """True while a card is asked for."""
        return self._task is not None

    @property
    def reader_ready(self) -> bool:
        """Whether a card can be read at all."""
        return self._hardware.id_reader is not None and self._hardware.id_reader.status.ready

    def ask(self, came: Callable[[str], None], failed: Callable[[], None]) -> None:
        """Wait for a card: ``came`` gets its number, ``failed`` is called when none could be read in time."""
        self.stop()
        reader = self._hardware.id_reader
        if reader is None:
            failed()
            return

        def read(reader: IdReader, cancel: Cancel) -> str:
            return reader.read_card(cancel)[0].number

        task = self._task = reader.submit(read)
        self._failed = failed
        self._until = self._clock() + CARD_SECONDS
        self._light(LAMP)
        task.future.add_done_callback(lambda future: self._soon(lambda: self._ended(task, future, came)))

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._task is not None:
            self._task.abandon()
            self._task = None
            self._light(frozenset())

    def tick(self) -> None:
        """Time has passed; no card is waited for without end."""
        if self._task is not None and self._clock() > self._until:
            self.stop()
            self._failed()

    def _ended(self, task: Task[str], future: Future[str], came: Callable[[str], None]) -> None:
        if task is not self._task:
            return  # of somebody who has left
        self._task = None
        self._light(frozenset())
        try:
            number = future.result()
        except Exception:  # noqa: BLE001  expected ones are in the device's status, others in the log
            self._failed()
        else:
            came(number)

    def _light(self, lamps: frozenset[str]) -> None:
        if self._hardware.guide_lights is not None:
            self._hardware.guide_lights.submit(lambda unit, _: unit.show(lamps, blink=True))
