"""The support bundle: what developers need to understand a machine, in one zip file, and nobody's data.

Everything in it is allowed by name: facts that are known, words of the
program, settings that are listed here. What is not allowed is replaced by
``…`` or left out, whatever it is and wherever it came from.
"""

from __future__ import annotations

import errno
import importlib.metadata
import io
import json
import platform
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from drivers.device import Identity
from kiosk.files import write_whole
from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import MOST_BUNDLE_BYTES, SupportBundle
from kiosk.operations.impersonal import LEFT_OUT, is_hardware_text
from kiosk.operations.journal import ALLOWED
from kiosk.operations.log_ring import LogLine
from kiosk.operations.readiness import FaultView, LastCheck, Part, Readiness, Reason
from kiosk.operations.records import Checked, Entry, Record, SettingChanged, Swapped
from kiosk.operations.report import to_json, to_text
from kiosk.operations.vocabulary import Vocabulary
from kiosk.settings import TUNABLE, Devices, Settings
from kiosk.text import Text, same

JOURNAL_LINES = 5000
JOURNAL_BYTES = 2 * 1024 * 1024
WIRE_LINES = 5000

# Through these an application can be found in the back office, and with it a person.
_LEADS_TO_SOMEBODY = frozenset({"reference_number", "technician", "ticket"})
JOURNAL_FACTS = ALLOWED - _LEADS_TO_SOMEBODY
ADDRESSES = ("gateway.url", *(key for key in TUNABLE if key.endswith((".port", ".url", ".source"))))
SETTINGS = (
    "station.id",
    "screen.full_screen",
    "screen.millimetres_wide",
    "screen.millimetres_high",
    "screen.millimetres_above_floor",
    "screen.language",
    "screen.speech",
    "speech.headphones",
    "sound.volume",
    "visit.idle_seconds",
    "visit.warning_seconds",
    "gateway.connect_seconds",
    "gateway.read_seconds",
    "gateway.submit_seconds",
    *(
        f"devices.{name}.{key}"
        for name, device in Devices.model_fields.items()
        for key in getattr(device.annotation, "model_fields", ())
        if key in ("baudrate", "width", "height", "profile", "portrait")
    ),
)
# What recordings say of calls, beside words of the program.
_WIRE_WORDS = frozenset("call back open close out in speed lost full true false done cancelled".split())
_WIRE_CALLS = re.compile(r"(open|close|poll|check_health|read_card|card_present|reset|print|show|read|write):?")
_SCHEMES = frozenset("http https ipp ipps nut rtsp socket tcp usb".split())
_EVENT = re.compile(r"[a-z][a-z_]{2,40}")

_ABOUT = """\
The state of an e-government kiosk, for its developers. Nobody's data is in here: what is not known to be harmless
was replaced by … or left out.

readiness.json, readiness.txt   is it fit, why not, what is known of each device
records.jsonl                   what was checked, replaced and changed, by number
journal.jsonl                   what happened, the last {journal} lines at most
log.jsonl                       what the program said, since it started
settings.json                   how it is set up, without passwords
software.json                   versions
wires/                          what went over the wires of devices, where somebody recorded it, masked
"""

NO_MEDIUM = Text(zh="没有找到 U 盘。请插好后再试。", en="There is no USB medium. Please plug one in and try again.")
FULL = Text(zh="U 盘满了，没有存上。", en="The USB medium is full; nothing was saved.")
READ_ONLY = Text(
    zh="U 盘写不进去（写保护或只读），没有存上。", en="The USB medium cannot be written to; nothing was saved."
)
LOST = Text(
    zh="写 U 盘时出错，没有存上。请换一个再试。", en="Writing to the USB medium failed. Please try another one."
)
SAVED = Text(zh="已存到 U 盘：{name}。现在可以拔下。", en="Saved as {name}. The USB medium may be taken out now.")
NO_LINE = Text(
    zh="连不上业务系统，没有上传。可以存到 U 盘。", en="The back office cannot be reached. A USB medium will do."
)
NOT_TAKEN = Text(zh="业务系统没有接受。可以存到 U 盘。", en="The back office did not take it. A USB medium will do.")
SENT = Text(zh="已上传，编号 {number}。", en="Sent; its number is {number}.")


class BundleError(Exception):
    """The bundle did not get where it should; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sources:
    """What a bundle is made from, as it is; nothing of it needs to be harmless.

    ``journal`` is the journal's file, ``wires`` are recordings by the names of their devices.
    """

    readiness: Readiness
    settings: Settings
    vocabulary: Vocabulary
    journal: Path
    log: Sequence[LogLine] = ()
    records: Sequence[Record[Entry]] = ()
    wires: Mapping[str, bytes] = field(default_factory=dict)


def name_for(station: str, at: datetime) -> str:
    """The file's name: ``XM-HL-0001-20261123-030800.zip``."""
    return f"{station}-{at:%Y%m%d-%H%M%S}.zip"


def make(sources: Sources, at: datetime) -> bytes:
    """The zip file, of at most MOST_BUNDLE_BYTES: wires, then the journal are shortened where it would be more."""
    words = sources.vocabulary
    readiness = harmless(sources.readiness, words)
    members: dict[str, str] = {
        "about.txt": _ABOUT.format(journal=JOURNAL_LINES),
        "readiness.json": to_json(readiness),
        "readiness.txt": to_text(readiness, "zh") + "\n" + to_text(readiness, "en"),
        "settings.json": _pretty(_settings(sources.settings)),
        "software.json": _pretty(_software(readiness.software)),
        "records.jsonl": _lines(_record(record, words) for record in sources.records),
        "log.jsonl": _lines(map(_log_line, sources.log)),
        "journal.jsonl": _lines(_journal(sources.journal, words)),
    }
    wires = {
        f"wires/{name}.jsonl": _lines(_wire(recording, words))
        for name, recording in sources.wires.items()
        if words.knows(name)
    }
    for attempt in ({**members, **wires}, members, {**members, "journal.jsonl": ""}):
        content = _zipped(attempt, at)
        if len(content) <= MOST_BUNDLE_BYTES:
            return content
    raise AssertionError("what is left is a hundredth of what fits")


# -- where it goes -----------------------------------------------------------------------


def media(
    mounts: Path = Path("/proc/self/mounts"), roots: Iterable[str] = ("/media", "/run/media")
) -> tuple[Path, ...]:
    """Where removable media are mounted now, the newest first."""
    try:
        rows = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()
    below = tuple(f"{root}/" for root in roots)
    found = [re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), row.split(" ")[1]) for row in rows]
    return tuple(Path(place) for place in reversed(found) if place.startswith(below))


def save(content: bytes, name: str, places: Sequence[Path]) -> Text:
    """Write the bundle onto the first medium; the sentence says under which name. Raises BundleError.

    When this returns, the medium may be taken out.
    """
    if not places:
        raise BundleError(NO_MEDIUM)
    try:
        write_whole(places[0] / name, content)
    except OSError as error:
        reasons = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: FULL}
        reasons |= dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), READ_ONLY)
        raise BundleError(reasons.get(error.errno or 0, LOST)) from error
    return SAVED.filled(name=name)


def send(content: bytes, station: str, at: datetime, client: GatewayClient) -> Text:
    """Hand the bundle in at the back office; the sentence says its number. Waits for the line. Raises BundleError."""
    try:
        taken = client.hand_in(SupportBundle.of(station, at, content))
    except GatewayUnreachable as error:
        raise BundleError(NO_LINE) from error
    except GatewayRefused as error:
        raise BundleError(NOT_TAKEN) from error
    return SENT.filled(number=taken.number)


# -- what may be told ------------------------------------------------------------------------


def harmless(readiness: Readiness, words: Vocabulary) -> Readiness:
    """The same readiness with nothing but known words, small numbers, and what hardware says of itself."""
    return replace(
        readiness,
        name=same(readiness.station),
        software=readiness.software if is_hardware_text(readiness.software) else LEFT_OUT,
        reasons=tuple(_reason(reason, words) for reason in readiness.reasons),
        parts=tuple(_part(part, words) for part in readiness.parts if words.knows(part.name)),
    )


def _reason(reason: Reason, words: Vocabulary) -> Reason:
    """Codes of faults are words; those of supplies and checks are put together from a part and another word."""
    part, _, what = reason.code.partition(".")
    known = words.knows(part) and (what == "not_checked" or words.knows(what.rpartition("_")[0]))
    if words.knows(reason.code) or known:
        return reason
    return replace(reason, part="", code=LEFT_OUT, sentence=same(LEFT_OUT))


def _part(part: Part, words: Vocabulary) -> Part:
    return replace(
        part,
        faults=tuple(_fault(fault, words) for fault in part.faults),
        supplies=tuple(supply for supply in part.supplies if words.knows(supply.name)),
        details=words.facts(part.details),
        identity=_identity(part.identity) if part.identity is not None else None,
        counters={name: count for name, count in part.counters.items() if words.knows(name)},
        checks=tuple(_check(check, words) for check in part.checks),
    )


def _fault(fault: FaultView, words: Vocabulary) -> FaultView:
    code = fault.code if words.knows(fault.code) else LEFT_OUT
    return replace(fault, code=code, detail=str(words.said(fault.detail)))


def _check(check: LastCheck, words: Vocabulary) -> LastCheck:
    return replace(
        check,
        who=None,
        faults=tuple(str(words.said(code)) for code in check.faults),
        facts=words.facts(check.facts),
    )


def _identity(identity: Identity) -> Identity:
    def kept(text: str) -> str:
        return text if is_hardware_text(text) else LEFT_OUT

    return Identity(
        address_shown(identity.address), kept(identity.model), kept(identity.serial), kept(identity.firmware)
    )


def address_shown(address: str) -> str:
    """Where a device is, without user, password and path: ``tcp://192.168.1.50:9100``, ``/dev/ttyUSB0``, ``file``."""
    if not address or address == "keyboard" or (address.isascii() and address.isdigit() and len(address) <= 2):
        return address
    if address.startswith("/dev/") and is_hardware_text(address):
        return address
    if usb := re.match(r"usb:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", address):
        return usb[0]
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port is not None else ""
        if parts.scheme in _SCHEMES and parts.hostname and is_hardware_text(parts.hostname):
            return f"{parts.scheme}://{parts.hostname}{port}"
    except ValueError:
        return LEFT_OUT
    return "file"


def _settings(settings: Settings) -> dict[str, Any]:
    plain: dict[str, Any] = settings.model_dump(mode="json")

    def value(key: str) -> Any:
        found: Any = plain
        for name in key.split("."):
            found = found[name]
        return found

    shown = {key: value(key) for key in SETTINGS}
    for key, said in shown.items():
        if isinstance(said, str) and not is_hardware_text(said):
            shown[key] = LEFT_OUT
    return shown | {key: address_shown(str(value(key))) for key in ADDRESSES}


def _software(version: str) -> dict[str, Any]:
    packages = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}
    return {
        "kiosk": version,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": dict(sorted(packages.items())),
    }


def _record(record: Record[Entry], words: Vocabulary) -> dict[str, Any]:
    entry = record.entry
    line = {"number": record.number, **entry.model_dump(mode="json", exclude={"who"}, exclude_none=True)}
    match entry:
        case Checked():
            line["facts"] = words.facts(entry.facts)
            line["faults"] = [words.said(code) for code in entry.faults]
            line["question"] = words.said(entry.question) if entry.question is not None else None
        case SettingChanged(key=key) if key in ADDRESSES:
            line["old"], line["new"] = address_shown(entry.old), address_shown(entry.new)
        case SettingChanged(key=key):
            line["key"] = key if key in TUNABLE else LEFT_OUT
            line["old"], line["new"] = _setting(entry.old, words), _setting(entry.new, words)
        case Swapped():
            pass  # serial numbers are typed as hardware's
    if "device" in line and not words.knows(line["device"]):
        line["device"] = LEFT_OUT
    if "supply" in line and not words.knows(line["supply"]):
        line["supply"] = LEFT_OUT
    return line


def _setting(value: str, words: Vocabulary) -> str:
    return value if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value) else str(words.said(value))


def _log_line(line: LogLine) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": line.at.isoformat(timespec="milliseconds"),
        "level": line.level,
        "logger": line.logger,
        "sentence": line.sentence,
        "values": list(line.values),
    }
    return told | ({"exception": list(line.exception)} if line.exception else {})


def _journal(path: Path, words: Vocabulary) -> Iterator[dict[str, Any]]:
    """The journal is clean by its own rules; here it has to be clean by ours."""
    for line in _tail(path):
        try:
            event = json.loads(line)
            told = {"at": datetime.fromisoformat(event["at"]).isoformat(timespec="milliseconds")}
            name = event["event"]
        except (ValueError, TypeError, LookupError):
            yield {"event": LEFT_OUT}
            continue
        told["event"] = name if isinstance(name, str) and _EVENT.fullmatch(name) else LEFT_OUT
        yield told | {key: words.said(value) for key, value in event.items() if key in JOURNAL_FACTS}


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(max(size - JOURNAL_BYTES, 0))
            lines = file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return lines[1 if size > JOURNAL_BYTES else 0 :][-JOURNAL_LINES:]


def _wire(recording: bytes, words: Vocabulary) -> Iterator[dict[str, Any]]:
    """A recording's lines; none of one that does not say it is masked."""
    lines = recording.decode("utf-8", errors="replace").splitlines()
    try:
        head = json.loads(lines[0])
        if head["masked"] is not True:
            return
    except (ValueError, TypeError, LookupError):
        return
    yield {"recording": 1, "device_class": words.said(str(head.get("device_class"))), "masked": True}
    for line in lines[1:][-WIRE_LINES:]:
        try:
            passed = json.loads(line)
            told: dict[str, Any] = {"t": float(passed["t"]), "what": passed["what"]}
            data, note = bytes.fromhex(passed.get("data", "")).hex(), str(passed.get("note", ""))
        except (ValueError, TypeError, LookupError):
            continue
        if told["what"] not in _WIRE_WORDS:
            continue
        said = " ".join(word if _is_wire_word(word) else str(words.said(word)) for word in note.split(" "))
        yield told | ({"data": data} if data else {}) | ({"note": said} if note else {})


def _is_wire_word(word: str) -> bool:
    return word in _WIRE_WORDS or _WIRE_CALLS.fullmatch(word) is not None or (word.isdecimal() and len(word) <= 6)


# -- zip ----------------------------------------------------------------------------------


def _zipped(members: Mapping[str, str], at: datetime) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            # A clock that begins in 1970 is older than the format.
            member = zipfile.ZipInfo(name, max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return file.getvalue()


def _lines(lines: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _pretty(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
