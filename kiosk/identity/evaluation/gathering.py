"""A folder of pictures and clips, made into vectors and responses by the very parts that work at the gate.

``DIR/[group/]person/`` holds pictures and clips; ``card*`` pictures are
portraits. A group is a folder that holds folders only. ``DIR/bona-fide/`` and
``DIR/attack-NAME/`` hold clips for the whole check: video files, or folders
of pictures whose rate may stand in their name (``02-blink-15fps``). Nothing
but counts leaves: no picture, no vector, no name of a person or a file.
"""

from __future__ import annotations

import hashlib
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np

import drivers.camera.sources  # noqa: F401 - keeps OpenCV and FFmpeg from writing names of files to the terminal
from kiosk.identity.attacks import AttackWatch
from kiosk.identity.check import FRONTAL_ENOUGH, FaceCheck
from kiosk.identity.comparison import Comparison, VectorComparison
from kiosk.identity.engine import Embedder, Face, Picture
from kiosk.identity.engines import Engines
from kiosk.identity.evaluation.judging import ATTACK, BONA_FIDE, Encoding, NothingToEvaluate, Person, Response, Visit
from kiosk.identity.events import FaceVerdict, Outcome, Prompt
from kiosk.identity.geometry import Points, yaw_ratio
from kiosk.identity.liveness import Action, draw_actions
from kiosk.identity.matching import Calibration
from kiosk.identity.portrait import CARD_SIZE, Portrait, locate
from kiosk.identity.quality import in_the_way, worn
from kiosk.identity.tracking import FaceTracker

PICTURES = {".bmp", ".jpeg", ".jpg", ".png", ".webp"}
VIDEOS = {".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"}
LOOKS = 10.0  # frames of a person's clip that are looked at in a second
ENOUGH = 3  # usable frames for each that is encoded: the most frontal are taken, as at the gate
RATE = 30.0  # of a folder of frames that does not say
SEEDS = 4096  # in which every challenge the gate asks for occurs

_RATE = re.compile(r"(\d{1,3})fps")


class Note(StrEnum):
    """What was left out or is worth knowing; counted."""

    UNREADABLE = "pictures and clips that could not be read"
    NO_FACE = "pictures without a face, left out"
    NO_FRAME = "clips of people without a usable frame, left out"
    SEVERAL = "pictures that show several faces, of which the largest was taken"
    ASIDE = "pictures that look aside; the gate would have waited until the person looks at it"
    COVERED = "pictures that seem to show a mask or a hat; the gate would have asked to take it off"
    CARD = "card portraits in which no face was found; the known place was taken, as at the gate"
    OTHER = "files and folders of other kinds, passed over"
    EMPTY = "people of whom nothing was left"
    ALONE = "people with one picture, who count as strangers only"
    SAME_NAME = "folders of people with the same name in both sets: take care that they are not the same people"
    SAME_PICTURE = "people of whom both sets have the same picture, left out of the calibration"
    ACTIONS = "clips named after actions that the gate does not ask for together; others were drawn"


@dataclass(slots=True)
class Gathered:
    """What a folder holds. ``traces`` are the names and the digests by which people in two folders are told apart."""

    people: list[Person] = field(default_factory=list)
    clips: dict[str, list[tuple[Response, str]]] = field(default_factory=dict)
    notes: Counter[Note] = field(default_factory=Counter)
    traces: list[tuple[str, frozenset[bytes]]] = field(default_factory=list)

    def wipe(self) -> None:
        """Overwrite every vector."""
        for person in self.people:
            for encoding in (*person.portraits, *(one for visit in person.visits for one in visit)):
                for vector in encoding:
                    vector.fill(0)
        self.traces.clear()

    def without_those_in(self, other: Gathered) -> list[Person]:
        """The people of whom ``other`` has no picture; whoever may be in both is noted."""
        names = {name for name, _ in other.traces}
        pictures = frozenset().union(*(digests for _, digests in other.traces))
        left = []
        for person, (name, digests) in zip(self.people, self.traces, strict=True):
            if digests & pictures:
                self.notes[Note.SAME_PICTURE] += 1
                continue
            self.notes[Note.SAME_NAME] += name in names
            left.append(person)
        return left


class Gatherer:
    """Reads folders with the engines of the settings.

    ``seed`` draws what is asked of clips that do not say; ``told`` hears how many folders are done, of how many.
    """

    def __init__(self, engines: Engines, seed: int = 1, told: Callable[[int, int], None] = lambda *_: None) -> None:
        self._landmarks = engines.landmarks
        self._comparisons = engines.comparisons
        self._embedders = tuple(_embedder(comparison) for comparison in engines.comparisons)
        self._frames = max(embedder.calibration.frames for embedder in self._embedders)
        self._attack_network = engines.attack_network
        self._seed = seed
        self._told = told

    @property
    def calibrations(self) -> tuple[Calibration, ...]:
        """What is known of each engine."""
        return tuple(embedder.calibration for embedder in self._embedders)

    def gather(self, folder: Path, *, clips: bool = True) -> Gathered:
        """Everything in ``folder``. Raises NothingToEvaluate when it cannot be read or is empty."""
        try:
            inside = _entries(folder)
        except OSError as error:
            raise NothingToEvaluate(f"the folder cannot be read: {error.strerror}") from error
        found = Gathered()
        places: list[tuple[str, Path]] = []
        attacks: list[Path] = []
        for entry in inside:
            if not entry.is_dir():
                found.notes[Note.OTHER] += 1
            elif entry.name == BONA_FIDE or (entry.name.startswith(ATTACK) and len(entry.name) > len(ATTACK)):
                attacks.append(entry)
            elif (below := _listed(entry)) and all(one.is_dir() for one in below):
                places += [(entry.name, one) for one in below]
            else:
                places.append(("", entry))
        if not places and not attacks:
            raise NothingToEvaluate("the folder holds no folders of people and no bona-fide or attack- folders")
        total = len(places) + (len(attacks) if clips else 0)
        for number, (group, place) in enumerate(places):
            self._told(number, total)
            self._person(group, place, found)
        for number, place in enumerate(attacks if clips else (), len(places)):
            self._told(number, total)
            self._presentations(place, found)
        return found

    # -- people ------------------------------------------------------------------------

    def _person(self, group: str, place: Path, found: Gathered) -> None:
        visits: list[Visit] = []
        portraits: list[Encoding] = []
        digests = set()
        for entry in _listed(place):
            kind = entry.suffix.lower()
            if entry.is_dir() or kind not in PICTURES | VIDEOS:
                found.notes[Note.OTHER] += 1
                continue
            if kind in VIDEOS:
                if visit := self._visit(entry, found.notes):
                    visits.append(visit)
                continue
            bgr, digest = _picture(entry)
            if bgr is None:
                found.notes[Note.UNREADABLE] += 1
                continue
            digests.add(digest)
            rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            card = entry.name.lower().startswith("card")
            small = card and rgb.shape[0] <= 2 * CARD_SIZE[1]
            encoding = self._card(rgb, found.notes) if small else self._still(rgb, found.notes, live=not card)
            bgr.fill(0)
            rgb.fill(0)
            if encoding is not None and card:
                portraits.append(encoding)
            elif encoding is not None:
                visits.append((encoding,))
        if not visits and not portraits:
            found.notes[Note.EMPTY] += 1
            return
        found.notes[Note.ALONE] += len(visits) + len(portraits) == 1
        found.people.append(Person(tuple(visits), tuple(portraits), group))
        found.traces.append((place.name, frozenset(digests)))

    def _card(self, rgb: Picture, notes: Counter[Note]) -> Encoding:
        """A card's portrait at its own size, as the gate takes it."""
        portrait = locate(rgb, self._landmarks)
        notes[Note.CARD] += not portrait.found
        encoding = self._encoded(portrait.rgb, portrait.face, portrait.points)
        portrait.wipe()
        return encoding

    def _still(self, rgb: Picture, notes: Counter[Note], *, live: bool) -> Encoding | None:
        sight = FaceTracker(self._landmarks).look(rgb)
        if sight.face is None:
            notes[Note.NO_FACE] += 1
            return None
        points = self._landmarks.points(rgb, sight.face)
        notes[Note.SEVERAL] += sight.several
        notes[Note.ASIDE] += live and abs(yaw_ratio(points)) > FRONTAL_ENOUGH
        notes[Note.COVERED] += live and worn(rgb, points) is not None
        return self._encoded(rgb, sight.face, points)

    def _visit(self, clip: Path, notes: Counter[Note]) -> Visit:
        """The most frontal of the first usable frames of a person's clip, in their order."""
        film = _Film(clip)
        tracker = FaceTracker(self._landmarks)
        pool: list[tuple[float, int, tuple[Picture, ...]]] = []
        stride = max(round(film.rate / LOOKS), 1)
        seen = 0
        for number, bgr in enumerate(film.frames()):
            seen += 1
            if number % stride:
                continue
            rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            sight = tracker.look(rgb)
            if sight.face is not None and not sight.several and in_the_way(rgb, sight.face) is None:
                points = self._landmarks.points(rgb, sight.face)
                away = abs(yaw_ratio(points))
                if away <= FRONTAL_ENOUGH and worn(rgb, points) is None:
                    pool.append((away, number, self._cuts(rgb, sight.face, points)))
            rgb.fill(0)
            if len(pool) == ENOUGH * self._frames:
                break
        best = sorted(sorted(pool, key=lambda one: one[0])[: self._frames], key=lambda one: one[1])
        visit = tuple(self._vectors(cuts) for _, _, cuts in best)
        for _, _, cuts in pool:
            for cut in cuts:
                cut.fill(0)
        if not seen:
            notes[Note.UNREADABLE] += 1
        elif not visit:
            notes[Note.NO_FRAME] += 1
        return visit

    def _encoded(self, rgb: Picture, face: Face, points: Points) -> Encoding:
        cuts = self._cuts(rgb, face, points)
        encoding = self._vectors(cuts)
        for cut in cuts:
            cut.fill(0)
        return encoding

    def _cuts(self, rgb: Picture, face: Face, points: Points) -> tuple[Picture, ...]:
        return tuple(embedder.align(rgb, face, points) for embedder in self._embedders)

    def _vectors(self, cuts: Sequence[Picture]) -> Encoding:
        return tuple(embedder.embed(cut) for embedder, cut in zip(self._embedders, cuts, strict=True))

    # -- attacks -------------------------------------------------------------------------

    def _presentations(self, place: Path, found: Gathered) -> None:
        responses = found.clips.setdefault(place.name, [])
        for entry in _listed(place):
            if not entry.is_dir() and entry.suffix.lower() not in VIDEOS:
                found.notes[Note.OTHER] += 1
                continue
            named = tuple(Action(word) for word in entry.stem.split("-") if word in set(Action))
            seed = _seed_of(named) if named else None
            found.notes[Note.ACTIONS] += bool(named) and seed is None
            own = zlib.crc32(f"{self._seed}/{place.name}/{entry.name}".encode())
            response = self._response(
                _Film(entry),
                own if seed is None else seed,
                named if seed is not None and place.name == BONA_FIDE else (),
            )
            if response is None:
                found.notes[Note.UNREADABLE] += 1
            else:
                responses.append(response)

    def _response(self, film: _Film, seed: int, recorded: tuple[Action, ...]) -> tuple[Response, str] | None:
        """What the check makes of a clip; None when it cannot be read.

        The portrait is the clip's own first face, so that a change of the person is noticed as at the gate. Somebody
        who was ``recorded`` doing some actions cannot answer others: a check that begins anew then has no response.
        """
        looked = self._prepare(film)
        if not looked:
            return None if looked is None else (Response.NONE, "no_face")
        at = 0.0
        check = FaceCheck(
            self._landmarks,
            self._comparisons,
            random.Random(seed),  # noqa: S311 - the same every time
            false_accepts=1.0,
            attacks=AttackWatch(self._attack_network),
            started=at,
            clock=lambda: at,
        )
        try:
            for number, frame in enumerate(film.frames()):
                at = number / film.rate
                event = check.feed(frame, at)
                if isinstance(event, FaceVerdict):
                    return _meaning(event)
                asked = event.prompt in set(map(Prompt, Action))
                if recorded and asked and event.prompt != Prompt(recorded[event.done]):
                    return Response.NONE, "begun_anew"
            return Response.NONE, "clip_over"
        finally:
            check.wipe()
            for comparison in self._comparisons:
                comparison.forget()

    def _prepare(self, film: _Film) -> bool | None:
        """Give the clip's own face to the engines; whether one was found, None without a single frame."""
        tracker = FaceTracker(self._landmarks)
        any_frame = None
        for bgr in film.frames():
            any_frame = False
            rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            face = tracker.look(rgb).face
            if face is not None:
                portrait = Portrait(rgb, face, self._landmarks.points(rgb, face), found=True)
                for comparison in self._comparisons:
                    comparison.prepare(portrait)
                portrait.wipe()
                return True
        return any_frame


def _embedder(comparison: Comparison) -> Embedder:
    if not isinstance(comparison, VectorComparison):
        raise TypeError(f"{comparison.name} gives no vectors")
    return comparison.embedder


def _meaning(verdict: FaceVerdict) -> tuple[Response, str]:
    if verdict.outcome is Outcome.NOT_LIVE:
        return Response.ATTACK, verdict.reason
    if verdict.outcome in (Outcome.ACCEPTED, Outcome.STEP_UP, Outcome.REFUSED):
        return Response.LIVING, ""
    return Response.NONE, verdict.reason


def _seed_of(actions: tuple[Action, ...]) -> int | None:
    """A seed from which the gate draws just these actions; None where it never does."""
    return next((seed for seed in range(SEEDS) if draw_actions(random.Random(seed)) == actions), None)  # noqa: S311


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, save what is hidden and what Windows leaves behind. Raises OSError."""
    return sorted(one for one in folder.iterdir() if not one.name.startswith(".") and one.name != "Thumbs.db")


def _listed(folder: Path) -> list[Path]:
    try:
        return _entries(folder)
    except OSError:
        return []


def _picture(path: Path) -> tuple[Picture | None, bytes]:
    """A picture, BGR, and its file's digest; None when it cannot be read."""
    try:
        raw = path.read_bytes()
        bgr = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR) if raw else None
    except (OSError, cv2.error):
        return None, b""
    return (None, b"") if bgr is None else (np.asarray(bgr, np.uint8), hashlib.sha256(raw).digest())


class _Film:
    """A video file or a folder of frames. ``rate`` in frames per second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rate = RATE
        if path.is_dir():
            if said := _RATE.search(path.name):
                self.rate = float(max(int(said[1]), 1))
        else:
            capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
            said_rate = float(capture.get(cv2.CAP_PROP_FPS)) if capture.isOpened() else 0.0
            capture.release()
            if 1 <= said_rate <= 240:
                self.rate = said_rate

    def frames(self) -> Iterator[Picture]:
        """The frames, BGR; each is overwritten when the next one is asked for. What cannot be read is left out."""
        for frame in self._folder() if self._path.is_dir() else self._video():
            yield frame
            frame.fill(0)

    def _folder(self) -> Iterator[Picture]:
        for entry in _listed(self._path):
            if entry.suffix.lower() in PICTURES:
                frame, _ = _picture(entry)
                if frame is not None:
                    yield frame

    def _video(self) -> Iterator[Picture]:
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        try:
            while True:
                found, frame = capture.read()
                if not found:
                    return
                yield np.asarray(frame, np.uint8)
        finally:
            capture.release()
