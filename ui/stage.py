"""The hands and the face of an invented citizen: what a person does apart from touching the glass.

The stage looks at the page like a person and acts on the simulated devices
from outside: lays the card down when it is asked for, blinks and turns when
told to, reads the code to pay with the own phone, takes the card away in the
end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from drivers.simulation import Control
from kiosk.visit.view import (
    BankCardState,
    CardState,
    DoneBody,
    FaceState,
    PayBody,
    PayState,
    ReadBankCardBody,
    ReadCardBody,
    RewriteBody,
    RewriteState,
    VerifyFaceBody,
    VisitView,
)

log = logging.getLogger("ui.stage")

# People need a moment to read before they do.
READING_SECONDS = 1.0
TURNING_SECONDS = 0.4
# Somebody whose movement was not seen makes it again.
AGAIN_SECONDS = 5.0
# The cards of the rewriter's tray are called by their holders, but for this one.
_CARDS = {"uygur": "permit"}


class Stage:
    """One citizen before the machine. ``controls`` are those of the simulated devices, and of the phone that pays.

    ``person`` names a card of the tray, ``face`` a photograph of the camera.
    """

    def __init__(
        self,
        controls: Mapping[str, Control],
        *,
        person: str,
        face: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = controls.get("id_reader")
        self._camera = controls.get("camera")
        self._wallet = controls.get("wallet")
        self._rewriter = controls.get("card_rewriter")
        self._bank = controls.get("bank_card_reader")
        self._person = person
        self._face = face
        self._asked = ""
        self._asked_at = 0.0
        self._clock = clock
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stage")

    def enter(self) -> None:
        """Stand before the camera; the device behind it needs a moment to show the person."""
        if self._camera is not None:
            self._camera.do("person", name=self._face)

    def see(self, view: VisitView | None) -> None:
        """The page has changed; do what it asks for, once."""
        wish = _wish(view)
        again = wish.startswith("act:") and self._clock() - self._asked_at > AGAIN_SECONDS
        if wish == self._asked and not again:
            return
        self._asked, self._asked_at = wish, self._clock()
        if wish:
            self._hands.submit(self._do, wish)

    def leave(self) -> None:
        """Finish what was begun and go."""
        self._hands.shutdown(wait=True)

    def _do(self, wish: str) -> None:
        try:
            if wish == "place" and self._reader is not None:
                time.sleep(READING_SECONDS)
                self._reader.do("place", person=self._person)
            elif wish == "lift" and self._reader is not None:
                self._reader.do("lift")
            elif wish.startswith("act:") and self._camera is not None:
                time.sleep(TURNING_SECONDS)
                self._camera.do("act", action=wish.partition(":")[2].partition(":")[0])
            elif wish in ("put in", "take") and self._rewriter is not None:
                time.sleep(READING_SECONDS)
                if wish == "take":
                    self._rewriter.do("take")
                else:
                    self._rewriter.do("insert", card=_CARDS.get(self._person, self._person))
            elif wish in ("push in", "pull out") and self._bank is not None:
                time.sleep(READING_SECONDS)
                self._bank.do("remove" if wish == "pull out" else "insert")
            elif wish.startswith("pay:") and self._wallet is not None:
                time.sleep(READING_SECONDS)
                self._wallet.do("scan", code=wish.partition(":")[2])
        except (OSError, RuntimeError):
            log.exception("the simulated citizen could not %s", wish.partition(":")[0])


def _wish(view: VisitView | None) -> str:
    """What the page asks the person to do; changes when it asks anew."""
    if view is None or view.problem is not None:
        return ""
    match view.body:
        case ReadCardBody(state=CardState.WAITING):
            return "place"
        case VerifyFaceBody(state=FaceState.CHALLENGE) as face:
            return f"act:{face.prompt}:{face.done}"
        case PayBody(state=PayState.OPEN, code=code):
            return f"pay:{code}"
        case ReadBankCardBody(state=BankCardState.WAITING):
            return "push in"
        case ReadBankCardBody(card_in=True):
            return "pull out"
        case RewriteBody(state=RewriteState.WAITING):
            return "put in"
        case RewriteBody(state=RewriteState.OFFERED) as card if card.seconds_left > 0:
            return "take"
        case DoneBody():
            return "lift"
        case _:
            return ""
