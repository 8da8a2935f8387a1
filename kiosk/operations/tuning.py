"""The settings that a technician may change at the machine, each change on record, each to be undone.

What is changed lies beside the operator's own file and never in it. It is
checked as the program checks it when it starts, and takes effect then; only
the volume is heard at once.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.files import write_whole
from kiosk.operations.impersonal import is_hardware_text
from kiosk.operations.names import device_name
from kiosk.operations.records import Records, RecordsUnusable, SettingChanged
from kiosk.settings import TUNABLE, Settings, SettingsError, load_tuned, tuned_path
from kiosk.text import LANGUAGES, Text

# Longer, and a machine that somebody left is a machine for nobody; or a citizen waits for a line that is gone.
MOST_SECONDS, MOST_LINE_SECONDS = 600, 60
RECORDS_SEARCHED = 1000
VOLUME = "sound.volume"
SPEECH = "screen.speech"
YES_OR_NO = ("true", "false")
VOLUMES = tuple(str(volume) for volume in range(0, 101, 10))

TAKES_EFFECT = Text(zh="已保存，重新启动后生效。", en="Saved. It takes effect at the next start.")
HEARD_NOW = Text(zh="已保存，现在起就是这个音量。", en="Saved. From now on it sounds like this.")
NOT_TUNABLE = Text(zh="这一项不能在机器上改。", en="This cannot be changed at the machine.")
FIXED = Text(
    zh="这一项在启动命令里固定了，改了也不会生效。",
    en="The command that starts the program fixes this; a change would do nothing.",
)
SAME = Text(zh="和现在的值一样，没有改动。", en="This is what it is already; nothing was changed.")
FILE_ONLY = Text(
    zh="这样的值（例如带密码的地址）只能在设置文件里改。",
    en="Such a value, an address with a password for one, can be changed in the settings file only.",
)
NO_SECONDS = Text(zh="请填 1 到 {most} 之间的数字。", en="Please enter a number from 1 to {most}.")
NO_VOLUME = Text(zh="请填 0 到 100 之间的整数。", en="Please enter a whole number from 0 to 100.")
NO_ADDRESS = Text(
    zh="这不是地址。可以是 /dev/serial/by-id/…、usb:VID:PID、tcp://主机:端口 等，留空表示没有这个设备。",
    en="This is no address. It may be /dev/serial/by-id/…, usb:VID:PID or tcp://host:port; empty: no such device.",
)
NOT_ASCII = Text(zh="请只用英文字母、数字和符号，不超过 80 个。", en="Please use up to 80 ASCII characters.")
NO_PROFILE = Text(zh="没有这个打印机型号配置。", en="There is no printer profile of this name.")
NOT_VALID = Text(zh="这个值不能用：{why}", en="This value cannot be used: {why}")
NOT_SAVED = Text(zh="没有保存成功，设置没有改变。", en="It could not be saved; nothing was changed.")
NO_CHANGE = Text(zh="没有这条改动记录。", en="There is no change of this number.")
CHANGED_SINCE = Text(
    zh="这一项后来又改过，请先撤销后来的改动。", en="It was changed again since; undo the later change first."
)

_TITLES: Mapping[str, Text] = {
    "screen.language": Text(zh="默认语言", en="Language"),
    SPEECH: Text(zh="语音提示", en="Spoken prompts"),
    VOLUME: Text(zh="音量", en="Volume"),
    "visit.idle_seconds": Text(zh="无人操作多久后询问（秒）", en="Seconds without a touch before it asks"),
    "visit.warning_seconds": Text(zh="询问多久后结束（秒）", en="Seconds that it asks before it ends"),
    "gateway.connect_seconds": Text(
        zh="连接业务系统最多等（秒）", en="Patience when connecting to the back office (s)"
    ),
    "gateway.read_seconds": Text(zh="业务系统回答最多等（秒）", en="Patience for the back office's answer (s)"),
    "devices.receipt_printer.profile": Text(zh="凭条打印机：型号配置", en="Receipt printer: profile"),
}
_ADDRESS = Text(zh="{device}：地址", en="{device}: address")
# A path, a camera's index, a USB device, a scanner that types.
_PLAIN_ADDRESS = re.compile(r"/\S+|[0-9]{1,2}|usb:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(:\S+)?|keyboard")


class TuningError(Exception):
    """A setting cannot be changed; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Tunable:
    """A setting that may be changed, and its value at the next start. ``choices`` is empty where anything may be typed.

    ``changed`` is true where the value is not the one of the operator's file, ``scale`` where the choices are the marks
    of a scale between which the value may lie.
    """

    key: str
    title: Text
    value: str
    choices: tuple[str, ...]
    changed: bool
    scale: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed; ``number`` is its record's, by which it can be undone."""

    number: int
    key: str
    old: str
    new: str
    sentence: Text


class Tuning:
    """Changes settings. Methods may be called on any thread and raise TuningError.

    ``load`` gives the settings as they are with these changes, or raises
    SettingsError; ``fixed`` are those that the command line sets.
    """

    def __init__(
        self,
        directory: Path,
        load: Callable[[Mapping[str, str]], Settings],
        records: Records,
        *,
        profiles: Collection[str],
        fixed: Collection[str] = (),
    ) -> None:
        self._directory = directory
        self._load = load
        self._records = records
        self._profiles = tuple(sorted(profiles))
        self._fixed = fixed
        self._lock = threading.Lock()

    def listing(self) -> tuple[Tunable, ...]:
        """Everything that can be changed here, as it will be at the next start."""
        with self._lock:
            shipped, now = self._load({}), self._load(self._tuned())
        listed = []
        for key in TUNABLE:
            value = _value(now, key)
            if key not in self._fixed and not _is_secret(value):
                changed = value != _value(shipped, key)
                listed.append(Tunable(key, _title(key), value, self._choices(key), changed, scale=key == VOLUME))
        return tuple(listed)

    def undo_last(self, key: str, *, who: str, at: datetime) -> Change:
        """Take back the newest change of ``key`` that is neither an undo nor taken back; again, the one before it."""
        try:
            newest = self._records.newest(RECORDS_SEARCHED)
        except RecordsUnusable as error:
            raise TuningError(NOT_SAVED) from error
        undone: set[int | None] = set()
        for record in newest:
            entry = record.entry
            if isinstance(entry, SettingChanged) and entry.key == key:
                if entry.undoes is None and record.number not in undone:
                    return self.undo(record.number, who=who, at=at)
                undone.add(entry.undoes)
        raise TuningError(NO_CHANGE)

    def change(self, key: str, value: str, *, who: str, at: datetime) -> Change:
        """Set ``key`` to ``value`` from the next start on."""
        with self._lock:
            return self._change(key, value.strip(), who, at, undoes=None)

    def undo(self, number: int, *, who: str, at: datetime) -> Change:
        """Take back the change with this record's number; that is a change, too."""
        with self._lock:
            try:
                record = self._records.get(number)
            except RecordsUnusable as error:
                raise TuningError(NOT_SAVED) from error
            if record is None or not isinstance(record.entry, SettingChanged):
                raise TuningError(NO_CHANGE)
            entry = record.entry
            if _value(self._load(self._tuned()), entry.key) != entry.new:
                raise TuningError(CHANGED_SINCE)
            return self._change(entry.key, entry.old, who, at, undoes=number)

    # -- with the lock ------------------------------------------------------------------

    def _change(self, key: str, value: str, who: str, at: datetime, *, undoes: int | None) -> Change:
        if key not in TUNABLE:
            raise TuningError(NOT_TUNABLE)
        if key in self._fixed:
            raise TuningError(FIXED)
        before = self._tuned()
        old = _value(self._load(before), key)
        self._check(key, value, old)
        try:
            settings = self._load({**before, key: value})
        except SettingsError as error:
            raise TuningError(NOT_VALID.filled(why=str(error).partition(": ")[2])) from error
        new = _value(settings, key)
        if new == old:
            raise TuningError(SAME)
        after = {**before, key: new}
        if new == _value(self._load({}), key):  # as in the operator's file: then that one counts again
            del after[key]
        try:
            self._write(after)
            entry = SettingChanged(at=at, who=who, key=key, old=old, new=new, undoes=undoes)
            try:
                number = self._records.add(entry)
            except RecordsUnusable:
                self._write(before)  # nothing is changed that nobody could undo
                raise
        except (OSError, RecordsUnusable) as error:
            raise TuningError(NOT_SAVED) from error
        return Change(number, key, old, new, HEARD_NOW if key == VOLUME else TAKES_EFFECT)

    def _check(self, key: str, value: str, old: str) -> None:
        if not is_hardware_text(value):
            raise TuningError(NOT_ASCII)
        if _is_secret(value) or _is_secret(old) or not is_hardware_text(old):
            raise TuningError(FILE_ONLY)
        if key.endswith(".profile") and value not in self._profiles:
            raise TuningError(NO_PROFILE)
        most = MOST_LINE_SECONDS if key.startswith("gateway.") else MOST_SECONDS
        if key.endswith("_seconds") and not _are_seconds(value, most):
            raise TuningError(NO_SECONDS.filled(most=most))
        if key == VOLUME and not (value.isdecimal() and int(value) <= 100):
            raise TuningError(NO_VOLUME)
        if key.endswith((".port", ".url", ".source")) and not _is_address(value):
            raise TuningError(NO_ADDRESS)

    def _choices(self, key: str) -> tuple[str, ...]:
        if key == "screen.language":
            return LANGUAGES
        if key == SPEECH:
            return YES_OR_NO
        if key == VOLUME:
            return VOLUMES
        return self._profiles if key.endswith(".profile") else ()

    def _tuned(self) -> dict[str, str]:
        try:
            tuned = load_tuned(self._directory)
            self._load(tuned)
        except SettingsError:  # the program started without it, and so do we
            return {}
        return tuned

    def _write(self, tuned: Mapping[str, str]) -> None:
        lines = ["# What technicians changed at the machine; see its records. It wins over the operator's file."]
        # JSON's strings of ASCII characters are TOML's.
        lines += [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in sorted(tuned.items())]
        write_whole(tuned_path(self._directory), "\n".join([*lines, ""]).encode())


def _title(key: str) -> Text:
    if key in _TITLES:
        return _TITLES[key]
    name = device_name(key.split(".")[1])
    return Text(zh=_ADDRESS.zh.format(device=name.zh), en=_ADDRESS.en.format(device=name.en))


def _value(settings: Settings, key: str) -> str:
    """A setting as it is typed: ``120``, ``zh``, ``tcp://127.0.0.1:9100``."""
    found: object = settings
    for name in key.split("."):
        found = getattr(found, name)
    if isinstance(found, bool):
        return str(found).lower()
    return f"{found:g}" if isinstance(found, float) else str(found)


def _is_secret(value: str) -> bool:
    """Whether it may hold a password: before the host's name, or among the words behind a question mark."""
    rest = value.partition("://")[2]
    return "@" in rest or "?" in rest


def _are_seconds(value: str, most: int) -> bool:
    try:
        return 1 <= float(value) <= most
    except ValueError:
        return False


def _is_address(value: str) -> bool:
    if not value or _PLAIN_ADDRESS.fullmatch(value):
        return True
    try:
        parts = urlsplit(value)
        return bool(parts.scheme and parts.hostname) and (parts.port is not None or parts.scheme != "tcp")
    except ValueError:  # a port that is no number
        return False
