"""How a page can be dressed: look, size of the words, language, and how the glass stands."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from PySide6.QtCore import QCoreApplication, QEvent

from kiosk.text import Language
from tests.ui.conftest import Screen
from ui.models.session import LOOKS, TEXT_SIZES, Look

LANGUAGES: tuple[Language, ...] = ("zh", "en")
GLASS = (1080, 1920)


# The glass upright, the page on it lowered for whoever sits before it, the glass on its side.
Stands = Literal["upright", "lowered", "wide"]
STANDS: tuple[Stands, ...] = get_args(Stands)


@dataclass(frozen=True)
class Dress:
    """One way to show a page. ``size`` is how many steps the words are larger than the look has them."""

    look: Look = "standard"
    language: Language = "zh"
    size: int = 0
    stands: Stands = "upright"

    def __str__(self) -> str:
        larger = f", words {self.size} larger" if self.size else ""
        return f"{self.look}, {self.language}{larger}{'' if self.stands == 'upright' else f', {self.stands}'}"


PLAIN = Dress()
LOWERED = Dress(stands="lowered")
# Each of the other looks, the other language, every size and every way to stand once.
OTHERS = (
    Dress("dark", size=1, stands="wide"),
    Dress("light", size=2, stands="lowered"),
    Dress("elder", "en", size=3),
)
# Elders come last: they are asked one question a page, and what stood over another question goes.
EVERY = tuple(
    Dress(look, language, size, stands)
    for look, language, size, stands in product(
        sorted(LOOKS, key=lambda look: look == "elder"), LANGUAGES, range(TEXT_SIZES), STANDS
    )
)


def daily(number: int) -> tuple[Dress, ...]:
    """As most people see a page, and of the other ways one in turn: ``number`` is that of the page's story."""
    return PLAIN, OTHERS[number % len(OTHERS)]


def dress(screen: Screen, put_on: Dress) -> None:
    """Dress what stands. It is laid out anew at once; nothing slides."""
    session, window = screen.session, screen.window
    width, height = GLASS[::-1] if put_on.stands == "wide" else GLASS
    if (window.width(), window.height()) != (width, height):
        window.resize(width, height)
    if session.language != put_on.language:
        session.setLanguage(put_on.language)
    if session.look != put_on.look:
        session.setLook(put_on.look)
    if session.textSize != put_on.size:
        session.setTextSize(put_on.size)
    if session.lowered != (put_on.stands == "lowered"):
        session.setLowered(put_on.stands == "lowered")
    lay_out(screen)


def lay_out(screen: Screen) -> None:
    """Let everything that was put off happen: deletions, positions, bindings that are called later."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    screen.window.grabWindow()  # what is drawn has been laid out
    QCoreApplication.processEvents()
    ahead = screen.window.incubationController()
    while ahead.incubatingObjectCount() > 0:  # rows of a long list beyond those in sight: half made they have no size
        ahead.incubateFor(20)
