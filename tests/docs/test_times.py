"""The reckoned times of the most used items are those of the visit as it is now."""

from __future__ import annotations

import re

import pytest

from assembly import CONFIG
from benchmarks import klm
from kiosk.catalogue.catalogue import load_catalogue

TIME = re.compile(r"(\d+):(\d\d)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def numbers(page: str) -> list[float]:
    """Every number of a page, times in seconds."""
    plain = TIME.sub(lambda time: str(int(time[1]) * 60 + int(time[2])), page)
    return [float(number) for number in NUMBER.findall(plain)]


def test_the_page_of_times_is_what_would_be_reckoned_now_or_nearly() -> None:
    kept, now = klm.RESULT.read_text(encoding="utf-8"), klm.page(klm.count())
    anew = "`scripts/benchmark times` writes it anew"
    assert NUMBER.sub("", TIME.sub("", now)) == NUMBER.sub("", TIME.sub("", kept)), anew
    # A sentence that was reworded changes a count by little; what is slower by a twentieth should be known.
    assert numbers(now) == pytest.approx(numbers(kept), rel=0.05, abs=2), anew


def test_a_character_takes_its_pinyin_and_a_choice_for_two_of_them() -> None:
    assert klm.keys_for("20261224") == 8
    assert klm.keys_for("林") == len("lin") + 1
    assert klm.keys_for("思明区") == len("si") + len("ming") + len("qu") + 2


def test_what_is_done_takes_its_time_and_an_older_person_longer() -> None:
    one = klm.Counted(touches=2, keys=3, thoughts=1, hands=1, signs=10, waits=4.0)
    practised = 2 * (klm.POINT + klm.TAP) + 3 * klm.KEY + klm.THINK + klm.HAND + 4.0
    assert one.seconds(reads=False) == practised
    assert one.seconds() == practised + 10 * klm.READ
    assert one.seconds(older=True) > one.seconds()
    assert klm.Counted(waits=4.0).seconds(older=True) == 4.0  # the machine is as quick for everybody


def test_a_hot_item_is_one_touch_away_and_none_more_than_three() -> None:
    catalogue = load_catalogue(CONFIG)
    assert {klm.way_to(catalogue[code], catalogue) for code in catalogue.departments.hot} == {1}
    assert {klm.way_to(item, catalogue) for item in catalogue.values()} == {1, 2, 3}
