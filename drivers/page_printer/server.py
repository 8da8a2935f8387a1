"""The real print server inside the simulator: CUPS' own ippeveprinter, started in a folder of its own.

It needs no root, no systemd, no Avahi, and nothing of /etc/cups.
"""

from __future__ import annotations

import http.client
import json
import os
import shlex
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from drivers.page_printer import engine
from drivers.page_printer.status import A4

RESOURCE = "/ipp/print"

_SERVER, _BUS = "ippeveprinter", "dbus-daemon"
_PACKAGES = {_SERVER: "cups-ipp-utils", _BUS: "dbus-daemon"}
_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/bin"])
_START_SECONDS = 15.0
_START_ATTEMPTS = 4
_WASTE = 25  # percent of the box for waste toner

# ippeveprinter insists on a system bus, though with its announcements off it has nothing to say there.
_BUS_SETTINGS = """<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""

Say = Callable[[str], None]


class IppEvePrinter:
    """Started with further ``options``. For each document ``on_document`` is called on a thread of its own.

    It gets the path as ``document`` and the job's attributes (``IPP_JOB_ID``, ``IPP_SIDES``, …), says lines that
    ippeveprinter understands, and returns 0, or 1 for a job that failed. Raises FileNotFoundError when a program is
    not installed, OSError.
    """

    def __init__(self, options: list[str], on_document: Callable[[Mapping[str, str], Say], int]) -> None:
        with ExitStack() as undo:
            self.folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="page-printer-")))
            self._undo = undo
            self._serve_engine(on_document)
            self._start_bus()
            self.port = self._start(options)
            self._undo = undo.pop_all()

    @property
    def uri(self) -> str:
        """Where it takes jobs; ``ipps`` works as well."""
        return f"ipp://127.0.0.1:{self.port}{RESOURCE}"

    def stop(self) -> None:
        """End it and remove what it wrote."""
        self._undo.close()

    def load(self, sheets: int, toner: int) -> None:
        """Tell it of paper and toner (percent), by the forms of its web page."""
        tray: dict[str, str | int] = {"size1": A4, "type1": "stationery", "level1": sheets}
        self._fill_in("/media", {**tray, "level2": -2, "level3": -2})  # how full the other feeds are, nobody knows
        self._fill_in("/supplies", {"supply0": _WASTE, **{f"supply{number}": toner for number in range(1, 5)}})

    def _fill_in(self, page: str, form: Mapping[str, str | int]) -> None:
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5.0)
        try:
            web.request("GET", f"{page}?{urlencode(form)}")
            web.getresponse().read()
        finally:
            web.close()

    # -- the processes -----------------------------------------------------------

    def _serve_engine(self, on_document: Callable[[Mapping[str, str], Say], int]) -> None:
        path = self.folder / "engine.socket"
        command = shlex.join([sys.executable, "-I", "-S", engine.__file__, str(path)])
        script = self.folder / "engine"
        script.write_text(f'#!/bin/sh\nexec {command} "$1"\n', encoding="utf-8")
        script.chmod(0o700)

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                asked: dict[str, Any] = json.loads(self.rfile.readline())
                try:
                    self._say(f"EXIT {on_document(asked, self._say)}")
                except BrokenPipeError:
                    pass  # ippeveprinter was switched off

            def _say(self, words: str) -> None:
                self.wfile.write(words.encode() + b"\n")

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        server = Server(str(path), Handler)
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="printing engine", daemon=True
        )
        thread.start()
        self._undo.callback(server.server_close)
        self._undo.callback(server.shutdown)

    def _start_bus(self) -> None:
        path = self.folder / "bus"
        settings = self.folder / "bus.conf"
        settings.write_text(_BUS_SETTINGS.format(path=path), encoding="utf-8")
        bus = self._process([_program(_BUS), "--nofork", "--nopidfile", "--nosyslog", f"--config-file={settings}"])
        _await(bus, socket.AF_UNIX, str(path))

    def _start(self, options: list[str]) -> int:
        """It cannot say which free port it took, so it is told one; somebody else may be quicker to take that.

        Where ``localhost`` has no address of IPv6 it only starts on all addresses.
        """
        command = [_program(_SERVER), "-r", "off", "-d", str(self.folder), "-K", str(self.folder), *options]
        command += ["-c", str(self.folder / "engine")]
        for attempt in range(_START_ATTEMPTS):
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = int(probe.getsockname()[1])
            name = ["-n", "localhost"] if attempt % 2 == 0 else []
            server = self._process([*command, *name, "-p", str(port), "Simulated A4 laser"])
            try:
                _await(server, socket.AF_INET, ("127.0.0.1", port))
            except ChildProcessError:
                continue
            return port
        said = (self.folder / "said.log").read_text(errors="replace")
        raise OSError(f"{_SERVER} does not start: {said[-500:]}")

    def _process(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder / 'bus'}",
            "HOME": str(self.folder),
        }
        with (self.folder / "said.log").open("ab") as said:
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        self._undo.callback(process.wait)
        self._undo.callback(process.kill)
        return process


def _await(process: subprocess.Popen[bytes], family: socket.AddressFamily, address: str | tuple[str, int]) -> None:
    """Wait until ``process`` takes connections. Raises ChildProcessError when it will not."""
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(family) as line:
            if line.connect_ex(address) == 0 and process.poll() is None:
                return
        time.sleep(0.01)
    raise ChildProcessError(f"{process.args!r} does not start")


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise FileNotFoundError(f"{name} is missing: install the package {_PACKAGES[name]}")
    return found
