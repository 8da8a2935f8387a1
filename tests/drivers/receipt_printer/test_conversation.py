"""Asking one question at a time: what is an answer, what is not, and what is too late."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import DeviceError
from drivers.receipt_printer.conversation import Conversation
from drivers.receipt_printer.protocol import Condition, Query, condition_of
from drivers.receipt_printer.status import PrinterFault, faults_of

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


# -- replies that are late, lost, doubled ------------------------------------------------------------


class PlayedTime:
    """Stands for the clock and for the line: nothing here takes time, and all of it happens when it should.

    ``fates`` says of one reply after another how much later it comes than it could, in seconds, and how often.
    """

    def __init__(self, replies: dict[int, int], fates: Iterable[tuple[float, int]] = ()) -> None:
        self.replies = replies
        self.now = 0.0
        self.asked: list[int] = []
        self._fates = iter(fates)
        self._coming: deque[tuple[float, int]] = deque()

    @property
    def over(self) -> bool:
        """Whether everything that was to come late has come."""
        return self.now > 10.0 and not self._coming

    def monotonic(self) -> float:
        return self.now

    def write(self, data: bytes, deadline: float) -> None:
        self.asked.append(data[2])
        late, times = next(self._fates, (0.0, 1))
        for _ in range(times):  # a line keeps the order: what is late holds up what follows
            earliest = max(self.now + late, self._coming[-1][0] if self._coming else 0.0)
            self._coming.append((earliest + 0.003, self.replies[data[2]]))

    def read(self, at_most: int, deadline: float) -> bytes:
        if not self._coming or self._coming[0][0] > max(self.now, deadline):
            self.now = max(self.now, deadline)
            return b""
        self.now = max(self.now, self._coming[0][0])
        come = bytearray()
        while self._coming and self._coming[0][0] <= self.now:
            come.append(self._coming.popleft()[1])
        return bytes(come)

    def discard_input(self) -> None:
        self.read(0, self.now)


@contextmanager
def talking(line: PlayedTime) -> Iterator[Conversation]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drivers.receipt_printer.conversation.time", line)
        played: Any = line
        yield Conversation(played)


def codes(condition: Condition) -> set[str]:
    return {found.code for found in faults_of(condition)}


WELL = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
COVER_OPEN = {1: 0x1E, 2: 0x16, 3: 0x12, 4: 0x12}
NEAR_END = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x1E}
PAPER_OUT = {1: 0x1E, 2: 0x32, 3: 0x12, 4: 0x7E}
STUCK = {1: 0x1E, 2: 0x52, 3: 0x1A, 4: 0x12}
LOST = (0.0, 0)
ON_TIME = (0.0, 1)
TWICE = (0.0, 2)


def late(seconds: float) -> tuple[float, int]:
    return seconds, 1


@pytest.mark.parametrize("seconds", [0.6, 0.9, 1.1, 1.6, 2.5, 7.0])
@pytest.mark.parametrize("before", range(4))
def test_a_well_printer_one_of_whose_replies_comes_after_the_deadline_is_never_said_to_be_open_or_jammed(
    before: int, seconds: float
) -> None:
    line = PlayedTime(WELL, [*[ON_TIME] * before, late(seconds)])
    with talking(line) as talk:
        while not line.over:
            with suppress(DeviceError):
                assert codes(talk.condition(tuple(Query))) == set()
            line.now += 0.2
        assert talk.condition(tuple(Query)).healthy


def test_a_reply_that_comes_twice_does_not_move_the_others() -> None:
    line = PlayedTime(WELL, [TWICE])
    with talking(line) as talk:
        assert talk.condition(tuple(Query)).healthy


def test_after_a_question_without_a_reply_no_other_is_asked_before_the_reply_came_or_is_given_up() -> None:
    line = PlayedTime(WELL, [ON_TIME, late(0.9), *[ON_TIME] * 9])
    with talking(line) as talk:
        assert talk.condition(tuple(Query)).cover_open is None
        assert line.asked == [1, 2]
        began = line.now
        assert talk.condition(tuple(Query)).healthy
        assert line.asked == [1, 2, 1, 2, 3, 4]
        assert 0.3 < line.now - began < 1.0, "as soon as it came"
    line = PlayedTime(WELL, [ON_TIME, LOST])
    with talking(line) as talk:
        talk.condition(tuple(Query))
        began = line.now
        assert talk.condition(tuple(Query)).healthy
        assert 1.0 <= line.now - began < 1.5, "not for ever"


def test_the_question_that_had_no_reply_is_asked_again_at_once_when_it_is_the_first() -> None:
    line = PlayedTime(WELL, [late(0.6)])
    with talking(line) as talk:
        with pytest.raises(DeviceError):
            talk.condition(tuple(Query))
        began = line.now
        assert talk.condition(tuple(Query)).healthy
        assert line.asked == [1, 1, 2, 3, 4]
        assert line.now - began < 0.2


def test_a_fault_counts_once_it_was_said_in_both_orders() -> None:
    line = PlayedTime(COVER_OPEN)
    with talking(line) as talk:
        assert codes(talk.condition(tuple(Query))) == {PrinterFault.COVER_OPEN}
        assert line.asked == [1, 2, 3, 4, 4, 3, 2, 1]


def test_what_becomes_wrong_or_right_between_two_questions_is_told_as_it_is_in_the_end() -> None:
    line = PlayedTime(WELL)
    say = line.write

    def changing(data: bytes, deadline: float) -> None:
        line.replies = COVER_OPEN if 2 <= len(line.asked) < 10 else WELL
        say(data, deadline)

    line.write = changing  # type: ignore[method-assign]
    with talking(line) as talk:
        assert codes(talk.condition(tuple(Query))) <= {PrinterFault.COVER_OPEN}
        line.now += 1.5
        assert talk.condition(tuple(Query)).healthy


def test_a_printer_that_never_says_the_same_twice_is_not_believed() -> None:
    line = PlayedTime(COVER_OPEN)
    say = line.write

    def nonsense(data: bytes, deadline: float) -> None:
        line.replies = dict.fromkeys(range(1, 5), (0x16, 0x1E, 0x32, 0x52, 0x1A, 0x56, 0x3A)[len(line.asked) % 7])
        say(data, deadline)

    line.write = nonsense  # type: ignore[method-assign]
    with talking(line) as talk, pytest.raises(DeviceError, match="contradict") as caught:
        talk.condition(tuple(Query))
    assert caught.value.fault.code == PrinterFault.SILENT


def test_a_fault_is_not_told_by_a_printer_that_knows_fewer_questions_than_its_profile_says_but_which_it_is_not() -> (
    None
):
    line = PlayedTime(COVER_OPEN, [ON_TIME, ON_TIME, ON_TIME, *[LOST] * 9])
    with talking(line) as talk, pytest.raises(DeviceError, match="no answer to DLE EOT 4"):
        talk.condition(tuple(Query))


_FATES = st.lists(st.one_of(st.just(ON_TIME), st.just(LOST), st.floats(0.0, 4.0).map(late)), max_size=24)


@given(st.sampled_from([WELL, NEAR_END, COVER_OPEN, PAPER_OUT, STUCK]), _FATES, st.floats(0.0, 2.0))
def test_however_many_of_its_replies_are_late_or_lost_no_printer_is_said_to_have_another_fault_than_it_has(
    replies: dict[int, int], fates: list[tuple[float, int]], pause: float
) -> None:
    truth = codes(condition_of({Query(number): value for number, value in replies.items()}))
    truth |= {PrinterFault.OFFLINE} if replies[1] & 0x08 else set()  # the cause may not have arrived
    line = PlayedTime(replies, fates)
    with talking(line) as talk:
        for _ in range(6):
            with suppress(DeviceError):
                assert codes(talk.condition(tuple(Query))) <= truth
            line.now += pause
