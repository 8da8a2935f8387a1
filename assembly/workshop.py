"""What stands behind the technician's screen, and what a running kiosk tells the command line."""

from __future__ import annotations

import argparse
import fcntl
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from assembly import CONFIG, now, version
from assembly.devices import Wires
from drivers.recording import Passed
from drivers.worker import OwnedDevice
from kiosk.catalogue.item import Item
from kiosk.files import write_whole
from kiosk.operations.errands import Errands
from kiosk.operations.faults import FaultWords, load_questions
from kiosk.operations.log_ring import LogRing
from kiosk.operations.readiness import Readiness, assess
from kiosk.operations.records import Records, RecordsUnusable
from kiosk.operations.report import to_json
from kiosk.operations.technicians import Technicians
from kiosk.operations.tuning import Tuning
from kiosk.operations.vocabulary import Vocabulary
from kiosk.operations.workshop import Workshop
from kiosk.settings import Settings, load_settings
from kiosk.terminal import Terminal
from kiosk.text import Text
from ui.application import Soon
from ui.models.wire import describer

log = logging.getLogger("assembly")

LOCK, READINESS = "kiosk.lock", "readiness.json"  # in the storage directory, while a kiosk runs
READINESS_SECONDS = 15.0


def readiness_of(
    settings: Settings,
    devices: Mapping[str, OwnedDevice],
    items: Mapping[str, Item],
    words: Mapping[str, FaultWords],
    *,
    records: Records,
    no_line: str | None,
    no_documents: str | None,
    not_now: Mapping[str, Text] | None = None,
) -> Readiness:
    """Everything that is known of this machine now."""

    return assess(
        at=now(),
        station=settings.station,
        software=version(),
        devices=devices,
        items=items,
        stopped_by=no_line,
        words=words,
        checks=records.latest_checks(),
        no_documents=no_documents,
        not_now=not_now,
    )


def workshop_for(
    stack: ExitStack,
    settings: Settings,
    options: argparse.Namespace,
    *,
    terminal: Terminal,
    wires: Wires,
    ring: LogRing,
    soon: Soon,
) -> Workshop | None:
    """What stands behind the technician's screen; None, with a word in the log, where its records cannot be kept."""

    directory = settings.storage.directory
    try:
        records = Records(directory)
    except RecordsUnusable:
        log.exception("the technician's screen cannot be opened")
        return None
    stack.callback(records.close)
    questions = load_questions(CONFIG / "questions")
    ring.vocabulary = Vocabulary.of(terminal.words, questions, terminal.items)

    def found() -> Readiness:
        return readiness_of(
            settings,
            terminal.devices,
            terminal.items,
            terminal.words,
            records=records,
            no_line=terminal.no_line,
            no_documents=terminal.no_documents,
            not_now=terminal.not_now,
        )

    def described(name: str, passed: Passed) -> str:
        if passed.what in ("in", "out"):
            return describer(name)(passed.what, passed.data).replace("\n", "; ")
        return " ".join(filter(None, [passed.what, passed.note]))

    errands = Errands(
        settings=settings,
        words=terminal.words,
        vocabulary=ring.vocabulary,
        assess=found,
        language=lambda: terminal.language,
        now=now,
        records=records,
        log=ring,
        traces=wires.traces,
        masked=wires.masked,
        printer=terminal.hardware.receipt_printer,
        client=terminal.client,
    )
    fixed = {word.partition("=")[0] for word in options.set}
    ended = threading.Event()
    stack.callback(ended.set)
    threading.Thread(target=_keep_readiness, args=(directory, found, ended), name="readiness", daemon=True).start()
    shop = Workshop(
        terminal,
        questions,
        technicians=terminal.staff or Technicians(directory, now=now, record=terminal.record),
        records=records,
        assess=found,
        tuning=Tuning(
            directory,
            lambda tuned: load_settings(options.config, options.set, tuned),
            records,
            profiles=[path.stem for path in (CONFIG / "printers").glob("*.toml")],
            fixed=fixed,
        ),
        errands=errands.by_name(),
        traces=wires.traces,
        describe=described,
        soon=soon,
        now=now,
        clock=time.monotonic,
    )
    stack.callback(shop.stop)
    return shop


def _keep_readiness(directory: Path, found: Callable[[], Readiness], ended: threading.Event) -> None:
    """Tell ``main.py check`` how this machine is, as long as its devices are ours."""

    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("another kiosk runs on the same storage directory")
            return
        while not ended.wait(1.0 if not (directory / READINESS).exists() else READINESS_SECONDS):
            try:
                write_whole(directory / READINESS, to_json(found()).encode())
            except OSError:
                log.exception("nobody can be told how this machine is")
        (directory / READINESS).unlink(missing_ok=True)


def told_by_the_kiosk(directory: Path) -> str | None:
    """What a kiosk that is running here told of itself last; None when none is running, and its devices are free."""
    try:
        with (directory / LOCK).open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return (directory / READINESS).read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    return None
