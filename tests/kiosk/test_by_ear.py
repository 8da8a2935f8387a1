"""Every item and every kind of step is gone through by keys alone, hearing only what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.service import create_app
from backoffice.store import Store
from kiosk import by_ear
from kiosk.aloud import STILL_THERE, Begin, Deed, Edit, Go, Open, Press, Put, Sign
from kiosk.areas import split
from kiosk.by_ear import ByEar, Heard, Key, Switch
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import CHOSEN, FieldSpec, FieldType, StepKind
from kiosk.gateway.client import GatewayClient
from kiosk.help import HelpView
from kiosk.home import HomeView, Place
from kiosk.hours import LOCAL
from kiosk.operations.faults import load_faults
from kiosk.text import Text
from kiosk.visit.events import (
    Act,
    Answer,
    AppCodeJudged,
    CallState,
    CardRead,
    CodeJudged,
    CodeSent,
    CodeShown,
    Ending,
    OfficerSaid,
    Signed,
    StaffAdmitted,
    Tick,
)
from kiosk.visit.view import FieldView, FormBody, ScanCodeBody, SignBody, VisitView
from kiosk.visit.visit import Pace
from kiosk.wheels import DELETE, DONE, area_turns_to, turns_to
from tests.backoffice.running import Running
from tests.kiosk.catalogue.citizen import Citizen, Lost
from tests.kiosk.visit.items import BY_CODE, item_of
from tests.people import EXPIRED, LIN, card_of
from tests.ui.desk import SAMPLES, Desk, route

CONFIG = Path("config")
CATALOGUE = load_catalogue(CONFIG)
FAULTS = dict(load_faults(CONFIG / "faults"))
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL)
MOST_KEYS = 400  # nobody has to press more on one page to get anywhere
MOST_SIGNS = 700  # no wheel has more


class Hand:
    """Presses keys and knows only what it hears; ``do`` carries out what comes of a key."""

    def __init__(self, ear: ByEar, do: Callable[[Act | Answer | Begin | Switch], None]) -> None:
        self.ear = ear
        self.do = do
        self.heard: list[Text] = []
        self.pressed = 0

    def press(self, key: Key) -> Heard:
        return self._carry_out(self.ear.press(key))

    def type(self, sign: str) -> Heard:
        return self._carry_out(self.ear.type(sign))

    def go_to(self, deed: Callable[[Deed | None], bool]) -> None:
        """Move to the first entry at which this can be done, forwards, else backwards."""
        for key in (Key.NEXT, Key.PREVIOUS):
            for _ in range(MOST_KEYS):
                if deed(self.ear.entry.deed):
                    return
                if self.press(key).said[0] in (by_ear.LAST, by_ear.FIRST):
                    break
        raise Lost("no entry does that: " + ", ".join(str(entry.deed) for entry in self.ear.entries))

    def choose(self, wanted: Deed) -> None:
        self.go_to(lambda deed: deed == wanted)
        self.press(Key.CHOOSE)

    def fill(self, key: str, value: str, *, by_wheel: bool = True) -> None:
        """Fill a field in, by turning to each sign, or with digit keys."""
        if by_wheel:
            edit = self.open(key)
            for _ in edit.value if edit.type is FieldType.TEXT else "":
                self.turn_to(DELETE.said)
            for stop in turns_to(edit, value, "zh"):
                self.turn_to(stop)
        else:
            self.go_to(lambda deed: isinstance(deed, Edit) and deed.key == key)
            for sign in value:
                self.type(sign)
        if self.ear.editing:
            self.turn_to(DONE.said)
        assert not self.ear.editing

    def fill_address(self, key: str, value: str) -> None:
        area, street = split(value)
        edit = self.open(key, FieldType.ADDRESS)
        for stop in area_turns_to(edit, area, "zh"):
            self.turn_to(stop)
        assert not self.ear.editing
        self.go_to(lambda deed: isinstance(deed, Edit) and deed.key == key and deed.type is FieldType.TEXT)
        self.fill(key, street)

    def open(self, key: str, kind: FieldType | None = None) -> Edit:
        """Go to a field and begin to fill it in."""
        here = self.ear.entry.deed
        if not isinstance(here, Edit) or here.key != key or kind not in (None, here.type):
            self.go_to(lambda deed: isinstance(deed, Edit) and deed.key == key and kind in (None, deed.type))
        edit = self.ear.entry.deed
        assert isinstance(edit, Edit)
        self.press(Key.CHOOSE)
        assert self.ear.editing
        return edit

    def turn_to(self, wanted: Text) -> None:
        """Turn the wheel until this is heard, and take it."""
        said = self.press(Key.REPEAT).said[-1]
        for _ in range(MOST_SIGNS):
            if said == wanted:
                self.press(Key.CHOOSE)
                return
            (said,) = self.press(Key.NEXT).said
        raise Lost(f"the wheel has no {wanted.en}")

    def _carry_out(self, heard: Heard) -> Heard:
        self.pressed += 1
        self.heard += heard.said
        if heard.deed is not None:
            self.do(heard.deed)
        self.heard += self.ear.look()
        return heard


class Blind(Citizen):
    """Goes through an item by keys, alone."""

    kinds: set[StepKind]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.kinds = set()
        self.hand = Hand(ByEar(self), self._do)
        self.hand.heard += self.hand.ear.begin()

    def view(self) -> VisitView | None:
        return self.visit.view() if self.visit.ending is None else None

    def home(self) -> HomeView:
        return HomeView(Text(zh="站点", en="Station"), "", ())

    def help(self) -> HelpView:
        raise AssertionError("nobody asks for help on the way through an item")

    def places(self) -> tuple[Place, ...]:
        return ()

    def _do(self, deed: Act | Answer | Begin | Switch) -> None:
        assert isinstance(deed, Act | Answer)
        self.tell(deed)

    def _page(self, view: VisitView) -> None:
        hand = self.hand
        self.kinds.add(view.kind)
        hand.heard += hand.ear.look()
        match view.kind:
            case StepKind.CHOOSE_WAY:
                hand.choose(Press("way:app_code"))
            case StepKind.FORM | StepKind.TYPE_NUMBER:
                assert isinstance(view.body, FormBody)
                for asked in view.body.fields:
                    self._answer(asked)
                hand.choose(Press("next"))
                after = self.view()
                if after is not None and after.step_id == view.step_id and isinstance(after.body, FormBody):
                    wrong = [one.key for one in after.body.fields if one.error is not None]
                    assert not wrong or after.body.fields != view.body.fields, wrong
            case StepKind.SIGN if isinstance(view.body, SignBody) and not view.body.signed:
                hand.choose(Sign())
                assert hand.ear.signing
                self.tell(Signed(by_ear.MARK))
                hand.heard += hand.ear.look()
                assert not hand.ear.signing
            case StepKind.BOOK if view.primary is not None and not view.primary.enabled:
                slots = [entry.deed for entry in hand.ear.entries if isinstance(entry.deed, Press)]
                hand.choose([slot for slot in slots if slot.action.startswith("slot:")][self.slot])
            case _ if view.primary is not None and view.primary.enabled:
                hand.choose(Press("next"))
            case _:
                super()._page(view)

    def _answer(self, asked: FieldView) -> None:
        before = list(self.hand.heard)
        value = self.choose.get(asked.key) or asked.value or self._samples.get(asked.key, "")
        if self.visit.page.step.kind is StepKind.TYPE_NUMBER:
            value = {"name": self.who.name, "number": self.who.number}[asked.key]
        if asked.type is FieldType.PICK:
            value = asked.options[0].value if asked.options else ""
        if not value or value == asked.value:
            return
        if asked.type is FieldType.ADDRESS:
            self.hand.fill_address(asked.key, value)
        elif asked.type is FieldType.SEVERAL:
            for one in value.split(","):
                self.hand.go_to(lambda deed, one=one: isinstance(deed, Put) and one in deed.value)  # type: ignore[misc]
                self.hand.press(Key.CHOOSE)
        elif asked.type in (FieldType.CHOICE, FieldType.PICK):
            self.hand.choose(Put(asked.key, value))
        else:
            self.hand.fill(asked.key, value)
        assert len(self.hand.heard) > len(before)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, GatewayClient]]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('office')}/office.sqlite3", now=lambda: NOW)
    with Running(create_app(store, platform="https://pay.invalid")) as running:
        client = GatewayClient(running.url)
        yield store, client
        client.close()
    store.close()


@pytest.fixture(scope="module")
def gone_through(office: tuple[Store, GatewayClient]) -> Callable[[str], Blind]:
    """Whoever went through an item by keys alone, to its end; once for each item."""
    store, client = office

    @cache
    def go(code: str) -> Blind:
        citizen = Blind(code, card_of(CATALOGUE[code].sample_person), CATALOGUE, FAULTS, client, store, NOW)
        assert citizen.go() == Ending.FINISHED, " → ".join(citizen.seen)
        return citizen

    return go


@pytest.mark.parametrize("code", list(CATALOGUE))
def test_every_item_is_gone_through_by_keys_alone(code: str, gone_through: Callable[[str], Blind]) -> None:
    gone_through(code)


# Items that need somebody who sees, each with its reason.
NOT_BY_EAR: dict[str, str] = {}


def test_no_item_needs_somebody_who_sees() -> None:
    """Not only on the way that the test goes: each field of each item can be filled in with what it asks for."""
    found = {
        (code, asked.key)
        for code, item in CATALOGUE.items()
        for step in item.steps
        for asked in getattr(step, "fields", ())
        if not can_be_given(asked, item.sample_answers(NOW.date()).get(asked.key, ""))
    }
    assert {code for code, _ in found} == set(NOT_BY_EAR), found


def can_be_given(asked: FieldSpec, sample: str) -> bool:
    if asked.type in (*CHOSEN, FieldType.PICK):
        return True  # each choice is an entry
    edit = Edit(asked.key, asked.type, asked.label, asked.max_length)
    if asked.type is FieldType.ADDRESS:
        area, sample = split(sample)
        assert list(area_turns_to(edit, area, "zh"))
        edit = replace(edit, type=FieldType.TEXT)
    try:
        return len(list(turns_to(edit, sample, "zh"))) >= len(sample)
    except KeyError:
        return False


# -- the ways to show who one is, on a desk ------------------------------------------------------


class Seat:
    """A desk and a hand at it."""

    def __init__(self, *, private: bool = False) -> None:
        self.desk = Desk()
        self.ear = ByEar(self.desk)
        self.ear.private = private
        self.hand = Hand(self.ear, self.do)
        self.switched: list[Switch] = []
        self.hand.heard += self.ear.begin()

    def do(self, deed: Act | Answer | Begin | Switch) -> None:
        match deed:
            case Begin(code):
                self.desk.begin(code)
            case Switch():
                self.switched.append(deed)
            case _:
                self.desk.happen(deed)

    def happen(self, *events: object) -> None:
        for event in events:
            self.desk.happen(event)  # type: ignore[arg-type]
            self.hand.heard += self.ear.look()

    @property
    def here(self) -> VisitView:
        view = self.desk.view()
        assert view is not None
        return view

    def is_at(self, kind: StepKind) -> bool:
        return self.here.kind is kind

    def said(self) -> str:
        return "\n".join(text.zh for text in self.hand.heard)

    def to_the_ways(self) -> Seat:
        self.hand.choose(Go("transport"))
        self.hand.choose(Begin("JT-02"))
        self.hand.choose(Press("next"))
        self.happen(CardRead(LIN, 0.4))
        self.hand.choose(Press("next"))
        assert self.here.kind is StepKind.CHOOSE_WAY
        return self


def test_an_item_is_found_from_the_home_page_and_begun() -> None:
    seat = Seat().to_the_ways()
    assert seat.here.item.zh in seat.said()
    assert seat.hand.pressed < 80


def test_the_face_is_agreed_to_or_not_by_keys() -> None:
    seat = Seat().to_the_ways()
    seat.hand.choose(Press("way:face"))
    assert seat.is_at(StepKind.CONSENT)
    seat.hand.choose(Press("decline"))
    assert seat.is_at(StepKind.CHOOSE_WAY)
    seat.hand.choose(Press("way:face"))
    seat.hand.choose(Press("next"))
    assert seat.is_at(StepKind.VERIFY_FACE)
    seat.hand.choose(Press("otherwise"))
    assert seat.is_at(StepKind.CHOOSE_WAY)


@pytest.mark.parametrize("by_wheel", [True, False])
@pytest.mark.parametrize("private", [True, False])
def test_a_code_by_text_message_is_typed_by_wheel_or_by_digit_keys(*, by_wheel: bool, private: bool) -> None:
    seat = Seat(private=private).to_the_ways()
    seat.hand.choose(Press("way:phone_code"))
    seat.happen(CodeSent("139****0001", "code-0001"))
    before = len(seat.hand.heard)
    seat.hand.fill("code", "482915", by_wheel=by_wheel)
    assert seat.here.primary is not None
    assert seat.here.primary.enabled
    echoes = [text.zh for text in seat.hand.heard[before:]]
    assert "已输入 6 位" in echoes
    if not by_wheel:
        assert ("8" in echoes) is private
    seat.hand.choose(Press("next"))
    seat.happen(CodeJudged(right=True))
    assert seat.is_at(StepKind.FORM)


def test_an_attendant_confirms_with_digit_keys_and_no_digit_is_said() -> None:
    seat = Seat(private=True).to_the_ways()
    seat.hand.choose(Press("way:staff"))
    seat.hand.choose(Press("who:w01"))
    seat.hand.go_to(lambda deed: isinstance(deed, Edit) and deed.secret)
    before = len(seat.hand.heard)
    for digit in "482915":
        seat.hand.type(digit)
    seat.hand.press(Key.CHOOSE)
    assert not any(text.zh in "0123456789" for text in seat.hand.heard[before:])
    seat.happen(StaffAdmitted("w01"))
    seat.hand.choose(Press("next"))
    assert seat.is_at(StepKind.FORM)


def test_an_officer_is_called_by_keys() -> None:
    seat = Seat().to_the_ways()
    seat.hand.choose(Press("way:video"))
    assert seat.is_at(StepKind.VERIFY_VIDEO)
    seat.happen(OfficerSaid(CallState.CONNECTED, "call-1"), OfficerSaid(CallState.CONFIRMED, "call-1"))
    assert seat.is_at(StepKind.FORM)


def test_the_phone_shows_its_code() -> None:
    seat = Seat().to_the_ways()
    seat.hand.choose(Press("way:app_code"))
    assert seat.is_at(StepKind.VERIFY_APP_CODE)
    seat.happen(CodeShown("EID1-X"), AppCodeJudged(right=True, proof_id="proof-1"))
    assert seat.is_at(StepKind.FORM)


def test_a_code_that_need_not_be_held_before_the_scanner_is_typed() -> None:
    seat = Seat()
    seat.desk.open(item_of(BY_CODE))
    seat.ear.look()
    seat.hand.choose(Press("next"))
    assert seat.is_at(StepKind.SCAN_CODE)
    seat.hand.choose(Press("type"))
    body = seat.here.body
    assert isinstance(body, ScanCodeBody)
    seat.hand.fill(body.field.key, "XM000001")
    seat.hand.choose(Press("next"))
    assert not seat.is_at(StepKind.SCAN_CODE)


def test_every_kind_of_step_is_gone_through_by_keys(gone_through: Callable[[str], Blind]) -> None:
    """The items and the ways above come over all of them."""
    kinds: set[StepKind] = set().union(*(gone_through(code).kinds for code in CATALOGUE))
    ways = {
        StepKind.CONSENT,
        StepKind.VERIFY_FACE,
        StepKind.VERIFY_CODE,
        StepKind.VERIFY_STAFF,
        StepKind.VERIFY_VIDEO,
        StepKind.VERIFY_APP_CODE,
        StepKind.SCAN_CODE,
        StepKind.SIGN_IN,
    }
    assert set(StepKind) - kinds - ways == set()


# -- what is heard --------------------------------------------------------------------------------


def to_page(name: str, *, private: bool = False) -> Seat:
    seat = Seat(private=private)
    seat.desk.begin("JT-02")
    seat.hand.heard += seat.ear.look()
    for page, events in route().items():
        seat.happen(*events)
        if page == name:
            return seat
    raise AssertionError(name)


def test_a_new_page_is_said_by_itself_and_a_second_that_passes_is_not() -> None:
    seat = to_page("card")
    seat.hand.heard.clear()
    seat.happen(*route()["card-read"])
    assert [text.zh for text in seat.hand.heard] == ["身份证已读取", "请核对是不是本人的证件。"]
    assert seat.ear.look() == ()


def test_what_is_wrong_in_a_form_is_gone_to_at_once() -> None:
    seat = to_page("licence")
    seat.hand.choose(Press("next"))
    said = seat.said()
    assert "有 2 项要改" in said
    assert "请填写这一项。" in said
    assert isinstance(seat.ear.entry.deed, Edit)
    assert seat.ear.entry.deed.key == "licence_class"


def test_a_problem_is_said_whole_with_what_can_be_done() -> None:
    seat = to_page("card")
    seat.hand.heard.clear()
    seat.happen(CardRead(EXPIRED, 0.4))
    problem = seat.here.problem
    assert problem is not None
    for sentence in (problem.happened, problem.meaning, problem.todo):
        assert sentence in seat.hand.heard
    seat.hand.choose(Press("retry"))
    assert seat.here.problem is None


def test_a_choice_says_that_it_is_chosen() -> None:
    seat = to_page("category")
    seat.hand.choose(Put("category", "taxi"))
    assert seat.hand.heard[-1].zh == "已选"


def test_the_ends_of_a_list_say_so_and_repeat_says_where_one_is() -> None:
    seat = Seat()
    assert seat.hand.press(Key.PREVIOUS).said[0] == by_ear.FIRST
    of = len(seat.ear.entries)
    for at in range(2, of + 1):
        seat.hand.press(Key.NEXT)
        assert seat.hand.press(Key.REPEAT).said[-1].zh == f"第 {at} 项，共 {of} 项"
    assert seat.hand.press(Key.NEXT).said[0] == by_ear.LAST


def test_who_is_asked_for_more_time_hears_it_once_and_keeps_the_place() -> None:
    seat = to_page("category")
    seat.hand.press(Key.NEXT)
    stood = seat.ear.entry
    seat.desk.clock += Pace().idle - Pace().warning + 5
    seat.happen(Tick())
    assert seat.hand.heard[-1] == STILL_THERE
    assert seat.ear.look() == ()
    seat.desk.touch()
    seat.ear.look()
    assert seat.ear.entry == stood


def test_leaving_is_asked_about_and_help_comes_and_goes() -> None:
    seat = to_page("category")
    seat.hand.press(Key.HELP)
    assert seat.ear.sheet == "help"
    seat.hand.press(Key.BACK)
    assert seat.ear.sheet == ""
    seat.hand.choose(Open("leave"))
    seat.hand.choose(Open(""))
    assert seat.here.step_id == "category"
    seat.hand.choose(Open("leave"))
    seat.hand.choose(Press("exit"))
    assert seat.desk.view() is None
    assert by_ear.CLEARED in seat.hand.heard


def test_going_back_goes_a_step_back() -> None:
    seat = to_page("certificate")
    seat.hand.press(Key.BACK)
    assert seat.here.step_id == "category"


def test_headphones_change_what_is_said_and_keep_the_place() -> None:
    seat = to_page("review")
    seat.hand.press(Key.NEXT)
    seat.hand.press(Key.NEXT)
    stood = seat.ear.entry
    assert "林某例" in "".join(text.zh for text in seat.ear.listen(private=True))
    assert seat.ear.entry == stood
    assert "林" not in "".join(text.zh for text in seat.ear.listen(private=False))


def test_language_screen_and_the_end_are_entries_of_the_home_page() -> None:
    seat = Seat()
    for wanted in ("English", *(text.zh for text in (by_ear.LOUDER, by_ear.SOFTER, by_ear.SCREEN, by_ear.STOP))):
        while seat.ear.entry.aloud[0].zh != wanted:
            assert seat.hand.press(Key.NEXT).said[0] != by_ear.LAST
        seat.hand.press(Key.CHOOSE)
    assert seat.switched == [Switch.LANGUAGE, Switch.LOUDER, Switch.SOFTER, Switch.SCREEN, Switch.STOP]


KEYS = st.one_of(st.sampled_from(list(Key)), st.sampled_from("0123456789"))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["guide", "card-read", "way", "category", "licence", "contact", "review", "sign", "rate"]),
    st.lists(KEYS, max_size=60),
    st.booleans(),
)
def test_whatever_is_pressed_an_entry_stands_and_a_key_says_or_does_something(
    page: str,
    keys: list[str],
    private: bool,
) -> None:
    seat = to_page(page, private=private)
    for key in keys:
        before = len(seat.hand.heard)
        heard = seat.hand.press(key) if isinstance(key, Key) else seat.hand.type(key)
        assert seat.ear.entry in seat.ear.entries
        assert not isinstance(key, Key) or heard.deed is not None or len(seat.hand.heard) > before
        if not private and not seat.ear.editing and isinstance(key, Key):
            said = "".join(text.zh for text in seat.hand.heard[before:]).replace(" ", "")
            assert not any(value in said for value in (LIN.name, LIN.number, SAMPLES["phone"]))
