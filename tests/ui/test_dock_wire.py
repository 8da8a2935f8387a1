"""What goes over the wires, on the dock's page: joined, folded, described, filtered, paused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from drivers.recording import Passed, Trace, What
from ui.models.wire import AT_MOST, HEX_BYTES, PATIENCE, Fold, Line, WireModel, describer

POLL: tuple[tuple[What, bytes, str], ...] = (
    ("call", b"", "poll"),
    ("out", b"?", ""),
    ("in", b"!", ""),
    ("back", b"", "poll: ready"),
)


class Happening:
    """Makes things happen one after another, a tenth of a second apart."""

    def __init__(self) -> None:
        self.at = 0.0
        self.clock = 0.0
        self.fold = Fold("thing", lambda: self.clock)
        self.shown: list[Line] = []

    def __call__(self, *what: tuple[What, bytes, str]) -> list[tuple[What, bytes, str, int]]:
        for kind, data, note in what:
            self.at += 0.1
            self.shown += self.fold.take(Passed(self.at, kind, data, note))
        return self.lines

    @property
    def lines(self) -> list[tuple[What, bytes, str, int]]:
        return [(line.what, line.data, line.note, line.times) for line in self.shown]


def once(*what: tuple[What, bytes, str]) -> list[tuple[What, bytes, str, int]]:
    return [(*one, 1) for one in what]


def test_a_poll_is_shown_when_it_is_over() -> None:
    happening = Happening()
    assert happening(*POLL[:3]) == []
    assert happening(POLL[3]) == once(*POLL)


def test_a_poll_like_the_one_before_is_only_counted() -> None:
    happening = Happening()
    happening(*POLL * 5)
    assert happening.lines == [(*POLL[0], 5), *once(*POLL[1:])]
    assert happening.shown[0].at == pytest.approx(1.7)
    assert happening.shown[3].at == pytest.approx(2.0)


def test_a_poll_that_differs_is_shown_in_full() -> None:
    other = (*POLL[:2], ("in", b"#", ""), ("back", b"", "poll: attention"))
    happening = Happening()
    assert happening(*POLL, *other, *POLL) == once(*POLL, *other, *POLL)


def test_after_something_else_the_same_poll_is_shown_again() -> None:
    read: tuple[tuple[What, bytes, str], ...] = (("call", b"", "read"), ("out", b"r", ""), ("back", b"", "read: done"))
    happening = Happening()
    assert happening(*POLL, *read, *POLL) == once(*POLL, *read, *POLL)


def test_a_question_that_is_asked_again_and_again_within_a_command_is_only_counted() -> None:
    ask: tuple[tuple[What, bytes, str], ...] = (("out", b"card?", ""), ("in", b"no", ""))
    happening = Happening()
    happening(("call", b"", "read_card"), *ask * 4, ("out", b"card?", ""), ("in", b"yes", ""), ("back", b"", "done"))
    assert happening.lines == [
        ("call", b"", "read_card", 1),
        ("out", b"card?", "", 4),
        ("in", b"no", "", 1),
        ("out", b"card?", "", 1),
        ("in", b"yes", "", 1),
        ("back", b"", "done", 1),
    ]


def test_pieces_of_one_direction_are_joined() -> None:
    happening = Happening()
    happening(POLL[0], ("out", b"que", ""), ("out", b"stion", ""), ("in", b"an", ""), ("in", b"swer", ""), POLL[3])
    assert [line[1] for line in happening.lines] == [b"", b"question", b"answer", b""]


def test_what_takes_its_time_is_shown_before_its_end_and_grows() -> None:
    happening = Happening()
    happening(POLL[0], POLL[1])
    assert happening.fold.overdue() == []
    happening.clock += PATIENCE
    happening.shown += happening.fold.overdue()
    assert happening.lines == once(*POLL[:2])
    assert happening.fold.overdue() == []
    happening(("in", b"so", ""), ("in", b"on", ""))
    assert happening.lines == once(*POLL[:2], ("in", b"soon", ""))
    assert happening(POLL[3]) == once(*POLL[:2], ("in", b"soon", ""), POLL[3])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["call", "back", "open", "close", "out", "in", "speed", "lost"]),
            st.binary(max_size=2),
            st.sampled_from(["", "poll", "read", "poll: ready"]),
        )
    )
)
def test_whatever_happens_nothing_is_lost_and_nothing_invented(what: list[tuple[What, bytes, str]]) -> None:
    happening = Happening()
    happening(*what)
    happening.clock += PATIENCE
    happening.shown += happening.fold.overdue()
    said = b"".join(data for kind, data, _ in what if kind in ("out", "in"))
    shown = b"".join(line.data for line in happening.shown if line.what in ("out", "in"))
    if all(line.times == 1 for line in happening.shown):
        assert shown == said
    assert len(shown) <= len(said)
    assert {line.what for line in happening.shown} == {kind for kind, _, _ in what}


# -- the page ------------------------------------------------------------------------


def field(model: WireModel, row: int, name: str) -> object:
    return model.data(model.index(row), Qt.ItemDataRole.UserRole + WireModel.FIELDS.index(name))


def page(**traces: Trace) -> WireModel:
    return WireModel(traces, {name: lambda what, data: f"{what} of {len(data)}" for name in traces})


def test_lines_have_their_words_their_bytes_and_their_direction() -> None:
    trace = Trace()
    model = page(reader=trace)
    for number, (what, data, note) in enumerate([*POLL, ("lost", b"", "gone")]):
        trace.see(Passed(number + 0.25, what, data, note))
    model.look()
    said = [tuple(field(model, row, name) for name in ("arrow", "words", "hex")) for row in range(model.rowCount())]
    assert said == [
        ("▸", "poll", ""),
        ("→", "out of 1", "3F"),
        ("←", "in of 1", "21"),
        ("◂", "ready", ""),
        ("", "lost gone", ""),
    ]
    assert field(model, 0, "at") == "0.250"
    assert field(model, 0, "device") == "reader"
    assert field(model, 0, "times") == 1
    assert model.rowCount(model.index(0)) == 0


def test_a_long_line_says_how_long_it_is() -> None:
    trace = Trace()
    model = page(printer=trace)
    trace.see(Passed(0.0, "out", bytes(HEX_BYTES + 1)))
    trace.see(Passed(0.1, "close"))
    model.look()
    assert str(field(model, 0, "hex")).endswith(f"00 … {HEX_BYTES + 1} bytes")


def test_lines_of_several_wires_stand_by_their_time_and_old_ones_go() -> None:
    one, other = Trace(), Trace(2 * AT_MOST)
    model = page(one=one, other=other)
    one.see(Passed(2.0, "close"))
    other.see(Passed(1.0, "close"))
    model.look()
    assert [field(model, row, "device") for row in range(2)] == ["other", "one"]
    for number in range(AT_MOST):
        other.see(Passed(3.0 + number, "lost", note=str(number)))
    model.look()
    assert model.rowCount() == AT_MOST
    assert field(model, AT_MOST - 1, "words") == f"lost {AT_MOST - 1}"


def test_a_page_that_stands_still_shows_afterwards_what_happened_and_one_that_is_wiped_does_not() -> None:
    trace = Trace()
    model = page(one=trace)
    model.paused = True
    trace.see(Passed(1.0, "open"))
    model.look()
    assert model.rowCount() == 0
    model.paused = False
    model.look()
    assert model.rowCount() == 1
    model.wipe()
    model.look()
    assert model.rowCount() == 0


def test_a_protocol_describes_its_own_frames_and_others_are_left_to_their_bytes() -> None:
    find = bytes.fromhex("AAAAAA9669 0003 2001 22")
    assert "FIND" in describer("id_reader")("out", find)
    assert describer("line")("out", find) == ""
    assert describer("line")("in", "受理".encode()) == ""
    assert describer("camera")("in", b"GET / HTTP/1.1\r\nHost: kiosk\r\n") == "GET / HTTP/1.1 ⏎ Host: kiosk"
