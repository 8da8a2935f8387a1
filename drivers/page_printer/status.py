"""What a printer's words mean: its state, its supplies, what it can do, which one it is.

Sources: RFC 8011 sections 5.4.11 and 5.4.12, PWG 5100.9 (reasons), PWG 5100.13 (trays and supplies).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from drivers.device import Capabilities, DeviceState, DeviceStatus, Fact, Fault, Identity, Level, NextAction
from drivers.page_printer.protocol import Group, Operation, PrinterState, device_id

PDF = "application/pdf"
A4 = "iso_a4_210x297mm"
DUPLEX = "two-sided-long-edge"
LOW_PERCENT = 10
CONNECTING = "connecting-to-device"  # the word of CUPS for a queue that has not reached its printer yet
_FORMATS = {
    PDF,
    "application/PCLm",
    "application/postscript",
    "application/vnd.hp-PCL",
    "image/jpeg",
    "image/pwg-raster",
    "image/urf",
}

# What a poll asks for, and what is asked once.
STATUS_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "printer-input-tray",
    "printer-supply",
    "marker-levels",
    "marker-types",
    "printer-type",  # of CUPS only
)
ATTRIBUTES = (
    *STATUS_ATTRIBUTES,
    "color-supported",
    "copies-supported",
    "media-supported",
    "operations-supported",
    "pages-per-minute",
    "print-color-mode-supported",
    "printer-device-id",
    "printer-firmware-string-version",
    "printer-make-and-model",
    "printer-serial-number",
    "queued-job-count",
    "sides-supported",
)
# Without these a job could not be followed and taken back.
_NEEDED = {
    Operation.CREATE_JOB,
    Operation.SEND_DOCUMENT,
    Operation.CANCEL_JOB,
    Operation.GET_JOB_ATTRIBUTES,
    Operation.GET_JOBS,
}


class PagePrinterFault(StrEnum):
    """What can be wrong with a printer, and the keys of its sentences; the telling cause before what follows of it."""

    DISCONNECTED = "page_printer.disconnected"
    SILENT = "page_printer.silent"
    PROTOCOL = "page_printer.protocol"  # its answers make no sense
    REFUSED = "page_printer.refused"  # it lets us not in, or knows no such queue
    COVER_OPEN = "page_printer.cover_open"
    JAM = "page_printer.jam"
    TRAY_MISSING = "page_printer.tray_missing"
    PAPER_OUT = "page_printer.paper_out"
    TONER_OUT = "page_printer.toner_out"
    OUTPUT_FULL = "page_printer.output_full"
    OFFLINE = "page_printer.offline"  # the queue does not reach its printer
    STOPPED = "page_printer.stopped"  # paused, or stopped for a reason of its own
    NO_PDF = "page_printer.no_pdf"
    NOT_CAPABLE = "page_printer.not_capable"  # colour, both sides, so many copies
    BUSY = "page_printer.busy"  # with somebody else's job
    JOB_FAILED = "page_printer.job_failed"


ACTS_NEXT: dict[PagePrinterFault, NextAction] = {
    PagePrinterFault.DISCONNECTED: NextAction.TECHNICIAN,
    PagePrinterFault.SILENT: NextAction.TECHNICIAN,
    PagePrinterFault.PROTOCOL: NextAction.SOFTWARE,
    PagePrinterFault.REFUSED: NextAction.TECHNICIAN,
    PagePrinterFault.COVER_OPEN: NextAction.ATTENDANT,
    PagePrinterFault.JAM: NextAction.ATTENDANT,
    PagePrinterFault.TRAY_MISSING: NextAction.ATTENDANT,
    PagePrinterFault.PAPER_OUT: NextAction.ATTENDANT,
    PagePrinterFault.TONER_OUT: NextAction.ATTENDANT,
    PagePrinterFault.OUTPUT_FULL: NextAction.CITIZEN,
    PagePrinterFault.OFFLINE: NextAction.TECHNICIAN,
    PagePrinterFault.STOPPED: NextAction.TECHNICIAN,
    PagePrinterFault.NO_PDF: NextAction.TECHNICIAN,
    PagePrinterFault.NOT_CAPABLE: NextAction.SOFTWARE,
    PagePrinterFault.BUSY: NextAction.NOBODY,
    PagePrinterFault.JOB_FAILED: NextAction.TECHNICIAN,
}

# What each keyword of printer-state-reasons means. Those not named count only where they are errors.
_MEANING: dict[str, PagePrinterFault] = {
    "cover-open": PagePrinterFault.COVER_OPEN,
    "door-open": PagePrinterFault.COVER_OPEN,
    "interlock-open": PagePrinterFault.COVER_OPEN,
    "media-jam": PagePrinterFault.JAM,
    "input-tray-missing": PagePrinterFault.TRAY_MISSING,
    "output-tray-missing": PagePrinterFault.TRAY_MISSING,
    "media-empty": PagePrinterFault.PAPER_OUT,
    "media-needed": PagePrinterFault.PAPER_OUT,
    "toner-empty": PagePrinterFault.TONER_OUT,
    "marker-supply-empty": PagePrinterFault.TONER_OUT,
    "output-area-full": PagePrinterFault.OUTPUT_FULL,
    "offline": PagePrinterFault.OFFLINE,  # of CUPS
    "timed-out": PagePrinterFault.OFFLINE,
    "paused": PagePrinterFault.STOPPED,
    "moving-to-paused": PagePrinterFault.STOPPED,
    "shutdown": PagePrinterFault.STOPPED,
}
_PAPER_OUT, _PAPER_LOW = {"media-empty", "media-needed"}, {"media-low"}
_TONER_LOW = {"toner-low", "marker-supply-low"}
_SOME_LEFT = -3  # a level that is not measured, but not nothing


def fault(code: PagePrinterFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


def status_of(told: Group) -> DeviceStatus:
    """What :data:`STATUS_ATTRIBUTES` mean.

    ``details``: ``reasons`` as the printer says them, and where it measures toner ``toner_percent``, the lowest.
    """
    reasons = [word for word in told.words("printer-state-reasons") if word != "none"]
    # A queue of CUPS that is idle, or has not reached its printer yet, repeats what its last job saw.
    away = told.number("printer-state") == PrinterState.IDLE or CONNECTING in reasons
    stale = "printer-type" in told and away
    faults = _faults(told, [] if stale else reasons)
    toner = _toner(told)
    details: dict[str, Fact] = {"reasons": " ".join(reasons)}
    if measured := [percent for percent in toner if percent >= 0]:
        details["toner_percent"] = min(measured)
    if faults:
        state = DeviceState.ATTENTION
    else:
        processing = told.number("printer-state") == PrinterState.PROCESSING
        state = DeviceState.BUSY if processing else DeviceState.READY
    keywords = {_split(reason)[0] for reason in reasons}
    known = {found.code for found in faults}
    supplies = {"paper": _paper_level(keywords, known, told), "toner": _toner_level(keywords, known, toner, measured)}
    return DeviceStatus(state, faults, supplies, details)


def capabilities_of(told: Group) -> Capabilities:
    """What :data:`ATTRIBUTES` say that it can do.

    ``formats`` are the MIME types that printers are made for, with blanks between; ``jobs`` is whether a job can be
    followed and taken back.
    """
    formats = [word for word in told.words("document-format-supported") if word in _FORMATS]
    operations = set(told.numbers("operations-supported"))
    color = told.flag("color-supported") or "color" in told.words("print-color-mode-supported")
    return Capabilities(
        "page_printer",
        {
            "pdf": PDF in formats,
            "color": color,
            "duplex": DUPLEX in told.words("sides-supported"),
            "a4": "media-supported" not in told or A4 in told.words("media-supported"),
            "copies": told.highest("copies-supported") or 1,
            "pages_per_minute": told.number("pages-per-minute") or 0,
            "formats": " ".join(formats),
            "jobs": operations >= _NEEDED,
            "identifies": Operation.IDENTIFY_PRINTER in operations,
        },
    )


def identity_of(told: Group, address: str) -> Identity:
    """Which printer it is, as far as it tells."""
    known: Mapping[str, str] = {key.upper(): word for key, word in device_id(told.word("printer-device-id")).items()}
    serial = told.word("printer-serial-number") or known.get("SN") or known.get("SERN") or known.get("SERIALNUMBER", "")
    firmware = " ".join(told.words("printer-firmware-string-version"))
    return Identity(address, told.word("printer-make-and-model"), serial, firmware)


def _faults(told: Group, reasons: list[str]) -> tuple[Fault, ...]:
    because: dict[PagePrinterFault, list[str]] = {}
    for reason in reasons:
        keyword, weight = _split(reason)
        meant = _MEANING.get(keyword, PagePrinterFault.STOPPED if weight == "error" else None)
        # Many printers choose the weight by their own state, not by the reason's, so a report stops us as an error
        # does. Only paper may be missing in one tray and lie in another.
        one_tray = meant is PagePrinterFault.PAPER_OUT and weight in ("report", "warning")
        if meant is not None and not (one_tray and _paper_elsewhere(told)):
            because.setdefault(meant, []).append(reason)
    if told.flag("printer-is-accepting-jobs") is False:
        because.setdefault(PagePrinterFault.STOPPED, []).append("takes no jobs")
    if told.number("printer-state") == PrinterState.STOPPED and not because:
        because[PagePrinterFault.STOPPED] = reasons
    formats = told.words("document-format-supported")
    if formats and PDF not in formats:
        because[PagePrinterFault.NO_PDF] = [word for word in formats if word in _FORMATS]
    return tuple(fault(code, " ".join(because[code])) for code in PagePrinterFault if code in because)


def _paper_level(keywords: set[str], faults: set[str], told: Group) -> Level:
    if PagePrinterFault.PAPER_OUT in faults:
        return Level.OUT
    if keywords & _PAPER_OUT and not _paper_elsewhere(told):
        return Level.UNKNOWN  # there was none some time ago
    return Level.LOW if keywords & _PAPER_LOW else Level.OK


def _toner_level(keywords: set[str], faults: set[str], levels: list[int], measured: list[int]) -> Level:
    if PagePrinterFault.TONER_OUT in faults or 0 in measured:
        return Level.OUT
    if keywords & _TONER_LOW or any(percent < LOW_PERCENT for percent in measured):
        return Level.LOW
    if measured or _SOME_LEFT in levels:
        return Level.OK
    return Level.UNKNOWN if levels else Level.NOT_SUPPORTED


def _split(reason: str) -> tuple[str, str]:
    """A reason as its keyword and its weight: error, warning, report, or "" where none is said."""
    for weight in ("error", "warning", "report"):
        if reason.endswith(f"-{weight}"):
            return reason.removesuffix(f"-{weight}"), weight
    return reason, ""


def _paper_elsewhere(told: Group) -> bool:
    levels = [_whole(tray.get("level", "")) for tray in told.lines("printer-input-tray")]
    return any(level is not None and (level > 0 or level == _SOME_LEFT) for level in levels)


def _toner(told: Group) -> list[int]:
    """How full each cartridge is, in percent; negative where that is not measured."""
    supplies = told.lines("printer-supply")
    if supplies:
        kinds = [supply.get("type", "") for supply in supplies]
        levels = [_percent(supply) for supply in supplies]
    else:
        kinds, levels = list(told.words("marker-types")), list(told.numbers("marker-levels"))
    return [
        level for kind, level in zip(kinds, levels, strict=False) if kind.startswith(("toner", "ink")) and level <= 100
    ]


def _percent(supply: Mapping[str, str]) -> int:
    level, most = _whole(supply.get("level", "")), _whole(supply.get("maxcapacity", ""))
    if level is None:
        return -2
    return level * 100 // most if most and most > 0 and level > 0 else level


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
