"""What the developer dock offers for each device class: ``ui/controls/<class>.yaml``.

    controls:
      - label: Cover
        choices:                    # the first is how it should be
          Closed: {do: {cover: {is_open: false}}}
          Open: {do: {cover: {is_open: true}}, when: {cover_open: true}, reaches: [cover_open]}
      - label: Light
        slider: {do: light, argument: level, least: 0, most: 2, sound: 1, shows: light}
      - label: Paper path
        buttons:
          Tear off: {do: {tear: {}}}
      - label: Code
        text: {do: scan, argument: text, samples: {A parcel: SF0000000001}}
    facts:
      Paper left: "{paper_mm:.0f} mm"

``do`` names verbs of the simulator with their arguments, one after another.
``when`` is what the simulator's state says while a choice stands: equal values,
``{above: 0}``, ``{below: 3000}``, or ``{has: …}`` for a list. Where several
stand, the last one is shown; where none does, the first, if it has no ``when``.
``reaches`` are the faults that the device's status then
shows, ``in_use`` those that its next command meets; codes of the class itself
stand without it. ``wire.yaml`` holds what every wire offers.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from drivers.injection import FaultKind

FOLDER = Path(__file__).resolve().parents[1] / "controls"
WIRE = "wire"

Do = Callable[..., Mapping[str, Any]]  # a verb and its named arguments
State = Mapping[str, Any]


class ControlsError(Exception):
    """A table of controls cannot be used; the message says which file and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Deed(_Strict):
    """Something that can be done to a simulator."""

    do: dict[str, dict[str, Any]]
    when: dict[str, Any] = {}
    reaches: tuple[str, ...] = ()
    in_use: tuple[str, ...] = ()

    def stands(self, state: State) -> bool:
        """Whether this is how the simulator says it is."""
        return bool(self.when) and all(_fits(_at(state, path), wanted) for path, wanted in self.when.items())

    def carry_out(self, do: Do) -> None:
        """Do it. Raises what ``do`` raises."""
        for verb, arguments in self.do.items():
            do(verb, **arguments)


class Slider(_Strict):
    """A number within bounds; ``sound`` is what it should be, ``shows`` where the state has it."""

    do: str
    argument: str
    least: float
    most: float
    step: float = 0.1
    sound: float
    shows: str
    unit: str = ""

    def value(self, state: State) -> float | None:
        """What it is now, None when the simulator does not say."""
        value = _at(state, self.shows)
        return float(value) if isinstance(value, int | float) else None


class TextLine(_Strict):
    """Words for a verb; ``samples`` are some that are worth trying, by what is special about them."""

    do: str
    argument: str
    samples: dict[str, str] = {}


class Control(_Strict):
    """One row of the dock: exactly one of choices, buttons, slider, text."""

    label: str
    hint: str = ""
    main: bool = False  # stands on the first page, too
    choices: dict[str, Deed] = {}
    buttons: dict[str, Deed] = {}
    slider: Slider | None = None
    text: TextLine | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Control:
        if sum(map(bool, (self.choices, self.buttons, self.slider, self.text))) != 1:
            raise ValueError(f"{self.label} is one of choices, buttons, slider, text")
        return self

    @property
    def deeds(self) -> list[Deed]:
        """What can be touched here, in the order in which it is shown; none for a slider or a text."""
        return [*self.choices.values(), *self.buttons.values()]

    def standing(self, state: State) -> int:
        """Which of the deeds is how the simulator says it is; -1 for none."""
        found = [number for number, deed in enumerate(self.deeds) if deed.stands(state)]
        if found:
            return found[-1]
        return 0 if self.choices and state and not self.deeds[0].when else -1

    @property
    def labels(self) -> list[str]:
        """Their words."""
        return [*self.choices, *self.buttons]


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something of a device's own that can be armed: what happens, and what undoes it (nothing, where it passes)."""

    label: str
    do: dict[str, dict[str, Any]]
    undo: dict[str, dict[str, Any]]

    @property
    def lasts(self) -> bool:
        """Whether it stands until it is undone."""
        return bool(self.undo)

    def arm(self, do: Do, *, after: int, count: int, probability: float, seconds: float) -> None:
        """Let it wait for its turn. Raises what ``do`` raises."""
        turn = {"after": after, "count": count, "probability": probability}
        if self.do.keys() == {"fault"}:  # it waits by itself
            do("fault", **{**self.do["fault"], **turn})
        else:
            do("arm", deed=self.do, undo=self.undo, **turn, **({"seconds": seconds} if self.lasts else {}))


class Roll(_Strict):
    """Where the pictures of what came out are: the verb that writes them to a folder, and their count in the state."""

    do: str
    count: str


class Table(_Strict):
    """Everything that the dock offers for one class."""

    title: str = ""  # of what kiosk/operations/names.py does not name
    wire: bool = True  # what every wire offers is offered here, too
    controls: tuple[Control, ...] = ()
    facts: dict[str, str] = {}
    lamps: str = ""  # where the state has what each lamp does
    roll: Roll | None = None

    @property
    def mishaps(self) -> list[Mishap]:
        """What can be armed: every choice but the sound one, which undoes it, and every button."""
        found = []
        for control in self.controls:
            sound = control.deeds[0].do if control.choices else {}
            for label, deed in list(zip(control.labels, control.deeds, strict=True))[bool(control.choices) :]:
                do = {verb: how for verb, how in deed.do.items() if verb != "clear"}  # or it would not wait either
                if not _is_of_the_wire(do):
                    undo = {} if "fault" in do else sound
                    found.append(Mishap(f"{control.label}: {label}", do, undo))
        return found

    def told(self, state: State) -> list[tuple[str, str]]:
        """The facts in words."""
        return [(label, _Words().vformat(template, (), state)) for label, template in self.facts.items()]


class Tables:
    """The tables of all classes. Raises ControlsError."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._own = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
        self._wire = self._own.pop(WIRE)

    @property
    def classes(self) -> list[str]:
        """The classes that have a table of their own."""
        return list(self._own)

    def of(self, device_class: str) -> Table:
        """The class's own controls, then the wire's; only the wire's for a class that has no table."""
        own = self._own.get(device_class) or Table()
        labels = {control.label for control in own.controls}
        common = self._wire.controls if own.wire else ()
        controls = (*own.controls, *(control for control in common if control.label not in labels))
        return own.model_copy(update={"controls": tuple(_with_codes(device_class, control) for control in controls)})


def _is_of_the_wire(do: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a fault of the wire does the same; those wait by themselves."""
    return do.keys() <= {"unplug", "plug"} or do.get("fault", {}).get("kind") in set(FaultKind)


def _read(path: Path) -> Table:
    try:
        return Table.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ControlsError(f"{path}: {error}") from error


def _with_codes(device_class: str, control: Control) -> Control:
    def whole(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(code if "." in code else f"{device_class}.{code}" for code in codes)

    def named(deeds: Mapping[str, Deed]) -> dict[str, Deed]:
        return {
            label: deed.model_copy(update={"reaches": whole(deed.reaches), "in_use": whole(deed.in_use)})
            for label, deed in deeds.items()
        }

    return control.model_copy(update={"choices": named(control.choices), "buttons": named(control.buttons)})


def _at(state: State, path: str) -> Any:
    """What stands at ``armed.0.kind`` of a state; None where nothing does."""
    value: Any = state
    for part in path.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (LookupError, TypeError, ValueError):
            return None
    return value


def _fits(value: Any, wanted: Any) -> bool:
    match wanted:
        case {"has": one}:
            return isinstance(value, list) and any(_is_such(part, one) for part in value)
        case {"above": least, "below": most}:
            return isinstance(value, int | float) and least < value < most
        case {"above": least}:
            return isinstance(value, int | float) and value > least
        case {"below": most}:
            return isinstance(value, int | float) and value < most
        case _:
            return bool(value == wanted)


def _is_such(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(value, dict):
        return all(value.get(name) == one for name, one in wanted.items())
    return bool(value == wanted)


class _Words(string.Formatter):
    """Writes values of a state as people do; what is not there is a dash."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        try:
            return super().get_field(field_name, args, kwargs)
        except (LookupError, AttributeError, TypeError):
            return None, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        match value:
            case None | "":
                return "–"
            case bool():
                return "yes" if value else "no"
            case list() | tuple():
                return ", ".join(map(str, value)) or "none"
            case dict():
                return ", ".join(f"{name} {self.format_field(one, '')}" for name, one in value.items()) or "none"
            case _:
                return str(super().format_field(value, format_spec))

    def check_unused_args(self, used_args: Any, args: Any, kwargs: Any) -> None:
        """A state says more than a line needs."""


def reaching(table: Table, code: str) -> Iterator[tuple[int, int, Deed]]:
    """Every control of ``table`` that brings ``code`` about: the control, the deed, and the deed itself."""
    for number, control in enumerate(table.controls):
        for which, deed in enumerate(control.deeds):
            if code in deed.reaches or code in deed.in_use:
                yield number, which, deed
