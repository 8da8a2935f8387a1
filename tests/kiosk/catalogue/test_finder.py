"""Whatever somebody types, in whatever way, the item they mean comes near the top."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.finder import Finder, finder_of

CATALOGUE = load_catalogue(Path("config"))
FINDER = finder_of(CATALOGUE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("网约车换证", "JT-02"),
        ("从业人员证换卡", "JT-02"),
        ("cyryzhk", "JT-02"),
        ("congyerenyuan", "JT-02"),
        ("congyerenyvan", "JT-02"),
        ("从业人园证换卡", "JT-02"),
        ("transport worker", "JT-02"),
        ("JT-02", "JT-02"),
        ("无房证明", "FG-01"),
        ("打社保", "RS-01"),
        ("jvzhuzheng", "GA-JZ-01"),
        ("居住正", "GA-JZ-01"),
        ("公积金提取", "GJ-08"),
        ("入学", "GA-JZ-03"),
        ("买房", "FG-01"),
        ("离厦", "GJ-09"),
        ("退休", "GJ-11"),
        ("身份证丢了", "GA-HZ-06"),
        ("违章", "GA-JJ-01"),
        ("驾照到期", "GA-JJ-06"),
        ("查进度", "ZH-01"),
        ("快递到哪了", "ZH-01"),
        ("wodebanjian", "ZH-01"),
        ("yybl", "ZH-02"),
        ("取号", "ZH-02"),
        ("Book a visit", "ZH-02"),
    ],
)
def test_an_everyday_word_leads_there(typed: str, meant: str) -> None:
    assert meant in FINDER.find(typed)[:6]


def test_every_item_is_found_first_by_its_own_name_and_near_the_top_by_its_keywords() -> None:
    for code, item in CATALOGUE.items():
        assert FINDER.find(item.name.zh)[0] == code, item.name.zh
        for word in item.keywords:
            assert code in FINDER.find(word), word


def test_nothing_typed_finds_nothing() -> None:
    assert FINDER.find("") == FINDER.find("  ，") == []


def test_what_nobody_means_finds_nothing() -> None:
    assert FINDER.find("qwrtpsdfg") == []


def test_what_most_people_come_for_stands_first_among_equals() -> None:
    names = [("A", "示例查询", 0), ("B", "示例查询", 0)]
    assert Finder(names).find("示例") == ["A", "B"]
    assert Finder(names, ["B"]).find("示例") == ["B", "A"]


def test_the_own_name_counts_more_than_the_department() -> None:
    assert Finder([("A", "公积金", 0), ("B", "公积金", 5)]).find("公积金") == ["B", "A"]


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(typed: str) -> None:
    found = FINDER.find(typed, 5)
    assert len(found) == len(set(found)) <= 5


@given(st.data())
def test_any_part_of_a_name_finds_it(data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(CATALOGUE)))
    name = CATALOGUE[code].name.zh
    first = data.draw(st.integers(0, len(name) - 2))
    part = name[first : data.draw(st.integers(first + 2, len(name)))]
    if any(sign.isalnum() for sign in part):
        assert code in FINDER.find(part, len(CATALOGUE))


def test_of_equals_comes_first_what_most_people_come_for_here() -> None:
    typed = "公积金"
    first = FINDER.find(typed)[0]
    other = next(code for code in FINDER.find(typed) if code not in (first, *CATALOGUE.departments.hot))
    assert finder_of(CATALOGUE, (other,)).find(typed)[0] == other
