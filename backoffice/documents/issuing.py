"""Makes documents, says what their codes stand for, tells a genuine one from another, sends copies to their owners."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from datetime import timedelta
from functools import cached_property
from io import BytesIO
from random import SystemRandom
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice import words
from backoffice.departments import Departments
from backoffice.documents.seals import Seals
from backoffice.documents.sheet import (
    CannotBeSet,
    Imprint,
    MissingFacts,
    Press,
    Template,
    compose,
    office_of,
    templates,
)
from backoffice.store import Refusal, Store, issued_this_month
from backoffice.tables import CopyRow, DocumentRow, EmailRow, PhoneRow, PortraitRow, TextMessageRow
from kiosk.gateway.contract import (
    CODE_TRIES,
    COPIES,
    COPY_SECONDS,
    AnswerKind,
    CopyRequest,
    CopySent,
    Document,
    DocumentCheck,
    DocumentChecked,
    DocumentFacts,
    DocumentFile,
    DocumentRequest,
    Genuineness,
    ProblemCode,
    ticket_for,
)
from kiosk.gateway.signatures import Flaw, SignatureInvalid, verify
from kiosk.privacy import mask_name, mask_phone
from kiosk.text import Text

log = logging.getLogger("backoffice.documents")

# Where anybody sees what a code stands for.
PLACE = "/documents/{code}"


class Documents:
    """What the offices behind this back office issue. ``url`` is where the public reaches the back office.

    Methods may be called on any thread.
    """

    def __init__(self, store: Store, departments: Departments, seals: Seals, url: str) -> None:
        self._store = store
        self._departments = departments
        self._seals = seals
        self._url = url.rstrip("/")
        self._random = SystemRandom()

    def make(self, request: DocumentRequest) -> Document:
        """Make a document, once however often it is asked for.

        Raises Refusal: CONFLICT, INVALID (no such template, nobody who answers for the item), DOCUMENT_NOT_ISSUED and
        what a department refuses; Away.
        """
        said = json.dumps(request.model_dump(mode="json"), sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        with self._store.transaction() as session:
            known = _known(session, request, digest)
            if known is not None:
                return self._told(known, duplicate=True)
        made = self._made(request, digest)

        def keep(session: Session) -> Document:
            known = _known(session, request, digest)  # somebody may have been quicker
            if known is not None:
                return self._told(known, duplicate=True)
            most, number = templates()[request.document].most_a_month, request.question.number or ""
            if most is not None and issued_this_month(session, number, request.document, self._store.now()) >= most:
                raise Refusal(ProblemCode.DOCUMENT_NOT_ISSUED)
            row = DocumentRow(**made)
            session.add(row)
            session.flush()
            return self._told(row, duplicate=False)

        return self._store.persistently(keep)

    def _made(self, request: DocumentRequest, digest: str) -> dict[str, object]:
        question = request.question
        template, office = templates().get(request.document), office_of(question.item)
        if template is None or office is None:
            raise Refusal(ProblemCode.INVALID)
        answer = self._departments.ask(request.operation, question)
        if answer.outcome is not AnswerKind.FOUND:
            raise Refusal(ProblemCode.DOCUMENT_NOT_ISSUED)
        now = self._store.now()
        until = now + timedelta(hours=template.valid_hours) if template.valid_hours is not None else None
        code = ticket_for(UUID(self._store.fresh_id()))
        imprint = Imprint(code, self._url + PLACE.format(code=code), now, until)
        try:
            sheet = compose(request, answer, template, office, imprint)
        except MissingFacts as error:
            log.error("%s of %s lacks %s", request.document, request.operation, error)  # noqa: TRY400
            raise Refusal(ProblemCode.DOCUMENT_NOT_ISSUED) from error
        try:
            pdf = self._press.pdf(sheet, now, self._portrait(template, question.number))
        except CannotBeSet as error:
            log.error("%s of %s has a character that no font has", request.document, question.item)  # noqa: TRY400
            raise Refusal(ProblemCode.DOCUMENT_NOT_ISSUED) from error
        prefix = re.sub(r"-\d+$", "", question.item)
        signed = self._seals.sign(pdf, prefix, office.zh)
        return {
            "idempotency_key": str(request.idempotency_key),
            "digest": digest,
            "code": code,
            "document": request.document,
            "item": question.item,
            "station": question.station,
            "language": request.language,
            "title": request.title.model_dump(),
            "office": office.name.model_dump(),
            "number": question.number or "",
            "name": question.name,
            "issued_at": now,
            "valid_until": until,
            "sha256": hashlib.sha256(signed).hexdigest(),
            "pages": _pages(signed),
            "pdf": signed,
        }

    def facts(self, code: str) -> DocumentFacts:
        """What a code stands for. Raises Refusal: NOT_FOUND."""
        with self._store.transaction() as session:
            row = _by_code(session, code)
            return DocumentFacts(
                code=row.code,
                item=row.item,
                title=Text(**row.title),
                office=Text(**row.office),
                name=mask_name(row.name),
                issued_at=row.issued_at,
                valid_until=row.valid_until,
                sha256=row.sha256,
                pages=row.pages,
            )

    def check(self, code: str, check: DocumentCheck) -> DocumentChecked:
        """Whether this is the document of the code. Raises Refusal: NOT_FOUND."""
        with self._store.transaction() as session:
            issued = _by_code(session, code).sha256
        if check.pdf is None:
            return DocumentChecked(result=Genuineness.GENUINE if check.sha256 == issued else Genuineness.OTHER)
        if hashlib.sha256(check.pdf).hexdigest() == issued:
            return DocumentChecked(result=Genuineness.GENUINE)
        try:
            verify(check.pdf, self._seals.authority, self._store.now())
        except SignatureInvalid as error:
            if error.flaw is Flaw.CHANGED:
                return DocumentChecked(result=Genuineness.ALTERED)
        return DocumentChecked(result=Genuineness.OTHER)

    def send_copy(self, code: str, request: CopyRequest) -> CopySent:
        """Send a document to its owner.

        Raises Refusal: NOT_FOUND (also for somebody who did not ask for this document), COPY_NO_PHONE, COPY_TOO_OFTEN.
        """
        now = self._store.now()
        with self._store.transaction() as session:
            row = _by_code(session, code, lock=True)
            if row.idempotency_key != str(request.idempotency_key):
                raise Refusal(ProblemCode.NOT_FOUND)
            sent = session.scalar(select(func.count()).where(CopyRow.document_id == row.id)) or 0
            if sent >= COPIES:
                raise Refusal(ProblemCode.COPY_TOO_OFTEN)
            copy = CopyRow(document_id=row.id, sent_at=now)
            session.add(copy)
            said = {"title": Text(**row.title).in_(row.language), "url": self._url + PLACE.format(code=code)}
            if request.email is not None:
                session.add(
                    EmailRow(
                        document_id=row.id,
                        address=request.email,
                        subject=words.EMAIL_SUBJECT.in_(row.language).format_map(said),
                        words=words.EMAIL.in_(row.language).format_map({**said, "code": code}),
                        at=now,
                    )
                )
                return CopySent(to=_mask_address(request.email))
            phone = session.get(PhoneRow, row.number) if row.number else None
            if phone is None:
                raise Refusal(ProblemCode.COPY_NO_PHONE)
            fetch_code = f"{self._random.randrange(10**6):06d}"
            copy.salt, copy.tries_left = self._store.fresh_id(), CODE_TRIES
            copy.digest = _digest(copy.salt, fetch_code)
            text = words.COPY.in_(row.language).format_map({**said, "code": fetch_code})
            session.add(TextMessageRow(phone=phone.phone, words=text, at=now))
            return CopySent(to=mask_phone(phone.phone))

    def fetch(self, code: str, fetch_code: str) -> DocumentFile:
        """The document, once for each code that was sent. Raises Refusal: NOT_FOUND, CODE_USED_UP."""
        now = self._store.now()
        with self._store.transaction() as session:
            row = _by_code(session, code, lock=True)
            since = now - timedelta(seconds=COPY_SECONDS)
            usable = session.scalars(
                select(CopyRow)
                .where(CopyRow.document_id == row.id, CopyRow.tries_left > 0, CopyRow.fetched_at.is_(None))
                .where(CopyRow.sent_at >= since)
            ).all()
            for copy in usable:
                if hmac.compare_digest(copy.digest, _digest(copy.salt, fetch_code)):
                    copy.fetched_at = now
                    return DocumentFile(pdf=row.pdf)
            for copy in usable:
                copy.tries_left -= 1
        raise Refusal(ProblemCode.CODE_USED_UP)

    @cached_property
    def _press(self) -> Press:
        return Press()

    def _portrait(self, template: Template, number: str | None) -> bytes:
        """The portrait that the authority has on file, where the document shows one."""
        if template.layout != "identity" or number is None:
            return b""
        with self._store.transaction() as session:
            row = session.get(PortraitRow, number)
            return row.jpeg if row is not None else b""

    def _told(self, row: DocumentRow, *, duplicate: bool) -> Document:
        return Document(
            code=row.code,
            pdf=row.pdf,
            sha256=row.sha256,
            pages=row.pages,
            url=self._url + PLACE.format(code=row.code),
            valid_until=row.valid_until,
            duplicate=duplicate,
        )


def _known(session: Session, request: DocumentRequest, digest: str) -> DocumentRow | None:
    """The document that this request was answered with. Raises Refusal: CONFLICT."""
    key = str(request.idempotency_key)
    row = session.scalar(select(DocumentRow).where(DocumentRow.idempotency_key == key))
    if row is not None and row.digest != digest:
        raise Refusal(ProblemCode.CONFLICT)
    return row


def _by_code(session: Session, code: str, *, lock: bool = False) -> DocumentRow:
    query = select(DocumentRow).where(DocumentRow.code == code)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row


def _digest(salt: str, fetch_code: str) -> bytes:
    """Slow on purpose: six digits are soon tried out."""
    return hashlib.scrypt(fetch_code.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)


def _mask_address(address: str) -> str:
    """``lin@example.com`` → ``l**@example.com``."""
    name, _, host = address.partition("@")
    return f"{name[0]}{'*' * (len(name) - 1)}@{host}"


def _pages(pdf: bytes) -> int:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415  as in seals.py

    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])
