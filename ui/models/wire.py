"""What goes over the wires, as lines to read: pieces are joined, and what only repeats itself is counted instead."""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

from drivers.recording import Passed, Trace, What

AT_MOST = 600  # lines
PATIENCE = 1.0  # what may yet turn out to be a repetition is shown after so many seconds
HEX_BYTES = 1024  # of one line; what is longer is a picture

_ARROWS: Mapping[What, str] = {"call": "▸", "back": "◂", "out": "→", "in": "←"}

Describe = Callable[[What, bytes], str]


@dataclass(slots=True)
class Line:
    """One thing that happened, or the first of a group that happened ``times``; ``at`` is then the last time."""

    device: str
    at: float
    what: What
    data: bytes = b""
    note: str = ""
    times: int = 1

    def like(self, other: Line) -> bool:
        """Whether both are the same but for their time."""
        return (self.what, self.data, self.note) == (other.what, other.data, other.note)


class Fold:
    """Groups what happens on one wire: a whole poll, a question with its answer, anything else by itself.

    A group like the one before it is only counted.
    """

    def __init__(self, device: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._device = device
        self._clock = clock
        self._group: list[Line] = []  # not finished
        self._since = 0.0
        self._shown = False
        self._before: list[Line] = []

    def take(self, passed: Passed) -> list[Line]:
        """One more thing happened; returns the lines that are new. The last line given before may have grown."""
        line = Line(self._device, passed.at, passed.what, passed.data, passed.note)
        group = self._group
        if group and group[-1].what == line.what and line.what in ("out", "in"):
            group[-1].data += line.data
            return []
        polling = bool(group) and _begins_poll(group[0])
        if polling or (group and line.what == "in"):
            group.append(line)
            new = [line] if self._shown else []
        else:
            new = self._finish()
            self._group, self._since, self._shown = [line], self._clock(), False
            polling = _begins_poll(line)
        if line.what == "back" or not (polling or line.what in ("out", "in")):
            new += self._finish()
        return new

    def overdue(self) -> list[Line]:
        """What has waited for its end so long that it is shown without it."""
        if not self._group or self._shown or self._clock() - self._since < PATIENCE:
            return []
        self._shown = True
        return list(self._group)

    def _finish(self) -> list[Line]:
        group, self._group = self._group, []
        before, self._before = self._before, group or self._before
        if not group or self._shown:
            return []
        if len(group) == len(before) and all(map(Line.like, group, before)):
            before[0].times += 1
            for old, new in zip(before, group, strict=True):
                old.at = new.at
            self._before = before
            return []
        return group


def _begins_poll(line: Line) -> bool:
    return line.what == "call" and line.note == "poll"


def describer(device_class: str) -> Describe:
    """The protocol's own words for its frames; where it has none, text is read as text and all else is left to hex."""
    name = f"drivers.{device_class}.protocol"
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    describe: Describe | None = getattr(importlib.import_module(name), "describe", None) if found else None
    return describe or (lambda _, data: _plain_text(data))


def _plain_text(data: bytes) -> str:
    lines = data.decode("ascii", "ignore").splitlines() if data.isascii() else []
    return " ⏎ ".join(lines).strip() if all(map(str.isprintable, lines)) else ""


class WireModel(QAbstractListModel):
    """The newest lines of all wires, the newest last. :meth:`look` is called now and then."""

    FIELDS = ("device", "at", "arrow", "words", "hex", "times")

    def __init__(
        self, traces: Mapping[str, Trace], describe: Mapping[str, Describe], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._traces = traces
        self._describe = describe
        self._folds = {name: Fold(name) for name in traces}
        self._seen = dict.fromkeys(traces, 0)
        self._lines: list[Line] = []
        self.paused = False

    def look(self) -> None:
        """Show what has happened since the last time."""
        if self.paused:
            return
        new: list[tuple[float, list[Line]]] = []  # groups stay together
        happened = False
        for name, trace in self._traces.items():
            for number, passed in trace.since(self._seen[name]):
                self._seen[name] = number
                new.append((passed.at, self._folds[name].take(passed)))
                happened = True
            new += [(late[-1].at, late)] if (late := self._folds[name].overdue()) else []
        if happened and self._lines:  # lines grow, and are counted again
            self.dataChanged.emit(self.index(0), self.index(len(self._lines) - 1))
        self._append([line for _, group in sorted(new, key=lambda one: one[0]) for line in group])

    def wipe(self) -> None:
        """Begin with an empty page."""
        self.beginResetModel()
        self._lines = []
        self._folds = {name: Fold(name) for name in self._traces}
        self.endResetModel()

    def _append(self, new: Sequence[Line]) -> None:
        if not new:
            return
        first = len(self._lines)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._lines += new
        self.endInsertRows()
        if (more := len(self._lines) - AT_MOST) > 0:
            self.beginRemoveRows(QModelIndex(), 0, more - 1)
            del self._lines[:more]
            self.endRemoveRows()

    # -- what Qt asks ----------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802
        """What a delegate may read."""
        return {Qt.ItemDataRole.UserRole + number: QByteArray(name.encode()) for number, name in enumerate(self.FIELDS)}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """One field of one line."""
        line = self._lines[index.row()]
        match self.FIELDS[role - Qt.ItemDataRole.UserRole]:
            case "device":
                return line.device
            case "at":
                return f"{line.at:.3f}"
            case "arrow":
                return _ARROWS.get(line.what, "")
            case "words":
                return self._words(line)
            case "hex":
                more = f" … {len(line.data)} bytes" if len(line.data) > HEX_BYTES else ""
                return line.data[:HEX_BYTES].hex(" ").upper() + more
            case _:
                return line.times

    def _words(self, line: Line) -> str:
        if line.what in ("out", "in"):
            return self._describe[line.device](line.what, line.data).replace("\n", "; ")
        return {"call": line.note, "back": line.note.partition(": ")[2] or line.note}.get(
            line.what, " ".join(filter(None, (line.what, line.note)))
        )
