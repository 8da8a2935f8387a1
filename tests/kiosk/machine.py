"""A whole machine without its screen: the real terminal, its real drivers, their simulators, a back office."""

from __future__ import annotations

import os
import queue
import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from backoffice.documents.seals import Seals
from backoffice.reference import reference_departments
from backoffice.service import create_app
from backoffice.store import Store
from drivers.bank_card_reader.reader import BankCardReader
from drivers.bank_card_reader.simulator import BankCardReaderSimulator
from drivers.camera.camera import Camera
from drivers.card_rewriter.rewriter import CardRewriter
from drivers.card_rewriter.simulator import CardRewriterSimulator
from drivers.code_scanner.scanner import CodeScanner
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.guide_lights.lights import GuideLights
from drivers.guide_lights.simulator import GuideLightsSimulator
from drivers.id_reader.photo import KimgDecoder
from drivers.id_reader.reader import IdReader
from drivers.id_reader.simulator import SamSimulator
from drivers.page_printer.printer import PagePrinter
from drivers.receipt_printer.printer import ReceiptPrinter
from drivers.receipt_printer.profile import load_profile
from drivers.receipt_printer.simulator import PrinterSimulator
from drivers.transport import Transport, transport_for
from drivers.ups.simulator import UpsSimulator
from drivers.ups.ups import ups_for
from drivers.worker import DeviceWorker
from drivers.world import WarpClock
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.ratings import load_ratings
from kiosk.feedback import Feedback
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.notes import Messenger, Notes
from kiosk.gateway.outbox import Courier, Outbox
from kiosk.hardware import Hardware
from kiosk.home import Tile
from kiosk.identity.process import FaceVerifier
from kiosk.operations.faults import load_faults
from kiosk.operations.journal import Journal
from kiosk.operations.machine import Machine as Computer
from kiosk.operations.machine import ask_line
from kiosk.operations.technicians import Technicians
from kiosk.settings import load_settings
from kiosk.terminal import Terminal
from kiosk.visit.view import StepKind, VisitView
from tests.backoffice.running import Line, Running
from tests.people import LIN

CONFIG = Path(__file__).resolve().parents[2] / "config"
PHONE = "13950010001"
SIGNATURE = [[(0.1 + 0.02 * i, 0.5) for i in range(30)]]
PATIENCE = 30.0


class LentFaces(FaceVerifier):
    """A face process for one machine after the other: to start one takes a second of a core."""

    def stop(self) -> None:
        self.forget()

    def take_back(self) -> None:
        super().stop()


class Machine:
    """Everything is real; ``pump`` is the screen's thread.

    With ``computer`` the computer itself is one of the devices; ``ahead`` is how far its clock is wrong, ``full``
    whether its disk is. With ``ways`` there is every way to show who one is, but for the face: a code scanner,
    officers who can be called, and staff, as soon as somebody is added to it. ``faces`` is the face process, or
    whether there is one, whose ``engines`` are the settings' where none are named. ``config`` holds the items, and
    ``records`` what the departments know; ``now`` is this machine's time. ``page_printer`` is where its A4 printer is;
    ``seals`` sign the office's documents, and the machine trusts their authority, or ``authority`` where that is given.
    With ``presenter`` the receipt printer holds what it printed until somebody takes it.
    ``platform`` is where the office's orders are paid. With ``slots`` there are a card rewriter and a bank card reader.
    """

    def __init__(
        self,
        directory: Path,
        desk: Path,
        *,
        camera: str = "",
        gateway: bool = True,
        faces: LentFaces | bool = False,
        engines: str = "",
        lit: bool = False,
        presenter: bool = False,
        computer: bool = False,
        ways: bool = False,
        config: Path = CONFIG,
        records: Path | None = None,
        page_printer: str = "",
        seals: Seals | None = None,
        authority: bytes | None = None,
        platform: str = "",
        slots: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.store = Store(f"sqlite:///{directory / 'office.sqlite3'}")
        self.store.register_phone(LIN.number, PHONE)
        departments = reference_departments(self.store, records) if records else None
        self.line = Line(create_app(self.store, departments, seals=seals, platform=platform))
        self.office = Running(self.line)
        self.office.__enter__()
        self.reader = SamSimulator(read_seconds=0.0)
        self.printer = PrinterSimulator(mm_per_second=2000.0, presenter=presenter)
        self.reader.start()
        self.printer.start()
        self.lamps = GuideLightsSimulator()
        self.battery = UpsSimulator()
        self.scanner = CodeScannerSimulator()
        self.rewriter = CardRewriterSimulator(move_seconds=0.05, write_seconds=0.3)
        self.bank = BankCardReaderSimulator(read_seconds=0.1)
        if slots:
            self.rewriter.start()
            self.bank.start()
        if ways:
            self.scanner.start()
        if lit:
            self.lamps.start()
            self.battery.start()
        self.directory = directory
        self._soon: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        words = [f"storage.directory={directory}", "visit.seed=7", "gateway.submit_seconds=3"]
        if ways:
            words.append("gateway.video_calls=true")
        if engines:
            words.append(f"face.engines={engines}")
        settings = load_settings(CONFIG / "kiosk.toml", words)
        profile = load_profile(
            CONFIG / "printers" / ("kiosk-80mm-presenter.toml" if presenter else "generic-80mm.toml")
        )
        self.receipts: list[bytes] = []
        self.faces = faces if isinstance(faces, LentFaces) else FaceVerifier(settings.face, self.office.url)
        self.faces._on_status = lambda status: self._soon.put(
            lambda: self.terminal.device_changed(FaceVerifier.name, status)
        )
        if faces:
            self.faces.start()
        self.id_worker = self._owned("id_reader", IdReader(transport_for(self.reader.address)))
        self.print_worker = self._owned("receipt_printer", ReceiptPrinter(transport_for(self.printer.address), profile))
        paper = self._owned("page_printer", PagePrinter(page_printer)) if page_printer else None
        self.clock = WarpClock()
        lights = self._owned("guide_lights", GuideLights(transport_for(self.lamps.address))) if lit else None
        more = {"ups": self._owned("ups", ups_for(self.battery.address))} if lit else {}
        self.ahead = timedelta()
        self.full = False
        if computer:
            patient = GatewayClient(self.office.url, connect_seconds=4, read_seconds=4)
            asks = partial(ask_line, patient, lambda: datetime.now().astimezone() + self.ahead)
            often = WarpClock()
            often.set_speed(60)  # it asks the back office once a minute
            itself = Computer(directory, asks, statvfs=self._statvfs, clock=often)
            more["machine"] = self._owned("machine", itself)
        scanner = self._owned("code_scanner", CodeScanner(transport_for(self.scanner.address))) if ways else None
        self.staff = Technicians(
            directory,
            now=lambda: datetime.now().astimezone(),
            record=lambda event, facts: self._soon.put(lambda: self.journal.record(event, facts)),
            clock=self.clock,
        )
        self.journal = Journal(directory / "journal.jsonl", lambda: datetime.now().astimezone())
        # Where tests have cut the line a call ends at once; on a busy machine an answer may take long.
        client = GatewayClient(self.office.url, connect_seconds=PATIENCE, read_seconds=PATIENCE)
        self.outbox = Outbox(directory)
        self.courier = Courier(self.outbox, client, pauses=(0.1, 0.2))
        messenger = Messenger(Notes(directory), client, pauses=(0.1, 0.2)) if gateway else None
        if messenger is not None:
            messenger.start()
        self.terminal = Terminal(
            settings,
            load_catalogue(config),
            load_faults(CONFIG / "faults"),
            hardware=Hardware(
                KimgDecoder(),
                self.faces,
                id_reader=self.id_worker,
                receipt_printer=self.print_worker,
                page_printer=paper,
                camera=Camera(camera) if camera else None,
                guide_lights=lights,
                code_scanner=scanner,
                card_rewriter=self._slot("card_rewriter", CardRewriter, self.rewriter.address) if slots else None,
                bank_card_reader=self._slot("bank_card_reader", BankCardReader, self.bank.address) if slots else None,
                more=more,
                document_camera=Camera(str(desk), name="document_camera", device_class="document_camera"),
            ),
            line=(client, self.courier) if gateway else None,
            journal=self.journal,
            soon=self._soon.put,
            now=now,
            clock=self.clock,
            staff=self.staff,
            authority=authority or (seals.authority if seals is not None else None),
            feedback=Feedback(settings.station.id, now, load_ratings(CONFIG / "ratings.yaml"), messenger),
        )
        self.terminal.on_printed = self.receipts.append
        for worker in self.terminal.hardware.workers():
            worker.start()
        self.courier.start()
        self.until(
            lambda: all(worker.status.ready for worker in self.terminal.hardware.workers()), "the devices to be ready"
        )

    def _slot(self, name: str, driver: Callable[[Transport], Any], address: str) -> DeviceWorker[Any]:
        return self._owned(name, driver(transport_for(address)))

    def _owned(self, name: str, device: Any) -> DeviceWorker[Any]:
        return DeviceWorker(
            name,
            device,
            poll_seconds=0.2,
            on_status=lambda status: self._soon.put(lambda: self.terminal.device_changed(name, status)),
        )

    def _statvfs(self, path: Path) -> os.statvfs_result:
        found = list(os.statvfs(path))
        found[4] = 0 if self.full else max(found[4], found[2] // 2)  # blocks left to us: none, or half of the disk
        return os.statvfs_result(found)

    def close(self) -> None:
        self.terminal.stop()
        self.courier.stop()
        self.outbox.close()
        self.office.__exit__(None, None, None)
        for simulator in (self.reader, self.printer, self.lamps, self.battery, self.scanner, self.rewriter, self.bank):
            simulator.stop()
        self.store.close()

    # -- the screen's thread -------------------------------------------------------

    def pump(self, seconds: float = 0.02) -> None:
        """Do what came in, and let time pass."""
        try:
            self._soon.get(timeout=seconds)()
        except queue.Empty:
            self.terminal.tick()

    def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain for {what}; at {self.at} {self.problem}"
            self.pump()

    @property
    def today(self) -> date:
        """The day of the visit."""
        return datetime.now().astimezone().date()

    # -- what a citizen sees and does ----------------------------------------------------

    @property
    def view(self) -> VisitView:
        view = self.terminal.view()
        assert view is not None, "nobody is here"
        return view

    @property
    def at(self) -> str:
        """The page that stands; what is only looked up to fill something in is no page to anybody."""
        view, deadline = self.terminal.view(), time.monotonic() + PATIENCE
        while view is not None and view.step_id == "file" and time.monotonic() < deadline:
            self.pump()
            view = self.terminal.view()
        return view.step_id if view is not None else "home"

    @property
    def problem(self) -> str:
        view = self.terminal.view()
        return view.problem.code if view is not None and view.problem is not None else ""

    def body(self) -> Any:
        return self.view.body

    @property
    def tile(self) -> Tile:
        """The tile of JT-02 on the home page."""
        return next(tile for tile in self.terminal.home().tiles if tile.code == "JT-02")

    def act(self, *actions: str) -> Machine:
        for action in actions:
            self.terminal.act(action)
        return self

    def begin(self, code: str = "JT-02") -> Machine:
        """To the page after the guide: for most items the one that asks for the card."""
        self.terminal.begin(code)
        return self.act("next")

    def read_card(self, person: str = "lin") -> Machine:
        self.reader.place(person)
        self.until(lambda: self.problem or self.body().state == "read", "the card to be read")
        return self

    def choose(self, way: str) -> Machine:
        """From the card that was read to the page of ``way``; to the face one agrees."""
        self.act("next", f"way:{way}")
        return self.act("next") if way == "face" else self

    def newest_code(self) -> str:
        found = re.search(r"\d{6}", self.store.texts()[-1].words)
        assert found is not None
        return found.group()

    def prove_by_code(self) -> Machine:
        self.choose("phone_code")
        self.until(lambda: self.problem or self.body().state == "entering", "the code to be sent")
        self.terminal.answer("code", self.newest_code())
        self.act("next")
        self.until(lambda: self.problem or self.at != "code", "the code to be judged")
        return self

    def fill_in(self) -> Machine:
        """From the first form to the page that asks for the signature."""
        answers = self.terminal.items["JT-02"].sample_answers(datetime.now().astimezone().date())
        while self.at != "sign":
            here = self.at
            if self.view.kind is StepKind.FORM:
                for field in self.body().fields:
                    if field.key in answers:
                        self.terminal.answer(field.key, answers[field.key])
                self.act("next")
            elif self.view.kind is StepKind.SCAN_DOCUMENT:
                self.until(lambda: self.terminal.frame("document") is not None, "a picture of the desk")
                self.act("next")
                self.until(lambda: self.problem or self.body().state == "captured", "the page to be taken")
                self.act("next")
                continue
            else:
                self.act("next")
            assert self.at != here, f"{here} does not let go: {self.problem}"
        return self

    def to_signature(self) -> Machine:
        return self.begin().read_card().prove_by_code().fill_in()

    def submit(self) -> Machine:
        self.terminal.sign(SIGNATURE)
        self.act("next")
        self.until(lambda: self.problem or self.body().state != "sending", "the application to be sent")
        return self

    def print_receipt(self) -> Machine:
        self.act("next")
        return self.wait_for_receipt()

    def wait_for_receipt(self) -> Machine:
        self.until(lambda: self.problem or self.body().state != "printing", "the receipt")
        return self
