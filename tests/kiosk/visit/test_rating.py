"""How it was (好差评): after every case, finished or refused, and only when somebody says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.catalogue.catalogue import CatalogueError
from kiosk.catalogue.item import Outcome as Denial
from kiosk.catalogue.ratings import load_ratings
from kiosk.gateway.contract import BAD_LEVELS, CaseResult, Level
from kiosk.text import Text
from kiosk.visit.events import CountCase, Ending, ReceiptDone, ReceiptOutcome, Record, Saved, SendRating
from tests.kiosk.visit.told import RATINGS, Told

WHY = Denial(happened=Text(zh="不能办", en="No"), meaning=Text(zh="原因", en="Why"), todo=Text(zh="怎么办", en="Do"))


def to_rate() -> Told:
    return Told().to_print().tell(ReceiptDone(ReceiptOutcome.PRINTED, 100), "next")


def to_rate_refused() -> Told:
    """Somebody whose item cannot be done, and who touches the way out of that sentence."""
    told = Told().to_form()
    told.visit.deny(WHY, "example", change=False)
    return told.tell("exit")


def test_it_goes_out_with_what_was_ticked_and_the_number_of_the_case() -> None:
    told = to_rate().tell("rate:poor", "reason:device", "reason:slow", "next")
    (sent,) = told.asked(SendRating)
    assert sent == SendRating(CaseResult.FINISHED, Level.POOR, ("slow", "device"), anonymous=False, number="3502-1")
    assert told.at == "done"


def test_whoever_was_refused_is_asked_too_and_then_leaves() -> None:
    told = to_rate_refused()
    assert told.at == "rate"
    told.tell("rate:very_poor", "reason:not_done", "next")
    (sent,) = told.asked(SendRating)
    assert (sent.result, sent.level, sent.reasons) == (CaseResult.REFUSED, Level.VERY_POOR, ("not_done",))
    assert told.visit.ending is Ending.REFUSED
    assert told.asked(CountCase) == [CountCase(CaseResult.REFUSED)]


def test_nothing_is_chosen_before_somebody_chooses_and_to_skip_sends_nothing() -> None:
    told = to_rate()
    assert (told.body.chosen, told.body.reasons, told.body.ticked) == ("", (), ())
    told.tell("next")
    assert told.asked(SendRating) == []
    assert told.at == "done"


@pytest.mark.parametrize("touched", [(), ("rate:very_good",)])
def test_after_thirty_seconds_without_a_finger_it_is_over_and_nobody_has_rated(touched: tuple[str, ...]) -> None:
    told = to_rate().tell(*touched).wait(29.9)
    assert told.at == "rate"
    assert not told.visit.view().warning
    told.wait(0.2)
    assert told.visit.ending is Ending.FINISHED
    assert told.asked(SendRating) == []


def test_a_finger_gives_thirty_seconds_more() -> None:
    told = to_rate().wait(29).tell("rate:poor").wait(29)
    assert told.at == "rate"


def test_whoever_was_refused_and_walks_off_is_counted_as_refused() -> None:
    told = to_rate_refused().wait(31)
    assert told.visit.ending is Ending.REFUSED
    assert told.asked(CountCase) == [CountCase(CaseResult.REFUSED)]


def test_an_anonymous_rating_has_no_number() -> None:
    told = to_rate().tell("rate:poor", "anonymous")
    assert told.body.anonymous is True
    told.tell("next")
    (sent,) = told.asked(SendRating)
    assert (sent.anonymous, sent.number) == (True, "")


def test_where_no_number_leads_to_anybody_nobody_is_asked_whether_to_be_anonymous() -> None:
    told = to_rate_refused().tell("rate:poor", "anonymous")
    assert told.body.anonymous is None
    told.tell("next")
    assert [(sent.anonymous, sent.number) for sent in told.asked(SendRating)] == [(True, "")]


def test_reasons_are_those_of_the_level_and_a_second_touch_takes_one_back() -> None:
    told = to_rate().tell("rate:poor", "reason:slow", "reason:device", "reason:slow")
    assert told.body.ticked == ("device",)
    told.tell("rate:good")
    assert told.body.ticked == ()
    assert {option.value for option in told.body.reasons} == {reason.id for reason in RATINGS.of(Level.GOOD)}
    told.tell("reason:device", "reason:nonsense", "rate:nonsense", "next")
    assert told.asked(SendRating)[0].reasons == ()


def test_the_journal_never_says_which_case_a_rating_is_about() -> None:
    told = to_rate().tell("rate:poor", "anonymous", "next")
    (rated,) = [record for record in told.asked(Record) if record.event == "rated"]
    assert rated.facts == {"level": Level.POOR, "item": "JT-02"}


@pytest.mark.parametrize("level", Level)
def test_there_are_reasons_for_every_level_and_several_for_the_bad_ones(level: Level) -> None:
    assert len(RATINGS.of(level)) >= (5 if level in BAD_LEVELS else 3)


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ratings.yaml"
    path.write_text("reasons:\n  - {id: slow, levels: [bad], name: {zh: 慢, en: slow}}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"ratings.yaml:2: .*levels"):
        load_ratings(path)


def counted(told: Told) -> list[CaseResult]:
    return [effect.result for effect in told.asked(CountCase)]


def test_every_visit_that_ended_is_counted_once_by_how_it_ended() -> None:
    assert counted(to_rate().tell("next", "next")) == [CaseResult.FINISHED]
    assert counted(Told().to_form().tell("exit")) == [CaseResult.LEFT]
    assert counted(Told().to_form().wait(121)) == [CaseResult.IDLE]
    assert counted(Told().tell("back")) == [CaseResult.LEFT]


def test_what_was_sent_is_finished_also_when_its_citizen_does_not_stay() -> None:
    assert counted(Told().to_print().tell(ReceiptDone(ReceiptOutcome.PRINTED, 1), "exit")) == [CaseResult.FINISHED]
    saved = Told().to_submit().tell(Saved("7K4Q-9MPZ-2HC"), "next", ReceiptDone(ReceiptOutcome.PRINTED, 1))
    assert counted(saved.wait(121)) == [CaseResult.SAVED]


def test_a_saved_application_is_rated_by_its_ticket() -> None:
    told = Told().to_submit().tell(Saved("7K4Q-9MPZ-2HC"), "next", ReceiptDone(ReceiptOutcome.PRINTED, 1), "next")
    told.tell("rate:fair", "next")
    (sent,) = told.asked(SendRating)
    assert (sent.result, sent.number) == (CaseResult.SAVED, "7K4Q-9MPZ-2HC")
