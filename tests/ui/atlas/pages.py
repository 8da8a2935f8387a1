"""Every page by its name. A story opens one page after another; a page is a few words of it.

A page is added where it belongs in a story, and is then drawn, measured and
compared in every dress (``tests/ui/test_atlas.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtQuick import QQuickItem

from backoffice.evidence import Scene, pictures_of
from kiosk.attract import SCENES
from kiosk.catalogue.item import Item
from kiosk.custody import picture_of
from kiosk.documents.card_face import compose
from kiosk.gateway.contract import Bookings, Fleet, KnownStation, Stage, StationService
from kiosk.home import Closed, Elsewhere
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.text import Text, same
from kiosk.visit.events import (
    Accepted,
    Act,
    Answer,
    BankCardIn,
    BankCardOut,
    BankCardRead,
    Booked,
    CallState,
    CardDrawnIn,
    CardFound,
    CardKept,
    CardLifted,
    CardOffered,
    CardRead,
    CardTaken,
    ChipRead,
    CodeJudged,
    CodeSent,
    CodeShown,
    CopySent,
    Denied,
    DocumentHeld,
    DocumentPrinted,
    Event,
    Failed,
    Found,
    NewCardFetched,
    News,
    NewsDone,
    OfficerSaid,
    PaperOutcome,
    ReceiptDone,
    ReceiptOutcome,
    SlipDone,
    SlotsTold,
    Tick,
    WritingDone,
    Written,
)
from kiosk.visit.lookup import SLOW_SECONDS
from tests.items import appointment, bank_card, bill, written_card
from tests.kiosk.visit.items import BY_CARD, BY_CODE, EVERY_FIELD, WITH_OR_WITHOUT_CARD, item_of
from tests.kiosk.visit.test_appointment import GREEN, booking, full, slot, slots
from tests.kiosk.visit.test_cards import BADLY, NUMBER, WELL
from tests.kiosk.visit.test_paper import MADE, PRINTED
from tests.kiosk.visit.test_payment import FIRST, order
from tests.papers import paper_item
from tests.people import EXPIRED, LIN, OTHER
from tests.ui.conftest import Screen
from tests.ui.desk import FAULTS, ITEMS, NIGHT, TODAY, Desk, choice, decided, other_ways, route, saved

Happening = Event | str | Callable[[Desk], None]  # a string is the act of that name


@dataclass(frozen=True)
class Page:
    """A page that stands now."""

    name: str


Story = Callable[[Screen], Iterator[Page]]


def tell(desk: Desk, *happenings: Happening) -> None:
    """Let all this happen, one after another."""
    for one in happenings:
        if isinstance(one, str):
            desk.happen(Act(one))
        elif callable(one):
            one(desk)
        else:
            desk.happen(one)


def later(seconds: float) -> Callable[[Desk], None]:
    """So much time goes by."""

    def wait(desk: Desk) -> None:
        desk.clock += seconds
        desk.happen(Tick())

    return wait


def shown(screen: Screen, pages: Mapping[str, Sequence[Happening]], prefix: str = "") -> Iterator[Page]:
    """One page after another of a visit that stands."""
    for name, happenings in pages.items():
        tell(screen.desk, *happenings)
        yield Page(f"{prefix}{name}")


def visit(item: Item, before: Sequence[Happening], pages: Mapping[str, Sequence[Happening]], prefix: str) -> Story:
    """A story of an item: what happens before its first page, then the pages."""

    def story(screen: Screen) -> Iterator[Page]:
        screen.desk.open(item)
        tell(screen.desk, *before)
        yield from shown(screen, pages, prefix)
        screen.desk.act("exit")

    return story


# -- between visits --------------------------------------------------------------------

REASON = Text(zh="本机没有 A4 打印机", en="This machine has no A4 printer")
NOTICE = Text(zh="读卡器上还有一张身份证。", en="A card lies on the reader.")
CLOSED = Closed(
    FAULTS["software.maintenance"].happened,
    FAULTS["software.maintenance"].meaning,
    tuple(
        Elsewhere(
            Text(zh=f"思明区示例路 {number} 号站", en=f"{number} Example Road, Siming"),
            Text(zh=f"思明区示例路 {number} 号一楼", en=f"Ground floor, {number} Example Road, Siming"),
            Text(zh="全天开放", en="Open day and night"),
            0.8 * number,
            Text(zh="5 分钟前正常", en="in service 5 minutes ago"),
        )
        for number in (1, 2, 3)
    ),
)
FLEET = Fleet(
    at=NIGHT,
    stations=(
        KnownStation(station="XM-HL-0001", service=StationService.IN_SERVICE, heard_at=NIGHT),
        KnownStation(
            station="XM-SM-0002", service=StationService.LIMITED, unavailable=("RS-01", "JT-02"), heard_at=NIGHT
        ),
    ),
)


def home(screen: Screen) -> Iterator[Page]:
    desk = screen.desk
    yield Page("home")
    desk.notice = NOTICE
    desk.on_change()
    yield Page("home-notice")
    desk.notice, desk.reason = None, REASON
    desk.on_change()
    yield Page("home-grey")
    desk.reason, desk.closed = None, CLOSED
    desk.on_change()
    yield Page("closed")
    desk.closed = None
    desk.on_change()


def resting(screen: Screen) -> Iterator[Page]:
    """What is shown while nobody is there, scene by scene."""
    screen.desk.news = (
        Text(
            zh="春节期间机器照常开放；要审核和邮寄的事，可能晚几天办好。", en="Open over the Spring Festival as usual."
        ),
    )
    screen.settle()
    while not screen.session.resting:
        screen.session._tick()
    screen.settle()
    page = screen.window.findChild(QQuickItem, "attract")
    assert page is not None
    for number, scene in enumerate(SCENES):
        page.setProperty("scene", number)
        yield Page(f"attract-{scene.picture}")
    screen.session.touch()
    screen.settle()


def touch(screen: Screen, name: str) -> None:
    """Turn pages until ``name`` is there, and touch it."""
    screen.settle()
    while not screen.finger.sees(name):
        screen.finger.tap("more")
        screen.settle()
    screen.finger.tap(name)
    screen.settle()


def lists(screen: Screen) -> Iterator[Page]:
    departments = {department.id: department for department in screen.desk.home().departments}
    for place, department in departments.items():
        touch(screen, f"department-{place}")
        yield Page(f"department-{place}")
        for group in department.groups[1:]:
            screen.finger.tap(f"group-{group.id}")
            yield Page(f"department-{place}-{group.id}")
        screen.finger.tap("home")
    for event in screen.desk.home().happenings:
        touch(screen, f"event-{event.id}")
        yield Page(f"event-{event.id}")
        screen.finger.tap("home")


def find(screen: Screen) -> Iterator[Page]:
    touch(screen, "open-find")
    yield Page("find")
    screen.session.setLanguage("en")  # whose keyboard makes no Chinese of it
    screen.finger.type_text("field-find", "cyryzhk")
    yield Page("find-found")
    screen.session.setLanguage("en")
    screen.finger.type_text("field-find", "qqwwrrtt")
    yield Page("find-nothing")
    screen.finger.tap("home")


def stations(screen: Screen) -> Iterator[Page]:
    screen.desk.fleet = FLEET
    touch(screen, "open-stations")
    yield Page("stations")
    touch(screen, "station-1")
    yield Page("station")
    screen.finger.tap("home")
    screen.desk.fleet = None


def helped(screen: Screen) -> Iterator[Page]:
    for place in ("home", "visit"):
        if place == "visit":
            screen.desk.begin("RS-01")
        touch(screen, "help")
        yield Page(f"help-{place}")
        touch(screen, "help-report")
        yield Page(f"report-{place}")
        screen.desk.told = place == "home"
        touch(screen, "trouble-printer")
        yield Page(f"report-{'thanks' if place == 'home' else 'nobody'}")
        touch(screen, "help-close")
    screen.desk.told = True
    screen.desk.act("exit")


def displayed(screen: Screen) -> Iterator[Page]:
    """How the machine looks and sounds, over the home page and in a visit."""
    for place in ("home", "visit"):
        if place == "visit":
            screen.desk.begin(ITEM.code)
        touch(screen, "display")
        yield Page(f"display-{place}")
        touch(screen, "display-close")
    screen.desk.act("exit")


# -- one item, from home to paper ---------------------------------------------------------


def to(name: str) -> list[Event]:
    """What happens until the page called ``name`` of the item would come."""
    happened: list[Event] = []
    for page, events in route().items():
        if page == name:
            return happened
        happened += events
    raise KeyError(name)


ITEM = ITEMS["JT-02"]
TO_SUBMIT = to("submit-accepted")
PROBLEMS: dict[str, list[Event]] = {
    "card": [Act("next"), CardRead(EXPIRED, 0.4)],
    "face": [*choice(), Act("way:face"), Act("next"), FaceVerdict(Outcome.STEP_UP, 0.45, 0.4)],
    "line": [*choice(), Act("way:phone_code"), Failed("gateway.unreachable")],
    "officer": [*choice(), Act("way:video"), OfficerSaid(CallState.REFUSED, "call-0001")],
    "officer-busy": [*choice(), Act("way:video"), OfficerSaid(CallState.BUSY, "call-0001")],
    "officer-dropped": [*choice(), Act("way:video"), OfficerSaid(CallState.DROPPED, "call-0001")],
    "refused": [*TO_SUBMIT, Failed("gateway.rejected")],
}
ENDS: dict[str, dict[str, list[Happening]]] = {
    "approved": {"approved": [*decided(Stage.APPROVED)]},
    "denied": {"denied": [*decided(Stage.REFUSED)]},
    "saved": {
        "submit-saved": [*saved()],
        "receipt-paper-out": ["next", ReceiptDone(ReceiptOutcome.FAILED, 0, "receipt_printer.paper_out")],
        "receipt-failed": ["without"],
    },
    "uncertain": {
        "receipt-uncertain": [
            Accepted("JT02-20261123-00042-K"),
            "next",
            ReceiptDone(ReceiptOutcome.UNCERTAIN, 0, "receipt_printer.jam"),
        ]
    },
}


def problems(screen: Screen) -> Iterator[Page]:
    for name, events in PROBLEMS.items():
        screen.desk.begin(ITEM.code)
        tell(screen.desk, *events)
        yield Page(f"problem-{name}")
        screen.desk.act("exit")


def ends(screen: Screen) -> Iterator[Page]:
    for pages in ENDS.values():
        screen.desk.begin(ITEM.code)
        tell(screen.desk, *TO_SUBMIT)
        yield from shown(screen, pages)
        screen.desk.act("exit")
        screen.desk.visit = None  # what was sent cannot be left
        screen.desk.on_change()


def faces(screen: Screen) -> Iterator[Page]:
    """Every prompt of the face check, before a grey picture of nobody."""
    screen.desk.begin(ITEM.code)
    screen.desk.picture = np.full((720, 1280, 3), 128, np.uint8)
    tell(screen.desk, *choice(), "way:face", "next")
    for prompt in Prompt:
        tell(screen.desk, FaceProgress(prompt, 0, 2))
        yield Page(f"prompt-{prompt.value.replace('_', '-')}")
    screen.desk.picture = None
    screen.desk.act("exit")


def asked(screen: Screen) -> Iterator[Page]:
    """The questions that stand over a page."""
    screen.desk.begin(ITEM.code)
    touch(screen, "leave")
    yield Page("leave-question")
    screen.finger.tap("stay")
    tell(screen.desk, later(105))
    yield Page("warning")
    screen.desk.act("exit")
    screen.desk.clock = 0.0
    screen.desk.begin(ITEM.code)
    tell(screen.desk, *to("category"), CardLifted())
    yield Page("card-taken-away")
    screen.desk.act("exit")
    sixty = replace(LIN, birth_date=date(1960, 11, 23))
    yield from visit(ITEM, ["next"], {"card-offers-elder": [CardRead(sixty, 0.4)]}, "")(screen)


def pickers(screen: Screen) -> Iterator[Page]:
    """What opens over a field: a date wheel, characters that no keyboard writes, the areas of an address."""
    screen.desk.begin(ITEM.code)
    tell(screen.desk, *to("licence-errors"), Answer("licence_until", "20300630"))
    touch(screen, "turn-licence_until")
    yield Page("wheel-date")
    if screen.finger.sees("wheel-close"):
        touch(screen, "wheel-close")
    tell(screen.desk, *to("contact-filled")[len(to("licence-errors")) :])
    touch(screen, "turn-recipient")
    yield Page("characters")
    for name, page in {"strokes-4": "radicals", "character-贝": "further", "strokes-12": "found"}.items():
        touch(screen, name)
        yield Page(f"characters-{page}")
    touch(screen, "by-reading")
    yield Page("characters-by-reading")
    for letter in "yan":
        touch(screen, f"letter-{letter}")
    yield Page("characters-read")
    touch(screen, "character-close")
    touch(screen, "pick-address")
    yield Page("areas-districts")
    touch(screen, "area-湖里区")
    yield Page("areas-sub-districts")
    touch(screen, "back-0")
    yield Page("areas-provinces")
    touch(screen, "area-close")
    screen.desk.act("exit")


# -- departments, appointments, payments, documents, cards ----------------------------------

_SIGNED_IN: list[Happening] = [
    *("next", CardFound(), CardRead(LIN, 0.3), "next", "way:phone_code"),
    *(CodeSent("139****0001", "code-0001"), Answer("code", "123456"), "next", CodeJudged(right=True)),
]
# What a department says is Chinese in every language; here it is neither, so that no word of ours can be left over.
STATIONS = Found({}, ({"key": "s1", "name": "Jiangtou", "road": "No. 1"}, {"key": "s2", "name": "Xinglin", "road": ""}))
RECORDS = Found({"rating": "a", "since": "20201225"}, ({"key": "1", "day": "20260102", "what": "A-1"},))
NO = Denied(Text(zh="不能查", en="No"), Text(zh="已被锁定。", en="Locked."), Text(zh="请到窗口。", en="Go there."))
LOOKUP: dict[str, list[Happening]] = {
    "asking": [],
    "slow": [later(SLOW_SECONDS + 0.1)],
    "away": [Failed("department.unavailable")],
    "shown": ["retry", RECORDS],
}
FIELDS = item_of(EVERY_FIELD).sample_answers(TODAY)
ADDRESS = f"http://127.0.0.1:54321/pay/{FIRST}"
NUMBERS = [Answer(key, value) for key, value in FIELDS.items() if key != "purposes"]


def many_days(count: int) -> list[dict[str, Any]]:
    """So many days from tomorrow on, each with two half-days on which much is free."""
    days = [date(2026, 11, 24) + timedelta(days=n) for n in range(count)]
    return [slot(day, half, 5500) for day in days for half in ("morning", "afternoon")]


_FULL = full(
    release_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
    urgent=[slot(TODAY, "afternoon", 3, begins="15:10:20")],
    green=GREEN,
    unknown_from=date(2026, 12, 29),
    elsewhere=[
        {
            "place": "huli",
            "name": {"zh": "湖里公安分局户政窗口", "en": "Huli police, household counter"},
            "day": date(2026, 11, 25),
            "half": "morning",
        }
    ],
)
TO_DAYS: list[Happening] = [
    *("next", CardRead(LIN, 0.2), "next"),
    *(Answer("place", "hall"), Answer("phone", "13950010001"), "next"),
]
APPOINTMENT: dict[str, list[Happening]] = {
    "asking": [],
    "days": [SlotsTold(slots(*many_days(5), green=GREEN), Bookings(bookings=(booking(),)))],
    "ten-days": [SlotsTold(slots(*many_days(10)), Bookings(bookings=()))],
    "chosen": ["slot:2026-11-25.morning"],
    "nothing": [SlotsTold(_FULL, Bookings(bookings=()))],
    "urgent": ["urgent", "reason:personal"],
    "green": ["ordinary", "green"],
    "same-day": [SlotsTold(slots(), Bookings(bookings=(booking(),))), "slot:2026-11-24.afternoon", "next"],
    "booking": ["replace"],
    "unsure": [Failed("gateway.unreachable")],
    "booked": ["again", Booked(booking())],
}
TO_PAYMENT: list[Happening] = [
    "next",
    *(Answer("bill", "B0001"), Answer("amount", "200.50"), Answer("phone", "13950010001"), "next"),
]
PAYMENT: dict[str, list[Happening]] = {
    "asking": [],
    "open": [order("open", code=ADDRESS)],
    "refused": [order("refused")],
    "again": ["retry", order("open", code=ADDRESS)],
    "closing": ["stop"],
    "unknown": [Failed("gateway.unreachable")],
    "paid": ["retry", order("paid")],
}
TO_DOCUMENT: list[Happening] = [
    *("next", CardFound(), CardRead(LIN, 0.3), "next", "way:face", "next"),
    FaceVerdict(Outcome.ACCEPTED, 0.24, 0.40, 5, 0.3, "dlib"),
    *(Found({"unit": "厦门示例网络有限公司", "months": "12"}), Answer("purpose", "school"), "next"),
]


def sheet(lines: int) -> bytes:
    """A page of a document, as lines without words."""
    paper = Image.new("L", (420, 594), 255)
    for line in range(lines):
        paper.paste(60, (50, 60 + 24 * line, 370 - 40 * (line % 3), 68 + 24 * line))
    file = BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()


SHEETS = replace(MADE, pages=3, pictures=(sheet(18), sheet(9)))
DOCUMENT: dict[str, list[Happening]] = {
    "making": [],
    "shown": [SHEETS],
    "printing": ["next"],
    "waiting-for-paper": [DocumentHeld("page_printer.paper_out")],
    "printed": [DocumentHeld(""), PRINTED],
    "address": ["to_email"],
    "address-wrong": [Answer("email", "lin@example"), "next"],
    "sending": [Answer("email", "lin.shili@example.com"), "next"],
    "not-sent": [Failed("document.copy_too_often")],
    "sent": ["without", "to_phone", CopySent("139****0001")],
}
DOCUMENT_FAILED: dict[str, list[Happening]] = {
    "jam": [MADE, "next", DocumentPrinted(PaperOutcome.FAILED, "page_printer.jam")],
    "without": ["without"],
    "uncertain": ["again", DocumentPrinted(PaperOutcome.UNCERTAIN)],
    "uncertain-without": ["without"],
}
FACTS = {"address": "福建省厦门市湖里区示例路1号101室", "until": "20271123"}
PLACE = Text(zh="湖里区江头 24 小时便利店站 XM-HL-0001", en="Jiangtou 24-hour shop, Huli XM-HL-0001")
KEPT = CardKept("261123-101530", PLACE, "0592-7703144")
STUCK = CardKept("261123-101530", PLACE, "0592-7703144", "card_rewriter.jam")
BANK_CARD: dict[str, list[Happening]] = {
    "waiting": [],
    "reading": [BankCardIn()],
    "in": [BankCardRead(NUMBER, 0.6)],
    "overdue": [later(30)],
    "out": [BankCardOut()],
    "review": ["next"],
}


def draw_card(desk: Desk) -> None:
    """The picture of what is written on the card."""
    lines = [(Text(zh="居住地址", en="Address"), same(FACTS["address"])), (same("有效期至"), same("2027年11月23日"))]
    desk.picture = picture_of(compose(lines, 640, 240))


TO_SLOT: list[Happening] = [draw_card, "next", CardRead(LIN, 0.2), "next", Found(FACTS), "next"]
OWN_CARD: dict[str, list[Happening]] = {
    "waiting": [],
    "checking": [CardDrawnIn()],
    "writing": [ChipRead(LIN.number)],
    "again": [BADLY],
    "offered": [WELL, CardOffered(60.0)],
    "told": [NewsDone(News.TOLD)],
    "taken": [CardTaken()],
}
NEW_CARD: dict[str, list[Happening]] = {
    "fetching": [],
    "writing": [NewCardFetched()],
    "offered": [WELL, CardOffered(60.0)],
    "later": [NewsDone(News.LATER)],
    "kept": [KEPT],
    "slip": [SlipDone(printed=True)],
}
STUCK_CARD: dict[str, list[Happening]] = {
    "stuck": [CardDrawnIn(), ChipRead(LIN.number), WritingDone(Written.UNCERTAIN, "card_rewriter.jam"), STUCK],
    "no-slip": [SlipDone(printed=False)],
}
CARD_PROBLEMS: dict[str, list[Happening]] = {
    "other": [CardDrawnIn(), ChipRead(OTHER.number)],
    "wrong-way": [CardDrawnIn(), Failed("card_rewriter.wrong_way")],
    "uncertain": [CardDrawnIn(), ChipRead(LIN.number), BADLY, BADLY],
}


TO_CODE: list[Happening] = [*choice(), "way:phone_code", CodeSent("139****0001", "code-0001")]
CODE: dict[str, list[Happening]] = {"typed": [Answer("code", "123456")], "checking": ["next"]}


COLUMNS = (
    ("缴费年月", "Month", "202610"),
    ("缴费基数", "Base", "6500.00"),
    ("养老", "Pension", "1560.00"),
    ("失业", "Unemployment", "65.00"),
    ("工伤", "Injury", "13.00"),
)


def table(columns: int) -> str:
    """The steps of an item whose department tells a table of so many columns."""
    heads = [f"{{key: c{n}, label: {{zh: {zh}, en: {en}}}}}" for n, (zh, en, _) in enumerate(COLUMNS[:columns])]
    return re.sub(r"columns: \[.*\]", f"columns: [{', '.join(heads)}]", BY_CARD)


def rows(columns: int, count: int) -> Found:
    """So many rows of it."""
    cells = {f"c{n}": cell for n, (_, _, cell) in enumerate(COLUMNS[:columns])}
    return Found({"rating": "a", "since": "20201225"}, tuple({"key": str(row), **cells} for row in range(count)))


# A table of which others are not to see everything.
PERSONS = (
    ("name", "{zh: 姓名, en: Name}, pii: masked", "林示例"),
    ("number", "{zh: 身份证号, en: ID number}, pii: masked", "11010519491231002X"),
    ("relation", "{zh: 关系, en: Relation}", "A"),
    ("since", "{zh: 登记日期, en: Since}, type: date", "20201225"),
    ("until", "{zh: 有效期至, en: Until}, type: date", "20301225"),
)


def household(columns: int) -> Item:
    """An item whose department tells so many columns about some people."""
    heads = [f"{{key: {key}, label: {said}}}" for key, said, _ in PERSONS[:columns]]
    return item_of(re.sub(r"columns: \[.*\]", f"columns: [{', '.join(heads)}]", BY_CARD))


MEMBERS = Found(
    {"rating": "a"}, tuple({"key": str(row), **{key: value for key, _, value in PERSONS}} for row in range(3))
)


VIOLATION = {
    "happened_at": "20261118",
    "happened_time": "08:15",
    "place": "湖里区示例路与示例大道路口",
    "plate": "闽D00001",
}
EVIDENCE = Found({"rating": "a", "since": "20201225"}, pictures=pictures_of(VIOLATION, tuple(Scene)))


def evidence(screen: Screen) -> Iterator[Page]:
    """A department shows photographs; one of them is made large."""
    screen.desk.open(item_of(BY_CARD))
    tell(screen.desk, *_SIGNED_IN, EVIDENCE)
    yield Page("lookup-photographs")
    screen.settle()
    screen.finger.tap("picture-1")
    yield Page("lookup-photograph")
    screen.desk.act("exit")


def records(screen: Screen) -> Iterator[Page]:
    yield from visit(item_of(BY_CARD), _SIGNED_IN, LOOKUP, "lookup-")(screen)
    yield from visit(item_of(BY_CARD), _SIGNED_IN, {"no-rows": [Found({"rating": "a"})]}, "lookup-")(screen)
    yield from visit(item_of(BY_CARD), _SIGNED_IN, {"denied": [NO]}, "lookup-")(screen)
    for columns in (2, 4, 5):
        pages: dict[str, list[Happening]] = {f"{columns}-columns": [rows(columns, 40)]}
        yield from visit(item_of(table(columns)), _SIGNED_IN, pages, "lookup-")(screen)
    for columns in (3, 5):
        yield from visit(household(columns), _SIGNED_IN, {f"{columns}-masked": [MEMBERS]}, "lookup-")(screen)


def card_problems(screen: Screen) -> Iterator[Page]:
    for name, happenings in CARD_PROBLEMS.items():
        yield from visit(written_card(), TO_SLOT, {name: happenings}, "card-problem-")(screen)


def numbers(screen: Screen) -> Iterator[Page]:
    """Codes from a slip, and a number without a card."""
    pages: dict[str, list[Happening]] = {
        "scan": ["next"],
        "scan-wrong": [CodeShown("something else")],
        "scan-kept": [CodeShown("XM000001"), Found({"stage": "ok"}), "back"],
        "typed": ["type"],
    }
    yield from visit(item_of(BY_CODE), [], pages, "slip-")(screen)
    without: list[Happening] = ["next", Answer("card_here", "without"), "next"]
    number: dict[str, list[Happening]] = {"asked": [], "errors": ["next"]}
    yield from visit(item_of(WITH_OR_WITHOUT_CARD), without, number, "number-")(screen)


def fields(screen: Screen) -> Iterator[Page]:
    """Every kind of field, empty, wrong and filled in."""
    chosen = [Answer("purposes", FIELDS["purposes"]), Answer("station", "s2")]
    pages: dict[str, list[Happening]] = {
        "choices": ["next", STATIONS],
        "choices-errors": ["next"],
        "numbers": [*chosen, "next"],
        "numbers-errors": ["next"],
        "numbers-filled": [*NUMBERS],
    }
    screen.desk.open(item_of(EVERY_FIELD))
    yield from shown(screen, pages, "fields-")
    screen.desk.act("exit")
    yield from visit(item_of(EVERY_FIELD), [], {"nothing-to-pick": ["next", Found({})]}, "fields-")(screen)


STORIES: dict[str, Story] = {
    "home": home,
    "attract": resting,
    "lists": lists,
    "find": find,
    "stations": stations,
    "help": helped,
    "display": displayed,
    "item": visit(ITEM, [], route(), ""),
    "ways": visit(ITEM, [], other_ways(), ""),
    "ends": ends,
    "problems": problems,
    "faces": faces,
    "asked": asked,
    "pickers": pickers,
    "records": records,
    "evidence": evidence,
    "numbers": numbers,
    "fields": fields,
    "appointment": visit(appointment(), TO_DAYS, APPOINTMENT, "book-"),
    "code": visit(ITEM, TO_CODE, CODE, "code-"),
    "paid-before": visit(bill(), TO_PAYMENT, {"paid-before": [order("paid")]}, "pay-"),
    "payment": visit(bill(), TO_PAYMENT, PAYMENT, "pay-"),
    "document": visit(paper_item(), TO_DOCUMENT, DOCUMENT, "document-"),
    "document-failed": visit(paper_item(), TO_DOCUMENT, DOCUMENT_FAILED, "document-"),
    "bank-card": visit(bank_card(), ["next"], BANK_CARD, "bank-card-"),
    "own-card": visit(written_card(), TO_SLOT, OWN_CARD, "card-"),
    "new-card": visit(written_card(is_new=True), TO_SLOT, NEW_CARD, "new-card-"),
    "stuck-card": visit(written_card(), TO_SLOT, STUCK_CARD, "card-"),
    "card-problems": card_problems,
}
