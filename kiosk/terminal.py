"""One machine: its devices, its line, and the visit under way.

The terminal carries out what the visit asks for and brings back what came of
it. Its methods are called on one thread, the owner's; devices, the line and
the face engine work on threads of their own and come back through ``soon``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Any, Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.camera import Camera, Frame
from drivers.device import Cancelled, DeviceError, DeviceState, DeviceStatus
from drivers.id_reader.photo import PhotoDecoder
from drivers.id_reader.reader import IdReader
from drivers.id_reader.record import IdRecord
from drivers.receipt_printer.printer import ReceiptPrinter
from drivers.worker import Cancel, DeviceWorker, Task
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.item import DeviceClass, Item
from kiosk.documents.application import fill_in
from kiosk.documents.receipt import compose
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.outbox import Courier
from kiosk.home import HomeView, Tile
from kiosk.identity.events import FaceEvent, FaceFault
from kiosk.identity.process import FaceVerifier
from kiosk.operations.faults import FaultWords
from kiosk.operations.journal import Journal
from kiosk.settings import Settings
from kiosk.text import Language, Text
from kiosk.visit.events import (
    Act,
    Answer,
    CardFound,
    CardLifted,
    CardRead,
    CheckCode,
    CheckFace,
    Effect,
    End,
    Event,
    Failed,
    PageTaken,
    PrintReceipt,
    ReadCard,
    Record,
    SendCode,
    ShowDocument,
    Signed,
    StopDevices,
    Submit,
    TakePage,
    Tick,
    Touched,
)
from kiosk.visit.pages import ScanDocumentPage
from kiosk.visit.view import VisitView
from kiosk.visit.visit import Pace, Visit

log = logging.getLogger("kiosk.terminal")

Picture = NDArray[np.uint8]
ResultT = TypeVar("ResultT")

# How long a citizen waits for the line before the application counts as saved.
SUBMIT_SECONDS = 12.0
CARD_GONE_POLL_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class Hardware:
    """The devices of this machine; None where there is none."""

    id_reader: DeviceWorker[IdReader] | None
    receipt_printer: DeviceWorker[ReceiptPrinter] | None
    camera: Camera | None
    document_camera: Camera | None
    portraits: PhotoDecoder
    faces: FaceVerifier


class Terminal:
    """The machine as the screen sees it. ``on_change`` is called after anything shown may have changed."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        faults: Mapping[str, FaultWords],
        hardware: Hardware,
        line: tuple[GatewayClient, Courier] | None,
        journal: Journal,
        *,
        soon: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._settings = settings
        self._catalogue = catalogue
        self._faults = faults
        self._hardware = hardware
        self._line = line
        self._journal = journal
        self._soon = soon
        self._now = now
        self._clock = clock
        self._language: Language = settings.screen.language
        self._visit: Visit | None = None
        self._portrait: Picture | None = None
        self._tasks: list[Task[Any]] = []
        # Grows whenever devices are told to stop, so that what comes in late is known to be late.
        self._era = 0
        self._errands = ThreadPoolExecutor(max_workers=2, thread_name_prefix="errand")

    # -- the screen calls these --------------------------------------------------

    def home(self) -> HomeView:
        """The home page."""
        station = self._settings.station
        tiles = tuple(self._tile(item) for item in self._catalogue.values())
        return HomeView(Text(zh=station.name_zh, en=station.name_en), station.hotline, tiles)

    def view(self) -> VisitView | None:
        """The page of the visit under way, None when the machine is at home."""
        return self._visit.view() if self._visit is not None else None

    def begin(self, code: str) -> None:
        """A citizen chose an item. An item that cannot end well does not start."""
        item = self._catalogue[code]
        if self._visit is not None or not self._tile(item).available:
            return
        pace = Pace(idle=self._settings.visit.idle_seconds, warning=self._settings.visit.warning_seconds)
        self._visit = Visit(item, self._faults, today=self._now().date(), now=self._clock(), pace=pace)
        self._carry_out(self._visit.begun())

    def act(self, action: str) -> None:
        """A button was touched."""
        self._happen(Act(action))

    def answer(self, key: str, value: str) -> None:
        """A field was filled in."""
        self._happen(Answer(key, value))

    def sign(self, strokes: list[list[tuple[float, float]]]) -> None:
        """The signature pad was written on; each point is x, y, 0..1 of the pad."""
        self._happen(Signed(tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in strokes)))

    def touch(self) -> None:
        """A finger was on the glass."""
        self._happen(Touched())

    def tick(self) -> None:
        """Time has passed; called a few times a second while a visit is under way."""
        self._happen(Tick())

    def set_language(self, language: Language) -> None:
        """The citizen chose a language; receipts follow it."""
        self._language = language
        self.touch()

    def frame(self, camera: Literal["face", "document"]) -> Picture | None:
        """The newest picture of a camera, BGR ``(H, W, 3)``, or the still that is being decided on."""
        if camera == "face":
            source = self._hardware.camera
        else:
            source = self._hardware.document_camera
            page = self._visit.page if self._visit is not None else None
            if isinstance(page, ScanDocumentPage) and page.still is not None:
                return _decoded(page.still)
        newest = source.latest() if source is not None else None
        return newest.image if newest is not None else None

    def stop(self) -> None:
        """Close everything, in order."""
        if self._visit is not None:
            self._happen(Act("exit"))
        self._stop_devices()
        self._hardware.faces.stop()
        for worker in (self._hardware.id_reader, self._hardware.receipt_printer):
            if worker is not None:
                worker.stop()
        for camera in (self._hardware.camera, self._hardware.document_camera):
            if camera is not None:
                camera.stop()
        if self._line is not None:
            self._line[1].stop()
        self._errands.shutdown(wait=True, cancel_futures=True)
        self._journal.close()

    def device_changed(self, name: str, status: DeviceStatus) -> None:
        """A device's status changed; called on the owner's thread."""
        self._journal.record(
            "device_changed",
            {"device": name, "state": status.state, "fault": " ".join(fault.code for fault in status.faults) or None},
        )
        self.on_change()

    # -- availability --------------------------------------------------------------

    def _tile(self, item: Item) -> Tile:
        reason = next((why for device in item.requires if (why := self._obstacle(device)) is not None), None)
        return Tile(
            code=item.code,
            icon=item.icon,
            name=item.name,
            line=item.line,
            minutes=item.guide.minutes,
            fee=item.guide.fee,
            department=item.department,
            available=reason is None,
            reason=reason,
        )

    def _obstacle(self, device: DeviceClass) -> Text | None:
        """Why an item that requires ``device`` cannot be done now."""
        worker = {
            "id_reader": self._hardware.id_reader,
            "receipt_printer": self._hardware.receipt_printer,
            "camera": self._hardware.camera,
            "document_camera": self._hardware.document_camera,
        }[device]
        if worker is None:
            return self._faults[f"{device}.absent"].happened
        status = worker.status() if isinstance(worker, Camera) else worker.status
        if status.state in (DeviceState.DISCONNECTED, DeviceState.ATTENTION):
            code = status.faults[0].code if status.faults else f"{device}.disconnected"
            return self._faults[code].happened
        return None

    # -- events in, effects out ----------------------------------------------------

    def _happen(self, event: Event) -> None:
        if self._visit is None:
            return
        self._carry_out(self._visit.handle(event, self._clock()))

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._carry_out_one(effect)
        self.on_change()

    def _carry_out_one(self, effect: Effect) -> None:
        match effect:
            case Record(event, facts):
                self._journal.record(event, facts)
            case ReadCard():
                self._read_card()
            case CheckFace(record):
                self._check_face(record)
            case SendCode(record):
                self._send_code(record)
            case CheckCode(code_id, code):
                self._check_code(code_id, code)
            case ShowDocument():
                if self._hardware.document_camera is not None:
                    self._hardware.document_camera.start()
            case TakePage():
                self._take_page()
            case Submit():
                self._submit(effect)
            case PrintReceipt():
                self._print(effect)
            case StopDevices():
                self._stop_devices()
            case End():
                self._wipe()

    def _wipe(self) -> None:
        self._visit = None
        if self._portrait is not None:
            self._portrait.fill(0)
            self._portrait = None
        self._language = self._settings.screen.language

    # -- the card --------------------------------------------------------------------

    def _read_card(self) -> None:
        worker = self._hardware.id_reader
        if worker is None:
            self._happen(Failed("id_reader.absent"))
            return
        era = self._era
        portraits = self._hardware.portraits

        def found() -> None:
            self._soon(lambda: self._happen_in(era, CardFound()))

        def read(reader: IdReader, cancel: Cancel) -> tuple[IdRecord, float, Picture | None]:
            record, seconds = reader.read_card(cancel, found)
            return record, seconds, portraits.decode(record.portrait)

        def done(result: tuple[IdRecord, float, Picture | None]) -> None:
            record, seconds, portrait = result
            self._portrait = portrait
            if portrait is not None:
                self._hardware.faces.prepare(portrait)
            self._happen(CardRead(record, seconds))
            self._watch_card()

        self._command(worker, read, done)

    def _watch_card(self) -> None:
        """Tell the visit when the card leaves the reader; the watch goes on through the whole visit."""
        worker = self._hardware.id_reader
        if worker is None or self._visit is None:
            return
        visit = self._visit

        def watch(reader: IdReader, cancel: Cancel) -> None:
            while reader.card_present():
                cancel.wait(CARD_GONE_POLL_SECONDS)

        task = worker.submit(watch)
        self._watch = task

        def lifted(future: Future[None]) -> None:
            if not future.cancelled() and future.exception() is None:
                self._soon(lambda: self._happen(CardLifted()) if self._visit is visit else None)

        task.future.add_done_callback(lifted)
