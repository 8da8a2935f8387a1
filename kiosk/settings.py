"""The settings of one machine: a TOML file, what a technician changed at the machine, and ``name.of.key=value`` words.

The later wins. A technician's changes lie in ``settings.toml`` below the
storage directory, one ``"name.of.key" = "value"`` a line.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kiosk.text import Language

log = logging.getLogger("kiosk.settings")


class SettingsError(Exception):
    """The settings cannot be used; the message says which key and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


KeypadKey = Literal["previous", "next", "choose", "repeat", "back", "help", "louder", "softer"]


class Station(_Strict):
    """Which machine this is, where it stands, and who runs it.

    The operator has no default: the consent to the face check has to name who answers for it. ``hot`` are the items
    that most people come for here, in the order of the home page; empty, those of the whole city.
    """

    id: str = Field(pattern=r"^[A-Z0-9-]{3,20}$")
    name_zh: str
    name_en: str
    operator_zh: str = Field(pattern=r"\S")
    operator_en: str = Field(pattern=r"\S")
    hotline: str
    hot: tuple[str, ...] = ()


class Screen(_Strict):
    """The glass, upright or on its side. Every size follows from its visible width and height.

    ``millimetres_above_floor`` is where its lower edge is: what somebody on a
    wheelchair reaches of it follows from that. ``speech`` is whether the face page's prompts are also spoken.
    ``attract_seconds`` after the last touch the home page gives way to how it is done and what is new; 0 for never.
    """

    full_screen: bool = False
    millimetres_wide: float = Field(gt=50, lt=2000)
    millimetres_high: float = Field(gt=50, lt=2000)
    millimetres_above_floor: float = Field(ge=0, le=1000)
    language: Language = "zh"
    speech: bool = True
    attract_seconds: float = Field(default=75, ge=0)


class SoundSettings(_Strict):
    """The loudspeaker. ``volume`` is of every sound, from 0, silent, to 100."""

    volume: int = Field(default=80, ge=0, le=100)


class SpeechSettings(_Strict):
    """Who hears the machine, and how it is worked without sight. ``screen.speech`` says whether it speaks at all.

    ``headphones`` is the event device of the headphone jack (Linux, ``/dev/input/…``): what is personal is said only
    while something is plugged in there; "" for a machine without one. ``prompts`` is a folder of recorded sentences,
    "" for ``assets/prompts``. ``keys`` are those of a tactile keypad, by what they do, each as Qt calls it: ``Up``,
    ``Return``, ``F13``.
    """

    headphones: str = ""
    prompts: str = ""
    keys: dict[KeypadKey, str] = Field(default_factory=dict)


class VisitSettings(_Strict):
    """How long the machine waits for a person, in seconds; ``seed`` fixes what is otherwise random."""

    idle_seconds: float = Field(default=120, ge=40)
    warning_seconds: float = Field(default=20, ge=20)  # WCAG 2.2.1: at least so long, to answer by one touch
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
    video_calls: bool = False  # whether officers there confirm who somebody is, by video


class DocumentSettings(_Strict):
    """Documents of departments. ``authority`` is the file with the certificate that vouches for all of them, PEM.

    Without it no document is printed: nobody could tell whose it is.
    """

    authority: str = ""


class Network(_Strict):
    """A network of the operator's own: an ONNX file, and what it must be byte for byte."""

    file: Path
    sha256: str = Field(pattern=r"^[0-9a-fA-F]{64}$")
    colours: Literal["rgb", "bgr"] = "rgb"
    mean: float = 127.5  # what goes in is (pixel - mean) x scale
    scale: float = Field(default=1 / 127.5, gt=0)


class MeasuredRate(_Strict):
    """So many strangers were at most so far away."""

    distance: float = Field(gt=0, le=2)
    false_accepts: float = Field(gt=0, lt=1)


class EmbedderNetwork(Network):
    """A network that recognises faces, with what was measured with it (`main.py evaluate-faces` prints this)."""

    name: str = Field(min_length=1, max_length=40)
    frames: int = Field(ge=1, le=9)
    rates: tuple[MeasuredRate, ...] = Field(min_length=1)
    step_up: float = Field(gt=0, le=2)
    same_visit: float = Field(gt=0, le=2)
    data: str = Field(min_length=1)


class AttackNetwork(Network):
    """A network that tells a living face from a picture of one.

    It sees the face's box enlarged by ``crop``, as a square of ``side`` pixels;
    its output ``live`` is the living face's. Below ``refuse`` the check ends.
    """

    side: int = Field(default=80, ge=16, le=512)
    crop: float = Field(default=2.7, ge=1, le=6)
    live: int = Field(default=1, ge=0)
    refuse: float = Field(gt=0, lt=1)


class FalseAccepts(_Strict):
    """How many strangers may be let in, by what somebody else could do with an item."""

    look: float = Field(default=0.005, gt=0, lt=0.1)
    print: float = Field(default=0.005, gt=0, lt=0.1)
    apply: float = Field(default=0.005, gt=0, lt=0.1)
    pay: float = Field(default=0.001, gt=0, lt=0.1)


EngineName = Literal["dlib", "onnx", "authority"]


def _apart(value: object) -> object:
    """``dlib+onnx`` for a list of them."""
    return value.split("+") if isinstance(value, str) else value


class FaceSettings(_Strict):
    """The face check. All ``engines`` have to agree; ``authority`` sends pictures to the back office."""

    engines: Annotated[tuple[EngineName, ...], BeforeValidator(_apart), Field(min_length=1)] = ("dlib",)
    landmarks: Literal["mesh", "dlib"] = "mesh"
    false_accepts: FalseAccepts = FalseAccepts()
    onnx: EmbedderNetwork | None = None
    attack_network: AttackNetwork | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if len(set(self.engines)) < len(self.engines):
            raise ValueError("an engine is named twice")
        if "onnx" in self.engines and self.onnx is None:
            raise ValueError("the engine onnx needs the section face.onnx")
        return self

    @property
    def leaves(self) -> bool:
        """Whether pictures of a face leave the machine."""
        return "authority" in self.engines


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
    sound: SoundSettings = SoundSettings()
    speech: SpeechSettings = SpeechSettings()
    visit: VisitSettings = VisitSettings()
    storage: Storage
    gateway: GatewaySettings = GatewaySettings()
    documents: DocumentSettings = DocumentSettings()
    face: FaceSettings = FaceSettings()
    devices: Devices = Devices()


def _addresses() -> list[str]:
    """Where each device is: a port, a url or a source."""
    return [
        f"devices.{name}.{key}"
        for name, field in Devices.model_fields.items()
        for key in getattr(field.annotation, "model_fields", ())
        if key in ("port", "url", "source")
    ]


# What a technician may change at the machine.
TUNABLE: tuple[str, ...] = (
    "screen.language",
    "screen.speech",
    "sound.volume",
    "visit.idle_seconds",
    "visit.warning_seconds",
    "gateway.connect_seconds",
    "gateway.read_seconds",
    "devices.receipt_printer.profile",
    *_addresses(),
)


def load_settings(path: Path, overrides: Iterable[str] = (), tuned: Mapping[str, str] | None = None) -> Settings:
    """Read ``path``, apply what was ``tuned`` and then ``overrides``, each ``a.b=c``. Raises SettingsError.

    Without ``tuned``, what the technician's file says is applied, and left out
    with a word in the log where it cannot be: nobody is there who could mend a
    machine that does not start.
    """
    words = list(overrides)
    settings = _settings(path, {}, words)
    try:
        return _settings(path, load_tuned(settings.storage.directory) if tuned is None else tuned, words)
    except SettingsError as error:
        if tuned is not None:
            raise
        log.error("what a technician changed is left out: %s", error)  # noqa: TRY400 - the sentence says it all
        return settings


def tuned_path(directory: Path) -> Path:
    """The technician's file below the storage directory."""
    return directory / "settings.toml"


def load_tuned(directory: Path) -> dict[str, str]:
    """What a technician changed at the machine, by the setting's name. Raises SettingsError."""
    path = tuned_path(directory)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    for key, value in found.items():
        if key not in TUNABLE or not isinstance(value, str):
            raise SettingsError(f"{path}: {key} cannot be changed here")
    return found


def _settings(path: Path, tuned: Mapping[str, str], overrides: Iterable[str]) -> Settings:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    for name, value in tuned.items():
        _put(data, name.split("."), value)
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
