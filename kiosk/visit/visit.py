"""The visit itself: which step stands, what was answered, how much time is left.

:meth:`Visit.handle` takes one event and returns what is to be done about it;
:meth:`Visit.view` says what the screen shows. The route is computed from the
answers each time it is asked for, so going back and answering differently
leads on differently, and nothing is kept for steps that fell away.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from drivers.id_reader.record import IdRecord
from kiosk.catalogue.departments import Department
from kiosk.catalogue.item import FormStep, Item, LookupStep, Outcome, SignInStep, Step, keys_of
from kiosk.catalogue.ratings import Ratings
from kiosk.conditions import holds
from kiosk.gateway.contract import CaseResult
from kiosk.gateway.contract import Stage as ApplicationStage
from kiosk.identity.events import FaceProgress, FaceVerdict, Prompt
from kiosk.operations.faults import FaultWords
from kiosk.text import Text
from kiosk.visit import words
from kiosk.visit.consent import Operator
from kiosk.visit.events import (
    Act,
    Answer,
    AskedOneByOne,
    CardLifted,
    CardRead,
    CountCase,
    Effect,
    End,
    Ending,
    Event,
    Failed,
    OfficerSaid,
    Proof,
    Record,
    SettleOrder,
    Signed,
    StopDevices,
    Stroke,
    Tick,
    Touched,
    Way,
    WaysChanged,
)
from kiosk.visit.page import Page
from kiosk.visit.pages import PAGES
from kiosk.visit.shown import whole
from kiosk.visit.sign_in import NOT_ON_FILE, SignInPart, parts_of
from kiosk.visit.stages import STAGE_OF
from kiosk.visit.view import Button, Problem, Stage, StageState, StepKind, VisitView

DENIED = "denied."  # before the reason in a problem's code
# What is left to do once an application was refused.
AFTER_REFUSAL = (StepKind.PRINT_RECEIPT, StepKind.RATE)
ELDER_AGE = 60  # from here on larger pages are offered


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the machine waits for a person, in seconds.

    The warning stands at least 20 s, as WCAG 2.2.1 asks, and can be answered any number of times.
    """

    idle: float = 120.0
    warning: float = 20.0
    done: float = 45.0
    rate: float = 30.0

    def __post_init__(self) -> None:
        if self.warning < 20 or self.idle <= self.warning or self.done <= self.warning:
            raise ValueError("the idle warning needs at least 20 s, and the waits must be longer than it")


class Visit:
    """One citizen with one item. Everything personal hangs on this object and goes with it.

    ``ways`` are those to show who one is, see :class:`WaysChanged`; ``attendants`` the ids of the site's staff.
    ``ratings`` are the reasons that can be ticked beside a rating; ``prints_guide`` is whether there is paper for one;
    ``postage`` says who pays for what is posted.
    ``one_by_one`` is whether one question is asked a page.
    ``operator`` runs the machine and ``face_leaves`` says that pictures leave it to be compared; the citizen is told.
    """

    def __init__(
        self,
        item: Item,
        faults: Mapping[str, FaultWords],
        *,
        today: date,
        now: float,
        ways: Mapping[Way, str],
        operator: Operator,
        department: Department,
        attendants: tuple[str, ...] = (),
        ratings: Ratings | None = None,
        prints_guide: bool = False,
        postage: Text | None = None,
        face_leaves: bool = False,
        one_by_one: bool = False,
        pace: Pace | None = None,
    ) -> None:
        self.item = item
        self.department = department
        self.steps: tuple[Step | SignInPart, ...] = tuple(
            part for step in item.steps for part in (parts_of(step) if isinstance(step, SignInStep) else (step,))
        )
        self.today = today
        self.pace = pace or Pace()
        self.answers: dict[str, str] = {}
        self.facts: dict[str, str] = {}  # what departments said, by the facts' keys
        self.said: dict[str, Text] = {}  # how a fact is shown that was left behind by a booking or a payment
        self.owed = ""  # the order of something that was paid for in this visit and is not handed out yet
        self.rows: dict[str, tuple[Mapping[str, str], ...]] = {}  # by the ids of the lookups that brought them
        self.record: IdRecord | None = None
        self.typed = False  # the record was typed in; no card was read
        self.refused = False
        self.card_on_reader = False
        self.card_taken = False  # in the middle of the visit, and nobody has said yet whether it goes on
        self.ways = ways
        self.attendants = attendants
        self.ratings = ratings or Ratings()
        self.prints_guide = prints_guide
        self.postage = postage
        self.operator = operator
        self.face_leaves = face_leaves
        self.one_by_one = one_by_one
        self.way: Way | None = None  # the one that was chosen
        self.proof: Proof | None = None
        self.near_face: FaceVerdict | None = None  # one that was near, not near enough
        self.tries: Counter[Way] = Counter()  # that came to nothing, whatever card lay there
        self.closed: dict[Way, str] = {}  # the fault for which a way is not offered again in this visit
        self.pages_taken: dict[str, bytes] = {}
        self.strokes: tuple[Stroke, ...] = ()
        self.reference_number = ""
        self.stage = ApplicationStage.RECEIVED  # of the application, once the back office has it
        self.reasons: tuple[Text, ...] = ()  # why it was refused, or what follows its approval
        self.ticket = ""
        self.receipt_printed = False
        self.paper_printed = False
        self.ending: Ending | None = None
        self.problem: Problem | None = None
        self._faults = faults
        self._effects: list[Effect] = []
        self._told: dict[str, Outcome] = {}  # what was said of the last failure beyond its code
        self._live: dict[str, Page] = {}
        self._position = 0
        self._active_at = now
        self._entered_at = now
        self.now = now  # of the last event, seconds of a monotonic clock
        self._return_to_review = False
        self._elder_offered = False  # and the page on which it was is left
        self.emit(Record("visit_begun", {"item": item.code, "revision": item.revision}))
        self._enter()

    # -- what others call ------------------------------------------------------

    def begun(self) -> list[Effect]:
        """What the beginning itself asks for."""
        return self._taken()

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Let ``event`` happen at ``now`` (seconds of a monotonic clock) and return the effects."""
        self.now = max(now, self.now)
        if self.ending is not None:
            return []
        if isinstance(event, Tick):
            self._tick()
            return self._taken()
        if isinstance(event, Act | Answer | Signed | Touched):
            self._active_at = self.now
        if isinstance(event, FaceProgress) and event.prompt is not Prompt.NOBODY:
            self._active_at = self.now  # somebody stands there and does what is asked
        if isinstance(event, OfficerSaid):
            self._active_at = self.now  # somebody speaks with an officer, or waits for one
        if isinstance(event, AskedOneByOne):
            self.one_by_one = event.on
            return self._taken()
        if isinstance(event, WaysChanged):
            self.ways = event.ways
            return self._taken()
        if isinstance(event, CardRead):
            self.card_on_reader = True
        if isinstance(event, CardLifted):
            self._card_lifted()
        if isinstance(event, Failed):
            self._told = {event.code: event.said} if event.said is not None else {}
        if isinstance(event, Act):
            self._act(event.id)
        elif not isinstance(event, Touched):
            self.page.handle(event)
        return self._taken()

    def view(self) -> VisitView:
        """The page as it stands."""
        page = self.page
        left = self._seconds_left()
        return VisitView(
            item=self.item.name,
            step_id=page.step.id,
            position=self._position,
            kind=StepKind(page.step.kind),
            title=page.title(),
            hint=page.hint(),
            stages=self._stages(),
            body=page.body(),
            primary=None if self.problem else page.primary(),
            secondary=() if self.problem else page.secondary(),
            back=page.may_go_back and not page.working(),
            exit=not page.working(),
            seconds_left=max(math.ceil(left), 0),
            warning=left <= self.pace.warning and not page.ends_quietly,
            problem=self.problem,
            card_taken=self.card_taken,
            offers_elder=self._offers_elder(),
        )

    def revealed(self, reference: str) -> Text | None:
        """What this page shows masked under ``reference``, whole; None when it shows nothing under it."""
        return whole(self, reference) if reference and reference in self.page.masked() else None

    @property
    def page(self) -> Page:
        """The live side of the step that stands."""
        return self._live[self.steps[self._position].id]

    # -- what pages call -------------------------------------------------------

    def emit(self, effect: Effect) -> None:
        """Ask for something to be done."""
        self._effects.append(effect)

    def fail(self, code: str, *actions: Button, said: Outcome | None = None, number: str = "") -> None:
        """Show what is wrong. Every problem leaves a way: its actions, and leaving."""
        sentences = said or self._told.get(code) or self._faults[code]
        todo = sentences.todo
        if self.owed:
            todo = Text(zh=f"{todo.zh}{words.MONEY_BACK.zh}", en=f"{todo.en} {words.MONEY_BACK.en}")
        self.problem = Problem(
            code,
            sentences.happened,
            sentences.meaning,
            todo,
            actions or (Button("retry", words.RETRY), Button("exit", words.LEAVE)),
            number,
        )
        self.emit(Record("problem_shown", {"step": self.page.step.id, "code": code}))

    def stay(self) -> None:
        """Somebody is here and busy, though not with the glass."""
        self._active_at = self.now

    def handed_out(self) -> None:
        """What was paid for is in the citizen's hands: the money is not owed any more."""
        if self.owed:
            self.emit(SettleOrder(self.owed, done=True))
            self.owed = ""

    def advice(self, code: str) -> Text:
        """What a fault that does not stop anybody says: what happened, and what to do about it."""
        words = self._faults[code]
        return Text(zh=f"{words.happened.zh}。{words.todo.zh}", en=f"{words.happened.en}. {words.todo.en}")

    def deny(self, said: Outcome, why: str, *, change: bool) -> None:
        """Say why the item ends here; with ``change`` the answers that led here may be changed."""
        ways = [Button("change", words.CHANGE_ANSWERS)] if change else []
        self.fail(f"{DENIED}{why}", *ways, Button("exit", words.LEAVE), said=said)

    def denied(self, step: FormStep | LookupStep) -> bool:
        """Whether a condition of ``step`` denies the item; then it is said."""
        for deny in step.deny:
            if self.condition_holds(deny.when):
                self.deny(deny, deny.when, change=isinstance(step, FormStep) or bool(step.asks))
                return True
        return False

    def condition_holds(self, name: str) -> bool:
        """Whether the item's condition ``name`` holds for what is known so far."""
        return holds(name, self.item.conditions, self.value, self.today)

    def value(self, reference: str) -> str:
        """What a reference of the item's file stands for now, "" when it is not known yet."""
        kind, _, key = reference.rpartition(".")
        if kind == "fact":
            return self.facts.get(key, "")
        return self._on_card(key) if kind == "holder" else self.answers.get(key, "")

    @property
    def number(self) -> str:
        """Under which all this is found again: an application, an appointment or a payment; "" for none."""
        kinds = {step.kind for step in self.item.steps}  # a department may call a fact "payment" as well
        booked = self.facts.get("booking", "") if StepKind.BOOK in kinds else ""
        paid = self.facts.get("payment", "") if StepKind.PAY in kinds else ""
        return self.reference_number or self.ticket or booked or paid

    @property
    def result(self) -> Literal[CaseResult.FINISHED, CaseResult.REFUSED, CaseResult.SAVED]:
        """What came of the case, once nothing is left to be done."""
        if self.refused:
            return CaseResult.REFUSED
        return CaseResult.SAVED if self.ticket and not self.reference_number else CaseResult.FINISHED

    def on_route(self, step: Step | SignInPart) -> bool:
        """Whether the answers so far lead over ``step``."""
        return self._page_of(step).on_route()

    def closed_by(self, way: Way) -> str:
        """The fault for which this person cannot go ``way`` now, "" when it is open."""
        return self.closed.get(way) or self.ways[way]

    def reason(self, code: str) -> Text:
        """A fault in a few words."""
        return self._faults[code].happened

    def forget_proof(self) -> None:
        """Another card may be laid down: nobody is proven to be its holder. What was tried in vain stays counted."""
        self.proof = self.way = self.near_face = None
        if self.closed.get(Way.FACE) in ("face.no_portrait", NOT_ON_FILE):  # it was the card's fault, or the number's
            del self.closed[Way.FACE]
        for step in self.steps:
            if isinstance(step, SignInPart):
                self._live.pop(step.id, None)

    def forget_answers(self) -> None:
        """Drop what was answered, looked up, scanned and signed after this step: it was another person's."""
        keys: set[str] = set()
        facts: set[str] = set()
        for place, step in enumerate(self.steps):
            if isinstance(step, SignInPart):
                continue
            if place > self._position:
                self._live.pop(step.id, None)
                self.rows.pop(step.id, None)
                continue
            keys.update(keys_of(step))
            if isinstance(step, LookupStep):
                facts.update(fact.key for fact in step.facts)
        self.answers = {key: value for key, value in self.answers.items() if key in keys}
        self.facts = {key: value for key, value in self.facts.items() if key in facts}
        self.pages_taken.clear()
        self.strokes = ()

    def advance(self) -> None:
        """The step is finished: go on to the next one that is on the route and not done already."""
        self.emit(
            Record("step_finished", {"step": self.page.step.id, "seconds": round(self.now - self._entered_at, 3)})
        )
        self._elder_offered = self._elder_offered or self._offers_elder()
        self.page.leave()
        self.problem = None
        if self.refused and self.page.step.kind is StepKind.RATE:
            self._end(Ending.REFUSED)
            return
        for position in range(self._position + 1, len(self.steps)):
            step = self.steps[position]
            if not self.on_route(step) or self._page_of(step).passed():
                continue
            if self.refused and step.kind not in AFTER_REFUSAL:
                continue
            if self._return_to_review and step.kind is not StepKind.REVIEW and self._page_of(step).complete():
                continue
            self._return_to_review = self._return_to_review and step.kind is not StepKind.REVIEW
            self._position = position
            self._enter()
            return
        self._end(self._last_ending())

    def finish(self) -> None:
        """The visit has reached its end."""
        self._end(self._last_ending())

    def abandon(self) -> list[Effect]:
        """The machine is being switched off: end at once, whatever is under way, and return what is to be done."""
        if self.ending is None:
            self._end(Ending.LEFT)
        return self._taken()

    def back(self) -> None:
        """Go back to the step before; from the first one, home."""
        self.page.leave()
        self.problem = None
        self._return_to_review = False
        for position in range(self._position - 1, -1, -1):
            step = self.steps[position]
            if self.on_route(step) and not self._page_of(step).passed():
                self._position = position
                self._enter()
                return
        self._end(Ending.LEFT)

    @property
    def changing_one_answer(self) -> bool:
        """Whether somebody came from the review, and goes straight back there."""
        return self._return_to_review

    def edit(self, step_id: str) -> None:
        """Go back from the review to one step, and come straight back afterwards."""
        for position, step in enumerate(self.steps[: self._position]):
            if step.id == step_id:
                self.page.leave()
                self.problem = None
                self._return_to_review = True
                self._position = position
                self._enter()

    def go_back_to(self, kind: StepKind) -> None:
        """Go back to the nearest step of ``kind``, to choose differently."""
        for position in range(self._position - 1, -1, -1):
            if self.steps[position].kind is kind:
                self.page.leave()
                self.problem = None
                self._return_to_review = False
                self._position = position
                self._enter()
                return

    # -- inside ----------------------------------------------------------------

    def _act(self, action: str) -> None:
        page = self.page
        if action == "extend":
            self.card_taken = False
            return
        if self.problem is not None and action not in {"exit", *(button.id for button in self.problem.actions)}:
            return  # a problem is answered by one of its own ways, or by leaving
        if action == "exit":
            if not page.working():
                self._leave()
        elif action == "back":
            if page.may_go_back and not page.working() and not page.turned_back():
                self.back()
        else:
            page.act(action)

    def _card_lifted(self) -> None:
        """Whoever takes the card along may be going: what stands on the glass waits for an answer, and not for long."""
        if self.card_on_reader and not self.page.lets_card_go:
            self.card_taken = True
            self._active_at = min(self._active_at, self.now - (self.page.seconds() - self.pace.warning))
            self.emit(Record("card_taken", {"step": self.page.step.id}))
        self.card_on_reader = False

    def _leave(self) -> None:
        """Whoever was refused may still say how it was; everybody else goes."""
        if self.problem is not None and self.problem.code.startswith(DENIED):
            rate = next((place for place, step in enumerate(self.steps) if step.kind is StepKind.RATE), None)
            self.refused = True
            if rate is not None:
                self.page.leave()
                self.problem = None
                self._position = rate
                self._enter()
                return
        self._end(self._last_ending() if self.page.ends_quietly else Ending.REFUSED if self.refused else Ending.LEFT)

    def _offers_elder(self) -> bool:
        if self._elder_offered or self.typed or self.record is None or self.page.step.kind is not StepKind.READ_CARD:
            return False
        age = self.record.age(self.today)
        return age is not None and age >= ELDER_AGE

    def _last_ending(self) -> Ending:
        """How the visit has ended when nothing is left to be done."""
        return Ending.REFUSED if self.refused else Ending.FINISHED

    def _enter(self) -> None:
        self._entered_at = self._active_at = self.now
        step = self.steps[self._position]
        self.emit(Record("step_entered", {"step": step.id}))
        self._page_of(step).enter()

    def _page_of(self, step: Step | SignInPart) -> Page:
        if step.id not in self._live:
            self._live[step.id] = PAGES[StepKind(step.kind)](self, step)
        return self._live[step.id]

    def _tick(self) -> None:
        page = self.page
        if page.working():
            self._active_at = self.now
        page.tick(self.now)
        if self._seconds_left() <= 0:
            self._end(self._last_ending() if page.ends_quietly else Ending.IDLE)

    def _seconds_left(self) -> float:
        return self._active_at + self.page.seconds() - self.now

    def _on_card(self, key: str) -> str:
        record = self.record
        if record is None:
            return ""
        match key:
            case "name":
                return record.name or record.name_en
            case "number":
                return record.number
            case "address":
                return record.new_address or record.address
            case "sex":
                return record.sex.value
            case "birth_date":
                return f"{record.birth_date:%Y%m%d}" if record.birth_date is not None else ""
            case "age":
                age = record.age(self.today)
                return "" if age is None else str(age)
        raise KeyError(key)

    def _stages(self) -> tuple[Stage, ...]:
        """The sections of the route: steps of one stage that follow one another are one section."""
        here = self.steps[self._position]
        sections: list[tuple[str, bool]] = []
        for step in self.steps:
            if not self.on_route(step) and step is not here:
                continue
            stage = STAGE_OF[step.kind]
            if sections and isinstance(step, LookupStep) and not step.show:
                stage = sections[-1][0]  # nobody sees it; it is over in a moment
            if stage == "end" and sections and sections[-1][0] == "receipt":
                stage = "receipt"
            if sections and sections[-1][0] == stage:
                sections[-1] = (stage, sections[-1][1] or step is here)
            else:
                sections.append((stage, step is here))
        now = next(place for place, (_, stands) in enumerate(sections) if stands)
        states = [StageState.DONE] * now + [StageState.NOW] + [StageState.AHEAD] * (len(sections) - now - 1)
        return tuple(Stage(words.STAGES[stage], state) for (stage, _), state in zip(sections, states, strict=True))

    def _end(self, ending: Ending) -> None:
        self.ending = ending
        if self.owed:  # paid for, and not handed out
            self.emit(SettleOrder(self.owed, done=False))
        self.emit(StopDevices())
        self.emit(
            Record(
                "visit_ended",
                {"ending": ending, "step": self.page.step.id, "reference_number": self.reference_number or None},
            )
        )
        self.emit(CountCase(self._counted_as(ending)))
        self.emit(End(ending))
        # Nothing of the person outlives the visit, whoever still holds this object.
        self.answers.clear()
        self.facts.clear()
        self.said.clear()
        self.rows.clear()
        self.pages_taken.clear()
        self.record = self.proof = self.near_face = None
        self.strokes = ()
        for page in self._live.values():
            page.forget()

    def _counted_as(self, ending: Ending) -> CaseResult:
        """What was sent is done, also when its citizen did not stay to the end."""
        if self.refused or self.reference_number:
            return self.result
        return CaseResult.SAVED if self.ticket else CaseResult(ending)

    def _taken(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects
