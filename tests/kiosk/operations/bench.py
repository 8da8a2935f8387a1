"""A technician before a whole machine: everything behind the technician's screen is real."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from drivers.recording import Trace
from kiosk.operations.faults import load_questions
from kiosk.operations.readiness import Readiness, assess
from kiosk.operations.records import Records
from kiosk.operations.technicians import Technicians
from kiosk.operations.tuning import Tuning
from kiosk.operations.workshop import Workshop
from kiosk.operations.workshop_view import Page, WorkshopView
from kiosk.settings import Settings, load_settings
from kiosk.text import Text
from tests.kiosk.machine import CONFIG, Machine

PIN = "482915"
PATIENCE = 20.0


def now() -> datetime:
    return datetime.now().astimezone()


class Shop:
    """The workshop of a machine, and the hands of its technician. A screen brings its own ``soon``."""

    def __init__(
        self, machine: Machine, directory: Path, soon: Callable[[Callable[[], None]], None] | None = None
    ) -> None:
        self.machine = machine
        self._soon: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.technicians = Technicians(directory, now=now)
        self.technicians.add("lw", "L. W.", PIN)
        self.records = Records(directory)
        self.trace = Trace()
        self.slips: list[str] = []
        path, words = CONFIG / "kiosk.toml", [f"storage.directory={directory}"]
        self._path, self._words = path, words
        self.settings = load_settings(path, words)
        self.workshop = Workshop(
            machine.terminal,
            load_questions(CONFIG / "questions"),
            technicians=self.technicians,
            records=self.records,
            assess=self.assess,
            tuning=Tuning(
                directory, lambda tuned: load_settings(path, words, tuned), self.records, profiles=["generic-80mm"]
            ),
            errands={"print": self._print},
            traces={"id_reader": self.trace},
            describe=lambda _, passed: passed.note or passed.data.hex(" "),
            soon=soon or self._soon.put,
            now=now,
            clock=machine.clock,
        )

    def assess(self) -> Readiness:
        """Everything that is known of the machine now."""
        terminal = self.machine.terminal
        return assess(
            at=now(),
            station=self.settings.station,
            software="0.1.0",
            devices=terminal.devices,
            items=terminal.items,
            stopped_by=None,
            words=terminal.words,
            checks=self.records.latest_checks(),
        )

    def start(self) -> Settings:
        """The settings as the program would find them now."""
        return load_settings(self._path, self._words)

    def _print(self) -> Text:
        self.slips.append("printed")
        return Text(zh="打印好了。", en="Printed.")

    @property
    def view(self) -> WorkshopView:
        view = self.workshop.view()
        assert view is not None, "nobody is at work"
        return view

    @property
    def page(self) -> Page | None:
        view = self.workshop.view()
        return view.page if view is not None else None

    def until(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            try:
                self._soon.get(timeout=0.02)()
            except queue.Empty:
                self.workshop.tick()
                self.machine.pump(0.01)

    def type_pin(self, pin: str, who: str = "lw") -> None:
        """At the door, with these digits."""
        self.workshop.act("who", who)
        for digit in pin:
            self.workshop.act("pin", digit)
        self.workshop.act("pin", "enter")
        self.until(lambda: not (self.view.pin and self.view.pin.busy), "the door")

    def enter(self) -> None:
        """Come in."""
        self.workshop.knock()
        self.type_pin(PIN)
        assert self.page is Page.OVERVIEW, self.view.pin

    def check(self, device: str, level: str) -> None:
        """Examine a device, and wait until it has been."""
        self.workshop.act("open", device)
        self.workshop.act("check", level)
        self.until(lambda: not self.view.busy, "the check to end")

    def close(self) -> None:
        self.workshop.stop()
        self.records.close()

    def reasons(self) -> list[str]:
        return [reason.en for reason in self.view.why]
