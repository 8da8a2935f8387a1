"""An invented citizen who goes through any item: the real visit, a real back office behind a real line.

What devices do is played, in a word each; what departments, the booking desk and
the cashier say comes over HTTP from the reference back office with its records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from backoffice.payments import Payments
from backoffice.store import Store
from drivers.bank_card_reader.simulator import CARDS
from drivers.id_reader.record import IdRecord
from kiosk.appointments import Appointments
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.item import FieldType, RewriteCardStep, ScanCodeStep
from kiosk.documents.application import fill_in
from kiosk.gateway.client import GatewayClient, GatewayRefused
from kiosk.gateway.contract import AppCodeCheck, OrderRequest, OrderState
from kiosk.operations.faults import FaultWords
from kiosk.questions import heard, question_of, refused
from kiosk.text import Text
from kiosk.visit.consent import Operator
from kiosk.visit.events import (
    Accepted,
    Act,
    Answer,
    AppCodeJudged,
    AskSlots,
    BankCardIn,
    BankCardOut,
    BankCardRead,
    Book,
    CardDrawnIn,
    CardFound,
    CardOffered,
    CardRead,
    CardTaken,
    CheckAppCode,
    ChipRead,
    CodeShown,
    DocumentMade,
    DocumentPrinted,
    Effect,
    Ending,
    Event,
    FetchNewCard,
    GiveCardBack,
    LookUp,
    MakeDocument,
    NewCardFetched,
    News,
    NewsDone,
    OpenOrder,
    OrderTold,
    PageTaken,
    PaperOutcome,
    PrintDocument,
    PrintReceipt,
    ReadBankCard,
    ReadCard,
    ReceiptDone,
    ReceiptOutcome,
    ScanCode,
    Signed,
    Submit,
    TakeInCard,
    TakePage,
    TellWritten,
    Tick,
    Way,
    WriteCard,
    WritingDone,
    Written,
)
from kiosk.visit.view import BookBody, FieldView, FormBody, StepKind, VisitView
from kiosk.visit.visit import Visit

STATION = "XM-HL-0001"
BANK_CARD_NUMBER = CARDS["debit"][1]
LINE = ((0.1, 0.5), (0.4, 0.4), (0.8, 0.6))
MOST_PAGES = 60  # no item is longer; whoever is still there goes round in circles


class Lost(AssertionError):
    """The citizen does not get on; says where."""


@dataclass
class Citizen:
    """``who`` goes through ``code``; ``choose`` says what is answered where there is a choice, by the field's key."""

    code: str
    who: IdRecord
    catalogue: Catalogue
    faults: dict[str, FaultWords]
    client: GatewayClient
    store: Store
    now: datetime
    choose: dict[str, str] = field(default_factory=dict)
    slot: int = -1  # which of the free half-days is booked
    ways: list[str] = field(default_factory=list)  # what is touched first where a half-day is chosen
    give_up_at: Callable[[VisitView], bool] = lambda _: False
    seen: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.item = self.catalogue[self.code]
        self.visit = Visit(
            self.item,
            self.faults,
            today=self.now.date(),
            now=0.0,
            ways=dict.fromkeys(Way, ""),
            operator=Operator(Text(zh="示例运营公司", en="Example Operators"), "0592-0000001"),
            department=self.catalogue.department(self.item),
        )
        self._appointments = Appointments()
        self._clock = 0.0
        self._samples = self.item.sample_answers(self.now.date())

    def go(self) -> str:
        """From the first page to the end: the ending, or the code of the problem that stands in the way."""
        self._react(self.visit.begun())
        for _ in range(MOST_PAGES):
            if self.visit.ending is not None:
                return self.visit.ending.value
            view = self.visit.view()
            self.seen.append(view.step_id)
            if view.problem is not None:
                return view.problem.code
            if self.give_up_at(view):
                self.tell(Act("exit"))
                continue
            self._page(view)
        raise Lost(f"{self.code}: {' → '.join(self.seen)}")

    def leave(self) -> Ending | None:
        """After a refusal: say nothing to the question how it was, and go."""
        self.tell(Act("exit"))
        if self.visit.ending is None and self.visit.page.step.kind is StepKind.RATE:
            self.tell(Act("next"))
        return self.visit.ending

    def tell(self, *events: Event) -> None:
        for event in events:
            self._react(self.visit.handle(event, self._clock))

    # -- what is done on each page ---------------------------------------------------

    def _page(self, view: VisitView) -> None:
        match view.kind:
            case StepKind.CHOOSE_WAY:
                self.tell(Act(f"way:{Way.APP_CODE}"))
            case StepKind.FORM | StepKind.TYPE_NUMBER:
                assert isinstance(view.body, FormBody)
                for asked in view.body.fields:
                    self._fill(asked)
                self.tell(Act("next"))
                after = self.visit.view()
                if after.step_id == view.step_id and after.problem is None:
                    assert isinstance(after.body, FormBody)
                    wrong = {one.key: one.error.zh for one in after.body.fields if one.error is not None}
                    raise Lost(f"{self.code}, {view.step_id}: {wrong}")
            case StepKind.BOOK:
                self._book(view)
            case StepKind.SIGN:
                self.tell(Signed((LINE,)), Act("next"))
            case _ if view.primary is not None and view.primary.enabled:
                self.tell(Act("next"))
            case _:
                self._clock += 1.0
                self.tell(Tick())

    def _fill(self, asked: FieldView) -> None:
        if asked.key in self.choose:
            value = self.choose[asked.key]
        elif asked.type is FieldType.PICK:
            value = asked.options[0].value if asked.options else ""
        elif self.visit.page.step.kind is StepKind.TYPE_NUMBER:
            value = {"name": self.who.name, "number": self.who.number}[asked.key]
        elif asked.value or asked.key not in self._samples:
            return
        else:
            value = self._samples[asked.key]
        self.tell(Answer(asked.key, value))

    def _book(self, view: VisitView) -> None:
        assert isinstance(view.body, BookBody)
        if self.ways:
            self.tell(Act(self.ways.pop(0)))
            return
        if view.primary is not None and view.primary.enabled:
            self.tell(Act("next"))
            return
        free = [half.id for day in view.body.days for half in day.halves if half.free]
        if not free:
            raise Lost(f"{self.code}: nothing can be booked")
        self.tell(Act(free[self.slot]))

    # -- what comes back -----------------------------------------------------------

    def _react(self, effects: list[Effect]) -> None:
        self.effects += effects
        for effect in effects:
            for event in self._what_comes_of(effect):
                self.tell(event)

    def _what_comes_of(self, effect: Effect) -> list[Event]:
        match effect:
            case ReadCard():
                return [CardFound(), CardRead(self.who, 0.3)]
            case ScanCode():
                step = self.visit.page.step
                if isinstance(step, ScanCodeStep):
                    return [CodeShown(self.choose.get(step.key, step.sample))]
                return [CodeShown(self.store.issue_app_code(self.who.number))]
            case CheckAppCode(record, code):
                told = self.client.check_app_code(AppCodeCheck(number=record.number, code=code))
                return [AppCodeJudged(told.right, told.proof_id or "")]
            case LookUp():
                question = question_of(effect, item=self.code, station=STATION)
                try:
                    return [heard(self.client.ask(effect.operation, question))]
                except GatewayRefused as error:
                    return [refused(error.problem)]
            case AskSlots():
                return [self._appointments.slots(effect)(self.client)]
            case Book():
                book = self._appointments.book(effect, item=self.code, station=STATION, language="zh")
                return [book(self.client)]
            case OpenOrder():
                return self._pay(effect)
            case TakePage():
                return [PageTaken(b"\xff\xd8page")]
            case Submit():
                made = fill_in(self.item, effect, key=uuid4(), station=STATION, language="zh", filled_at=self.now)
                acceptance = self.client.submit(made)
                return [Accepted(acceptance.reference_number, acceptance.stage, acceptance.reasons)]
            case MakeDocument():
                return [DocumentMade(b"%PDF-", "7K4Q-9MPZ", "0" * 64, 1, "https://example.invalid/7K4Q9MPZ", uuid4())]
            case PrintDocument():
                return [DocumentPrinted(PaperOutcome.PRINTED)]
            case ReadBankCard():
                return [BankCardIn(), BankCardRead(BANK_CARD_NUMBER, 0.6), BankCardOut()]
            case TakeInCard():
                step = self.visit.page.step
                assert isinstance(step, RewriteCardStep)
                assert step.number is not None
                return [CardDrawnIn(), ChipRead(self.visit.value(step.number))]
            case FetchNewCard():
                return [NewCardFetched()]
            case WriteCard():
                return [WritingDone(Written.WRITTEN)]
            case GiveCardBack():
                return [CardOffered(60.0), CardTaken()]
            case TellWritten():
                # Its department knows the operation; that it is told for good would keep the next one from writing it.
                told_of = LookUp(effect.step.operation, effect.asked, effect.record, effect.proof, effect.typed)
                self.client.ask(effect.step.operation, question_of(told_of, item=self.code, station=STATION))
                return [NewsDone(News.TOLD)]
            case PrintReceipt():
                return [ReceiptDone(ReceiptOutcome.PRINTED, 1)]
            case _:
                return []

    def _pay(self, effect: OpenOrder) -> list[Event]:
        request = OrderRequest(
            operation=effect.operation,
            bill=effect.bill,
            amount=effect.amount,
            about=effect.about,
            hands_out=effect.hands_out,
            number=effect.record.number if effect.record is not None else None,
            phone=effect.phone or None,
            item=self.code,
            station=STATION,
            language="zh",
        )
        order = self.client.open_order(request)
        if order.state is OrderState.OPEN:
            Payments(self.store).arrived(order.order_id, f"P{order.order_id}", effect.amount)
        return [OrderTold(order), OrderTold(self.client.how_is_order(order.order_id))]
