"""One machine: its devices, its line, and the visit under way.

The terminal carries out what the visit asks for and brings back what came of
it. Its methods are called on one thread, the owner's; devices, the line and
the face engine work on threads of their own and come back through ``soon``.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from random import SystemRandom
from typing import Any, Literal, TypeVar
from uuid import uuid4, uuid5

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.code_scanner.protocol import Code
from drivers.device import Cancel, Cancelled, Device, DeviceError, DeviceState, DeviceStatus, Fault
from drivers.document_camera.page import examine
from drivers.id_reader.reader import IdReader
from drivers.id_reader.record import IdRecord
from drivers.page_printer.printer import PagePrinter, PrintOutcome
from drivers.page_printer.printer import PrintResult as PaperResult
from drivers.receipt_printer.printer import PrintOutcome as ReceiptResult
from drivers.receipt_printer.printer import PrintResult, ReceiptPrinter
from drivers.receipt_printer.receipt import Receipt
from drivers.worker import DeviceWorker, OwnedDevice, Task
from kiosk.appointments import Appointments
from kiosk.attract import AttractView, attract_view
from kiosk.card_slots import CardSlots
from kiosk.cashier import Cashier, told_to
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.finder import Finder, finder_of
from kiosk.catalogue.help import Help
from kiosk.catalogue.item import Item, PrintDocumentStep
from kiosk.custody import Tell, nobody
from kiosk.documents.application import fill_in
from kiosk.documents.guide import to_pdf as guide_on_a4
from kiosk.documents.guide import to_receipt as guide_on_receipt
from kiosk.documents.paper import request_for
from kiosk.documents.pictures import pictures_of
from kiosk.documents.receipt import compose
from kiosk.documents.slip import compose_slip, forgotten_slip, slip_number
from kiosk.feedback import Feedback
from kiosk.gateway.client import DepartmentAway, GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import (
    APP_CODE_FORM,
    AppCodeCheck,
    CallRequest,
    CallState,
    CardWritten,
    CodeRequest,
    CopyRequest,
    DepartmentStates,
    ProblemCode,
)
from kiosk.gateway.outbox import Courier, OutboxUnusable
from kiosk.gateway.signatures import SignatureInvalid, verify
from kiosk.hardware import Hardware
from kiosk.help import HelpView, help_view, page_of
from kiosk.home import Closed, Elsewhere, Front, HomeView, Place
from kiosk.identity.events import FaceEvent, FaceFault, FaceProgress, FaceVerdict, Outcome
from kiosk.identity.tries import CardTries
from kiosk.operations.availability import KnownDepartments, Obstacle, obstacle
from kiosk.operations.faults import FaultWords
from kiosk.operations.journal import Journal
from kiosk.operations.readiness import NO_AUTHORITY, hindrances
from kiosk.operations.technicians import REFUSED, Admission, Role, Technicians, TechniciansUnusable
from kiosk.questions import away, heard, question_of, refused
from kiosk.settings import Settings
from kiosk.text import Language, Text
from kiosk.visit.consent import Operator
from kiosk.visit.events import (
    Accepted,
    Act,
    AdmitStaff,
    Answer,
    AppCodeJudged,
    AskedOneByOne,
    AskSlots,
    Book,
    CallOfficer,
    CancelBooking,
    CardFound,
    CardKept,
    CardLifted,
    CardRead,
    CheckAppCode,
    CheckCode,
    CheckFace,
    CloseOrder,
    CodeJudged,
    CodeSent,
    CodeShown,
    CopySent,
    CountCase,
    DiscardCard,
    DocumentHeld,
    DocumentMade,
    DocumentPrinted,
    Effect,
    End,
    Event,
    Failed,
    FetchNewCard,
    GiveCardBack,
    GuidePrinted,
    LookUp,
    MakeDocument,
    News,
    NewsDone,
    OfficerSaid,
    OpenOrder,
    PageTaken,
    PaperOutcome,
    PrintDocument,
    PrintGuide,
    PrintReceipt,
    ReadBankCard,
    ReadCard,
    ReadStaffCard,
    ReceiptDone,
    ReceiptOutcome,
    Record,
    Saved,
    ScanCode,
    SendCode,
    SendCopy,
    SendRating,
    SettleOrder,
    ShowDocument,
    Signed,
    SlipDone,
    StaffAdmitted,
    StaffRefused,
    StopDevices,
    StopPrinting,
    Submit,
    TakeInCard,
    TakePage,
    TellWritten,
    Tick,
    Touched,
    Way,
    WaysChanged,
    WriteCard,
)
from kiosk.visit.lookup import LookupPage
from kiosk.visit.pages import ScanDocumentPage
from kiosk.visit.paper import PaperPage
from kiosk.visit.sign_in import ACTIONS, TRIES_USED_UP
from kiosk.visit.view import StepKind, VisitView
from kiosk.visit.visit import Pace, Visit

log = logging.getLogger("kiosk.terminal")

Picture = NDArray[np.uint8]
DeviceT = TypeVar("DeviceT", bound=Device)
ResultT = TypeVar("ResultT")

CARD_GONE_POLL_SECONDS = 0.6
# Waiting for a card has no end of its own: the visit's does it. This one is for a driver that lost its mind.
LONG_SECONDS = 3600.0
# How often a camera that showed nothing is tried again while nobody is here.
PROBE_SECONDS = 30.0
JPEG_QUALITY = 90
# What counts against a card: somebody was there, and was not let in.
FRUITLESS = (Outcome.STEP_UP, Outcome.REFUSED, Outcome.NOT_LIVE)
# Whoever is younger cannot agree to a face check alone (Personal Information Protection Law, article 31).
AGE_OF_CONSENT = 14
VIRTUAL_CAMERA = "face.virtual_camera"
SOFTWARE_FAULT = "software.fault"

# On battery a visit may go on for so long; printing is always finished.
POWER_SECONDS = 60.0
ON_BATTERY, BATTERY_LOW, MAINTENANCE = "ups.on_battery", "ups.battery_low", "software.maintenance"
# Which part of the machine a step needs the citizen's hands or face at.
LAMPS: dict[StepKind, str] = {
    StepKind.READ_CARD: "id_reader",
    StepKind.VERIFY_FACE: "camera",
    StepKind.VERIFY_APP_CODE: "code_scanner",
    StepKind.SCAN_CODE: "code_scanner",
    StepKind.READ_BANK_CARD: "bank_card_reader",
    StepKind.REWRITE_CARD: "card_rewriter",
    StepKind.SCAN_DOCUMENT: "document_camera",
    StepKind.PRINT_DOCUMENT: "page_printer",
    StepKind.PRINT_RECEIPT: "receipt_printer",
}
FAULTS_REMEMBERED = 100
# How often a kiosk asks which departments answer.
DEPARTMENTS_SECONDS = 60.0
# How often a kiosk asks how its call to an officer stands.
CALL_POLL_SECONDS = 1.0

# How long an ID card lies there after its holder has left before a slip says so to whoever comes by.
FORGOTTEN_SECONDS = 30.0

RECEIPT_LEFT = Text(
    zh="出纸口还有一张凭条，请失主取走。", en="There is a receipt in the outlet. Please take it if it is yours."
)
CARD_LEFT_BEHIND = Text(
    zh="读卡器上还有一张身份证，请失主拿走。", en="There is an ID card on the reader. Please take it if it is yours."
)
WRITTEN_CARD_LEFT = Text(
    zh="证卡口还有一张证件，请失主马上取走。", en="There is a card in the card slot. Please take it now if it is yours."
)
BANK_CARD_LEFT = Text(
    zh="银行卡口还有一张银行卡，请失主拔出收好。", en="There is a bank card in its slot. Please take it if it is yours."
)


class Terminal:
    """The machine as the screen sees it.

    ``line`` is the way to the back office; where there is none, ``no_line`` is the fault that says why.
    ``elsewhere`` names other stations, the nearest first, and ``places`` shows all of them around this one,
    ``attract`` what is shown while nobody is there; ``staff``
    are the people of this one; ``authority`` is the certificate (PEM) by which the signatures of documents are
    verified; ``feedback`` passes on ratings, counts and faults. ``on_change`` is called after anything shown may have
    changed, ``on_printed`` with the bytes of a receipt, ``on_power_out`` once when the battery is nearly empty and
    nobody is here any more.
    """

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        faults: Mapping[str, FaultWords],
        *,
        hardware: Hardware,
        line: tuple[GatewayClient, Courier] | None,
        no_line: str = "gateway.absent",
        journal: Journal,
        soon: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        elsewhere: Callable[[], tuple[Elsewhere, ...]] = tuple,
        staff: Technicians | None = None,
        authority: bytes | None = None,
        feedback: Feedback | None = None,
        places: Callable[[], tuple[Place, ...]] = tuple,
        attract: Callable[[], AttractView] = attract_view,
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.on_power_out: Callable[[], None] = lambda: None
        self._known: dict[str, tuple[DeviceState, tuple[str, ...]]] = {}
        self._last_faults: deque[tuple[datetime, str, str]] = deque(maxlen=FAULTS_REMEMBERED)
        self.on_printed: Callable[[bytes], None] = lambda _: None
        self.items = catalogue
        self._front = Front(settings.station, catalogue)
        self._finder: Future[Finder] | None = None
        self._settings = settings
        self._faults = faults
        self.hardware = hardware
        self._owned = hardware.owned()
        self._line = line
        self._no_line = no_line
        self._journal = journal
        self._soon = soon
        self._now = now
        self._clock = clock
        self._elsewhere = elsewhere
        self._staff = staff
        self._authority = authority
        self._feedback = feedback or Feedback(settings.station.id, now)
        self.places, self.attract = places, attract
        self._visit_key = uuid4()
        self._paper: Task[Any] | None = None  # the document that is being printed
        self._ways: dict[Way, str] = {}
        self._face_tries = CardTries(clock)
        self._call_id = ""  # of the call to an officer that is under way
        self._call_asked_at: float | None = None
        self._appointments = Appointments()
        self._cashier = Cashier(self._ask, self._tell, self._happen, clock)
        self._maintenance = self._power_is_out = False
        self._on_battery_since: float | None = None
        self._lit: frozenset[str] | None = frozenset()  # None: nobody knows what the lamps show
        self._language, self._one_by_one = settings.screen.language, False
        self._visit: Visit | None = None
        self._portrait: Picture | None = None
        self._tasks: list[Task[Any]] = []
        self._watch: Task[None] | None = None
        self._cards = CardSlots(
            hardware,
            command=self._command,
            teller=self._teller,
            soon=soon,
            clock=clock,
            on_kept=self._card_kept,
            on_change=self._card_moved,
        )
        self._card_lies_there = False
        self._forgotten_at: float | None = None  # when a slip is to tell of the card that lies there
        self._checking_face = False
        self._challenged = ""  # the card of whoever was asked for actions and was not judged yet
        self._random = SystemRandom()
        self._probe_at = clock()
        # Grows whenever devices are told to stop, so that what comes in late is known to be late.
        self._era = 0
        self._known_departments = KnownDepartments(clock)
        self._departments_at: float | None = clock()  # when they are asked for next, None while somebody asks
        self._errands = ThreadPoolExecutor(max_workers=4, thread_name_prefix="errand")

    # -- the screen calls these --------------------------------------------------

    def home(self) -> HomeView:
        """The home page."""
        in_the_way = self._obstacles()
        left = {
            CARD_LEFT_BEHIND: self._card_lies_there,
            WRITTEN_CARD_LEFT: self._cards.offered,
            BANK_CARD_LEFT: self._cards.bank_card_in,
            RECEIPT_LEFT: self._receipt_held(),
        }
        notice = next((words for words, lies_there in left.items() if lies_there), None)
        every = in_the_way | self._obstacles(self.items.services)
        not_now = {code: one.reason(self._faults) for code, one in every.items() if one is not None}
        return self._front.view(not_now, notice, self._closed(in_the_way))

    def help(self) -> HelpView:
        """The help of the page that stands."""
        visit, view = self._visit, self.view()
        here = (view, visit.item, visit.department) if visit is not None and view is not None else None
        departments = self.items.departments.departments
        return help_view(self.help_words, self.home(), departments, self._elsewhere(), here)

    @property
    def help_words(self) -> Help:
        """What help and stations say beside what they know."""
        return self._feedback.help

    def report_fault(self, trouble: str) -> bool:
        """Somebody finds something wrong here, one of the help's troubles; false where there is nobody to be told."""
        item = self._visit.item.code if self._visit is not None else None
        page = page_of(self.view(), self.home())
        self._journal.record("fault_reported", {"fault": trouble, "step": page, "item": item})
        return self._feedback.report(trouble, page, item)

    def find(self, typed: str) -> list[str]:
        """The codes of the items that somebody may mean who typed this."""
        return self._made_ready().result().find(typed)

    def prepare(self) -> None:
        """Make ready what nobody asks for in the first second: the home page need not wait for it."""
        self._made_ready()

    def _made_ready(self) -> Future[Finder]:
        if self._finder is None:
            self._finder = self._errands.submit(finder_of, self.items, self._settings.station.hot)
        return self._finder

    def view(self) -> VisitView | None:
        """The page of the visit under way, None when the machine is at home."""
        return self._visit.view() if self._visit is not None else None

    def begin(self, code: str) -> None:
        """A citizen chose an item. An item that cannot end well does not start."""
        among = self.items.services if code in self.items.services else self.items
        item = among[code]
        if self._visit is not None or self._obstacles(among)[code] is not None:
            return
        attendants, station = self._attendants(), self._settings.station
        self._visit_key = uuid4()
        self._feedback.begin(code)
        self._ways = self._open_ways(staffed=bool(attendants))
        self._visit = Visit(
            item,
            self._faults,
            today=self._now().date(),
            now=self._clock(),
            ways=self._ways,
            department=self.items.department(item),
            attendants=attendants,
            ratings=self._feedback.ratings,
            prints_guide=self._guide_printer() is not None,
            postage=self.items.postage(item),
            operator=Operator(Text(zh=station.operator_zh, en=station.operator_en), station.hotline),
            face_leaves=self._settings.face.leaves,
            one_by_one=self._one_by_one,
            pace=Pace(idle=self._settings.visit.idle_seconds, warning=self._settings.visit.warning_seconds),
        )
        self._carry_out(self._visit.begun())

    def act(self, action: str) -> None:
        """A button was touched."""
        self._happen(Act(action))
        self._see_ways()  # who it is may have been typed: what closes a way is seen before it is offered

    def answer(self, key: str, value: str) -> None:
        """A field was filled in."""
        self._happen(Answer(key, value))

    def sign(self, strokes: list[list[tuple[float, float]]]) -> None:
        """The signature pad was written on; each point is x, y, 0..1 of the pad."""
        self._happen(Signed(tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in strokes)))

    def revealed(self, reference: str) -> Text | None:
        """What the page shows masked under ``reference``, whole; None when it shows nothing under it."""
        return self._visit.revealed(reference) if self._visit is not None else None

    def touch(self) -> None:
        """A finger was on the glass."""
        self._happen(Touched())

    def tick(self) -> None:
        """Time has passed; called a few times a second."""
        self._heed_power()
        self._follow_departments()
        self._cashier.look()
        self._cards.tick()
        if self._visit is None:
            self._look_after_cameras()
            self._look_after_card()
            return
        camera = self.hardware.camera
        if self._checking_face and camera is not None and (faults := camera.status.faults):
            self._challenged = ""  # it is not the citizen who gives up
            self._happen(Failed(faults[0].code))
        self._see_ways()
        self._follow_call()
        self._happen(Tick())

    @property
    def language(self) -> Language:
        """The language of the screen."""
        return self._language

    def set_language(self, language: Language) -> None:
        """The citizen chose a language; receipts follow it."""
        self._language = language
        self.touch()

    def ask_one_by_one(self, on: bool) -> None:
        """The citizen is to be asked one question a page, or all of a step at once."""
        self._one_by_one = on
        self._happen(AskedOneByOne(on))

    def frame(self, camera: Literal["face", "document", "card"]) -> Picture | None:
        """The newest picture of a camera, BGR ``(H, W, 3)``, or the still that is being decided on.

        Of ``card`` it is what is written on the card that is in the rewriter.
        """
        if camera == "card":
            return self._cards.picture()
        if camera == "face":
            source = self.hardware.camera
        else:
            source = self.hardware.document_camera
            page = self._visit.page if self._visit is not None else None
            if isinstance(page, ScanDocumentPage) and page.still is not None:
                return _decoded(page.still)
        newest = source.latest() if source is not None else None
        return newest.image if newest is not None else None

    def page_picture(self, page: int) -> bytes:
        """A page of the document that will be printed, or a department's picture, PNG; empty where there is none."""
        at = self._visit.page if self._visit is not None else None
        return at.picture(page) if isinstance(at, PaperPage | LookupPage) else b""

    def stop(self) -> None:
        """Close everything, in order."""
        if self._visit is not None:
            self._carry_out(self._visit.abandon())
        self._stop_devices()
        self._stop_watching()
        self.hardware.stop()
        if self._line is not None:
            client, courier = self._line
            client.close()  # ends the calls under way, so that nobody has to wait for them
            courier.stop()
        self._feedback.stop()
        self._errands.shutdown(wait=True, cancel_futures=True)
        self._journal.close()

    def device_changed(self, name: str, status: DeviceStatus) -> None:
        """A device's status changed; called on the owner's thread."""
        if name == "card_rewriter":
            self._cards.look(status)
        known = (status.state, tuple(fault.code for fault in status.faults))
        before = self._known.get(name)
        self._known[name] = known
        if known == before:  # only details differ: where a card stands, how full a battery is
            self._light_the_way()
            self.on_change()
            return
        if name == "guide_lights" and status.ready:
            self._lit = None
            self._light_the_way()
        for fault in status.faults:
            self._last_faults.append((self._now(), name, fault.code))
        self._journal.record(
            "device_changed",
            {"device": name, "state": status.state, "fault": " ".join(fault.code for fault in status.faults) or None},
        )
        self.on_change()

    # -- the whole machine -----------------------------------------------------------

    @property
    def devices(self) -> Mapping[str, OwnedDevice]:
        """Every device that is there, by its name."""
        return self._owned

    @property
    def last_faults(self) -> tuple[tuple[datetime, str, str], ...]:
        """When, which device, which fault; the newest last."""
        return tuple(self._last_faults)

    def record(self, event: str, facts: Mapping[str, str | int | float | None]) -> None:
        """Write into the journal; called on any thread."""
        self._soon(lambda: self._journal.record(event, facts))

    def begin_maintenance(self) -> bool:
        """A technician takes over; False while a citizen is here."""
        if self._visit is None:
            self._maintenance = True
            self.on_change()
        return self._maintenance

    def end_maintenance(self) -> None:
        """The technician is done: the machine serves citizens again."""
        self._maintenance = False
        self.on_change()

    @property
    def words(self) -> Mapping[str, FaultWords]:
        """Every fault in words."""
        return self._faults

    @property
    def staff(self) -> Technicians | None:
        """The people of this station."""
        return self._staff

    @property
    def no_line(self) -> str | None:
        """The fault for which nothing can be sent, None while there is a line."""
        return self._no_line if self._line is None else None

    @property
    def no_documents(self) -> str | None:
        """The fault for which no document of a department can be printed, None while they can."""
        return NO_AUTHORITY if self._authority is None else None

    @property
    def client(self) -> GatewayClient | None:
        """The line to the back office, where there is one."""
        return self._line[0] if self._line is not None else None

    @property
    def stopped_by(self) -> str | None:
        """The fault that closes the machine whatever its devices say, None when there is none."""
        if self._maintenance:
            return MAINTENANCE
        return self.no_line

    def _said(self, code: str) -> FaultWords:
        """A fault in words; a code that nobody gave words is at least told as a fault."""
        return self._faults.get(code) or self._faults[SOFTWARE_FAULT]

    def _power_faults(self) -> set[str]:
        battery = self._owned.get("ups")
        return {fault.code for fault in battery.status.faults} if battery is not None else set()

    def _heed_power(self) -> None:
        """On battery nobody begins; who is here may finish soon, what prints is printed; then the machine closes."""
        faults = self._power_faults()
        if not faults & {ON_BATTERY, BATTERY_LOW}:
            self._on_battery_since = None
            self._power_is_out = False
            return
        if self._on_battery_since is None:
            self._on_battery_since = self._clock()
        low = BATTERY_LOW in faults
        if self._visit is not None:
            waited = self._clock() - self._on_battery_since >= POWER_SECONDS
            if (low or waited) and not self._visit.page.working():
                self._carry_out(self._visit.abandon())
        elif low and not self._power_is_out:
            self._power_is_out = True
            self._journal.record("power_out", {})
            self.on_power_out()

    def _light_the_way(self) -> None:
        """Light the part that the citizen needs next."""
        lights = self.hardware.guide_lights
        if lights is None:
            return
        view = self.view()
        wanted = frozenset[str]()
        if view is not None and view.problem is None and view.kind in LAMPS:
            wanted = frozenset({LAMPS[view.kind]})
        elif self._card_lies_there and (view is None or view.kind is StepKind.DONE):
            wanted = frozenset({"id_reader"})
        if self._cards.offered:
            wanted |= {"card_rewriter"}
        if view is None and self._cards.bank_card_in:
            wanted |= {"bank_card_reader"}
        if (view is None or view.kind is StepKind.DONE) and self._receipt_held():
            wanted |= {"receipt_printer"}
        if wanted != self._lit:
            self._lit = wanted
            lights.submit(lambda unit, _: unit.show(wanted, blink=True))

    # -- availability --------------------------------------------------------------

    def _obstacles(self, items: Mapping[str, Item] | None = None) -> dict[str, Obstacle | None]:
        """For each item what keeps it from ending well, None when there is nothing; for all where none are named."""
        items = self.items if items is None else items
        statuses = {name: device.status for name, device in self._owned.items()}
        now, departments = self._now(), self._known_departments
        return {
            code: Obstacle(fault) if fault is not None else obstacle(items[code], now, departments)
            for code, fault in self._hindrances(items, statuses).items()
        }

    @property
    def not_now(self) -> dict[str, Text]:
        """Why items cannot be done now though this machine is well; those that can be are left out."""
        now, departments = self._now(), self._known_departments
        found = {code: obstacle(item, now, departments) for code, item in self.items.items()}
        return {code: one.reason(self._faults) for code, one in found.items() if one is not None}

    def _hindrances(self, items: Mapping[str, Item], statuses: Mapping[str, DeviceStatus]) -> dict[str, str | None]:
        paper = self.hardware.page_printer
        able = paper.capabilities.features if paper is not None else None
        found = hindrances(items, statuses, self.stopped_by, printer=able, no_documents=self.no_documents)
        if self._visit is None and self._cards.busy:
            for code, item in items.items():
                if "card_rewriter" in item.requires:
                    found[code] = found[code] or "card_rewriter.forgotten"
        return found

    def _closed(self, in_the_way: Mapping[str, Obstacle | None]) -> Closed | None:
        """Why nothing can be done here, None as long as anything can."""
        first = next(iter(in_the_way.values()), None)
        if first is None or None in in_the_way.values():
            return None
        return Closed(first.reason(self._faults), self._said(first.code).meaning, self._elsewhere())

    def _follow_departments(self) -> None:
        """Ask now and then which departments answer, one question at a time."""
        if self._line is None or self._departments_at is None or self._clock() < self._departments_at:
            return
        self._departments_at = None
        client = self._line[0]

        def ask() -> None:
            states: DepartmentStates | None = None
            try:
                states = client.departments()
            except (GatewayUnreachable, GatewayRefused) as error:
                log.info("nobody knows which departments answer: %s", error)
            self._soon(lambda: told(states))

        def told(states: DepartmentStates | None) -> None:
            self._departments_at = self._clock() + DEPARTMENTS_SECONDS
            if states is not None:
                self._known_departments.hear(states)
                self.on_change()

        self._errands.submit(ask)

    def _look_again_at_departments(self) -> None:
        """One of them did not answer somebody: whoever comes next should know."""
        if self._departments_at is not None:
            self._departments_at = self._clock()

    def _look_after_cameras(self) -> None:
        """While nobody is here, see whether a camera that failed is back; a lens nobody asked for stays off."""
        if self._clock() < self._probe_at:
            return
        self._probe_at = self._clock() + PROBE_SECONDS
        for camera in self.hardware.cameras():
            status = camera.status
            unknown = status.state is DeviceState.UNKNOWN and camera is not self.hardware.camera
            if status.faults or unknown:
                self._errands.submit(camera.probe).add_done_callback(lambda _: self._soon(self.on_change))

    # -- events in, effects out ----------------------------------------------------

    def _happen(self, event: Event) -> None:
        if self._visit is None:
            return
        self._carry_out(self._visit.handle(event, self._clock()))

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._carry_out_one(effect)
        self._light_the_way()
        self.on_change()

    def _carry_out_one(self, effect: Effect) -> None:
        match effect:
            case Record(event, facts):
                self._journal.record(event, facts)
            case ReadCard():
                self._read_card()
            case CheckFace():
                self._check_face(effect)
            case SendCode(record):
                self._send_code(record)
            case CheckCode(code_id, code):
                self._check_code(code_id, code)
            case ScanCode():
                self._scan_code()
            case CheckAppCode(record, code):
                self._check_app_code(record, code)
            case AdmitStaff(staff, pin):
                self._admit(lambda all_: all_.admit(staff, pin, role=Role.ATTENDANT))
            case ReadStaffCard():
                self._read_staff_card()
            case CallOfficer(record):
                self._call_officer(record)
            case LookUp():
                self._look_up(effect)
            case AskSlots() | Book() | CancelBooking() | OpenOrder() | CloseOrder() | SettleOrder():
                self._deal(effect)
            case ReadBankCard() | TakeInCard() | FetchNewCard() | WriteCard() | DiscardCard() | GiveCardBack():
                self._cards.carry_out(effect)
            case TellWritten():
                self._tell_written(effect)
            case ShowDocument():
                self._show_document()
            case TakePage():
                self._take_page()
            case Submit():
                self._submit(effect)
            case PrintReceipt():
                self._print(effect)
            case PrintGuide(sections):
                self._print_guide(sections)
            case MakeDocument() | PrintDocument() | StopPrinting() | SendCopy():
                self._see_to_paper(effect)
            case StopDevices():
                self._stop_devices()
            case SendRating():
                self._feedback.rate(effect)
            case CountCase(result):
                self._feedback.count(result)
            case End():
                self._wipe()

    def _wipe(self) -> None:
        self._visit = None
        if self._portrait is not None:
            self._portrait.fill(0)
            self._portrait = None
        self.hardware.faces.forget()
        self._appointments.forget()
        self._language = self._settings.screen.language
        self._forgotten_at = self._clock() + FORGOTTEN_SECONDS if self._card_lies_there else None

    # -- the card --------------------------------------------------------------------

    def _read_card(self) -> None:
        worker = self.hardware.id_reader
        if worker is None:
            self._happen(Failed("id_reader.absent"))
            return
        self._stop_watching()
        era = self._era
        portraits = self.hardware.portraits

        def found() -> None:
            self._soon(lambda: self._happen_in(era, CardFound()))

        def read(reader: IdReader, cancel: Cancel) -> tuple[IdRecord, float, Picture | None]:
            record, seconds = reader.read_card(cancel, found)
            return record, seconds, portraits.decode(record.portrait)

        def done(result: tuple[IdRecord, float, Picture | None]) -> None:
            record, seconds, portrait = result
            self._portrait = portrait  # nothing is made of it before its owner has agreed
            self._happen(CardRead(record, seconds))
            self._see_ways()
            self._watch_card()

        self._command(worker, read, done)

    def _watch_card(self) -> None:
        """See when the card leaves the reader, through the whole visit and beyond it."""
        worker = self.hardware.id_reader
        if worker is None:
            return
        self._card_lies_there = True

        def watch(reader: IdReader, cancel: Cancel) -> None:
            while reader.card_present():
                cancel.wait(CARD_GONE_POLL_SECONDS)

        task = worker.submit(watch, seconds=LONG_SECONDS)
        self._watch = task
        task.future.add_done_callback(lambda future: self._soon(lambda: self._card_gone(task, future)))

    def _card_gone(self, task: Task[None], future: Future[None]) -> None:
        if task is not self._watch:
            return
        self._watch = None
        self._card_lies_there = False
        if future.exception() is None:
            self._happen(CardLifted())
        self._light_the_way()
        self.on_change()

    def _look_after_card(self) -> None:
        """The one that somebody left lying: voice and lamp call the holder back, a slip tells whoever comes by."""
        if self._card_lies_there and self._forgotten_at is not None and self._clock() >= self._forgotten_at:
            self._forgotten_at = None
            station = self._settings.station
            place = Text(zh=f"{station.name_zh} {station.id}", en=f"{station.name_en} {station.id}")
            self._journal.record("id_card_forgotten", {})
            self._print_slip(forgotten_slip(place, station.hotline, now=self._now()), nobody)

    def _receipt_held(self) -> bool:
        """Whether a receipt stands in an outlet that can tell."""
        worker = self.hardware.receipt_printer
        return worker is not None and worker.status.details.get("paper_presented") is True

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.abandon()
            self._watch = None
        self._card_lies_there = False

    # -- the ways to show who one is -------------------------------------------------

    def _open_ways(self, *, staffed: bool) -> dict[Way, str]:
        """The ways that this machine has, each with the fault for which it is closed to whoever is here now."""
        ways = {Way.PHONE_CODE: ""}
        if self.hardware.camera is not None:
            ways[Way.FACE] = self._face_hindrance()
        if self.hardware.code_scanner is not None:
            status = self.hardware.code_scanner.status
            faults = [fault.code for fault in status.faults]
            ways[Way.APP_CODE] = "" if status.ready else next(iter(faults), "code_scanner.disconnected")
        if staffed:
            ways[Way.STAFF] = ""
        if self._settings.gateway.video_calls:
            ways[Way.VIDEO] = ""
        return ways

    def _face_hindrance(self) -> str:
        camera, visit = self.hardware.camera, self._visit
        if camera is None:
            return "camera.absent"
        beside = self.hardware.infrared_camera
        faults = (
            *camera.status.faults,
            *(beside.status.faults if beside is not None else ()),
            *self.hardware.faces.status.faults,
        )
        if faults:
            return faults[0].code
        if camera.capabilities.features["virtual"]:
            return VIRTUAL_CAMERA
        if visit is not None and visit.record is not None:
            age = visit.record.age(self._now().date())
            if age is not None and age < AGE_OF_CONSENT:
                return "face.under_age"
            if visit.typed and not self._settings.face.leaves:
                return "face.no_authority"
            if self._portrait is None and not visit.typed:
                return "face.no_portrait"
            if self._face_tries.used_up(visit.record.number):
                return TRIES_USED_UP
        return ""

    def _see_ways(self) -> None:
        """Tell the visit when a way opens or closes."""
        if self._visit is None:
            return
        ways = self._open_ways(staffed=Way.STAFF in self._ways)
        if ways != self._ways:
            self._ways = ways
            self._happen(WaysChanged(ways))

    # -- the face --------------------------------------------------------------------

    def _check_face(self, effect: CheckFace) -> None:
        camera, faces, era, record = self.hardware.camera, self.hardware.faces, self._era, effect.record
        if camera is None:
            self._happen(Failed("camera.absent"))
            return
        if self._portrait is None and not effect.typed:
            self._happen(FaceVerdict(Outcome.NO_PORTRAIT))
            return

        def arrived(event: FaceEvent) -> None:
            if era != self._era:
                return
            if isinstance(event, FaceProgress) and event.prompt in ACTIONS:
                self._challenged = record.number
            elif isinstance(event, FaceVerdict | FaceFault):
                self._challenged = ""
            if isinstance(event, FaceVerdict) and event.outcome in FRUITLESS:
                self._count_try(record.number)
                self._see_ways()
            self._happen(Failed(event.fault.code) if isinstance(event, FaceFault) else event)

        seed = self._settings.visit.seed
        if effect.typed or self._portrait is None:
            faces.prepare_number(record.number)
        else:
            faces.prepare(self._portrait)
        drawn = self._random.getrandbits(64) if seed is None else seed
        faces.begin(drawn, effect.risk, lambda event: self._soon(lambda: arrived(event)))
        if self.hardware.infrared_camera is not None:
            self.hardware.infrared_camera.start(faces.offer_infrared)
        camera.start(faces.offer)
        self._checking_face = True

    def _count_try(self, number: str) -> None:
        self._journal.record("card_tried", {"tries": self._face_tries.count(number)})

    # -- the code by text message ------------------------------------------------------

    def _send_code(self, record: IdRecord) -> None:
        language = self._language

        def send(client: GatewayClient) -> Event:
            sent = client.send_code(CodeRequest(number=record.number, language=language))
            return CodeSent(sent.phone, sent.code_id)

        self._ask(send)

    def _check_code(self, code_id: str, code: str) -> None:
        def check(client: GatewayClient) -> Event:
            result = client.check_code(code_id, code)
            return CodeJudged(result.right, result.tries_left)

        self._ask(check)

    def _ask(self, question: Callable[[GatewayClient], Event], then: Callable[[Event], None] | None = None) -> None:
        """Ask the back office something that the citizen waits for; the visit hears the answer, or ``then`` does."""
        if self._line is None:
            self._happen(Failed("gateway.unreachable"))
            return
        client = self._line[0]

        def asked() -> Event:
            try:
                return question(client)
            except DepartmentAway as error:
                log.info("a department does not answer: %s", error)
                self._soon(self._look_again_at_departments)
                return away(error.problem, self._faults)
            except GatewayUnreachable as error:
                log.warning("the back office cannot be reached: %s", error)
                return Failed("gateway.unreachable")
            except GatewayRefused as error:
                code = str(error.problem.code)
                return Failed(code if code in self._faults else "gateway.rejected")

        self._errand(asked, then)

    # -- questions to departments -------------------------------------------------------

    def _look_up(self, effect: LookUp) -> None:
        if self._visit is None:
            return
        item, station = self._visit.item.code, self._settings.station.id

        def ask(client: GatewayClient) -> Event:
            try:
                return heard(client.ask(effect.operation, question_of(effect, item=item, station=station)))
            except GatewayRefused as error:
                log.warning("a question of %s was refused: %s", item, error)
                return refused(error.problem)

        self._ask(ask)

    # -- appointments and payments --------------------------------------------------------

    def _deal(self, effect: AskSlots | Book | CancelBooking | OpenOrder | CloseOrder | SettleOrder) -> None:
        station, language = self._settings.station.id, self._language
        item = self._visit.item.code if self._visit is not None else ""
        match effect:
            case AskSlots():
                self._ask(self._appointments.slots(effect))
            case Book():
                self._ask(self._appointments.book(effect, item=item, station=station, language=language))
            case CancelBooking():
                self._ask(self._appointments.cancel(effect))
            case OpenOrder():
                self._cashier.open(effect, item=item, station=station, language=language)
            case CloseOrder():
                self._cashier.close(effect)
            case SettleOrder():
                self._cashier.settle(effect)

    def _tell(self, what: Callable[[GatewayClient], object], then: Callable[[bool], None]) -> None:
        """Tell the back office something, whoever is here by then; ``then`` hears whether it arrived."""
        client = self.client

        def told() -> None:
            arrived = told_to(client, what)
            self._soon(lambda: then(arrived))

        self._errands.submit(told)

    # -- the code of the phone app ------------------------------------------------------

    def _scan_code(self) -> None:
        worker = self.hardware.code_scanner
        if worker is None:
            self._happen(Failed("code_scanner.absent"))
            return

        def done(code: Code) -> None:
            self._happen(CodeShown(code.text))

        self._command(worker, lambda scanner, cancel: scanner.scan(cancel), done)

    def _check_app_code(self, record: IdRecord, code: str) -> None:
        if re.fullmatch(APP_CODE_FORM, code) is None:  # some other code, which is nobody else's business
            self._happen(AppCodeJudged(right=False))
            return

        def check(client: GatewayClient) -> Event:
            result = client.check_app_code(AppCodeCheck(number=record.number, code=code))
            return AppCodeJudged(result.right and result.proof_id is not None, result.proof_id or "")

        self._ask(check)

    # -- the site's staff ----------------------------------------------------------------

    def _attendants(self) -> tuple[str, ...]:
        """The ids of those who may confirm who somebody is."""
        try:
            return tuple(one.id for one in self._staff.listing(Role.ATTENDANT)) if self._staff is not None else ()
        except TechniciansUnusable:
            log.exception("nobody of the staff can confirm anything")
            return ()

    def _admit(self, attempt: Callable[[Technicians], Admission]) -> None:
        """Let an attendant in, or not; a try takes a tenth of a second, so it is made on another thread."""
        staff = self._staff

        def tried() -> Event:
            try:
                admission = attempt(staff) if staff is not None else None
            except TechniciansUnusable:
                log.exception("nobody of the staff can be let in")
                admission = None
            if admission is None:
                return Failed("staff.unusable")
            if admission.technician is not None:
                return StaffAdmitted(admission.technician.id)
            return StaffRefused(admission.refusal or REFUSED)

        self._errand(tried)

    def _read_staff_card(self) -> None:
        worker = self.hardware.id_reader
        if worker is None:
            self._happen(Failed("id_reader.absent"))
            return
        lies_there = self._card_lies_there
        self._stop_watching()
        self._card_lies_there = lies_there  # see _stop_devices
        era = self._era

        def gone() -> None:
            self._card_lies_there = False
            self._happen(CardLifted())

        def read(reader: IdReader, cancel: Cancel) -> str:
            while reader.card_present():  # the citizen's own
                cancel.wait(CARD_GONE_POLL_SECONDS)
            self._soon(lambda: gone() if era == self._era else None)
            return reader.read_card(cancel)[0].number

        def done(number: str) -> None:
            self._watch_card()
            self._admit(lambda staff: staff.admit_attendant_by_card(number))

        self._command(worker, read, done)

    # -- the officer far away --------------------------------------------------------------

    def _call_officer(self, record: IdRecord) -> None:
        if self._visit is None:
            return
        item, station, language = self._visit.item.code, self._settings.station.id, self._language
        name, era = record.name or record.name_en, self._era

        def call(client: GatewayClient) -> Event:
            request = CallRequest(station=station, item=item, number=record.number, name=name, language=language)
            made = client.call_officer(request)
            if era != self._era:  # the citizen went on while it was made
                _hang_up(client, made.call_id)
            return OfficerSaid(made.state, made.call_id)

        self._ask(call, self._officer_said)

    def _follow_call(self) -> None:
        """Ask now and then how the call stands, one question at a time."""
        asked_at, call_id = self._call_asked_at, self._call_id
        if not call_id or asked_at is None or self._clock() - asked_at < CALL_POLL_SECONDS:
            return
        self._call_asked_at = None

        def ask(client: GatewayClient) -> Event:
            found = client.how_is_call(call_id)
            return OfficerSaid(found.state, found.call_id)

        self._ask(ask, self._officer_said)

    def _officer_said(self, event: Event) -> None:
        """On the owner's thread, and only while the call is wanted."""
        if isinstance(event, OfficerSaid):
            under_way = event.state in (CallState.CALLING, CallState.CONNECTED)
            self._call_id, self._call_asked_at = (event.call_id, self._clock()) if under_way else ("", None)
            self._happen(event)
        elif self._call_id:
            self._call_asked_at = self._clock()  # the line may come back; the page knows how long it waits for that
        else:
            self._happen(event)

    def _hang_up(self) -> None:
        call_id, self._call_id, self._call_asked_at = self._call_id, "", None
        if call_id and self._line is not None:
            self._errands.submit(_hang_up, self._line[0], call_id)

    # -- cards that are written --------------------------------------------------------------

    def _card_moved(self) -> None:
        self._light_the_way()
        self.on_change()

    def _card_kept(self, fault: str, tell: Tell) -> None:
        """A card lies in the machine; a slip says where, whether its holder is still here or comes back."""
        station = self._settings.station
        item = self._visit.item if self._visit is not None and tell is not nobody else None
        place = Text(zh=f"{station.name_zh} {station.id}", en=f"{station.name_en} {station.id}")
        kept = CardKept(slip_number(self._now()), place, station.hotline, fault)
        self._journal.record(
            "card_kept",
            {"number": kept.slip, "fault": fault or None, "item": item.code if item is not None else None},
        )
        tell(kept)
        self._print_slip(
            compose_slip(kept, item.name if item is not None else None, language=self._language, now=self._now()), tell
        )

    def _print_slip(self, slip: Receipt, tell: Tell) -> None:
        worker = self.hardware.receipt_printer
        if worker is None:
            tell(SlipDone(printed=False))
            return

        def ended(future: Future[PrintResult]) -> None:
            result = None if future.exception() is not None else future.result()
            self._soon(lambda: arrived(result))

        def arrived(result: PrintResult | None) -> None:
            if result is not None:
                self.on_printed(result.wire)
            tell(SlipDone(printed=result is not None and result.outcome is ReceiptResult.PRINTED))

        task = worker.submit(lambda printer, cancel: printer.print(slip, cancel), seconds=LONG_SECONDS)
        task.future.add_done_callback(ended)

    def _tell_written(self, effect: TellWritten) -> None:
        """Through the outbox: whatever becomes of the line or the power, the department hears it once."""
        if self._line is None or self._visit is None:
            self._happen(NewsDone(News.UNTOLD))
            return
        courier, item, station = self._line[1], self._visit.item.code, self._settings.station.id
        question = LookUp(effect.step.operation, effect.asked, effect.record, effect.proof, effect.typed)
        news = CardWritten(
            idempotency_key=uuid5(self._visit_key, effect.step.id),
            operation=effect.step.operation,
            question=question_of(question, item=item, station=station),
            new_card=effect.step.new_card,
            written_at=self._now(),
        )
        patience = self._settings.gateway.submit_seconds

        def tell() -> Event:
            try:
                return NewsDone(News.LATER if courier.deliver(news, patience) is None else News.TOLD)
            except OutboxUnusable:
                log.exception("the news of a card could not be kept")
            except GatewayRefused as error:
                log.warning("the back office refused the news of a card: %s", error.problem.code)
            return NewsDone(News.UNTOLD)

        self._errand(tell)

    # -- pages of a document -------------------------------------------------------------

    def _show_document(self) -> None:
        if self.hardware.document_camera is not None:
            self.hardware.document_camera.start()

    def _take_page(self) -> None:
        camera = self.hardware.document_camera
        newest = camera.latest() if camera is not None else None
        if newest is None:
            self._happen(Failed("document_camera.no_picture" if camera is not None else "document_camera.absent"))
            return
        image = newest.image.copy()

        def judged() -> Event:
            faults = examine(image).faults
            return PageTaken(_as_jpeg(image), faults[0] if faults else "")

        self._errand(judged)

    # -- the application -----------------------------------------------------------------

    def _submit(self, submit: Submit) -> None:
        if self._line is None or self._visit is None:
            self._happen(Failed("outbox.unusable"))
            return
        courier, item, language, now = self._line[1], self._visit.item, self._language, self._now()
        station, patience = self._settings.station.id, self._settings.gateway.submit_seconds

        def deliver() -> Event:
            application = fill_in(item, submit, key=uuid4(), station=station, language=language, filled_at=now)
            try:
                acceptance = courier.deliver(application, patience)
            except OutboxUnusable:
                log.exception("an application could not be kept")
                return Failed("outbox.unusable")
            except GatewayRefused as error:
                log.warning("the back office refused an application: %s", error.problem.code)
                return Failed("gateway.rejected")
            if acceptance is None:
                return Saved(application.ticket)
            return Accepted(acceptance.reference_number, acceptance.stage, acceptance.reasons)

        self._errand(deliver)

    # -- the receipt ---------------------------------------------------------------------

    def _print(self, effect: PrintReceipt) -> None:
        worker = self.hardware.receipt_printer
        if worker is None or self._visit is None:
            self._happen(ReceiptDone(ReceiptOutcome.FAILED, 0, "receipt_printer.absent"))
            return
        receipt = compose(
            self._visit.item, effect, station=self._settings.station, language=self._language, now=self._now()
        )

        def done(result: PrintResult) -> None:
            fault = result.faults[0].code if result.faults else ""
            self.on_printed(result.wire)
            self._happen(ReceiptDone(ReceiptOutcome(result.outcome), len(result.wire), fault))

        def lost(code: str) -> None:
            self._happen(ReceiptDone(ReceiptOutcome.FAILED, 0, code))

        self._command(worker, lambda printer, cancel: printer.print(receipt, cancel), done, lost)

    # -- guides --------------------------------------------------------------------------

    def _guide_printer(self) -> DeviceWorker[PagePrinter] | DeviceWorker[ReceiptPrinter] | None:
        """What prints a guide now: on A4 where that is possible, else on a receipt."""
        paper, roll = self.hardware.page_printer, self.hardware.receipt_printer
        if paper is not None and paper.status.ready and not paper.status.faults:
            return paper
        return roll if roll is not None and roll.status.ready and not roll.status.faults else None

    def _print_guide(self, sections: tuple[tuple[Text, tuple[Text, ...]], ...]) -> None:
        visit, worker = self._visit, self._guide_printer()
        if visit is None or worker is None:
            self._happen(GuidePrinted(out=False))
            return
        title, department, era = visit.item.name, visit.department.name, self._visit_key
        how: dict[str, Any] = {
            "station": self._settings.station,
            "language": self._language,
            "now": self._now(),
        }
        held: list[Task[Any]] = []

        def take_back() -> None:
            held[0].abandon()

        def let_go(faults: tuple[Fault, ...]) -> None:
            if faults:  # nobody waits for paper that has to be put in first
                self._soon(take_back)

        def out(printer: Any, cancel: Cancel) -> bool:
            if isinstance(printer, PagePrinter):
                pdf = guide_on_a4(title, department, sections, **how)
                printed = printer.print(pdf, title="guide", cancel=cancel, on_hold=let_go)
                return printed.outcome is PrintOutcome.PRINTED
            receipt = guide_on_receipt(title, sections, **how)
            return bool(printer.print(receipt, cancel).outcome == ReceiptOutcome.PRINTED)

        def ended(future: Future[bool]) -> None:
            came = not future.cancelled() and future.exception() is None and future.result()
            self._soon(lambda: self._happen(GuidePrinted(came)) if era == self._visit_key else None)

        # No task of the visit: whoever goes on does not take the paper back.
        task: Task[bool] = worker.submit(out, seconds=LONG_SECONDS)
        held.append(task)
        task.future.add_done_callback(ended)

    # -- documents -----------------------------------------------------------------------

    def _see_to_paper(self, effect: MakeDocument | PrintDocument | StopPrinting | SendCopy) -> None:
        match effect:
            case MakeDocument():
                self._make_document(effect)
            case PrintDocument(step, pdf):
                self._print_document(step, pdf)
            case StopPrinting():
                if self._paper is not None:
                    self._paper.abandon()
            case SendCopy(code, key, email):
                self._send_copy(code, CopyRequest(idempotency_key=key, email=email or None))

    def _make_document(self, effect: MakeDocument) -> None:
        visit, authority = self._visit, self._authority
        if visit is None or authority is None:
            self._happen(Failed(NO_AUTHORITY))
            return
        item, station = visit.item, self._settings.station.id
        request = request_for(item, effect, visit=self._visit_key, station=station, language=self._language)
        now = self._now()

        def make(client: GatewayClient) -> Event:
            try:
                made = client.make_document(request)
            except GatewayRefused as error:
                log.warning("a document of %s was refused: %s", item.code, error)
                known = error.problem.code is ProblemCode.DOCUMENT_NOT_ISSUED
                return Failed(error.problem.code.value) if known else refused(error.problem)
            try:
                verify(made.pdf, authority, now)
            except SignatureInvalid as error:
                log.error("a document of %s cannot be trusted: %s", item.code, error)  # noqa: TRY400
                return Failed("document.not_trusted")
            shown = pictures_of(made.pdf, made.pages)
            return DocumentMade(made.pdf, made.code, made.sha256, made.pages, made.url, request.idempotency_key, shown)

        self._ask(make)

    def _print_document(self, step: PrintDocumentStep, pdf: bytes) -> None:
        worker = self.hardware.page_printer
        if worker is None:
            self._happen(DocumentPrinted(PaperOutcome.FAILED, "page_printer.absent"))
            return
        era = self._era
        colour = step.colour or bool(worker.capabilities.features.get("color"))  # a seal is red where it can be

        def held(faults: tuple[Fault, ...]) -> None:
            event = DocumentHeld(faults[0].code if faults else "")
            self._soon(lambda: self._happen_in(era, event))

        def out(printer: PagePrinter, cancel: Cancel) -> PaperResult:
            how = {"color": colour, "duplex": step.duplex}
            try:
                return printer.print(pdf, title=step.document, cancel=cancel, on_hold=held, **how)
            except Cancelled:
                return PaperResult(PrintOutcome.FAILED)  # before anything was sent

        def done(result: PaperResult) -> None:
            fault = result.faults[0].code if result.faults else ""
            self._happen(DocumentPrinted(PaperOutcome(result.outcome), fault))

        def lost(code: str) -> None:
            self._happen(DocumentPrinted(PaperOutcome.FAILED, code))

        self._paper = self._command(worker, out, done, lost)

    def _send_copy(self, code: str, request: CopyRequest) -> None:
        self._ask(lambda client: CopySent(client.send_copy(code, request).to))

    # -- how results come back ---------------------------------------------------------------

    def _command(
        self,
        worker: DeviceWorker[DeviceT],
        command: Callable[[DeviceT, Cancel], ResultT],
        done: Callable[[ResultT], None],
        failed: Callable[[str], None] | None = None,
    ) -> Task[ResultT]:
        """Have ``worker`` do something for this visit; what comes of it arrives here, or nowhere when it is late."""
        era = self._era
        task = worker.submit(command, seconds=LONG_SECONDS)
        self._tasks.append(task)

        def ended(future: Future[ResultT]) -> None:
            self._soon(lambda: arrived(future))

        tell = failed or (lambda code: self._happen(Failed(code)))

        def arrived(future: Future[ResultT]) -> None:
            if era != self._era:
                return
            try:
                result = future.result()
            except Cancelled:
                return
            except DeviceError as error:
                tell(error.fault.code)
                return
            except Exception:  # noqa: BLE001  the worker has logged it; the citizen must not wait for ever
                tell(SOFTWARE_FAULT)
                return
            done(result)

        task.future.add_done_callback(ended)
        return task

    def _errand(self, errand: Callable[[], Event], then: Callable[[Event], None] | None = None) -> None:
        """Do something slow on another thread; its event arrives here, or nowhere when it is late."""
        era = self._era
        tell = then or self._happen

        def run() -> None:
            try:
                event = errand()
            except Exception:
                log.exception("an errand failed in a way nobody foresaw")
                event = Failed(SOFTWARE_FAULT)
            self._soon(lambda: tell(event) if era == self._era else None)

        self._errands.submit(run)

    def _teller(self) -> Callable[[Event], None]:
        """Brings events into this visit, as long as the page wants them that asks for it now."""
        era = self._era
        return lambda event: self._happen_in(era, event)

    def _happen_in(self, era: int, event: Event) -> None:
        if era == self._era:
            self._happen(event)

    def _stop_devices(self) -> None:
        """Let go of everything that was begun for the page; what still comes in is late."""
        self._era += 1
        self._checking_face = False
        challenged, self._challenged = self._challenged, ""
        if challenged:  # or somebody could leave until the actions asked for are those of the own clip
            self._count_try(challenged)
        for task in self._tasks:
            task.abandon()
        self._tasks.clear()
        self._cards.let_go()
        self._hang_up()
        self._cashier.let_go()
        if self._card_lies_there and self._watch is None:  # an attendant's card was waited for
            self._watch_card()
        self.hardware.faces.forget()  # whoever stops has taken the consent back
        for camera in self.hardware.cameras():
            camera.stop()


def _hang_up(client: GatewayClient, call_id: str) -> None:
    """Nobody waits for the answer; a call that nobody asks about ends by itself."""
    try:
        client.hang_up(call_id)
    except (GatewayUnreachable, GatewayRefused) as error:
        log.info("a call was not hung up: %s", error)


def _as_jpeg(image: Picture) -> bytes:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])


def _decoded(jpeg: bytes) -> Picture | None:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else image.astype(np.uint8, copy=False)
