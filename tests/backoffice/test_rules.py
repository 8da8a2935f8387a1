"""What the machine decides itself: rules as data, departments asked again, an officer wherever a doubt is left."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from backoffice.departments import Departments
from backoffice.reference import Manner, load_records, reference_departments
from backoffice.rules import AWAY, RULES, Decisions, Rules, RulesError, decided, load_rules
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import StepKind
from kiosk.conditions import Before, DaysAhead, DaysPast, Given, Is, LessThan, MoreThan, OneOf
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import AppCodeCheck, AppCodeProof, Applicant, Application, Stage
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running
from tests.backoffice.samples import PHONE, applicant, application
from tests.kiosk.catalogue.test_every_item import CHINESE, HALF_WIDTH, QUOTED, texts

CATALOGUE = load_catalogue(Path("config"))
ALL = load_rules()
PEOPLE = load_records()[0]
TODAY = date(2026, 11, 23)  # of the fixture's clock
every_file = pytest.mark.parametrize("code", list(ALL))


def asked_for(code: str, who: str = "lin", **answers: str) -> Application:
    """An application for this item as this person of the sample tray answers it."""
    item = CATALOGUE[code]
    said = {**item.sample_answers(TODAY), "phone": PHONE, **answers}
    known = {key: value for key, value in said.items() if key in item.answer_keys()}
    return application(
        item=code, applicant=applicant(number=PEOPLE[who].number), answers={**known, "phone": PHONE}, attachments=()
    )


@pytest.fixture
def departments(store: Store) -> Departments:
    return reference_departments(store)


@pytest.fixture
def decisions(store: Store, departments: Departments) -> Decisions:
    return Decisions(store, departments, ALL)


def came_in(store: Store, decisions: Decisions, said: Application) -> tuple[Stage, str]:
    """What became of an application, and the Chinese of the first reason."""
    acceptance = decisions.decide(said, store.accept(said))
    return acceptance.stage, acceptance.reasons[0].zh if acceptance.reasons else ""


# -- the files -------------------------------------------------------------------------


@every_file
def test_each_file_is_about_an_item_that_can_be_applied_for_and_names_what_it_has(code: str) -> None:
    item, rules = CATALOGUE[code], ALL[code]
    assert any(step.kind is StepKind.SUBMIT for step in item.steps)
    records = load_records()[1]
    said: set[str] = set()
    for wanted in rules.facts:
        operation = records[wanted.operation.partition(".")[0]].operations[wanted.operation]
        said |= {key for record in operation.found.values() for key in record.facts}
        assert set(wanted.asks) <= item.answer_keys()
    for condition in rules.conditions.values():
        references = [getattr(condition, "field", ""), getattr(condition, "not_after", "")]
        references += [limit for limit in (getattr(condition, "more_than", ""),) if isinstance(limit, str)]
        for reference in filter(None, references):
            kind, _, key = reference.rpartition(".")
            assert key in {"fact": said, "": item.answer_keys(), "holder": {"age"}}[kind], reference


@every_file
def test_every_sentence_is_in_its_language_and_ends_like_one(code: str) -> None:
    for place, text in texts(ALL[code]):
        assert not HALF_WIDTH.search(text.zh), f"{place}: {text.zh}"
        assert not CHINESE.search(QUOTED.sub("", text.en)), f"{place}: {text.en}"
        assert text.zh.endswith("。"), text.zh
        assert text.en.endswith("."), text.en


@every_file
def test_every_rule_of_it_decides_something(code: str) -> None:
    rules, chance = ALL[code], Random(1)
    values = _values(rules)
    reached: set[str] = set()
    for _ in range(20_000):
        facts = {key: chance.choice(choices) for (kind, key), choices in values.items() if kind == "fact"}
        answers = {key: chance.choice(choices) for (kind, key), choices in values.items() if kind == ""}
        young = chance.random() < 0.2
        said = application(item=code, answers=answers, applicant=_born(2015 if young else 1990))
        reached.add(decided(rules, said, facts, TODAY).rule)
        if {rule.when for rule in rules.rules} <= reached:
            return
    pytest.fail(f"never decided by { ({rule.when for rule in rules.rules} - reached) }")


@every_file
def test_nothing_is_approved_of_which_nothing_is_known(code: str) -> None:
    assert decided(ALL[code], application(item=code, answers={}), {}, TODAY).stage is Stage.RECEIVED


def _born(year: int) -> Applicant:
    return applicant(birth_date=date(year, 1, 1))


def _values(rules: Rules) -> dict[tuple[str, str], list[str]]:
    """For what conditions look at, values on either side of what they ask."""
    values: dict[tuple[str, str], set[str]] = {}

    def add(reference: str, *more: str) -> None:
        kind, _, key = reference.rpartition(".")
        values.setdefault((kind, key), {""}).update(more)

    def day(days: int) -> str:
        return f"{TODAY + timedelta(days=days):%Y%m%d}"

    for condition in rules.conditions.values():
        match condition:
            case Is(field=field, equals=value):
                add(field, value)
            case OneOf(field=field, one_of=several):
                add(field, *several)
            case Given(field=field):
                add(field, "x")
            case MoreThan(field=field, more_than=limit) | LessThan(field=field, less_than=limit):
                about = limit if isinstance(limit, Decimal) else Decimal(2)
                add(field, str(about - 1), str(about), str(about + 1))
                if isinstance(limit, str):
                    add(limit, "2")
            case DaysAhead(field=field, days_ahead_more_than=days):
                add(field, day(days), day(days + 1))
            case DaysPast(field=field, days_past_more_than=days):
                add(field, day(-days), day(-days - 1))
            case Before(field=field, not_after=other):
                add(field, day(0))
                add(other, day(0))
    return {key: sorted(found) for key, found in values.items()}


def test_a_key_that_nobody_knows_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "RS-12.yaml").write_text(
        "conditions:\n  usable: {field: fact.card_state, equals: usable}\nrules:\n"
        "  - {when: usable, decide: approve, reson: []}\n",
        encoding="utf-8",
    )
    with pytest.raises(RulesError, match=r"RS-12.yaml:4: .*reson: nobody knows this key; did you mean reasons\?"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"rules": [{"when": "other", "decide": "approve"}]}, "no condition other"),
        ({"rules": [{"when": "it", "decide": "refuse"}]}, "a refusal needs its reasons"),
        ({"conditions": {"both": {"all_of": ["it", "later"]}, "later": {"field": "x", "given": True}}}, "later stands"),
        ({"conditions": {"idle": {"field": "x", "given": True}}}, "idle serves for nothing"),
        ({"facts": [{"operation": "a.b"}] * 3}, "at most 2"),
    ],
)
def test_what_makes_no_sense_is_refused(rules: dict[str, Any], told: str) -> None:
    conditions = {"it": {"field": "action", "equals": "block"}, **rules.pop("conditions", {})}
    whole = {"conditions": conditions, "rules": [{"when": "it", "decide": "approve"}], **rules}
    with pytest.raises(ValueError, match=told):
        Rules.model_validate(whole)


# -- what becomes of applications --------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        (asked_for("RS-12"), Stage.APPROVED),
        (asked_for("RS-12", action="unblock"), Stage.REFUSED),
        (asked_for("RS-12", "uygur", action="unblock"), Stage.APPROVED),
        (asked_for("RS-12", "chen"), Stage.REFUSED),
        (asked_for("RS-07"), Stage.APPROVED),
        (asked_for("RS-07", "chen"), Stage.REFUSED),
        (asked_for("RS-05", left_on="20261103"), Stage.APPROVED),
        (asked_for("RS-05", left_on="20261101"), Stage.RECEIVED),
        (asked_for("RS-05", left_on="20261103", reason="other"), Stage.RECEIVED),
        (asked_for("YB-04"), Stage.APPROVED),
        (asked_for("YB-04", kind="referral"), Stage.RECEIVED),
        (asked_for("YB-04", evidence="proof"), Stage.RECEIVED),
        (asked_for("YB-04", start_on="20261101"), Stage.RECEIVED),
        (asked_for("YB-05"), Stage.APPROVED),
        (asked_for("YB-05", relation="other"), Stage.RECEIVED),
        (asked_for("YB-05", relative_number="350213199211020049"), Stage.REFUSED),
        (asked_for("YB-07"), Stage.APPROVED),
        (asked_for("GJ-10", bank_card="6222020000000000018"), Stage.APPROVED),
        (asked_for("GJ-10", bank_card="6222020000000000018", amount="6000.01"), Stage.REFUSED),
        (asked_for("GJ-10", "uygur", bank_card="6222020000000000018"), Stage.REFUSED),
        (asked_for("GJ-12"), Stage.APPROVED),
        (asked_for("GJ-12", changes="phone,card"), Stage.RECEIVED),
        (asked_for("GA-JZ-02"), Stage.APPROVED),
        (asked_for("GA-JZ-02", "chen"), Stage.REFUSED),
        (asked_for("GA-JJ-08", vehicle="lin_car"), Stage.APPROVED),
        (asked_for("GA-JJ-08", vehicle="lin_van"), Stage.REFUSED),
        (asked_for("JT-02"), Stage.RECEIVED),  # there are no rules: an officer looks at the papers
    ],
    ids=lambda value: value.item if isinstance(value, Application) else value.value,
)
def test_an_application_is_decided_by_what_the_departments_say_now(
    store: Store, decisions: Decisions, said: Application, stage: Stage
) -> None:
    assert came_in(store, decisions, said)[0] is stage
    assert store.listing()[0].stage is stage


def test_the_decision_and_its_reasons_are_kept_with_the_application_and_told_by_text(
    store: Store, decisions: Decisions
) -> None:
    said = asked_for("RS-12", "chen")
    stage, reason = came_in(store, decisions, said)
    assert (stage, reason) == (Stage.REFUSED, "这张社保卡已经注销，不能挂失或解挂。")
    again = store.accept(said)
    assert (again.duplicate, again.stage, again.reasons[0].zh) == (True, Stage.REFUSED, reason)
    assert store.by_ticket(said.ticket).reasons == again.reasons
    with store.transaction() as session:
        row = session.connection().exec_driver_sql("SELECT stage, rule, reasons FROM decision").one()
    assert row[:2] == ("refused", "card_cancelled")
    assert json.loads(row[2])[1]["zh"].startswith("需要新卡")
    (text,) = store.texts()
    assert "这张社保卡已经注销，不能挂失或解挂；需要新卡" in text.words


def test_an_officer_may_not_review_what_is_decided_and_decides_what_is_not(store: Store, decisions: Decisions) -> None:
    came_in(store, decisions, asked_for("RS-12"))
    came_in(store, decisions, asked_for("YB-04", kind="referral"))
    done, open_ = (line.reference_number for line in store.listing())
    with pytest.raises(Exception, match="already been reviewed"):
        store.review(done, "wang", None)
    review = store.review(open_, "wang", None)
    assert (review.stage, review.parcel_number) == (Stage.APPROVED, None)  # nothing of it is posted
    assert "已通过" in review.text


@pytest.mark.may_warn("human_resources does not answer")
@pytest.mark.parametrize("manner", [Manner.DOWN, Manner.CLOSED])
def test_with_its_department_away_an_officer_decides_and_nothing_is_lost(
    store: Store, decisions: Decisions, manner: Manner
) -> None:
    store.set_manner("human_resources", manner.value)
    assert came_in(store, decisions, asked_for("RS-12"))[0] is Stage.RECEIVED
    with store.transaction() as session:
        assert session.connection().exec_driver_sql("SELECT rule FROM decision").scalar_one() == AWAY


def test_what_arrives_days_later_is_decided_with_the_proof_that_was_given_then(
    store: Store, decisions: Decisions, time: Time
) -> None:
    number = PEOPLE["lin"].number
    result = store.check_app_code(AppCodeCheck(number=number, code=store.issue_app_code(number)))
    assert result.proof_id is not None
    said = asked_for("RS-12").model_copy(
        update={"identity": AppCodeProof(proof_id=result.proof_id), "filled_at": time.now}
    )
    time.passes(days=3)
    assert came_in(store, decisions, said)[0] is Stage.APPROVED
    assert ["已提交" in text.words for text in store.texts()] == [True, False]


def test_the_decision_comes_back_over_the_line(store: Store) -> None:
    with Running(create_app(store)) as office, closing(GatewayClient(office.url)) as client:
        refused = client.submit(asked_for("RS-12", "chen"))
        assert (refused.stage, len(refused.reasons)) == (Stage.REFUSED, 2)
        assert client.submit(asked_for("RS-12")).stage is Stage.APPROVED


def test_the_shipped_rules_are_those_of_this_folder() -> None:
    assert {path.stem for path in RULES.glob("*.yaml")} == set(ALL)
    assert len(ALL) >= 6
