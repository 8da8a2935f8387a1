"""What is said aloud of a page: the very view that the screen draws, as a list of entries, one after another.

An entry is one thing of the page: its heading, a field, a choice, a button. It has the sentences that are said of it
and, where something can be done there, what that is; so the same list is read out to somebody who touched
"read aloud", and walked entry by entry by somebody who does not see the glass (:mod:`kiosk.by_ear`).

Others stand around the machine. What belongs to a person (a name, a number, an answer that was typed, what a
department said) is therefore an entry's ``own`` and is said only where nobody else hears it; ``aloud`` is said to all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kiosk.areas import Area, joined, needs_more
from kiosk.catalogue.item import FieldType
from kiosk.conditions import parse_date
from kiosk.help import HelpView
from kiosk.home import Choice, Closed, Elsewhere, HomeView, Place, Tile
from kiosk.text import Text, same
from kiosk.visit import words
from kiosk.visit.shown import day_in_words
from kiosk.visit.view import (
    AppCodeBody,
    Body,
    BookBody,
    Button,
    CardState,
    ChooseWayBody,
    CodeState,
    ConsentBody,
    CopyState,
    DoneBody,
    FieldView,
    FormBody,
    GuideBody,
    LookupBody,
    Option,
    PaperBody,
    PayBody,
    PrintBody,
    RateBody,
    ReadBankCardBody,
    ReadCardBody,
    ReviewBody,
    ReviewRow,
    RewriteBody,
    ScanCodeBody,
    ScanCodeState,
    ScanDocumentBody,
    SignBody,
    StaffBody,
    StaffState,
    SubmitBody,
    VerifyCodeBody,
    VisitView,
)

# -- what can be done at an entry ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the visit, by its act."""

    action: str


@dataclass(frozen=True, slots=True)
class Put:
    """A choice becomes the answer ``value`` to ``key``."""

    key: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """A field is filled in, sign by sign. ``length`` is how many it takes at most, ``exact`` whether it takes no fewer.

    ``secret`` is a PIN: each sign goes its own way and none is ever said. The two halves of an address are filled in by
    themselves: of the ``type`` ADDRESS is the area, looked for in the one ``around``, with the rest of it as ``value``;
    the rest is a TEXT with the area before it, its ``head``.
    """

    key: str
    type: FieldType
    label: Text
    length: int
    value: str = field(default="", repr=False)
    exact: bool = False
    secret: bool = False
    around: Area = field(default=(), repr=False)
    head: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sign:
    """The signature is given."""


@dataclass(frozen=True, slots=True)
class Begin:
    """An item is begun, by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Go:
    """Another page between two visits: "" is home; a department's id, ``event:<id>`` or ``stations``."""

    place: str


@dataclass(frozen=True, slots=True)
class Open:
    """A sheet over the page: ``help`` or ``leave``; "" puts it away."""

    sheet: str


Deed = Press | Put | Edit | Sign | Begin | Go | Open


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a page.

    ``aloud`` may be heard by anybody. ``own`` are the sentences said in its place where only the person hears them,
    None where they are the same. ``deed`` is None where there is nothing to be done. ``wrong``: this has to be put
    right.
    """

    aloud: tuple[Text, ...]
    own: tuple[Text, ...] | None = field(default=None, repr=False)
    deed: Deed | None = None
    wrong: bool = False

    def said(self, *, private: bool = False) -> tuple[Text, ...]:
        """Its sentences, long numbers digit by digit; with ``private``, those of the person as well."""
        return tuple(map(spelt, self.own if private and self.own is not None else self.aloud))


def sentences(entries: Iterable[Entry], *, private: bool = False) -> tuple[Text, ...]:
    """Everything that is said of a page, in order."""
    return tuple(text for entry in entries for text in entry.said(private=private))


# -- the words around what a page says ------------------------------------------------------

BUTTON = Text(zh="按钮", en="Button")
CHOICE = Text(zh="选项", en="Choice")
FIELD = Text(zh="填写", en="To fill in")
CHOSEN = Text(zh="已选", en="Chosen")
CLOSED_NOW = Text(zh="现在不能选", en="Not available now")
FILLED = Text(zh="已经填好", en="It is filled in")
EMPTY = Text(zh="还没有填", en="It is empty")
NOW_IT_IS = Text(zh="现在是", en="Now it is")
AREA = Text(zh="地区", en="Area")
STREET = Text(zh="路名、门牌号", en="Street and number")
DOWN_TO_THE_ROOM = Text(zh="写到房间号", en="Down to the number of the room")
SEVERAL = Text(zh="可以选几项", en="You may choose several")
NOTHING_TO_CHOOSE = Text(zh="部门的记录里没有可以选的。", en="There is nothing on file to choose from.")
ONLY_PRIVATELY = Text(zh="涉及个人信息的内容，插上耳机才读。", en="What is personal is read only through headphones.")
PRIVATE_NUMBER = Text(
    zh="号码插上耳机才读，凭条上也会印。", en="The number is read through headphones; the receipt has it."
)
NOTHING = Text(zh="没有", en="nothing")
ROW = Text(zh="第 {number} 项", en="Item {number}")
PICTURE = Text(zh="照片 {number}", en="Photograph {number}")
BACK = Text(zh="返回上一步", en="Back to the step before")
HOME = Text(zh="返回首页", en="Back to the home page")
LEAVE = Text(zh="退出办理", en="Leave")
HELP = Text(zh="帮助", en="Help")
CLOSE = Text(zh="关闭", en="Close")
CHANGE = Text(zh="修改", en="Change")
WHOLE_DAY_FULL = Text(zh="约满", en="Full")
MINUTES = Text(zh="约 {minutes} 分钟", en="About {minutes} minutes")
PEOPLE = Text(zh="工号 {who}", en="Number {who}")
CARD_IS_YOURS = Text(zh="姓名和号码插上耳机才读。", en="Name and number are read only through headphones.")
CARD_READING = Text(zh="正在读取，请不要移动", en="Reading; please keep it still")
TAKE_THE_CARD = Text(zh="现在可以把身份证拿起来，收好。", en="You can take your card now and put it away.")
CARD_IN_SLOT = Text(zh="卡还在插卡口", en="The card is still in the slot")
CARD_OUT = Text(zh="卡已拔出", en="The card is out")
PAGE_OF = Text(zh="第 {number} 张，共 {total} 张", en="Page {number} of {total}")
QUESTION_OF = Text(zh="第 {number} 题，共 {total} 题", en="Question {number} of {total}")
SIGN_HERE = Text(zh="签名", en="Sign")
SIGNED = Text(zh="已经签名", en="It is signed")
CODE_LABEL = Text(zh="六位验证码", en="Six-digit code")
PIN_LABEL = Text(zh="工作人员密码", en="The attendant's PIN")
SECRET_CODE = Text(
    zh="工作人员不会向您要验证码，请不要告诉别人。", en="Staff never ask for the code; please tell it to nobody."
)
ANONYMOUS = Text(zh="匿名评价", en="Rate anonymously")
WHY = Text(zh="为什么？可以选几项，也可以不选。", en="Why? Choose several, or none.")
AMOUNT = Text(zh="{amount} 元", en="{amount} yuan")
QUESTIONS = Text(zh="咨询电话", en="Questions")
SORRY = Text(zh="请注意", en="Attention")
WHAT_NOW = Text(zh="现在该做什么", en="What to do now")
CALL = Text(zh="打电话问", en="By telephone")
IN_PERSON = Text(zh="找人当面办", en="In person")
NEAREST = Text(zh="最近的其他站点", en="The nearest other station")
KILOMETRES = Text(zh="{kilometres} 公里", en="{kilometres} kilometres")
WELCOME = Text(zh="厦门 e政务", en="Xiamen e-Government")
WHAT_FOR = Text(zh="想办什么事？", en="What would you like to do?")
OFTEN = Text(zh="热门办事", en="Often used")
BY_DEPARTMENT = Text(zh="按部门找", en="By department")
BY_EVENT = Text(zh="按事情找", en="By event")
YOUR_CASES = Text(zh="查办件", en="Your cases")
STATIONS = Text(zh="附近站点", en="Stations nearby")
FIND = Text(
    zh="搜一搜：用屏幕上的键盘输入想办的事，下面会列出来。",
    en="Search: type what you want to do on the keyboard; what is found stands below.",
)
SURE_TO_LEAVE = Text(zh="要退出办理吗？", en="Leave now?")
LEAVING_CLEARS = Text(
    zh="退出后，已经填写和读取的内容会立即清除，下次要重新开始。",
    en="What you filled in is then erased at once; next time you begin anew.",
)
STAY = Text(zh="继续办理", en="Go on")
LEAVE_AND_CLEAR = Text(zh="退出并清除", en="Leave and erase")
CARD_TAKEN = Text(
    zh="身份证拿走了，还继续办理吗？没有回答，很快就回到首页，已填的内容会清除。",
    en="Your ID card was taken away. Do you go on? Without an answer this soon ends and everything is erased.",
)
STILL_THERE = Text(
    zh="您还在吗？再没有操作，很快就回到首页，已填的内容会清除。按任意键，或碰一下屏幕，就继续。",
    en="Are you still there? Without a touch this soon ends and everything is erased. "
    "Press any key, or touch the screen, to go on.",
)

# Problems whose sentences say something of the person: what a department answered, what is booked.
_PERSONAL_PROBLEMS = ("denied.department", "booking.same_day", "booking.cancel")
_DEPARTMENT_SAYS_NO = Text(
    zh="部门的答复是这件事现在办不了。", en="The department's answer is that it cannot be done now."
)

_EXACT = {
    FieldType.DATE: 8,
    FieldType.MONTH: 6,
    FieldType.PHONE: 11,
    FieldType.ID_NUMBER: 18,
    FieldType.COMPANY_CODE: 18,
}


# -- a visit --------------------------------------------------------------------------------


def visit_entries(view: VisitView) -> tuple[Entry, ...]:
    """Everything on a page of a visit, from its heading to its last button."""
    if view.card_taken:
        leave = (_push(LEAVE_AND_CLEAR, Press("exit")),) if view.exit else ()
        return (Entry((CARD_TAKEN,)), _push(STAY, Press("extend")), *leave)
    if view.problem is not None:
        return tuple(_problem(view))
    buttons = (*((view.primary,) if view.primary is not None else ()), *view.secondary)
    return (
        heading(view),
        *_body(view.body),
        *map(_button, buttons),
        *([_push(BACK, Press("back"))] if view.back else []),
        _push(HELP, Open("help")),
        *([_push(LEAVE, Open("leave"))] if view.exit else []),
    )


def heading(view: VisitView) -> Entry:
    """What the page is about: its title and its hint; of a problem, all it says."""
    if view.problem is not None:
        return next(_problem(view))
    hint = view.hint
    if isinstance(view.body, VerifyCodeBody) and view.body.phone:
        phone = view.body.phone
        hint = Text(zh=hint.zh.replace(f" {phone}", ""), en=hint.en.replace(f", {phone}", ""))
        return Entry((view.title, hint), (view.title, view.hint))
    return Entry((view.title, hint) if hint != view.title else (hint,))


def leave_entries() -> tuple[Entry, ...]:
    """Whether somebody really wants to leave."""
    return (
        Entry((SURE_TO_LEAVE, LEAVING_CLEARS)),
        _push(STAY, Open("")),
        _push(LEAVE_AND_CLEAR, Press("exit")),
    )


def _problem(view: VisitView) -> Iterator[Entry]:
    problem = view.problem
    assert problem is not None
    full = (SORRY, problem.happened, problem.meaning, problem.todo)
    if problem.number:
        number = same(problem.number)
        yield Entry((*full, PRIVATE_NUMBER), (*full, number))
    elif problem.code in _PERSONAL_PROBLEMS:
        hidden = (SORRY, _DEPARTMENT_SAYS_NO, ONLY_PRIVATELY) if problem.code == "denied.department" else None
        yield Entry(hidden or (SORRY, problem.happened, ONLY_PRIVATELY, problem.todo), full)
    else:
        yield Entry(full)
    for button in problem.actions:
        yield _button(button)
    yield _push(HELP, Open("help"))
    if view.exit and all(button.id != "exit" for button in problem.actions):
        yield _push(LEAVE, Open("leave"))


def _push(label: Text, deed: Deed) -> Entry:
    return Entry((BUTTON, label), deed=deed)


def _button(button: Button) -> Entry:
    if not button.enabled:
        return Entry((BUTTON, button.label, CLOSED_NOW))
    return _push(button.label, Press(button.id))


def _words(*texts: Text | None, own: bool = False) -> list[Entry]:
    """An entry for each sentence that is there; with ``own`` they are the person's."""
    return [Entry(() if own else (text,), (text,) if own else None) for text in texts if text is not None]


def _rows(rows: Iterable[ReviewRow]) -> list[Entry]:
    return [Entry((row.label,), (row.label, _value(row.value))) for row in rows]


def _value(value: Text) -> Text:
    return NOTHING if value == words.NOTHING_KNOWN else value


def _number(caption: Text, number: str, status: Text | None) -> list[Entry]:
    more = (status,) if status is not None else ()
    if not number:
        return [Entry(more)] if more else []
    return [Entry((*more, caption, PRIVATE_NUMBER), (*more, caption, same(number)))]


def _body(body: Body) -> list[Entry]:
    match body:
        case GuideBody():
            return _guide(body)
        case ReadCardBody() if body.state is CardState.READING:
            return _words(CARD_READING)
        case ReadCardBody() if body.number:
            own = (words.NAME, same(body.name), words.NUMBER, same(body.number))
            return [Entry((CARD_IS_YOURS,), own), *(_words(TAKE_THE_CARD) if body.card_on_reader else [])]
        case ChooseWayBody():
            return [_push_way(way.name, way.line, way.reason, Press(f"way:{way.id}")) for way in body.ways]
        case ConsentBody():
            return [Entry((point.name, point.words)) for point in body.points]
        case VerifyCodeBody():
            here = body.state is CodeState.ENTERING
            edit = Edit("code", FieldType.NUMBER, CODE_LABEL, body.length, body.code, exact=True)
            return [
                _filled_in(CODE_LABEL, None, body.code, edit if here else None),
                *_words(SECRET_CODE),
            ]
        case AppCodeBody():
            return _words(*body.steps)
        case StaffBody():
            return _staff(body)
        case FormBody():
            which = QUESTION_OF.filled(number=body.number, total=body.total) if body.number else None
            return _words(which) + [entry for one in body.fields for entry in _field(one)] + _words(body.notice)
        case LookupBody():
            return _lookup(body)
        case BookBody():
            return _book(body)
        case PayBody():
            amount = AMOUNT.filled(amount=body.amount)
            return [Entry((body.status,), (body.status, amount)), *_words(body.notice)]
        case ScanCodeBody():
            return _field(body.field) if body.state is ScanCodeState.TYPING else _words(body.field.error)
        case ReadBankCardBody() if body.number:
            where = CARD_IN_SLOT if body.card_in else CARD_OUT
            return [Entry((words.BANK_CARD, where), (words.BANK_CARD, same(body.number), where))]
        case RewriteBody():
            slip = _number(words.NUMBER, body.slip, None)
            return [*_rows(body.lines), *_words(body.on_card_words, body.news), *slip, *_words(body.place)]
        case ScanDocumentBody():
            count = PAGE_OF.filled(number=body.number, total=body.total)
            return [Entry((body.page, count)), *_words(body.advice)]
        case ReviewBody():
            return _review(body)
        case SignBody():
            return [
                Entry((body.statement,)),
                Entry((SIGN_HERE, SIGNED if body.signed else EMPTY), deed=Sign()),
            ]
        case SubmitBody():
            number = _number(body.caption or words.REFERENCE_NUMBER, body.number, body.status)
            return [*number, *_words(*body.reasons, own=True)]
        case PrintBody():
            return _number(body.caption, body.number, body.status)
        case PaperBody():
            return _paper(body)
        case RateBody():
            return _rate(body)
        case DoneBody():
            kept = _number(body.caption, body.number, body.status)
            return [*kept, *_words(*body.next_steps, own=body.personal), *_words(*body.take)]
        case _:
            return []


def _guide(body: GuideBody) -> list[Entry]:
    heads = words.GUIDE_HEADINGS
    takes = MINUTES.filled(minutes=body.minutes)
    return [
        Entry((heads["result"], body.result)),
        Entry((heads["takes"], takes, body.fee)),
        Entry((heads["who"], body.who)),
        Entry((heads["bring"], *body.bring)),
        Entry((heads["steps"], *body.steps)),
        Entry((heads["afterwards"], body.afterwards)),
        Entry((body.privacy,)),
        Entry((heads["where"], body.elsewhere, QUESTIONS, same(body.phone))),
    ]


def _push_way(name: Text, line: Text, reason: Text | None, deed: Deed) -> Entry:
    if reason is not None:
        return Entry((CHOICE, name, CLOSED_NOW, reason))
    return Entry((CHOICE, name, line), deed=deed)


def _staff(body: StaffBody) -> list[Entry]:
    said = _words(body.message)
    match body.state:
        case StaffState.WHO:
            return said + [_push(PEOPLE.filled(who=who), Press(f"who:{who}")) for who in body.people]
        case StaffState.PIN:
            pin = Edit("pin_key", FieldType.NUMBER, PIN_LABEL, 12, secret=True)
            return [*said, Entry((FIELD, PIN_LABEL, FILLED if body.dots else EMPTY), deed=pin)]
        case StaffState.CONFIRM:
            own = (words.NAME, same(body.name), words.NUMBER, same(body.number))
            return [*said, Entry((CARD_IS_YOURS,), own), *_words(body.statement)]
        case _:
            return said


def _option(option: Option, deed: Deed, *, chosen: bool) -> Entry:
    note = (option.note,) if option.note is not None else ()
    return Entry((CHOICE, option.label, *((CHOSEN,) if chosen else ()), *note), deed=deed)


def _field(one: FieldView) -> list[Entry]:
    wrong = (one.error,) if one.error is not None else ()
    if one.type in (FieldType.CHOICE, FieldType.SEVERAL, FieldType.PICK):
        return _choices(one, wrong)
    if one.locked:
        return [replace(_filled_in(one.label, one.hint, one.value, None, one.source, *wrong), wrong=bool(wrong))]
    if one.type is FieldType.ADDRESS:
        return _address(one, wrong)
    exact = _EXACT.get(one.type)
    edit = Edit(one.key, one.type, one.label, exact or one.max_length, one.value, exact=exact is not None)
    return [replace(_filled_in(one.label, one.hint, one.value, edit, one.source, *wrong), wrong=bool(wrong))]


def _address(one: FieldView, wrong: tuple[Text, ...]) -> list[Entry]:
    """Its two halves, as on the page: the area is chosen, street and number are written."""
    head = joined(one.area, "")
    area = Edit(one.key, FieldType.ADDRESS, one.label, one.max_length, one.detail, around=one.around)
    rest = Edit(one.key, FieldType.TEXT, STREET, one.max_length - len(head), one.detail, head=head)
    by_area = bool(wrong) and needs_more(one.area)
    entries = [
        _filled_in(one.label, AREA, "".join(one.area), area, one.hint, one.source, *(wrong if by_area else ())),
        _filled_in(STREET, DOWN_TO_THE_ROOM, one.detail, rest, one.source, *(() if by_area else wrong)),
    ]
    entries = [replace(entries[0], wrong=by_area), replace(entries[1], wrong=bool(wrong) and not by_area)]
    return [*entries, *_words(one.postage)]


def _filled_in(label: Text, hint: Text | None, value: str, edit: Edit | None, *more: Text | None) -> Entry:
    begin = (FIELD, label, *((hint,) if hint is not None else ()))
    end = tuple(text for text in more if text is not None)
    if not value:
        return Entry((*begin, EMPTY, *end), deed=edit)
    day = parse_date(value) if edit is not None and edit.type is FieldType.DATE and len(value) == 8 else None
    shown = day_in_words(day) if day is not None else same(value)
    return Entry((*begin, FILLED, *end), (*begin, NOW_IT_IS, shown, *end), edit)


def _choices(one: FieldView, wrong: tuple[Text, ...]) -> list[Entry]:
    several = one.type is FieldType.SEVERAL
    values = one.value.split(",")
    head = (one.label, one.hint) if one.hint != one.label else (one.label,)
    entries = [Entry((*head, *((SEVERAL,) if several else ()), *wrong), wrong=bool(wrong))]
    if not one.options:
        return [*entries, Entry((NOTHING_TO_CHOOSE,))]
    for number, option in enumerate(one.options, 1):
        chosen = option.value in values
        answer = option.value
        if several:  # in the order in which they are shown
            kept = (other.value for other in one.options)
            answer = ",".join(value for value in kept if (value in values) is not (value == option.value))
        entry = _option(option, Put(one.key, answer), chosen=chosen)
        own = entry.aloud
        if one.type is FieldType.PICK:  # what is on file of the person
            entry = Entry((CHOICE, ROW.filled(number=number), *((CHOSEN,) if chosen else ())), own, entry.deed)
        elif one.source is not None:  # a department said which: that is not for everybody's ears
            entry = Entry(tuple(text for text in entry.aloud if text != CHOSEN), own, entry.deed)
        entries.append(entry)
    return entries


def _lookup(body: LookupBody) -> list[Entry]:
    entries = _rows(body.facts)
    for number, words_of_it in enumerate(body.pictures, 1):
        entries.append(Entry((PICTURE.filled(number=number),), (PICTURE.filled(number=number), words_of_it)))
    for number, row in enumerate(body.rows, 1):
        cells = tuple(text for column, cell in zip(body.columns, row, strict=True) for text in (column, _value(cell)))
        entries.append(Entry((ROW.filled(number=number),), (ROW.filled(number=number), *cells)))
    return [*entries, Entry((ONLY_PRIVATELY,), ())] if entries else []


def _book(body: BookBody) -> list[Entry]:
    entries = _words(body.place, own=bool(body.number))  # where somebody will be is that person's
    for number, mine in enumerate(body.mine, 1):
        deed = Press(f"cancel:{mine.code}") if mine.may_cancel else None
        mark = (BUTTON, _CANCEL) if mine.may_cancel else (_MINE,)
        entries.append(Entry((*mark, ROW.filled(number=number)), (*mark, mine.words), deed))
    entries += _words(*body.notices)
    for day in body.days:
        for half in day.halves:
            said: tuple[Text, ...] = (CHOICE, day.name, day.weekday, half.name, same(half.hours), half.left)
            if half.chosen:
                said = (*said, CHOSEN)
            entries.append(Entry(said, deed=Press(half.id) if half.free else None))
    entries += [_option(one, Press(f"reason:{one.value}"), chosen=one.value == body.reason) for one in body.reasons]
    if body.number:
        own = (words.FACT_LABELS["booking"], same(body.number), *((body.when,) if body.when is not None else ()))
        entries.append(Entry((words.STATUS_BOOKED, PRIVATE_NUMBER), (words.STATUS_BOOKED, *own)))
        entries += _words(body.directions)
    return entries


_CANCEL = Text(zh="取消预约", en="Cancel a booking")
_MINE = Text(zh="您已有的预约", en="A booking of yours")


def _review(body: ReviewBody) -> list[Entry]:
    entries: list[Entry] = []
    for section in body.sections:
        entries.append(Entry((section.title,)))
        entries += _rows(section.rows)
        if section.step_id:
            entries.append(Entry((BUTTON, CHANGE, section.title), deed=Press(f"edit:{section.step_id}")))
    return [*entries, Entry((ONLY_PRIVATELY,), ())]


def _paper(body: PaperBody) -> list[Entry]:
    entries = _words(body.name, body.held)
    if body.code:
        entries.append(Entry((_VERIFY_CODE, PRIVATE_NUMBER), (_VERIFY_CODE, same(body.code))))
    if body.copy is CopyState.ASKING:
        entries += _field(body.email)
    if body.to:
        entries.append(Entry((_COPY_SENT,), (_COPY_SENT, same(body.to))))
    return entries


_VERIFY_CODE = Text(zh="验证码", en="Its code")
_COPY_SENT = Text(zh="电子原件已经发出", en="The original has been sent")


def _rate(body: RateBody) -> list[Entry]:
    entries = [_option(one, Press(f"rate:{one.value}"), chosen=one.value == body.chosen) for one in body.levels]
    if body.reasons:
        entries += _words(WHY)
        entries += [_option(one, Press(f"reason:{one.value}"), chosen=one.value in body.ticked) for one in body.reasons]
    if body.anonymous is not None:
        entries.append(_option(Option("", ANONYMOUS), Press("anonymous"), chosen=body.anonymous))
    return entries


# -- between two visits -----------------------------------------------------------------------


def home_entries(home: HomeView, places: tuple[Place, ...], place: str = "") -> tuple[Entry, ...]:
    """Everything on the home page, or on the page ``place`` that lies behind it."""
    if home.closed is not None:
        return tuple(_closed(home.closed))
    tiles = {tile.code: tile for tile in home.tiles}
    if place == "stations":
        return (Entry((STATIONS,)), *map(_station, places), _push(HOME, Go("")))
    if place == "find":
        return (Entry((FIND,)), _push(HOME, Go("")))
    department = next((one for one in home.departments if one.id == place), None)
    if department is not None:
        return tuple(_list(department.name, department.about, department.groups, tiles))
    event = next((one for one in home.happenings if f"event:{one.id}" == place), None)
    if event is not None:
        return tuple(_list(event.name, None, (event,), tiles))
    return tuple(_front(home, tiles))


def _front(home: HomeView, tiles: dict[str, Tile]) -> Iterable[Entry]:
    yield Entry((WELCOME, home.station, *((home.notice,) if home.notice is not None else ()), WHAT_FOR))
    if home.hot:
        yield Entry((OFTEN,))
        yield from (_tile(tiles[code]) for code in home.hot if code in tiles)
    yield Entry((BY_DEPARTMENT,))
    yield from (Entry((BUTTON, one.name, one.about), deed=Go(one.id)) for one in home.departments)
    if home.happenings:
        yield Entry((BY_EVENT,))
        yield from (_push(one.name, Go(f"event:{one.id}")) for one in home.happenings)
    if home.services:
        yield Entry((YOUR_CASES,))
        yield from map(_tile, home.services)
    yield _push(STATIONS, Go("stations"))
    yield _push(HELP, Open("help"))


def _list(name: Text, about: Text | None, groups: Iterable[Choice], tiles: dict[str, Tile]) -> Iterable[Entry]:
    yield Entry((name, about) if about is not None else (name,))
    for group in groups:
        if group.name != name:
            yield Entry((group.name,))
        yield from (_tile(tiles[code]) for code in group.codes if code in tiles)
    yield _push(HOME, Go(""))


def _tile(tile: Tile) -> Entry:
    if not tile.available:
        return Entry((BUTTON, tile.name, CLOSED_NOW, *((tile.reason,) if tile.reason is not None else ())))
    takes = MINUTES.filled(minutes=tile.minutes)
    return Entry((BUTTON, tile.name, tile.line, takes), deed=Begin(tile.code))


def _closed(closed: Closed) -> Iterable[Entry]:
    yield Entry((SORRY, closed.happened, closed.meaning))
    yield from map(_elsewhere, closed.elsewhere)


def _elsewhere(other: Elsewhere) -> Entry:
    far = KILOMETRES.filled(kilometres=f"{other.kilometres:.1f}")
    return Entry((other.name, far, other.address, other.hours, other.state))


def _station(place: Place) -> Entry:
    far = KILOMETRES.filled(kilometres=f"{place.kilometres:.1f}")
    return Entry((place.name, far, place.address, place.hours, place.state))


def help_entries(about: HelpView) -> tuple[Entry, ...]:
    """The help sheet."""
    phones = tuple(text for one in about.phones for text in (one.name, same(one.phone)))
    nearest = [Entry((NEAREST,)), _elsewhere(about.nearest)] if about.nearest is not None else []
    return (
        Entry((HELP, WHAT_NOW, about.todo)),
        Entry((CALL, *phones)),
        Entry((IN_PERSON, about.person)),
        *nearest,
        _push(CLOSE, Open("")),
    )


# -- how numbers are said -----------------------------------------------------------------------

# Five digits or more, with what they stand among; what is masked; telephone numbers. Amounts stay numbers.
_LONG = re.compile(
    r"(?<![0-9.¥])(?:[0-9A-Z*-]*[0-9]{5}[0-9A-Z*-]*|[0-9A-Z*-]*[0-9]{2,}\*+[0-9A-Z*-]*|[0-9]{3,4}-[0-9]{4,})"
    r"(?![0-9A-Z*-]|\.[0-9]| 元)"
)
_HIDDEN = re.compile(r"\*+")


def spelt(text: Text) -> Text:
    """The words with long numbers said digit by digit, and what is masked called so."""
    return Text(zh=_spelt(text.zh, "某", "隐去 {} 位"), en=_spelt(text.en, "star", "{} hidden"))


def _spelt(value: str, star: str, hidden: str) -> str:
    def one(found: re.Match[str]) -> str:
        parts = re.split(r"(\*+)", found.group())
        said = (
            hidden.format(len(part)) if part.startswith("*") else " ".join(part.replace("-", ","))
            for part in parts
            if part
        )
        return ", ".join(said)

    return _HIDDEN.sub(star, _LONG.sub(one, value))
