"""The machine for somebody who does not see the glass: each page is a list of entries, walked by four or six keys.

The keys are the four corners of the glass or those of a tactile keypad. One entry stands; ``NEXT`` and ``PREVIOUS``
move on and back, ``CHOOSE`` does what can be done there, ``REPEAT`` says it again. Nothing is decided here that the
visit does not decide: what comes of a key is an act or an answer of the visit, as if it had been touched.

No Qt, no sound, no clock: keys in; sentences to be said and deeds to be done out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.aloud import (
    CHOSEN,
    STILL_THERE,
    Begin,
    Edit,
    Entry,
    Go,
    Open,
    Press,
    Put,
    Sign,
    help_entries,
    home_entries,
    leave_entries,
    spelt,
    visit_entries,
)
from kiosk.catalogue.item import FieldType, StepKind
from kiosk.help import HelpView
from kiosk.home import HomeView, Place
from kiosk.text import Language, Text, same
from kiosk.visit.events import Act, Answer
from kiosk.visit.view import SignBody, VisitView
from kiosk.wheels import (
    DONE,
    WORDS,
    Does,
    Stop,
    called,
    first_wheel,
    question_of,
    wheel_after,
    wheel_before,
    wheel_of,
)


class Key(StrEnum):
    """What somebody who listens can press. The first four are the corners of the glass."""

    PREVIOUS = "previous"
    NEXT = "next"
    CHOOSE = "choose"
    REPEAT = "repeat"
    BACK = "back"
    HELP = "help"


class Source(Protocol):
    """What there is to be heard; the terminal is one."""

    def view(self) -> VisitView | None:
        """The page of the visit; None between visits."""

    def home(self) -> HomeView:
        """What stands between visits."""

    def help(self) -> HelpView:
        """The help of the page that stands."""

    def places(self) -> tuple[Place, ...]:
        """The stations around."""


class Switch(StrEnum):
    """What is changed about the machine itself."""

    LANGUAGE = "language"
    SCREEN = "screen"  # dark, or showing what is said
    PAGE = "page"  # the page itself, for somebody who helps
    LOUDER = "louder"
    SOFTER = "softer"
    STOP = "stop"  # the ordinary pages again


# What is to be done besides speaking: by the visit, or by the machine.
Deed = Act | Answer | Begin | Switch


@dataclass(frozen=True, slots=True)
class Heard:
    """What comes of a key: sentences to be said now, then perhaps something to be done."""

    said: tuple[Text, ...] = ()
    deed: Deed | None = None


# -- words ------------------------------------------------------------------------------------

BY_CORNERS = Text(
    zh="语音操作开始。屏幕右下角是下一项，左下角是上一项，右上角是选择，左上角是重听。手指抬起才算，按住不放会说是哪个角。",
    en="Spoken operation. Bottom right is next, bottom left is previous, top right chooses, top left repeats. "
    "A touch counts when the finger is lifted; held, it says which corner it is.",
)
BY_KEYS = Text(
    zh="语音操作开始。用下一项、上一项两个键移动，用选择键选定，用重听键再听一遍，用帮助键求助。",
    en="Spoken operation. Move with the keys next and previous, choose with the middle key, press repeat to hear "
    "it again, help for help.",
)
SCREEN_IS_DARK = Text(
    zh="屏幕已关闭显示，保护您的隐私。", en="The screen shows nothing, so that nobody reads over your shoulder."
)
SCREEN_SHOWS = Text(zh="屏幕显示正在读的内容。", en="The screen shows what is being said.")
FIRST = Text(zh="这是第一项", en="This is the first")
LAST = Text(zh="这是最后一项", en="This is the last")
POSITION = Text(zh="第 {at} 项，共 {of} 项", en="{at} of {of}")
NOTHING_TO_DO = Text(zh="这一项只是说明，请往下听。", en="This is only said; please go on to the next.")
UNCHOSEN = Text(zh="已取消", en="Not chosen any more")
TO_PUT_RIGHT = Text(zh="有 {count} 项要改", en="To be put right: {count}")
NO_WAY_BACK = Text(zh="这里不能返回。", en="There is no way back from here.")
AT_HOME = Text(zh="已经在首页。", en="This is the home page.")
CLEARED = Text(zh="这次办理结束，您的信息已清除。", en="This is over; your details are erased.")
HEADPHONES_IN = Text(
    zh="耳机已插好，个人信息只在耳机里读。", en="Headphones are in: what is personal is read to you alone."
)
HEADPHONES_OUT = Text(zh="耳机已拔下，个人信息不再读出。", en="Headphones are out: nothing personal is read any more.")
ENGLISH = Text(zh="English", en="中文")
SCREEN = Text(zh="打开或关闭屏幕显示", en="Show or hide what is said on the screen")
PAGE = Text(zh="显示这一页，请别人帮忙", en="Show this page to somebody who helps")
PAGE_SHOWS = Text(
    zh="屏幕已点亮，可以请别人帮忙。要继续语音操作，请按任意键，或按住屏幕左下角两秒。",
    en="The screen is lit for somebody who helps. To go on by ear press any key, or hold the bottom left corner for "
    "two seconds.",
)
LOUDER = Text(zh="大声一点", en="Louder")
SOFTER = Text(zh="小声一点", en="Softer")
STOP = Text(zh="结束语音操作", en="End spoken operation")
EDITING = Text(zh="开始输入{label}，最多 {length} 位", en="Type {label}, at most {length} signs")
HOW_TO_TURN = Text(
    zh="用下一项、上一项换字，用选择键输入；有数字键的可以直接按。字的最后是删除和填好了。",
    en="Next and previous change the sign, choose puts it in; digit keys work as well. "
    "After the signs come delete and done.",
)
WRITING = Text(zh="开始写{label}，最多 {length} 个字", en="Type {label}, at most {length} signs")
HOW_TO_SPELL = Text(
    zh="先选声母，再选拼音，再选字。用下一项、上一项转动，用选择键选定。声母后面有字母和数字、删除、填好了，从第一个声母往回转就到。",
    en="Next and previous change the sign, choose puts it in. After the signs come delete and done. "
    "For Chinese characters change the language to Chinese; help has that.",
)
KEYS_TURN = Text(zh="数字键 2 到 9 转到这个键上的字母，1 转到字母和数字。", en="Digit keys put in their digits.")
OTHERS_HEAR = Text(
    zh="转到的字旁边的人能听见。要保密，请插上耳机，或者请工作人员帮忙。",
    en="People nearby hear what the wheel says. If they should not, plug in headphones or ask the staff.",
)
CHOOSING_AREA = Text(
    zh="选择{label}的地区。用下一项、上一项转动，用选择键选定。",
    en="Choose the area of {label}: next and previous turn, choose takes it.",
)
ENTERED = Text(zh="已输入 {count} 位", en="{count} so far")
WRITTEN = Text(zh="已写 {count} 个字", en="{count} so far")
ONE_MORE = Text(zh="已输入一位", en="One sign more")
NOT_HERE = Text(zh="这里不能输入这个字", en="This sign cannot stand here")
FULL = Text(zh="已经满了", en="There is no room for more")
PIN_BY_KEYS = Text(
    zh="密码请用数字键输入，不出声，输完按选择键；也可以在屏幕上输入。",
    en="Use the digit keys for the PIN; nothing is said. Then press choose. It can also be typed on the screen.",
)
SIGN_HOW = Text(
    zh="整个屏幕现在是签名板，请用手指写下您的姓名，写完抬手，等两秒。不方便写字的，手指按住屏幕或按住选择键三秒，表示签名。",
    en="The whole screen is the pad now: write your name with a finger, lift it and wait two seconds. "
    "If you do not write, hold a finger on the screen, or the choose key, for three seconds instead.",
)
GO_ON_BY_CORNERS = Text(
    zh="右下角，下一项；右上角，选择；左上角，重听。", en="Bottom right: next. Top right: choose. Top left: repeat."
)
GO_ON_BY_KEYS = Text(zh="按下一项，或按选择键。", en="Press next, or choose.")
HOLD_ON = Text(
    zh="请按住选择键三秒，表示签名；按返回键，不签。", en="Hold the choose key for three seconds to sign, or go back."
)

# What the machine says around that.
VOLUME = Text(zh="音量 {volume}", en="Volume {volume}")
OVER = Text(
    zh="语音操作已结束。要再用，请再按一次键，或按住屏幕左下角两秒。",
    en="Spoken operation has ended. "
    "To use it again press a key, or hold the bottom left corner of the screen for two seconds.",
)
SCREEN_IS_FOR_STAFF = Text(
    zh="屏幕已点亮，请工作人员在屏幕上操作。", en="The screen is lit: the attendant can use it now."
)
WRITE_AGAIN = Text(zh="没有写上，请再写一次。", en="Nothing was written; please try again.")
READ_ALOUD = Text(zh="朗读", en="Listen")
CORNERS: dict[Key, Text] = {
    Key.REPEAT: Text(zh="左上角，重听", en="Top left: repeat"),
    Key.CHOOSE: Text(zh="右上角，选择", en="Top right: choose"),
    Key.PREVIOUS: Text(zh="左下角，上一项", en="Bottom left: previous"),
    Key.NEXT: Text(zh="右下角，下一项", en="Bottom right: next"),
}

# -- a field that is being filled in --------------------------------------------------------------


@dataclass(slots=True)
class _Editor:
    """A field that is being filled in; its wheel ``at`` stands at ``turn``."""

    edit: Edit
    language: Language
    typed: str = ""
    at: str = ""
    turn: int = 0

    def wheel(self) -> tuple[Stop, ...]:
        return wheel_of(self.edit, self.typed, self.at, self.language)

    def stands(self) -> Stop:
        return self.wheel()[self.turn]

    def open(self, at: str) -> tuple[Text, ...]:
        """Another wheel comes. Returns what it asks, and where it stands."""
        self.at, self.turn = at, 0
        return (*question_of(self.edit, at), self.stands().said)

    def count(self) -> Text:
        """How much there is by now."""
        return (WRITTEN if self.edit.type is FieldType.TEXT else ENTERED).filled(count=len(self.typed))


# -- the walk -----------------------------------------------------------------------------------


class ByEar:
    """Where somebody who listens is: on which entry of which page."""

    def __init__(self, source: Source, language: Callable[[], Language] = lambda: "zh") -> None:
        self._source = source
        self._language = language
        self.private = False  # whether only the person hears what is said
        self.place = ""  # between visits: which page
        self.sheet = ""  # over the page: help, or whether to leave
        self.signing = False
        self._at = 0
        self._editor: _Editor | None = None
        self._entries: tuple[Entry, ...] = ()
        self._page: tuple[object, ...] = ()
        self._warned = False
        self._was_visited = False
        self._by_keys = False

    @property
    def entry(self) -> Entry:
        """The entry that stands."""
        return self._entries[self._at]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything on the page that stands."""
        return self._entries

    @property
    def editing(self) -> bool:
        """Whether a field is being filled in."""
        return self._editor is not None

    def begin(self, place: str = "", *, by_keys: bool = False) -> tuple[Text, ...]:
        """Somebody listens from now on. Returns what is said first."""
        self.place, self.sheet, self._page, self._warned = place, "", (), False
        self._was_visited = self._source.view() is not None
        self._by_keys = by_keys
        return (BY_KEYS if by_keys else BY_CORNERS, SCREEN_IS_DARK, *self.look())

    def look(self) -> tuple[Text, ...]:
        """See whether the page is another one, or something on it. Returns what is to be said of that."""
        view = self._source.view()
        said: tuple[Text, ...] = ()
        if view is None and self._was_visited:
            self.place, self.sheet, said = "", "", (CLEARED,)
        self._was_visited = view is not None
        page, old = self._page_of(view), self._entries
        self._entries = self._all(view)
        warned, self._warned = self._warned, view is not None and view.warning
        if page != self._page:
            self._page, self._at, self._editor, self.signing = page, 0, None, False
            if old and not said and self._entries[0] == old[0]:  # the same page, on which something else is going on
                return tuple(text for entry in self._entries if entry not in old for text in self._of(entry))
            return (*said, *self._heading(view))
        self._at = min(self._at, len(self._entries) - 1)
        if view is not None and isinstance(view.body, SignBody) and view.body.signed:
            self.signing = False
        if self._warned and not warned:
            return (STILL_THERE,)
        return self._what_changed(old)

    def linger(self) -> tuple[Text, ...]:
        """Nobody has pressed anything for a while: what stands here, and how to go on."""
        where = (
            self._stands(self._editor) if self._editor is not None and not self._editor.edit.secret else self._said()
        )
        return (*where, GO_ON_BY_KEYS if self._by_keys else GO_ON_BY_CORNERS)

    def listen(self, *, private: bool) -> tuple[Text, ...]:
        """Whether only the person hears what is said from now on."""
        if private is self.private:
            return ()
        stands, self.private = self.entry, private
        self._entries = self._all(self._source.view())
        self._at = self._entries.index(stands) if stands in self._entries else min(self._at, len(self._entries) - 1)
        return (HEADPHONES_IN if private else HEADPHONES_OUT, *self.entry.said(private=private))

    def press(self, key: Key) -> Heard:
        """A key was pressed."""
        if self._editor is not None:
            return self._turn(self._editor, key)
        if self.signing and key in (Key.CHOOSE, Key.BACK):
            self.signing = key is Key.CHOOSE
            return Heard((HOLD_ON,) if self.signing else self._said())
        match key:
            case Key.NEXT:
                return self._move(1)
            case Key.PREVIOUS:
                return self._move(-1)
            case Key.REPEAT:
                return Heard((*self._said(), POSITION.filled(at=self._at + 1, of=len(self._entries))))
            case Key.HELP:
                return self._open("" if self.sheet == "help" else "help")
            case Key.BACK:
                return self._back()
            case Key.CHOOSE:
                return self._choose()

    def type(self, sign: str) -> Heard:
        """A key that has a digit on it was pressed."""
        if self._editor is None:
            if not isinstance(self.entry.deed, Edit):
                return Heard()
            begun = self._edit(self.entry.deed)
            if self.entry.deed.type in WORDS:  # there it is not yet known what a digit does
                return begun
        return self._digit(self._editor, sign) if self._editor is not None else Heard()

    # -- inside: pages --------------------------------------------------------------------

    def _all(self, view: VisitView | None) -> tuple[Entry, ...]:
        """Everything on the page of which something is said now."""
        return tuple(entry for entry in self._everything(view) if entry.said(private=self.private))

    def _everything(self, view: VisitView | None) -> tuple[Entry, ...]:
        if self.sheet == "help":
            return (*help_entries(self._source.help()), *_SWITCHES)
        if self.sheet == "leave":
            return leave_entries()
        if view is not None:
            return visit_entries(view)
        front = home_entries(self._source.home(), self._source.places(), self.place)
        return front if self.place else (front[0], _LANGUAGE, *front[1:], *_SWITCHES[1:])

    def _page_of(self, view: VisitView | None) -> tuple[object, ...]:
        """What tells one page from another: not what moves on it."""
        if view is None:
            return (self.sheet, self.place, self._source.home().closed is None)
        problem = (view.problem.code if view.problem is not None else "", view.card_taken)
        if view.kind is StepKind.VERIFY_FACE:  # its prompts are said to everybody
            return (self.sheet, view.step_id, problem)
        state, number = getattr(view.body, "state", ""), getattr(view.body, "number", "")
        return (self.sheet, view.step_id, problem, view.title, state, number)

    def _heading(self, view: VisitView | None) -> tuple[Text, ...]:
        if view is None or self.sheet or view.problem is not None or view.card_taken:
            return self._said()
        return () if view.kind is StepKind.VERIFY_FACE else self._said()  # its prompts are said to everybody

    def _what_changed(self, old: tuple[Entry, ...]) -> tuple[Text, ...]:
        wrong = [place for place, entry in enumerate(self._entries) if entry.wrong]
        if len(wrong) > sum(entry.wrong for entry in old) and not self.editing:
            self._at = wrong[0]
            return (TO_PUT_RIGHT.filled(count=len(wrong)), *self._said())
        if self.editing or self._at >= len(old):
            return ()
        before, now = old[self._at].said(private=self.private), self._said()
        if before == now:
            return ()
        return tuple(text for text in now if text not in before) or ((UNCHOSEN,) if CHOSEN in before else ())

    def _said(self) -> tuple[Text, ...]:
        return self._of(self.entry)

    def _of(self, entry: Entry) -> tuple[Text, ...]:
        return entry.said(private=self.private)

    def _open(self, sheet: str) -> Heard:
        self.sheet = sheet
        return Heard(self.look())

    def _go(self, place: str) -> Heard:
        self.place = place
        return Heard(self.look())

    # -- inside: keys ---------------------------------------------------------------------

    def _move(self, by: int) -> Heard:
        if 0 <= self._at + by < len(self._entries):
            self._at += by
            return Heard(self._said())
        return Heard((LAST if by > 0 else FIRST, *self._said()))

    def _back(self) -> Heard:
        view = self._source.view()
        if self.sheet:
            return self._open("")
        if view is None:
            return self._go("") if self.place else Heard((AT_HOME,))
        if view.back and view.problem is None:
            return Heard(deed=Act("back"))
        return self._open("leave") if view.exit else Heard((NO_WAY_BACK,))

    def _choose(self) -> Heard:
        match self.entry.deed:
            case Press(action):
                self.sheet = ""
                return Heard(deed=Act(action))
            case Put(key, value):
                return Heard(deed=Answer(key, value))
            case Edit() as edit:
                return self._edit(edit)
            case Sign():
                self.signing = True
                return Heard((*self._statement(), SIGN_HOW))
            case Begin() as begin:
                return Heard(deed=begin)
            case Go(place):
                return self._go(place)
            case Open(sheet):
                return self._open(sheet)
            case None:
                switch = _SWITCH_OF.get(self.entry)
                return Heard(deed=switch) if switch is not None else Heard((NOTHING_TO_DO,))

    def _statement(self) -> tuple[Text, ...]:
        view = self._source.view()
        return (view.body.statement,) if view is not None and isinstance(view.body, SignBody) else ()

    # -- inside: filling in ---------------------------------------------------------------

    def _edit(self, edit: Edit) -> Heard:
        editor = self._editor = _Editor(edit, self._language())
        if edit.secret:
            return Heard((PIN_BY_KEYS,))
        asked = editor.open(first_wheel(edit))
        if edit.type is FieldType.ADDRESS:
            return Heard((_about(CHOOSING_AREA, edit), *asked))
        if edit.type is not FieldType.TEXT:
            return Heard((_about(EDITING, edit), HOW_TO_TURN, *asked))
        editor.typed = edit.value
        how = (HOW_TO_SPELL, KEYS_TURN) if self._by_keys else (HOW_TO_SPELL,)
        others = () if self.private else (OTHERS_HEAR,)
        there = self._typed(editor) if editor.typed else ()
        return Heard((_about(WRITING, edit), *how, *others, *there, *asked))

    def _turn(self, editor: _Editor, key: Key) -> Heard:
        if editor.edit.secret:
            return self._secret(editor, key)
        match key:
            case Key.NEXT | Key.PREVIOUS:
                editor.turn = (editor.turn + (1 if key is Key.NEXT else -1)) % len(editor.wheel())
                return Heard((editor.stands().said,))
            case Key.CHOOSE:
                return self._take(editor, editor.stands())
            case Key.BACK if (before := wheel_before(editor.edit, editor.at)) is not None:
                return Heard(editor.open(before))
            case Key.BACK | Key.HELP:
                return self._leave(editor)
            case Key.REPEAT:
                return Heard(self._stands(editor))

    def _stands(self, editor: _Editor) -> tuple[Text, ...]:
        """Where somebody is who fills in a field; of a sound, its letters as well."""
        stop = editor.stands()
        there = question_of(editor.edit, editor.at) or self._typed(editor)
        return (*there, *((same(" ".join(stop.letters)),) if stop.letters else ()), stop.said)

    def _typed(self, editor: _Editor) -> tuple[Text, ...]:
        """What there is by now: how much, and to the person alone what."""
        if not self.private or not editor.typed:
            return (editor.count(),)
        if editor.edit.type is FieldType.TEXT:
            return (spelt(same(editor.typed)), editor.count())
        return (*map(called, editor.typed), editor.count())

    def _secret(self, editor: _Editor, key: Key) -> Heard:
        match key:
            case Key.CHOOSE:
                self._editor = None
                return Heard(deed=Answer(editor.edit.key, "enter"))
            case Key.BACK | Key.HELP:
                self._editor = None
                return Heard(self._said())
            case Key.REPEAT | Key.NEXT | Key.PREVIOUS:
                return Heard((PIN_BY_KEYS,))

    def _digit(self, editor: _Editor, digit: str) -> Heard:
        """A digit is put in, or turns a wheel on which there are none."""
        if editor.edit.secret:
            return Heard((ONE_MORE,), Answer(editor.edit.key, digit)) if digit.isdecimal() else Heard()
        wheel = editor.wheel()
        if any(stop.sign == digit for stop in wheel):
            return self._put(editor, digit)
        places = ((editor.turn + step) % len(wheel) for step in range(1, len(wheel) + 1))
        place = next((place for place in places if wheel[place].key == digit), None)
        if place is None:
            return Heard((NOT_HERE,))
        editor.turn = place
        return Heard((editor.stands().said,))

    def _take(self, editor: _Editor, stop: Stop) -> Heard:
        """Where the wheel stands was chosen."""
        edit = editor.edit
        if stop.sign:
            return self._put(editor, stop.sign)
        if stop.answer:
            self._editor = None
            return Heard((DONE.said,), Answer(edit.key, stop.answer))
        if stop.opens is not None:
            return Heard(editor.open(stop.opens))
        if stop.does is Does.DONE:
            return self._leave(editor)
        editor.typed = editor.typed[:-1]
        return Heard((editor.count(),), Answer(edit.key, edit.head + editor.typed))

    def _leave(self, editor: _Editor) -> Heard:
        """The field is left as it is by now."""
        self._editor = None
        return Heard(self._said() if editor.edit.type is FieldType.ADDRESS else (DONE.said, editor.count()))

    def _put(self, editor: _Editor, sign: str) -> Heard:
        edit = editor.edit
        if len(editor.typed) >= edit.length:
            return Heard((FULL,))
        editor.typed += sign
        said = (called(sign), editor.count()) if self.private else (editor.count(),)
        if edit.exact and len(editor.typed) == edit.length:
            self._editor = None
            said = (*said, DONE.said)
        elif edit.type is FieldType.PLATE and len(editor.typed) == 1:
            editor.turn = 0
        elif (then := wheel_after(edit, editor.at)) != editor.at:
            said = (*said, *editor.open(then))
        return Heard(said, Answer(edit.key, edit.head + editor.typed))


def _about(words: Text, edit: Edit) -> Text:
    """The words with what is filled in and how long it may be."""
    label, length = edit.label, edit.length
    return Text(zh=words.zh.format(label=label.zh, length=length), en=words.en.format(label=label.en, length=length))


_LANGUAGE = Entry((ENGLISH,))
_SWITCH_OF = {
    _LANGUAGE: Switch.LANGUAGE,
    Entry((LOUDER,)): Switch.LOUDER,
    Entry((SOFTER,)): Switch.SOFTER,
    Entry((SCREEN,)): Switch.SCREEN,
    Entry((PAGE,)): Switch.PAGE,
    Entry((STOP,)): Switch.STOP,
}
_SWITCHES = tuple(_SWITCH_OF)

# What stands for a name where somebody does not write: a ring around a dot, the same for everybody, so that nobody
# takes it for handwriting. Points are 0..1 of the pad.
MARK: tuple[tuple[tuple[float, float], ...], ...] = (
    tuple(
        (0.5 + 0.12 * x, 0.5 + 0.36 * y)
        for x, y in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7), (1, 0))
    ),
    ((0.49, 0.5), (0.51, 0.5)),
)
