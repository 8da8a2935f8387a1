"""The battery behind the machine: asks a NUT server how the power is, and never switches anything.

What to do about it is the application's part: on ``ups.on_battery`` it finishes what a citizen is in the middle of and
closes. Shutting the computer down in time is the part of NUT's own upsmon.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from drivers.device import (
    Cancel,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    Level,
    NextAction,
)
from drivers.transport import TcpTransport, Transport, TransportTimeout
from drivers.ups.protocol import PORT, AnswerParser, Damage, Line, Listing, Refusal, Refused, request, split_words

ANSWER_SECONDS = 1.0  # a server answers from memory, within milliseconds
QUICK_TEST = "test.battery.start.quick"
TEST_SECONDS = 60.0  # a quick test takes some ten seconds
TEST_SHOWS_SECONDS = 10.0  # by now a test that began is told of, or this battery never tells
TEST_EVERY = 0.25


class UpsFault(StrEnum):
    """What can be wrong with the battery, or with the way to it."""

    DISCONNECTED = "ups.disconnected"  # no server
    SILENT = "ups.silent"  # a server that does not answer
    GARBLED = "ups.garbled"  # answers that are none
    REFUSED = "ups.refused"  # the server knows no such battery, or does not let us
    STALE = "ups.stale"  # the server has lost the battery
    ON_BATTERY = "ups.on_battery"
    BATTERY_LOW = "ups.battery_low"
    OVERLOADED = "ups.overloaded"
    UNPROTECTED = "ups.unprotected"  # bypassed or switched off: a power cut would be felt
    REPLACE_BATTERY = "ups.replace_battery"
    ALARM = "ups.alarm"  # something of its own
    TEST_FAILED = "ups.test_failed"


ACTS_NEXT: dict[UpsFault, NextAction] = {
    UpsFault.DISCONNECTED: NextAction.TECHNICIAN,
    UpsFault.SILENT: NextAction.TECHNICIAN,
    UpsFault.GARBLED: NextAction.SOFTWARE,
    UpsFault.REFUSED: NextAction.TECHNICIAN,
    UpsFault.STALE: NextAction.TECHNICIAN,
    UpsFault.ON_BATTERY: NextAction.NOBODY,
    UpsFault.BATTERY_LOW: NextAction.NOBODY,
    UpsFault.OVERLOADED: NextAction.TECHNICIAN,
    UpsFault.UNPROTECTED: NextAction.TECHNICIAN,
    UpsFault.REPLACE_BATTERY: NextAction.TECHNICIAN,
    UpsFault.ALARM: NextAction.TECHNICIAN,
    UpsFault.TEST_FAILED: NextAction.TECHNICIAN,
}

# What each word of ups.status means, the worst first. FSD, "shut down now", counts as an empty battery.
_MEANING: dict[UpsFault, frozenset[str]] = {
    UpsFault.BATTERY_LOW: frozenset({"LB", "FSD"}),
    UpsFault.ON_BATTERY: frozenset({"OB"}),
    UpsFault.OVERLOADED: frozenset({"OVER"}),
    UpsFault.UNPROTECTED: frozenset({"BYPASS", "OFF"}),
    UpsFault.REPLACE_BATTERY: frozenset({"RB"}),
    UpsFault.ALARM: frozenset({"ALARM"}),
}
# What the server itself cannot know while its driver is away.
_LOST = {Refused.DATA_STALE, Refused.DRIVER_NOT_CONNECTED, Refused.INSTCMD_FAILED}
# Numbers that the technician reads in a health report.
_MEASURED = {
    "charge_percent": "battery.charge",
    "runtime_seconds": "battery.runtime",
    "load_percent": "ups.load",
    "battery_volts": "battery.voltage",
    "mains_volts": "input.voltage",
}
# Which battery this is; each stands below ups or, in newer drivers, below device.
_TOLD = ("mfr", "model", "serial", "firmware")


def fault(code: UpsFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


def status_of(variables: Mapping[str, str]) -> DeviceStatus:
    """What NUT's variables mean.

    ``details``: ``flags`` as the battery says them, ``on_battery``, and where it
    tells them ``charge_percent``, ``runtime_seconds`` (whole minutes) and
    ``load_percent`` (tens): in steps, so that a status changes when something has changed.
    """
    words = variables.get("ups.status", "")
    flags = set(words.split())
    if not flags - {"WAIT"}:
        return DeviceStatus(DeviceState.ATTENTION, (fault(UpsFault.STALE, "no status yet"),))
    faults = tuple(
        fault(code, variables.get("ups.alarm", "") if code is UpsFault.ALARM else "")
        for code, meant in _MEANING.items()
        if meant & flags
    )
    details: dict[str, Fact] = {"flags": words, "on_battery": "OB" in flags}
    for name, step in (("charge_percent", 1), ("runtime_seconds", 60), ("load_percent", 10)):
        number = _number(variables.get(_MEASURED[name], ""))
        if number is not None:
            details[name] = int(number // step) * step
    low = Level.LOW if flags & _MEANING[UpsFault.BATTERY_LOW] else Level.OK
    return DeviceStatus(DeviceState.ATTENTION if faults else DeviceState.READY, faults, {"battery": low}, details)


def is_sound(result: str) -> bool:
    """Whether ``ups.test.result``, each maker's own words, tells of a sound battery; no words tell of nothing bad."""
    return not any(bad in result.lower() for bad in ("fail", "error", "warning", "bad", "replace"))


class Ups:
    """One battery of one server. Its methods are called on the thread that owns it.

    ``user`` and ``password`` stand in the server's ``upsd.users``; only the battery's test needs them.
    """

    def __init__(
        self, transport: Transport, name: str, *, address: str = "", user: str = "", password: str = ""
    ) -> None:
        self._transport = transport
        self._name = name
        self._user = user
        self._password = password
        self._parser = AnswerParser()
        self._out_of_step = True  # what comes next may belong to an earlier request
        self._known = False  # the server knows who we are
        self._identity = Identity(address or name)
        self._on_battery = False
        self._counted = {"readings": 0, "power_cuts": 0, "battery_tests": 0}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """Whether it may test its battery depends on the server; a health check tells."""
        return Capabilities("ups")

    @property
    def identity(self) -> Identity:
        """Maker, model and serial number as the battery tells them, after the first poll."""
        return self._identity

    @property
    def counters(self) -> Mapping[str, int]:
        """Readings, power cuts seen, and tests of the battery."""
        return dict(self._counted)

    def open(self) -> None:
        """Reach the server and hear its version. Raises DeviceError, OSError."""
        self._out_of_step = True
        self._ask("VER")

    def close(self) -> None:
        """Hang up."""
        self._out_of_step = True
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """How the power is. Raises DeviceError, OSError when the server cannot tell."""
        try:
            variables = self.read()
        except DeviceError as error:
            if error.fault.code in (UpsFault.STALE, UpsFault.REFUSED):  # the server is there and answers
                return DeviceStatus(DeviceState.ATTENTION, (error.fault,))
            raise
        status = status_of(variables)
        on_battery = bool(status.details.get("on_battery"))
        self._counted["power_cuts"] += on_battery and not self._on_battery
        self._on_battery = on_battery
        return status

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL measures; EXTERNAL lets the battery test itself where the server offers that to us.

        INTERACTIVE waits for nobody: its question asks a person to pull the mains
        plug, the polls see it, and the counter ``power_cuts`` proves it.
        """
        server = self._ask("VER")
        variables = self.read()
        faults = status_of(variables).faults
        facts: dict[str, Fact] = {"flags": variables.get("ups.status", "")}
        for name, variable in _MEASURED.items():
            if (number := _number(variables.get(variable, ""))) is not None:
                facts[name] = number
        if isinstance(server, Line):
            facts["server"] = " ".join(server.words)
        if level is HealthLevel.EXTERNAL:
            if not self._user:
                facts["battery_test"] = "no user in the settings"
            elif (QUICK_TEST,) not in self._list("CMD", self._name).rows:
                facts["battery_test"] = "not offered"
            else:
                facts["battery_test"] = result = self.test_battery(cancel)
                if not is_sound(result):
                    faults += (fault(UpsFault.TEST_FAILED, result),)
        question = "ups.pull_the_plug" if level is HealthLevel.INTERACTIVE else ""
        return HealthReport(level, faults, facts, question)

    # -- what it is for ----------------------------------------------------------------

    def read(self) -> Mapping[str, str]:
        """Every variable of the battery by its name in NUT. Raises DeviceError, OSError."""
        variables = {row[0]: row[1] for row in self._list("VAR", self._name).rows if len(row) == 2}
        self._counted["readings"] += 1
        if "ups.status" in variables:  # a driver that has just started tells nothing yet
            told = {what: variables.get(f"ups.{what}") or variables.get(f"device.{what}", "") for what in _TOLD}
            self._identity = Identity(
                self._identity.address, f"{told['mfr']} {told['model']}".strip(), told["serial"], told["firmware"]
            )
        return variables

    def test_battery(self, cancel: Cancel) -> str:
        """Let the battery test itself for some seconds; returns its words, "" where it has none.

        Raises DeviceError, OSError, Cancelled.
        """
        before = self.read().get("ups.test.result", "")
        self._log_in()
        self._ask("INSTCMD", self._name, QUICK_TEST)
        self._counted["battery_tests"] += 1
        began, seen = time.monotonic(), False
        while True:
            cancel.wait(TEST_EVERY)
            result = self.read().get("ups.test.result", "")
            waited = time.monotonic() - began
            running = "progress" in result.lower()
            seen = seen or running or result != before
            if (seen and not running) or waited > (TEST_SECONDS if seen else TEST_SHOWS_SECONDS):
                return result

    # -- inside ------------------------------------------------------------------------

    def _list(self, *query: str) -> Listing:
        answer = self._ask("LIST", *query)
        if not isinstance(answer, Listing) or answer.query != query:
            self._out_of_step = True
            raise DeviceError(fault(UpsFault.GARBLED, f"LIST {query[0]}: the answer to something else"))
        return answer

    def _log_in(self) -> None:
        if self._known:
            return
        self._ask("USERNAME", self._user)
        self._ask("PASSWORD", self._password)
        self._known = True

    def _ask(self, *words: str) -> Line | Listing:
        """One request and its answer. A conversation that went wrong is not mended: the next one begins anew.

        Raises DeviceError, OSError.
        """
        if self._out_of_step:
            self._known = False
            self._transport.open()
        self._out_of_step = True
        self._transport.discard_input()
        self._parser.reset()
        deadline = time.monotonic() + ANSWER_SECONDS
        try:
            self._transport.write(request(*words), deadline)
        except TransportTimeout as error:
            raise DeviceError(fault(UpsFault.SILENT, str(error))) from error
        while data := self._transport.read(65536, deadline):
            answers = self._parser.feed(data)
            if not answers:
                continue
            answer = answers[0]
            if isinstance(answer, Damage):
                raise DeviceError(fault(UpsFault.GARBLED, f"{words[0]}: {answer.reason}"))
            self._out_of_step = len(answers) > 1 or self._parser.pending
            if isinstance(answer, Refusal):
                lost = answer.code in _LOST
                raise DeviceError(fault(UpsFault.STALE if lost else UpsFault.REFUSED, f"{words[0]}: {answer.code}"))
            return answer
        if self._parser.pending:
            raise DeviceError(fault(UpsFault.GARBLED, f"{words[0]}: the answer broke off"))
        raise DeviceError(fault(UpsFault.SILENT, f"{words[0]}: no answer"))


def ups_for(url: str, wired: Callable[[Transport], Transport] = lambda wire: wire) -> Ups:
    """The battery that an address in the settings names: ``nut://[user:password@]host[:3493]/name``.

    ``wired`` may put something into its wire, such as a tap. Raises ValueError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError as error:
        raise ValueError("a battery's address is nut://host:3493/name") from error
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme != "nut" or not parts.hostname or not name or "/" in name:
        raise ValueError("a battery's address is nut://host:3493/name")
    return Ups(
        wired(TcpTransport(parts.hostname, port)),
        name,
        address=f"nut://{parts.hostname}:{port}/{name}",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def recorded_ups(transport: Transport, said: bytes) -> Ups:
    """A battery as the one in whose conversation a host ``said`` this: with its name, and a user if there was one.

    Raises ValueError for what no host says.
    """
    name = user = password = ""
    for line in said.decode().splitlines():
        match split_words(line):
            case ("LIST", what, named):
                name = named
                user = user or ("somebody" if what == "CMD" else "")  # only a user asks what it may do
            case ("USERNAME", told):
                user = told
            case ("PASSWORD", told):
                password = told
    return Ups(transport, name, user=user, password=password)


def _number(word: str) -> float | None:
    """A number that means something: finite and not negative."""
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
