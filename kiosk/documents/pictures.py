"""What a finished document looks like, for the screen: its first pages, drawn from the very PDF that will be printed.

They are drawn in a process of their own. What its libraries remember of the
document ends with it, and a document that they choke on takes nobody along.
"""

from __future__ import annotations

import io
import json
import logging
import struct
import subprocess
import sys
from pathlib import Path

import typst

from kiosk.memory import keep_in_memory

log = logging.getLogger("kiosk.documents")

_HOUSE = Path(__file__).resolve().parents[2]
_TEMPLATE = Path(__file__).with_name("page.typ")
_DOTS_PER_INCH = 110  # as wide as a page can be on the glass
_MOST_PAGES = 6  # nobody compares more before the paper comes
_SECONDS = 10.0
_SIZE = struct.Struct(">I")  # before each picture


def pictures_of(pdf: bytes, pages: int) -> tuple[bytes, ...]:
    """The first pages as PNG pictures, at most six; none where they cannot be drawn. Takes a moment: for errands."""
    wanted = min(pages, _MOST_PAGES)
    command = [sys.executable, "-m", "kiosk.documents.pictures", str(wanted)]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, cwd=_HOUSE, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("a document cannot be shown before it is printed: %s", type(error).__name__)  # its words may be it
        return ()
    told = io.BytesIO(done.stdout)
    return tuple(told.read(_SIZE.unpack(told.read(_SIZE.size))[0]) for _ in range(wanted))


def main() -> None:
    """Draw the document on the standard input, so many pages of it, to the standard output."""
    keep_in_memory()
    pdf = json.dumps(list(sys.stdin.buffer.read()))
    for page in range(1, int(sys.argv[1]) + 1):
        drawn = typst.compile(
            _TEMPLATE,
            format="png",
            ppi=_DOTS_PER_INCH,
            ignore_system_fonts=True,
            sys_inputs={"pdf": pdf, "page": str(page)},
        )
        assert isinstance(drawn, bytes)
        sys.stdout.buffer.write(_SIZE.pack(len(drawn)) + drawn)


if __name__ == "__main__":
    main()
