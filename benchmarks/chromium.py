"""Chromium in kiosk mode without a screen, driven over its DevTools pipe; nothing beyond the standard library."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BINARY = "/usr/bin/chromium"
FLAGS = (
    "--headless=new",
    "--kiosk",
    "--screen-info={1080x1920}",
    "--no-sandbox",  # of a user who may be root; one process less to wait for, in Chromium's favour
    "--disable-gpu",  # no graphics processor: Skia draws on the processor
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--remote-debugging-pipe",
)
# A frame is on the glass: what headless Chromium has instead of one acknowledges it.
FRAME = "Display::FrameDisplayed"
PATIENCE = 20.0


class ChromiumError(Exception):
    """Chromium cannot be used; the message is a sentence for whoever measures."""


def install() -> None:
    """Install Debian's package where it is missing. Raises ChromiumError."""
    if Path(BINARY).exists():
        return
    print("Chromium is missing; Debian's package chromium is installed now, for this benchmark only.", file=sys.stderr)
    root = [] if os.geteuid() == 0 else ["sudo"]
    command = [*root, "apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    if shutil.which("apt-get") is None or subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        raise ChromiumError("Chromium is missing and could not be installed: " + " ".join(command))


class Chromium:
    """One browser with one page; ``started`` is when its process was asked for, seconds of the monotonic clock."""

    def __init__(self, page: Path, profile: Path, size: tuple[int, int], film: Path) -> None:
        to_browser, from_browser = os.pipe(), os.pipe()
        # The browser reads at 3 and writes at 4: ours lie out of the way of both.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (to_browser[0], from_browser[1])]
        words = [
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--window-size={size[0]},{size[1]}",
            f"--use-file-for-fake-video-capture={film}",
            page.as_uri(),
        ]
        shell = f'exec "$0" "$@" 3<&{ends[0]} 4>&{ends[1]}'
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", shell, BINARY, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=ends,
        )
        for end in (*ends, to_browser[0], from_browser[1]):
            os.close(end)
        self._write, self._read = to_browser[1], from_browser[0]
        self._pending = b""
        self._last = 0
        self._session = ""
        self._trace: list[Mapping[str, Any]] = []
        self._traced = False

    def attach(self) -> None:
        """Find the page. Raises ChromiumError."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            pages = [one for one in self.do("Target.getTargets")["targetInfos"] if one["type"] == "page"]
            if pages:
                found = self.do("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
                self._session = found["sessionId"]
                return
            time.sleep(0.02)
        raise ChromiumError("Chromium shows no page")

    def do(self, method: str, **parameters: Any) -> Any:
        """A command, and what it answers. Raises ChromiumError."""
        number = self.send(method, **parameters)
        while True:
            message = self._message()
            if message.get("id") == number:
                if "error" in message:
                    raise ChromiumError(f"{method}: {message['error'].get('message')}")
                return message["result"]

    def send(self, method: str, **parameters: Any) -> int:
        """A command whose answer nobody waits for now; returns its number."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session and not method.startswith(("Target.", "Tracing.", "Browser.")):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        return self._last

    def ask(self, expression: str) -> Any:
        """The value of an expression of the page, awaited where it is a promise. Raises ChromiumError."""
        told = self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise ChromiumError(f"{expression}: {told['exceptionDetails'].get('text')}")
        return told["result"].get("value")

    def mouse(self, kind: str, x: float, y: float) -> float:
        """Press or release at a point; returns when it was told, seconds of the monotonic clock."""
        at = time.monotonic()
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        return at

    def picture(self) -> bytes:
        """What is on the glass, PNG."""
        return base64.b64decode(self.do("Page.captureScreenshot")["data"])

    def trace(self) -> None:
        """From now on remember when frames are on the glass."""
        categories = {"includedCategories": ["viz"], "recordMode": "recordAsMuchAsPossible"}
        self._trace, self._traced = [], False
        self.do("Tracing.start", traceConfig=categories, transferMode="ReportEvents")

    def frames(self) -> list[float]:
        """When frames were on the glass since :meth:`trace`, seconds of the monotonic clock; remembers no more."""
        self.do("Tracing.end")
        while not self._traced:
            self._message()
        return sorted(float(one["ts"]) / 1e6 for one in self._trace if one.get("name") == FRAME)

    def close(self) -> None:
        """End it."""
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait(10)
        os.close(self._write)
        os.close(self._read)

    def _message(self) -> Mapping[str, Any]:
        while b"\0" not in self._pending:
            if not select.select([self._read], [], [], PATIENCE)[0]:
                raise ChromiumError("Chromium does not answer")
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise ChromiumError("Chromium has ended")
            self._pending += piece
        line, _, self._pending = self._pending.partition(b"\0")
        message: Mapping[str, Any] = json.loads(line)
        if message.get("method") == "Tracing.dataCollected":
            self._trace += message["params"]["value"]
        elif message.get("method") == "Tracing.tracingComplete":
            self._traced = True
        return message
