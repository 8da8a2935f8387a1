"""The devices of one machine, each with the thread that owns it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from drivers.bank_card_reader.reader import BankCardReader
from drivers.camera.camera import Camera
from drivers.card_rewriter.rewriter import CardRewriter
from drivers.code_scanner.scanner import CodeScanner
from drivers.guide_lights.lights import GuideLights
from drivers.id_reader.photo import PhotoDecoder
from drivers.id_reader.reader import IdReader
from drivers.page_printer.printer import PagePrinter
from drivers.receipt_printer.printer import ReceiptPrinter
from drivers.worker import DeviceWorker, OwnedDevice
from kiosk.identity.process import FaceVerifier


@dataclass(frozen=True, slots=True)
class Hardware:
    """What this machine has; None where it has none. ``more`` are the devices that no step of a visit commands."""

    portraits: PhotoDecoder
    faces: FaceVerifier
    id_reader: DeviceWorker[IdReader] | None = None
    camera: Camera | None = None
    infrared_camera: Camera | None = None
    document_camera: Camera | None = None
    receipt_printer: DeviceWorker[ReceiptPrinter] | None = None
    page_printer: DeviceWorker[PagePrinter] | None = None
    guide_lights: DeviceWorker[GuideLights] | None = None
    code_scanner: DeviceWorker[CodeScanner] | None = None
    card_rewriter: DeviceWorker[CardRewriter] | None = None
    bank_card_reader: DeviceWorker[BankCardReader] | None = None
    more: Mapping[str, DeviceWorker[Any]] = field(default_factory=dict)

    def owned(self) -> dict[str, OwnedDevice]:
        """Every device that is there, by its name; without a camera there is no face check."""
        every: list[OwnedDevice] = [*self.workers(), *self.cameras()]
        if self.camera is not None:
            every.append(self.faces)
        return {device.name: device for device in every}

    def workers(self) -> Iterator[DeviceWorker[Any]]:
        """The devices that a worker owns."""
        named = (
            self.id_reader,
            self.receipt_printer,
            self.page_printer,
            self.guide_lights,
            self.code_scanner,
            self.card_rewriter,
            self.bank_card_reader,
        )
        for worker in (*named, *self.more.values()):
            if worker is not None:
                yield worker

    def cameras(self) -> Iterator[Camera]:
        """The devices with a lens, each its own owner."""
        for camera in (self.camera, self.infrared_camera, self.document_camera):
            if camera is not None:
                yield camera

    def start(self) -> None:
        """Begin to own what a worker owns; a lens stays off until somebody needs it."""
        for worker in self.workers():
            worker.start()

    def stop(self) -> None:
        """Let go of everything, in order."""
        self.faces.stop()
        for worker in self.workers():
            worker.stop()
        for camera in self.cameras():
            camera.stop()
        for camera in self.cameras():
            camera.join()  # a process that ends in the middle of a picture aborts
