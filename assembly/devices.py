"""Every device of a machine with its owner, and the tap of its wire; a driver is loaded only where it is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from assembly import CONFIG, now
from drivers.camera.camera import Camera
from drivers.code_scanner.keyboard import KeyboardTransport
from drivers.device import Device, DeviceStatus
from drivers.id_reader.photo import decoder_for
from drivers.recording import Masks, Plain, Recording, Tap, TappedTransport, Trace, tapped
from drivers.transport import Transport, transport_for
from drivers.worker import DeviceWorker
from kiosk.gateway.client import GatewayClient
from kiosk.hardware import Hardware
from kiosk.identity.process import FaceVerifier
from kiosk.operations.machine import Machine, ask_line
from kiosk.settings import Settings

MACHINE_SECONDS = 10.0
TYPES = "keyboard"  # the port of a scanner that types what it reads
ASK_SECONDS = 4.0


class Wires:
    """The taps of this machine's wires: a live trace of each, and a recording where one was asked for."""

    def __init__(self, folder: Path | None = None, *, masked: bool = True) -> None:
        self.traces: dict[str, Trace] = {}
        self.keyboard = KeyboardTransport()  # of a scanner that types; the screen catches its keys
        self._folder = folder
        self.masked = masked

    def tap(self, name: str) -> Tap:
        """The tap of one device's wire."""
        tap = Tap(masks_of(name) if self.masked else Masks(Plain(), Plain()))
        trace = self.traces[name] = Trace()
        tap.listeners = (trace.see,)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / f"{name}.jsonl").open("w", encoding="utf-8")
            tap.listeners += (Recording(file, name, masked=self.masked).see,)
        return tap


def masks_of(device_class: str) -> Masks:
    """What takes personal content out of a wire; where a protocol has no mask of its own, nothing of it is shown."""
    match device_class:
        case "id_reader":
            from drivers.id_reader.protocol import Mask as CardMask

            mask = CardMask()
            return Masks(mask.requests, mask)
        case "receipt_printer":
            from drivers.receipt_printer.protocol import Mask as ReceiptMask

            return Masks(ReceiptMask(), Plain())
        case "bank_card_reader":
            from drivers.bank_card_reader.protocol import Mask as NumberMask

            number = NumberMask()
            return Masks(number.requests, number)
        case "card_rewriter":
            from drivers.card_rewriter.protocol import Mask as PermitMask

            permit = PermitMask()
            return Masks(permit.requests, permit)
        case "code_scanner":
            from drivers.code_scanner.protocol import Mask as CodeMask

            return Masks(Plain(), CodeMask())
        case "ups":
            from drivers.ups.protocol import Mask as PasswordMask

            return Masks(PasswordMask(), Plain())
        case "page_printer":  # of documents its wire tells nothing
            from drivers.page_printer.protocol import Mask as OthersMask

            others = OthersMask()
            return Masks(others.requests, others)
        case "guide_lights":
            return Masks(Plain(), Plain())
        case _:
            return Masks()


def hardware_of(
    settings: Settings,
    on_status: Callable[[str, DeviceStatus], None],
    wires: Wires,
) -> Hardware:
    """Every device that has an address, with its owner, not yet started; the computer itself is one of them.

    Raises ValueError, ProfileError.
    """

    def told(name: str) -> Callable[[DeviceStatus], None]:
        return lambda status: on_status(name, status)

    owned: dict[str, DeviceWorker[Any]] = {}
    for name, make in _devices(settings, wires).items():
        tap = wires.tap(name)
        device = tapped(make(tap), tap)
        owned[name] = DeviceWorker(name, device, on_status=told(name))
    asks = None
    if settings.gateway.url:  # with a patience of its own: the citizens' may be longer than a poll may take
        patient = GatewayClient(settings.gateway.url, connect_seconds=ASK_SECONDS, read_seconds=ASK_SECONDS)
        asks = partial(ask_line, patient, now)
    itself = Machine(settings.storage.directory, asks)
    owned["machine"] = DeviceWorker("machine", itself, poll_seconds=MACHINE_SECONDS, on_status=told("machine"))

    def camera(name: str, device_class: str = "camera") -> Camera | None:
        wanted = getattr(settings.devices, name)
        if not wanted.source:
            return None
        return Camera(wanted.source, name=name, device_class=device_class, width=wanted.width, height=wanted.height)

    card = settings.devices.id_reader
    return Hardware(
        decoder_for(card.portrait, card.library),
        FaceVerifier(
            settings.face,
            settings.gateway.url,
            infrared=bool(settings.devices.infrared_camera.source),
            on_status=told(FaceVerifier.name),
        ),
        id_reader=owned.pop("id_reader", None),
        camera=camera("camera"),
        infrared_camera=camera("infrared_camera"),
        document_camera=camera("document_camera", "document_camera"),
        receipt_printer=owned.pop("receipt_printer", None),
        page_printer=owned.pop("page_printer", None),
        guide_lights=owned.pop("guide_lights", None),
        code_scanner=owned.pop("code_scanner", None),
        card_rewriter=owned.pop("card_rewriter", None),
        bank_card_reader=owned.pop("bank_card_reader", None),
        more=owned,
    )


def _devices(settings: Settings, wires: Wires) -> dict[str, Callable[[Tap], Device]]:
    """How each device that has an address is made; its driver is loaded only then. Raises ProfileError, ValueError."""
    devices = settings.devices
    found: dict[str, Callable[[Tap], Device]] = {}

    def on_a_pipe(name: str, address: str, baudrate: int, make: Callable[[Transport], Device]) -> None:
        def made(tap: Tap) -> Device:

            return make(TappedTransport(transport_for(address, baudrate), tap))

        if address:
            found[name] = made

    if (card := devices.id_reader).port:
        from drivers.id_reader.reader import IdReader

        photos = decoder_for(card.portrait, card.library)
        on_a_pipe("id_reader", card.port, card.baudrate, lambda pipe: IdReader(pipe, card.baudrate, photos))
    if (paper := devices.receipt_printer).url:
        from drivers.receipt_printer.printer import ReceiptPrinter
        from drivers.receipt_printer.profile import load_profile

        profile = load_profile(CONFIG / "printers" / f"{paper.profile}.toml")
        on_a_pipe("receipt_printer", paper.url, 115200, lambda pipe: ReceiptPrinter(pipe, profile))
    for name, (module, driver) in ON_A_LINE.items():
        line = getattr(devices, name)
        if line.port and line.port != TYPES:
            on_a_pipe(name, line.port, line.baudrate, getattr(import_module(f"drivers.{name}.{module}"), driver))
    if devices.code_scanner.port == TYPES:
        from drivers.code_scanner.scanner import CodeScanner

        found["code_scanner"] = lambda tap: CodeScanner(TappedTransport(wires.keyboard, tap))
    if devices.page_printer.url:
        from drivers.page_printer.printer import PagePrinter

        found["page_printer"] = lambda tap: PagePrinter(devices.page_printer.url, tap.tell)
    if devices.ups.url:
        from drivers.ups.ups import ups_for

        found["ups"] = lambda tap: ups_for(devices.ups.url, lambda wire: TappedTransport(wire, tap))
    return found


# Devices on a serial line that need nothing but the line.
ON_A_LINE = {
    "code_scanner": ("scanner", "CodeScanner"),
    "card_rewriter": ("rewriter", "CardRewriter"),
    "bank_card_reader": ("reader", "BankCardReader"),
    "guide_lights": ("lights", "GuideLights"),
}
# Those of them that number their requests, from a number of chance on.
NUMBERED = ("card_rewriter", "bank_card_reader")
