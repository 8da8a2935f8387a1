"""Requests for documents, and a department that answers what a test wants it to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import uuid4

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from backoffice.departments import Departments, Terms
from backoffice.store import Store
from kiosk.gateway.contract import Answer, AnswerKind, DocumentRequest, FaceProof, Line, Named, Question
from kiosk.hours import Hours
from kiosk.text import Text
from tests.people import LIN

FACE = FaceProof(distance=0.23, threshold=0.4, frames=5, engine="dlib")
FACTS = (
    Named(key="unit", label=Text(zh="现参保单位", en="Present employer")),
    Named(key="first", label=Text(zh="最早缴费月份", en="First month paid"), type="month"),
    Named(key="state", label=Text(zh="状态", en="State"), words={"paying": Text(zh="正常缴费", en="paying")}),
)
COLUMNS = (
    Named(key="month", label=Text(zh="月份", en="Month"), type="month"),
    Named(key="base", label=Text(zh="缴费基数", en="Base"), type="amount"),
    Named(key="own", label=Text(zh="个人缴费", en="Own part"), type="amount"),
)
PURPOSE = Line(label=Text(zh="用途", en="Purpose"), value=Text(zh="入学", en="School"))
FOUND = {"unit": "厦门示例网络有限公司", "first": "201605", "state": "paying"}
# What the templates ask for that are made for one matter each.
SPECIAL: Mapping[str, Mapping[str, str]] = {
    "penalty_decision": {
        "decision_number": "3502001000000102",
        "plate": "闽D00001",
        "vehicle_type": "小型轿车",
        "happened_at": "2026年11月18日",
        "happened_time": "08:15",
        "place": "湖里区示例路口",
        "behaviour": "违反禁令标志指示",
        "evidence": "技术监控照片 3 张",
        "law": "《中华人民共和国道路交通安全法》第三十八条",
        "basis": "《中华人民共和国道路交通安全法》第九十条",
        "fine": "100.00",
        "points": "1",
        "authority": "厦门市公安局交通警察支队示例大队",
        "officer": "民警示例，警号 350000",
    },
    "origin_certificate": {"exporter": "厦门示例进出口有限公司，湖里区示例路 8 号"},
}


def months(count: int) -> list[dict[str, str]]:
    """So many months of payments, each 200 yuan."""
    return [
        {"key": str(n), "month": f"{2016 + n // 12}{n % 12 + 1:02}", "base": "2500", "own": "200"} for n in range(count)
    ]


def request(document: str = "proof", **changes: Any) -> DocumentRequest:
    """A request for a document about Lin; keys of the question go into it."""
    asked = {
        "item": "RS-01",
        "station": "XM-HL-0001",
        "number": LIN.number,
        "name": LIN.name,
        "proof": FACE,
        "asked": {},
    }
    question = {key: changes.pop(key, value) for key, value in asked.items()}
    said = {
        "idempotency_key": uuid4(),
        "document": document,
        "title": Text(zh="个人参保证明", en="Proof of enrolment"),
        "operation": "human_resources.enrolment",
        "question": Question(**question),
        "language": "zh",
        "facts": FACTS,
        "columns": (),
        "answers": (PURPOSE,),
    }
    return DocumentRequest(**{**said, **changes})


class Office:
    """A department's system whose answer is set by the test; it counts how often it was asked."""

    def __init__(self) -> None:
        self.hours = Hours()
        self.open = True
        self.asked = 0
        self.answer: Answer | Exception = found()

    def open_now(self) -> bool:
        return self.open

    def alive(self) -> bool:
        return True

    def terms(self, operation: str) -> Terms | None:
        return Terms(person=operation != "market.company", proof=operation != "market.company")

    def ask(self, operation: str, question: Question) -> Answer:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def found(rows: Sequence[Mapping[str, str]] = (), facts: Mapping[str, str] | None = None) -> Answer:
    return Answer(outcome=AnswerKind.FOUND, facts={**FOUND, **(facts or {})}, rows=tuple(dict(row) for row in rows))


def departments(store: Store, office: Office) -> Departments:
    return Departments(store, dict.fromkeys(("human_resources", "market", "police"), office))


def text_of(pdf: bytes) -> list[str]:
    """What a reader of the PDF can copy from each page, without blanks."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def picture_of(pdf: bytes, page: int = 0, dots: int = 150) -> NDArray[np.uint8]:
    """One page as it is printed, RGB."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        drawn: NDArray[np.uint8] = np.asarray(document[page].render(scale=dots / 72).to_pil().convert("RGB"))
        return drawn


def red(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where it is as red as a seal."""
    r, g, b = (picture[..., channel].astype(int) for channel in range(3))
    reddish: NDArray[np.bool_] = (r > 150) & (g < 90) & (b < 90)
    return reddish


def plain(words: str) -> str:
    return "".join(words.split())
