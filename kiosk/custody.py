"""A card inside the rewriter belongs to somebody who cannot reach it: it comes out again, or it is kept and told where.

That holds whoever has left meanwhile, and for a card that is found inside when
the program begins. A new card on which nothing was written goes to nobody.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from drivers.card_rewriter.rewriter import CardRewriter, CardRewriterFault, RewriteResult
from drivers.device import Cancel, Cancelled, DeviceError, DeviceStatus
from drivers.worker import DeviceWorker, Task
from kiosk.documents.card_face import Face
from kiosk.visit.events import CardOffered, CardTaken, Event

log = logging.getLogger("kiosk.custody")

TAKE_SECONDS = 60.0  # how long a card is held out before it is kept
LONG_SECONDS = 3600.0  # for a driver that lost its mind; what is waited for has its own end
SOFTWARE_FAULT = "software.fault"
# A line that was cut for a moment is back by the next try; what is still inside after that is tried again now and then.
TRIES, TRY_AGAIN_SECONDS = 2, 2.0
ON_THE_LINE = {CardRewriterFault.DISCONNECTED, CardRewriterFault.SILENT, CardRewriterFault.GARBLED}
# While only these stand, a card that is inside can still come out.
BEARABLE = {CardRewriterFault.FORGOTTEN, CardRewriterFault.BIN_FULL}

Picture = NDArray[np.uint8]
Tell = Callable[[Event], None]


def nobody(_event: Event) -> None:
    """There is nobody who waits for it."""


class Custody:
    """The cards in one rewriter. Its methods are called on the owner's thread, but for those that take the device.

    ``on_kept`` is called when a card was not taken ("") or does not come out (the fault), with whoever waits for it;
    ``on_change`` when a card is held out, or no longer.
    """

    def __init__(
        self,
        worker: DeviceWorker[CardRewriter],
        *,
        soon: Callable[[Callable[[], None]], None],
        on_kept: Callable[[str, Tell], None],
        on_change: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.worker = worker
        self.face: Face | None = None  # what is to be written now
        self._soon = soon
        self._on_kept = on_kept
        self._on_change = on_change
        self._seconds = TAKE_SECONDS
        self._clock = clock
        self._tries = 0
        self._said = False  # where the card is that does not come out
        self._again_at: float | None = None  # when it is tried again to get a card out that is still inside
        self._tell: Tell = nobody
        self._task: Task[None] | None = None  # that gives a card back, or discards one
        self._offered = False
        self._in_use = False  # a visit had a card let in, or fetched, and has not given it up
        self._inside = False  # that card is inside for sure
        self._is_new = False  # it is one of the stock, and nothing was written on it

    @property
    def offered(self) -> bool:
        """Whether a card is in the mouth, to be taken."""
        return self._offered

    @property
    def busy(self) -> bool:
        """Whether a card is on its way out."""
        return self._task is not None

    # -- on the worker's thread, for a visit ---------------------------------------------

    def take_in(self, rewriter: CardRewriter, cancel: Cancel, drawn_in: Callable[[], None]) -> str:
        """Wait for a card and read its number. Raises DeviceError, OSError, Cancelled."""
        rewriter.accept(cancel, patience=math.inf)
        self._soon(self._is_inside)
        drawn_in()
        return rewriter.read(cancel).number

    def fetch(self, rewriter: CardRewriter, cancel: Cancel) -> None:
        """Take a new card from the stock. Raises DeviceError, OSError, Cancelled."""
        rewriter.feed(cancel)

    def write(self, rewriter: CardRewriter, cancel: Cancel) -> RewriteResult:
        """Write the card inside. Raises DeviceError, OSError, Cancelled, all before it was touched."""
        if self.face is None:
            raise RuntimeError("nothing was composed that could be written")
        return rewriter.rewrite(self.face, cancel)

    # -- on the owner's thread -------------------------------------------------------------

    def engage(self, face: Face, *, is_new: bool) -> None:
        """A visit wants a card let in, or a new one fetched, on which ``face`` is to be written."""
        self.face = face
        self._in_use, self._is_new, self._inside = True, is_new, is_new

    def written(self) -> None:
        """Something stands on the card now: it is somebody's."""
        self._is_new = False

    def give_back(self, tell: Tell) -> None:
        """Hold the card out, where one is, and keep it when nobody takes it. ``tell`` hears what becomes of it."""
        self._tell = tell
        if self._task is None:
            self._begin(self._out, self._given_back)

    def discard(self, tell: Callable[[str], None]) -> None:
        """Put a new card into the bin; ``tell`` hears the fault for which it is still inside, "" for none."""
        if self._task is None:
            self._begin(lambda rewriter, _: rewriter.discard(), lambda fault: self._discarded(fault, tell))

    def let_go(self) -> None:
        """The visit is over, or wants no card any more: what is inside is given back, and nobody waits for the news."""
        self._tell, self.face = nobody, None
        if self._in_use and self._task is None:
            self._clear()

    def tick(self) -> None:
        """Time has passed."""
        if self._again_at is not None and self._clock() >= self._again_at:
            self._again_at = self._clock() + TRY_AGAIN_SECONDS
            self.look(self.worker.status)

    def look(self, status: DeviceStatus) -> None:
        """While no visit has a card inside, see whether one is: after a crash, or once a jam was cleared."""
        if self._in_use or self._task is not None or status.details.get("card") not in ("inside", "presented"):
            return
        if {fault.code for fault in status.faults} <= BEARABLE:
            log.info("a card is inside that can come out now")
            self._inside = True
            self._clear()

    # -- inside ------------------------------------------------------------------------------

    def _is_inside(self) -> None:
        self._inside = True

    def _clear(self) -> None:
        if self._is_new:
            self.discard(lambda _: None)
        else:
            self._begin(self._out, self._given_back)

    def _begin(self, command: Callable[[CardRewriter, Cancel], None], then: Callable[[str], None]) -> None:
        task = self._task = self.worker.submit(command, seconds=LONG_SECONDS)
        self._tries += 1

        def ended(future: Future[None]) -> None:
            self._soon(lambda: self._ended(future, command, then))

        task.future.add_done_callback(ended)

    def _out(self, rewriter: CardRewriter, cancel: Cancel) -> None:
        while True:
            try:
                rewriter.present_or_capture(self._seconds, cancel, lambda: self._soon(self._offer))
            except DeviceError as error:
                if error.fault.code != CardRewriterFault.BIN_FULL:
                    raise  # of a bin that is full the card stays in the mouth
            else:
                return

    def _offer(self) -> None:
        if not self._offered:
            self._offered = True
            self._on_change()
        self._tell(CardOffered(self._seconds))

    def _ended(
        self,
        future: Future[None],
        command: Callable[[CardRewriter, Cancel], None],
        then: Callable[[str], None],
    ) -> None:
        self._task, self._offered = None, False
        try:
            future.result()
        except Cancelled:
            self._on_change()
            return  # the program ends
        except DeviceError as error:
            fault = str(error.fault.code)
        except Exception:  # noqa: BLE001  the worker has logged it; whoever waits must hear something
            fault = SOFTWARE_FAULT
        else:
            fault = ""
        if fault in ON_THE_LINE and self._inside and self._tries < TRIES:
            self._begin(command, then)
        else:
            self._tries, self._in_use = 0, False
            then(fault)
        self._on_change()

    def _given_back(self, fault: str) -> None:
        tell = self._tell
        stays = bool(fault) and fault != CardRewriterFault.FORGOTTEN and self._inside
        said, self._said = self._said, stays
        self._inside = stays
        self._again_at = self._clock() + TRY_AGAIN_SECONDS if stays else None
        if stays and not said:
            self._on_kept(fault, tell)
        elif fault == CardRewriterFault.FORGOTTEN:
            self._on_kept("", tell)
        elif not stays:
            tell(CardTaken())

    def _discarded(self, fault: str, tell: Callable[[str], None]) -> None:
        if not fault:
            self._inside = self._is_new = False
        self._again_at = self._clock() + TRY_AGAIN_SECONDS if fault and self._inside else None
        tell(fault)


def picture_of(face: Face) -> Picture:
    """The card as the screen shows it, BGR ``(H, W, 3)``."""
    return np.where(face[..., None], (34, 28, 22), (255, 255, 255)).astype(np.uint8)
