"""The live side of each kind of step: what it shows, what may happen on it, when it is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from drivers.id_reader.record import IdRecord
from kiosk.areas import HOME, split
from kiosk.catalogue.item import (
    BANK_CARD,
    DoneStep,
    FieldSpec,
    FieldType,
    FormStep,
    LookupStep,
    ReadBankCardStep,
    ScanDocumentStep,
    SignStep,
    day_from,
    keys_of,
)
from kiosk.conditions import parse_date, parse_number
from kiosk.gateway.contract import ADDRESS_ANSWER, APPROVED, Level, Stage
from kiosk.privacy import mask, mask_bank_card, mask_name, mask_number
from kiosk.text import Text, same
from kiosk.visit import words
from kiosk.visit.appointment import BookPage
from kiosk.visit.cards import ReadBankCardPage, RewriteCardPage
from kiosk.visit.events import (
    Accepted,
    Answer,
    CardFound,
    CardRead,
    Event,
    Failed,
    GuidePrinted,
    PageTaken,
    PrintGuide,
    PrintReceipt,
    ReadCard,
    ReceiptDone,
    ReceiptOutcome,
    Record,
    Saved,
    SendRating,
    ShowDocument,
    Signed,
    StopDevices,
    Submit,
    TakePage,
)
from kiosk.visit.fields import Limits, error_of, normalised, wheel_of
from kiosk.visit.lookup import LookupPage, ScanCodePage, TypeNumberPage
from kiosk.visit.page import Page
from kiosk.visit.paper import PaperPage
from kiosk.visit.payment import PayPage
from kiosk.visit.shown import day_in_words, key_of_mask, labelled, options_of, shown_answer
from kiosk.visit.sign_in import (
    AppCodePage,
    ChooseWayPage,
    ConsentPage,
    StaffPage,
    VerifyCodePage,
    VerifyFacePage,
    VideoPage,
)
from kiosk.visit.stages import STAGE_OF
from kiosk.visit.view import (
    Button,
    CardState,
    DoneBody,
    FieldView,
    FormBody,
    GuideBody,
    Option,
    PrintBody,
    PrintState,
    RateBody,
    ReadCardBody,
    ReviewBody,
    ReviewRow,
    ReviewSection,
    ScanDocumentBody,
    ScanState,
    SignBody,
    StepKind,
    SubmitBody,
    SubmitState,
)

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit


_HOLDER = frozenset({"holder.name", "holder.number"})
# Nobody waits longer for the paper of a guide.
GUIDE_SECONDS = 40.0


class GuidePage(Page):
    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._label = words.PRINT_GUIDE
        self._asked_at = 0.0

    def leave(self) -> None:
        self._label = words.PRINT_GUIDE  # what is being printed comes out by itself

    def handle(self, event: Event) -> None:
        if isinstance(event, GuidePrinted) and self._label is words.GUIDE_PRINTING:
            self._label = words.GUIDE_PRINTED if event.out else words.GUIDE_NOT_PRINTED

    def act(self, action: str) -> None:
        if action == "print_guide" and self.visit.prints_guide and self._label is not words.GUIDE_PRINTING:
            self._label, self._asked_at = words.GUIDE_PRINTING, self.visit.now
            self.visit.emit(PrintGuide(self._sections()))
        super().act(action)

    def tick(self, now: float) -> None:
        if self._label is words.GUIDE_PRINTING and now - self._asked_at > GUIDE_SECONDS:
            self._label = words.GUIDE_NOT_PRINTED

    def secondary(self) -> tuple[Button, ...]:
        if not self.visit.prints_guide:
            return ()
        return (Button("print_guide", self._label, enabled=self._label is not words.GUIDE_PRINTING),)

    def _sections(self) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
        said = self.body()
        fee = {"minutes": said.minutes}
        takes = Text(
            zh=words.GUIDE_TAKES.zh.format(fee=said.fee.zh, **fee),
            en=words.GUIDE_TAKES.en.format(fee=said.fee.en, **fee),
        )
        lines: dict[str, tuple[Text, ...]] = {
            "result": (said.result,),
            "who": (said.who,),
            "bring": said.bring,
            "steps": said.steps,
            "takes": (takes,),
            "afterwards": (said.afterwards,),
            "where": (words.GUIDE_ANYWHERE, said.elsewhere),
            "phone": (same(said.phone),),
        }
        return tuple((words.GUIDE_HEADINGS[name], text) for name, text in lines.items() if text)

    def title(self) -> Text:
        return words.GUIDE_TITLE

    def hint(self) -> Text:
        return words.GUIDE_HINT

    def body(self) -> GuideBody:
        guide = self.visit.item.guide
        return GuideBody(
            result=guide.result,
            who=guide.who,
            bring=guide.bring,
            steps=self._steps(),
            minutes=guide.minutes,
            fee=guide.fee,
            afterwards=guide.afterwards,
            privacy=guide.privacy or words.PRIVACY[self.visit.item.kind],
            phone=guide.phone or self.visit.department.phone,
            elsewhere=guide.elsewhere or self.visit.department.elsewhere,
        )

    def _steps(self) -> tuple[Text, ...]:
        """What one will do, a line for each section of the way; those that depend on answers are left out."""
        sections: list[str] = []
        for step in self.visit.item.steps:
            section = "number" if step.kind is StepKind.TYPE_NUMBER else STAGE_OF[step.kind]
            if isinstance(step, LookupStep) and not step.show:
                continue
            if step.only_if is None and section in words.GUIDE_STEPS and section not in sections:
                sections.append(section)
        return tuple(words.GUIDE_STEPS[section] for section in sections)

    def primary(self) -> Button:
        return Button("next", words.BEGIN)


class ReadCardPage(Page):
    lets_card_go = True  # once it was read, the page itself asks for that

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = CardState.WAITING
        self._number = ""

    def enter(self) -> None:
        if self.visit.record is None or self.visit.typed:
            self._wait()

    def leave(self) -> None:
        if self._state is not CardState.READ:
            self.visit.emit(StopDevices())

    def complete(self) -> bool:
        return self.visit.record is not None and not self.visit.typed

    def handle(self, event: Event) -> None:
        match event:
            case CardFound() if self.visit.problem is None:
                self._state = CardState.READING
            case CardRead(record, seconds):
                self._read(record, seconds)
            case Failed(code):
                self._state = CardState.WAITING
                self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and self._state is CardState.READ and self.visit.problem is None:
            self.visit.advance()
        elif action == "accept_number" and self.visit.record is not None:
            self.visit.problem = None
        elif action in ("retry", "again"):
            self.visit.problem = None
            self.visit.record = None
            self.visit.forget_proof()
            self._wait()

    def working(self) -> bool:
        return self._state is CardState.READING

    def title(self) -> Text:
        return words.CARD_READ_TITLE if self._state is CardState.READ else words.CARD_TITLE

    def hint(self) -> Text:
        return words.CARD_READ_HINT if self._state is CardState.READ else words.CARD_HINT

    def masked(self) -> frozenset[str]:
        return _HOLDER if self._state is CardState.READ else frozenset()

    def body(self) -> ReadCardBody:
        record = self.visit.record
        if record is None or self._state is not CardState.READ:
            return ReadCardBody(self._state, card_on_reader=self.visit.card_on_reader)
        return ReadCardBody(
            self._state,
            mask_name(record.name or record.name_en),
            mask_number(record.number),
            _until(record),
            self.visit.card_on_reader,
        )

    def primary(self) -> Button:
        if self._state is CardState.READ:
            return Button("next", words.NEXT)
        waiting = self._state is CardState.WAITING
        return Button("next", words.CARD_WAITING if waiting else words.CARD_READING, enabled=False)

    def secondary(self) -> tuple[Button, ...]:
        return (Button("again", words.CARD_AGAIN),) if self._state is CardState.READ else ()

    def _wait(self) -> None:
        self._state = CardState.WAITING
        self.visit.emit(ReadCard())

    def _read(self, record: IdRecord, seconds: float) -> None:
        self.visit.emit(Record("card_read", {"card": record.kind, "seconds": round(seconds, 4)}))
        again = Button("retry", words.CARD_AGAIN)
        leave = Button("exit", words.LEAVE)
        if record.expired(self.visit.today):
            self._state = CardState.WAITING
            self.visit.fail("card.expired", again, leave)
            return
        self._state = CardState.READ
        if self.visit.typed:
            self.visit.forget_proof()  # it was given for what was typed
        typed = self.visit.record.number if self.visit.record is not None and self.visit.typed else ""
        if {self._number, typed} - {"", record.number}:
            self.visit.forget_answers()  # they were another person's
        self._number = record.number
        self.visit.record, self.visit.typed = record, False
        if not record.number_check_ok:
            # The chip is signed, so a check character that does not fit proves no forgery: an officer looks at it.
            self.visit.fail("card.number_doubtful", Button("accept_number", words.CARD_CONTINUE), again, leave)


class FormPage(Page):
    step: FormStep

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._errors: dict[str, Text] = {}
        self._typed: set[str] = set()
        self._place = 0  # of the question that is asked, where one is asked a page

    def enter(self) -> None:
        if self.visit.changing_one_answer:
            self._place = 0
        for field in self.step.fields:
            if field.prefill and field.key not in self.visit.answers and (value := self.visit.value(field.prefill)):
                self.visit.answers[field.key] = normalised(field, value)

    def complete(self) -> bool:
        return not any(map(self._error, self.step.fields)) and not any(
            self.visit.condition_holds(deny.when) for deny in self.step.deny
        )

    def handle(self, event: Event) -> None:
        if isinstance(event, Answer):
            for field in self.step.fields:
                if field.key == event.key:
                    self.visit.answers[field.key] = normalised(field, event.value)
                    self._typed.add(field.key)
                    self._errors.pop(field.key, None)

    def act(self, action: str) -> None:
        if action == "change":
            self.visit.problem = None
        if action != "next":
            return
        answers = self.visit.answers
        for field in self.step.fields:
            answers[field.key] = answers.get(field.key, "").strip()
        self._errors = {field.key: error for field in self._asked() if (error := self._error(field)) is not None}
        if self._errors:
            return
        if self._one_by_one and self._place < len(self.step.fields) - 1:
            self._place += 1
        elif wrong := [place for place, field in enumerate(self.step.fields) if self._error(field) is not None]:
            self._place = wrong[0]  # an answer that is wrong since a later one was given
            self.act("next")
        elif not self.visit.denied(self.step):
            self.visit.advance()

    def turned_back(self) -> bool:
        if not self._one_by_one or self._place == 0:
            return False
        self._place -= 1
        return True

    def body(self) -> FormBody:
        fields = tuple(self._view_of(field) for field in self._asked())
        if not self._one_by_one:
            return FormBody(fields, self.step.notice)
        return FormBody(fields, self.step.notice, self._place + 1, len(self.step.fields))

    @property
    def _one_by_one(self) -> bool:
        return self.visit.one_by_one and len(self.step.fields) > 1

    def _asked(self) -> Sequence[FieldSpec]:
        """The fields that are on the page."""
        return self.step.fields[self._place : self._place + 1] if self._one_by_one else self.step.fields

    def _error(self, field: FieldSpec) -> Text | None:
        rows = self.visit.rows.get(field.rows, ()) if field.rows is not None else ()
        most = parse_number(self.visit.value(field.most)) if isinstance(field.most, str) else field.most
        value = self.visit.answers.get(field.key, "")
        return error_of(field, value, [row["key"] for row in rows], most, self._limits(field))

    def _limits(self, field: FieldSpec) -> Limits:
        today, value = self.visit.today, self.visit.value
        earliest, latest = (
            day_from(said, today) if said.startswith("today") else parse_date(value(said))
            for said in (field.earliest or "", field.latest or "")
        )
        return Limits(earliest, latest)

    def _view_of(self, field: FieldSpec) -> FieldView:
        value = self.visit.answers.get(field.key, "")
        area, detail = split(value) if field.type is FieldType.ADDRESS else ((), "")
        return FieldView(
            field.key,
            field.type,
            field.label,
            field.hint,
            value,
            self._errors.get(field.key),
            options_of(self.visit, field),
            self._source(field),
            max_length=field.max_length,
            area=area,
            around=area[:2] if len(area) > 2 else area[:1] or HOME,
            detail=detail,
            postage=self.visit.postage if field.key == ADDRESS_ANSWER else None,
            mask=mask(value) if key_of_mask(field) else "",
            wheel=wheel_of(field, value, self.visit.today, self._limits(field)),
        )

    def _source(self, field: FieldSpec) -> Text | None:
        if field.prefill is None or field.key in self._typed or not self.visit.answers.get(field.key):
            return None
        return words.FROM_CARD if field.prefill.startswith("holder.") else words.FROM_DEPARTMENT


class ScanDocumentPage(Page):
    step: ScanDocumentStep

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = ScanState.WAITING
        self._number = 1
        self._advice: Text | None = None

    def complete(self) -> bool:
        return all(self._key(number) in self.visit.pages_taken for number in range(1, len(self.step.pages) + 1))

    def enter(self) -> None:
        self._number = 1
        self._show()

    def leave(self) -> None:
        self.visit.emit(StopDevices())

    def handle(self, event: Event) -> None:
        match event:
            case PageTaken(jpeg, fault) if self._state is ScanState.CAPTURING:
                self.visit.pages_taken[self._key(self._number)] = jpeg
                self._advice = self.visit.advice(fault) if fault else None
                self._state = ScanState.CAPTURED
            case Failed(code):
                self._state = ScanState.WAITING
                self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and self._state is ScanState.WAITING:
            self._state = ScanState.CAPTURING
            self.visit.emit(TakePage())
        elif action == "next" and self._state is ScanState.CAPTURED:
            if self._number < len(self.step.pages):
                self._number += 1
                self._show()
            else:
                self.visit.advance()
        elif action == "again" and self._state is ScanState.CAPTURED:
            self.visit.pages_taken.pop(self._key(self._number), None)
            self._show()
        elif action == "retry":
            self.visit.problem = None
            self._show()

    @property
    def still(self) -> bytes | None:
        """The JPEG picture just taken, while it is shown for a decision."""
        return self.visit.pages_taken.get(self._key(self._number)) if self._state is ScanState.CAPTURED else None

    def working(self) -> bool:
        return self._state is ScanState.CAPTURING

    def body(self) -> ScanDocumentBody:
        page, total = self.step.pages[self._number - 1], len(self.step.pages)
        advice = self._advice if self._state is ScanState.CAPTURED else None
        return ScanDocumentBody(self._state, page, self._number, total, advice)

    def primary(self) -> Button:
        if self._state is ScanState.CAPTURED:
            return Button("next", words.CAPTURED_KEEP)
        return Button("next", words.CAPTURE, enabled=self._state is ScanState.WAITING)

    def secondary(self) -> tuple[Button, ...]:
        return (Button("again", words.CAPTURE_AGAIN),) if self._state is ScanState.CAPTURED else ()

    def _key(self, number: int) -> str:
        return f"{self.step.document}-{number}"

    def _show(self) -> None:
        self._advice = None
        taken = self._key(self._number) in self.visit.pages_taken
        self._state = ScanState.CAPTURED if taken else ScanState.WAITING
        if not taken:
            self.visit.emit(ShowDocument())


class ReviewPage(Page):
    def act(self, action: str) -> None:
        if action.startswith("edit:"):
            self.visit.edit(action.removeprefix("edit:"))
        elif action == "next":
            self.visit.advance()

    def title(self) -> Text:
        return words.REVIEW_TITLE

    def hint(self) -> Text:
        return words.REVIEW_HINT

    def body(self) -> ReviewBody:
        visit = self.visit
        sections = []
        if visit.record is not None:
            holder = (
                ReviewRow(words.NAME, same(mask_name(visit.record.name or visit.record.name_en)), "holder.name"),
                ReviewRow(words.NUMBER, same(mask_number(visit.record.number)), "holder.number"),
            )
            sections.append(ReviewSection(words.HOLDER, holder))
        for step in visit.item.steps:
            if not visit.on_route(step):
                continue
            if isinstance(step, FormStep):
                rows = tuple(self._row(field) for field in step.fields)
                if visit.postage is not None and visit.answers.get(ADDRESS_ANSWER) and ADDRESS_ANSWER in keys_of(step):
                    rows += (ReviewRow(words.POSTAGE, visit.postage),)
                sections.append(ReviewSection(step.title, rows, step.id))
            elif isinstance(step, ReadBankCardStep):
                row = ReviewRow(words.BANK_CARD, same(mask_bank_card(visit.answers.get(BANK_CARD, ""))), BANK_CARD)
                sections.append(ReviewSection(words.BANK_CARD, (row,), step.id))
            elif isinstance(step, ScanDocumentStep):
                taken = words.PAGES_TAKEN.filled(count=len(step.pages))
                sections.append(ReviewSection(words.DOCUMENTS, (ReviewRow(step.title, taken),), step.id))
        return ReviewBody(tuple(sections))

    def primary(self) -> Button:
        return Button("next", words.REVIEW_NEXT)

    def masked(self) -> frozenset[str]:
        return frozenset(row.key for section in self.body().sections for row in section.rows)

    def _row(self, field: FieldSpec) -> ReviewRow:
        known = bool(self.visit.answers.get(field.key))
        return ReviewRow(field.summary_label, shown_answer(self.visit, field), key_of_mask(field) if known else "")


class SignPage(Page):
    step: SignStep

    def handle(self, event: Event) -> None:
        if isinstance(event, Signed):
            self.visit.strokes = event.strokes

    def act(self, action: str) -> None:
        if action == "clear":
            self.visit.strokes = ()
        elif action == "next" and self._signed():
            self.visit.advance()

    def title(self) -> Text:
        return words.SIGN_TITLE

    def hint(self) -> Text:
        return words.SIGN_HINT

    def body(self) -> SignBody:
        return SignBody(self.step.statement, self._signed())

    def primary(self) -> Button:
        return Button("next", words.SIGN_NEXT, enabled=self._signed())

    def secondary(self) -> tuple[Button, ...]:
        return (Button("clear", words.SIGN_CLEAR, enabled=bool(self.visit.strokes)),)

    def _signed(self) -> bool:
        # A dot is no signature: some line of at least a twentieth of the pad is.
        return any(
            max(abs(x - stroke[0][0]) + abs(y - stroke[0][1]) for x, y in stroke) >= 0.05
            for stroke in self.visit.strokes
            if stroke
        )


class SubmitPage(Page):
    may_go_back = False
    lets_card_go = True

    def enter(self) -> None:
        self._send()

    def handle(self, event: Event) -> None:
        match event:
            case Accepted(reference_number, stage, reasons):
                self.visit.reference_number, self.visit.stage, self.visit.reasons = reference_number, stage, reasons
                self.visit.refused = stage is Stage.REFUSED
                said = Record("application_accepted", {"reference_number": reference_number, "state": stage})
                self.visit.emit(said)
            case Saved(ticket):
                self.visit.ticket = ticket
                self.visit.emit(Record("application_saved", {"ticket": ticket}))
            case Failed(code):
                self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and not self.working():
            self.visit.advance()
        elif action == "retry" and self.visit.problem is not None:
            self.visit.problem = None
            self._send()

    def working(self) -> bool:
        return not self.visit.reference_number and not self.visit.ticket and self.visit.problem is None

    def title(self) -> Text:
        return {
            SubmitState.SENDING: words.SENDING_TITLE,
            SubmitState.ACCEPTED: words.ACCEPTED_TITLE,
            SubmitState.SAVED: words.SAVED_TITLE,
            SubmitState.APPROVED: words.APPROVED_TITLE,
            SubmitState.REFUSED: words.NOT_APPROVED_TITLE,
        }[self._state()]

    def hint(self) -> Text:
        return {
            SubmitState.SENDING: words.SENDING_HINT,
            SubmitState.SAVED: words.SAVED_HINT,
            SubmitState.REFUSED: words.NOT_APPROVED_HINT,
        }.get(self._state(), words.ACCEPTED_HINT)

    def body(self) -> SubmitBody:
        visit, state = self.visit, self._state()
        if state is SubmitState.SENDING:
            return SubmitBody(state)
        return SubmitBody(state, visit.number, *_kept(visit), visit.reasons)

    def primary(self) -> Button:
        return Button("next", words.PRINT_GO, enabled=not self.working())

    def _state(self) -> SubmitState:
        visit = self.visit
        if not visit.reference_number:
            return SubmitState.SAVED if visit.ticket else SubmitState.SENDING
        if visit.stage is Stage.REFUSED:
            return SubmitState.REFUSED
        return SubmitState.APPROVED if visit.stage in APPROVED else SubmitState.ACCEPTED

    def _send(self) -> None:
        visit = self.visit
        if visit.record is None or visit.proof is None:
            raise RuntimeError("a submit step stands before the person is known")
        visit.emit(
            Submit(visit.record, visit.proof, visit.typed, dict(visit.answers), dict(visit.pages_taken), visit.strokes)
        )


class PrintReceiptPage(Page):
    may_go_back = False
    lets_card_go = True

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = PrintState.PRINTING
        self._copies = 0

    def enter(self) -> None:
        self._print()

    def handle(self, event: Event) -> None:
        if not isinstance(event, ReceiptDone):
            return
        self.visit.emit(
            Record("receipt_done", {"outcome": event.outcome, "bytes": event.byte_count, "fault": event.fault or None})
        )
        again = (Button("retry", words.PRINT_AGAIN), Button("without", words.WITHOUT_RECEIPT))
        if event.outcome is ReceiptOutcome.PRINTED:
            self._state = PrintState.PRINTED
            self.visit.receipt_printed = True
        elif event.outcome is ReceiptOutcome.FAILED:
            self._state = PrintState.FAILED
            self.visit.fail(event.fault or "receipt_printer.silent", *again)
        else:
            self._state = PrintState.UNCERTAIN
            self._copies += 1
            self.visit.receipt_printed = True
            self.visit.fail("receipt_printer.uncertain", *again)

    def act(self, action: str) -> None:
        if action == "retry" and not self.working():
            self.visit.problem = None
            self._print()
        elif action == "without" or (action == "next" and not self.working()):
            self.visit.advance()

    def working(self) -> bool:
        return self._state is PrintState.PRINTING

    def title(self) -> Text:
        return {
            PrintState.PRINTING: words.PRINTING_TITLE,
            PrintState.PRINTED: words.PRINTED_TITLE,
            PrintState.FAILED: words.NOT_PRINTED_TITLE,
            PrintState.UNCERTAIN: words.UNCERTAIN_TITLE,
        }[self._state]

    def hint(self) -> Text:
        visit = self.visit
        printed = (
            words.PRINTED_HINT
            if visit.reference_number or visit.ticket
            else words.PRINTED_BOOKING_HINT
            if visit.facts.get("booking")
            else words.PRINTED_OTHER_HINT
        )
        return {
            PrintState.PRINTING: words.PRINTING_HINT,
            PrintState.PRINTED: printed,
        }.get(self._state, words.NOT_PRINTED_HINT if visit.number else words.NOT_PRINTED_OTHER_HINT)

    def body(self) -> PrintBody:
        return PrintBody(self._state, self.visit.number, not self.visit.ticket, *_kept(self.visit))

    def primary(self) -> Button:
        return Button("next", words.NEXT, enabled=not self.working())

    def _print(self) -> None:
        visit = self.visit
        self._state = PrintState.PRINTING
        rows = tuple((row.label, row.value) for row in (labelled(visit, one) for one in visit.item.receipt))
        visit.emit(
            PrintReceipt(
                visit.record,
                visit.reference_number,
                visit.ticket,
                self._copies,
                rows,
                visit.number,
                visit.stage,
                visit.reasons,
            )
        )


class RatePage(Page):
    """Nobody has to: whoever says nothing for a while has left without a rating, whatever was touched before."""

    may_go_back = False
    lets_card_go = True
    ends_quietly = True

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._chosen: Level | None = None
        self._ticked: list[str] = []
        self._anonymous = False

    def seconds(self) -> float:
        return self.visit.pace.rate

    def act(self, action: str) -> None:
        what, _, value = action.partition(":")
        if what == "rate" and value in list(Level):
            self._chosen = Level(value)
            self._ticked = [one for one in self._ticked if one in self._reasons()]
        elif what == "reason" and value in self._reasons():
            self._ticked = [one for one in self._reasons() if (one in self._ticked) is (one != value)]
        elif action == "anonymous" and self.visit.number:
            self._anonymous = not self._anonymous
        elif action == "next":
            self._send()
            self.visit.advance()

    def title(self) -> Text:
        return words.RATE_TITLE

    def hint(self) -> Text:
        return words.RATE_HINT

    def body(self) -> RateBody:
        reasons = self.visit.ratings.of(self._chosen) if self._chosen is not None else ()
        return RateBody(
            tuple(Option(level, words.RATE_LEVELS[level]) for level in Level),
            self._chosen or "",
            tuple(Option(reason.id, reason.name) for reason in reasons),
            tuple(self._ticked),
            self._anonymous if self.visit.number else None,
        )

    def primary(self) -> Button:
        return Button("next", words.RATE_SEND if self._chosen else words.RATE_SKIP)

    def _reasons(self) -> list[str]:
        return [reason.id for reason in self.visit.ratings.of(self._chosen)] if self._chosen is not None else []

    def _send(self) -> None:
        visit, level = self.visit, self._chosen
        visit.emit(Record("rated", {"level": level, "item": visit.item.code}))  # no number: it may be anonymous
        if level is None:
            return
        anonymous = self._anonymous or not visit.number
        number = "" if anonymous else visit.number
        visit.emit(SendRating(visit.result, level, tuple(self._ticked), anonymous, number))


class DonePage(Page):
    step: DoneStep
    may_go_back = False
    lets_card_go = True
    ends_quietly = True

    def seconds(self) -> float:
        return self.visit.pace.done

    def act(self, action: str) -> None:
        if action == "next":
            self.visit.finish()

    def title(self) -> Text:
        return words.DONE_TITLE

    def hint(self) -> Text:
        return words.DONE_HINT

    def body(self) -> DoneBody:
        visit = self.visit
        take = [words.TAKE_CARD] if visit.card_on_reader else []
        if visit.receipt_printed:
            take.append(words.TAKE_RECEIPT)
        if visit.paper_printed:
            take.append(words.TAKE_PAPER)
        saved = bool(visit.ticket) and not visit.reference_number
        following = visit.reasons or self.step.next_steps
        steps = (words.SAVED_NEXT, *following) if saved else following
        return DoneBody(visit.number, not saved, *_kept(visit), steps, tuple(take), personal=bool(visit.reasons))

    def primary(self) -> Button:
        return Button("next", words.DONE_GO)


PAGES: dict[StepKind, Callable[[Visit, Any], Page]] = {
    StepKind.GUIDE: GuidePage,
    StepKind.READ_CARD: ReadCardPage,
    StepKind.CHOOSE_WAY: ChooseWayPage,
    StepKind.CONSENT: ConsentPage,
    StepKind.VERIFY_FACE: VerifyFacePage,
    StepKind.VERIFY_CODE: VerifyCodePage,
    StepKind.VERIFY_APP_CODE: AppCodePage,
    StepKind.VERIFY_STAFF: StaffPage,
    StepKind.VERIFY_VIDEO: VideoPage,
    StepKind.TYPE_NUMBER: TypeNumberPage,
    StepKind.SCAN_CODE: ScanCodePage,
    StepKind.LOOKUP: LookupPage,
    StepKind.FORM: FormPage,
    StepKind.BOOK: BookPage,
    StepKind.PAY: PayPage,
    StepKind.READ_BANK_CARD: ReadBankCardPage,
    StepKind.SCAN_DOCUMENT: ScanDocumentPage,
    StepKind.REVIEW: ReviewPage,
    StepKind.SIGN: SignPage,
    StepKind.SUBMIT: SubmitPage,
    StepKind.REWRITE_CARD: RewriteCardPage,
    StepKind.PRINT_DOCUMENT: PaperPage,
    StepKind.PRINT_RECEIPT: PrintReceiptPage,
    StepKind.RATE: RatePage,
    StepKind.DONE: DonePage,
}


def _kept(visit: Visit) -> tuple[Text, Text]:
    """What the number to keep is called, and what has become of the matter."""
    if visit.reference_number:
        decided = words.STATUS_REFUSED if visit.stage is Stage.REFUSED else words.STATUS_APPROVED
        undecided = visit.stage not in (Stage.REFUSED, *APPROVED)
        return words.REFERENCE_NUMBER, words.STATUS_SUBMITTED if undecided else decided
    if visit.ticket:
        return words.TICKET, words.STATUS_SAVED
    if visit.facts.get("booking"):
        return words.FACT_LABELS["booking"], words.STATUS_BOOKED
    if visit.facts.get("payment"):
        return words.FACT_LABELS["payment"], words.STATUS_PAID
    return words.NOTHING_KNOWN, words.STATUS_DONE


def _until(record: IdRecord) -> Text:
    return words.LONG_TERM if record.valid_until is None else day_in_words(record.valid_until)
