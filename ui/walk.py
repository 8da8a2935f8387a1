"""An invented citizen before the machine: eyes that read the screen, a finger, a card, a face.

The walk drives the real screen of the real kiosk: it touches what can be seen
and calls nothing behind it. What a person does apart from touching, laying a
card down or turning the head, :mod:`ui.stage` does to the simulated devices.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.catalogue.item import Item
from kiosk.visit.view import (
    AppCodeBody,
    AppCodeState,
    BankCardState,
    Body,
    BookBody,
    BookState,
    CardState,
    ChooseWayBody,
    CodeState,
    FaceState,
    FieldType,
    FormBody,
    LookupBody,
    LookupState,
    PaperBody,
    PaperState,
    PayBody,
    PayState,
    PrintBody,
    PrintState,
    ReadBankCardBody,
    ReadCardBody,
    RewriteBody,
    RewriteState,
    ScanCodeBody,
    ScanDocumentBody,
    ScanState,
    StaffBody,
    StaffState,
    StepKind,
    SubmitBody,
    SubmitState,
    VerifyCodeBody,
    VerifyFaceBody,
    VideoBody,
    VisitView,
)
from ui.finger import Finger

# The longest a citizen waits for anything to change before the walk is given up.
PATIENCE_SECONDS = 60.0
QUICKLY = 85  # Qt's "quality" of a PNG: how little work goes into making it small


class WalkError(Exception):
    """The walk cannot go on; the message says at which step and why."""


@dataclass(slots=True)
class Walk:
    """One walk through one item. ``run`` leaves pictures in ``screens`` as it goes."""

    finger: Finger
    look: Callable[[], VisitView | None]
    answers: Mapping[str, str]
    screens: Path
    way: str = "face"  # to show who one is
    read_code: Callable[[], str] | None = None  # looks at the text messages on the citizen's own phone
    show_code: Callable[[], None] | None = None  # holds that phone's app before the scanner
    scan: Callable[[str], None] | None = None  # holds a slip or a licence before the scanner
    holder: tuple[str, str] = ("", "")  # name and number, for whoever has no card there
    attendant: tuple[str, str] = ("", "")  # a number and a PIN
    seated: bool = False  # has the page lowered before anything else
    _pictures: int = 0
    _card_state: RewriteState | None = None
    _prompt: str = ""

    def run(self, item: Item) -> str:
        """Walk from home to home. Returns "finished", or the code of the problem that ended the way.

        Raises WalkError when the screen does not answer.
        """
        self.screens.mkdir(parents=True, exist_ok=True)
        self.finger.wait_for("open-find", PATIENCE_SECONDS)
        if self.seated:
            self.finger.tap("lower")
            self.finger.settle()
        self._picture("home")
        self._choose(item)
        self._until(lambda view: view is not None, "the visit to begin")
        while (view := self.look()) is not None:
            if view.problem is not None:
                problem = view.problem.code
                self._picture(f"{view.step_id}-problem")
                self.finger.tap("act-exit")
                self._until(lambda after: after is None or after.problem is None, "the way out")
                return problem
            self._step(view)
        return "finished"

    def _choose(self, item: Item) -> None:
        """Touch the tile of ``item``, on the home page or on that of its department: three touches at most."""
        if self.finger.sees(f"service-{item.code}"):
            self._touch(f"service-{item.code}")
            return
        tile = f"tile-{item.code}"
        if not self.finger.sees(tile):
            self._touch(f"department-{item.department}")
            self.finger.settle()
            if not self.finger.sees(tile) and self.finger.sees(f"group-{item.group}"):
                self.finger.tap(f"group-{item.group}")
            self.finger.settle()
            self._picture("department")
        self._touch(tile)

    # -- one page ------------------------------------------------------------------

    def _step(self, view: VisitView) -> None:
        here = view.step_id
        body = view.body
        match body:
            case ReadCardBody():
                self._card(body)
            case ChooseWayBody():
                self._picture(here)
                self.finger.tap(f"way-{self.way}")
                self._leave(here)
            case VerifyFaceBody():
                self._face(body)
            case VerifyCodeBody():
                self._code(body)
            case AppCodeBody():
                self._app_code(body)
            case StaffBody():
                self._staff(body)
            case VideoBody():
                self._picture(f"video-{body.state}")
                self._until(
                    lambda v: (
                        v is None
                        or v.problem is not None
                        or v.kind is not StepKind.VERIFY_VIDEO
                        or _body(v, VideoBody).state is not body.state
                    ),
                    "the officer",
                )
            case FormBody():
                self._picture(here)
                self._fill(body, view.kind)
                self._picture(f"{here}-filled")
                self._next(here)
            case LookupBody():
                self._look_up(here)
            case ScanCodeBody():
                self._hold(body, here)
            case ScanDocumentBody():
                self._scan(body, here)
            case ReadBankCardBody():
                self._bank_card(body, here)
            case RewriteBody():
                self._rewrite(body, here)
            case BookBody():
                self._book(body, here)
            case PayBody():
                self._pay(body, here)
            case SubmitBody():
                self._until(
                    lambda v: (
                        v is None or v.problem is not None or _body(v, SubmitBody).state is not SubmitState.SENDING
                    ),
                    "the application to be sent",
                )
                self._go_on(here)
            case PaperBody():
                self._paper(here)
            case PrintBody():
                self._until(lambda v: v is None or v.problem is not None or not _under_way(v.body), "the paper")
                self._go_on(here)
            case _:
                self._other(view.kind, here)

    def _other(self, kind: StepKind, here: str) -> None:
        """A page on which there is nothing to wait for."""
        self._picture(here)
        if kind is StepKind.SIGN:
            self.finger.draw("signature-pad", _signature())
            self._until(lambda v: v is not None and v.primary is not None and v.primary.enabled, "the signature")
            self._picture(f"{here}-signed")
        elif kind is StepKind.RATE:
            self.finger.tap("rate-very_good")
        self._next(here)

    def _paper(self, here: str) -> None:
        """A document is looked at, then printed; what stands in the way is for the walk to tell."""
        self._until(lambda v: v is None or v.problem is not None or not _under_way(v.body), "the paper")
        view = self.look()
        if view is None or view.problem is not None:
            return
        if _body(view, PaperBody).state is PaperState.MADE:
            self._picture(f"{here}-shown")
            self.finger.tap("primary")
            self._until(
                lambda v: v is None or v.problem is not None or _body(v, PaperBody).state is not PaperState.MADE,
                "the printer to begin",
            )
            return
        self._go_on(here)

    def _card(self, body: ReadCardBody) -> None:
        if body.state is CardState.READ:
            self._picture("card-read")
            self._next("card")
            return
        self._picture("card")
        self._until(
            lambda v: v is None or v.problem is not None or _body(v, ReadCardBody).state is CardState.READ,
            "the card to be read",
        )

    def _face(self, body: VerifyFaceBody) -> None:
        if body.state is FaceState.CHALLENGE and body.prompt != self._prompt:
            self._prompt = body.prompt
            self._picture(f"face-{body.prompt}")
        self._until(
            lambda v: (
                v is None
                or v.problem is not None
                or v.kind is not StepKind.VERIFY_FACE
                or _asked(_body(v, VerifyFaceBody)) != _asked(body)
            ),
            "the face check to go on",
        )

    def _code(self, body: VerifyCodeBody) -> None:
        if body.state is CodeState.ENTERING and self.read_code is not None:
            self._picture("code")
            self.finger.type_text("field-code", self.read_code())
            self._until(
                lambda v: v is not None and v.primary is not None and v.primary.enabled, "the code to be complete"
            )
            self._next("code")
            return
        self._until(
            lambda v: (
                v is None
                or v.problem is not None
                or v.kind is not StepKind.VERIFY_CODE
                or _body(v, VerifyCodeBody).state is CodeState.ENTERING
            ),
            "the code to be sent",
        )

    def _app_code(self, body: AppCodeBody) -> None:
        if body.state is AppCodeState.WAITING and self.show_code is not None:
            self._picture("app-code")
            self.show_code()
        self._until(
            lambda v: v is None or v.problem is not None or v.kind is not StepKind.VERIFY_APP_CODE,
            "the code to be judged",
        )

    def _staff(self, body: StaffBody) -> None:
        """The attendant comes, and does what is asked."""
        self._picture(f"staff-{body.state}")
        who, pin = self.attendant
        match body.state:
            case StaffState.WHO:
                self.finger.tap(f"who-{who}")
            case StaffState.PIN:
                for digit in pin:
                    self.finger.tap(f"pin-{digit}")
                self.finger.tap("pin-enter")
            case StaffState.CONFIRM:
                self.finger.tap("primary")
            case _:
                pass
        self._until(
            lambda v: (
                v is None
                or v.problem is not None
                or v.kind is not StepKind.VERIFY_STAFF
                or _body(v, StaffBody).state is not body.state
            ),
            "the attendant",
        )

    def _fill(self, body: FormBody, kind: StepKind) -> None:
        answers = self.answers
        if kind is StepKind.TYPE_NUMBER:
            answers = dict(zip(("name", "number"), self.holder, strict=True))
        for question in body.fields:
            key = question.key
            if question.type is FieldType.PICK and question.options and not question.value:
                self._touch(f"option-{key}-{question.options[0].value}")
            elif key not in answers or question.value == answers[key]:
                continue
            elif question.type is FieldType.CHOICE:
                self._touch(f"option-{key}-{answers[key]}")
            elif question.type is FieldType.SEVERAL:
                for value in answers[key].split(","):
                    self._touch(f"option-{key}-{value}")
            else:
                self._reach(f"field-{key}")
                self.finger.type_text(f"field-{key}", answers[key])

    def _look_up(self, here: str) -> None:
        self._until(
            lambda v: (
                v is None or v.problem is not None or v.step_id != here or v.body != LookupBody(LookupState.ASKING)
            ),
            "the department's answer",
        )
        view = self.look()
        if view is not None and view.step_id == here:  # what is only kept goes on by itself
            self._go_on(here)

    def _hold(self, body: ScanCodeBody, here: str) -> None:
        self._picture(here)
        if self.scan is None:
            raise WalkError(f"{here}: there is no scanner to hold anything before")
        self.scan(self.answers[body.field.key])
        self._leave(here)

    def _reach(self, name: str) -> None:
        """Turn pages until ``name`` can be touched."""
        while not self.finger.sees(name) and self.finger.sees("more"):
            self.finger.tap("more")
            self.finger.settle()

    def _touch(self, name: str) -> None:
        self._reach(name)
        self.finger.tap(name)

    def _scan(self, body: ScanDocumentBody, here: str) -> None:
        if body.state is ScanState.WAITING:
            self.finger.settle()
            self._picture(f"{here}-{body.number}")
            self.finger.tap("primary")
        elif body.state is ScanState.CAPTURED:
            self.finger.tap("primary")
        before = (body.state, body.number)
        self._until(
            lambda v: (
                v is None
                or v.problem is not None
                or v.kind is not StepKind.SCAN_DOCUMENT
                or (_body(v, ScanDocumentBody).state, _body(v, ScanDocumentBody).number) != before
            ),
            "the picture of the document",
        )

    def _bank_card(self, body: ReadBankCardBody, here: str) -> None:
        """The stage pushes the card in and pulls it out; here one waits for that."""
        if body.state is BankCardState.READ and not body.card_in:
            self._picture(f"{here}-read")
            self._next(here)
            return
        self._picture(f"{here}-{'out' if body.card_in else body.state}")
        self._changed(body, "the bank card")

    def _rewrite(self, body: RewriteBody, here: str) -> None:
        """The stage puts the card in and takes it; here one waits for that, and for the department to be told."""
        view = self.look()
        if view is not None and view.primary is not None and view.primary.enabled:
            self._picture(f"{here}-{body.state}")
            self._next(here)
            return
        coming = body.state is RewriteState.OFFERED and not body.seconds_left
        if body.state is not self._card_state and not coming:
            self._card_state = body.state
            self._picture(f"{here}-{body.state}")
        self._changed(body, "the card")

    def _changed(self, body: Body, what: str) -> None:
        self._until(lambda v: v is None or v.problem is not None or v.body != body, what)

    def _book(self, body: BookBody, here: str) -> None:
        """Take the first half-day that is free, of a day on which nothing is booked yet; where none is, give up."""
        taken = tuple(mine.words.zh for mine in body.mine)
        days = [day for day in body.days if not any(words.startswith(day.name.zh) for words in taken)]
        free = [half for day in days for half in day.halves if half.free]
        if body.state is BookState.BOOKED:
            self._picture(f"{here}-booked")
            self._next(here)
            return
        if body.state is BookState.CHOOSING:
            if not free:
                raise WalkError(f"{here}: no half-day is free")
            self.finger.settle()
            self.finger.tap(free[0].id)
            self._until(lambda v: v is not None and v.primary is not None and v.primary.enabled, "the choice")
            self._picture(here)
            self.finger.tap("primary")
        self._until(
            lambda v: v is None or v.problem is not None or _body(v, BookBody).state is not body.state,
            "the days or the booking",
        )

    def _pay(self, body: PayBody, here: str) -> None:
        """The citizen's phone reads the code from the screen; here one waits for what comes of it."""
        if body.state in (PayState.PAID, PayState.PAID_BEFORE):
            self._picture(f"{here}-paid")
            self._next(here)
            return
        if body.state is PayState.OPEN:
            self._picture(here)
        self._until(
            lambda v: v is None or v.problem is not None or _body(v, PayBody).state is not body.state,
            "the payment",
        )

    # -- eyes and finger -------------------------------------------------------------

    def _next(self, here: str) -> None:
        self.finger.tap("primary")
        self._leave(here)

    def _go_on(self, here: str) -> None:
        view = self.look()
        if view is not None and view.problem is None:
            self._picture(here)
            self._next(here)

    def _leave(self, here: str) -> None:
        self._until(
            lambda v: v is None or v.problem is not None or v.step_id != here or _has_errors(v),
            f"something after {here}",
        )
        view = self.look()
        if view is not None and _has_errors(view):
            raise WalkError(f"{here}: the form does not take the sample answers")

    def _until(self, wanted: Callable[[VisitView | None], bool], what: str) -> None:
        if not self.finger.wait_until(lambda: wanted(self.look()), PATIENCE_SECONDS):
            self._picture("stuck")
            view = self.look()
            raise WalkError(f"at {view.step_id if view else 'home'}: waited {PATIENCE_SECONDS:.0f} s for {what}")

    def _picture(self, name: str) -> None:
        self.finger.settle()
        self._pictures += 1
        path = self.screens / f"{self._pictures:02}-{name.replace('_', '-')}.png"
        self.finger.grab().save(str(path), quality=QUICKLY)


def _body(view: VisitView | None, kind: type[Any]) -> Any:
    if view is None or not isinstance(view.body, kind):
        raise WalkError(f"expected a page of {kind.__name__}")
    return view.body


def _under_way(body: Body) -> bool:
    """Whether paper is still to come."""
    match body:
        case PaperBody():
            return body.state in (PaperState.MAKING, PaperState.PRINTING)
        case PrintBody():
            return body.state is PrintState.PRINTING
    return False


def _asked(body: VerifyFaceBody) -> tuple[FaceState, str]:
    return body.state, body.prompt


def _has_errors(view: VisitView) -> bool:
    return isinstance(view.body, FormBody) and any(question.error for question in view.body.fields)


def _signature() -> list[list[tuple[float, float]]]:
    """Two strokes of an invented hand."""
    wave = [(0.12 + 0.006 * i, 0.5 + 0.18 * math.sin(i / 6)) for i in range(70)]
    return [wave, [(0.62, 0.28), (0.70, 0.5), (0.66, 0.74)], [(0.58, 0.5), (0.86, 0.46)]]


def summary(item: str, outcome: str, journal: Path) -> dict[str, Any]:
    """What ``result.json`` holds, read from the machine's own journal."""
    events = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]

    def last(name: str) -> dict[str, Any]:
        return next((event for event in reversed(events) if event["event"] == name), {})

    accepted, saved = last("application_accepted"), last("application_saved")
    judged, receipt = last("face_judged"), last("receipt_done")
    done = last("visit_ended").get("ending") == "finished"
    ended = "submitted" if accepted else "saved" if saved else "done" if done else "left"
    return {
        "item": item,
        "outcome": ended if outcome == "finished" else outcome,
        "reference_number": accepted.get("reference_number"),
        "ticket": saved.get("ticket"),
        "booking": last("booking").get("number"),
        "payment": last("payment").get("number"),
        "document": last("document_made").get("code"),
        "steps": [
            {"step": event["step"], "seconds": event["seconds"]}
            for event in events
            if event["event"] == "step_finished"
        ],
        "card_read_seconds": last("card_read").get("seconds"),
        "face": {
            name: judged.get(name) for name in ("outcome", "distance", "threshold", "frames", "seconds", "engine")
        },
        "receipt": {"outcome": receipt.get("outcome"), "bytes": receipt.get("bytes")},
    }


# How a walk can end well: an application sent or kept, anything else done.
GOOD_ENDS = ("submitted", "saved", "done")


def listing(items: Mapping[str, Item], results: Sequence[Mapping[str, Any]]) -> str:
    """Several walks as a page: how each ended, over how many steps, in how many seconds."""
    well = sum(result["outcome"] in GOOD_ENDS for result in results)
    lines = [
        "# Every item, walked on the screen",
        "",
        "An invented citizen touches what can be seen, lays down the card, scans, signs and takes the paper, on the",
        "real screen over real drivers, their simulators and the reference back office. `scripts/walks` makes this",
        "page; pictures, receipts and documents of each walk lie in `walk/every/`.",
        "",
        f"{well} of {len(results)} ended well.",
        "",
        "| item | | kind | ended | steps | seconds |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        item = items[result["item"]]
        ended = result["outcome"] if not result["trouble"] else f"{result['outcome']}: {result['trouble']}"
        row = (item.code, item.name.zh, item.kind.value, ended, len(result["steps"]), result["seconds"])
        lines.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join([*lines, ""])
