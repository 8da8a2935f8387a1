"""Invented people and their applications."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from kiosk.gateway.contract import Applicant, Application, Attachment, CardWritten, FaceProof, Question

NAME = "林晓舟"
NUMBER = "350203199001010010"
PHONE = "13950010001"
ADDRESS = "厦门市思明区虚构路 7 号"
SIGNATURE = b"\x89PNG\r\n\x1a\n" + b"a signature that nobody wrote " * 40
# Everything of an application that nobody else may read.
PERSONAL = (NAME, NUMBER, PHONE, ADDRESS, "19900101", "1990-01-01")


def applicant(**changes: Any) -> Applicant:
    return Applicant.model_validate(
        {
            "card": "resident",
            "name": NAME,
            "number": NUMBER,
            "number_check_ok": True,
            "sex": "1",
            "birth_date": date(1990, 1, 1),
            "nationality": "CHN",
            "address": ADDRESS,
            "valid_until": date(2035, 1, 1),
            **changes,
        }
    )


def application(key: UUID | None = None, **changes: Any) -> Application:
    return Application.model_validate(
        {
            "idempotency_key": key or uuid4(),
            "item": "JT-02",
            "item_revision": 1,
            "station": "XM-0001",
            "filled_at": datetime.now(UTC),
            "language": "zh",
            "applicant": applicant(),
            "identity": FaceProof(distance=0.31, threshold=0.4, frames=5, engine="dlib"),
            "answers": {"phone": PHONE, "recipient": NAME, "address": ADDRESS, "agreed": True},
            "attachments": (Attachment.of("signature", "image/png", SIGNATURE),),
            **changes,
        }
    )


def card_news(number: str = NUMBER, **changes: Any) -> CardWritten:
    """A residence permit was written for the invented person."""
    face = FaceProof(distance=0.31, threshold=0.4, frames=5, engine="dlib")
    return CardWritten.model_validate(
        {
            "idempotency_key": uuid4(),
            "operation": "police.permit_rewritten",
            "question": Question(item="GA-JZ-01", station="XM-0001", number=number, name=NAME, proof=face),
            "new_card": False,
            "written_at": datetime.now(UTC),
            **changes,
        }
    )
