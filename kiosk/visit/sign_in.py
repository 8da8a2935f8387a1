"""Is it really this person? The pages that stand in the place of a sign-in step.

The citizen chooses a way and is on the page of that way; whatever goes wrong
there leads back to the choice. Once somebody is proven, all of them are passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.catalogue.item import SIGN_IN_PAGES, SignInStep, StepKind
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.privacy import mask_name, mask_number
from kiosk.text import Text
from kiosk.visit import consent, words
from kiosk.visit.events import (
    AdmitStaff,
    Answer,
    AppCodeJudged,
    CallOfficer,
    CallState,
    CheckAppCode,
    CheckCode,
    CheckFace,
    CodeJudged,
    CodeSent,
    CodeShown,
    Event,
    Failed,
    OfficerSaid,
    Proof,
    ReadStaffCard,
    Record,
    ScanCode,
    SendCode,
    StaffAdmitted,
    StaffRefused,
    StopDevices,
    Way,
)
from kiosk.visit.page import Page
from kiosk.visit.view import (
    AppCodeBody,
    AppCodeState,
    Body,
    Button,
    ChooseWayBody,
    CodeState,
    ConsentBody,
    FaceState,
    StaffBody,
    StaffState,
    VerifyCodeBody,
    VerifyFaceBody,
    VideoBody,
    WayView,
)

if TYPE_CHECKING:
    from drivers.id_reader.record import IdRecord
    from kiosk.visit.visit import Visit

FACE_TRIES = 3  # in one visit; after that only the ways without a face are offered
APP_CODE_TRIES = 5  # in one visit
RESEND_SECONDS = 60.0
PIN_DIGITS = 12  # no PIN is longer
ADMITTED_SECONDS = 60.0  # an attendant who says nothing for so long has to come in again
CALLING_SECONDS = 45.0  # nobody waits longer for an officer
CONNECTED_SECONDS = 600.0  # no call is longer
SILENCE_SECONDS = 10.0  # a call of which nothing was heard for so long is lost

ACTIONS = (Prompt.BLINK, Prompt.TURN_LEFT, Prompt.TURN_RIGHT, Prompt.NOD, Prompt.OPEN_MOUTH)
TRIES_USED_UP = "face.tries_used_up"
NOT_ON_FILE = "face.not_on_file"

OTHERWISE = Button("otherwise", words.OTHERWISE)
LEAVE = Button("exit", words.LEAVE)


@dataclass(frozen=True, slots=True)
class SignInPart:
    """One page in the place of a sign-in step; ``way`` is the one whose choice leads to it, None for the choice."""

    id: str
    kind: StepKind
    way: Way | None = None
    only_if: str | None = None  # that of the step in whose place it stands


_WAYS: dict[StepKind, Way] = {
    StepKind.CONSENT: Way.FACE,
    StepKind.VERIFY_FACE: Way.FACE,
    StepKind.VERIFY_CODE: Way.PHONE_CODE,
    StepKind.VERIFY_APP_CODE: Way.APP_CODE,
    StepKind.VERIFY_STAFF: Way.STAFF,
    StepKind.VERIFY_VIDEO: Way.VIDEO,
}


def parts_of(step: SignInStep) -> tuple[SignInPart, ...]:
    """The pages that stand in the place of ``step``, the choice first."""
    pages = (SignInPart(name, kind, _WAYS[kind], step.only_if) for kind, name in SIGN_IN_PAGES.items())
    return (SignInPart(step.id, StepKind.CHOOSE_WAY, only_if=step.only_if), *pages)


class _SignInPage(Page):
    step: SignInPart

    def on_route(self) -> bool:
        return super().on_route() and (self.step.way is None or self.visit.way is self.step.way)

    def passed(self) -> bool:
        return self.visit.proof is not None

    @property
    def holder(self) -> IdRecord:
        """The card that was read. An item's file cannot have it otherwise."""
        if self.visit.record is None:
            raise RuntimeError("a sign-in stands before the card was read")
        return self.visit.record


class ChooseWayPage(_SignInPage):
    def enter(self) -> None:
        self.visit.way = None

    def act(self, action: str) -> None:
        chosen = action.removeprefix("way:")
        way = next((way for way in self.visit.ways if way == chosen), None)
        if action == f"way:{chosen}" and way is not None and not self.visit.closed_by(way):
            self.visit.way = way
            self.visit.emit(Record("way_chosen", {"way": way}))
            self.visit.advance()

    def title(self) -> Text:
        return words.SECOND_WAY_TITLE if self._second() else words.WAY_TITLE

    def hint(self) -> Text:
        return words.SECOND_WAY_HINT if self._second() else words.WAY_HINT

    def body(self) -> ChooseWayBody:
        ways = [way for way in Way if way in self.visit.ways and not (self._second() and way is Way.FACE)]
        return ChooseWayBody(tuple(map(self._shown, ways)), self._second())

    def primary(self) -> None:
        return None

    def secondary(self) -> tuple[Button, ...]:
        again = self._second() and Way.FACE in self.visit.ways and not self.visit.closed_by(Way.FACE)
        return (Button(f"way:{Way.FACE}", words.FACE_ONCE_MORE),) if again else ()

    def _second(self) -> bool:
        """Whether the face was near, so that it and one more way will do."""
        return self.visit.near_face is not None

    def _shown(self, way: Way) -> WayView:
        closed_by = self.visit.closed_by(way)
        said = words.WAYS_WITHOUT_CARD.get(way, words.WAYS[way]) if self.visit.typed else words.WAYS[way]
        return WayView(way, *said, self.visit.reason(closed_by) if closed_by else None)


class _WayPage(_SignInPage):
    """The page of one way. Every problem on it leaves another way open."""

    def leave(self) -> None:
        self.visit.emit(StopDevices())

    def act(self, action: str) -> None:
        if action == "otherwise":
            self.visit.go_back_to(StepKind.CHOOSE_WAY)

    def secondary(self) -> tuple[Button, ...]:
        return (OTHERWISE,)

    def trouble(self, code: str, *first: Button) -> None:
        """Stop what was under way and say what is wrong; ``first`` are what may be done before another way."""
        self.visit.emit(StopDevices())
        self.visit.fail(code, *first, OTHERWISE, LEAVE)

    def close(self, code: str) -> None:
        """Say for what this way is not offered again in this visit: whoever said no is not asked until it is a yes."""
        self.visit.closed[self._way()] = code
        self.trouble(code)

    def prove(self, reference: str) -> None:
        """The person is the holder of the card. A face that was near is named as well."""
        self._proven(Proof(self._way(), self.visit.near_face, reference))

    def _proven(self, proof: Proof) -> None:
        self.visit.proof = proof
        second = proof.way is not Way.FACE and proof.face is not None
        self.visit.emit(Record("person_proven", {"way": proof.way, "second": int(second)}))
        self.visit.advance()

    def _way(self) -> Way:
        if self.step.way is None:
            raise RuntimeError("the choice proves nothing")
        return self.step.way


class ConsentPage(_SignInPage):
    """Asked each time the face is chosen: what was agreed to a while ago may have been agreed to by someone else."""

    def act(self, action: str) -> None:
        if action not in ("next", "decline"):
            return
        self.visit.emit(Record("consent_answered", {"answer": "agreed" if action == "next" else "declined"}))
        if action == "next":
            self.visit.advance()
        else:
            self.visit.go_back_to(StepKind.CHOOSE_WAY)

    def title(self) -> Text:
        return self._asked().title

    def hint(self) -> Text:
        return self._asked().hint

    def body(self) -> ConsentBody:
        return ConsentBody(self._asked().asked_by(self.visit.operator))

    def primary(self) -> Button:
        return Button("next", consent.AGREE)

    def secondary(self) -> tuple[Button, ...]:
        return (Button("decline", consent.DECLINE),)

    def _asked(self) -> consent.Consent:
        if self.visit.typed:
            return consent.BY_NUMBER
        return consent.BY_THE_AUTHORITY if self.visit.face_leaves else consent.IN_THE_MACHINE


class VerifyFacePage(_WayPage):
    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._progress: FaceProgress | None = None  # None: camera or engine are not there yet

    def enter(self) -> None:
        self._check()

    def handle(self, event: Event) -> None:
        match event:
            case FaceProgress() if self.visit.problem is None:
                self._progress = event
            case FaceVerdict() if self.visit.problem is None:
                self._judged(event)
            case Failed(code):
                self.trouble(code, *self._again())
            case _:
                pass

    def act(self, action: str) -> None:
        super().act(action)
        if action == "retry" and self._again():
            self.visit.problem = None
            self._check()

    def working(self) -> bool:
        return self._progress is not None and self._progress.prompt is Prompt.CHECKING and self.visit.problem is None

    def title(self) -> Text:
        return self._sentence()

    def hint(self) -> Text:
        return words.FACE_LEAVES_HINT if self.visit.face_leaves else words.FACE_HINT

    def body(self) -> VerifyFaceBody:
        progress = self._progress
        if progress is None:
            return VerifyFaceBody(FaceState.STARTING, self._sentence(), "look")
        if progress.prompt is Prompt.CHECKING:
            state = FaceState.CHECKING
        else:
            state = FaceState.CHALLENGE if progress.prompt in ACTIONS else FaceState.POSITIONING
        return VerifyFaceBody(
            state, self._sentence(), progress.prompt.value, progress.done, progress.total, progress.box
        )

    def primary(self) -> Button:
        return Button("next", words.FACE_CHECKING, enabled=False)

    def _sentence(self) -> Text:
        return words.FACE_STARTING if self._progress is None else words.FACE_PROMPTS[self._progress.prompt]

    def _check(self) -> None:
        self._progress = None
        self.visit.emit(CheckFace(self.holder, self.visit.item.risk, self.visit.typed))

    def _judged(self, verdict: FaceVerdict) -> None:
        visit, outcome = self.visit, verdict.outcome
        if outcome in (Outcome.STEP_UP, Outcome.REFUSED, Outcome.NOT_LIVE):
            visit.tries[Way.FACE] += 1
        facts: dict[str, str | int | float | None] = {
            "outcome": outcome,
            "risk": visit.item.risk,
            "tries": visit.tries[Way.FACE],
            "distance": verdict.distance,
            "threshold": verdict.threshold,
            "frames": verdict.frames,
            "seconds": round(verdict.seconds, 3),
            "engine": verdict.engine,
            "sign": verdict.reason or None,
        }
        visit.emit(Record("face_judged", facts))
        if outcome is Outcome.ACCEPTED:
            self._proven(Proof(Way.FACE, verdict))
            return
        if outcome is Outcome.STEP_UP:
            visit.near_face = verdict
        elif outcome is Outcome.REFUSED:
            visit.near_face = None
        code = f"face.{outcome}"
        if outcome is Outcome.NO_PORTRAIT and visit.typed:
            code = NOT_ON_FILE
        if outcome in (Outcome.REFUSED, Outcome.NO_PORTRAIT):
            visit.closed[Way.FACE] = code
        elif visit.tries[Way.FACE] >= FACE_TRIES:
            visit.closed[Way.FACE] = TRIES_USED_UP
        if outcome is Outcome.NOBODY:
            self.trouble("face.nobody", *self._again())
        else:  # whoever cannot be sure of the face, or cannot do what is asked, is offered another way first
            visit.emit(StopDevices())
            visit.fail(code, OTHERWISE, *self._again(), LEAVE)

    def _again(self) -> tuple[Button, ...]:
        """The way to another try, while there is one: by this visit's count and by the card's."""
        used_up = Way.FACE in self.visit.closed or self.visit.ways.get(Way.FACE) == TRIES_USED_UP
        return () if used_up else (Button("retry", words.FACE_AGAIN),)


class VerifyCodePage(_WayPage):
    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = CodeState.SENDING
        self._phone = ""
        self._code_id = ""
        self._code = ""
        self._sent_at = 0.0

    def enter(self) -> None:
        if not self._code_id:
            self._send()

    def handle(self, event: Event) -> None:
        match event:
            case CodeSent(phone, code_id):
                self._state, self._phone, self._code_id = CodeState.ENTERING, phone, code_id
                self._sent_at = self.visit.now
            case CodeJudged(right, tries_left) if self._state is CodeState.CHECKING:
                self._judged(right, tries_left)
            case Answer("code", value) if self._state is CodeState.ENTERING:
                self._code = "".join(digit for digit in value if digit in "0123456789")[:6]
            case Failed(code):
                self._state = CodeState.ENTERING
                self._code = ""
                again = () if code == "code.no_number" else (Button("retry", words.RETRY),)
                self.trouble(code, *again)
            case _:
                pass

    def act(self, action: str) -> None:
        super().act(action)
        if action == "next" and len(self._code) == 6 and self._state is CodeState.ENTERING:
            self._state = CodeState.CHECKING
            self.visit.emit(CheckCode(self._code_id, self._code))
        elif action in ("retry", "resend"):
            self.visit.problem = None
            if action == "resend" or not self._code_id:
                self._send()

    def working(self) -> bool:
        return self._state in (CodeState.SENDING, CodeState.CHECKING) and self.visit.problem is None

    def title(self) -> Text:
        return words.CODE_SENDING if self._state is CodeState.SENDING else words.CODE_TITLE

    def hint(self) -> Text:
        return words.CODE_HINT.filled(phone=self._phone) if self._phone else words.CODE_SENDING_HINT

    def body(self) -> VerifyCodeBody:
        return VerifyCodeBody(self._state, self._phone, self._code, 6, self._resend_in())

    def primary(self) -> Button:
        return Button("next", words.CODE_CHECK, enabled=len(self._code) == 6 and self._state is CodeState.ENTERING)

    def secondary(self) -> tuple[Button, ...]:
        entering = self._state is CodeState.ENTERING
        resend = Button("resend", words.CODE_RESEND, enabled=entering and self._resend_in() == 0)
        return (resend, Button(OTHERWISE.id, OTHERWISE.label, enabled=entering))

    def _resend_in(self) -> int:
        return max(0, round(self._sent_at + RESEND_SECONDS - self.visit.now)) if self._code_id else 0

    def _send(self) -> None:
        self._state, self._code, self._code_id = CodeState.SENDING, "", ""
        self.visit.emit(SendCode(self.holder))

    def _judged(self, right: bool, tries_left: int) -> None:
        self.visit.emit(Record("code_judged", {"right": int(right)}))
        if right:
            self.prove(self._code_id)
            return
        self._state, self._code = CodeState.ENTERING, ""
        if tries_left > 0:
            self.trouble("code.wrong", Button("retry", words.RETRY))
        else:
            self._code_id = ""
            self.trouble("code.used_up", Button("resend", words.CODE_RESEND))


class AppCodePage(_WayPage):
    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = AppCodeState.WAITING

    def enter(self) -> None:
        self._wait()

    def handle(self, event: Event) -> None:
        match event:
            case CodeShown(code) if self._state is AppCodeState.WAITING and self.visit.problem is None:
                self._state = AppCodeState.CHECKING
                self.visit.emit(CheckAppCode(self.holder, code))
            case AppCodeJudged(right, proof_id) if self._state is AppCodeState.CHECKING:
                self._judged(right, proof_id)
            case Failed(code):
                self._state = AppCodeState.WAITING
                self.trouble(code, Button("retry", words.RETRY))
            case _:
                pass

    def act(self, action: str) -> None:
        super().act(action)
        if action == "retry" and Way.APP_CODE not in self.visit.closed:
            self.visit.problem = None
            self._wait()

    def working(self) -> bool:
        return self._state is AppCodeState.CHECKING and self.visit.problem is None

    def title(self) -> Text:
        return words.APP_CODE_TITLE

    def hint(self) -> Text:
        return words.APP_CODE_HINT

    def body(self) -> AppCodeBody:
        return AppCodeBody(self._state, words.APP_CODE_STEPS)

    def primary(self) -> Button:
        waiting = self._state is AppCodeState.WAITING
        return Button("next", words.APP_CODE_WAITING if waiting else words.FACE_CHECKING, enabled=False)

    def secondary(self) -> tuple[Button, ...]:
        return (Button(OTHERWISE.id, OTHERWISE.label, enabled=self._state is AppCodeState.WAITING),)

    def _wait(self) -> None:
        self._state = AppCodeState.WAITING
        self.visit.emit(ScanCode())

    def _judged(self, right: bool, proof_id: str) -> None:
        self.visit.emit(Record("app_code_judged", {"right": int(right)}))
        if right:
            self.prove(proof_id)
            return
        self._state = AppCodeState.WAITING
        self.visit.tries[Way.APP_CODE] += 1
        if self.visit.tries[Way.APP_CODE] < APP_CODE_TRIES:
            self.trouble("app_code.wrong", Button("retry", words.RETRY))
        else:
            self.close("app_code.used_up")


class StaffPage(_WayPage):
    """The attendant's page: who it is, the own PIN or card, then the comparison of card and person."""

    lets_card_go = True  # the attendant looks at it, and an attendant's own card may have to lie there

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = StaffState.WHO
        self._who = self._pin = ""
        self._message: Text | None = None
        self._admitted_at = 0.0

    def enter(self) -> None:
        self._begin()

    def leave(self) -> None:
        super().leave()
        self._begin()  # neither a PIN half typed nor an attendant stays behind

    def handle(self, event: Event) -> None:
        match event:
            case Answer("pin_key", key) if self._state is StaffState.PIN:
                self._key(key)
            case StaffAdmitted(staff) if self._state is StaffState.CHECKING or self._state is StaffState.CARD:
                self._state, self._who, self._message = StaffState.CONFIRM, staff, None
                self._admitted_at = self.visit.now
            case StaffRefused(sentence) if self._state is StaffState.CHECKING or self._state is StaffState.CARD:
                self._begin(sentence)
            case Failed(code):
                self._begin()
                self.trouble(code, Button("retry", words.RETRY))
            case _:
                pass

    def act(self, action: str) -> None:
        super().act(action)
        who = action.removeprefix("who:")
        match self._state, action:
            case StaffState.WHO, _ if action == f"who:{who}" and who in self.visit.attendants:
                self._state, self._who, self._message = StaffState.PIN, who, None
            case ((StaffState.WHO | StaffState.PIN), "card"):
                self._begin()
                self._state = StaffState.CARD
                self.visit.emit(ReadStaffCard())
            case ((StaffState.PIN | StaffState.CARD | StaffState.CONFIRM), "again"):
                self.visit.emit(StopDevices())
                self._begin()
            case StaffState.CONFIRM, ("next" | "refuse"):
                self._judged(confirmed=action == "next")
            case _, "retry":
                self.visit.problem = None
                self._begin()
            case _:
                pass

    def tick(self, now: float) -> None:
        if self._state is StaffState.CONFIRM and now - self._admitted_at > ADMITTED_SECONDS:
            self._begin()

    def working(self) -> bool:
        return self._state is StaffState.CHECKING

    def title(self) -> Text:
        return words.STAFF_TITLES[self._state]

    def hint(self) -> Text:
        if self._state is StaffState.CONFIRM and self.visit.typed:
            return words.STAFF_WITHOUT_CARD_HINT
        return words.STAFF_HINTS[self._state]

    def body(self) -> StaffBody:
        people, dots = self.visit.attendants, len(self._pin)
        if self._state is not StaffState.CONFIRM:
            return StaffBody(self._state, people, self._who, dots, self._message)
        holder = self.holder
        name, number = mask_name(holder.name or holder.name_en), mask_number(holder.number)
        statement = words.STAFF_WITHOUT_CARD_STATEMENT if self.visit.typed else words.STAFF_STATEMENT
        return StaffBody(self._state, who=self._who, name=name, number=number, statement=statement)

    def primary(self) -> Button | None:
        return Button("next", words.STAFF_CONFIRM) if self._state is StaffState.CONFIRM else None

    def secondary(self) -> tuple[Button, ...]:
        again = Button("again", words.STAFF_AGAIN)
        match self._state:
            case StaffState.WHO:
                return (Button("card", words.STAFF_CARD), OTHERWISE)
            case StaffState.PIN:
                return (again, Button("card", words.STAFF_CARD))
            case StaffState.CARD:
                return (Button("again", words.STAFF_BY_PIN),)
            case StaffState.CONFIRM:
                return (Button("refuse", words.STAFF_REFUSE),)
            case _:
                return ()

    def _begin(self, message: Text | None = None) -> None:
        self._state = StaffState.WHO
        self._who = self._pin = ""
        self._message = message
        self._admitted_at = 0.0

    def _key(self, key: str) -> None:
        if key == "delete":
            self._pin = self._pin[:-1]
        elif key == "enter" and self._pin:
            pin, self._pin = self._pin, ""
            self._state = StaffState.CHECKING
            self.visit.emit(AdmitStaff(self._who, pin))
        elif len(key) == 1 and key in "0123456789":
            self._pin = (self._pin + key)[:PIN_DIGITS]

    def _judged(self, *, confirmed: bool) -> None:
        staff = self._who
        self.visit.emit(Record("staff_judged", {"staff": staff, "right": int(confirmed)}))
        if confirmed:
            self.prove(staff)
        else:
            self._begin()
            self.close("staff.refused")


class VideoPage(_WayPage):
    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = CallState.CALLING
        self._since = self._heard_at = visit.now

    def enter(self) -> None:
        self._call()

    def handle(self, event: Event) -> None:
        match event:
            case OfficerSaid(state, call_id) if self._under_way():
                self._said(state, call_id)
            case Failed(code):
                self._over(CallState.DROPPED, code)
            case _:
                pass

    def act(self, action: str) -> None:
        super().act(action)
        if action == "retry" and not self._under_way():
            self.visit.problem = None
            self._call()

    def tick(self, now: float) -> None:
        if not self._under_way():
            return
        longest = CALLING_SECONDS if self._state is CallState.CALLING else CONNECTED_SECONDS
        if now - self._heard_at > SILENCE_SECONDS:
            self._over(CallState.DROPPED)
        elif now - self._since > longest:
            self._over(CallState.BUSY if self._state is CallState.CALLING else CallState.DROPPED)

    def title(self) -> Text:
        return words.VIDEO_TITLES[self._state]

    def hint(self) -> Text:
        if self._state is CallState.CONNECTED and self.visit.typed:
            return words.VIDEO_WITHOUT_CARD_HINT
        return words.VIDEO_HINTS[self._state]

    def body(self) -> Body:
        return VideoBody(self._state, max(0, int(self.visit.now - self._since)))

    def primary(self) -> Button:
        return Button("next", words.VIDEO_WAITING, enabled=False)

    def _under_way(self) -> bool:
        return self._state in (CallState.CALLING, CallState.CONNECTED) and self.visit.problem is None

    def _call(self) -> None:
        self._state = CallState.CALLING
        self._since = self._heard_at = self.visit.now
        self.visit.emit(CallOfficer(self.holder))

    def _said(self, state: CallState, call_id: str) -> None:
        self._heard_at = self.visit.now
        if state is CallState.CONFIRMED:
            self.visit.emit(Record("officer_judged", {"right": 1}))
            self._state = state
            self.prove(call_id)
        elif state in (CallState.BUSY, CallState.REFUSED, CallState.DROPPED):
            self._over(state)
        elif state is not self._state:
            self._state, self._since = state, self.visit.now

    def _over(self, state: CallState, code: str = "") -> None:
        """The call is at its end, without a proof."""
        self._state = state
        if state is CallState.REFUSED:
            self.visit.emit(Record("officer_judged", {"right": 0}))
            self.close("video.refused")
        else:
            self.trouble(code or f"video.{state}", Button("retry", words.VIDEO_AGAIN))
