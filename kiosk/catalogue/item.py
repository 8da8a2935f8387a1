"""The shape of an item's file. Unknown keys are errors; every rule is named and typed.

An item is ``config/items/<department>/<CODE>.yaml``. Its steps are walked in
their order; a step whose ``only_if`` condition does not hold is left out, so
the route follows from the answers and is stored nowhere.

A *reference* names a value that is known during the visit: an answer by its
key (``phone``), something a department said by ``fact.<key>``, or something
the card says by ``holder.<key>``.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.conditions import AllOf as AllOf
from kiosk.conditions import AnyOf as AnyOf
from kiosk.conditions import Before as Before
from kiosk.conditions import Condition as Condition
from kiosk.conditions import ConditionSpec as ConditionSpec
from kiosk.conditions import DaysAhead as DaysAhead
from kiosk.conditions import DaysPast as DaysPast
from kiosk.conditions import Given as Given
from kiosk.conditions import Identifier as Identifier
from kiosk.conditions import Is as Is
from kiosk.conditions import LessThan as LessThan
from kiosk.conditions import MoreThan as MoreThan
from kiosk.conditions import Not as Not
from kiosk.conditions import OneOf as OneOf
from kiosk.conditions import Reference as Reference
from kiosk.conditions import YearsApart as YearsApart
from kiosk.conditions import parts_of_condition as parts_of_condition
from kiosk.hours import Hours
from kiosk.identity.events import Risk
from kiosk.text import Text


class StepKind(StrEnum):
    """The kinds of steps; the screen has one page for each, but for SIGN_IN: the next seven stand in its place."""

    GUIDE = "guide"
    READ_CARD = "read_card"
    TYPE_NUMBER = "type_number"
    SCAN_CODE = "scan_code"
    SIGN_IN = "sign_in"
    CHOOSE_WAY = "choose_way"
    CONSENT = "consent"
    VERIFY_FACE = "verify_face"
    VERIFY_CODE = "verify_code"
    VERIFY_APP_CODE = "verify_app_code"
    VERIFY_STAFF = "verify_staff"
    VERIFY_VIDEO = "verify_video"
    LOOKUP = "lookup"
    FORM = "form"
    READ_BANK_CARD = "read_bank_card"
    BOOK = "book"
    SCAN_DOCUMENT = "scan_document"
    REVIEW = "review"
    SIGN = "sign"
    PAY = "pay"
    SUBMIT = "submit"
    REWRITE_CARD = "rewrite_card"
    PRINT_DOCUMENT = "print_document"
    PRINT_RECEIPT = "print_receipt"
    RATE = "rate"
    DONE = "done"


class FieldType(StrEnum):
    """What may be typed into a field, and with which keys."""

    CHOICE = "choice"
    SEVERAL = "several"  # of the choices, at least one; a value is theirs with commas between
    PICK = "pick"  # one of the rows that a lookup brought; a value is the row's key
    TEXT = "text"
    LATIN = "latin"  # letters and digits, capitals
    DATE = "date"  # a value is YYYYMMDD, or a beginning of it while it is typed
    MONTH = "month"  # YYYYMM
    NUMBER = "number"  # a whole number without sign
    AMOUNT = "amount"  # yuan, with at most two decimals: 1200 or 1200.50
    PHONE = "phone"
    ID_NUMBER = "id_number"  # 公民身份号码, 18 characters
    COMPANY_CODE = "company_code"  # 统一社会信用代码, 18 characters
    PLATE = "plate"  # of a car, 闽D12345 or 闽DD12345
    ADDRESS = "address"  # to which something is posted: area and street, one line


NUMERIC = (FieldType.NUMBER, FieldType.AMOUNT)
CHOSEN = (FieldType.CHOICE, FieldType.SEVERAL)

Operation = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", description="department.operation, as the back office knows it"
    ),
]
# The pages that a sign-in brings along, by their ids, each after the one that chooses it.
SIGN_IN_PAGES: dict[StepKind, str] = {
    StepKind.CONSENT: "consent",
    StepKind.VERIFY_FACE: "face",
    StepKind.VERIFY_CODE: "code",
    StepKind.VERIFY_APP_CODE: "app_code",
    StepKind.VERIFY_STAFF: "staff",
    StepKind.VERIFY_VIDEO: "video",
}

# What the card says. ``age`` is in whole years today, ``sex`` is coded as in GB/T 2261.1, ``birth_date`` is YYYYMMDD.
HOLDER_KEYS = ("name", "number", "address", "age", "sex", "birth_date")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provenance(_Strict):
    """How sure we are of this item, so that nobody mistakes an assumption for a rule."""

    grade: Literal["A", "C", "X", "E", "D", "K"]
    sources: tuple[str, ...] = Field(min_length=1)
    note: str


class Guide(_Strict):
    """What a citizen should know before beginning."""

    result: Text
    who: Text
    bring: tuple[Text, ...] = Field(min_length=1)
    minutes: int = Field(ge=1, le=60)
    fee: Text
    afterwards: Text
    privacy: Text | None = None  # where the sentence for this kind of item does not say enough
    phone: str = ""  # where it is another one than the department's
    elsewhere: Text | None = None  # where it is another place than the department's


class Choice(_Strict):
    """One answer of a choice field."""

    value: Identifier
    label: Text
    note: Text | None = None


# "today", so many days after or before it, or a reference to a day or a month.
Limit = Annotated[
    str,
    Field(
        pattern=r"^(today([+-][0-9]{1,5})?|(fact\.|holder\.)?[a-z][a-z0-9_]*)$",
        description="today, today+14, today-30, or a reference to a day or a month",
    ),
]


class FieldSpec(_Strict):
    """One question. ``pii`` decides how an answer is shown and that it is never logged."""

    key: Identifier
    type: FieldType
    label: Text
    hint: Text
    summary: Text | None = None
    pii: Literal["no", "masked", "shown"] = "no"
    required: bool = True
    prefill: Reference | None = None
    rows: Identifier | None = None  # of type pick: the lookup step whose rows can be picked
    most: Reference | Decimal | None = None  # of a number or amount: what it must not exceed
    earliest: Limit | None = None  # of a date or month: what is before is refused, and not offered to be turned to
    latest: Limit | None = None
    pattern: str | None = None
    error: Text | None = None
    min_length: int = Field(default=1, ge=0)
    max_length: int = Field(default=60, ge=1, le=200)
    choices: tuple[Choice, ...] = ()
    sample: str | None = None  # what an invented citizen answers; a date may be "today+14" or "today-30"

    @model_validator(mode="after")
    def _choices_belong_to_choices(self) -> FieldSpec:
        if (self.type in CHOSEN) != bool(self.choices):
            raise ValueError(f"field {self.key}: choices stand on fields of type choice or several, and only there")
        if (self.type is FieldType.PICK) != (self.rows is not None):
            raise ValueError(f"field {self.key}: rows stands on fields of type pick, and only there")
        if self.most is not None and self.type not in NUMERIC:
            raise ValueError(f"field {self.key}: most stands on numbers and amounts, and only there")
        if (self.earliest or self.latest) is not None and self.type not in _DATED:
            raise ValueError(f"field {self.key}: earliest and latest stand on dates and months, and only there")
        if self.pattern is not None and self.error is None:
            raise ValueError(f"field {self.key}: a pattern needs an error sentence that says what is expected")
        if self.required and self.prefill is None and self.sample is None and self.type is not FieldType.PICK:
            raise ValueError(f"field {self.key}: a sample answer is missing")
        return self

    @property
    def summary_label(self) -> Text:
        """The short label of the review page."""
        return self.summary or self.label


class Outcome(_Strict):
    """Why the item ends here, and where to go instead."""

    happened: Text
    meaning: Text
    todo: Text


class Deny(Outcome):
    """Why the item cannot be done when a condition holds; asked when the step is left."""

    when: Condition


class Fact(_Strict):
    """One thing that a department said, as it is shown: ``key`` is its name in the department's answer."""

    key: Identifier
    label: Text
    type: Literal["text", "date", "month", "amount"] = "text"  # as in FieldType
    pii: Literal["no", "masked", "shown"] = "shown"
    hidden: bool = False  # for conditions, amounts and receipts only
    words: dict[str, Text] = Field(default_factory=dict)  # where the department says a code: what is shown instead


# What a step is called that has no name of its own; the others are called like their kind.
_USUAL_IDS = {
    "read_card": "card",
    "type_number": "number",
    "sign_in": "person",
    "rewrite_card": "rewrite",
    "print_document": "paper",
    "print_receipt": "receipt",
}


class _Step(_Strict):
    id: Identifier = ""  # _USUAL_IDS where the file says nothing
    only_if: Condition | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_its_usual_name(cls, said: Any) -> Any:
        if not isinstance(said, dict) or "kind" not in said:
            return said
        return {"id": _USUAL_IDS.get(said["kind"], str(said["kind"])), **said}


class GuideStep(_Step):
    kind: Literal[StepKind.GUIDE]


class ReadCardStep(_Step):
    kind: Literal[StepKind.READ_CARD]


class TypeNumberStep(_Step):
    """Name and number are typed by somebody whose card is not there; the sign-in compares with the authority."""

    kind: Literal[StepKind.TYPE_NUMBER]


class ScanCodeStep(_Step):
    """A code is held before the scanner, or typed where ``typed`` allows it; it becomes the answer ``key``."""

    kind: Literal[StepKind.SCAN_CODE]
    title: Text
    hint: Text
    key: Identifier
    label: Text
    pattern: str
    error: Text
    typed: bool = True
    sample: str


class SignInStep(_Step):
    """Is it really this person? The citizen chooses a way, and a page of that way gives the proof."""

    kind: Literal[StepKind.SIGN_IN]


class LookupStep(_Step):
    """Asks a department. What it says is shown, or only kept where ``show`` is false and nothing is denied.

    The answer's facts are known as ``fact.<key>`` from here on, its rows can be picked in a form. The department may
    know nothing of this person: that is said in the words of ``empty``; where ``empty`` is missing the visit goes on
    without facts. An ``optional`` lookup only fills something in, and keeps nobody. ``asks`` names the answers that
    the department gets to see beside the person.
    """

    kind: Literal[StepKind.LOOKUP]
    operation: Operation
    title: Text
    hint: Text
    show: bool = True
    optional: bool = False
    asks: tuple[Identifier, ...] = ()
    facts: tuple[Fact, ...] = ()
    columns: tuple[Fact, ...] = Field(default=(), max_length=5)  # of the rows; the first names a row
    empty: Outcome | None = None
    deny: tuple[Deny, ...] = ()

    @model_validator(mode="after")
    def _keeps_nobody(self) -> LookupStep:
        if self.optional and (self.show or self.empty or self.deny or self.columns):
            raise ValueError("an optional lookup only fills in: it shows, denies and offers nothing")
        return self


class ReadBankCardStep(_Step):
    """The own bank card is put in and its number becomes the answer ``bank_card``."""

    kind: Literal[StepKind.READ_BANK_CARD]


class BookStep(_Step):
    """Day and time of an appointment are chosen; the booking is made and becomes the answers of its facts.

    ``service`` is what is booked, as the back office knows it. ``where`` names the answer that holds the place,
    ``about`` the one that says what somebody comes for.
    """

    kind: Literal[StepKind.BOOK]
    title: Text
    hint: Text
    service: Identifier
    where: Identifier | None = None
    about: Identifier | None = None


class FormStep(_Step):
    kind: Literal[StepKind.FORM]
    title: Text
    hint: Text
    notice: Text | None = None
    fields: tuple[FieldSpec, ...] = Field(min_length=1)
    deny: tuple[Deny, ...] = ()


class ScanDocumentStep(_Step):
    """Takes one picture of each page and keeps it as an attachment."""

    kind: Literal[StepKind.SCAN_DOCUMENT]
    title: Text
    hint: Text
    document: Identifier
    pages: tuple[Text, ...] = Field(min_length=1, max_length=8)


class ReviewStep(_Step):
    kind: Literal[StepKind.REVIEW]


class SignStep(_Step):
    kind: Literal[StepKind.SIGN]
    statement: Text


class PayStep(_Step):
    """An amount is paid by a code on the citizen's phone; ``amount`` refers to yuan, ``bill`` to what is paid for.

    One bill is paid once, whatever happens to the machine meanwhile.
    """

    kind: Literal[StepKind.PAY]
    title: Text
    operation: Operation
    bill: Reference
    amount: Reference


class SubmitStep(_Step):
    kind: Literal[StepKind.SUBMIT]


class RewriteCardStep(_Step):
    """A card is put into the rewriter, checked, rewritten and given back; or a new one is handed out.

    ``number`` refers to the number that a card that is put in must have. ``lines`` is what is written on it, in
    Chinese, by the keys of facts that departments have said before.
    """

    kind: Literal[StepKind.REWRITE_CARD]
    title: Text
    hint: Text
    new_card: bool = False  # nothing is put in: a card of the machine's own stock is written and handed out
    operation: Operation  # told once the card is written, so that it is not written twice
    number: Reference | None = None
    lines: tuple[Fact, ...] = Field(min_length=1, max_length=5)

    @model_validator(mode="after")
    def _writes_nobody_elses_card(self) -> RewriteCardStep:
        if self.new_card == (self.number is not None):
            raise ValueError("number says whose card is put in; a new card has none yet")
        return self


class PrintDocumentStep(_Step):
    """An A4 document is made, sealed and signed by its department, and printed.

    ``document`` is its template there; ``operation`` brings what stands in it, and ``asks`` are the answers it sees.
    """

    kind: Literal[StepKind.PRINT_DOCUMENT]
    document: Identifier
    name: Text
    operation: Operation
    asks: tuple[Identifier, ...] = ()
    colour: bool = False
    duplex: bool = False


class PrintReceiptStep(_Step):
    kind: Literal[StepKind.PRINT_RECEIPT]


class RateStep(_Step):
    kind: Literal[StepKind.RATE]


class DoneStep(_Step):
    """What follows, once accepted."""

    kind: Literal[StepKind.DONE]
    next_steps: tuple[Text, ...] = Field(min_length=1)


Step = Annotated[
    GuideStep
    | ReadCardStep
    | TypeNumberStep
    | ScanCodeStep
    | SignInStep
    | LookupStep
    | FormStep
    | ReadBankCardStep
    | BookStep
    | ScanDocumentStep
    | ReviewStep
    | SignStep
    | PayStep
    | SubmitStep
    | RewriteCardStep
    | PrintDocumentStep
    | PrintReceiptStep
    | RateStep
    | DoneStep,
    Field(discriminator="kind"),
]


DeviceClass = Literal[
    "id_reader",
    "camera",
    "document_camera",
    "receipt_printer",
    "page_printer",
    "code_scanner",
    "bank_card_reader",
    "card_rewriter",
]


class Kind(StrEnum):
    """What a citizen comes for."""

    QUERY = "query"
    PRINT = "print"
    APPLY = "apply"
    PAY = "pay"
    APPOINT = "appoint"
    CARD = "card"


# What a step leaves behind, beside the answers and facts that are named in it.
BOOKED = ("booking", "day", "time", "place")  # fact.<key> after a booking
PAID = ("payment", "paid_at", "paid_amount")  # fact.<key> after a payment
BANK_CARD = "bank_card"  # the answer of a bank card that was read

_DATED = (FieldType.DATE, FieldType.MONTH)


class Item(_Strict):
    """One item (事项) of the machine."""

    schema_version: Literal[1] = Field(alias="schema")
    code: str = Field(pattern=r"^[A-Z]{2}(-[A-Z]{2})?-\d{2,5}$")
    revision: int = Field(ge=1)
    name: Text
    line: Text
    department: Identifier
    group: Identifier
    kind: Kind
    keywords: tuple[str, ...] = ()  # everyday words under which it is looked for
    provenance: Provenance
    guide: Guide
    risk: Risk  # how sure the machine has to be who is there
    requires: tuple[DeviceClass, ...]
    hours: Hours = Hours()  # within which it can be begun
    valid_from: date | None = None
    valid_until: date | None = None  # the last day
    conditions: dict[Identifier, ConditionSpec] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)
    sample_person: Identifier = "lin"  # whoever of the sample tray can do this
    receipt: tuple[Reference, ...] = ()  # what stands on the receipt beside item, person and number

    @model_validator(mode="after")
    def _names_are_known(self) -> Item:
        """Every step, condition and value that is named exists, and no name stands twice."""
        self._check_steps()
        self._check_values()
        for name, condition in self.conditions.items():
            self._check_condition(name, condition)
        for reference in self.receipt:
            self._known(reference, "receipt")
        return self

    def _check_steps(self) -> None:
        step_ids: set[str] = set()
        for step in self.steps:
            if step.id in step_ids:
                raise ValueError(f"step {step.id} stands twice; give each an id of its own")
            step_ids.add(step.id)
            if step.id in SIGN_IN_PAGES.values():
                raise ValueError(f"step {step.id}: a page of the sign-in is called so")
            named = [step.only_if] if step.only_if else []
            if isinstance(step, FormStep | LookupStep):
                named += [deny.when for deny in step.deny]
            for name in named:
                if name not in self.conditions:
                    raise ValueError(f"step {step.id}: no condition {name}")
        kinds = [step.kind for step in self.steps]
        if kinds.count(StepKind.SIGN_IN) > 1:
            raise ValueError("nobody signs in twice")
        who = (StepKind.READ_CARD, StepKind.TYPE_NUMBER)
        for later, earlier in (
            (StepKind.SIGN_IN, who),
            (StepKind.BOOK, (StepKind.READ_CARD, StepKind.SIGN_IN)),  # it shows what this person has booked
            (StepKind.SUBMIT, (StepKind.SIGN_IN,)),
            (StepKind.PRINT_RECEIPT, (StepKind.GUIDE,)),
        ):
            if later in kinds and not set(earlier) & set(kinds[: kinds.index(later)]):
                raise ValueError(f"there is no {' or '.join(earlier)} before {later}")

    def _check_values(self) -> None:
        keys = [key for step in self.steps for key in keys_of(step)]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"{twice[0]} is answered twice")
        seen: set[str] = set()
        lookups: dict[str, LookupStep] = {}
        for step in self.steps:
            where = f"step {step.id}"
            for field in step.fields if isinstance(step, FormStep) else ():
                if field.rows is not None and (field.rows not in lookups or not lookups[field.rows].columns):
                    raise ValueError(f"field {field.key}: no lookup {field.rows} with columns stands before it")
                for reference in (field.prefill, field.most, field.earliest, field.latest):
                    if isinstance(reference, str) and not reference.startswith("today"):
                        self._known(reference, f"field {field.key}")
            asked = step.asks if isinstance(step, LookupStep | PrintDocumentStep) else ()
            for key in asked:
                if key not in seen:
                    raise ValueError(f"{where}: no answer {key} before it")
            references: tuple[str | None, ...] = ()
            if isinstance(step, PayStep):
                references = (step.bill, step.amount)
            elif isinstance(step, RewriteCardStep):
                references = (step.number, *(f"fact.{line.key}" for line in step.lines))
            elif isinstance(step, BookStep):
                references = (step.where, step.about)
            for named in references:
                if named is not None:
                    self._known(named, where)
            if isinstance(step, LookupStep):
                lookups[step.id] = step
            seen |= set(keys_of(step))

    def _check_condition(self, name: str, condition: ConditionSpec) -> None:
        where = f"condition {name}"
        if isinstance(condition, AllOf | AnyOf | Not):
            for part in parts_of_condition(condition):
                if part not in self.conditions:
                    raise ValueError(f"{where}: no condition {part}")
                if list(self.conditions).index(part) >= list(self.conditions).index(name):
                    raise ValueError(f"{where}: {part} has to stand before it")
            return
        self._known(condition.field, where)
        field = self.field(condition.field)
        match condition:
            case MoreThan() | LessThan():
                if field is not None and field.type not in NUMERIC:
                    raise ValueError(f"{where}: {field.key} is no number")
                other = condition.more_than if isinstance(condition, MoreThan) else condition.less_than
                if isinstance(other, str):
                    self._known(other, where)
            case DaysAhead() | DaysPast() | Before() | YearsApart():
                if field is not None and field.type not in _DATED:
                    raise ValueError(f"{where}: {field.key} is no date")
                if isinstance(condition, Before | YearsApart):
                    self._known(condition.not_after if isinstance(condition, Before) else condition.until, where)
            case Is() | OneOf():
                values = {condition.equals} if isinstance(condition, Is) else set(condition.one_of)
                choices = {choice.value for choice in field.choices} if field is not None else set()
                if choices and (strange := sorted(values - choices)):
                    raise ValueError(f"{where}: {condition.field} has no choice {strange[0]}")
            case Given():
                pass

    def _known(self, reference: str, where: str) -> None:
        kind, _, key = reference.rpartition(".")
        known = {"holder": set(HOLDER_KEYS), "fact": self.fact_keys(), "": self.answer_keys()}[kind]
        if key not in known:
            what = {"holder": "nothing on a card called", "fact": "no fact", "": "no answer"}[kind]
            raise ValueError(f"{where}: {what} {key}")

    def field(self, key: str) -> FieldSpec | None:
        """The field whose answer has this key, None when it is no field's."""
        for step in self.steps:
            for field in step.fields if isinstance(step, FormStep) else ():
                if field.key == key:
                    return field
        return None

    def fact(self, key: str) -> Fact | None:
        """The fact with this key, None when no lookup names it."""
        facts = (fact for step in self.steps if isinstance(step, LookupStep) for fact in step.facts)
        return next((fact for fact in facts if fact.key == key), None)

    def sample_answers(self, today: date) -> dict[str, str]:
        """What an invented citizen answers to every field that is not filled in or picked."""
        answers: dict[str, str] = {}
        for step in self.steps:
            if isinstance(step, ScanCodeStep):
                answers[step.key] = step.sample
            for field in step.fields if isinstance(step, FormStep) else ():
                if field.sample is not None:
                    answers[field.key] = _sample(field, today)
        return answers

    def answer_keys(self) -> set[str]:
        """Every key that an answer may have."""
        return {key for step in self.steps for key in keys_of(step)}

    def fact_keys(self) -> set[str]:
        """Every key that a fact may have."""
        keys: set[str] = set()
        for step in self.steps:
            if isinstance(step, LookupStep):
                keys |= {fact.key for fact in step.facts}
            elif isinstance(step, BookStep):
                keys |= set(BOOKED)
            elif isinstance(step, PayStep):
                keys |= set(PAID)
        return keys


def keys_of(step: Step) -> tuple[str, ...]:
    """The keys of the answers that ``step`` asks for."""
    match step:
        case FormStep():
            return tuple(field.key for field in step.fields)
        case ScanCodeStep():
            return (step.key,)
        case ReadBankCardStep():
            return (BANK_CARD,)
        case _:
            return ()


def day_from(said: str, today: date) -> date:
    """The day that "today", "today+14" or "today-30" means."""
    return today + timedelta(days=int(said.removeprefix("today") or 0))


def _sample(field: FieldSpec, today: date) -> str:
    sample = field.sample or ""
    if field.type in _DATED and sample.startswith("today"):
        day = day_from(sample, today)
        return f"{day:%Y%m%d}" if field.type is FieldType.DATE else f"{day:%Y%m}"
    return sample
