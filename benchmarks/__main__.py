"""``scripts/benchmark [figures|catalogue|gate|matrix|screen|soak|times]``: starts what is needed, and measures.

``figures`` (how quick and how small it is) and ``screen`` may be followed by the number of runs, ``matrix`` by classes,
``soak`` by a seed.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from assembly import ADDRESSES, CONFIG
from assembly.world import world_for
from backoffice.documents.seals import CERTIFICATE
from benchmarks import catalogue, gate, idle, klm, matrix, paper, screen, soak, visit
from benchmarks.partners import WITHOUT_DELAY, partners
from drivers.simulation import Control
from kiosk.settings import load_settings


def main() -> int:
    """Measure what was asked for; the exit status is 1 when a figure does not hold."""
    what = sys.argv[1] if len(sys.argv) > 1 else "figures"
    logging.basicConfig(level=logging.CRITICAL if what != "figures" else logging.WARNING, stream=sys.stderr)
    match what:
        case "figures":
            return figures(int(sys.argv[2]) if len(sys.argv) > 2 else 6)
        case "catalogue":
            return catalogue.main()
        case "matrix":
            return matrix.main(sys.argv[2:])
        case "screen":
            return screen.main(int(sys.argv[2]) if len(sys.argv) > 2 else 15)
        case "soak":
            return soak.main()
        case "gate":
            return gate.main()
        case "times":
            return klm.main()
    print("there are figures, catalogue, gate, matrix, screen, soak and times", file=sys.stderr)
    return 2


def figures(runs: int) -> int:
    """Print the table of what must be quick and small."""
    print(
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}, Qt drawn in software"
    )
    held = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        started, words = partners(stack, folder, *WITHOUT_DELAY)
        controls = {
            "id_reader": Control(str(started["id_reader"].ready["control"]), 20),
            "camera": Control(str(started["camera"].ready["control"]), 20),
        }
        for control in controls.values():
            stack.callback(control.close)
        spelt = [word for setting in words for word in ("--set", setting)]
        for figure in idle.figures(runs, spelt):
            print(figure.line(), flush=True)
            held = held and (figure.holds if figure.runs else True)
        bare = ["--set", f"storage.directory={folder / 'bare'}"]
        settings = load_settings(CONFIG / "kiosk.toml", [f"storage.directory={folder / 'full'}"])
        settings.storage.directory.mkdir()
        with world_for(settings, settings.storage.directory, ADDRESSES) as world:
            full = [word for setting in world.words for word in ("--set", setting)]
            full += ["--set", f"storage.directory={settings.storage.directory}"]
            figure = idle.polls(max(runs // 2, 1), bare, full)
        print(figure.line(), flush=True)
        held = held and figure.holds
        for figure in paper.figures(runs, str(started["office"].address), folder / "seals" / CERTIFICATE):
            print(figure.line(), flush=True)
            held = held and figure.holds
        for figure in visit.figures(runs, words, controls):
            print(figure.line(), flush=True)
            held = held and figure.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
