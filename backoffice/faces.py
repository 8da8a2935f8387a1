"""The authority's own comparison of faces: what a kiosk asks whose settings say that pictures may leave it.

The reference service does it with ``face_recognition``; a real one has
its own engine and its own calibration. Nothing of a question is kept.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from backoffice.store import Refusal
from kiosk.gateway.contract import FaceAnswer, FaceQuestion, FaceZone, ProblemCode

ENGINE = "face_recognition"
# Of single encodings of 22 East Asian people against chip-sized portraits: the distance up to which so many strangers
# were let in. The library's own 0.6 lets in 38 % of them.
RATES = ((0.40, 0.0005), (0.42, 0.002), (0.45, 0.013))
NEAR = 0.55
SMALLEST = 240  # pixels of a picture's shorter side in which a face is sought

_one_at_a_time = threading.Lock()  # an encoding takes a core for a tenth of a second, whoever asks


def compared(question: FaceQuestion, on_file: Callable[[str], bytes]) -> FaceAnswer:
    """Hold every probe against the portrait; the median decides, and one stranger among them refuses all.

    ``on_file`` finds the portrait of a number. Raises Refusal for what is no picture, or shows no face or several.
    """
    known = question.portrait if question.number is None else on_file(question.number)
    if known is None:
        raise Refusal(ProblemCode.INVALID)
    accept = max((distance for distance, rate in RATES if rate <= question.false_accepts), default=None)
    with _one_at_a_time:
        portrait = _encoded(known)
        distances = [float(np.linalg.norm(portrait - _encoded(probe))) for probe in question.probes]
    measured = float(np.median(distances))
    if max(distances) > NEAR:
        zone, measured = FaceZone.REFUSED, max(distances)
    else:
        zone = FaceZone.ACCEPTED if accept is not None and measured <= accept else FaceZone.NEAR
    return FaceAnswer(zone=zone, engine=ENGINE, distance=measured, threshold=accept)


def _encoded(jpeg: bytes) -> NDArray[np.float64]:
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            shorter = min(picture.size)
            scale = max(1.0, SMALLEST / shorter)
            rgb = np.array(picture.convert("RGB").resize((round(picture.width * scale), round(picture.height * scale))))
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise Refusal(ProblemCode.INVALID) from error
    engine = _engine()
    boxes = engine.face_locations(rgb, number_of_times_to_upsample=1)
    if len(boxes) != 1:
        raise Refusal(ProblemCode.NO_FACE)
    return np.asarray(engine.face_encodings(rgb, boxes)[0], np.float64)


@cache
def _engine() -> Any:
    """Loaded with the first question: most services never hear one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its models import pkg_resources
        import face_recognition  # noqa: PLC0415 - a second and 150 MB

    return face_recognition
