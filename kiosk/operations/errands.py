"""Where the readiness report and the support bundle go: onto a receipt, a USB medium, to the back office."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from drivers.device import DeviceError
from drivers.receipt_printer.printer import PrintOutcome, ReceiptPrinter
from drivers.recording import Recording, Trace
from drivers.worker import DeviceWorker
from kiosk.gateway.client import GatewayClient
from kiosk.operations import bundle
from kiosk.operations.bundle import NO_LINE, BundleError, Sources
from kiosk.operations.faults import FaultWords
from kiosk.operations.log_ring import LogRing
from kiosk.operations.readiness import Readiness
from kiosk.operations.records import Records
from kiosk.operations.report import to_pdf, to_receipt
from kiosk.operations.vocabulary import Vocabulary
from kiosk.settings import Settings
from kiosk.text import Language, Text

PRINT_SECONDS = 60.0
RECORDS_TOLD = 500
PRINTED = Text(zh="已打印在凭条上。", en="Printed on a receipt.")
NO_PRINTER = Text(zh="没有凭条打印机，打印不了。", en="There is no receipt printer to print on.")
NO_FONT = Text(zh="缺少中文字体，做不出 PDF。", en="The Chinese font is missing, so there is no PDF.")
PERHAPS = Text(zh="不确定是否打印完整，请看一眼。", en="It may not have been printed whole; please have a look.")


@dataclass(frozen=True, slots=True)
class Errands:
    """Each method waits for what it needs and belongs on a thread of its own; what came of it is the sentence."""

    settings: Settings
    words: Mapping[str, FaultWords]
    vocabulary: Vocabulary
    assess: Callable[[], Readiness]
    language: Callable[[], Language]
    now: Callable[[], datetime]
    records: Records
    log: LogRing
    traces: Mapping[str, Trace]
    masked: bool  # whether the traces hold nothing personal; otherwise they stay here
    printer: DeviceWorker[ReceiptPrinter] | None
    client: GatewayClient | None
    media: Callable[[], tuple[Path, ...]] = bundle.media

    def by_name(self) -> dict[str, Callable[[], Text]]:
        """What the technician's pages call them."""
        return {
            "print": self.print_report,
            "save-pdf": self.save_report,
            "save-bundle": self.save_bundle,
            "send-bundle": self.send_bundle,
        }

    def print_report(self) -> Text:
        """The report as a slip."""
        if self.printer is None:
            return NO_PRINTER
        slip = to_receipt(self.assess(), self.language())
        task = self.printer.submit(lambda printer, cancel: printer.print(slip, cancel), seconds=PRINT_SECONDS)
        try:
            result = task.future.result(2 * PRINT_SECONDS)
        except DeviceError as error:
            return self._happened(error.fault.code)
        if result.outcome is PrintOutcome.PRINTED:
            return PRINTED
        if result.outcome is PrintOutcome.FAILED and result.faults:
            return self._happened(result.faults[0].code)
        return PERHAPS

    def save_report(self) -> Text:
        """The report as a document, on a USB medium."""
        found = self.assess()
        try:
            name = bundle.name_for(found.station, found.at).replace(".zip", ".pdf")
            return bundle.save(to_pdf(found, self.language()), name, self.media())
        except RuntimeError:
            return NO_FONT
        except BundleError as error:
            return error.sentence

    def save_bundle(self) -> Text:
        """The support bundle, on a USB medium."""
        at = self.now()
        try:
            return bundle.save(self._bundle(at), bundle.name_for(self.settings.station.id, at), self.media())
        except BundleError as error:
            return error.sentence

    def send_bundle(self) -> Text:
        """The support bundle, to the back office."""
        if self.client is None:
            return NO_LINE
        at = self.now()
        try:
            return bundle.send(self._bundle(at), self.settings.station.id, at, self.client)
        except BundleError as error:
            return error.sentence

    def _bundle(self, at: datetime) -> bytes:
        sources = Sources(
            readiness=self.assess(),
            settings=self.settings,
            vocabulary=self.vocabulary,
            journal=self.settings.storage.directory / "journal.jsonl",
            log=self.log.lines(),
            records=self.records.newest(RECORDS_TOLD),
            wires={name: _recorded(name, trace) for name, trace in self.traces.items()} if self.masked else {},
        )
        return bundle.make(sources, at)

    def _happened(self, code: str) -> Text:
        return (self.words.get(code) or self.words["software.fault"]).happened


def _recorded(name: str, trace: Trace) -> bytes:
    """A live trace as the recording that it would have been."""
    file = io.StringIO()
    recording = Recording(file, name)
    for _, passed in trace.since(0):
        recording.see(passed)
    return file.getvalue().encode()
