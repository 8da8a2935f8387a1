"""Cards that kiosks have written: each is told to its department, and known here from then on."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.departments import Departments
from backoffice.store import Refusal, Store
from backoffice.tables import CardRow
from kiosk.gateway.contract import CARDS, CardWritten, Noted, ProblemCode


class Cards:
    """The cards in ``store``, told to ``departments``. Methods may be called on any thread."""

    def __init__(self, store: Store, departments: Departments) -> None:
        self._store = store
        self._departments = departments

    def hear(self, written: CardWritten) -> bool:
        """Tell the department, once however often it comes; whether it was news.

        Raises Refusal: CONFLICT, NOT_FOUND, NOT_PROVEN; Away, and nothing is known then.
        """
        said = json.dumps(written.model_dump(mode="json"), sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        with self._store.transaction() as session:
            if self._known(session, written, digest):
                return False
        # Its department may hear the same twice from kiosks that are told nothing in time: it knows the card by then.
        self._departments.ask(written.operation, written.question, at=written.written_at)

        def keep(session: Session) -> bool:
            if self._known(session, written, digest):
                return False
            session.add(
                CardRow(
                    idempotency_key=str(written.idempotency_key),
                    digest=digest,
                    operation=written.operation,
                    number=written.question.number or "",
                    item=written.question.item,
                    station=written.question.station,
                    new_card=written.new_card,
                    written_at=written.written_at,
                    heard_at=self._store.now(),
                )
            )
            return True

        return self._store.persistently(keep)

    @staticmethod
    def _known(session: Session, written: CardWritten, digest: str) -> bool:
        key = str(written.idempotency_key)
        row = session.scalar(select(CardRow).where(CardRow.idempotency_key == key))
        if row is not None and row.digest != digest:
            raise Refusal(ProblemCode.CONFLICT)
        return row is not None


def routes(cards: Cards, store: Store) -> APIRouter:
    """The place of the contract that is about written cards."""
    router = APIRouter()

    @router.post(CARDS, status_code=HTTPStatus.CREATED)
    def hear(written: CardWritten, response: Response) -> Noted:
        if not cards.hear(written):
            response.status_code = HTTPStatus.OK
        return Noted(at=store.now())

    return router
