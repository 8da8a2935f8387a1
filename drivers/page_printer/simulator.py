"""A simulated A4 printer behind a real server: CUPS' own ippeveprinter, with a printing engine of ours behind it.

Jobs, documents, paper and toner are ippeveprinter's. The engine decides when a side has come out, waits while there is
no paper, and stops when the job is cancelled. Before ippeveprinter stand a panel, which tells of what that has no words
for, and a relay, which pulls the cable and harms the answers.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
import zlib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from drivers.page_printer.connection import Connection, HttpRefused
from drivers.page_printer.panel import Panel
from drivers.page_printer.protocol import (
    Group,
    GroupTag,
    IppError,
    JobState,
    Message,
    Operation,
    PrinterState,
    Tag,
    attribute,
    request,
)
from drivers.page_printer.server import RESOURCE, IppEvePrinter, Say
from drivers.page_printer.status import DUPLEX, PDF
from drivers.simulation import Json, Relay, Verb

_TICK = 0.03
_FULL, _LOW = 250, 25  # sheets
# What stops it that ippeveprinter has no words for while it does not print, as real printers say it.
_REASONS = {
    "cover": "cover-open-error",
    "jam": "media-jam-error",
    "offline": "offline-report",
    "output": "output-area-full-error",
    "pause": "paused",
    "tray": "input-tray-missing-error",
}


@dataclass(slots=True)
class Printed:
    """A document that came to the engine: what was asked for, and how many sides of it have come out."""

    job: int
    bytes: int
    pages: int
    copies: int
    duplex: bool
    color: bool
    sides: int = 0
    whole: bool = False


class PagePrinterSimulator:
    """``address`` is what goes into ``devices.page_printer.url``; ``listen`` is ``tcp://host:port``, 0 for a free port.

    ``page_seconds`` is how long one side takes, ``ipp`` the newest version it speaks (1.1 or 2.0). Raises
    FileNotFoundError when ippeveprinter is not installed, ValueError, OSError.
    """

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        color: bool = False,
        duplex: bool = True,
        ipp: float = 2.0,
        page_seconds: float = 0.3,
        seed: int = 1,
    ) -> None:
        parts = urlsplit(listen)
        if parts.scheme != "tcp" or not parts.hostname or parts.port is None:
            raise ValueError(f"{listen}: a simulator listens on an address such as tcp://127.0.0.1:0")
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._stopped_by: set[str] = set()
        self._sheets = _FULL
        self._toner = 75
        self._pdf = True
        self._page_seconds = page_seconds
        self._abort_after: int | None = None
        self._printed: list[Printed] = []
        options = ["-M", "Simulated", "-m", "A4 laser", "-f", f"{PDF},image/pwg-raster,image/urf"]
        options += ["-s", "20,20" if color else "20", *(["-2"] if duplex else []), "-V", f"{ipp:.1f}"]
        with ExitStack() as undo:
            self._server = IppEvePrinter(options, self._print)
            undo.callback(self._server.stop)
            undo.callback(self._stopping.set)
            self._inner = Connection(self._server.uri)
            undo.callback(self._inner.close)
            self._load()
            self._panel = Panel(self._server.port, self._as_shown)
            undo.callback(self._panel.stop)
            self._relay = Relay(f"127.0.0.1:{self._panel.port}", f"{parts.hostname}:{parts.port}", seed=seed)
            undo.callback(self._relay.stop)
            self._undo = undo.pop_all()

    @property
    def address(self) -> str:
        """Where a driver reaches it."""
        return f"ipp://{self._relay.address}{RESOURCE}"

    @property
    def inner_address(self) -> str:
        """ippeveprinter itself, without panel and relay; it speaks TLS on the same port."""
        return self._server.uri

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {
            **self._relay.verbs,
            "paper": self.paper,
            "toner": self.toner,
            "cover": self.cover,
            "jam": self.jam,
            "tray": self.tray,
            "output": self.output,
            "offline": self.offline,
            "pause": self.pause,
            "pdf": self.pdf,
            "refuse": self.refuse,
            "slow": self.slow,
            "abort_next": self.abort_next,
            "save": self.save,
            "state": self.state,
        }

    def start(self) -> None:
        """Let hosts come."""
        self._relay.start()

    def stop(self) -> None:
        """Switch it off and remove what it wrote."""
        self._undo.close()

    # -- verbs -------------------------------------------------------------------

    def paper(self, on: bool = True, *, sheets: int = _FULL) -> None:
        """Put in so many sheets, or take all out; below 25 it calls itself low. Printing uses them up."""
        if sheets < 0:
            raise ValueError("there are not less than no sheets")
        with self._lock:
            self._sheets = sheets if on else 0
            self._load()

    def toner(self, level: int) -> None:
        """How full the cartridges are, in percent; below 10 they are low, at 0 nothing is printed."""
        if not 0 <= level <= 100:
            raise ValueError("a level is 0 to 100 percent")
        with self._lock:
            self._toner = level
            self._load()

    def cover(self, is_open: bool = True) -> None:
        """Open or close the cover."""
        self._stop_by("cover", is_open)

    def jam(self, on: bool = True) -> None:
        """Let the paper jam, or remove it."""
        self._stop_by("jam", on)

    def tray(self, missing: bool = True) -> None:
        """Pull out the tray, or put it back."""
        self._stop_by("tray", missing)

    def output(self, full: bool = True) -> None:
        """Fill the output tray, or empty it."""
        self._stop_by("output", full)

    def offline(self, on: bool = True) -> None:
        """Speak as a queue that does not reach its printer."""
        self._stop_by("offline", on)

    def pause(self, on: bool = True) -> None:
        """Press the pause key, or press it again."""
        self._stop_by("pause", on)

    def pdf(self, on: bool = True) -> None:
        """Whether it says that it takes PDF."""
        self._pdf = on

    def refuse(self, on: bool = True) -> None:
        """Turn every host away."""
        self._panel.closed = on

    def slow(self, seconds: float) -> None:
        """How long one side takes."""
        self._page_seconds = float(seconds)

    def abort_next(self, after: int = 0) -> None:
        """Let the next job end in an error after so many sides."""
        self._abort_after = int(after)

    def save(self, directory: str) -> dict[str, Json]:
        """Write every document as ``document-N.pdf``, N being the number of its job; says how many."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            printed = list(self._printed)
        for document in printed:
            shutil.copyfile(self._kept(document.job), folder / f"document-{document.job}.pdf")
        return {"documents": len(printed)}

    def state(self) -> Mapping[str, Json]:
        """How it is, and everything that came out of it."""
        with self._lock:
            return {
                **self._relay.state(),
                "sheets": self._sheets,
                "toner": self._toner,
                "stopped_by": sorted(self._stopped_by),
                "pdf": self._pdf,
                "refusing": self._panel.closed,
                "page_seconds": self._page_seconds,
                "aborts_next": self._abort_after is not None,
                "documents": [asdict(document) for document in self._printed],
                "sides": sum(document.sides for document in self._printed),
            }

    # -- the engine --------------------------------------------------------------

    def _print(self, asked: Mapping[str, str], say: Say) -> int:
        """Print one document for ippeveprinter."""
        data = Path(asked["document"]).read_bytes()
        printed = Printed(
            job=int(asked["IPP_JOB_ID"]),
            bytes=len(data),
            pages=_pages_of(data),
            copies=int(asked.get("IPP_COPIES", "1")),
            duplex=asked.get("IPP_SIDES") == DUPLEX,
            color=asked.get("IPP_PRINT_COLOR_MODE") == "color",
        )
        self._kept(printed.job).write_bytes(data)
        with self._lock:
            self._printed.append(printed)
            abort_after, self._abort_after = self._abort_after, None
        for side in range(printed.pages * printed.copies):
            if abort_after is not None and side >= abort_after:
                say("ERROR: the document cannot be printed")
                return 1
            if not self._came_out(printed):
                return 0
            say(f"ATTR: job-impressions-completed={printed.sides}")
        printed.whole = True
        return 0

    def _came_out(self, printed: Printed) -> bool:
        """Print one side. False when the job is cancelled before that is done, or all of this ends."""
        done_at: float | None = None
        while not self._cancelled(printed.job):
            with self._lock:
                if self._stopped_by or not self._sheets or not self._toner:
                    done_at = None
                elif done_at is None:
                    done_at = time.monotonic() + self._page_seconds
                if done_at is not None and time.monotonic() >= done_at:
                    printed.sides += 1
                    if not printed.duplex or printed.sides % 2:
                        self._sheets -= 1
                        if self._sheets < _LOW:
                            self._load()
                    return True
            if self._stopping.wait(_TICK):
                return False
        return False

    def _cancelled(self, job: int) -> bool:
        """ippeveprinter does not tell its command, so it is asked."""
        named = attribute(Tag.INTEGER, "job-id", job)
        question = request(Operation.GET_JOB_ATTRIBUTES, job, self._inner.uri, "engine", asked=[named])
        try:
            told = self._inner.ask(question, 5.0).first(GroupTag.JOB)
        except (OSError, IppError, HttpRefused):
            return True  # it was switched off
        state = told.number("job-state") or JobState.ABORTED
        return state >= JobState.CANCELED or "processing-to-stop-point" in told.words("job-state-reasons")

    def _kept(self, job: int) -> Path:
        return self._server.folder / f"document-{job}.pdf"

    # -- what it tells -----------------------------------------------------------

    def _load(self) -> None:
        self._server.load(self._sheets, self._toner)

    def _stop_by(self, what: str, on: bool) -> None:
        with self._lock:
            (self._stopped_by.add if on else self._stopped_by.discard)(what)

    def _as_shown(self, answer: Message) -> Message:
        """The answer with what the panel knows."""
        return replace(answer, groups=tuple(self._group_as_shown(group) for group in answer.groups))

    def _group_as_shown(self, group: Group) -> Group:
        """Only what was asked for is told, so only attributes that are there are changed."""
        with self._lock:
            reasons = [_REASONS[what] for what in sorted(self._stopped_by)]
        changes = []
        if group.tag == GroupTag.PRINTER and reasons:
            said = [word for word in group.words("printer-state-reasons") if word != "none"]
            changes.append(attribute(Tag.ENUM, "printer-state", PrinterState.STOPPED))
            changes.append(attribute(Tag.KEYWORD, "printer-state-reasons", *said, *reasons))
        if group.tag == GroupTag.JOB and reasons and group.number("job-state") == JobState.PROCESSING:
            changes.append(attribute(Tag.ENUM, "job-state", JobState.STOPPED))
            changes.append(
                attribute(Tag.KEYWORD, "job-state-reasons", *group.words("job-state-reasons"), "printer-stopped")
            )
        if group.tag == GroupTag.PRINTER and not self._pdf:
            formats = [word for word in group.words("document-format-supported") if word != PDF]
            changes.append(attribute(Tag.MIME_TYPE, "document-format-supported", *formats))
        changed = {change.name: change for change in changes}
        return replace(group, attributes=tuple(changed.get(old.name, old) for old in group.attributes))


def _pages_of(pdf: bytes) -> int:
    """How many pages a PDF has; good enough for a simulator. Page objects may stand in packed streams."""
    pieces = [pdf]
    for found in re.finditer(rb"stream\r?\n", pdf):
        try:
            pieces.append(zlib.decompressobj().decompress(pdf[found.end() :], 1 << 20))
        except zlib.error:
            continue
    # The tree of pages knows how many there are; of a document that was added to, a page may stand in it twice.
    trees = [tree for piece in pieces for tree in re.findall(rb"<<[^<>]*?/Type\s*/Pages\b[^<>]*?>>", piece)]
    counts = [int(count) for tree in trees for count in re.findall(rb"/Count\s+(\d+)", tree)]
    return max(counts or [sum(len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", piece)) for piece in pieces), 1])
