"""Day and time of an appointment: what is free, what this person has booked already, and the ways besides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kiosk.catalogue.item import BookStep, Outcome
from kiosk.gateway.contract import (
    PHONE_ANSWER,
    REASONS,
    Booking,
    BookingPath,
    BookingReason,
    Bookings,
    HalfDay,
    OpenSlot,
    Slots,
)
from kiosk.hours import LOCAL
from kiosk.text import Text
from kiosk.visit import words
from kiosk.visit.events import (
    AskSlots,
    Book,
    Booked,
    BookingCancelled,
    CancelBooking,
    Event,
    Failed,
    Record,
    SlotsTold,
)
from kiosk.visit.page import Page
from kiosk.visit.shown import labelled
from kiosk.visit.view import BookBody, BookState, Button, DayView, HalfDayView, MyBookingView, Option

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit

ELDER_YEARS = 60

_WEEKDAYS = tuple(
    Text(zh=zh, en=en)
    for zh, en in zip(
        ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_HALVES: dict[HalfDay, Text] = {
    HalfDay.MORNING: Text(zh="上午", en="Morning"),
    HalfDay.AFTERNOON: Text(zh="下午", en="Afternoon"),
}
_WHOLE_DAY = Text(zh="全天", en="All day")
_DAY = Text(zh="{month}月{day}日", en="{day} {name}")
_LEFT = Text(zh="剩 {left} 个号", en="{left} left")
_FULL = Text(zh="约满", en="Full")
_ANY_TIME = Text(zh="随到随办", en="No waiting for a number")
REASON_WORDS: dict[BookingReason, tuple[Text, Text]] = {
    BookingReason.ENTERPRISE: (
        Text(zh="企业复工复产", en="A company getting back to work"),
        Text(zh="企业急着要办的事", en="What a company cannot wait for"),
    ),
    BookingReason.PERSONAL: (
        Text(zh="个人急办", en="A personal emergency"),
        Text(zh="自己今天非办不可的事", en="What you have to see to today"),
    ),
    BookingReason.ELDER: (
        Text(zh="60 岁以上老人", en="I am 60 or older"),
        Text(zh="按身份证年龄", en="By the age on your card"),
    ),
    BookingReason.PREGNANT: (
        Text(zh="孕妇", en="I am pregnant"),
        Text(zh="到窗口告诉工作人员即可", en="Tell the staff when you come"),
    ),
    BookingReason.INFANT: (
        Text(zh="带婴儿", en="I come with a baby"),
        Text(zh="带着婴儿一起来", en="The baby comes with you"),
    ),
    BookingReason.DISABLED: (
        Text(zh="残障人士", en="I have a disability"),
        Text(zh="带残疾人证，没有证也请说明", en="Bring your certificate if you have one"),
    ),
}

_ASKING_TITLE = Text(zh="正在查可约的时间", en="Looking for free times")
_BOOKING_TITLE = Text(zh="正在预约", en="Booking")
_BOOKED_TITLE = Text(zh="约好了", en="It is booked")
_BOOKED_HINT = Text(
    zh="到时带身份证，凭预约码在取号机上取号。不能来，请至少提前一天到任何一台 e政务 取消。",
    en="Bring your ID card; the code gets you a number. If you cannot come, cancel at any machine the day before.",
)
_URGENT_TITLE = Text(zh="当天急办", en="Urgent, today")
_URGENT_HINT = Text(
    zh="至少提前 1 小时预约。选时间和原因，到窗口要说明。",
    en="At least an hour ahead. Choose time and reason; you will be asked at the counter.",
)
_GREEN_TITLE = Text(zh="绿色通行", en="Green pass")
_GREEN_HINT = Text(
    zh="不用等号，到了给工作人员看凭条，现场取号优先办。",
    en="No number is needed: show the slip to the staff and you are seen to first.",
)
_URGENT = Text(zh="今天急着办", en="It is urgent, today")
_GREEN = Text(zh="老人、孕妇、带婴儿、残障人士", en="60+, pregnant, baby, disabled")
_ORDINARY = Text(zh="返回普通预约", en="Back to ordinary booking")
_BOOK = Text(zh="确认预约", en="Book it")
_GET_PASS = Text(zh="领绿色通行凭证", en="Get the pass")

_NOTHING = Text(zh="这里现在没有可约的号。", en="No number is free here just now.")
_RELEASE = Text(
    zh="下一批号在{day}{time}放出。",
    en="The next numbers are released on {day_en} at {time}.",
)
_ELSEWHERE = Text(zh="{place}还有号，最早{day}{half}。", en="{place} has some, from {day_en}, {half_en}.")
_UNKNOWN = Text(
    zh="{day}以后的放假安排还没有公布，公布后才能约。",
    en="From {day_en} on the holidays are not announced yet; those days open once they are.",
)

_SAME_DAY = Outcome(
    happened=Text(zh="这一天您已经有预约", en="You have a booking for that day"),
    meaning=Text(zh="您约了：{mine}。每人一天只能约一次。", en="It is: {mine}. One booking a day is possible."),
    todo=Text(
        zh="可以改到刚选的时间，原来的就取消；也可以保留原来的。",
        en="You can move it to the time you chose, which cancels the other, or keep the one you have.",
    ),
)
_TODAY_STAYS = Outcome(
    happened=Text(zh="今天您已经有预约", en="You have a booking for today"),
    meaning=Text(
        zh="您约了：{mine}。当天的预约不能再改、不能取消。",
        en="It is: {mine}. On its day a booking can be neither moved nor cancelled.",
    ),
    todo=Text(zh="请按时去；要补打凭条，点“用原来的”。", en="Please go there in time. To print its slip, keep it."),
)
_SURE = Outcome(
    happened=Text(zh="要取消这个预约吗", en="Cancel this booking?"),
    meaning=Text(zh="{mine}", en="{mine}"),
    todo=Text(zh="取消后这个号给别人，想来要重新约。", en="Its number goes to somebody else; to come you book anew."),
)
_SUSPENDED = Outcome(
    happened=Text(zh="{day}以前不能预约", en="You can book again from {day_en} on"),
    meaning=Text(
        zh="一个月内有两次约了没来，三个月内不能预约。",
        en="Two missed bookings within a month suspend booking for three months.",
    ),
    todo=Text(
        zh="可以直接到窗口现场取号；有疑问请打 0592-7703144。",
        en="You can take a number at the counter itself. Questions: 0592-7703144.",
    ),
)
_REPLACE = Text(zh="改到刚选的时间", en="Move it to the time I chose")
_KEEP = Text(zh="用原来的", en="Keep the one I have")
_OTHER = Text(zh="选别的时间", en="Choose another time")
_YES_CANCEL = Text(zh="取消这个预约", en="Yes, cancel it")
_NO_CANCEL = Text(zh="不取消", en="No, keep it")
_TRY_AGAIN = Text(zh="再试一次", en="Try again")


class BookPage(Page):
    """Chooses a half-day, and books it. What is free is asked anew each time the page is come to."""

    step: BookStep

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = BookState.ASKING
        self._slots: Slots | None = None
        self._mine: Bookings | None = None
        self._path = BookingPath.ORDINARY
        self._chosen: tuple[date, HalfDay] | None = None
        self._reason: BookingReason | None = None
        self._replaces: Booking | None = None
        self._to_cancel = ""
        self._booked: Booking | None = None

    def enter(self) -> None:
        if not self.complete():
            self._ask()

    def complete(self) -> bool:
        return self._booked is not None

    def forget(self) -> None:
        self._mine = self._booked = self._replaces = None

    def handle(self, event: Event) -> None:
        match event:
            case SlotsTold(slots, mine):
                self._slots, self._mine = slots, mine
                self._go_by(BookingPath.ORDINARY)
                self._state = BookState.CHOOSING
                if mine.suspended_until is not None:
                    self._say_suspended(mine.suspended_until)
            case Booked(booking):
                self._use(booking, "booked")
            case BookingCancelled():
                self.visit.emit(Record("booking", {"outcome": "cancelled"}))
                self._ask()
            case Failed(code):
                self._failed(code)
            case _:
                pass

    def act(self, action: str) -> None:
        what, _, which = action.partition(":")
        match what:
            case "next" if self._state is BookState.BOOKED:
                self.visit.advance()
            case "next" if self._state is BookState.CHOOSING and self._ready():
                self._check_and_book()
            case "slot" if self._state is BookState.CHOOSING:
                self._choose(which)
            case "reason" if which in [reason.value for reason in REASONS[self._path]]:
                self._reason = BookingReason(which)
            case "urgent" | "green" | "ordinary":
                self.visit.problem = None
                self._go_by(BookingPath(what))
            case "cancel":
                self._ask_whether_to_cancel(which)
            case _:
                self._answer_problem(action)

    def working(self) -> bool:
        return self._state in (BookState.ASKING, BookState.BOOKING) and self.visit.problem is None

    def title(self) -> Text:
        match self._state:
            case BookState.ASKING:
                return _ASKING_TITLE
            case BookState.BOOKING:
                return _BOOKING_TITLE
            case BookState.BOOKED:
                return _BOOKED_TITLE
        return {BookingPath.URGENT: _URGENT_TITLE, BookingPath.GREEN: _GREEN_TITLE}.get(self._path, self.step.title)

    def hint(self) -> Text:
        match self._state:
            case BookState.ASKING | BookState.BOOKING:
                return words.ASKING_HINT
            case BookState.BOOKED:
                return _GREEN_HINT if self._path is BookingPath.GREEN else _BOOKED_HINT
        return {BookingPath.URGENT: _URGENT_HINT, BookingPath.GREEN: _GREEN_HINT}.get(self._path, self.step.hint)

    def body(self) -> BookBody:
        booked, slots = self._booked, self._slots
        if booked is not None:
            return BookBody(
                self._state,
                booked.place_name,
                number=booked.code,
                when=_joined(
                    _day(booked.day), _weekday(booked.day), _when(booked.half, booked.begins, booked.ends, booked.path)
                ),
                directions=booked.directions,
            )
        if slots is None or self._state is not BookState.CHOOSING:
            return BookBody(self._state, slots.name if slots is not None else None)
        ordinary = self._path is BookingPath.ORDINARY
        return BookBody(
            self._state,
            slots.name,
            days=tuple(self._day_view(day, group) for day, group in groupby(self._open(), lambda slot: slot.day)),
            mine=self._my_bookings() if ordinary else (),
            notices=self._notices() if ordinary else (),
            reasons=tuple(Option(reason.value, *REASON_WORDS[reason]) for reason in REASONS[self._path]),
            reason=self._reason.value if self._reason is not None else "",
        )

    def primary(self) -> Button | None:
        match self._state:
            case BookState.BOOKED:
                return Button("next", words.PRINT_GO)
            case BookState.CHOOSING:
                label = _GET_PASS if self._path is BookingPath.GREEN else _BOOK
                return Button("next", label, enabled=self._ready())
        return None

    def secondary(self) -> tuple[Button, ...]:
        slots = self._slots
        if self._state is not BookState.CHOOSING or slots is None:
            return ()
        if self._path is not BookingPath.ORDINARY:
            return (Button("ordinary", _ORDINARY),)
        urgent = (Button("urgent", _URGENT),) if any(slot.left for slot in slots.urgent) else ()
        return (*urgent, *self._green_button())

    # -- choosing -------------------------------------------------------------------------

    def _open(self) -> tuple[OpenSlot, ...]:
        """The half-days of the path that one goes by."""
        slots = self._slots
        if slots is None:
            return ()
        match self._path:
            case BookingPath.URGENT:
                return slots.urgent
            case BookingPath.GREEN:
                return (slots.green,) if slots.green is not None else ()
        return slots.slots

    def _go_by(self, path: BookingPath) -> None:
        self._path, self._chosen, self._reason = path, None, None
        if path is BookingPath.GREEN:
            self._chosen = next(((slot.day, slot.half) for slot in self._open()), None)
            age = self.visit.record.age(self.visit.today) if self.visit.record is not None else None
            if age is not None and age >= ELDER_YEARS:
                self._reason = BookingReason.ELDER

    def _choose(self, which: str) -> None:
        for slot in self._open():
            if which == _id(slot) and slot.left:
                self._chosen = (slot.day, slot.half)

    def _ready(self) -> bool:
        return self._chosen is not None and (self._reason is not None or not REASONS[self._path])

    def _check_and_book(self) -> None:
        """One booking a day: whoever has one for this day decides which it is to be."""
        assert self._chosen is not None
        mine = self._mine.bookings if self._mine is not None else ()
        same_day = next((one for one in mine if one.day == self._chosen[0]), None)
        if same_day is None:
            self._book()
            return
        self._replaces = same_day
        keep = (Button("keep", _KEEP),) if same_day.service == self.step.service else ()
        other = Button("other", _OTHER)
        if same_day.may_cancel:
            said, ways = _SAME_DAY, (Button("replace", _REPLACE), *keep, other)
        else:
            said, ways = _TODAY_STAYS, (*keep, other)
        self.visit.fail("booking.same_day", *ways, said=_filled(said, mine=_told(same_day)))

    def _ask_whether_to_cancel(self, code: str) -> None:
        mine = self._mine.bookings if self._mine is not None else ()
        for booking in mine:
            if booking.code == code and booking.may_cancel and self._state is BookState.CHOOSING:
                self._to_cancel = code
                ways = (Button("yes_cancel", _YES_CANCEL), Button("other", _NO_CANCEL))
                self.visit.fail("booking.cancel", *ways, said=_filled(_SURE, mine=_told(booking)))

    def _answer_problem(self, action: str) -> None:
        if self.visit.problem is None:
            return
        self.visit.problem = None
        replaced, self._replaces = self._replaces, None
        match action:
            case "replace" if replaced is not None:
                self._book(replaced)
            case "keep" if replaced is not None:
                self._use(replaced, "kept")
            case "yes_cancel" if self.visit.record is not None:
                self._state = BookState.ASKING
                self.visit.emit(CancelBooking(self._to_cancel, self.visit.record))
            case "again":
                self._book(replaced)
            case "retry" | "reload":
                self._ask()

    # -- asking and booking -----------------------------------------------------------------

    def _ask(self) -> None:
        visit = self.visit
        if visit.record is None:
            raise RuntimeError("a booking step stands before the person is known")
        self._state = BookState.ASKING
        visit.emit(AskSlots(self.step.service, self._place(), visit.record))

    def _book(self, replaces: Booking | None = None) -> None:
        visit = self.visit
        if visit.record is None or self._slots is None or self._chosen is None:
            raise RuntimeError("nobody is there, or nothing is chosen")
        self._state, self._replaces = BookState.BOOKING, replaces
        day, half = self._chosen
        visit.emit(
            Book(
                self.step.service,
                self._slots.place,
                day,
                half,
                self._path,
                self._reason,
                replaces.code if replaces is not None else None,
                visit.record,
                visit.answers.get(PHONE_ANSWER, ""),
                labelled(visit, self.step.about).value if self.step.about is not None else None,
            )
        )

    def _failed(self, code: str) -> None:
        leave = Button("exit", words.LEAVE)
        if self._state is BookState.BOOKING and code == "gateway.unreachable":
            self.visit.fail("booking.unsure", Button("again", _TRY_AGAIN), leave)
            return
        asking = self._state is BookState.ASKING
        self.visit.fail(code, Button("reload", words.RETRY if asking else _OTHER), leave)

    def _use(self, booking: Booking, outcome: str) -> None:
        """This is the appointment: what the receipt and conditions know of it."""
        visit = self.visit
        visit.problem = None
        self._booked, self._state, self._path = booking, BookState.BOOKED, booking.path
        self.may_go_back = False
        when = _when(booking.half, booking.begins, booking.ends, booking.path)
        visit.facts["booking"] = booking.code
        visit.facts["day"] = f"{booking.day:%Y%m%d}"
        visit.facts["time"] = f"{booking.begins:%H:%M}-{booking.ends:%H:%M}"
        visit.facts["place"] = booking.place_name.zh
        visit.said["day"] = _joined(_day(booking.day), _weekday(booking.day))
        visit.said["time"] = when
        visit.said["place"] = booking.place_name
        visit.emit(Record("booking", {"outcome": outcome, "number": booking.code}))

    def _place(self) -> str:
        return self.visit.value(self.step.where) if self.step.where is not None else ""

    # -- showing ------------------------------------------------------------------------------

    def _say_suspended(self, until: date) -> None:
        ways = (*self._green_button(), Button("exit", words.LEAVE))
        said = _filled(_SUSPENDED, day=_day(until))
        self.visit.fail("booking.suspended", *ways, said=said)

    def _green_button(self) -> tuple[Button, ...]:
        offered = self._slots is not None and self._slots.green is not None
        return (Button("green", _GREEN),) if offered else ()

    def _my_bookings(self) -> tuple[MyBookingView, ...]:
        mine = self._mine.bookings if self._mine is not None else ()
        return tuple(MyBookingView(one.code, _told(one), one.may_cancel) for one in mine)

    def _notices(self) -> tuple[Text, ...]:
        slots = self._slots
        if slots is None:
            return ()
        said = []
        if not any(slot.left for slot in slots.slots):
            said.append(_NOTHING)
            if slots.release_at is not None:
                release = slots.release_at.astimezone(LOCAL)
                said.append(_with_day(_RELEASE, release.date(), time=f"{release:%H:%M}"))
            said += [
                _with_day(
                    _ELSEWHERE,
                    other.day,
                    place=other.name,
                    half=_HALVES[other.half].zh,
                    half_en=_HALVES[other.half].en.lower(),
                )
                for other in slots.elsewhere[:2]
            ]
        if slots.unknown_from is not None:
            said.append(_with_day(_UNKNOWN, slots.unknown_from))
        return tuple(said)

    def _day_view(self, day: date, slots: Iterable[OpenSlot]) -> DayView:
        return DayView(
            _day(day),
            _weekday(day),
            tuple(
                HalfDayView(
                    f"slot:{_id(slot)}",
                    _WHOLE_DAY if self._path is BookingPath.GREEN else _HALVES[slot.half],
                    f"{slot.begins:%H:%M}–{slot.ends:%H:%M}",
                    self._left(slot),
                    slot.left > 0,
                    self._chosen == (slot.day, slot.half),
                )
                for slot in slots
            ),
        )

    def _left(self, slot: OpenSlot) -> Text:
        if self._path is BookingPath.GREEN:
            return _ANY_TIME
        return _LEFT.filled(left=slot.left) if slot.left else _FULL


def _id(slot: OpenSlot) -> str:
    return f"{slot.day}.{slot.half}"


def _day(day: date) -> Text:
    return _DAY.filled(month=day.month, day=day.day, name=f"{day:%B}")


def _weekday(day: date) -> Text:
    return _WEEKDAYS[day.weekday()]


def _when(half: HalfDay, begins: time, ends: time, path: BookingPath) -> Text:
    hours = f"{begins:%H:%M}–{ends:%H:%M}"
    name = _WHOLE_DAY if path is BookingPath.GREEN else _HALVES[half]
    return Text(zh=f"{name.zh} {hours}", en=f"{name.en.lower()}, {hours}")


def _joined(*parts: Text) -> Text:
    return Text(zh=" ".join(part.zh for part in parts), en=", ".join(part.en for part in parts))


def _told(booking: Booking) -> Text:
    hours = f"{booking.begins:%H:%M}–{booking.ends:%H:%M}"
    day, weekday = _day(booking.day), _weekday(booking.day)
    return Text(
        zh=f"{day.zh}（{weekday.zh}）{hours}，{booking.place_name.zh}",
        en=f"{weekday.en}, {day.en}, {hours}, {booking.place_name.en}",
    )


def _with_day(text: Text, day: date, **values: Text | str) -> Text:
    named = _day(day)
    zh = {key: value.zh if isinstance(value, Text) else value for key, value in values.items()}
    en = {key: value.en if isinstance(value, Text) else value for key, value in values.items()}
    return Text(
        zh=text.zh.format_map({**zh, "day": f"{named.zh}（{_weekday(day).zh}）"}),
        en=text.en.format_map({**en, "day_en": f"{_weekday(day).en}, {named.en}"}),
    )


def _filled(outcome: Outcome, **values: Text) -> Outcome:
    """The sentences with their places filled in, each in its own language."""

    def filled(text: Text) -> Text:
        zh = {key: value.zh for key, value in values.items()}
        en = {key: value.en for key, value in values.items()} | {f"{key}_en": value.en for key, value in values.items()}
        return Text(zh=text.zh.format_map(zh), en=text.en.format_map(en))

    return Outcome(happened=filled(outcome.happened), meaning=filled(outcome.meaning), todo=filled(outcome.todo))
