"""The shape of an item's file. Unknown keys are errors; every rule is named and typed.

An item is ``config/items/<department>/<CODE>.yaml``. Its steps are walked in
their order; a step whose ``only_if`` condition does not hold is left out, so
the route follows from the answers and is stored nowhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.identity.events import Risk
from kiosk.text import Text


class StepKind(StrEnum):
    """The kinds of steps; the screen has one page for each, but for SIGN_IN: the next seven stand in its place."""

    GUIDE = "guide"
    READ_CARD = "read_card"
    SIGN_IN = "sign_in"
    CHOOSE_WAY = "choose_way"
    CONSENT = "consent"
    VERIFY_FACE = "verify_face"
    VERIFY_CODE = "verify_code"
    VERIFY_APP_CODE = "verify_app_code"
    VERIFY_STAFF = "verify_staff"
    VERIFY_VIDEO = "verify_video"
    FORM = "form"
    SCAN_DOCUMENT = "scan_document"
    REVIEW = "review"
    SIGN = "sign"
    SUBMIT = "submit"
    PRINT_RECEIPT = "print_receipt"
    RATE = "rate"
    DONE = "done"


class FieldType(StrEnum):
    """What may be typed into a field, and with which keys."""

    CHOICE = "choice"
    TEXT = "text"
    LATIN = "latin"  # letters and digits, capitals
    DATE = "date"  # a value is YYYYMMDD, or a beginning of it while it is typed
    PHONE = "phone"


Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Condition = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="the name of a condition of this item")]

# The pages that a sign-in brings along, by their ids, each after the one that chooses it.
SIGN_IN_PAGES: dict[StepKind, str] = {
    StepKind.CONSENT: "consent",
    StepKind.VERIFY_FACE: "face",
    StepKind.VERIFY_CODE: "code",
    StepKind.VERIFY_APP_CODE: "app_code",
    StepKind.VERIFY_STAFF: "staff",
    StepKind.VERIFY_VIDEO: "video",
}

# Where a value may come from instead of the citizen's fingers.
Prefill = Literal["holder.name", "holder.number", "holder.address"]


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
    steps: tuple[Text, ...] = Field(min_length=1)
    minutes: int = Field(ge=1, le=60)
    fee: Text
    afterwards: Text
    privacy: Text
    phone: str
    elsewhere: Text


class Choice(_Strict):
    """One answer of a choice field."""

    value: Identifier
    label: Text
    note: Text | None = None


class FieldSpec(_Strict):
    """One question. ``pii`` decides how an answer is shown and that it is never logged."""

    key: Identifier
    type: FieldType
    label: Text
    hint: Text
    summary: Text | None = None
    pii: Literal["no", "masked", "shown"] = "no"
    required: bool = True
    prefill: Prefill | None = None
    pattern: str | None = None
    error: Text | None = None
    min_length: int = Field(default=1, ge=0)
    max_length: int = Field(default=60, ge=1, le=200)
    choices: tuple[Choice, ...] = ()
    sample: str | None = None  # what an invented citizen answers; a date may be "today+14" or "today-30"

    @model_validator(mode="after")
    def _choices_belong_to_choices(self) -> FieldSpec:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError(f"field {self.key}: choices stand on fields of type choice, and only there")
        if self.pattern is not None and self.error is None:
            raise ValueError(f"field {self.key}: a pattern needs an error sentence that says what is expected")
        if self.required and self.prefill is None and self.sample is None:
            raise ValueError(f"field {self.key}: a sample answer is missing")
        return self

    @property
    def summary_label(self) -> Text:
        """The short label of the review page."""
        return self.summary or self.label


class Is(_Strict):
    """The answer to ``field`` equals ``value``."""

    field: Identifier
    equals: str


class DaysAhead(_Strict):
    """The date answered in ``field`` lies more than ``more_than`` days after today."""

    field: Identifier
    days_ahead_more_than: int


class DaysPast(_Strict):
    """The date answered in ``field`` lies more than ``days_past_more_than`` days before today."""

    field: Identifier
    days_past_more_than: int


class Before(_Strict):
    """The date answered in ``field`` is not later than the date answered in ``not_after``."""

    field: Identifier
    not_after: Identifier


class YearsApart(_Strict):
    """From the date in ``field`` to the date in ``until`` there are more than ``years_more_than`` years."""

    field: Identifier
    until: Identifier
    years_more_than: int


ConditionSpec = Is | DaysAhead | DaysPast | Before | YearsApart


class Deny(_Strict):
    """Why the item cannot be done, and where to go instead; asked when the step is left."""

    when: Condition
    happened: Text
    meaning: Text
    todo: Text


class _Step(_Strict):
    id: Identifier
    stage: Identifier
    only_if: Condition | None = None


class GuideStep(_Step):
    kind: Literal[StepKind.GUIDE]


class ReadCardStep(_Step):
    kind: Literal[StepKind.READ_CARD]


class SignInStep(_Step):
    """Is it really this person? The citizen chooses a way, and a page of that way gives the proof."""

    kind: Literal[StepKind.SIGN_IN]


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


class SubmitStep(_Step):
    kind: Literal[StepKind.SUBMIT]


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
    | SignInStep
    | FormStep
    | ScanDocumentStep
    | ReviewStep
    | SignStep
    | SubmitStep
    | PrintReceiptStep
    | RateStep
    | DoneStep,
    Field(discriminator="kind"),
]


def _sample(field: FieldSpec, today: date) -> str:
    sample = field.sample or ""
    if field.type is FieldType.DATE and sample.startswith("today"):
        return f"{today + timedelta(days=int(sample.removeprefix('today'))):%Y%m%d}"
    return sample


DeviceClass = Literal["id_reader", "camera", "document_camera", "receipt_printer"]


class StageSpec(_Strict):
    """One section of the step bar."""

    id: Identifier
    name: Text


class Item(_Strict):
    """One item (事项) of the machine."""

    schema_version: Literal[1] = Field(alias="schema")
    code: str = Field(pattern=r"^[A-Z]{2}(-[A-Z]{2})?-\d{2}$")
    revision: int = Field(ge=1)
    name: Text
    line: Text
    department: Text
    icon: str
    provenance: Provenance
    guide: Guide
    risk: Risk  # how sure the machine has to be who is there
    requires: tuple[DeviceClass, ...]
    stages: tuple[StageSpec, ...] = Field(min_length=1)
    conditions: dict[Identifier, ConditionSpec] = {}
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_known(self) -> Item:
        """Every stage, condition and field that is named exists, and no name stands twice."""
        stages = {stage.id for stage in self.stages}
        step_ids: set[str] = set()
        keys = self.answer_keys()
        for step in self.steps:
            if step.id in step_ids:
                raise ValueError(f"step {step.id} stands twice")
            step_ids.add(step.id)
            if step.id in SIGN_IN_PAGES.values():
                raise ValueError(f"step {step.id}: a page of the sign-in is called so")
            if step.stage not in stages:
                raise ValueError(f"step {step.id}: no stage {step.stage}")
            named = [step.only_if] if step.only_if else []
            if isinstance(step, FormStep):
                named += [deny.when for deny in step.deny]
            for name in named:
                if name not in self.conditions:
                    raise ValueError(f"step {step.id}: no condition {name}")
        for name, condition in self.conditions.items():
            for attribute in ("field", "not_after", "until"):
                key = getattr(condition, attribute, None)
                if key is not None and key not in keys:
                    raise ValueError(f"condition {name}: no answer {key}")
        kinds = [step.kind for step in self.steps]
        for earlier, later in pairwise((StepKind.READ_CARD, StepKind.SIGN_IN, StepKind.SUBMIT)):
            if later in kinds and earlier not in kinds[: kinds.index(later)]:
                raise ValueError(f"there is no {earlier} before {later}")
        if kinds.count(StepKind.SIGN_IN) > 1:
            raise ValueError("nobody signs in twice")
        fields = [field.key for step in self.steps if isinstance(step, FormStep) for field in step.fields]
        if len(fields) != len(set(fields)):
            raise ValueError("a field's key stands twice")
        return self

    def sample_answers(self, today: date) -> dict[str, str]:
        """What an invented citizen answers to every field that is not filled in from the card."""
        answers: dict[str, str] = {}
        for step in self.steps:
            if isinstance(step, FormStep):
                for field in step.fields:
                    if field.sample is not None:
                        answers[field.key] = _sample(field, today)
        return answers

    def answer_keys(self) -> set[str]:
        """Every key that an answer may have."""
        keys: set[str] = set()
        for step in self.steps:
            if isinstance(step, FormStep):
                keys |= {field.key for field in step.fields}
        return keys
