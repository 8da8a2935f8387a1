"""The counts: of the kiosks and of every other channel, in the shape in which the city quotes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.counts import CHANNELS, DIMENSIONS, Counts, Table
from backoffice.feedback import Feedback
from backoffice.store import OfficeError, Store
from kiosk.gateway.contract import CaseResult
from tests.backoffice.test_commands import run
from tests.backoffice.test_feedback import case

FIRST, LAST = date(2020, 1, 1), date(2020, 3, 31)


@pytest.fixture
def counts(store: Store) -> Counts:
    return Counts(store)


def visits(store: Store, count: int, begin: date, days: int, **changes: str) -> None:
    """So many visits to kiosks, spread over some days."""
    feedback = Feedback(store)
    for number in range(count):
        day = begin + timedelta(days=number % days)
        noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        feedback.count(case(began_at=noon, ended_at=noon, **changes))


def others(path: Path, *lines: str) -> Path:
    file = path / "others.csv"
    file.write_text("\n".join(["day,channel,department,item,count", *lines]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def first_quarter(store: Store, counts: Counts, tmp_path: Path) -> Counts:
    """January to March 2020 as the city told it, a thousandth of each number, and the year before."""
    visits(store, 176, FIRST, 91)
    visits(store, 12, FIRST, 91, result="left")
    counts.take_in(
        others(
            tmp_path,
            "2020-01-15,online,RS,,300",
            "2020-02-15,online,GJ,,568",
            "2020-03-15,mobile,GA,,228",
            "2020-03-20,department_terminal,GA,,100",
            "2020-03-25,post,SC,,96",
            "2020-03-31,window,,,802",
            "2019-02-01,online,,,530",
            "2019-02-01,mobile,,,100",
            "2019-02-01,department_terminal,,,115",
            "2019-02-01,post,,,68",
            "2019-02-01,window,,,1297",
        )
    )
    visits(store, 76, date(2019, 1, 1), 90)
    return counts


def test_the_citys_own_table_comes_out_of_the_counts(first_quarter: Counts) -> None:
    assert first_quarter.summary(FIRST, LAST).rows == (
        ("办件总量", "2270", "", "+3.8%"),
        ("不见面审批", "1468", "64.67%", "+24.00 个百分点"),
        ("　网上办", "868", "59.13%", "+63.8%"),
        ("　掌上办", "228", "15.53%", "+128.0%"),
        ("　e政务自助机", "176", "11.99%", "+131.6%"),
        ("　部门自助终端", "100", "6.81%", "-13.0%"),
        ("　邮寄办", "96", "6.54%", "+41.2%"),
        ("自助办合计", "276", "", "+44.5%"),
        ("其中 e政务", "176", "63.77%", "+131.6%"),
    )


def test_the_months_stand_beside_one_another(first_quarter: Counts) -> None:
    table = first_quarter.monthly(FIRST, LAST)
    assert table.heads == ("月份", *CHANNELS.values(), "合计")
    assert [row[0] for row in table.rows] == ["2020-01", "2020-02", "2020-03"]
    assert [row[1] for row in table.rows] == ["300", "568", "0"]
    assert sum(int(row[-1]) for row in table.rows) == 2270


def test_whoever_left_has_visited_and_is_no_case(first_quarter: Counts) -> None:
    table = first_quarter.table(["channel"], FIRST, LAST)
    assert table.heads == ("渠道", "办件", "到访")
    assert ("self_service", "176", "188") in table.rows
    assert ("window", "802", "802") in table.rows


def test_it_counts_by_anything(store: Store, counts: Counts) -> None:
    visits(store, 2, date(2020, 1, 31), 1)
    visits(store, 3, date(2020, 2, 1), 1, item="RS-12", station="XM-0002", result="refused")
    visits(store, 1, date(2020, 2, 1), 1, item="RS-12", station="XM-0002", result="idle")
    assert counts.table(["month", "department", "item", "station", "result"], FIRST, LAST).rows == (
        ("2020-01", "JT", "JT-02", "XM-0001", "finished", "2", "2"),
        ("2020-02", "RS", "RS-12", "XM-0002", "idle", "0", "1"),
        ("2020-02", "RS", "RS-12", "XM-0002", "refused", "3", "3"),
    )
    assert counts.table(["day"], date(2020, 2, 1), date(2020, 2, 1)).rows == (("2020-02-01", "3", "4"),)
    with pytest.raises(OfficeError, match=f"by weather; there are {', '.join(DIMENSIONS)}"):
        counts.table(["weather"], FIRST, LAST)


def test_the_day_is_the_local_one_on_which_the_visit_ended(store: Store, counts: Counts) -> None:
    evening = datetime(2020, 1, 31, 16, 0, tzinfo=UTC)
    Feedback(store).count(case(began_at=evening - timedelta(minutes=3), ended_at=evening))
    assert counts.table(["day"], FIRST, LAST).rows == (("2020-02-01", "1", "1"),)


def test_another_channel_that_is_taken_in_again_is_not_counted_twice(counts: Counts, tmp_path: Path) -> None:
    counts.take_in(others(tmp_path, "2020-01-15,online,RS,RS-01,300"))
    counts.take_in(others(tmp_path, "2020-01-15,online,RS,RS-01,310"))
    assert counts.table(["item"], FIRST, LAST).rows == (("RS-01", "310", "310"),)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2020-13-01,online,,,1", ":3: day"),
        ("2020-01-01,pigeon,,,1", ":3: channel: there are online, mobile"),
        ("2020-01-01,self_service,,,1", "the kiosks are counted here"),
        ("2020-01-01,online,,,-1", ":3: count"),
        ("2020-01-01,online,police,,1", ":3: department"),
        ("2020-01-01,online", ":3: count"),
        ("2020-01-01,online,,,1,2", ":3: "),
    ],
)
def test_a_mistake_is_told_with_its_line_and_nothing_is_taken_in(
    counts: Counts, tmp_path: Path, line: str, told: str
) -> None:
    file = others(tmp_path, "2020-01-01,online,,,5", line)
    with pytest.raises(OfficeError) as failure:
        counts.take_in(file)
    assert told in str(failure.value)
    assert counts.table(["day"], FIRST, LAST).rows == ()


def test_without_a_year_before_nothing_is_compared(store: Store, counts: Counts) -> None:
    visits(store, 2, FIRST, 1)
    assert counts.summary(FIRST, LAST).rows[0] == ("办件总量", "2", "", "–")
    assert counts.summary(date(2024, 2, 29), date(2024, 2, 29)).rows[1] == ("不见面审批", "0", "–", "–")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(CaseResult)), st.integers(0, 400)), max_size=12))
def test_however_it_is_cut_the_sums_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, ended: list[tuple[CaseResult, int]]
) -> None:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('counts')}/office.sqlite3")
    try:
        for result, days in ended:
            visits(store, 1, FIRST + timedelta(days=days), 1, result=result)
        counts, until = Counts(store), FIRST + timedelta(days=400)
        for by in ([], *([name] for name in DIMENSIONS)):
            rows = counts.table(by, FIRST, until).rows
            assert sum(int(row[-1]) for row in rows) == len(ended)
            handled = [result for result, _ in ended if result in ("finished", "saved", "refused")]
            assert sum(int(row[-2]) for row in rows) == len(handled)
    finally:
        store.close()


def test_a_table_is_text_in_columns_and_csv() -> None:
    table = Table(("项目", "办件"), (("办件总量", "2270"), ("a, b", "5")))
    assert table.text() == "项目      办件\n办件总量  2270\na, b         5\n"
    assert table.csv() == '项目,办件\n办件总量,2270\n"a, b",5\n'


def test_an_officer_prints_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    file = others(tmp_path, "2020-01-15,online,RS,,300", "2020-02-15,window,GA,,100")
    assert run("take-in", "--database", database, str(file)) == 0
    assert run("counts", "--database", database, "--from", "2020-01-01", "--to", "2020-03-31") == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["不见面审批", "300", "75.00%", "–"] in told
    assert ["2020-01", "300", "0", "0", "0", "0", "0", "300"] in told
    asked = ("counts", "--database", database, "--from", "2020-01-01", "--to", "2020-12-31", "--csv")
    assert run(*asked, "--by", "month,channel") == 0
    assert capsys.readouterr().out == "月份,渠道,办件,到访\n2020-01,online,300,300\n2020-02,window,100,100\n"
    assert run(*asked, "--by", "weather") == 1
