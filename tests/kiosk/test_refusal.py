"""The back office does not take an application: the citizen is told while there, and nothing pretends otherwise."""

from __future__ import annotations

import json

import pytest

from backoffice.store import Refusal
from kiosk.gateway.contract import Application, ProblemCode
from tests.kiosk.machine import Machine


@pytest.fixture
def refusing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose back office takes no application."""

    def refuse(_: Application) -> None:
        raise Refusal(ProblemCode.NOT_PROVEN)

    monkeypatch.setattr(machine.store, "accept", refuse)
    return machine


@pytest.mark.warns("the back office refused an application: not_proven")
def test_a_refused_application_is_told_with_where_to_go(refusing: Machine) -> None:
    refusing.to_signature().submit()
    assert refusing.problem == "gateway.rejected"
    problem = refusing.view.problem
    assert problem is not None
    assert "did not take" in problem.happened.en
    assert "0592-7703144" in problem.todo.zh
    assert "exit" in [action.id for action in problem.actions]


@pytest.mark.warns("the back office refused an application: not_proven")
def test_nothing_of_it_waits_to_be_sent_and_no_receipt_says_that_it_was(refusing: Machine) -> None:
    refusing.to_signature().submit().act("next")
    assert refusing.at == "submit"
    assert (refusing.outbox.waiting(), refusing.receipts, refusing.store.listing()) == (0, [], [])
    refusing.act("exit")
    refusing.until(lambda: refusing.at == "home", "the citizen to leave")
    assert refusing.outbox.refusals() == {}  # it is nobody's to look at: the citizen knows


@pytest.mark.warns("the back office refused an application: not_proven")
def test_the_journal_says_why_without_saying_whose(refusing: Machine, caplog: pytest.LogCaptureFixture) -> None:
    refusing.to_signature().submit()
    lines = [json.loads(line) for line in (refusing.directory / "journal.jsonl").read_text("utf-8").splitlines()]
    assert [line["code"] for line in lines if line["event"] == "problem_shown"] == ["gateway.rejected"]
    assert "the back office refused an application: not_proven" in caplog.text


@pytest.mark.warns("the back office refused an application: not_proven")
def test_once_it_is_taken_after_all_the_citizen_goes_on(refusing: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing.to_signature().submit()
    monkeypatch.undo()
    refusing.act("retry")
    refusing.until(lambda: refusing.problem or refusing.body().state == "accepted", "the application to be accepted")
    assert (refusing.problem, refusing.body().state) == ("", "accepted")
