"""The comparison made elsewhere: pictures of the face go to the authority's service. Off unless the settings say so.

It asks for a consent of its own (``kiosk/visit/consent.py``). The pictures go
from the face process straight to the line; the application never has them.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import cv2
import numpy as np

from kiosk.gateway.client import GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import FaceAnswer, FaceQuestion, FaceZone, ProblemCode
from kiosk.identity.comparison import Judgement
from kiosk.identity.engine import Face, Picture
from kiosk.identity.events import Outcome
from kiosk.identity.geometry import Points
from kiosk.identity.portrait import Portrait

# The application believes that the face process hangs when it says nothing for HANG_SECONDS (process.py), and while it
# waits for an answer it says nothing: a question has so long in all, however large its pictures are.
CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 1.0, 3.0, 4.0
FRAMES = 5
SIDE = 320  # pixels of a picture that is sent
AROUND = 2.0  # of the face's box
QUALITY = 90

_OUTCOMES = {
    FaceZone.ACCEPTED: Outcome.ACCEPTED,
    FaceZone.NEAR: Outcome.STEP_UP,
    FaceZone.REFUSED: Outcome.REFUSED,
}


def private(line: str) -> bool:
    """Whether nobody on the way can look at what is sent: the consent says so."""
    address = urlsplit(line)
    return address.scheme == "https" or address.hostname in ("127.0.0.1", "::1", "localhost")


class AuthorityComparison:
    """``ask`` is the line; it raises GatewayUnreachable, GatewayRefused."""

    name = "authority"
    frames = FRAMES

    def __init__(self, ask: Callable[[FaceQuestion], FaceAnswer]) -> None:
        self._ask = ask
        self._portrait: Picture | None = None
        self._number: str | None = None  # of somebody whose portrait only the authority has
        self._probes: list[Picture] = []

    @property
    def prepared(self) -> bool:
        return self._portrait is not None or self._number is not None

    def prepare(self, portrait: Portrait) -> None:
        self.forget()
        self._portrait = portrait.rgb.copy()

    def prepare_number(self, number: str) -> None:
        """Compare with the portrait that the authority has for this card number."""
        self.forget()
        self._number = number

    def cut(self, rgb: Picture, face: Face, points: Points) -> Picture:  # noqa: ARG002
        """The face and what is around it, ``SIDE`` x ``SIDE``."""
        half = AROUND * max(face.width, face.height) / 2
        middle = ((face.left + face.right) / 2, (face.top + face.bottom) / 2)
        scale = SIDE / (2 * half)
        place = np.array([[scale, 0, SIDE / 2 - scale * middle[0]], [0, scale, SIDE / 2 - scale * middle[1]]])
        return np.asarray(cv2.warpAffine(rgb, place, (SIDE, SIDE), flags=cv2.INTER_AREA), np.uint8)

    def add(self, cut: Picture) -> None:
        self._probes.append(cut.copy())

    def judge(self, false_accepts: float) -> Judgement:
        if not self.prepared or not self._probes:
            raise RuntimeError("a comparison needs a portrait and its frames")
        question = FaceQuestion(
            portrait=_jpeg(self._portrait) if self._portrait is not None else None,
            number=self._number,
            probes=tuple(_jpeg(probe) for probe in self._probes),
            false_accepts=false_accepts,
        )
        try:
            answer = self._ask(question)
        except GatewayUnreachable:
            return Judgement(Outcome.UNAVAILABLE, reason="unreachable")
        except GatewayRefused as error:
            if error.problem.code is ProblemCode.NOT_FOUND:  # it has no portrait of this number
                return Judgement(Outcome.NO_PORTRAIT, reason="not_on_file")
            return Judgement(Outcome.UNAVAILABLE, reason=error.problem.code.value)
        return Judgement(_OUTCOMES[answer.zone], answer.distance, answer.threshold)

    def restart(self) -> None:
        for probe in self._probes:
            probe.fill(0)
        self._probes.clear()

    def forget(self) -> None:
        self.restart()
        self._number = None
        if self._portrait is not None:
            self._portrait.fill(0)
            self._portrait = None


def _jpeg(rgb: Picture) -> bytes:
    coded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return bytes(coded)
