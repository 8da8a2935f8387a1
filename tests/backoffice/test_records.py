"""The reference back office's records: who is in them, which mistakes an author is told of, and that the items fit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.reference import (
    DepartmentRecords,
    Manner,
    Person,
    RecordsError,
    ReferenceSystem,
    load_records,
    reference_departments,
)
from drivers.id_reader.people import TRAY
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import LookupStep, PayStep, PrintDocumentStep, RewriteCardStep, StepKind
from kiosk.gateway.contract import Answer, AnswerKind, Question
from tests.backoffice.test_commands import run

PEOPLE = 'people:\n  lin: {number: "350206198503120027", phone: "13950010001"}\n'
FOUND = "operations:\n  housing.homes:\n    found:\n      lin:\n        facts: {count: '1'}\n"


def folder(tmp_path: Path, housing: str, people: str = PEOPLE) -> Path:
    (tmp_path / "people.yaml").write_text(people, encoding="utf-8")
    (tmp_path / "housing.yaml").write_text(housing, encoding="utf-8")
    return tmp_path


def told(tmp_path: Path, housing: str, people: str = PEOPLE) -> str:
    with pytest.raises(RecordsError) as error:
        load_records(folder(tmp_path, housing, people))
    return str(error.value)


def test_the_people_of_the_records_are_those_of_the_tray_with_a_phone_each() -> None:
    people, _ = load_records()
    of_the_tray = {"wang" if name == "wang_elder" else name: person.record.number for name, person in TRAY.items()}
    assert {name: person.number for name, person in people.items()} == of_the_tray
    phones = [person.phone for person in people.values()]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1395001") for phone in phones)  # invented ones


def test_the_shipped_records_can_be_used() -> None:
    _, records = load_records()
    assert records
    assert all(found.operations for found in records.values())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("facts:", "fact:", r"housing\.yaml:5: .*nobody knows this key; did you mean facts\?"),
        ("found:", "fuond:", r"housing\.yaml:3: .*did you mean found\?"),
        ("'1'", "1", r"housing\.yaml:5: .*string"),
        ("'1'", "today-3o", r"housing\.yaml:5: .*counted from now"),
        ("lin:", "nobody:", r"housing\.yaml:2: .*nobody called nobody in people\.yaml"),
        ("housing.homes", "tax.homes", r"housing\.yaml:1: .*tax\.homes is no operation of housing"),
        ("housing.homes", "homes", r"housing\.yaml:2: .*pattern"),
        ("facts: {count: '1'}", "rows: [{address: x}]", r"housing\.yaml:5: .*key of its own"),
        ("facts: {count: '1'}", "rows: [{key: '1'}, {key: '1'}]", r"housing\.yaml:5: .*key of its own"),
        ("operations:", "hours: {open: '22:00-08:00'}\noperations:", r"housing\.yaml:1: hours.*closes before it opens"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_line_and_its_place(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in FOUND
    assert load_records(folder(tmp_path, FOUND))  # without the mistake it is well
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(RecordsError, match=sentence):
        load_records(folder(other, FOUND.replace(old, new, 1)))


def test_whoever_is_found_is_not_denied_as_well(tmp_path: Path) -> None:
    said = "{zh: 不行, en: No}"
    denied = f"    denied:\n      lin: {{happened: {said}, meaning: {said}, todo: {said}}}\n"
    assert "lin is found and denied" in told(tmp_path, FOUND + denied)


def test_mistakes_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "tax.yaml").write_text("operations: {}\nhour: {}\n", encoding="utf-8")
    words = told(tmp_path, FOUND.replace("facts", "fatcs"))
    assert "housing.yaml:5" in words
    assert "tax.yaml:2" in words


def test_people_without_a_number_are_no_people(tmp_path: Path) -> None:
    assert "people.yaml:2" in told(tmp_path, FOUND, people="people:\n  lin: {phone: '13950010001'}\n")


def test_a_service_with_broken_records_does_not_start_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = folder(tmp_path, FOUND.replace("facts", "fatcs"))
    monkeypatch.setattr("backoffice.service.reference_departments", lambda store: reference_departments(store, broken))
    assert run("serve", "--listen", "127.0.0.1:0", "--database", f"sqlite:///{tmp_path}/office.sqlite3") == 1
    assert "housing.yaml:5" in capsys.readouterr().err


# -- days and months ----------------------------------------------------------------------


LIN = Person(number=TRAY["lin"].record.number, phone="13950010001")


def answered(value: str, now: datetime) -> str:
    found = {"housing.homes": {"found": {"lin": {"facts": {"count": value}}}}}
    records = DepartmentRecords.model_validate({"operations": found})
    system = ReferenceSystem(records, {"lin": LIN}, now=lambda: now, manner=lambda: (Manner.UP, 0.0))
    answer = system.ask("housing.homes", Question(item="FG-01", station="XM-0001", number=LIN.number))
    assert answer.outcome is AnswerKind.FOUND
    return answer.facts["count"]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("today", "20261231"),
        ("today-31", "20261130"),
        ("today+1", "20270101"),
        ("month", "202612"),
        ("month-12", "202512"),
        ("month+1", "202701"),
        ("20261231", "20261231"),
        ("正常", "正常"),
    ],
)
def test_a_day_is_counted_by_the_calendar_here(value: str, meant: str) -> None:
    night = datetime(2026, 12, 30, 16, 30, tzinfo=UTC)  # half an hour into the 31st in China
    assert answered(value, night) == meant


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_a_month_so_far_from_this_one_is_as_many_months_away(today: date, by: int) -> None:
    noon = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
    found = answered(f"month{by:+}", noon)
    assert (int(found[:4]) * 12 + int(found[4:])) - (today.year * 12 + today.month) == by
    assert 1 <= int(found[4:]) <= 12


# -- periods ------------------------------------------------------------------------------


def of_lin(operation: str, **asked: str) -> Answer:
    """What the shipped records say of Lin in November 2026."""
    people, records = load_records()
    now = datetime(2026, 11, 23, 4, tzinfo=UTC)
    department = records[operation.partition(".")[0]]
    system = ReferenceSystem(department, people, now=lambda: now, manner=lambda: (Manner.UP, 0.0))
    return system.ask(operation, Question(item="RS-02", station="XM-0001", number=LIN.number, asked=asked))


@pytest.mark.parametrize(
    ("operation", "column", "months"),
    [
        ("human_resources.contributions", "month", 3),
        ("human_resources.pension_payments", "month", 3),
        ("medical_insurance.contributions", "month", 3),
        ("medical_insurance.spending", "spent_on", 3),
        ("tax.income_tax", "month", 4),  # a second payer in June
        ("tax.fees_paid", "month", 3),
        ("housing_fund.deposits", "month", 3),
        ("housing_fund.repayments", "month", 3),
    ],
)
def test_a_list_has_the_months_that_were_asked_for_and_no_others(operation: str, column: str, months: int) -> None:
    if operation == "medical_insurance.spending":
        asked = {"from_month": "202605", "to_month": "202609"}
    else:
        asked = {"from_month": "202606", "to_month": "202608"}
    everything, some = of_lin(operation), of_lin(operation, **asked)
    assert len(everything.rows) > len(some.rows) == months
    assert {row[column][:6] for row in some.rows} <= {"202605", "202606", "202607", "202608", "202609"}
    assert of_lin(operation, from_month="199001", to_month="199012").outcome is AnswerKind.NOTHING


def test_what_is_added_up_is_added_up_over_the_months_that_were_asked_for() -> None:
    asked = {"from_month": "202606", "to_month": "202607"}
    assert of_lin("housing_fund.deposits", **asked).facts["deposited"] == "4704.00"
    assert of_lin("housing_fund.repayments", **asked).facts["repaid"] == "6715.40"


def test_months_are_counted_that_were_asked_for_and_not_told_one_by_one() -> None:
    enrolled = of_lin("human_resources.enrolment_period", from_month="202601", to_month="202606")
    assert (enrolled.facts["months"], enrolled.rows) == ("6", ())
    assert of_lin("human_resources.enrolment_period", from_month="202609", to_month="202703").facts["months"] == "2"
    none = of_lin("human_resources.enrolment_period", from_month="199001", to_month="199012")
    assert none.outcome is AnswerKind.NOTHING


@pytest.mark.parametrize(
    ("operation", "rows"),
    [
        ("police.travel_records", {"one_year": 2, "five_years": 6}),
        ("police.residence_records", {"one_year": 1, "three_years": 2, "five_years": 3, "all": 3}),
        ("police.driver_record", {"one_year": 0, "three_years": 2, "all": 2}),
    ],
)
def test_a_period_reaches_back_as_far_as_it_says(operation: str, rows: dict[str, int]) -> None:
    for period, count in rows.items():
        answer = of_lin(operation, period=period, purpose="other")
        assert answer.outcome is AnswerKind.FOUND
        assert len(answer.rows) == count, period
        assert answer.facts.get("journeys", str(count)) == str(count)


def test_every_period_that_an_item_asks_for_is_honoured() -> None:
    _, records = load_records()
    operations = {name: found for department in records.values() for name, found in department.operations.items()}
    for item in load_catalogue(Path("config")).values():
        for step in item.steps:
            if isinstance(step, LookupStep | PrintDocumentStep) and {"from_month", "period"} & set(step.asks):
                operation = operations[step.operation]
                assert operation.period is not None or not any(
                    one.rows or one.monthly for one in operation.found.values()
                )


# -- the items -----------------------------------------------------------------------------

ASKS = (LookupStep, PrintDocumentStep, RewriteCardStep)


def asked() -> dict[str, list[bool]]:
    """Every operation that an item asks, and of each time whether a sign-in surely stands before it."""
    found: dict[str, list[bool]] = {}
    for item in load_catalogue(Path("config")).values():
        signed_in: set[str | None] = set()  # always, or where this condition holds
        for step in item.steps:
            if step.kind is StepKind.SIGN_IN:
                signed_in.add(step.only_if)
            if isinstance(step, ASKS):
                found.setdefault(step.operation, []).append(bool(signed_in & {None, step.only_if}))
    return found


def test_what_items_ask_is_known_here_and_what_is_known_is_asked() -> None:
    _, records = load_records()
    known = {name for department in records.values() for name in department.operations}
    items = load_catalogue(Path("config")).values()
    paid = {step.operation for item in items for step in item.steps if isinstance(step, PayStep)}
    assert set(asked()) <= known <= set(asked()) | paid


def test_a_proof_is_asked_for_exactly_where_whoever_asks_has_surely_signed_in() -> None:
    """Or an item could never be done, or a number alone would tell what belongs to its holder."""
    _, records = load_records()
    operations = {name: found for department in records.values() for name, found in department.operations.items()}
    for name, signed_in in asked().items():
        operation = operations[name]
        assert operation.proof == all(signed_in) or operation.about != "person", name
        assert all(signed_in) or not operation.proof, name
