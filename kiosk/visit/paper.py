"""The page of a document: its department makes it, it is printed here, and a copy can go to its owner."""

from __future__ import annotations

import re
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

from kiosk.catalogue.item import FieldType, FormStep, PrintDocumentStep, ScanCodeStep
from kiosk.gateway.contract import EMAIL_FORM
from kiosk.text import Text, same
from kiosk.visit import words
from kiosk.visit.events import (
    Answer,
    CopySent,
    DocumentHeld,
    DocumentMade,
    DocumentPrinted,
    Event,
    Failed,
    MakeDocument,
    PaperOutcome,
    PrintDocument,
    Record,
    SendCopy,
    StopPrinting,
)
from kiosk.visit.page import Page
from kiosk.visit.shown import shown_answer
from kiosk.visit.view import Button, CopyState, FieldView, PaperBody, PaperState

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit

LONGEST_ADDRESS = 100
_PRINTS = (("next", PaperState.MADE), ("again", PaperState.FAILED), ("again", PaperState.UNCERTAIN))


class PaperPage(Page):
    """Made once and shown; printed until it came out, or the citizen goes without.

    Whatever the paper does, the copy is there.
    """

    step: PrintDocumentStep
    may_go_back = False

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = PaperState.MAKING
        self._made: DocumentMade | None = None
        self._held = ""
        self._stopped = False  # by the citizen, who did not want to wait
        self._copy = CopyState.NONE
        self._to = self._email = ""
        self._email_error: Text | None = None

    def enter(self) -> None:
        self._make()

    def handle(self, event: Event) -> None:
        match event:
            case DocumentMade() if self._state is PaperState.MAKING:
                self._made = event
                made = {"document": self.step.document, "code": event.code, "sha256": event.sha256}
                self.visit.emit(Record("document_made", {**made, "pages": event.pages}))
                self._state = PaperState.MADE
            case DocumentHeld(fault) if self._state is PaperState.PRINTING:
                self._held = fault
            case DocumentPrinted():
                self._printed(event)
            case CopySent(to):
                self._copy, self._to = CopyState.SENT, to
                self.visit.emit(Record("copy_sent", {"document": self.step.document}))
            case Answer("email", value):
                self._email = re.sub(r"\s", "", value)[:LONGEST_ADDRESS]
                self._email_error = None
            case Failed(code, said) if self._state is PaperState.MAKING:
                self.visit.fail(code, said=said)
            case Failed(code) if self._copy is CopyState.SENDING:
                self._copy = CopyState.NONE
                self.visit.fail(code, Button("without", words.UNDERSTOOD))
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "retry" and self.visit.problem is not None:
            self.visit.problem = None
            if self._made is None:
                self._make()
            else:
                self._print()
        elif action == "without":
            self.visit.problem = None
        elif action == "stop" and self._state is PaperState.PRINTING and self._held:
            self._stopped = True
            self.visit.emit(StopPrinting())
        elif self.working():
            return
        elif (action, self._state) in _PRINTS:
            self._print()
        elif action in ("to_phone", "to_email", "no_copy"):
            self._send_copy(action)
        elif action == "next" and self._copy is CopyState.ASKING:
            self._send_by_mail()
        elif action == "next":
            self.visit.advance()

    def working(self) -> bool:
        if self.visit.problem is not None:
            return False
        return self._state in (PaperState.MAKING, PaperState.PRINTING) or self._copy is CopyState.SENDING

    def title(self) -> Text:
        if self._copy is CopyState.ASKING:
            return words.EMAIL_TITLE
        return words.PAPER_TITLES[self._state]

    def hint(self) -> Text:
        if self._copy is CopyState.ASKING:
            return words.EMAIL_HINT
        return words.PAPER_HINTS[self._state].filled(sheets=self._sheets())

    def body(self) -> PaperBody:
        made = self._made
        return PaperBody(
            self._state,
            self.step.name,
            made.code if made is not None else "",
            made.url if made is not None else "",
            made.pages if made is not None else 0,
            len(made.pictures) if made is not None else 0,
            self.visit.advice(self._held) if self._held else None,
            self._copy,
            self._to,
            FieldView(
                "email",
                FieldType.LATIN,
                words.EMAIL,
                words.EMAIL_EXAMPLE,
                self._email,
                self._email_error,
                max_length=LONGEST_ADDRESS,
            ),
        )

    def primary(self) -> Button:
        if self._copy is CopyState.ASKING:
            return Button("next", words.EMAIL_SEND)
        if self._state is PaperState.MADE:
            return Button("next", words.PAPER_PRINT)
        return Button("next", words.NEXT, enabled=not self.working())

    def secondary(self) -> tuple[Button, ...]:
        if self._state is PaperState.PRINTING:
            return (Button("stop", words.PAPER_STOP),) if self._held else ()
        if self._made is None or self._state is PaperState.MADE or self._copy is CopyState.SENDING:
            return ()
        if self._copy is CopyState.ASKING:
            return (Button("no_copy", words.EMAIL_CANCEL),)
        again = [Button("again", words.PRINT_AGAIN)] if self._state is not PaperState.PRINTED else []
        if self._copy is CopyState.SENT:
            return tuple(again)
        to_phone = [Button("to_phone", words.COPY_TO_PHONE)] if self.visit.record is not None else []
        return (*again, *to_phone, Button("to_email", words.COPY_TO_EMAIL))

    def picture(self, page: int) -> bytes:
        """A page as it will come out, PNG, for as long as it is still to be printed; empty where there is none."""
        if self._made is None or self._state is not PaperState.MADE:
            return b""
        return self._made.pictures[page] if page < len(self._made.pictures) else b""

    def forget(self) -> None:
        self._made = None
        self._email = self._to = ""

    # -- inside ----------------------------------------------------------------

    def _sheets(self) -> int:
        """How many sheets of paper come out."""
        pages = self._made.pages if self._made is not None else 1
        return ceil(pages / 2) if self.step.duplex else pages

    def _make(self) -> None:
        visit = self.visit
        self._state = PaperState.MAKING
        asked = {key: visit.answers.get(key, "") for key in self.step.asks}
        visit.emit(MakeDocument(self.step, asked, self._repeated(), visit.record, visit.proof, visit.typed))

    def _repeated(self) -> tuple[tuple[Text, Text], ...]:
        """The answers that stand on the document. Of a row that was picked the department says more itself."""
        answers, lines = self.visit.answers, []
        for step in self.visit.item.steps:
            if isinstance(step, ScanCodeStep) and step.typed:  # one that only a scanner reads proves something
                lines.append((step.key, step.label, same(answers.get(step.key) or "-")))
            elif isinstance(step, FormStep):
                fields = [field for field in step.fields if field.type is not FieldType.PICK]
                lines += [(field.key, field.summary_label, shown_answer(self.visit, field)) for field in fields]
        return tuple((label, said) for key, label, said in lines if key in self.step.asks and answers.get(key))

    def _print(self) -> None:
        if self._made is None:
            raise RuntimeError("nothing was made that could be printed")
        self._state, self._held, self._stopped = PaperState.PRINTING, "", False
        self._made = replace(self._made, pictures=())  # from now on it is on paper
        self.visit.emit(PrintDocument(self.step, self._made.pdf))

    def _printed(self, event: DocumentPrinted) -> None:
        if self._made is None or self._state is not PaperState.PRINTING:
            return
        told = {"document": self.step.document, "code": self._made.code, "outcome": event.outcome}
        self.visit.emit(Record("document_printed", {**told, "fault": event.fault or None}))
        self._held = ""
        again = (Button("retry", words.PRINT_AGAIN), Button("without", words.WITHOUT_PAPER))
        match event.outcome:
            case PaperOutcome.PRINTED:
                self._state = PaperState.PRINTED
            case PaperOutcome.FAILED:
                self._state = PaperState.FAILED
                if not self._stopped:
                    self.visit.fail(event.fault or "page_printer.job_failed", *again)
            case PaperOutcome.UNCERTAIN:
                self._state = PaperState.UNCERTAIN
                self.visit.fail("page_printer.job_failed", *again)
        if event.outcome is not PaperOutcome.FAILED:
            self.visit.paper_printed = True

    def _send_copy(self, action: str) -> None:
        made = self._made
        if made is None or self._copy is CopyState.SENT:
            return
        if action == "to_email":
            self._copy = CopyState.ASKING
        elif action == "no_copy":
            self._copy = CopyState.NONE
        elif action == "to_phone" and self.visit.record is not None:
            self._copy = CopyState.SENDING
            self.visit.emit(SendCopy(made.code, made.key))

    def _send_by_mail(self) -> None:
        made = self._made
        if made is None:
            return
        if re.fullmatch(EMAIL_FORM, self._email) is None:
            self._email_error = words.EMAIL_WRONG
            return
        self._copy = CopyState.SENDING
        self.visit.emit(SendCopy(made.code, made.key, self._email))
