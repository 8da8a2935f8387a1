"""Which section of the step bar each kind of step belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.catalogue.item import StepKind

STAGE_OF: Mapping[str, str] = {
    StepKind.GUIDE: "guide",
    StepKind.READ_CARD: "card",
    StepKind.TYPE_NUMBER: "card",
    StepKind.SCAN_CODE: "code",
    StepKind.SIGN_IN: "person",
    StepKind.CHOOSE_WAY: "person",
    StepKind.CONSENT: "person",
    StepKind.VERIFY_FACE: "person",
    StepKind.VERIFY_CODE: "person",
    StepKind.VERIFY_APP_CODE: "person",
    StepKind.VERIFY_STAFF: "person",
    StepKind.VERIFY_VIDEO: "person",
    StepKind.LOOKUP: "lookup",
    StepKind.FORM: "form",
    StepKind.READ_BANK_CARD: "form",
    StepKind.BOOK: "book",
    StepKind.SCAN_DOCUMENT: "form",
    StepKind.REVIEW: "check",
    StepKind.SIGN: "check",
    StepKind.PAY: "pay",
    StepKind.SUBMIT: "send",
    StepKind.REWRITE_CARD: "rewrite",
    StepKind.PRINT_DOCUMENT: "paper",
    StepKind.PRINT_RECEIPT: "receipt",
    StepKind.RATE: "end",  # of the receipt's section where there is one before it
    StepKind.DONE: "end",
}
