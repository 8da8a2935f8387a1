"""A simulated battery behind the real server: NUT's own upsd, started here, with a battery of our own behind it.

Between upsd and whoever connects stands a relay, which pulls the cable and harms the answers.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from drivers.simulation import Json, Relay, Verb
from drivers.ups.battery import Battery
from drivers.ups.ups import QUICK_TEST

UPSD = Path("/lib/nut/upsd")  # Debian's and Ubuntu's; /sbin/upsd there is a script that asks /etc/nut first
NAME, USER, PASSWORD = "kiosk", "technician", "simulated"
LOW_PERCENT = 20

# Runs upsd while the standard input is open, so that it ends with us however we end. A line is a signal for it.
_KEEPER = """
exec 3<&0
"$@" 3<&- </dev/null & upsd=$!
(while read -r name <&3; do kill -"$name" $upsd; done; kill $upsd) 2>/dev/null &
wait $upsd
"""
_START_SECONDS = 10.0
_START_ATTEMPTS = 5
_TEST_SECONDS = 0.6
_SECONDS_PER_PERCENT = 18  # half an hour in all


class UpsSimulator:
    """``address`` is what goes into ``devices.ups.url``; ``listen`` is ``tcp://host:port``, port 0 takes a free one.

    Raises FileNotFoundError when NUT is not installed, ValueError, OSError.
    """

    def __init__(self, listen: str = "tcp://127.0.0.1:0", *, seed: int = 1) -> None:
        parts = urlsplit(listen)
        if parts.scheme != "tcp" or not parts.hostname or parts.port is None:
            raise ValueError(f"{listen}: a simulator listens on an address such as tcp://127.0.0.1:0")
        self._lock = threading.RLock()
        self._mains = True
        self._charge = 100
        self._low = False
        self._replace = False
        self._flags = ""
        self._stale = False
        self._sound = True
        self._known = True
        self._result = "No test initiated"
        self._tests = 0
        with ExitStack() as undo:
            self._folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="ups-")))
            self._battery = Battery(self._folder / f"battery-{NAME}", {QUICK_TEST: self._begin_test})
            undo.callback(self._battery.stop)
            self._battery.start()
            self._tell()
            self._server, port = self._started_server()
            undo.callback(_end, self._server)
            self._relay = Relay(f"127.0.0.1:{port}", f"{parts.hostname}:{parts.port}", seed=seed)
            undo.callback(self._relay.stop)
            self._undo = undo.pop_all()

    @property
    def address(self) -> str:
        """Where a driver reaches it, with the user who may test the battery."""
        return f"nut://{USER}:{PASSWORD}@{self._relay.address}/{NAME}"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {
            **self._relay.verbs,
            "mains": self.mains,
            "battery": self.battery,
            "low": self.low,
            "replace": self.replace,
            "flags": self.flags,
            "sound": self.sound,
            "stale": self.stale,
            "driver": self.driver,
            "forget": self.forget,
            "state": self.state,
        }

    def start(self) -> None:
        """Let hosts come."""
        self._relay.start()

    def stop(self) -> None:
        """End the server and remove what it wrote."""
        self._undo.close()

    # -- verbs -------------------------------------------------------------------

    def mains(self, on: bool) -> None:
        """Whether there is power on the line."""
        with self._lock:
            self._mains = on
            self._tell()

    def battery(self, charge: int) -> None:
        """How full it is, in percent; below 20 it calls itself low."""
        if not 0 <= charge <= 100:
            raise ValueError("a charge is 0 to 100 percent")
        with self._lock:
            self._charge = charge
            self._tell()

    def low(self, on: bool) -> None:
        """Let it call itself low, however full it is."""
        with self._lock:
            self._low = on
            self._tell()

    def replace(self, on: bool) -> None:
        """Let it ask for a new battery."""
        with self._lock:
            self._replace = on
            self._tell()

    def flags(self, words: str) -> None:
        """Further words of its status: ``OVER``, ``BYPASS``, ``TRIM ALARM``; "" for none."""
        with self._lock:
            self._flags = words
            self._tell()

    def sound(self, on: bool) -> None:
        """Whether it passes its next tests."""
        self._sound = on

    def stale(self, on: bool) -> None:
        """Its driver hears nothing from it, and says so."""
        with self._lock:
            self._stale = on
            self._tell()

    def driver(self, on: bool) -> None:
        """Its driver runs, or has died; the server looks for it every few seconds."""
        (self._battery.start if on else self._battery.stop)()

    def forget(self, on: bool) -> None:
        """The server's settings name another battery only."""
        with self._lock:
            self._known = not on
            self._configure()
            self._reload()

    def state(self) -> Mapping[str, Json]:
        """How it is, as its variables say, and what the relay holds."""
        with self._lock:
            return {
                **self._relay.state(),
                "mains": self._mains,
                "charge": self._charge,
                "low": self._low,
                "replace": self._replace,
                "flags": self._flags,
                "sound": self._sound,
                "stale": self._stale,
                "driver": self._battery.running,
                "known": self._known,
                "tests": self._tests,
                "variables": self._variables(),
            }

    # -- the battery -------------------------------------------------------------

    def _tell(self) -> None:
        self._battery.tell(self._variables(), stale=self._stale)

    def _variables(self) -> dict[str, str]:
        words = ["OL" if self._mains else "OB"]
        words += ["DISCHRG"] * (not self._mains) + ["CHRG"] * (self._mains and self._charge < 100)
        words += ["LB"] * (self._low or self._charge < LOW_PERCENT) + ["RB"] * self._replace
        variables = {
            "ups.status": " ".join([*words, *self._flags.split()]),
            "ups.mfr": "Simulated",
            "ups.model": 'Battery 600 "kiosk"',
            "ups.serial": "SIM-0001",
            "ups.firmware": "1.0",
            "ups.load": "23",
            "ups.test.result": self._result,
            "battery.charge": str(self._charge),
            "battery.charge.low": str(LOW_PERCENT),
            "battery.runtime": str(self._charge * _SECONDS_PER_PERCENT),
            "battery.voltage": f"{22.0 + self._charge * 0.05:.1f}",
            "input.voltage": "229.8" if self._mains else "0.0",
            "output.voltage": "230.1",
        }
        if "ALARM" in self._flags.split():
            variables["ups.alarm"] = "Fan does not turn"
        return variables

    def _begin_test(self) -> None:
        with self._lock:
            self._tests += 1
            self._result = "In progress"
            self._tell()
        over = threading.Timer(_TEST_SECONDS, self._end_test)
        over.daemon = True
        over.start()

    def _end_test(self) -> None:
        with self._lock:
            self._result = "Done and passed" if self._sound else "Done and error"
            self._tell()

    # -- the server --------------------------------------------------------------

    def _configure(self) -> None:
        self._write("ups.conf", f"[{NAME if self._known else 'another'}]\ndriver = battery\nport = none\n")
        self._write("upsd.users", f"[{USER}]\npassword = {PASSWORD}\ninstcmds = ALL\n")

    def _write(self, name: str, words: str) -> None:
        path = self._folder / name
        path.touch(mode=0o600)  # upsd complains about what others may read
        path.write_text(words, encoding="ascii")

    def _started_server(self) -> tuple[subprocess.Popen[bytes], int]:
        """upsd cannot say which free port it took, so it is told one; somebody else may be quicker to take that."""
        if not UPSD.exists():
            raise FileNotFoundError(f"{UPSD} is missing: install the package nut-server")
        self._configure()
        folders = ("NUT_CONFPATH", "NUT_STATEPATH", "NUT_PIDPATH", "NUT_ALTPIDPATH")
        environment = {**os.environ, **dict.fromkeys(folders, str(self._folder))}
        as_root = ["-u", "root"] if os.getuid() == 0 else []  # its own user may not read here
        command = ["sh", "-c", _KEEPER, "upsd", str(UPSD), "-F", *as_root]
        said = self._folder / "upsd.log"
        for _ in range(_START_ATTEMPTS):
            port = _free_port()
            self._write("upsd.conf", f"LISTEN 127.0.0.1 {port}\nMAXAGE 15\n")
            with said.open("wb") as log:
                server = subprocess.Popen(
                    command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, process_group=0
                )
            if _answers(server, port):
                return server, port
            _end(server)
        raise OSError(f"upsd does not start: {said.read_text(errors='replace')[-500:]}")

    def _reload(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(b"HUP\n")
        self._server.stdin.flush()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Whether the server takes connections before the time is over."""
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.01)
        else:
            return server.poll() is None
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    try:
        server.wait(5.0)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
