"""What the help sheet says, on every kind of page."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.catalogue.catalogue import CatalogueError, load_catalogue
from kiosk.catalogue.help import load_help
from kiosk.help import AT_HOME, help_view, page_of
from kiosk.home import Closed, HomeView
from kiosk.text import Text
from tests.kiosk.catalogue.test_every_item import CHINESE, HALF_WIDTH, QUOTED, texts
from tests.kiosk.visit.told import CATALOGUE, FAULTS, JT_02, Told

CONFIG = Path("config")
WORDS = load_help(CONFIG / "help.yaml")
HOME = HomeView(Text(zh="站", en="station"), "0592-7703144", ())
ALL = load_catalogue(CONFIG).departments.departments


def test_at_home_it_says_how_to_begin_and_has_everybodys_phone() -> None:
    view = help_view(WORDS, HOME, ALL, (), None)
    assert view.todo == AT_HOME
    assert [one.phone for one in view.phones] == ["0592-7703144", *(one.phone for one in ALL)]
    assert view.nearest is None


def test_on_a_closed_machine_it_says_what_that_means() -> None:
    closed = Closed(FAULTS["software.maintenance"].happened, FAULTS["software.maintenance"].meaning)
    home = HomeView(HOME.station, HOME.hotline, (), closed=closed)
    assert help_view(WORDS, home, ALL, (), None).todo == closed.meaning
    assert page_of(None, home) == "closed"


def test_in_a_visit_it_says_what_to_do_on_this_page_and_where_the_department_is() -> None:
    told = Told().to_card()
    view, department = told.visit.view(), CATALOGUE.department(JT_02)
    shown = help_view(WORDS, HOME, ALL, (), (view, JT_02, department))
    assert shown.todo == view.hint
    assert [one.phone for one in shown.phones][1:] == [JT_02.guide.phone or department.phone]
    assert shown.person == (JT_02.guide.elsewhere or department.elsewhere)
    assert page_of(view, HOME) == "card"


def test_over_a_problem_it_says_what_to_do_about_that() -> None:
    told = Told().to_card()
    told.visit.fail("id_reader.disconnected")
    view = told.visit.view()
    shown = help_view(WORDS, HOME, ALL, (), (view, JT_02, CATALOGUE.department(JT_02)))
    assert shown.todo == FAULTS["id_reader.disconnected"].todo


def test_the_words_are_in_both_languages_and_every_trouble_stands_once() -> None:
    for place, text in texts(WORDS):
        assert not HALF_WIDTH.search(text.zh), f"{place}: {text.zh}"
        assert not CHINESE.search(QUOTED.sub("", text.en)), f"{place}: {text.en}"
    assert len({trouble.id for trouble in WORDS.troubles}) == len(WORDS.troubles) >= 5


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "help.yaml"
    path.write_text("troubles:\n  - {id: screen, nam: {zh: 屏幕, en: screen}}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"help.yaml:2: .*nam: nobody knows this key; did you mean name"):
        load_help(path)
