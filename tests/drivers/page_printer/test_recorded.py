"""A printer's wire is kept in a file and played again; when it is recorded, driver and print server are real."""

from __future__ import annotations

import platform
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Cancel, DeviceError, HealthLevel
from drivers.page_printer.connection import HttpRefused, NoIpp, error_of, note_of
from drivers.page_printer.printer import PagePrinter
from drivers.page_printer.protocol import (
    Group,
    GroupTag,
    IppError,
    Mask,
    Message,
    Operation,
    Tag,
    Worded,
    attribute,
    decode,
    encode,
    request,
)
from drivers.page_printer.recorded import recorded_printer
from drivers.page_printer.simulator import PagePrinterSimulator
from drivers.recording import (
    Differs,
    Masks,
    Passed,
    Recording,
    RecordingError,
    Tap,
    load,
    replay,
    said_in,
    tapped,
)
from drivers.transport import TransportLost, TransportTimeout
from tests.drivers.id_reader.desk import until
from tests.drivers.page_printer.other import other_printer
from tests.drivers.page_printer.paper import pdf
from tests.drivers.page_printer.test_connection import asked, http, server

Play = Callable[[PagePrinter], object]


def recorded(path: Path, url: str, play: Play) -> list[Passed]:
    """What happened between the driver and the printer at ``url`` while ``play`` used it."""
    with path.open("w", encoding="utf-8") as file:
        mask = Mask()
        tap = Tap(Masks(mask.requests, mask))
        tap.listeners = (Recording(file, "page_printer").see,)
        printer = tapped(PagePrinter(url, tap.tell), tap)
        try:
            play(printer)
        finally:
            printer.close()
    return load(path)[1]


def played(passed: list[Passed]) -> int:
    return replay(passed, partial(recorded_printer, said=said_in(passed)), Mask().requests)


def outcomes(passed: list[Passed]) -> list[str]:
    return [one.note for one in passed if one.what == "back"]


@contextmanager
def simulated(**like: Any) -> Iterator[PagePrinterSimulator]:
    simulator = PagePrinterSimulator(**{"page_seconds": 0.02, **like})
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()


def polled(printer: PagePrinter) -> bool:
    """Whether the printer could be reached."""
    try:
        printer.poll()
    except DeviceError:
        pass
    except TransportLost:
        return False
    return True


def a_day(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    printer.open()
    printer.poll()
    simulator.paper(False)
    printer.poll()
    simulator.paper(True)
    printer.check_health(HealthLevel.EXTERNAL, Cancel())
    for fault in ("silence", "junk"):
        simulator.verbs["fault"](kind=fault, count=1)
        with pytest.raises(DeviceError):
            printer.poll()
    simulator.refuse(True)
    printer.poll()
    simulator.refuse(False)
    printer.check_health(HealthLevel.INTERACTIVE, Cancel())
    simulator.verbs["unplug"]()
    until(lambda: not polled(printer))
    simulator.verbs["plug"]()
    until(lambda: polled(printer))


@pytest.mark.parametrize("version", [2.0, 1.1])
def test_what_was_recorded_is_played_again_call_by_call(tmp_path: Path, version: float) -> None:
    with simulated(ipp=version) as simulator:
        passed = recorded(tmp_path / "day.jsonl", simulator.address, partial(a_day, simulator))
    came = outcomes(passed)
    assert came[:8] == [
        "open: done",
        "poll: ready",
        "poll: attention page_printer.paper_out",
        "check_health: external",
        "poll: page_printer.silent",
        "poll: page_printer.protocol",
        "poll: attention page_printer.refused",
        "check_health: interactive",
    ]
    assert "poll: TransportLost" in came
    assert played(passed) == len(came)


def test_a_live_trace_that_begins_in_the_middle_is_played_from_its_first_whole_call(tmp_path: Path) -> None:
    with simulated(ipp=1.1) as simulator:  # numbers and version are no longer those of a beginning
        passed = recorded(tmp_path / "day.jsonl", simulator.address, partial(a_day, simulator))
    calls = [place for place, one in enumerate(passed) if one.what == "call"]
    for skipped in (1, 3, 7):
        middle = passed[calls[skipped - 1] + 1 :]
        assert middle[0].what == "out"
        assert played(middle) == len(calls) - skipped


def test_a_request_that_is_another_is_the_first_difference(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"

    def two_polls(printer: PagePrinter) -> None:
        printer.open()
        printer.poll()
        printer.poll()

    with other_printer() as other:
        passed = recorded(path, other.url, two_polls)
    asked_for = [place for place, one in enumerate(passed) if one.what == "out"]
    last = asked_for[-1]
    changed = passed[last].data.replace(b"printer-supply", b"printer-suppIy")
    assert changed != passed[last].data
    passed[last] = replace(passed[last], data=changed)
    with pytest.raises(Differs, match=f"^line {last + 2}: expected out {changed.hex()}; instead "):
        played(passed)


def test_an_answer_that_the_driver_takes_for_something_else_differs(tmp_path: Path) -> None:
    def paper_out(printer: PagePrinter) -> None:
        printer.open()
        other.says(attribute(Tag.KEYWORD, "printer-state-reasons", "media-empty-error"))
        printer.poll()

    with other_printer() as other:
        passed = recorded(tmp_path / "out.jsonl", other.url, paper_out)
    assert played(passed) == 3
    told = [
        replace(one, data=one.data.replace(b"media-empty-error", b"media-plain-thing")) if one.what == "in" else one
        for one in passed
    ]
    with pytest.raises(Differs, match=r"expected back poll: attention page_printer\.paper_out; instead back poll: r"):
        played(told)


def test_a_document_that_was_printed_cannot_be_made_up(tmp_path: Path) -> None:
    def printing(printer: PagePrinter) -> None:
        printer.open()
        printer.print(pdf(), title="receipt", cancel=Cancel())

    with other_printer() as other:
        other.says(attribute(Tag.MIME_TYPE, "document-format-supported", "application/pdf"))
        passed = recorded(tmp_path / "print.jsonl", other.url, printing)
    with pytest.raises(RecordingError, match="print cannot be made again"):
        played(passed)


# -- who else prints there -----------------------------------------------------------------------


@pytest.mark.warns("job 7 had been left behind")
def test_who_else_prints_there_is_not_recorded_and_our_own_job_is_still_known_as_ours(tmp_path: Path) -> None:
    def waiting(number: int, user: str, name: str) -> Group:
        words = (
            attribute(Tag.INTEGER, "job-id", number),
            attribute(Tag.NAME, "job-originating-user-name", user),
            attribute(Tag.NAME_WITH_LANGUAGE, "job-name", Worded("de", name)),
        )
        return Group(GroupTag.JOB, words)

    def play(printer: PagePrinter) -> None:
        assert printer.check_health(HealthLevel.EXTERNAL, Cancel()).facts["jobs_waiting"] == 2
        printer.open()
        assert printer.counters["jobs_taken_back"] == 1

    with other_printer() as other:
        other.left = [waiting(7, f"kiosk-{platform.node()}", "notice"), waiting(8, "ouyang", "Kuendigung Ouyang.pdf")]
        passed = recorded(tmp_path / "jobs.jsonl", other.url, play)
    kept = b"".join(one.data for one in passed)
    assert b"job-originating-user-name" in kept
    for personal in (b"ouyang", b"kuendigung"):
        assert personal not in kept.lower()
    assert played(passed) == 3


_TEXT = st.text(max_size=8)
_WORDS = st.one_of(
    st.tuples(st.sampled_from((Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI)), _TEXT),
    st.tuples(st.sampled_from((Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE)), st.builds(Worded, _TEXT, _TEXT)),
    st.tuples(st.just(Tag.INTEGER), st.integers(-9, 9)),
    st.tuples(st.just(Tag.COLLECTION), _TEXT.map(lambda text: (attribute(Tag.NAME, "member", text),))),
)
_NAMES = st.sampled_from(("job-name", "job-originating-user-name", "printer-state-message", "printer-info"))
_ATTRIBUTES = st.builds(lambda name, word: attribute(word[0], name, word[1]), _NAMES, _WORDS)
_GROUPS = st.builds(Group, st.sampled_from(GroupTag), st.lists(_ATTRIBUTES, max_size=3).map(tuple))
_MESSAGES = st.builds(
    Message, st.sampled_from(Operation), st.integers(1, 99), st.lists(_GROUPS, max_size=3).map(tuple), st.just(b"")
)


def flat(message: Message) -> Iterator[tuple[int, str, int, object]]:
    """Every value, those in collections as well: its group, the attribute it stands in, its kind, what it says."""
    for group in message.groups:
        for one in group.attributes:
            for value in one.values:
                inside = value.content if value.tag == Tag.COLLECTION else ()
                for kind, content in [(value.tag, value.content), *_members(inside)]:
                    yield group.tag, one.name, kind, content if kind != Tag.COLLECTION else None


def _members(attributes: Any) -> list[tuple[int, object]]:
    return [(value.tag, value.content) for member in attributes for value in member.values]


@given(_MESSAGES)
def test_a_masked_answer_is_the_same_message_without_names_and_texts_of_jobs_and_of_the_display(
    message: Message,
) -> None:
    masked = decode(Mask().feed(encode(message)))
    assert len(encode(masked)) == len(encode(message))
    assert (masked.code, masked.number) == (message.code, message.number)
    for before, after in zip(flat(message), flat(masked), strict=True):
        group, name, kind, content = before
        assert after[:3] == (group, name, kind)
        told = group == GroupTag.JOB or name == "printer-state-message"
        if told and kind in (Tag.TEXT, Tag.NAME):
            assert set(str(after[3])) <= {"*"}
        elif told and isinstance(content, Worded):
            assert isinstance(after[3], Worded)
            assert after[3].language == content.language
            assert set(after[3].words) <= {"*"}
        else:
            assert after[3] == content


@given(_MESSAGES, st.data())
def test_of_a_message_that_breaks_off_and_of_what_is_none_the_mask_keeps_the_length(
    message: Message, data: st.DataObject
) -> None:
    whole = encode(message)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    masked = Mask().feed(cut)
    assert len(masked) == len(cut)
    with pytest.raises(IppError):
        decode(masked)
    page = b"<html>Ouyang's documents" + cut
    assert Mask().feed(page) == b"*" * len(page)
    assert Mask().feed(whole + b"%PDF of somebody") == Mask().feed(whole) + b"*" * 16


def test_our_own_name_stays_and_nobody_elses() -> None:
    def told(*users: str) -> bytes:
        jobs = [Group(GroupTag.JOB, (attribute(Tag.NAME, "job-originating-user-name", user),)) for user in users]
        return encode(Message(0, 1, tuple(jobs)))

    mask = Mask()
    assert mask.feed(told("kiosk-7")) == told("*******"), "before anybody was asked in that name"
    question = encode(request(Operation.GET_JOBS, 1, "ipp://printer/", "kiosk-7"))
    assert mask.requests.feed(question) == question
    assert mask.feed(told("kiosk-7", "ouyang", "kiosk-77")) == told("kiosk-7", "******", "********")


# -- what came instead of an answer --------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        TransportLost("ipp://printer: refused"),
        TransportTimeout("no answer in 2 s"),
        HttpRefused(403, "Forbidden"),
        HttpRefused(0, "the printer has another certificate than before"),
        NoIpp("no HTTP: BadStatusLine"),
        IppError("the message breaks off"),
        TransportLost(""),
    ],
    ids=repr,
)
def test_an_error_comes_back_from_its_note_as_the_same_error(error: Exception) -> None:
    again = error_of(note_of(error))
    assert type(again) is type(error)
    assert getattr(again, "status", None) == getattr(error, "status", None)
    assert str(error) in str(again)


def test_a_note_of_another_kind_is_no_error() -> None:
    with pytest.raises(ValueError, match="half"):
        error_of("half lost")


def test_an_answer_that_nobody_could_read_is_read_again_and_differs_once_it_can_be(tmp_path: Path) -> None:
    good = encode(Message(0, 1, (Group(GroupTag.PRINTER, (attribute(Tag.ENUM, "printer-state", 3),)),)))

    def poll(printer: PagePrinter) -> None:
        with pytest.raises(DeviceError, match="breaks off"):
            printer.poll()

    def breaks_off(line: socket.socket) -> None:
        asked(line)
        line.sendall(http(good[:-3]))

    with server(breaks_off) as port:
        passed = recorded(tmp_path / "broken.jsonl", f"ipp://127.0.0.1:{port}/ipp/print", poll)
    assert outcomes(passed) == ["poll: page_printer.protocol", "close: done"]
    assert played(passed) == 2
    whole = [replace(one, data=good) if one.what == "in" else one for one in passed]
    with pytest.raises(Differs, match=r"expected back poll: page_printer\.protocol; instead back poll: ready"):
        played(whole)
