"""A wire is watched, kept in a file, and played again: over the real reader, its simulator and a real TCP line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.device import Cancel, DeviceError, HealthLevel
from drivers.id_reader.protocol import Mask
from drivers.id_reader.reader import IdReader
from drivers.id_reader.simulator import SamSimulator
from drivers.recording import (
    Differs,
    Hidden,
    Masks,
    Passed,
    Plain,
    Recording,
    RecordingError,
    Tap,
    TappedTransport,
    Trace,
    load,
    replay,
    tapped,
)
from drivers.transport import Transport, transport_for
from tests.people import LIN

MASKS: Callable[[], Masks] = lambda: Masks(Plain(), Mask())  # noqa: E731


def recorded(path: Path, play: Callable[[IdReader, SamSimulator], object]) -> list[Passed]:
    """What happened between a reader and a SAM module while ``play`` used them."""
    sam = SamSimulator(read_seconds=0.0)
    sam.start()
    with path.open("w", encoding="utf-8") as file:
        tap = Tap(MASKS())
        tap.listeners = (Recording(file, "id_reader").see,)
        reader = tapped(IdReader(TappedTransport(transport_for(sam.address), tap)), tap)
        try:
            play(reader, sam)
        finally:
            reader.close()
            sam.stop()
    device_class, passed = load(path)
    assert device_class == "id_reader"
    return passed


def a_card(reader: IdReader, sam: SamSimulator) -> None:
    reader.open()
    reader.poll()
    sam.place("lin")
    reader.read_card(Cancel())
    assert reader.card_present()
    reader.check_health(HealthLevel.INTERNAL, Cancel())


def test_what_was_recorded_is_played_again_call_by_call(tmp_path: Path) -> None:
    passed = recorded(tmp_path / "card.jsonl", a_card)
    assert replay(passed, IdReader, Plain()) == 6  # open, poll, read_card, card_present, check_health, close


def test_a_recording_holds_nothing_of_the_person(tmp_path: Path) -> None:
    passed = recorded(tmp_path / "card.jsonl", a_card)
    kept = b"".join(thing.data for thing in passed)
    written = (tmp_path / "card.jsonl").read_text(encoding="utf-8")
    for personal in (LIN.name, LIN.number, LIN.address):
        assert personal.encode("utf-16-le") not in kept
        assert personal not in written


def test_trouble_is_played_again_as_trouble(tmp_path: Path) -> None:
    def silent(reader: IdReader, sam: SamSimulator) -> None:
        reader.open()
        sam.fault("silence", count=2)
        with pytest.raises(DeviceError):
            reader.poll()
        reader.poll()

    passed = recorded(tmp_path / "silent.jsonl", silent)
    assert [p.note for p in passed if p.what == "back"] == [
        "open: done",
        "poll: id_reader.silent",
        "poll: ready",
        "close: done",
    ]
    assert replay(passed, IdReader, Plain()) == 4


def test_the_first_difference_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "card.jsonl"
    recorded(path, a_card)
    lines = path.read_text(encoding="utf-8").splitlines()
    sent = [number for number, line in enumerate(lines) if '"out"' in line][3]
    changed = json.loads(lines[sent])
    changed["data"] = changed["data"][:-2] + "00"
    lines[sent] = json.dumps(changed)
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Differs, match=f"^line {sent + 1}: expected out"):
        replay(load(path)[1], IdReader, Plain())


def test_a_driver_that_comes_to_another_result_differs(tmp_path: Path) -> None:
    passed = recorded(tmp_path / "card.jsonl", a_card)
    other = [
        Passed(p.at, p.what, p.data, "poll: id_reader.silent" if p.note == "poll: ready" else p.note) for p in passed
    ]
    with pytest.raises(Differs, match=r"expected back poll: id_reader\.silent; instead back poll: ready"):
        replay(other, IdReader, Plain())


def test_a_recording_that_ends_early_differs_at_its_end(tmp_path: Path) -> None:
    passed = recorded(tmp_path / "card.jsonl", a_card)
    cut = next(number for number, thing in enumerate(passed) if thing.note == "read_card")
    with pytest.raises(Differs, match="expected the end"):
        replay(passed[: cut + 1], IdReader, Plain())


def test_a_trace_that_begins_in_the_middle_of_a_call_is_held_against_the_driver_from_the_next_one_on(
    tmp_path: Path,
) -> None:
    passed = recorded(tmp_path / "card.jsonl", a_card)
    began = next(number for number, thing in enumerate(passed) if thing.note == "read_card")
    middle = passed[began + 1 :]
    assert middle[0].what == "out"
    assert replay(middle, IdReader, Plain()) == 3  # card_present, check_health, close
    last = max(number for number, thing in enumerate(middle) if thing.what == "out")
    middle[last] = Passed(0.0, "out", bytes(len(middle[last].data)))
    with pytest.raises(Differs, match=f"^line {last + 2}: expected out 00"):
        replay(middle, IdReader, Plain())


def test_what_was_said_though_nobody_called_is_not_passed_over() -> None:
    with pytest.raises(Differs, match=r"^line 4: expected out 41; instead nobody called$"):
        listening(
            Passed(0.0, "call", note="listen"),
            Passed(9.0, "back", note="listen: cancelled"),
            Passed(9.1, "out", b"A"),
        )


def test_a_call_whose_contents_were_not_recorded_is_not_made_up() -> None:
    for name in ("print", "_ask", "dance"):
        with pytest.raises(RecordingError, match=f"{name} cannot be made again"):
            replay([Passed(0.0, "call", note=name)], IdReader, Plain())


class Waiter:
    """A driver that waits for one byte, and gives up when it is told to."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def listen(self, cancel: Cancel) -> bool:
        while not self._transport.read(1, time.monotonic() + 0.05):
            cancel.check()
        return True


def listening(*passed: Passed) -> int:
    return replay(passed, Waiter, Plain())  # type: ignore[arg-type]


def test_what_came_late_comes_late_again_but_a_second_at_most() -> None:
    began = time.monotonic()
    came = Passed(3600.3, "in", b"x"), Passed(3600.3, "back", note="listen: true")
    assert listening(Passed(0.0, "call", note="listen"), *came) == 1
    assert 1.0 <= time.monotonic() - began < 20.0


def test_where_somebody_gave_up_somebody_gives_up_again() -> None:
    assert listening(Passed(0.0, "call", note="listen"), Passed(9.0, "back", note="listen: cancelled")) == 1


def test_a_driver_that_waits_for_what_never_came_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.recording._STUCK", 0.2)
    with pytest.raises(Differs, match="expected back listen: true; instead it waits for more"):
        listening(Passed(0.0, "call", note="listen"), Passed(1.0, "back", note="listen: true"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"recording": 2, "device_class": "x"}', "no json"])
def test_a_file_that_is_no_recording_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError, match=r"x\.jsonl"):
        load(path)


def test_a_live_trace_keeps_the_newest_and_tells_only_what_is_new() -> None:
    trace, now = Trace(at_most=3), [0.0]
    tap = Tap(Masks(Plain(), Hidden()), clock=lambda: now[0])
    tap.listeners = (trace.see,)
    for number in range(5):
        now[0] = float(number)
        tap.tell("out", bytes([number]))
    assert [(n, p.at, p.data) for n, p in trace.since(0)] == [(3, 2.0, b"\2"), (4, 3.0, b"\3"), (5, 4.0, b"\4")]
    assert [n for n, _ in trace.since(4)] == [5]
    tap.tell("in", b"secret")
    assert trace.since(5)[0][1].data == bytes(6)
