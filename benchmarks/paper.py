"""One A4 page from the touch to the printer's queue: asked for, set, sealed, signed, sent, verified, handed over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from benchmarks.figures import Figure
from drivers.page_printer.client import Client
from drivers.page_printer.connection import Connection
from drivers.page_printer.simulator import PagePrinterSimulator
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import DocumentRequest, FaceProof, Named, Question
from kiosk.gateway.signatures import load_authority, verify
from kiosk.text import Text

NUMBER, NAME = "350206198503120027", "林示例"  # of the sample tray
WARM = 2  # the first ones load fonts, keys and libraries


def figures(runs: int, office: str, authority: Path) -> Iterator[Figure]:
    """``office`` is the address of a back office, ``authority`` the certificate that it published."""
    trusted = load_authority(authority)
    printer = PagePrinterSimulator(page_seconds=0.01)
    printer.start()
    gateway, queue = GatewayClient(office), Client(Connection(printer.address), "kiosk-bench")
    made, queued = [], []
    try:
        for _ in range(WARM + runs):
            began = time.perf_counter()
            document = gateway.make_document(_request())
            made.append(time.perf_counter() - began)
            verify(document.pdf, trusted, datetime.now().astimezone())
            queue.send(queue.create("proof", ()), document.pdf)
            queued.append(time.perf_counter() - began)
    finally:
        queue.close()
        gateway.close()
        printer.stop()
    yield Figure("one A4 page asked for → made, sealed and signed", "s", 1, made[WARM:], "warm")
    yield Figure("one A4 page asked for → verified and queued", "s", 1, queued[WARM:], "warm")


def _request() -> DocumentRequest:
    facts = {"unit": "现参保单位", "months": "累计缴费月数"}
    return DocumentRequest(
        idempotency_key=uuid4(),
        document="proof",
        title=Text(zh="个人社会保险参保证明", en="Proof of social-insurance enrolment"),
        operation="human_resources.enrolment",
        question=Question(
            item="RS-01",
            station="XM-HL-0001",
            number=NUMBER,
            name=NAME,
            proof=FaceProof(distance=0.23, threshold=0.4, frames=5, engine="dlib"),
        ),
        language="zh",
        facts=tuple(Named(key=key, label=Text(zh=label, en=key)) for key, label in facts.items()),
    )
