"""News: the shipped file, its mistakes, and what is news where and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.attract import SCENES, attract_view
from kiosk.news import News, NewsError, load_news
from kiosk.stations import load_stations
from kiosk.text import Text
from tests.kiosk.catalogue.test_every_item import CHINESE, HALF_WIDTH, texts

CONFIG = Path("config")
GOOD = """\
news:
  - id: holiday
    from: 2027-01-25
    until: 2027-02-14
    words: {zh: "春节照常开放", en: "Open over the holidays"}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "news.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_news_is_in_both_languages_and_of_stations_that_exist() -> None:
    shipped, stations = load_news(CONFIG / "news.yaml"), load_stations(CONFIG / "stations.yaml")
    assert shipped.news
    for place, text in (*texts(shipped), *((scene.picture, scene.words) for scene in SCENES)):
        assert not HALF_WIDTH.search(text.zh), f"{place}: {text.zh}"
        assert not CHINESE.search(text.en), f"{place}: {text.en}"
    assert all(stations.get(station) for piece in shipped.news for station in piece.stations)


def test_it_is_news_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    news = load_news(written(tmp_path, GOOD))
    words = (Text(zh="春节照常开放", en="Open over the holidays"),)
    assert news.at("XM-HL-0001", date(2027, 1, 24)) == ()
    assert news.at("XM-HL-0001", date(2027, 1, 25)) == words
    assert news.at("XM-HL-0001", date(2027, 2, 14)) == words
    assert news.at("XM-HL-0001", date(2027, 2, 15)) == ()


def test_it_is_news_only_where_it_is_meant(tmp_path: Path) -> None:
    news = load_news(written(tmp_path, GOOD + "    stations: [XM-HL-0002]\n"))
    assert news.at("XM-HL-0001", date(2027, 2, 1)) == ()
    assert len(news.at("XM-HL-0002", date(2027, 2, 1))) == 1


@pytest.mark.parametrize(
    ("wrong", "right", "line", "why"),
    [
        ("until: 2027-02-14", "until: 2027-01-14", 2, "ends before it begins"),
        ("from: 2027-01-25", "from: tomorrow", 3, "from"),
        ("    until: 2027-02-14\n", "", 2, "until is missing"),
        ("春节照常开放", "春" * 61, 5, "more than 60"),
        ("until", "untill", 4, "did you mean until"),
        ("holiday", "Holiday!", 2, "id"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, wrong: str, right: str, line: int, why: str) -> None:
    path = written(tmp_path, GOOD.replace(wrong, right))
    with pytest.raises(NewsError) as caught:
        load_news(path)
    assert any(f"{path}:{line}: " in said and why in said for said in str(caught.value).splitlines()), caught.value


def test_a_piece_that_stands_twice_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(NewsError, match="holiday stands twice"):
        load_news(written(tmp_path, GOOD + GOOD.partition("\n")[2]))


def test_without_hours_or_news_there_is_still_how_it_is_done() -> None:
    view = attract_view()
    assert (view.hours, view.news) == (None, ())
    assert [scene.picture for scene in view.scenes] == ["home", "reader", "camera", "receipt"]
    assert News().at("XM-HL-0001", date(2027, 1, 1)) == ()
