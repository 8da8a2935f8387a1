"""Keeps the picture of every page anew: ``scripts/atlas``."""

from __future__ import annotations

import logging

from tests.ui.atlas.check import walk
from tests.ui.atlas.pages import STORIES
from tests.ui.atlas.pictures import KEPT, differ, keep, kept, picture_of
from tests.ui.conftest import screen_over
from tests.ui.desk import Desk
from ui.application import Application

log = logging.getLogger("atlas")


def main() -> None:
    """Walk through every story; write what is new or another picture now, and take away what is of no page any more."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("ui").setLevel(logging.CRITICAL)  # the tests hear what Qt says
    application = Application()
    names = set()
    for story in STORIES.values():
        screen = screen_over(application, Desk())
        for page in walk(screen, story):
            now, before = picture_of(screen.window), kept(page.name)
            if before is None or differ(before, now):
                log.info("%s: kept %s", page.name, "for the first time" if before is None else "anew")
                keep(page.name, now)
            names.add(page.name)
        application.close()
    for path in KEPT.glob("*.png"):
        if path.stem not in names:
            log.info("%s: is no page any more", path.stem)
            path.unlink()


if __name__ == "__main__":
    main()
