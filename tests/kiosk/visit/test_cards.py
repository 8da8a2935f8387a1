"""Cards that are put into the machine: a number is read from one, another is written once, and both come out again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.text import Text
from kiosk.visit.cards import HURRY_SECONDS, OVERDUE_SECONDS
from kiosk.visit.events import (
    BankCardIn,
    BankCardOut,
    BankCardRead,
    CardDiscarded,
    CardDrawnIn,
    CardKept,
    CardOffered,
    CardRead,
    CardTaken,
    ChipRead,
    DiscardCard,
    Ending,
    Event,
    Failed,
    FetchNewCard,
    Found,
    GiveCardBack,
    NewCardFetched,
    News,
    NewsDone,
    PrintReceipt,
    ReadBankCard,
    Record,
    SettleOrder,
    SlipDone,
    StopDevices,
    TakeInCard,
    TellWritten,
    WriteCard,
    WritingDone,
    Written,
)
from kiosk.visit.view import BankCardState, OnCard, RewriteBody, RewriteState
from tests.items import bank_card, paid_card, written_card
from tests.kiosk.visit.test_payment import card_paid
from tests.kiosk.visit.told import Told
from tests.people import LIN, OTHER

NUMBER = "9999000000202611236"
FACTS = {"address": "厦门市湖里区示例路1号", "until": "20271123"}
WELL = WritingDone(Written.WRITTEN)
BADLY = WritingDone(Written.UNCERTAIN, "card_rewriter.write_failed")
KEPT = CardKept("261123-101530", Text(zh="示例站", en="Sample station"), "0592-0000001")
STUCK = CardKept("261123-101530", KEPT.place, KEPT.phone, "card_rewriter.jam")

# -- the bank card ---------------------------------------------------------------------


def slot() -> Told:
    return Told(bank_card()).tell("next")


def test_the_number_becomes_an_answer_and_only_its_last_four_digits_are_shown() -> None:
    told = slot().tell(BankCardIn())
    assert (told.body.state, told.body.number) == (BankCardState.READING, "")
    told.tell(BankCardRead(NUMBER, 0.6))
    assert told.visit.answers == {"bank_card": NUMBER}
    assert (told.body.number, told.body.card_in) == ("**** **** **** 1236", True)
    told.tell(BankCardOut(), "next")
    assert told.at == "review"
    (section,) = told.body.sections
    assert [(row.label.zh, row.value.zh) for row in section.rows] == [("银行卡", "**** **** **** 1236")]
    told.tell("next")
    (receipt,) = told.asked(PrintReceipt)
    assert [value.zh for _, value in receipt.rows] == ["**** **** **** 1236"]
    assert NUMBER not in repr(told.effects)
    assert NUMBER not in repr(told.visit.view())


def test_nobody_goes_on_before_the_card_is_pulled_out() -> None:
    told = slot().tell(BankCardIn(), BankCardRead(NUMBER, 0.6), "next")
    assert told.at == "read_bank_card"
    view = told.visit.view()
    assert view.primary is not None
    assert not view.primary.enabled
    assert told.tell(BankCardOut(), "next").at == "review"


def test_a_card_that_stays_in_is_called_for_once_more() -> None:
    told = slot().tell(BankCardIn(), BankCardRead(NUMBER, 0.6))
    first = told.visit.view().title
    told.wait(OVERDUE_SECONDS + 1)
    assert told.body.overdue
    assert told.visit.view().title != first
    told.tell(BankCardOut())
    assert not told.body.overdue


@pytest.mark.parametrize("code", ["unreadable", "not_a_bank_card", "card_left", "silent"])
def test_a_card_that_is_not_read_is_told_and_may_be_tried_again(code: str) -> None:
    told = slot().tell(BankCardIn(), Failed(f"bank_card_reader.{code}"))
    assert told.problem == f"bank_card_reader.{code}"
    assert told.tell("next").at == "read_bank_card"
    told.tell("retry")
    assert told.problem == ""
    assert len(told.asked(ReadBankCard)) == 2
    told.tell(BankCardIn(), BankCardRead(NUMBER, 0.6), BankCardOut(), "next")
    assert told.at == "review"


def test_a_reader_that_goes_once_the_number_is_known_keeps_nobody_here() -> None:
    told = slot().tell(BankCardIn(), BankCardRead(NUMBER, 0.6), Failed("bank_card_reader.disconnected"), "next")
    assert (told.problem, told.at) == ("", "review")


def test_another_card_takes_the_place_of_the_first() -> None:
    told = slot().tell(BankCardIn(), BankCardRead(NUMBER, 0.6), "again")
    assert len(told.asked(ReadBankCard)) == 1  # the first one is in the slot still
    told.tell(BankCardOut(), "again")
    assert not told.visit.answers
    told.tell(BankCardIn(), BankCardRead("9999000000000426", 0.5), BankCardOut(), "next")
    assert told.visit.answers == {"bank_card": "9999000000000426"}


def test_from_the_review_the_card_can_be_changed() -> None:
    told = slot().tell(BankCardIn(), BankCardRead(NUMBER, 0.6), BankCardOut(), "next", "edit:read_bank_card")
    assert told.body.number == "**** **** **** 1236"
    assert told.tell("next").at == "review"


def test_whoever_goes_back_stops_the_reader_and_comes_back_to_the_same_card() -> None:
    told = slot().tell("back")
    assert told.asked(StopDevices)
    told.tell("next", BankCardIn(), BankCardRead(NUMBER, 0.6), BankCardOut(), "back", "next")
    assert told.body.state is BankCardState.READ
    assert len(told.asked(ReadBankCard)) == 2


def test_nothing_of_the_card_outlives_the_visit_or_stands_in_the_journal() -> None:
    told = slot().tell(BankCardIn(), BankCardRead(NUMBER, 0.6), BankCardOut(), "exit")
    assert told.visit.ending is Ending.LEFT
    assert not told.visit.answers
    assert NUMBER[-4:] not in repr(told.asked(Record))


# -- the own card is written ------------------------------------------------------------------


def mouth(*, is_new: bool = False, **facts: str) -> Told:
    """To the page of the card; what is to be written is known."""
    told = Told(written_card(is_new=is_new)).tell("next", CardRead(LIN, 0.2), "next")
    told.tell(Found(FACTS | facts))
    return told.tell("next")


def inside(*events: Event | str) -> Told:
    """The own card was put in and is being written."""
    return mouth().tell(CardDrawnIn(), ChipRead(LIN.number), *events)


def on_card(told: Told) -> OnCard:
    body = told.body
    assert isinstance(body, RewriteBody)
    return body.on_card


def state(told: Told) -> RewriteState:
    body = told.body
    assert isinstance(body, RewriteBody)
    return body.state


def test_the_own_card_is_checked_written_given_back_and_its_department_is_told() -> None:
    told = mouth()
    assert state(told) is RewriteState.WAITING
    (wanted,) = told.asked(TakeInCard)
    assert [(label.zh, value.zh) for label, value in wanted.lines] == [
        ("居住地址", FACTS["address"]),
        ("有效期至", "2027年11月23日"),
    ]
    seen = []
    for event in (
        CardDrawnIn(),
        ChipRead(LIN.number),
        WELL,
        CardOffered(60.0),
        NewsDone(News.TOLD),
        CardTaken(),
    ):
        told.tell(event)
        seen.append(state(told))
    assert seen == [
        RewriteState.CHECKING,
        RewriteState.WRITING,
        RewriteState.OFFERED,
        RewriteState.OFFERED,
        RewriteState.OFFERED,
        RewriteState.TAKEN,
    ]
    assert on_card(told) is OnCard.WRITTEN
    (news,) = told.asked(TellWritten)
    assert (news.step.operation, news.record) == ("transport.written", LIN)
    assert len(told.asked(WriteCard)) == len(told.asked(GiveCardBack)) == 1
    assert told.tell("next").at == "done"


def test_while_a_card_is_inside_nobody_leaves_and_no_time_runs() -> None:
    told = mouth()
    for event in (CardDrawnIn(), ChipRead(LIN.number), WELL, CardOffered(60.0)):
        told.tell(event)
        view = told.visit.view()
        assert (view.exit, view.back, view.warning) == (False, False, False)
        told.tell("exit", "back", "next").wait(500)
        assert told.visit.ending is None
        assert told.at == "rewrite"


def test_before_the_card_is_put_in_one_can_leave_and_time_runs() -> None:
    told = mouth()
    assert told.visit.view().exit
    assert told.wait(500).visit.ending is Ending.IDLE


def test_a_card_that_is_held_out_counts_down_and_calls_once_more_before_it_is_kept() -> None:
    told = inside(WELL, CardOffered(60.0))
    assert told.body.seconds_left == 60
    first = told.visit.view().title
    told.wait(60 - HURRY_SECONDS - 1)
    assert told.visit.view().title == first
    told.wait(1)
    assert told.visit.view().title != first
    assert told.body.seconds_left == HURRY_SECONDS


@pytest.mark.parametrize("number", [OTHER.number, "", "650102199006060064"])
def test_somebody_elses_card_is_given_back_and_never_written(number: str) -> None:
    told = mouth().tell(CardDrawnIn(), ChipRead(number))
    assert told.problem == "rewrite.other_card"
    assert told.asked(GiveCardBack)
    assert not told.asked(WriteCard)
    assert not told.asked(TellWritten)


@pytest.mark.parametrize("code", ["wrong_way", "wrong_card", "garbled"])
def test_a_card_that_cannot_be_read_is_given_back_with_what_to_do(code: str) -> None:
    told = mouth().tell(CardDrawnIn(), Failed(f"card_rewriter.{code}"))
    assert told.problem == f"card_rewriter.{code}"
    assert told.asked(GiveCardBack)
    assert not told.asked(WriteCard)


def test_after_a_problem_the_card_is_taken_first_and_then_another_is_waited_for() -> None:
    told = mouth().tell(CardDrawnIn(), Failed("card_rewriter.wrong_way"), CardOffered(60.0), "retry")
    assert (told.problem, state(told)) == ("", RewriteState.OFFERED)
    assert len(told.asked(TakeInCard)) == 1
    told.tell(CardTaken())
    assert state(told) is RewriteState.WAITING
    assert len(told.asked(TakeInCard)) == 2
    told.tell(CardDrawnIn(), ChipRead(LIN.number))
    assert state(told) is RewriteState.WRITING


def test_a_card_that_is_taken_while_the_problem_is_read_is_waited_for_on_the_next_touch() -> None:
    told = mouth().tell(CardDrawnIn(), Failed("card_rewriter.wrong_way"), CardOffered(60.0), CardTaken())
    assert len(told.asked(TakeInCard)) == 1
    told.tell("retry")
    assert len(told.asked(TakeInCard)) == 2


def test_whoever_leaves_at_a_problem_leaves_the_card_to_be_given_back_all_the_same() -> None:
    told = mouth().tell(CardDrawnIn(), ChipRead(OTHER.number), "exit")
    assert told.visit.ending is Ending.LEFT
    assert told.asked(GiveCardBack)


def test_a_department_that_does_not_say_what_to_write_has_no_card_put_in() -> None:
    told = mouth(until="")
    assert told.problem == "rewrite.nothing_to_write"
    assert not told.asked(TakeInCard)
    assert told.tell("exit").visit.ending is Ending.LEFT


# -- what became of it ----------------------------------------------------------------------------


def test_a_card_that_was_not_touched_is_as_it_was_and_may_be_tried_again() -> None:
    told = inside(WritingDone(Written.UNCHANGED, "card_rewriter.head_overheated"))
    assert told.problem == "rewrite.unchanged"
    assert on_card(told) is OnCard.BEFORE
    assert not told.asked(TellWritten)
    told.tell(CardOffered(60.0), CardTaken(), "retry", CardDrawnIn(), ChipRead(LIN.number), WELL)
    assert on_card(told) is OnCard.WRITTEN


def test_a_card_that_was_written_badly_is_written_once_more_before_it_is_given_back() -> None:
    told = inside(BADLY)
    assert (state(told), told.problem) == (RewriteState.WRITING, "")
    assert len(told.asked(WriteCard)) == 2
    told.tell(WELL)
    assert on_card(told) is OnCard.WRITTEN
    assert len(told.asked(TellWritten)) == 1


def test_a_card_that_was_written_badly_twice_is_given_back_and_said_to_be_so() -> None:
    told = inside(BADLY, BADLY)
    assert told.problem == "rewrite.uncertain"
    assert on_card(told) is OnCard.UNCERTAIN
    assert len(told.asked(WriteCard)) == 2
    assert not told.asked(TellWritten)
    outcomes = [record.facts["outcome"] for record in told.asked(Record) if record.event == "card_written"]
    assert outcomes == [Written.UNCERTAIN, Written.UNCERTAIN]


@pytest.mark.parametrize("fault", ["disconnected", "jam", "silent", "wedged"])
def test_what_a_second_try_cannot_mend_is_not_tried_a_second_time(fault: str) -> None:
    told = inside(WritingDone(Written.UNCERTAIN, f"card_rewriter.{fault}"))
    assert told.problem == "rewrite.uncertain"
    assert len(told.asked(WriteCard)) == 1


def test_a_second_try_that_ends_before_the_card_was_touched_leaves_it_as_the_first_did() -> None:
    told = inside(BADLY, WritingDone(Written.UNCHANGED, "card_rewriter.head_overheated"))
    assert on_card(told) is OnCard.UNCERTAIN
    assert told.problem == "rewrite.uncertain"


def test_a_half_written_card_that_is_put_in_again_is_not_called_unchanged() -> None:
    told = inside(BADLY, BADLY, CardOffered(60.0), CardTaken(), "retry", CardDrawnIn(), ChipRead(LIN.number))
    told.tell(WritingDone(Written.UNCHANGED, "card_rewriter.head_overheated"))
    assert on_card(told) is OnCard.UNCERTAIN


# -- a card that is not taken, or does not come out --------------------------------------------------


def test_a_card_that_nobody_takes_is_kept_and_the_page_says_where_under_which_number() -> None:
    told = inside(WELL, CardOffered(60.0), NewsDone(News.TOLD), KEPT)
    body = told.body
    assert (body.state, body.slip, body.place, body.phone) == (
        RewriteState.KEPT,
        "261123-101530",
        KEPT.place,
        "0592-0000001",
    )
    assert body.slip_printed is None
    assert told.tell(SlipDone(printed=True)).body.slip_printed is True
    assert told.tell("next").at == "done"  # it was written; nothing else is left to be done


def test_a_card_that_was_not_written_and_is_kept_ends_the_way() -> None:
    told = mouth().tell(CardDrawnIn(), ChipRead(OTHER.number), CardOffered(60.0), "retry", KEPT)
    assert (told.problem, state(told)) == ("", RewriteState.KEPT)
    assert told.tell("next").at == "rewrite"
    view = told.visit.view()
    assert view.primary is not None
    assert view.primary.id == "exit"
    assert told.tell("exit").visit.ending is Ending.LEFT


def test_a_card_that_is_kept_while_the_problem_is_read_is_said_to_be_kept() -> None:
    told = mouth().tell(CardDrawnIn(), ChipRead(OTHER.number), CardOffered(60.0), KEPT)
    assert (told.problem, state(told)) == ("", RewriteState.KEPT)


@pytest.mark.parametrize("events", [(WELL,), (WritingDone(Written.UNCERTAIN, "card_rewriter.jam"),)])
def test_a_card_that_is_stuck_is_said_to_be_stuck_with_what_stands_on_it(events: tuple[Event, ...]) -> None:
    told = inside(*events, STUCK)
    assert (told.problem, state(told)) == ("", RewriteState.STUCK)
    assert on_card(told) is (OnCard.WRITTEN if events == (WELL,) else OnCard.UNCERTAIN)
    assert told.body.on_card_words is not None
    assert told.visit.view().exit is (events != (WELL,))  # the department is being told otherwise


def test_a_card_that_was_stuck_and_is_taken_before_anybody_saw_it_come_out_is_taken_all_the_same() -> None:
    told = inside(WELL, STUCK, NewsDone(News.TOLD), CardTaken())
    assert state(told) is RewriteState.TAKEN


def test_a_card_that_was_stuck_and_is_freed_while_its_holder_waits_is_taken_like_any_other() -> None:
    told = inside(WELL, STUCK, NewsDone(News.TOLD), CardOffered(60.0))
    assert (state(told), told.body.seconds_left) == (RewriteState.OFFERED, 60)
    told.tell(CardTaken())
    assert state(told) is RewriteState.TAKEN
    assert told.tell("next").at == "done"


# -- the department ---------------------------------------------------------------------------------


@pytest.mark.parametrize("news", [News.TOLD, News.LATER, News.UNTOLD])
def test_whoever_has_the_card_waits_until_the_department_knows_or_is_told_that_it_does_not(news: News) -> None:
    told = inside(WELL, CardOffered(60.0), CardTaken())
    assert told.body.news is not None
    assert told.tell("next").at == "rewrite"
    told.tell(NewsDone(news))
    assert told.body.news is not None
    assert told.tell("next").at == "done"


def test_three_outcomes_of_telling_the_department_are_three_sentences() -> None:
    said = {inside(WELL, NewsDone(news)).body.news.zh for news in News}
    assert len(said) == len(News)
    assert any(Told(written_card()).visit.department.phone in sentence for sentence in said)


def test_the_department_sees_what_it_was_asked_with() -> None:
    told = inside(WELL)
    assert told.asked(TellWritten)[0].asked == {}
    assert LIN.number not in repr(told.asked(TellWritten)[0])


# -- a new card --------------------------------------------------------------------------------------


def new_card(*events: Event | str) -> Told:
    return mouth(is_new=True).tell(*events)


def test_a_new_card_is_fetched_written_handed_out_and_told() -> None:
    told = new_card()
    assert state(told) is RewriteState.FETCHING
    assert not told.asked(TakeInCard)
    told.tell(NewCardFetched(), WELL, CardOffered(60.0), NewsDone(News.TOLD), CardTaken())
    assert state(told) is RewriteState.TAKEN
    assert told.asked(TellWritten)[0].step.new_card
    assert told.tell("next").at == "done"


def test_a_spoiled_new_card_goes_to_nobody_and_another_is_made_once() -> None:
    told = new_card(NewCardFetched(), BADLY)
    assert told.asked(DiscardCard)
    assert not told.asked(GiveCardBack)
    told.tell(CardDiscarded())
    assert state(told) is RewriteState.FETCHING
    assert len(told.asked(FetchNewCard)) == 2
    told.tell(NewCardFetched(), WELL)
    assert state(told) is RewriteState.OFFERED


def test_two_spoiled_new_cards_end_the_way_and_nothing_is_told() -> None:
    told = new_card(NewCardFetched(), BADLY, CardDiscarded(), NewCardFetched(), BADLY, CardDiscarded())
    assert told.problem == "rewrite.spoiled"
    assert not told.asked(TellWritten)
    assert not told.asked(GiveCardBack)
    assert len(told.tell("retry").asked(FetchNewCard)) == 3


def test_a_new_card_that_was_not_touched_is_not_replaced_by_one_that_would_not_be_either() -> None:
    told = new_card(NewCardFetched(), WritingDone(Written.UNCHANGED, "card_rewriter.head_overheated"), CardDiscarded())
    assert told.problem == "rewrite.spoiled"
    assert len(told.asked(FetchNewCard)) == 1


def test_a_spoiled_card_that_cannot_be_put_away_ends_the_way() -> None:
    told = new_card(NewCardFetched(), BADLY, Failed("card_rewriter.bin_full"))
    assert told.problem == "rewrite.spoiled"


@pytest.mark.parametrize("code", ["stock_empty", "no_stock", "jam"])
def test_a_stock_that_gives_no_card_is_told_and_nothing_stays_on_its_way(code: str) -> None:
    told = new_card(Failed(f"card_rewriter.{code}"))
    assert told.problem == f"card_rewriter.{code}"
    assert told.asked(DiscardCard)
    told.tell(CardDiscarded())
    assert told.problem == f"card_rewriter.{code}"
    assert len(told.tell("retry").asked(FetchNewCard)) == 2


# -- money was paid for it ---------------------------------------------------------------------------


def test_a_card_that_was_paid_for_and_written_is_handed_out_also_when_nobody_takes_it() -> None:
    told = card_paid().tell("next", NewCardFetched(), WELL, CardOffered(60.0), KEPT, NewsDone(News.TOLD), "next")
    assert [settled.done for settled in told.asked(SettleOrder)] == [True]
    assert paid_card().code == told.visit.item.code


def test_a_card_that_was_paid_for_and_not_written_gives_the_money_back() -> None:
    told = card_paid().tell("next", NewCardFetched(), BADLY, CardDiscarded(), NewCardFetched(), BADLY, CardDiscarded())
    problem = told.visit.view().problem
    assert problem is not None
    assert "原路退回" in problem.todo.zh
    told.tell("exit")
    assert [settled.done for settled in told.asked(SettleOrder)] == [False]


# -- whatever happens -------------------------------------------------------------------------------------

EVENTS: list[Any] = [
    CardDrawnIn(),
    ChipRead(LIN.number),
    ChipRead(OTHER.number),
    NewCardFetched(),
    WELL,
    BADLY,
    WritingDone(Written.UNCHANGED, "card_rewriter.head_overheated"),
    WritingDone(Written.UNCERTAIN, "card_rewriter.jam"),
    CardDiscarded(),
    CardOffered(60.0),
    CardTaken(),
    KEPT,
    STUCK,
    SlipDone(printed=True),
    NewsDone(News.TOLD),
    NewsDone(News.LATER),
    Failed("card_rewriter.jam"),
    Failed("card_rewriter.wrong_way"),
    "next",
    "retry",
    "exit",
    "back",
]


@settings(max_examples=300, deadline=None)
@given(is_new=st.booleans(), events=st.lists(st.sampled_from(EVENTS), max_size=25))
def test_whatever_happens_a_card_is_told_of_at_most_once_and_only_when_it_was_written(
    is_new: bool, events: list[Any]
) -> None:
    told = mouth(is_new=is_new)
    for event in events:
        told.tell(event)
        if told.visit.ending is not None:
            break
        told.visit.view()
    written = [
        record
        for record in told.asked(Record)
        if record.event == "card_written" and record.facts["outcome"] == "written"
    ]
    assert len(told.asked(TellWritten)) == len(written) <= 1
    if is_new:
        assert len(told.asked(GiveCardBack)) == len(written)  # nothing that was not written is handed out
    else:
        checked = [record for record in told.asked(Record) if record.event == "card_checked" and record.facts["right"]]
        assert len(told.asked(WriteCard)) <= 2 * len(checked)  # only the own card is written
