"""A visit told as sentences: no screen, no devices, no clock; events in, effects and views out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from drivers.id_reader.record import IdRecord
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import Item
from kiosk.catalogue.ratings import load_ratings
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.operations.faults import load_faults
from kiosk.text import Text
from kiosk.visit.consent import Operator
from kiosk.visit.events import (
    Accepted,
    Act,
    Answer,
    CardFound,
    CardRead,
    Effect,
    Event,
    LookUp,
    NothingFound,
    PageTaken,
    Signed,
    Tick,
    Way,
)
from kiosk.visit.visit import Pace, Visit
from tests.people import LIN

TODAY = date(2026, 11, 23)
CATALOGUE = load_catalogue(Path("config"))
JT_02 = CATALOGUE["JT-02"]
FAULTS = load_faults(Path("config/faults"))
RATINGS = load_ratings(Path("config/ratings.yaml"))
SAMPLE = JT_02.sample_answers(TODAY)
OPERATOR = Operator(Text(zh="示例运营公司", en="Example Operators"), "0592-0000001")
LINE = ((0.1, 0.5), (0.4, 0.4), (0.8, 0.6))

EffectT = TypeVar("EffectT", bound=Effect)


class Told:
    """A visit and everything it has asked for."""

    def __init__(self, item: Item = JT_02, **pace: float) -> None:
        self.now = 100.0
        ways = dict.fromkeys(Way, "")
        self.visit = Visit(
            item,
            FAULTS,
            today=TODAY,
            now=self.now,
            ways=ways,
            operator=OPERATOR,
            department=CATALOGUE.department(item),
            attendants=("w01",),
            ratings=RATINGS,
            pace=Pace(**pace),
        )
        self.effects: list[Effect] = self.visit.begun()
        self.on_file: Event = NothingFound()  # everything is typed

    def tell(self, *events: Event | str) -> Told:
        for event in events:
            effects = self.visit.handle(Act(event) if isinstance(event, str) else event, self.now)
            self.effects += effects
            if any(isinstance(effect, LookUp) and effect.operation == "transport.renewable" for effect in effects):
                self.tell(self.on_file)
        return self

    def wait(self, seconds: float) -> Told:
        self.now += seconds
        return self.tell(Tick())

    def asked(self, kind: type[EffectT]) -> list[EffectT]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def at(self) -> str:
        return self.visit.view().step_id

    @property
    def body(self) -> Any:
        return self.visit.view().body

    @property
    def problem(self) -> str:
        problem = self.visit.view().problem
        return problem.code if problem else ""

    def to_card(self) -> Told:
        return self.tell("next")

    def to_way(self, record: IdRecord = LIN) -> Told:
        return self.to_card().tell(CardFound(), CardRead(record, 0.3), "next")

    def to_code(self) -> Told:
        return self.to_way().tell("way:phone_code")

    def to_face(self, record: IdRecord = LIN) -> Told:
        return self.to_way(record).tell("way:face", "next")

    def to_form(self) -> Told:
        return self.to_face().tell(verdict(Outcome.ACCEPTED, 0.24))

    def fill(self, step: str) -> Told:
        assert self.at == step
        for field in self.body.fields:
            if field.key in SAMPLE:
                self.tell(Answer(field.key, SAMPLE[field.key]))
        return self.tell("next")

    def to_scan(self) -> Told:
        self.to_form()
        for step in ("category", "certificate", "licence", "contact"):
            self.fill(step)
        return self

    def to_review(self) -> Told:
        self.to_scan()
        for page in (b"jpeg-1", b"jpeg-2"):
            self.tell("next", PageTaken(page), "next")
        return self

    def to_submit(self) -> Told:
        return self.to_review().tell("next", Signed((LINE,)), "next")

    def to_print(self) -> Told:
        return self.to_submit().tell(Accepted("3502-1"), "next")


def verdict(outcome: Outcome, distance: float | None = None) -> FaceVerdict:
    return FaceVerdict(outcome, distance, 0.40, 5, 0.3, "dlib")
