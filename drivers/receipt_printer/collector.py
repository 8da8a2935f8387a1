"""python-escpos as a maker of commands: what it would send is collected."""

from __future__ import annotations

import logging
import os
from pathlib import Path

# The library reads a table of all printers it knows, a fifth of a second long; ours has the one that we build on.
os.environ["ESCPOS_CAPABILITIES_FILE"] = str(Path(__file__).with_name("capabilities.json"))

# The library sets up the root logger when it is imported. What is logged where is for the program to
# decide, not for a library; so the root's handlers are put back.
_handlers = logging.root.handlers[:]
from escpos.capabilities import Profile  # noqa: E402
from escpos.escpos import Escpos  # noqa: E402

logging.root.handlers[:] = _handlers


class Collector(Escpos):  # type: ignore[misc]  # the library is not typed
    """All commands end up in ``output``. ``dots`` is the width of the paper."""

    def __init__(self, dots: int) -> None:
        profile = Profile()
        # Without a width the library writes to the console with every picture. A picture is as wide as its whole bytes.
        profile.profile_data = {**profile.profile_data, "media": {"width": {"pixels": -(-dots // 8) * 8}}}
        super().__init__(profile)
        self.output = bytearray()

    def add(self, commands: bytes) -> None:
        """Send bytes as they are."""
        self.output += commands

    def _raw(self, msg: bytes) -> None:
        self.add(msg)

    def _read(self) -> bytes:
        raise NotImplementedError("the driver reads the printer, not the library")

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""
