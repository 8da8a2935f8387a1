"""The departments behind the back office: each with a system of its own, its hours, its pace and its failures.

A real site has an adapter for each department's system; the reference ones
answer from files (:mod:`backoffice.reference`). Whatever one of them does, the
others go on: each has a few threads of its own, and nobody waits for an answer
longer than ``ANSWER_SECONDS``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from backoffice.store import Refusal, Store
from kiosk.gateway.contract import (
    Answer,
    DepartmentService,
    DepartmentState,
    DepartmentStates,
    ProblemCode,
    Question,
)
from kiosk.hours import Hours
from kiosk.text import Text

log = logging.getLogger("backoffice.departments")

ResultT = TypeVar("ResultT")

# A kiosk waits for 8 s.
ANSWER_SECONDS = 6.0
ALIVE_SECONDS = 1.0
# So many questions wait for one department at once; whoever comes then is told that it does not answer.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Terms:
    """What an operation wants to know of whoever asks: who it is, and a proof of that."""

    person: bool
    proof: bool


class System(Protocol):
    """One department's system, as its adapter shows it. Its methods are called on several threads at once."""

    @property
    def hours(self) -> Hours:
        """When it is open, by its own rules."""

    def open_now(self) -> bool:
        """Whether it is open now. Answers at once."""

    def alive(self) -> bool:
        """Whether it gives a sign of life. May be asked by every kiosk once a minute."""

    def terms(self, operation: str) -> Terms | None:
        """What an operation wants to know of whoever asks, None when there is no such operation. Answers at once."""

    def ask(self, operation: str, question: Question) -> Answer:
        """Answer one question. May take its time, and may raise anything: then it does not answer."""


class Away(Exception):
    """A department does not answer now; ``hours`` says when one that is closed is open."""

    def __init__(self, code: ProblemCode, hours: Text | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.hours = hours


class Departments:
    """Asks the departments' ``systems``, by the departments' ids. Methods may be called on any thread."""

    def __init__(
        self,
        store: Store,
        systems: Mapping[str, System],
        *,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._store = store
        self._systems = dict(systems)
        self._answer_seconds = answer_seconds
        self._places = {name: threading.BoundedSemaphore(AT_ONCE) for name in systems}

    def ask(self, operation: str, question: Question, at: datetime | None = None) -> Answer:
        """Ask the department that ``operation`` names, or tell it of something that happened ``at`` an earlier time.

        Raises Refusal: NOT_FOUND (no such operation), NOT_PROVEN (whoever asks has not shown who it is as the
        operation wants it); Away.
        """
        name = operation.partition(".")[0]
        system = self._systems.get(name)
        terms = system.terms(operation) if system is not None else None
        if system is None or terms is None:
            raise Refusal(ProblemCode.NOT_FOUND)
        self._admit(terms, question, at)
        if not system.open_now():
            raise Away(ProblemCode.DEPARTMENT_CLOSED, _in_words(system.hours))
        answer = self._begin(name, lambda: system.ask(operation, question))
        try:
            if answer is not None:
                return answer.result(self._answer_seconds)
            log.warning("%s has no room for another question", name)
        except TimeoutError:
            log.warning("%s did not answer within %.0f s", name, self._answer_seconds)
        except Exception as error:  # noqa: BLE001  whatever a department's system does is its own affair
            log.warning("%s does not answer: %s", name, type(error).__name__)  # its words may be about a person
        raise Away(ProblemCode.DEPARTMENT_UNAVAILABLE)

    def states(self) -> DepartmentStates:
        """Which departments answer now; asks them all at once."""
        signs = {name: self._begin(name, system.alive) for name, system in self._systems.items()}
        deadline = time.monotonic() + ALIVE_SECONDS
        found = []
        for name, system in self._systems.items():
            service = DepartmentService.OPEN if system.open_now() else DepartmentService.CLOSED
            if service is DepartmentService.OPEN and not _true_by(name, signs[name], deadline):
                service = DepartmentService.UNAVAILABLE
            found.append(DepartmentState(department=name, service=service, hours=_in_words(system.hours)))
        return DepartmentStates(departments=tuple(found))

    def _admit(self, terms: Terms, question: Question, at: datetime | None) -> None:
        """Raise Refusal, NOT_PROVEN, where whoever asks has not shown who it is. A typed number alone shows nothing."""
        if terms.proof or question.typed:
            if question.number is None or question.proof is None:
                raise Refusal(ProblemCode.NOT_PROVEN)
            self._store.verify(question.number, question.proof, at)
        elif terms.person and question.number is None:
            raise Refusal(ProblemCode.NOT_PROVEN)

    def _begin(self, name: str, work: Callable[[], ResultT]) -> Future[ResultT] | None:
        """Do something on a thread of this department's own; None when all of them are busy."""
        place = self._places[name]
        if not place.acquire(blocking=False):
            return None
        done: Future[ResultT] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except Exception as error:  # noqa: BLE001  handed to whoever waits
                done.set_exception(error)
            finally:
                place.release()

        # A thread for each question: one that hangs for ever must not keep the service from ending.
        threading.Thread(target=run, name=f"department-{name}", daemon=True).start()
        return done


def _true_by(name: str, sign: Future[bool] | None, deadline: float) -> bool:
    try:
        return sign is not None and sign.result(max(deadline - time.monotonic(), 0.0))
    except Exception as error:  # noqa: BLE001  no sign of life, whatever the reason
        log.info("%s gives no sign of life: %s", name, type(error).__name__)
        return False


def _in_words(hours: Hours) -> Text | None:
    """When it is open; None for always, which is no news of one that is closed all the same."""
    return hours.in_words if hours != Hours() else None
