"""The host's end of a conversation in frames, against pipes that say whatever they were told to."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from drivers.device import DeviceError, Fault, NextAction
from drivers.exchange import ATTEMPTS, Exchange
from drivers.frames import HELLO, Frame, FrameParser, Status, encode, next_number, words
from drivers.transport import TransportTimeout

STATUS = 0x02
Answers = Callable[[Frame], bytes]


class Told:
    """A pipe whose far side answers a request as it was told to; the last way of answering is kept."""

    name = "told"
    is_open = True

    def __init__(self, *answers: Answers) -> None:
        self.answers = list(answers)
        self.asked: list[Frame] = []
        self.waiting = b""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def set_baudrate(self, baudrate: int) -> None: ...

    def discard_input(self) -> None: ...

    def write(self, data: bytes, deadline: float) -> None:
        (asked,) = FrameParser().feed(data)
        assert isinstance(asked, Frame)
        self.asked.append(asked)
        self.waiting += (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(asked)

    def read(self, at_most: int, deadline: float) -> bytes:
        data, self.waiting = self.waiting[:at_most], self.waiting[at_most:]
        return data


def exchange(pipe: Told) -> Exchange:
    return Exchange(
        pipe,
        silent=lambda detail: Fault("silent", NextAction.TECHNICIAN, detail),
        garbled=lambda detail: Fault("garbled", NextAction.TECHNICIAN, detail),
    )


def says(code: int, payload: bytes = b"") -> Answers:
    return lambda asked: encode(Frame(asked.sequence, code, payload))


def nothing(asked: Frame) -> bytes:
    return b""


def late(asked: Frame) -> bytes:
    """The answer to an earlier request."""
    return encode(Frame(next_number(next_number(asked.sequence)), Status.DONE, b"late"))


def trouble(pipe: Told) -> tuple[str, str]:
    with pytest.raises(DeviceError) as caught:
        exchange(pipe).ask(STATUS)
    return caught.value.fault.code, caught.value.fault.detail


def test_each_request_has_a_number_of_its_own_and_a_repeated_one_keeps_it() -> None:
    pipe = Told(nothing, says(Status.DONE, b"1"), says(Status.DONE, b"2"))
    host = exchange(pipe)
    assert host.ask(STATUS, b"x").payload == b"1"
    assert host.ask(STATUS, b"x").payload == b"2"
    first, again, second = pipe.asked
    assert first == again
    assert second.sequence == next_number(first.sequence)


def test_a_late_answer_is_passed_over() -> None:
    host = exchange(Told(lambda asked: late(asked) + says(Status.DONE, b"right")(asked)))
    assert host.ask(STATUS).payload == b"right"
    assert host.counted["answers_late"] == 1


def test_late_answers_alone_are_silence() -> None:
    assert trouble(Told(late)) == ("silent", "no answer")


def test_a_line_that_echoes_is_no_answer() -> None:
    assert exchange(Told(lambda asked: encode(asked) + says(Status.DONE)(asked))).ask(STATUS).code == Status.DONE
    assert trouble(Told(encode)) == ("silent", "no answer")


def test_damage_is_told_and_the_request_repeated_once() -> None:
    pipe = Told(lambda asked: says(Status.DONE)(asked)[:-1] + b"\x00")
    assert trouble(pipe) == ("garbled", "wrong checksum")
    assert len(pipe.asked) == ATTEMPTS
    assert trouble(Told(lambda asked: says(Status.DONE)(asked)[:-2])) == ("garbled", "the answer broke off")


def test_a_good_answer_after_damage_is_taken() -> None:
    host = exchange(Told(lambda asked: b"\x02\x02\x02\x00\x00\x00\x00" + says(Status.DONE)(asked)))
    assert host.ask(STATUS).code == Status.DONE


def test_a_pipe_that_takes_nothing_is_silent() -> None:
    class Full(Told):
        def write(self, data: bytes, deadline: float) -> None:
            raise TransportTimeout("it takes no bytes")

    assert trouble(Full(nothing)) == ("silent", "it takes no bytes")


def test_a_line_that_never_falls_silent_holds_nobody() -> None:
    class Babble(Told):
        def read(self, at_most: int, deadline: float) -> bytes:
            time.sleep(0.001)
            return b"\x02\xff"

    with pytest.raises(DeviceError) as caught:
        exchange(Babble(nothing)).ask(STATUS, seconds=0.1)
    assert caught.value.fault.code == "garbled"


def test_a_unit_that_was_restarted_is_greeted_and_asked_again() -> None:
    pipe = Told(says(Status.GREET), says(Status.DONE, words({"model": "X"})), says(Status.DONE, b"now"))
    host = exchange(pipe)
    assert host.ask(STATUS, b"x").payload == b"now"
    assert [asked.code for asked in pipe.asked] == [STATUS, HELLO, STATUS]
    assert (host.counted["restarts_seen"], host.unit["model"]) == (1, "X")


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (says(Status.UNKNOWN), "HELLO was answered by 81"),
        (says(Status.DONE, b"protocol=2"), "HELLO: the unit speaks another protocol"),
    ],
)
def test_a_unit_that_cannot_be_greeted_is_garbled(answer: Answers, detail: str) -> None:
    with pytest.raises(DeviceError) as caught:
        exchange(Told(answer)).greet()
    assert caught.value.fault == Fault("garbled", NextAction.TECHNICIAN, detail)
