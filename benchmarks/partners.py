"""The programs at the other ends of a kiosk's wires, each in a process of its own, paced as the real ones are."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from benchmarks.idle import MAIN
from drivers.document_camera.simulator import draw_licence
from drivers.simulation import Partner

WITHOUT_DELAY = ("--with", "find_seconds=0", "--with", "select_seconds=0", "--with", "read_seconds=0")


def partners(stack: ExitStack, folder: Path, *reader: str) -> tuple[dict[str, Partner], list[str]]:
    """Reader, printer, camera and back office, until ``stack`` is unwound, and the settings that lead to them.

    ``reader`` is what the simulated ID reader is like. All that is kept lies in ``folder``.
    """
    database = f"sqlite:///{folder / 'office.sqlite3'}"
    started = {
        "id_reader": Partner([*MAIN, "simulate", "id_reader", "--listen", "pty", *reader]),
        "receipt_printer": Partner([*MAIN, "simulate", "receipt_printer"]),
        "camera": Partner([*MAIN, "simulate", "camera"]),
        "office": Partner([*MAIN, "backoffice", "serve", "--listen", "127.0.0.1:0", "--database", database]),
    }
    for one in started.values():
        stack.callback(one.stop)
    desk = folder / "desk"
    desk.mkdir()
    draw_licence(desk / "licence.png")
    return started, [
        f"devices.id_reader.port={started['id_reader'].address}",
        f"devices.receipt_printer.url={started['receipt_printer'].address}",
        f"devices.camera.source={started['camera'].address}",
        f"devices.document_camera.source={desk}",
        f"gateway.url={started['office'].address}",
        f"storage.directory={folder}",
    ]
