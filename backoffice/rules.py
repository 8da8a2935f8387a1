"""What the machine decides itself (秒批): the files ``backoffice/rules/<CODE>.yaml``, one for each item that has rules.

The rules of a file are gone through from above, and the first whose condition
holds decides: approve, refuse with reasons, or hand the application to an
officer. Where none holds, or a department that has to be asked does not
answer, an officer decides. What the kiosk was told before counts for nothing:
the departments are asked again.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backoffice.departments import Away, Departments
from backoffice.store import OfficeError, Refusal, Store
from kiosk import conditions as conditions_module
from kiosk.conditions import AllOf, AnyOf, Condition, ConditionSpec, Identifier, Not, holds, parts_of_condition
from kiosk.gateway.contract import OPERATION_FORM, Acceptance, AnswerKind, Applicant, Application, Question, Stage
from kiosk.hours import LOCAL
from kiosk.text import Text
from kiosk.yaml_file import YamlError, read_yaml

log = logging.getLogger("backoffice.rules")

RULES = Path(__file__).with_name("rules")
AWAY = "department_away"  # why an officer decides, where a department did not answer
NONE_HOLDS = "none_holds"
_HOLDER_KEYS = ("name", "number", "address", "age", "sex", "birth_date")


class RulesError(OfficeError):
    """Files of rules cannot be used; the message says where and why, a line for each mistake."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Facts(_Strict):
    """A department is asked, and what it says is known as ``fact.<key>``; ``asks`` are the answers that it sees."""

    operation: Annotated[str, Field(pattern=OPERATION_FORM)]
    asks: tuple[Identifier, ...] = ()


class Rule(_Strict):
    """What is decided when a condition holds. The citizen reads its ``reasons``; an approval's say what follows."""

    when: Condition
    decide: Literal["approve", "refuse", "officer"]
    reasons: tuple[Text, ...] = Field(default=(), max_length=4)

    @model_validator(mode="after")
    def _says_why(self) -> Rule:
        if self.decide == "refuse" and not self.reasons:
            raise ValueError("a refusal needs its reasons")
        return self


class Rules(_Strict):
    """The rules of one item. At most two departments are asked: the citizen stands there and waits."""

    facts: tuple[Facts, ...] = Field(default=(), max_length=2)
    conditions: dict[Identifier, ConditionSpec]
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_known(self) -> Rules:
        known: set[str] = set()
        used = {rule.when for rule in self.rules}
        for name, condition in self.conditions.items():
            if isinstance(condition, AllOf | AnyOf | Not):
                parts = parts_of_condition(condition)
                if strange := [part for part in parts if part not in known]:
                    raise ValueError(f"condition {name}: no condition {strange[0]} stands before it")
                used |= set(parts)
            known.add(name)
        if strange := sorted(used - known):
            raise ValueError(f"no condition {strange[0]}")
        if idle := sorted(known - used):
            raise ValueError(f"condition {idle[0]} serves for nothing")
        return self


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say: RECEIVED is for an officer to decide. ``rule`` is the condition that held."""

    stage: Literal[Stage.APPROVED, Stage.REFUSED, Stage.RECEIVED]
    rule: str
    reasons: tuple[Text, ...] = ()


class Decisions:
    """Decides applications as they come in. Methods may be called on any thread."""

    def __init__(self, store: Store, departments: Departments, rules: Mapping[str, Rules]) -> None:
        self._store = store
        self._departments = departments
        self._rules = rules

    def decide(self, application: Application, acceptance: Acceptance) -> Acceptance:
        """The acceptance with what the rules say, kept with the application; as it was where there are no rules."""
        rules = self._rules.get(application.item)
        if rules is None or acceptance.duplicate:
            return acceptance
        decision = self._decision(rules, application)
        log.info("%s: %s by %s", acceptance.reference_number, decision.stage, decision.rule)
        return self._store.decide(acceptance.reference_number, decision.stage, decision.rule, decision.reasons)

    def _decision(self, rules: Rules, application: Application) -> Decision:
        facts: dict[str, str] = {}
        for wanted in rules.facts:
            try:
                answer = self._departments.ask(wanted.operation, _question(wanted, application), application.filled_at)
            except (Away, Refusal):
                return Decision(Stage.RECEIVED, AWAY)
            if answer.outcome is AnswerKind.DENIED:
                return Decision(Stage.RECEIVED, AWAY)
            facts.update(answer.facts)
        return decided(rules, application, facts, self._store.now().astimezone(LOCAL).date())


def decided(rules: Rules, application: Application, facts: Mapping[str, str], today: date) -> Decision:
    """What ``rules`` say about an application when the departments say ``facts``."""

    def value(reference: str) -> str:
        kind, _, key = reference.rpartition(".")
        if kind == "fact":
            return facts.get(key, "")
        if kind == "holder":
            return _of_the_holder(application.applicant, key, today)
        answer = application.answers.get(key, "")
        return answer if isinstance(answer, str) else str(answer).lower()

    for rule in rules.rules:
        if holds(rule.when, rules.conditions, value, today):
            stage: dict[str, Literal[Stage.APPROVED, Stage.REFUSED, Stage.RECEIVED]] = {
                "approve": Stage.APPROVED,
                "refuse": Stage.REFUSED,
                "officer": Stage.RECEIVED,
            }
            return Decision(stage[rule.decide], rule.when, rule.reasons)
    return Decision(Stage.RECEIVED, NONE_HOLDS)


def load_rules(folder: Path = RULES) -> Mapping[str, Rules]:
    """The rules by the items' codes. Raises RulesError with every mistake of every file."""
    rules: dict[str, Rules] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            rules[path.stem] = read_yaml(path, Rules, (sys.modules[__name__], conditions_module))
        except YamlError as error:
            mistakes.append(str(error))
    if mistakes:
        raise RulesError("\n".join(mistakes))
    return rules


def _question(wanted: Facts, application: Application) -> Question:
    asked = {key: str(application.answers.get(key, "")) for key in wanted.asks}
    applicant = application.applicant
    return Question(
        item=application.item,
        station=application.station,
        number=applicant.number,
        name=applicant.name or applicant.name_en,
        typed=applicant.card == "typed",
        proof=application.identity,
        asked=asked,
    )


def _of_the_holder(applicant: Applicant, key: str, today: date) -> str:
    born = applicant.birth_date
    if key == "birth_date":
        return f"{born:%Y%m%d}" if born is not None else ""
    if key == "age":
        if born is None:
            return ""
        return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    if key == "name":
        return applicant.name or applicant.name_en
    return str(getattr(applicant, key)) if key in _HOLDER_KEYS else ""
