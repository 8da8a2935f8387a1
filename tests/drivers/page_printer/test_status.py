"""What a printer's words mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import DeviceState, Level
from drivers.page_printer.protocol import Attribute, Group, GroupTag, Range, Tag, Value, attribute
from drivers.page_printer.status import (
    ATTRIBUTES,
    STATUS_ATTRIBUTES,
    PagePrinterFault,
    capabilities_of,
    identity_of,
    status_of,
)

IDLE, PROCESSING, STOPPED = 3, 4, 5
MAIN_HAS_PAPER = b"type=sheetFeedAutoRemovableTray;maxcapacity=250;level=100;name=main;"
MAIN_IS_EMPTY = b"type=sheetFeedAutoRemovableTray;maxcapacity=250;level=0;name=main;"
BYPASS_UNKNOWN = b"type=sheetFeedManual;maxcapacity=1;level=-2;name=by-pass-tray;"
BYPASS_HAS_SOME = b"type=sheetFeedManual;maxcapacity=1;level=-3;name=by-pass-tray;"


def told(*reasons: str, state: int = IDLE, more: tuple[Attribute, ...] = ()) -> Group:
    return Group(
        GroupTag.PRINTER,
        (
            attribute(Tag.ENUM, "printer-state", state),
            attribute(Tag.KEYWORD, "printer-state-reasons", *(reasons or ("none",))),
            *more,
        ),
    )


def toner(*supplies: str) -> tuple[Attribute, ...]:
    return (attribute(Tag.OCTETS, "printer-supply", *(supply.encode() for supply in supplies)),)


@pytest.mark.parametrize(
    ("reason", "meant"),
    [
        ("cover-open-error", PagePrinterFault.COVER_OPEN),
        ("cover-open", PagePrinterFault.COVER_OPEN),
        ("door-open-report", PagePrinterFault.COVER_OPEN),
        ("interlock-open-warning", PagePrinterFault.COVER_OPEN),
        ("media-jam-error", PagePrinterFault.JAM),
        ("media-empty-error", PagePrinterFault.PAPER_OUT),
        ("media-empty-report", PagePrinterFault.PAPER_OUT),
        ("media-needed", PagePrinterFault.PAPER_OUT),
        ("input-tray-missing-error", PagePrinterFault.TRAY_MISSING),
        ("output-tray-missing-error", PagePrinterFault.TRAY_MISSING),
        ("toner-empty-warning", PagePrinterFault.TONER_OUT),
        ("marker-supply-empty-error", PagePrinterFault.TONER_OUT),
        ("output-area-full-error", PagePrinterFault.OUTPUT_FULL),
        ("offline-report", PagePrinterFault.OFFLINE),
        ("timed-out-error", PagePrinterFault.OFFLINE),
        ("paused", PagePrinterFault.STOPPED),
        ("shutdown", PagePrinterFault.STOPPED),
        ("fuser-over-temp-error", PagePrinterFault.STOPPED),
        ("a-word-of-next-year-error", PagePrinterFault.STOPPED),
        ("a-word-of-next-year-warning", None),
        ("a-word-of-next-year", None),
        ("media-low-report", None),
        ("toner-low-warning", None),
        ("connecting-to-device", None),
        ("none", None),
    ],
)
def test_each_reason_has_its_meaning(reason: str, meant: PagePrinterFault | None) -> None:
    status = status_of(told(reason))
    assert [fault.code for fault in status.faults] == ([meant] if meant else [])
    assert status.state is (DeviceState.ATTENTION if meant else DeviceState.READY)
    assert status.details["reasons"] == ("" if reason == "none" else reason)


def test_the_telling_cause_stands_first_and_its_words_are_kept() -> None:
    faults = status_of(told("media-jam-error", "media-empty-error", "media-needed-error", "cover-open-error")).faults
    assert [fault.code for fault in faults] == ["page_printer.cover_open", "page_printer.jam", "page_printer.paper_out"]
    assert faults[2].detail == "media-empty-error media-needed-error"


def test_a_printer_that_stopped_and_does_not_say_why_is_stopped() -> None:
    (fault,) = status_of(told("a-word-of-next-year", state=STOPPED)).faults
    assert (fault.code, fault.detail) == (PagePrinterFault.STOPPED, "a-word-of-next-year")
    assert [fault.code for fault in status_of(told("media-jam", state=STOPPED)).faults] == [PagePrinterFault.JAM]


def test_a_queue_that_takes_no_jobs_is_stopped() -> None:
    more = (attribute(Tag.BOOLEAN, "printer-is-accepting-jobs", False),)
    assert [fault.code for fault in status_of(told(more=more)).faults] == [PagePrinterFault.STOPPED]


def test_a_printer_at_work_is_busy_and_can_be_asked_all_the_same() -> None:
    status = status_of(told(state=PROCESSING))
    assert status.state is DeviceState.BUSY
    assert status.ready


@pytest.mark.parametrize(
    ("reason", "trays", "paper"),
    [
        ("media-empty-report", [MAIN_IS_EMPTY, BYPASS_UNKNOWN], Level.OUT),
        ("media-empty-report", [MAIN_HAS_PAPER, BYPASS_UNKNOWN], Level.OK),
        ("media-empty-warning", [MAIN_IS_EMPTY, BYPASS_HAS_SOME], Level.OK),
        ("media-empty-error", [MAIN_HAS_PAPER], Level.OUT),
        ("media-empty", [MAIN_HAS_PAPER], Level.OUT),
        ("media-empty-report", [], Level.OUT),
        ("media-low-report", [MAIN_HAS_PAPER], Level.LOW),
        ("none", [], Level.OK),
        ("media-empty-report", [b"level=lots;", b"\xff", b""], Level.OUT),
    ],
)
def test_paper_in_another_tray_outweighs_a_report_but_no_error(reason: str, trays: list[bytes], paper: Level) -> None:
    more = (attribute(Tag.OCTETS, "printer-input-tray", *trays),) if trays else ()
    status = status_of(told(reason, more=more))
    assert status.supplies["paper"] is paper
    assert bool(status.faults) == (paper is Level.OUT)


BLACK = "type=toner;maxcapacity=100;level={};colorantname=black;"
WASTE = "type=wasteToner;maxcapacity=100;level=0;"


@pytest.mark.parametrize(
    ("reason", "more", "level", "percent"),
    [
        ("none", toner(BLACK.format(75), WASTE), Level.OK, 75),
        ("none", toner(BLACK.format(75), BLACK.format(9)), Level.LOW, 9),
        ("none", toner("type=toner;maxcapacity=2000;level=1000;"), Level.OK, 50),
        ("none", toner(BLACK.format(0)), Level.OUT, 0),
        ("none", toner(BLACK.format(-3)), Level.OK, None),
        ("none", toner(BLACK.format(-2)), Level.UNKNOWN, None),
        ("none", toner("type=toner;"), Level.UNKNOWN, None),
        ("none", toner(WASTE), Level.NOT_SUPPORTED, None),
        ("none", (), Level.NOT_SUPPORTED, None),
        ("toner-low-report", toner(BLACK.format(40)), Level.LOW, 40),
        ("toner-empty-error", (), Level.OUT, None),
        ("none", toner(BLACK.format(180)), Level.NOT_SUPPORTED, None),
        (
            "none",
            (
                attribute(Tag.KEYWORD, "marker-types", "toner", "waste-toner"),
                attribute(Tag.INTEGER, "marker-levels", 33, 2),
            ),
            Level.OK,
            33,
        ),
        ("none", (attribute(Tag.INTEGER, "marker-levels", 33),), Level.NOT_SUPPORTED, None),
    ],
)
def test_toner_is_measured_where_the_printer_measures(
    reason: str, more: tuple[Attribute, ...], level: Level, percent: int | None
) -> None:
    status = status_of(told(reason, more=more))
    assert status.supplies["toner"] is level
    assert status.details.get("toner_percent") == percent


def test_a_printer_without_pdf_says_so_all_the_time() -> None:
    more = (attribute(Tag.MIME_TYPE, "document-format-supported", "application/octet-stream", "image/urf"),)
    (fault,) = status_of(told(more=more)).faults
    assert (fault.code, fault.detail) == (PagePrinterFault.NO_PDF, "image/urf")


CUPS = attribute(Tag.ENUM, "printer-type", 4)


@pytest.mark.parametrize(
    ("reasons", "state", "faults"),
    [
        (["media-empty-warning"], IDLE, []),  # what the last job saw
        (["offline-report"], IDLE, []),
        (["media-empty-warning"], PROCESSING, [PagePrinterFault.PAPER_OUT]),
        (["connecting-to-device", "media-empty-warning"], PROCESSING, []),
        (["media-jam-error"], STOPPED, [PagePrinterFault.JAM]),
        (["paused"], STOPPED, [PagePrinterFault.STOPPED]),
    ],
)
def test_a_queue_of_cups_is_not_believed_when_it_repeats_itself(
    reasons: list[str], state: int, faults: list[PagePrinterFault]
) -> None:
    status = status_of(told(*reasons, state=state, more=(CUPS,)))
    assert [fault.code for fault in status.faults] == faults
    if "media-empty-warning" in reasons:
        assert status.supplies["paper"] is (Level.OUT if faults else Level.UNKNOWN)


FULL = Group(
    GroupTag.PRINTER,
    (
        attribute(
            Tag.MIME_TYPE, "document-format-supported", "application/octet-stream", "application/pdf", "image/urf"
        ),
        attribute(Tag.BOOLEAN, "color-supported", True),
        attribute(Tag.KEYWORD, "sides-supported", "one-sided", "two-sided-long-edge"),
        attribute(Tag.KEYWORD, "media-supported", "na_letter_8.5x11in", "iso_a4_210x297mm"),
        attribute(Tag.RANGE, "copies-supported", Range(1, 99)),
        attribute(Tag.INTEGER, "pages-per-minute", 22),
        attribute(Tag.ENUM, "operations-supported", 2, 5, 6, 8, 9, 10, 11, 60),
        attribute(Tag.TEXT, "printer-make-and-model", "Maker A4 laser"),
        attribute(Tag.TEXT, "printer-device-id", "MFG:Maker;MDL:A4 laser;SN:VNB3;"),
        attribute(Tag.TEXT, "printer-firmware-string-version", "20240101", "boot 3"),
    ),
)


def test_what_a_printer_can_do_is_data() -> None:
    capabilities = capabilities_of(FULL)
    assert capabilities.features == {
        "pdf": True,
        "color": True,
        "duplex": True,
        "a4": True,
        "copies": 99,
        "pages_per_minute": 22,
        "formats": "application/pdf image/urf",
        "jobs": True,
        "identifies": True,
    }
    assert capabilities.verified_on == ()


def test_a_printer_that_says_nothing_can_do_next_to_nothing() -> None:
    features = capabilities_of(Group(GroupTag.PRINTER)).features
    assert (features["pdf"], features["color"], features["duplex"], features["jobs"]) == (False, False, False, False)
    assert (features["a4"], features["copies"]) == (True, 1)  # no list of papers is no refusal


def test_colour_may_be_told_in_two_ways() -> None:
    modes = Group(GroupTag.PRINTER, (attribute(Tag.KEYWORD, "print-color-mode-supported", "auto", "color"),))
    assert capabilities_of(modes).features["color"] is True


def test_a_printer_says_which_it_is() -> None:
    identity = identity_of(FULL, "ipp://desk")
    assert (identity.model, identity.serial, identity.firmware) == ("Maker A4 laser", "VNB3", "20240101 boot 3")
    known = Group(GroupTag.PRINTER, (*FULL.attributes, attribute(Tag.TEXT, "printer-serial-number", "S1")))
    assert identity_of(known, "ipp://desk").serial == "S1"
    assert identity_of(Group(GroupTag.PRINTER), "ipp://desk").serial == ""


ANYTHING = st.one_of(
    st.builds(Value, st.just(Tag.KEYWORD), st.text(max_size=8)),
    st.builds(Value, st.just(Tag.INTEGER), st.integers(-5, 5)),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(Value, st.just(Tag.OCTETS), st.binary(max_size=8)),
    st.builds(
        Value, st.just(Tag.OCTETS), st.sampled_from([b"type=toner;level=-9999999999999;", b"level=0;maxcapacity=0"])
    ),
    st.builds(Value, st.just(Tag.NO_VALUE), st.none()),
)
WORDS = st.builds(
    Attribute,
    st.sampled_from(sorted({*ATTRIBUTES, *STATUS_ATTRIBUTES})),
    st.lists(ANYTHING, min_size=1, max_size=3).map(tuple),
)


@given(st.lists(WORDS, max_size=8))
def test_no_words_of_a_printer_are_an_error(words: list[Attribute]) -> None:
    group = Group(GroupTag.PRINTER, tuple(words))
    status = status_of(group)
    assert bool(status.faults) == (status.state is DeviceState.ATTENTION)
    assert 0 <= int(status.details.get("toner_percent", 0)) <= 100
    assert capabilities_of(group).device_class == "page_printer"
    assert identity_of(group, "ipp://desk").address == "ipp://desk"
