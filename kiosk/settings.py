"""The settings of one machine: a TOML file, overridden by ``name.of.key=value`` words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.text import Language


class SettingsError(Exception):
    """The settings cannot be used; the message says which key and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Station(_Strict):
    """Which machine this is and where it stands."""

    id: str = Field(pattern=r"^[A-Z0-9-]{3,20}$")
    name_zh: str
    name_en: str
    hotline: str


class Screen(_Strict):
    """The glass. ``millimetres_wide`` is its visible width, from which every size follows."""

    full_screen: bool = False
    millimetres_wide: float = Field(gt=50, lt=2000)
    language: Language = "zh"


class VisitSettings(_Strict):
    """How long the machine waits for a person, in seconds; ``seed`` fixes what is otherwise random."""

    idle_seconds: float = Field(default=120, ge=40)
    warning_seconds: float = Field(default=30, ge=20)
    seed: int | None = None


class Storage(_Strict):
    """Where the outbox, its key and the journal lie."""

    directory: Path


class GatewaySettings(_Strict):
    """The line to the back office. An empty ``url`` means there is none."""

    url: str = ""
    connect_seconds: float = Field(default=3, gt=0)
    read_seconds: float = Field(default=8, gt=0)
    submit_seconds: float = Field(default=12, gt=0, le=60)  # a citizen waits this long before it counts as saved


class IdReaderSettings(_Strict):
    """The SAM reader: any pyserial address. ``portrait`` names the decoder of the card's picture."""

    port: str = ""
    baudrate: Literal[115200, 57600, 38400, 19200, 9600] = 115200
    portrait: Literal["none", "kimg", "library"] = "none"
    library: str = ""


class ReceiptPrinterSettings(_Strict):
    """The receipt printer: ``tcp://host:port`` or a serial port, and a profile of config/printers."""

    url: str = ""
    profile: str = "generic-80mm"


class CameraSettings(_Strict):
    """A camera: an index, a device path, an address, a video file or a folder of pictures."""

    source: str = ""
    width: int = Field(default=1280, ge=320, le=4096)
    height: int = Field(default=720, ge=240, le=4096)


class PagePrinterSettings(_Strict):
    """The A4 printer: an IPP address, its own (``ipp://host:631/ipp/print``) or that of a CUPS queue."""

    url: str = ""


class SerialSettings(_Strict):
    """A device on a serial line: a pyserial address, or ``usb:VID:PID[:SERIAL]``."""

    port: str = ""
    baudrate: int = Field(default=9600, ge=1200, le=921600)


class CodeScannerSettings(SerialSettings):
    """The scanner: a serial line, or ``keyboard`` for one that types what it reads."""


class UpsSettings(_Strict):
    """The battery, as a NUT server tells: ``nut://host:3493/name``."""

    url: str = ""


class Devices(_Strict):
    """Every device of the machine. One with an empty address is not there."""

    id_reader: IdReaderSettings = IdReaderSettings()
    camera: CameraSettings = CameraSettings()
    infrared_camera: CameraSettings = CameraSettings()
    document_camera: CameraSettings = CameraSettings()
    receipt_printer: ReceiptPrinterSettings = ReceiptPrinterSettings()
    page_printer: PagePrinterSettings = PagePrinterSettings()
    code_scanner: CodeScannerSettings = CodeScannerSettings()
    card_rewriter: SerialSettings = SerialSettings()
    bank_card_reader: SerialSettings = SerialSettings()
    guide_lights: SerialSettings = SerialSettings()
    ups: UpsSettings = UpsSettings()


class Settings(_Strict):
    """All settings."""

    station: Station
    screen: Screen
    visit: VisitSettings = VisitSettings()
    storage: Storage
    gateway: GatewaySettings = GatewaySettings()
    devices: Devices = Devices()


def load_settings(path: Path, overrides: Iterable[str] = ()) -> Settings:
    """Read ``path`` and apply ``overrides``, each ``a.b=c``. Raises SettingsError."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals:
            raise SettingsError(f"--set {override}: expected name=value, as in devices.id_reader.port=/dev/ttyUSB0")
        _put(data, name.strip().split("."), value)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _put(data: dict[str, Any], keys: list[str], value: str) -> None:
    *parents, last = keys
    for key in parents:
        data = data.setdefault(key, {})
        if not isinstance(data, dict):
            raise SettingsError(f"{'.'.join(keys)}: {key} is a value, not a section")
    data[last] = value
