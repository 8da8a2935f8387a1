"""Documents over HTTP: for kiosks as the contract says, for everybody else as one page to verify and fetch them."""

from __future__ import annotations

import html
import secrets
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from backoffice.documents.issuing import PLACE, Documents
from backoffice.store import Refusal
from kiosk.gateway.contract import (
    DOCUMENT,
    DOCUMENT_CHECKS,
    DOCUMENT_COPIES,
    DOCUMENT_FILE,
    DOCUMENTS,
    CopyFetch,
    CopyRequest,
    CopySent,
    Document,
    DocumentCheck,
    DocumentChecked,
    DocumentFacts,
    DocumentFile,
    DocumentRequest,
    Ticket,
)
from kiosk.hours import LOCAL

_PAGE = Path(__file__).with_name("page.html")
_NOT_FOUND = (
    "<p class=bad>没有这个验证码的文件。请再核对一遍，或者扫描文件上的二维码。</p><p>There is no such document.</p>"
)
Code = Annotated[Ticket, InPath()]


def routes(documents: Documents) -> APIRouter:
    """Every place of the contract that is about documents, and the public page."""
    router = APIRouter()

    @router.post(DOCUMENTS, status_code=HTTPStatus.CREATED)
    def make(request: DocumentRequest, response: Response) -> Document:
        made = documents.make(request)
        if made.duplicate:
            response.status_code = HTTPStatus.OK
        return made

    @router.get(DOCUMENT)
    def facts(code: Code) -> DocumentFacts:
        return documents.facts(code)

    @router.post(DOCUMENT_CHECKS)
    def check(code: Code, question: DocumentCheck) -> DocumentChecked:
        return documents.check(code, question)

    @router.post(DOCUMENT_COPIES, status_code=HTTPStatus.CREATED)
    def send_copy(code: Code, request: CopyRequest) -> CopySent:
        return documents.send_copy(code, request)

    @router.post(DOCUMENT_FILE)
    def fetch(code: Code, request: CopyFetch) -> DocumentFile:
        return documents.fetch(code, request.fetch_code)

    @router.get(PLACE, include_in_schema=False)
    def page(code: str) -> HTMLResponse:
        try:
            shown, status = _shown(documents.facts(code.upper())), HTTPStatus.OK
        except Refusal:
            shown, status = _NOT_FOUND, HTTPStatus.NOT_FOUND
        nonce = secrets.token_urlsafe(12)
        policy = f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'"
        found = status is HTTPStatus.OK
        content = _PAGE.read_text(encoding="utf-8").replace("{nonce}", nonce).replace("{facts}", shown)
        return HTMLResponse(
            content.replace("{hidden}", "" if found else "hidden"),
            status,
            headers={"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )

    return router


def _shown(facts: DocumentFacts) -> str:
    rows = [
        ("文件 Document", f"{facts.title.zh} {facts.title.en}"),
        ("出具机关 Issued by", facts.office.zh),
        ("姓名 Name", facts.name),
        ("出具时间 Issued", _moment(facts.issued_at)),
        ("有效期至 Valid until", _moment(facts.valid_until) if facts.valid_until is not None else ""),
        ("页数 Pages", str(facts.pages)),
        ("校验值 SHA-256", facts.sha256),
    ]
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{html.escape(said)}</dd>" for name, said in rows if said) + "</dl>"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
