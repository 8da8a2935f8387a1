"""Asking one question at a time: what is an answer, what is not, and what is too late."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import DeviceError
from drivers.receipt_printer.conversation import Conversation
from drivers.receipt_printer.protocol import Query
from drivers.receipt_printer.status import PrinterFault

READY = {b"\x10\x04\x01": b"\x16", b"\x10\x04\x02": b"\x12", b"\x10\x04\x03": b"\x12", b"\x10\x04\x04": b"\x12"}


class Script:
    """A line on which a printer answers what it knows: at once, as it is written here, in pieces."""

    def __init__(self, answers: dict[bytes, bytes], cuts: tuple[int, ...] = (), before: bytes = b"") -> None:
        self.answers = answers
        self.cuts = cuts
        self.coming: list[bytes] = [before] if before else []
        self.written: list[bytes] = []

    def write(self, data: bytes, deadline: float) -> None:
        self.written.append(data)
        answer = self.answers.get(data, b"")
        edges = [0, *(cut for cut in self.cuts if 0 < cut < len(answer)), len(answer)]
        self.coming += [answer[begin:end] for begin, end in pairwise(edges)] if answer else []

    def read(self, at_most: int, deadline: float) -> bytes:
        return self.coming.pop(0) if self.coming else b""

    def discard_input(self) -> None:
        self.coming.clear()


def talk_on(script: Script) -> Conversation:
    line: Any = script
    return Conversation(line)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """For answers that never come."""
    monkeypatch.setattr("drivers.receipt_printer.conversation.QUERY_SECONDS", 0.05)
    monkeypatch.setattr("drivers.receipt_printer.conversation.CLEAR_SECONDS", 0.05)


def test_each_state_is_asked_for_only_after_the_one_before_has_answered() -> None:
    script = Script(READY)
    assert talk_on(script).condition(tuple(Query)).healthy
    assert script.written == list(READY)


@given(st.sets(st.sampled_from(list(Query)), min_size=1))
def test_only_the_states_that_a_model_knows_are_asked_for(states: set[Query]) -> None:
    script = Script(READY)
    condition = talk_on(script).condition(sorted(states))
    assert script.written == [bytes([0x10, 0x04, state]) for state in sorted(states)]
    assert (condition.offline is None) == (Query.PRINTER not in states)
    assert (condition.paper_near_end is None) == (Query.PAPER not in states)
    assert (condition.cutter_error is None) == (Query.ERROR_CAUSE not in states)


@pytest.mark.usefixtures("hasty")
def test_a_printer_that_does_not_answer_the_first_question_is_silent() -> None:
    with pytest.raises(DeviceError) as caught:
        talk_on(Script({})).condition(tuple(Query))
    assert caught.value.fault.code == PrinterFault.SILENT


@pytest.mark.usefixtures("hasty")
def test_what_is_not_told_after_the_first_question_is_not_known() -> None:
    condition = talk_on(Script({b"\x10\x04\x01": b"\x16"})).condition(tuple(Query))
    assert condition.offline is False
    assert condition.paper_out is None


def test_what_was_on_its_way_before_a_question_is_no_answer_to_it() -> None:
    assert talk_on(Script(READY, before=b"\x1e")).condition([Query.PRINTER]).offline is False
    script = Script({b"\x1dI\x44": b"\x5fNEW\x00"}, before=b"\x5fOLD\x00")
    assert talk_on(script).identity(68) == "NEW"
    script = Script({b"?": b"\x10\x0f\x00"}, before=b"\x10\x0f\x20")
    assert talk_on(script).ask(b"?", b"\x10\x0f", 3) == b"\x10\x0f\x00"


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60),
    st.lists(st.integers(0, 70), max_size=6).map(sorted),
)
def test_a_name_is_understood_however_it_is_cut(said: str, cuts: list[int]) -> None:
    answer = b"\x5f" + said.encode() + b"\x00"
    assert talk_on(Script({b"\x1dI\x43": answer}, tuple(cuts))).identity(67) == said.strip()


@given(st.binary(max_size=60).filter(lambda said: 0 not in said))
def test_a_name_in_any_bytes_is_words_and_no_error(said: bytes) -> None:
    assert isinstance(talk_on(Script({b"\x1dI\x43": b"\x5f" + said + b"\x00"})).identity(67), str)


@pytest.mark.usefixtures("hasty")
def test_a_printer_without_a_name_says_nothing() -> None:
    assert talk_on(Script({})).identity(67) is None
    assert talk_on(Script({b"\x1dI\x43": b"\x5f\x00"})).identity(67) == ""


@given(
    st.binary(max_size=8).filter(lambda noise: 0x10 not in noise),
    st.binary(min_size=4, max_size=4),
    st.binary(max_size=4),
    st.lists(st.integers(0, 20), max_size=6).map(sorted),
)
def test_a_vendors_answer_is_found_by_how_it_begins(noise: bytes, said: bytes, more: bytes, cuts: list[int]) -> None:
    script = Script({b"?": noise + b"\x10\x0f" + said + more}, tuple(cuts))
    assert talk_on(script).ask(b"?", b"\x10\x0f", 6) == b"\x10\x0f" + said


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("answer", [b"", b"\x10\x0f\x00", b"\x00\x00\x00\x00\x00\x00\x00\x00"])
def test_a_vendors_answer_that_does_not_come_whole_is_silence(answer: bytes) -> None:
    with pytest.raises(DeviceError) as caught:
        talk_on(Script({b"?": answer})).ask(b"?", b"\x10\x0f", 6)
    assert caught.value.fault.code == PrinterFault.SILENT


@pytest.mark.usefixtures("hasty")
def test_only_the_word_for_it_says_that_everything_is_forgotten() -> None:
    clear = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
    assert talk_on(Script({clear: b"\x16\x00\x37\x25\x00"})).cleared()
    assert not talk_on(Script({clear: b"\x16\x00\x37\x220001\x00"})).cleared()


@pytest.mark.usefixtures("hasty")
def test_the_paper_is_heard_past_everything_else() -> None:
    talk = talk_on(Script({b"q": b"\x16\x37\x220001\x00\x14\x00\x00\x00\x03"}))
    talk.write(b"q")
    assert talk.hears_paper(1.0)
    assert not talk.hears_paper(0.05)


def test_everything_written_is_kept_while_it_is_wished_and_not_longer() -> None:
    talk = talk_on(Script({}))
    talk.write(b"before")
    with talk.kept() as wire:
        talk.write(b"one")
        talk.write(b"two")
    talk.write(b"after")
    assert bytes(wire) == b"onetwo"
