"""Named nights: what happens to the simulated devices, and when. ``config/scenarios/<name>.yaml``.

    name: {zh: 纸快用完, en: The paper is running out}
    told: {zh: …, en: …}
    with: [loose-reader]        # other nights that happen as well
    steps:
      - {at: 0, device: receipt_printer, do: paper, millimetres: 150}

Everything but ``at``, ``device`` and ``do`` is handed to the simulator's verb.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

log = logging.getLogger("drivers.scenario")

Do = Callable[..., Mapping[str, Any]]  # device, verb, named arguments

_GLANCE = 0.1  # seconds from one look at the clock to the next


class ScenarioError(Exception):
    """A scenario cannot be used; the message says which file and why."""


class Step(BaseModel):
    """One thing that happens to one device, ``at`` seconds after the beginning."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: float = Field(ge=0, le=86_400)
    device: str
    do: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What the verb is given."""
        return dict(self.model_extra or {})


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Words
    told: _Words
    with_: tuple[str, ...] = Field(default=(), alias="with")
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One night, its companions included: ``steps`` in the order in which they happen."""

    id: str
    name: Mapping[str, str]
    told: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def devices(self) -> frozenset[str]:
        """What it needs to be there."""
        return frozenset(step.device for step in self.steps)


def load_scenarios(folder: Path) -> dict[str, Scenario]:
    """Every night of a folder by its file's name. Raises ScenarioError."""
    files: dict[str, _File] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            files[path.stem] = _File.model_validate(
                yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            )
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise ScenarioError(f"{path}: {error}") from error
    return {name: _with_companions(name, files, folder) for name in files}


def _with_companions(name: str, files: Mapping[str, _File], folder: Path) -> Scenario:
    steps: list[Step] = []
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one not in files:
            raise ScenarioError(f"{folder / name}.yaml: there is no {one}; there are {', '.join(files)}")
        steps += files[one].steps
        waiting += files[one].with_
    file = files[name]
    ordered = tuple(sorted(steps, key=lambda step: step.at))
    return Scenario(name, file.name.model_dump(), file.told.model_dump(), ordered)


class Player:
    """Plays one scenario on a thread of its own, by ``clock``: one that runs faster makes a short night of it."""

    def __init__(self, scenario: Scenario, do: Do, clock: Callable[[], float] = time.monotonic) -> None:
        self.scenario = scenario
        self.failures: list[str] = []
        self._do = do
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play, name=f"scenario-{scenario.id}", daemon=True)

    @property
    def playing(self) -> bool:
        """True until the last step has happened."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """End it; what has happened stays."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def join(self, seconds: float) -> bool:
        """Wait for its end; True when it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _play(self) -> None:
        began = self._clock()
        for step in self.scenario.steps:
            while self._clock() - began < step.at and not self._stopping.is_set():
                self._stopping.wait(_GLANCE)  # the clock's speed may change meanwhile
            if self._stopping.is_set():
                return
            try:
                self._do(step.device, step.do, **step.arguments)
                log.info("%s: %s %s", self.scenario.id, step.device, step.do)
            except (OSError, RuntimeError, LookupError) as error:
                self.failures.append(f"{step.device} {step.do}: {error}")
                log.warning("%s: %s could not %s: %s", self.scenario.id, step.device, step.do, error)
