"""The developer dock as QML sees it: the simulated world, one object per device, and what may be done to it.

Nothing here waits for a simulator. Each has a lane, a thread of its own, on
which it is told and asked one thing after another; what came of it is told on
the screen's thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from PySide6.QtCore import (
    Property,
    QObject,
    QRegularExpression,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtQuick import QQuickItem

from drivers.device import DeviceState, DeviceStatus
from drivers.injection import SECONDS, FaultKind
from drivers.recording import Trace
from drivers.scenario import Scenario
from drivers.simulation import Control
from drivers.worker import OwnedDevice
from drivers.world import World
from kiosk.operations.faults import FaultWords
from kiosk.operations.names import DEVICES, STATES, device_name
from ui.models.controls import Deed, Table, Tables
from ui.models.wire import WireModel, describer

log = logging.getLogger("ui.dock")

LOOK_MILLISECONDS = 500
SPEEDS = (1, 10, 60)
ROLL = 12  # the newest of what came out
_PAGE_PIXELS = 800  # across a printed page
Result = TypeVar("Result")
Soon = Callable[[Callable[[], None]], None]

# QML has a shape and a colour for each.
_MARKS: dict[DeviceState, str] = {
    DeviceState.READY: "ok",
    DeviceState.BUSY: "ok",
    DeviceState.ATTENTION: "warn",
    DeviceState.DISCONNECTED: "bad",
    DeviceState.UNKNOWN: "quiet",
}


def sentence(error: Exception) -> str:
    """Why something did not happen, for the person who asked for it."""
    match error:
        case RuntimeError():  # a refusal: the simulator's own words after the name of its exception
            words = str(error).partition(": ")[2] or str(error)
            return f"Refused: {words.strip(chr(39))}."
        case LookupError() | ValueError():
            return f"This cannot be done: {str(error).strip(chr(39))}."
        case _:
            return f"The simulator does not answer ({error})."


class Lane:
    """Calls to one simulator, one after another, away from the screen's thread."""

    def __init__(self, name: str, soon: Soon) -> None:
        self._name = name
        self._soon = soon
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"dock-{name}")
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False

    @property
    def idle(self) -> bool:
        """True when nothing is under way."""
        return self._waiting == 0

    def ask(self, call: Callable[[], Result], then: Callable[[Result], None], failed: Callable[[str], None]) -> None:
        """Have ``call`` made; ``then`` gets its result, ``failed`` a sentence. Called on the screen's thread."""

        def work() -> None:
            try:
                result = call()
            except (OSError, RuntimeError, LookupError, ValueError) as error:
                told = sentence(error)
                self._end(lambda: failed(told))
            except Exception:
                log.exception("%s: a call of the dock failed in a way nobody foresaw", self._name)
                self._end(lambda: failed("This failed in a way nobody foresaw; the log says how."))
            else:
                self._end(lambda: then(result))

        if self._closed:
            return
        with self._lock:
            self._waiting += 1
        self._thread.submit(work)

    def close(self) -> None:
        """Forget what has not begun, and what comes of the rest."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _end(self, tell: Callable[[], None]) -> None:
        with self._lock:
            self._waiting -= 1
        self._soon(lambda: None if self._closed else tell())


class DeviceModel(QObject):
    """One simulated device: its controls, how it stands, what the kiosk sees of it.

    ``device`` is None where the kiosk does not know it as a device, as the line.
    """

    changed = Signal()
    rollChanged = Signal()  # noqa: N815  QML's way of naming

    def __init__(
        self,
        name: str,
        table: Table,
        control: Control,
        lane: Lane,
        *,
        device: OwnedDevice | None,
        words: Mapping[str, FaultWords],
        folder: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.table = table
        self.mishaps = table.mishaps
        self.lane = lane
        self._name = name
        self._control = control
        self._device = device
        self._words = words
        self._folder = folder
        self._under_way = 0
        self._status: DeviceStatus | None = None
        self._state: Mapping[str, Any] = {}
        self._trouble = self._lost = ""
        self.roll: list[str] = []
        self._came_out: Any = 0  # a count, or a list
        self.account: dict[str, Any] = {}
        self._describe()

    # -- what the dock reads ------------------------------------------------------

    def _get_name(self) -> str:
        return self._name

    def _get_title(self) -> str:
        return self.table.title or device_name(self._name).en

    def _get_roll(self) -> list[str]:
        return self.roll

    def _get_has_roll(self) -> bool:
        return self.table.roll is not None

    def _get_controls(self) -> list[dict[str, Any]]:
        return [
            {
                "number": number,
                "label": control.label,
                "hint": control.hint,
                "main": control.main,
                "kind": "choices"
                if control.choices
                else "buttons"
                if control.buttons
                else "slider"
                if control.slider
                else "text",
                "labels": control.labels,
                "slider": control.slider.model_dump() if control.slider else None,
                "samples": [[said, text] for said, text in control.text.samples.items()] if control.text else [],
            }
            for number, control in enumerate(self.table.controls)
        ]

    def _get_own_faults(self) -> list[dict[str, Any]]:
        return [{"label": one.label, "lasts": one.lasts} for one in self.mishaps]

    def _get_shown(self) -> dict[str, Any]:
        return self.account

    name = Property(str, _get_name, constant=True)
    title = Property(str, _get_title, constant=True)
    hasRoll = Property(bool, _get_has_roll, constant=True)  # noqa: N815
    pictures = Property("QVariantList", _get_roll, notify=rollChanged)  # type: ignore[arg-type]
    controls = Property("QVariantList", _get_controls, constant=True)  # type: ignore[arg-type]
    ownFaults = Property("QVariantList", _get_own_faults, constant=True)  # type: ignore[arg-type]  # noqa: N815
    shown = Property("QVariantMap", _get_shown, notify=changed)  # type: ignore[arg-type]

    # -- what may be done ------------------------------------------------------------

    @Slot(int, int)
    def choose(self, control: int, which: int) -> None:
        """A choice or a button of a control was touched."""
        self.carry_out(self.table.controls[control].deeds[which])

    @Slot(int, float)
    def slide(self, control: int, value: float) -> None:
        """A slider was let go."""
        slider = self.table.controls[control].slider
        assert slider is not None
        number = value if slider.step % 1 else round(value)
        self._tell(lambda: self._control.do(slider.do, **{slider.argument: number}))

    @Slot(int, str)
    def say(self, control: int, words: str) -> None:
        """A text was sent."""
        line = self.table.controls[control].text
        assert line is not None
        self._tell(lambda: self._control.do(line.do, **{line.argument: words}))

    @Slot(str, int, int, float, float)
    def arm(self, kind: str, after: int, count: int, probability: float, seconds: float) -> None:
        """Let a fault of the wire wait for its messages."""
        fault = {"kind": kind, "after": after, "count": count, "probability": probability, "seconds": seconds}
        self._tell(lambda: self._control.do("fault", **fault))

    @Slot(int, int, int, float, float)
    def armOwn(self, which: int, after: int, count: int, probability: float, seconds: float) -> None:  # noqa: N802
        """Let one of its own faults wait for its messages."""
        turn = {"after": after, "count": count, "probability": probability, "seconds": seconds}
        self._tell(lambda: self.mishaps[which].arm(self._control.do, **turn))  # type: ignore[arg-type]

    @Slot()
    def clear(self) -> None:
        """End every fault that waits, and undo what was armed and stands."""
        self._tell(lambda: self._control.do("clear"))

    @Slot(QQuickItem)
    def typeAtDesk(self, field: QQuickItem) -> None:  # noqa: N802
        """A text field of the dock is filled in with a keyboard of keys: the glass need not show its own."""
        field.setFlag(QQuickItem.Flag.ItemAcceptsInputMethod, False)

    def carry_out(self, deed: Deed) -> None:
        """Do something to it."""
        self._tell(lambda: deed.carry_out(self._control.do))

    # -- inside ------------------------------------------------------------------------

    def look(self) -> None:
        """Ask how it is, unless an answer is still awaited."""
        if self.lane.idle:
            self.lane.ask(lambda: self._control.do("state"), self._stands, self._is_lost)
        elif self._device is not None and self._device.status != self._status:
            self._describe()

    def _tell(self, call: Callable[[], object]) -> None:
        def done(state: Mapping[str, Any]) -> None:
            self._under_way -= 1
            self._stands(state)

        def failed(why: str) -> None:
            self._under_way -= 1
            self._trouble = why
            self._describe()

        def work() -> Mapping[str, Any]:
            call()
            return self._control.do("state")

        self._trouble = ""
        self._under_way += 1
        self.lane.ask(work, done, failed)
        self._describe()

    def _stands(self, state: Mapping[str, Any]) -> None:
        self._state, self._lost = state, ""
        roll = self.table.roll
        if roll is not None and (out := state.get(roll.count)) != self._came_out:
            self._came_out = out
            self.lane.ask(lambda: self._fetch(roll.do), self._unroll, self._is_lost)
        self._describe()

    def _fetch(self, verb: str) -> list[Path]:
        """On the lane: the pictures of what came out, the newest first; of documents, of their first pages."""
        self._control.do(verb, directory=str(self._folder))
        for path in self._folder.glob("*.pdf"):
            if not (picture := path.with_suffix(".png")).exists():
                first_page(path, picture)
        return sorted(self._folder.glob("*.png"), key=_numbered, reverse=True)

    def _unroll(self, pictures: list[Path]) -> None:
        self.roll = [QUrl.fromLocalFile(str(path)).toString() for path in pictures[:ROLL]]
        self.rollChanged.emit()

    def _is_lost(self, why: str) -> None:
        self._lost = why
        self._describe()

    def _describe(self) -> None:
        """Put what is known into words; told only when it differs."""
        shown = {
            **self._seen_by_kiosk(),
            "values": [self._value(number) for number in range(len(self.table.controls))],
            "facts": [[label, value] for label, value in self.table.told(self._state)] if self._state else [],
            "lamps": [[name.replace("_", " "), light] for name, light in self._state.get(self.table.lamps, {}).items()],
            "armed": [_fault_in_words(fault) for fault in self._state.get("armed", ())],
            "busy": self._under_way > 0,
            "trouble": self._trouble or self._lost,
        }
        if shown != self.account:
            self.account = shown
            self.changed.emit()

    def _seen_by_kiosk(self) -> dict[str, Any]:
        if self._device is None:
            plugged = self._state.get("plugged")
            mark, word = ("quiet", "not asked yet") if plugged is None else ("ok", "up") if plugged else ("bad", "down")
            return {"mark": mark, "word": word, "faults": []}
        self._status = status = self._device.status
        mark = _MARKS[status.state]
        if mark == "ok" and status.faults:
            mark = "warn"
        return {
            "mark": mark,
            "word": STATES[status.state].en,
            "faults": [
                [fault.code, self._words[fault.code].happened.zh if fault.code in self._words else ""]
                for fault in status.faults
            ],
        }

    def _value(self, number: int) -> float | int:
        """Which choice stands, -1 for none; the number of a slider."""
        control = self.table.controls[number]
        if control.slider is not None:
            value = control.slider.value(self._state)
            return control.slider.sound if value is None else value
        return control.standing(self._state)


def first_page(document: Path, picture: Path) -> None:
    """Write a picture of the first page of a PDF, as wide as the dock shows it."""
    import pypdfium2  # noqa: PLC0415 - a developer's, and only once something was printed

    with pypdfium2.PdfDocument(document) as pdf:
        page = pdf[0]
        page.render(scale=_PAGE_PIXELS / page.get_width()).to_pil().save(picture)


def _numbered(path: Path) -> int:
    """``receipt-12.png`` is the twelfth."""
    return int("".join(filter(str.isdigit, path.stem)) or 0)


def _fault_in_words(fault: Mapping[str, Any]) -> str:
    """One fault that waits, or stands: the wire's have all of these, a device's own some, and perhaps more."""
    told = dict(fault)
    count, struck = told.pop("count", 0), told.pop("struck", 0)
    parts = [str(told.pop("kind"))]
    if told.pop("standing", False):
        parts.append("now")
    parts.append(f"{count - struck} more" if count else "every message")
    if after := told.pop("after", 0):
        parts.append(f"after {after}")
    if (chance := told.pop("probability", 1.0)) < 1.0:
        parts.append(f"{chance:.0%}")
    if seconds := told.pop("seconds", None):
        parts.append(f"{seconds:g} s")
    return " · ".join(parts + [f"{name} {value}" for name, value in told.items() if value])


def _place(name: str) -> int:
    """Where a device stands in the dock: in the order of the technician's list; the line comes last."""
    names = list(DEVICES)
    return names.index(name) if name in names else len(names)


def _lasts(night: Scenario) -> str:
    seconds = night.steps[-1].at if night.steps else 0.0
    if not seconds:
        return "until it is stopped"
    return (
        f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
    )


class DockModel(QObject):
    """The world as a whole: its devices, its nights, its clock, its wires.

    ``soon`` brings a call back to the screen's thread; ``devices`` are the kiosk's, by their names.
    ``picture`` takes one of the kiosk's window and returns how to write it into a file.
    """

    changed = Signal()
    filterChanged = Signal()  # noqa: N815  QML's way of naming

    def __init__(
        self,
        world: World,
        soon: Soon,
        *,
        devices: Mapping[str, OwnedDevice],
        traces: Mapping[str, Trace],
        words: Mapping[str, FaultWords],
        picture: Callable[[], Callable[[], Path]],
    ) -> None:
        super().__init__()
        self._world = world
        self._picture = picture
        self._lane = Lane("world", soon)
        self._folder = TemporaryDirectory(prefix="dock-")
        self._notice = self._trouble = ""
        self.night: dict[str, Any] = {}
        tables = Tables()
        classes = {name: owned.capabilities.device_class for name, owned in devices.items()}
        self.devices: dict[str, DeviceModel] = {}
        for name, control in sorted(world.controls.items(), key=lambda one: (_place(one[0]), one[0])):
            folder = Path(self._folder.name) / name
            folder.mkdir()
            self.devices[name] = DeviceModel(
                name,
                tables.of(classes.get(name, name)),
                control,
                Lane(name, soon),
                device=devices.get(name),
                words=words,
                folder=folder,
                parent=self,
            )
        self.wire = WireModel(traces, {name: describer(classes.get(name, name)) for name in traces}, self)
        self._wire = QSortFilterProxyModel(self)
        self._wire.setSourceModel(self.wire)
        self._wire.setFilterRole(Qt.ItemDataRole.UserRole)  # the device
        self._traces = list(traces)
        self._only = ""
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._describe()

    # -- what the dock reads --------------------------------------------------------------

    def _get_devices(self) -> list[DeviceModel]:
        return list(self.devices.values())

    def _get_nights(self) -> list[dict[str, Any]]:
        there = self._world.controls.keys()
        return [
            {
                "id": night.id,
                "name": night.name,
                "told": night.told,
                "lasts": _lasts(night),
                "missing": ", ".join(sorted(night.devices - there)),
            }
            for night in self._world.scenarios.values()
        ]

    def _get_kinds(self) -> list[dict[str, Any]]:
        return [{"kind": kind.value, "seconds": SECONDS.get(kind, 0.0)} for kind in FaultKind]

    def _get_speeds(self) -> list[int]:
        return list(SPEEDS)

    def _get_night(self) -> dict[str, Any]:
        return self.night

    def _get_wire(self) -> QObject:
        return self._wire

    def _get_wires(self) -> list[str]:
        return self._traces

    def _get_only(self) -> str:
        return self._only

    def _get_paused(self) -> bool:
        return self.wire.paused

    deviceList = Property("QVariantList", _get_devices, constant=True)  # type: ignore[arg-type]  # noqa: N815
    nights = Property("QVariantList", _get_nights, constant=True)  # type: ignore[arg-type]
    kinds = Property("QVariantList", _get_kinds, constant=True)  # type: ignore[arg-type]
    speeds = Property("QVariantList", _get_speeds, constant=True)  # type: ignore[arg-type]
    now = Property("QVariantMap", _get_night, notify=changed)  # type: ignore[arg-type]
    wireLines = Property(QObject, _get_wire, constant=True)  # noqa: N815
    wires = Property("QVariantList", _get_wires, constant=True)  # type: ignore[arg-type]
    only = Property(str, _get_only, notify=filterChanged)
    paused = Property(bool, _get_paused, notify=filterChanged)

    # -- what may be done --------------------------------------------------------------------

    @Slot(str)
    def play(self, night: str) -> None:
        """Begin a night."""
        self._tell(lambda: self._world.play(night))

    @Slot()
    def stop(self) -> None:
        """End the night, and every fault that waits."""
        self._tell(self._world.stop_playing)

    @Slot(int)
    def run(self, speed: int) -> None:
        """Let the clock run so many times as fast."""
        self._tell(lambda: self._world.clock.set_speed(speed))

    @Slot(bool)
    def act(self, on: bool) -> None:
        """Let the invented citizen do by itself what the page asks for, or leave it to the developer."""
        self._tell(lambda: self._world.set_citizen(on))

    @Slot()
    def photograph(self) -> None:
        """Take a picture of the kiosk's window."""
        write = self._picture()
        self._lane.ask(write, self._taken, self._failed)

    @Slot()
    def dismiss(self) -> None:
        """What was told has been read."""
        self._notice = self._trouble = ""
        self._describe()

    @Slot(str)
    def show(self, wire: str) -> None:
        """Show the lines of one wire only; of all with an empty name."""
        self._only = wire
        pattern = f"^{QRegularExpression.escape(wire)}$" if wire else ""
        self._wire.setFilterRegularExpression(QRegularExpression(pattern))
        self.filterChanged.emit()

    @Slot(bool)
    def pause(self, on: bool) -> None:
        """Let the lines stand still; what happens meanwhile is shown afterwards."""
        self.wire.paused = on
        self.filterChanged.emit()

    @Slot()
    def wipe(self) -> None:
        """Begin the wire's page anew."""
        self.wire.wipe()

    @Slot(bool)
    def watch(self, on: bool) -> None:
        """Somebody looks, or nobody does any more."""
        if on and not self._timer.isActive():
            self._timer.start()
            self.look()
        elif not on:
            self._timer.stop()

    # -- inside -------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask everything how it is."""
        for device in self.devices.values():
            device.look()
        self.wire.look()
        self._describe()

    def close(self) -> None:
        """Stop looking, and forget what is under way."""
        self._timer.stop()
        for lane in (self._lane, *(device.lane for device in self.devices.values())):
            lane.close()
        self._folder.cleanup()

    def _tell(self, call: Callable[[], None]) -> None:
        self._trouble = ""
        self._lane.ask(call, lambda _: self.look(), self._failed)

    def _taken(self, path: Path) -> None:
        self._notice, self._trouble = str(path), ""
        self._describe()

    def _failed(self, why: str) -> None:
        self._trouble = why
        self._describe()

    def _describe(self) -> None:
        night = {
            "playing": self._world.playing or "",
            "failures": list(self._world.failures),
            "speed": self._world.clock.speed,
            "citizen": self._world.citizen_acts,
            "photograph": self._notice,
            "trouble": self._trouble,
        }
        if night != self.night:
            self.night = night
            self.changed.emit()
