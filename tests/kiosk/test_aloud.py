"""Everything that a page shows is said, in both languages, and nothing of a person's where others hear it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from kiosk.aloud import (
    Edit,
    Entry,
    Press,
    Put,
    help_entries,
    home_entries,
    leave_entries,
    sentences,
    spelt,
    visit_entries,
)
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import FieldType
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import Picture
from kiosk.home import Closed
from kiosk.hours import LOCAL
from kiosk.operations.faults import load_faults
from kiosk.text import Text, same
from kiosk.visit.events import CardLifted, CardRead, Ending, Found
from kiosk.visit.view import FormBody, ReviewBody, StepKind, VisitView
from kiosk.visit.visit import Visit
from tests.backoffice.running import Running
from tests.kiosk.catalogue.citizen import Citizen
from tests.kiosk.visit.test_lookup import by_card
from tests.people import LIN, card_of
from tests.ui.desk import SAMPLES, Desk, other_ways, route

CONFIG = Path("config")
CATALOGUE = load_catalogue(CONFIG)
FAULTS = dict(load_faults(CONFIG / "faults"))
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL)


def spoken(entries: Iterable[Entry], *, private: bool = False) -> tuple[str, str]:
    """All that is said, in Chinese and in English."""
    said = sentences(entries, private=private)
    return "\n".join(text.zh for text in said), "\n".join(text.en for text in said)


def shown(view: VisitView) -> Iterator[Text]:
    """What stands on a page and is the same for everybody: whoever listens has to hear it."""
    if view.problem is not None:
        yield from (view.problem.todo, *(button.label for button in view.problem.actions))
        if not view.problem.code.startswith(("denied.department", "booking.")):
            yield from (view.problem.happened, view.problem.meaning)
        return
    yield view.title
    if view.kind is not StepKind.VERIFY_CODE:  # there the hint names a number
        yield view.hint
    if view.primary is not None:
        yield view.primary.label
    yield from (button.label for button in view.secondary)
    if isinstance(view.body, FormBody):
        for asked in view.body.fields:
            yield asked.label
            yield asked.hint
            if asked.error is not None:
                yield asked.error
            if asked.type is not FieldType.PICK:
                yield from (option.label for option in asked.options)
                yield from (option.note for option in asked.options if option.note is not None)
    if isinstance(view.body, ReviewBody):
        for section in view.body.sections:
            yield section.title
            yield from (row.label for row in section.rows)
    for part in ("statement", "notice", "advice", "on_card_words", "held"):
        words = getattr(view.body, part, None)
        if isinstance(words, Text):
            yield words
    for part in ("ways", "levels", "points"):
        yield from (getattr(one, "name", None) or one.label for one in getattr(view.body, part, ()))
    yield from getattr(view.body, "take", ())


def assert_heard(view: VisitView) -> None:
    zh, en = spoken(visit_entries(view))
    for text in shown(view):
        if view.problem is None or not view.problem.code.startswith("denied.department"):
            assert spelt(text).zh in zh, (view.step_id, text.zh)
            assert spelt(text).en in en, (view.step_id, text.en)


def assert_private(view: VisitView, values: Iterable[str]) -> None:
    for said in spoken(visit_entries(view)):
        run_together = said.replace(" ", "")
        for value in values:
            assert value.replace(" ", "") not in run_together, (view.step_id, len(value))


def pages() -> Iterator[tuple[str, VisitView]]:
    for walk in (route(), other_ways()):
        desk = Desk()
        desk.begin("JT-02")
        for name, events in walk.items():
            desk.happen(*events)
            view = desk.view()
            assert view is not None
            yield name, view


PERSONAL = (
    LIN.name,
    LIN.number,
    LIN.number[:6],
    "林",
    "示例路",
    "139****",
    *(value for value in SAMPLES.values() if len(value) > 8),
)


def test_every_page_of_an_item_and_every_way_to_show_who_one_is_can_be_heard_whole() -> None:
    kinds = set()
    for _, view in pages():
        assert_heard(view)
        kinds.add(view.kind)
    assert len(kinds) >= 15


def test_nothing_of_the_person_is_said_where_others_hear_it() -> None:
    for _, view in pages():
        assert_private(view, PERSONAL)


def test_with_headphones_what_was_typed_and_read_is_said_as_well() -> None:
    said = {name: spoken(visit_entries(view), private=True)[0] for name, view in pages()}
    assert "林某例" in said["card-read"]
    assert "3 5 0 2, 隐去" in said["card-read"]
    assert "1 3 9, 隐去 4 位, 0 0 0 1" in said["code"]
    assert "示例路" in said["review"]
    assert "J T 0 2" in said["submit-accepted"]
    assert "年12月7日" in said["certificate-filled"]
    assert "J T 0 2" not in spoken(visit_entries(dict(pages())["submit-accepted"]))[0]


def test_every_choice_of_a_question_says_whether_it_is_chosen_and_can_be_chosen() -> None:
    view = dict(pages())["category-chosen"]
    choices = [entry for entry in visit_entries(view) if isinstance(entry.deed, Put)]
    assert [entry.deed for entry in choices if "已选" in spoken([entry])[0]] == [Put("category", "ride_hailing")]
    assert len(choices) == 5


def test_an_answer_that_a_department_gave_is_not_told_to_everybody() -> None:
    view = dict(pages())["category-chosen"]
    assert isinstance(view.body, FormBody)
    known = replace(view.body.fields[0], source=same("on file"))
    entries = visit_entries(replace(view, body=FormBody((known,))))
    assert "已选" not in spoken(entries)[0]
    assert "已选" in spoken(entries, private=True)[0]


def test_photographs_are_told_in_words_to_whom_they_concern() -> None:
    words = Text(zh="车辆在路口内", en="The car is in the junction")
    told = by_card().tell(Found({}, pictures=(Picture(words=words, png=b"\x89PNG\r\n\x1a\n"),)))
    entries = visit_entries(told.visit.view())
    for aloud, own, each in zip(spoken(entries), spoken(entries, private=True), (words.zh, words.en), strict=True):
        assert each in own
        assert each not in aloud
    assert "Photograph 1" in spoken(entries)[1]


def test_every_field_can_be_filled_in() -> None:
    for _, view in pages():
        if isinstance(view.body, FormBody):
            for asked in view.body.fields:
                found = [entry for entry in visit_entries(view) if asked.label in entry.aloud]
                assert any(isinstance(entry.deed, Edit) for entry in found) or asked.options, asked.key


def contact(**about: Any) -> list[Entry]:
    """The entries of the address of the page that asks for it, with something else about it."""
    view = dict(pages())["contact"]
    assert isinstance(view.body, FormBody)
    field = next(asked for asked in view.body.fields if asked.type is FieldType.ADDRESS)
    entries = visit_entries(replace(view, body=FormBody((replace(field, **about),))))
    return [entry for entry in entries if isinstance(entry.deed, Edit)]


def test_an_address_is_chosen_by_its_area_and_written_from_its_street() -> None:
    area, street = contact(area=("福建省", "泉州市", "晋江市"), around=("福建省", "泉州市"), detail="示例路 1 号")
    assert isinstance(area.deed, Edit)
    assert isinstance(street.deed, Edit)
    assert (area.deed.type, area.deed.around, area.deed.value) == (
        FieldType.ADDRESS,
        ("福建省", "泉州市"),
        "示例路 1 号",
    )
    assert (street.deed.type, street.deed.head, street.deed.value) == (
        FieldType.TEXT,
        "福建省泉州市晋江市 ",
        "示例路 1 号",
    )
    assert street.deed.length + len(street.deed.head) == area.deed.length
    for entry, own in ((area, "晋江市"), (street, "示例路 1 号")):
        assert own not in spoken([entry])[0]
        assert own in spoken([entry], private=True)[0]


@pytest.mark.parametrize(
    ("about", "wrong"),
    [
        ({"area": (), "detail": ""}, [True, False]),
        ({"area": ("福建省", "厦门市"), "detail": "示例路"}, [True, False]),
        ({"area": ("福建省", "厦门市", "思明区"), "detail": ""}, [False, True]),
    ],
)
def test_what_is_wrong_with_an_address_is_said_where_it_is_put_right(about: dict[str, Any], wrong: list[bool]) -> None:
    said = Text(zh="不对", en="Wrong")
    entries = contact(**about, error=said)
    assert [entry.wrong for entry in entries] == wrong
    assert [said in entry.aloud for entry in entries] == wrong


def test_who_pays_the_postage_is_said() -> None:
    view = dict(pages())["contact"]
    assert isinstance(view.body, FormBody)
    (postage,) = (asked.postage for asked in view.body.fields if asked.postage is not None)
    assert postage.zh in spoken(visit_entries(view))[0]


def test_a_card_that_is_taken_away_leaves_two_answers() -> None:
    desk = Desk()
    desk.begin("JT-02")
    desk.happen(*route()["card"], CardRead(LIN, 0.4), *route()["way"], CardLifted())
    view = desk.view()
    assert view is not None
    assert view.card_taken
    assert [entry.deed for entry in visit_entries(view)[1:]] == [Press("extend"), Press("exit")]


@pytest.mark.parametrize("place", ["", "transport", "stations", "find", "event:child"])
def test_between_two_visits_every_page_can_be_heard(place: str) -> None:
    desk = Desk()
    home = desk.home()
    said = spoken(home_entries(home, desk.places(), place))[0]
    if place == "transport":
        for tile in home.tiles:
            assert (tile.name.zh in said) is (tile.department == "transport")
    elif place == "stations":
        assert all(one.address.zh in said for one in desk.places())
    elif place == "":
        assert home.station.zh in said
        assert all(one.name.zh in said for one in home.departments)


def test_a_closed_machine_says_why_and_where_else() -> None:
    desk = Desk(closed=Closed(Text(zh="停电了", en="No power"), Text(zh="稍后再来。", en="Come back later.")))
    zh, en = spoken(home_entries(desk.home(), ()))
    assert "停电了" in zh
    assert "Come back later." in en


def test_an_item_that_cannot_be_begun_says_why_and_cannot_be_chosen() -> None:
    desk = Desk(reason=Text(zh="打印机缺纸", en="The printer is out of paper"))
    tiles = [entry for entry in home_entries(desk.home(), (), "transport") if "打印机缺纸" in spoken([entry])[0]]
    assert len(tiles) > 3
    assert all(tile.deed is None for tile in tiles)


def test_help_is_said_with_every_number_to_call() -> None:
    desk = Desk()
    said = spoken(help_entries(desk.help()))[0]
    assert "0 5 9 2" in said
    assert desk.help().person.zh in said
    assert "清除" in spoken(leave_entries())[0]


def test_long_numbers_are_said_digit_by_digit_and_what_is_masked_is_called_so() -> None:
    assert spelt(same("350200123456")).zh == "3 5 0 2 0 0 1 2 3 4 5 6"
    assert spelt(same("3502**********0027")).zh == "3 5 0 2, 隐去 10 位, 0 0 2 7"
    assert spelt(same("张*三")) == Text(zh="张某三", en="张star三")
    for amount in ("3 楼 1200.50 元", "12345.67 元", "¥123456.50", "100000 元"):
        assert spelt(same(amount)).zh == amount
    assert spelt(same("请打 0592-7703144。")).zh == "请打 0 5 9 2 , 7 7 0 3 1 4 4。"


# -- the whole catalogue -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, GatewayClient]]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('office')}/office.sqlite3", now=lambda: NOW)
    with Running(create_app(store, platform="https://pay.invalid")) as running:
        client = GatewayClient(running.url)
        yield store, client
        client.close()
    store.close()


class Listener(Citizen):
    """Goes through an item and sees what is said of each of its pages."""

    def _page(self, view: VisitView) -> None:
        assert_heard(view)
        assert_private(view, personal(self.visit))
        super()._page(view)


def personal(visit: Visit) -> set[str]:
    """What nobody but the person may hear, as far as it is known by now."""
    record = visit.record
    values = {record.name, record.number, record.address} if record is not None else set()
    chosen = {field.key for step in visit.item.steps for field in getattr(step, "fields", ()) if field.choices}
    values |= {value for key, value in visit.answers.items() if key not in chosen}
    values |= {value for value in visit.facts.values() if not value.isascii() or value.isdecimal()}
    values |= {cell for rows in visit.rows.values() for row in rows for cell in row.values() if cell.isdecimal()}
    return {value for value in values if len(value) > 4}


@pytest.mark.parametrize("code", list(CATALOGUE))
def test_every_page_of_every_item_is_heard_and_names_nobody(code: str, office: tuple[Store, GatewayClient]) -> None:
    store, client = office
    who = card_of(CATALOGUE[code].sample_person)
    citizen = Listener(code, who, CATALOGUE, FAULTS, client, store, NOW)
    assert citizen.go() == Ending.FINISHED, " → ".join(citizen.seen)
    assert len(citizen.seen) > 3
