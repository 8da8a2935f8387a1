"""A machine for the screen's tests: the real visit behind the real pages, its devices played by the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kiosk.attract import AttractView, attract_view
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.finder import finder_of
from kiosk.catalogue.help import load_help
from kiosk.catalogue.item import FormStep, Item
from kiosk.catalogue.ratings import load_ratings
from kiosk.gateway.contract import Fleet, Stage
from kiosk.help import HelpView, help_view
from kiosk.home import Closed, Front, HomeView, Place
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.operations.faults import load_faults
from kiosk.operations.technicians import LOCKED
from kiosk.settings import Station
from kiosk.stations import elsewhere, load_stations, places
from kiosk.text import Language, Text
from kiosk.visit.consent import Operator
from kiosk.visit.events import (
    Accepted,
    Act,
    Answer,
    AppCodeJudged,
    AskedOneByOne,
    CallState,
    CardFound,
    CardRead,
    CodeSent,
    CodeShown,
    Effect,
    End,
    Event,
    LookUp,
    NothingFound,
    OfficerSaid,
    PageTaken,
    ReceiptDone,
    ReceiptOutcome,
    Saved,
    Signed,
    StaffAdmitted,
    StaffRefused,
    Touched,
    Way,
    WaysChanged,
)
from kiosk.visit.lookup import LookupPage
from kiosk.visit.paper import PaperPage
from kiosk.visit.view import FormBody, VisitView
from kiosk.visit.visit import Visit
from tests.people import LIN

CONFIG = Path(__file__).resolve().parents[2] / "config"
TODAY = date(2026, 11, 23)
FAULTS = load_faults(CONFIG / "faults")
ITEMS = load_catalogue(CONFIG)
RATINGS = load_ratings(CONFIG / "ratings.yaml")
HELP = load_help(CONFIG / "help.yaml")
STATIONS = load_stations(CONFIG / "stations.yaml")
NIGHT = datetime(2026, 11, 23, 23, 8).astimezone()
NAMES = {code: item.name for code, item in ITEMS.items()}
FINDER = finder_of(ITEMS)
STATION = Station(
    id="XM-HL-0001",
    name_zh="湖里区江头 24 小时便利店站",
    name_en="Jiangtou 24-hour shop, Huli",
    operator_zh="鹭岛便民服务运营有限公司",
    operator_en="Ludao Citizen Services",
    hotline="0592-7703144",
)
FRONT = Front(STATION, ITEMS)
OPERATOR = Operator(Text(zh=STATION.operator_zh, en=STATION.operator_en), STATION.hotline)
SIGNATURE = [[(0.1 + 0.02 * i, 0.5) for i in range(30)]]


class Desk:
    """What the screen takes for a terminal: a visit whose effects nobody carries out, whose events the test makes."""

    def __init__(self, *, reason: Text | None = None, notice: Text | None = None, closed: Closed | None = None) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.visit: Visit | None = None
        self.effects: list[Effect] = []
        self.languages: list[Language] = []
        self.one_by_one = False
        self.picture: NDArray[np.uint8] | None = None
        self.reason = reason
        self.notice = notice
        self.closed = closed
        self.clock = 0.0
        self.ways = dict.fromkeys(Way, "")
        self.help_words = HELP
        self.fleet: Fleet | None = None
        self.reported: list[str] = []
        self.told = True
        self.news: tuple[Text, ...] = ()

    def home(self) -> HomeView:
        reasons = dict.fromkeys(ITEMS, self.reason) if self.reason is not None else {}
        return FRONT.view(reasons, self.notice, self.closed)

    def attract(self) -> AttractView:
        here = STATIONS.get("XM-HL-0001")
        return attract_view(here.in_words if here is not None else None, self.news)

    def places(self) -> tuple[Place, ...]:
        return places(STATIONS, "XM-HL-0001", NIGHT, NAMES, fleet=self.fleet)

    def help(self) -> HelpView:
        here = (self.visit.view(), self.visit.item, self.visit.department) if self.visit is not None else None
        nearest = elsewhere(STATIONS, "XM-HL-0001", NIGHT, fleet=self.fleet)
        return help_view(HELP, self.home(), ITEMS.departments.departments, nearest, here)

    def report_fault(self, trouble: str) -> bool:
        self.reported.append(trouble)
        return self.told

    def prepare(self) -> None:
        pass

    def find(self, typed: str) -> list[str]:
        return FINDER.find(typed)

    def view(self) -> VisitView | None:
        return self.visit.view() if self.visit is not None else None

    def begin(self, code: str) -> None:
        self.open(ITEMS.services.get(code) or ITEMS[code])

    def open(self, item: Item) -> None:
        """Begin a visit of any item, of the catalogue or not."""
        self.visit = Visit(
            item,
            FAULTS,
            today=TODAY,
            now=self.clock,
            ways=self.ways,
            operator=OPERATOR,
            department=ITEMS.department(item),
            attendants=("w01", "2087"),
            ratings=RATINGS,
            prints_guide=True,
            postage=ITEMS.postage(item),
            one_by_one=self.one_by_one,
        )
        self._after(self.visit.begun())

    def act(self, action: str) -> None:
        self.happen(Act(action))

    def answer(self, key: str, value: str) -> None:
        self.happen(Answer(key, value))

    def sign(self, strokes: list[list[tuple[float, float]]]) -> None:
        self.happen(Signed(tuple(tuple(stroke) for stroke in strokes)))

    def revealed(self, reference: str) -> Text | None:
        return self.visit.revealed(reference) if self.visit is not None else None

    def touch(self) -> None:
        self.happen(Touched())

    def tick(self) -> None:
        pass

    def set_language(self, language: Language) -> None:
        self.languages.append(language)

    def ask_one_by_one(self, on: bool) -> None:
        self.one_by_one = on
        self.happen(AskedOneByOne(on))

    def frame(self, camera: Literal["face", "document", "card"]) -> NDArray[np.uint8] | None:
        return self.picture

    def page_picture(self, page: int) -> bytes:
        at = self.visit.page if self.visit is not None else None
        return at.picture(page) if isinstance(at, PaperPage | LookupPage) else b""

    def happen(self, *events: Event) -> None:
        """Let ``events`` happen to the visit, one after another."""
        for event in events:
            if self.visit is not None:
                self._after(self.visit.handle(event, self.clock))

    def _after(self, effects: list[Effect]) -> None:
        self.effects += effects
        if any(isinstance(effect, LookUp) and effect.operation == "transport.renewable" for effect in effects):
            self.happen(NothingFound())  # everything is typed
            return
        if any(isinstance(effect, End) for effect in effects):
            self.visit = None
        self.on_change()


def go_on(desk: Desk, *events: Event) -> None:
    """Let ``events`` happen; going on from a form means all of its questions, also where each has a page of its own."""
    for event in events:
        before = _question(desk)
        desk.happen(event)
        after = _question(desk)
        while event == Act("next") and before and after and after[0] == before[0] and after[1] > before[1]:
            desk.happen(event)
            before, after = after, _question(desk)


def _question(desk: Desk) -> tuple[int, int] | None:
    """Where a question stands that is asked alone: the step's place, and the question's in it."""
    view = desk.view()
    body = view.body if view is not None else None
    return (view.position, body.number) if view is not None and isinstance(body, FormBody) and body.number else None


SAMPLES = ITEMS["JT-02"].sample_answers(TODAY)


def route() -> dict[str, list[Event]]:
    """What has to happen, one page after another, to see every page of the item: page name → events that lead to it."""
    verdict = FaceVerdict(Outcome.ACCEPTED, 0.23, 0.40, 5, 0.4, "dlib")
    step = Act("next")
    forms: dict[str, list[Event]] = {}
    for one in ITEMS["JT-02"].steps:
        if isinstance(one, FormStep):
            forms[one.id] = [Answer(field.key, SAMPLES[field.key]) for field in one.fields if field.key in SAMPLES]
    jpeg = b""
    pages: dict[str, list[Event]] = {
        "guide": [],
        "card": [step],
        "card-reading": [CardFound()],
        "card-read": [CardRead(LIN, 0.4)],
        "way": [step],
        "consent": [Act("way:face")],
        "face": [step],
        "face-nobody": [FaceProgress(Prompt.NOBODY, 0, 2)],
        "face-blink": [FaceProgress(Prompt.BLINK, 0, 2)],
        "face-turn": [FaceProgress(Prompt.TURN_LEFT, 1, 2)],
        "face-checking": [FaceProgress(Prompt.CHECKING, 2, 2)],
        "category": [verdict],
        "category-chosen": forms["category"],
        "certificate": [step],
        "certificate-filled": forms["certificate"],
        "licence": [step],
        "licence-errors": [step],
        "contact": [*forms["licence"], step],
        "contact-filled": forms["contact"],
        "scan": [step],
        "scan-capturing": [step],
        "scan-captured": [PageTaken(jpeg)],
        "review": [step, step, PageTaken(jpeg), step],
        "sign": [step],
        "sign-signed": [Signed(tuple(tuple(stroke) for stroke in SIGNATURE))],
        "submit": [step],
        "submit-accepted": [Accepted("JT02-20261123-00042-K")],
        "receipt": [step],
        "receipt-printed": [ReceiptDone(ReceiptOutcome.PRINTED, 1234)],
        "rate": [step],
        "rate-bad": [Act("rate:very_poor"), Act("reason:slow"), Act("reason:device")],
        "rate-anonymous": [Act("anonymous")],
        "rate-good": [Act("rate:good"), Act("reason:quick")],
        "done": [step],
    }
    return pages


def choice() -> list[Event]:
    """To the page on which a way to show who one is is chosen."""
    return [Act("next"), CardRead(LIN, 0.4), Act("next")]


def other_ways() -> dict[str, list[Event]]:
    """The pages of the ways without a face, one after another, with what can come of each."""
    near = FaceVerdict(Outcome.STEP_UP, 0.45, 0.40, 5, 0.4, "dlib")
    pin = [Answer("pin_key", digit) for digit in "482915"]
    closed = {**dict.fromkeys(Way, ""), Way.APP_CODE: "code_scanner.disconnected", Way.FACE: "camera.disconnected"}
    return {
        "way-closed": [*choice(), WaysChanged(closed)],
        "way-second": [WaysChanged(dict.fromkeys(Way, "")), Act("way:face"), Act("next"), near, Act("otherwise")],
        "code-sending": [Act("way:phone_code")],
        "code": [CodeSent("139****0001", "code-0001")],
        "app-code": [Act("back"), Act("way:app_code")],
        "app-code-checking": [CodeShown("EID1-X")],
        "staff-who": [AppCodeJudged(right=False), Act("otherwise"), Act("way:staff")],
        "staff-card": [Act("card")],
        "staff-refused": [StaffRefused(LOCKED.filled(minutes=1))],
        "staff-pin": [Act("who:w01"), *pin],
        "staff-checking": [Answer("pin_key", "enter")],
        "staff-confirm": [StaffAdmitted("w01")],
        "video-calling": [Act("back"), Act("way:video")],
        "video-connected": [OfficerSaid(CallState.CONNECTED, "call-0001")],
    }


def decided(stage: Stage) -> list[Event]:
    """It was decided at once."""
    reasons = (
        Text(
            zh="已核对：您和配偶在厦门没有住房，银行卡是本人的。",
            en="Checked: neither you nor your husband or wife owns a home in Xiamen, and the card is your own.",
        ),
        Text(
            zh="钱一般 3 个工作日内转到您的银行卡，到账有短信。",
            en="The money usually arrives within 3 working days; a text message says so.",
        ),
        Text(zh="请取走银行卡和身份证。", en="Please take your bank card and ID card."),
    )
    return [Accepted("JT02-20261123-00042-K", stage, reasons)]


def saved() -> list[Event]:
    """The line is down."""
    return [Saved("7K4Q-9MPZ-2HC")]
