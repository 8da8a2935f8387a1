"""How good a gate's face check is: whom it lets in and keeps out, on people whose names are known.

Pure logic: vectors of known people go in, counts and thresholds come out.
``gathering`` makes the vectors out of a folder of pictures, ``figures`` shows
what was found. Words of ISO/IEC 19795-1 and 30107-3: a false accept is a
stranger let in, a false reject a holder not let in; APCER is the part of
attacks taken for a living person, BPCER the part of living people taken for
an attack.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kiosk.identity.evaluation.rates import Flags, Indices, Rate, Tries, counted, rate
from kiosk.identity.matching import Calibration, Vector, fuse, spread

Encoding = tuple[Vector, ...]  # one picture of a face, as each engine sees it
Visit = tuple[Encoding, ...]  # a still picture, or the frames of a clip
Thresholds = tuple[float | None, ...]  # one for each engine; None lets nobody in

STEP = 0.005  # thresholds are sought on this grid
FARTHEST = 2.0
LADDER = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01)  # rates of a calibration, beside those that are asked for
NEAR = 0.05  # strangers that may be asked for a second proof
ENOUGH_CLIPS = 10  # to say how far the encodings of one visit lie apart


class NothingToEvaluate(Exception):
    """There is nothing that could be compared; the text says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody without a name. ``portraits`` are of a card; without one, each visit is held against the others."""

    visits: tuple[Visit, ...]
    portraits: tuple[Encoding, ...] = ()
    group: str = ""

    def samples(self, frames: int, without: int | None = None) -> list[Visit]:
        """What the gate would fuse: ``frames`` encodings at a time, never one twice, ``without`` one of the visits.

        A clip that has enough of them is one sample; what is left is put together.
        """
        left = [visit for number, visit in enumerate(self.visits) if number != without]
        if frames == 1:
            return [visit[:1] for visit in left]
        clips = [visit[-frames:] for visit in left if len(visit) >= frames]
        loose = [encoding for visit in left if len(visit) < frames for encoding in visit]
        return clips + [tuple(loose[at : at + frames]) for at in range(0, len(loose) - frames + 1, frames)]

    def fills(self, frames: int) -> bool:
        """Whether there are pictures enough to fuse so many and hold them against a portrait."""
        return bool(self.samples(frames, without=None if self.portraits else 0))


@dataclass(frozen=True)
class Comparisons:
    """Every portrait against every sample: ``distances`` ``(engines, N)``; ``people`` ``(N, 2)``, portrait's first.

    ``groups`` ``(people,)`` are their groups. ``frames`` encodings were fused, of each engine at most as many as it
    takes. ``short`` people had too few pictures for that and came in as portraits only.
    """

    distances: NDArray[np.float64]
    people: Indices
    groups: tuple[str, ...]
    frames: int
    short: int = 0

    @cached_property
    def genuine(self) -> Flags:
        """Which comparisons are of one person, ``(N,)``."""
        return np.asarray(self.people[:, 0] == self.people[:, 1])

    @property
    def named(self) -> tuple[str, ...]:
        """The groups that have a name."""
        return tuple(sorted({group for group in self.groups if group}))

    def inside(self, group: str = "") -> Flags:
        """Which comparisons are of two people of one group, or of this ``group``, ``(N,)``."""
        of = np.array(self.groups)[self.people]
        same = of[:, 0] == of[:, 1]
        return np.asarray(same & (of[:, 0] == group) if group else same)

    def strangers(self, group: str = "") -> Flags:
        """Which comparisons are of two people, ``(N,)``: of one group where groups are named, or of this ``group``.

        Who takes somebody else's card mostly takes that of a relative or a friend, and people of one group are more
        alike to every engine than all people are.
        """
        return ~self.genuine & self.inside(group)


def compared(people: Sequence[Person], calibrations: Sequence[Calibration], frames: int) -> Comparisons:
    """Hold everybody against everybody. Raises NothingToEvaluate when there is not one comparison."""
    wanted = [min(calibration.frames, frames) for calibration in calibrations]
    portraits, samples, owners, livings = [], [], [], []
    own: list[tuple[int, Encoding, Encoding]] = []
    for number, person in enumerate(people):
        whole = [_fused(sample, wanted) for sample in person.samples(frames)]
        cards = list(person.portraits) or [visit[0] for visit in person.visits]
        portraits += cards
        samples += whole
        owners += [number] * len(cards)
        livings += [number] * len(whole)
        if person.portraits:
            own += [(number, card, sample) for card in cards for sample in whole]
        elif frames == 1:  # the distance is the same either way
            own += [(number, card, sample) for at, card in enumerate(cards) for sample in whole[at + 1 :]]
        else:
            for at, card in enumerate(cards):
                own += [(number, card, _fused(sample, wanted)) for sample in person.samples(frames, without=at)]
    carded = np.array([bool(person.portraits) for person in people], np.bool_)
    first, second = (np.array(numbers, np.int64) for numbers in (owners, livings))
    strange = first[:, None] != second[None, :]
    if frames == 1:
        strange &= carded[first][:, None] | carded[second][None, :] | (first[:, None] < second[None, :])
    a, b = np.nonzero(strange)
    if not len(a) and not own:
        raise NothingToEvaluate("no face can be compared with another one")
    rows = []
    for engine in range(len(calibrations)):
        away = _distances([one[engine] for one in portraits], [one[engine] for one in samples])[a, b]
        home = [float(np.linalg.norm(card[engine] - sample[engine])) for _, card, sample in own]
        rows.append(np.concatenate((away, home)))
    selves = np.array([(number, number) for number, _, _ in own], np.int64).reshape(-1, 2)
    return Comparisons(
        np.stack(rows),
        np.concatenate((np.column_stack((first[a], second[b])), selves)),
        tuple(person.group for person in people),
        frames,
        sum(not person.fills(frames) for person in people),
    )


def frames_for(sets: Iterable[Sequence[Person]], calibrations: Sequence[Calibration]) -> int:
    """How many encodings can be fused: what the engines take, or 1 where most people have too few pictures."""
    most = max(calibration.frames for calibration in calibrations)
    for people in sets:
        full = sum(person.fills(most) for person in people)
        if full < 2 or 2 * full < len(people):
            return 1
    return most


def _fused(sample: Visit, wanted: Sequence[int]) -> Encoding:
    """The mean of the newest encodings, of each engine as many as it takes."""
    return tuple(fuse([encoding[engine] for encoding in sample[-count:]]) for engine, count in enumerate(wanted))


def _distances(a: Sequence[Vector], b: Sequence[Vector]) -> NDArray[np.float64]:
    """Euclidean, ``(len(a), len(b))``."""
    if not a or not b:
        return np.empty((len(a), len(b)))
    left, right = np.stack(a), np.stack(b)
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :] - 2 * left @ right.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)), np.float64)


# -- thresholds ----------------------------------------------------------------------------


def measured_rates(
    distances: NDArray[np.float64], people: Indices, allowed: Iterable[float]
) -> tuple[tuple[float, float], ...]:
    """A calibration's ``rates`` from strangers, ``(N,)``: for each rate allowed the largest distance that keeps it.

    It keeps it when the upper end of the 95 % interval does. Empty where the strangers are too few for any.
    """
    targets = sorted(set(allowed))
    if not len(distances) or not targets:
        return ()
    tries, ordered = Tries(people), np.sort(distances)
    best: dict[float, tuple[float, float]] = {}
    bound, before = 0.0, -1
    for number in range(1, round(FARTHEST / STEP) + 1):
        distance = round(number * STEP, 3)
        let_in = int(np.searchsorted(ordered, distance, side="right"))
        if let_in != before:
            before, bound = let_in, max(bound, tries.rate(distances <= distance).high)  # more let in, never safer
        targets = [target for target in targets if bound <= target]
        if not targets:
            break
        best |= {target: (distance, _up(bound, target)) for target in targets}
    found: list[tuple[float, float]] = []
    for _, (distance, part) in sorted(best.items()):
        if not found or (distance > found[-1][0] and part > found[-1][1]):
            found.append((distance, part))
    return tuple(found)


def _up(bound: float, most: float) -> float:
    """Two digits, upwards, and not above ``most``."""
    step = 10.0 ** (math.floor(math.log10(bound)) - 1)
    return min(float(f"{math.ceil(bound / step - 1e-9) * step:.2g}"), most)


def calibrated(
    comparisons: Comparisons, engine: int, present: Calibration, allowed: Iterable[float], people: Sequence[Person]
) -> Calibration | None:
    """What these people say about an engine, in place of its ``present`` numbers; None when they are too few.

    ``step_up``: the distance that 5 % of the strangers reach, no farther than the farthest holder. ``same_visit``: as
    far apart as two encodings of one clip ever were; where there are hardly any clips, what it is at present.
    """
    strangers = comparisons.strangers()
    apart, between = comparisons.distances[engine][strangers], comparisons.people[strangers]
    rates = measured_rates(apart, between, {*LADDER, *allowed})
    if not rates:
        return None
    near = measured_rates(apart, between, [NEAR])
    own = comparisons.distances[engine][comparisons.genuine]
    farthest = float(own.max()) if len(own) else FARTHEST
    step_up = max(rates[-1][0], min(near[0][0] if near else 0.0, math.ceil(farthest / STEP) * STEP))
    clips = [visit for person in people for visit in person.visits if len(visit) > 1]
    same_visit = present.same_visit
    unknown = "" if len(clips) >= ENOUGH_CLIPS else "; same_visit was not measured"
    if not unknown:
        same_visit = math.ceil(max(spread([one[engine] for one in clip]) for clip in clips) / STEP) * STEP
    frames = min(present.frames, comparisons.frames)
    what = f"mean of {frames} encodings" if frames > 1 else "single encodings"
    taking_part = len(np.unique(between))
    return Calibration(
        present.engine,
        frames,
        rates,
        round(min(step_up, FARTHEST), 3),
        round(min(max(same_visit, STEP), FARTHEST), 3),
        f"{taking_part} people, {len(apart)} comparisons of strangers, {what}, upper ends of 95 % intervals{unknown}",
    )


def people_for(most: float) -> int:
    """How many people show a rate of ``most`` when no stranger is let in: 3 / ``most`` pairs."""
    return math.ceil((1 + math.sqrt(1 + 8 * math.log(1 / 0.05) / most)) / 2)


def halves(people: Sequence[Person], seed: int) -> tuple[list[Person], list[Person]]:
    """Everybody in one of two halves, each with half of every group."""
    rng = random.Random(seed)  # noqa: S311 - nobody gains by guessing it
    mixed = sorted(rng.sample(list(people), len(people)), key=lambda person: person.group)
    return mixed[::2], mixed[1::2]


# -- what a gate would have done -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One risk: what is allowed, the ``distances`` that decide, and what came of them; a rate is None without tries.

    Where a distance is None, nobody is let in on the face alone.
    """

    risk: str
    allowed: float
    distances: Thresholds
    false_accepts: Rate | None
    false_rejects: Rate | None

    @property
    def kept(self) -> bool | None:
        """Whether no more strangers are let in than allowed; None where these people cannot say."""
        return None if self.false_accepts is None else self.false_accepts.keeps(self.allowed)


@dataclass(frozen=True, slots=True)
class Curve:
    """An engine's ROC: at each of ``distances`` so many of the ``strangers`` and of the ``holders`` are let in.

    ``least`` is the smallest part of strangers about which these people say anything: 3 by the pairs of people.
    """

    distances: tuple[float, ...]
    strangers_in: tuple[int, ...]
    holders_in: tuple[int, ...]
    strangers: int
    holders: int
    least: float


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of all risks, for some people: ``group`` is empty for all, and then strangers are of one group.

    The ``curve`` is one engine's; None where there are several, no strangers or no holders.
    """

    group: str
    people: int
    lines: tuple[Line, ...]
    curve: Curve | None


def tables(
    comparisons: Comparisons,
    engines: list[int],
    calibrations: Sequence[Calibration | None],
    risks: Mapping[str, float],
) -> tuple[Table, ...]:
    """What ``engines``, which all have to agree, would have done: for all people, then by group.

    ``calibrations`` belong to ``engines``; None lets nobody in. ``risks`` are the rates allowed, by name.
    """
    result = []
    for group in ("", *comparisons.named):
        strangers, holders = comparisons.strangers(group), comparisons.genuine & comparisons.inside(group)
        lines = []
        for risk, allowed in risks.items():
            limits = tuple(one.accept(allowed) if one else None for one in calibrations)
            rates: list[Rate | None] = [None, None]
            if None not in limits:
                let_in = np.all(comparisons.distances[engines] <= np.array(limits)[:, None], axis=0)
                wrong = ((let_in, strangers), (~let_in, holders))
                rates = [rate(hits[of], comparisons.people[of]) if of.any() else None for hits, of in wrong]
            lines.append(Line(risk, allowed, limits, *rates))
        count = sum(not group or own == group for own in comparisons.groups)
        curve = _curve(comparisons, engines[0], strangers, holders) if len(engines) == 1 else None
        result.append(Table(group, count, tuple(lines), curve))
    return tuple(result)


def _curve(comparisons: Comparisons, engine: int, strangers: Flags, holders: Flags) -> Curve | None:
    if not strangers.any() or not holders.any():
        return None
    apart, own = (np.sort(comparisons.distances[engine][which]) for which in (strangers, holders))
    grid = np.arange(1, math.ceil(max(apart[-1], own[-1]) / STEP) + 1) * STEP
    return Curve(
        tuple(np.round(grid, 3).tolist()),
        tuple(np.searchsorted(apart, grid, side="right").tolist()),
        tuple(np.searchsorted(own, grid, side="right").tolist()),
        len(apart),
        len(own),
        counted(0, Tries(comparisons.people[strangers]).pairs).high,
    )


# -- attacks -----------------------------------------------------------------------------------


class Response(StrEnum):
    """What the check made of a clip. ``NONE``: it came to no end, because the face was lost or the clip was over."""

    LIVING = "living"
    ATTACK = "attack"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Presentations:
    """The clips of living people, or of one species of attack.

    ``wrong`` is the BPCER or the APCER, of the clips that got a response; None where none did. ``silent`` got none.
    ``reasons`` counts why a check took a clip for an attack.
    """

    name: str
    wrong: Rate | None
    silent: int
    reasons: tuple[tuple[str, int], ...]


BONA_FIDE, ATTACK = "bona-fide", "attack-"


def presentations(name: str, responses: Sequence[tuple[Response, str]]) -> Presentations:
    """Count what became of the clips of one folder."""
    answered = [response for response, _ in responses if response is not Response.NONE]
    bad = Response.ATTACK if name == BONA_FIDE else Response.LIVING
    reasons = Counter(reason for response, reason in responses if response is Response.ATTACK)
    return Presentations(
        name,
        counted(sum(response is bad for response in answered), len(answered)) if answered else None,
        len(responses) - len(answered),
        tuple(sorted(reasons.items())),
    )


def worst(all_presentations: Sequence[Presentations]) -> Presentations | None:
    """The species of attack with the largest APCER; of several the one about which least is known."""
    attacks = [one for one in all_presentations if one.name != BONA_FIDE and one.wrong is not None]
    return max(attacks, key=_apcer, default=None)


def _apcer(one: Presentations) -> tuple[float, float]:
    assert one.wrong is not None
    return one.wrong.seen / one.wrong.of, one.wrong.high


# -- all of it -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """One engine, or all ``together``: its thresholds, their tables, and what these people would set instead.

    ``proposed`` comes from the people it was to be calibrated on; it was not measured on those who are in ``tables``
    unless ``Faces.source`` says so.
    """

    name: str
    tables: tuple[Table, ...]
    proposed: Calibration | None = None


class Source(StrEnum):
    """Where the thresholds come from that were tried."""

    SETTINGS = "settings"  # what the gate has now; what is proposed was not tried on anybody else
    OTHERS = "others"  # a folder of other people
    HALF = "half"


@dataclass(frozen=True, slots=True)
class Faces:
    """What was found about letting people in. ``calibrated_on`` people set the thresholds, 0 for ``SETTINGS``.

    ``fused`` encodings were compared at a time, and ``fused_at_the_gate`` are.
    """

    source: Source
    fused: int
    fused_at_the_gate: int
    people: int
    too_few_pictures: int
    with_portraits: int
    calibrated_on: int
    engines: tuple[Judged, ...]
    together: Judged | None


def evaluate(
    people: Sequence[Person],
    calibrations: Sequence[Calibration],
    risks: Mapping[str, float],
    others: Sequence[Person] | None = None,
    source: Source = Source.SETTINGS,
) -> Faces:
    """Try the engines on ``people``, with thresholds measured on ``others`` where there are any.

    Raises NothingToEvaluate.
    """
    sets = [people] if others is None else [people, others]
    frames = frames_for(sets, calibrations)
    tried = compared(people, calibrations, frames)
    try:
        learned = tried if others is None else compared(others, calibrations, frames)
    except NothingToEvaluate as error:
        raise NothingToEvaluate("those who were to set the thresholds cannot be compared with each other") from error
    allowed = risks.values()
    teachers = people if others is None else others
    proposed = [calibrated(learned, number, one, allowed, teachers) for number, one in enumerate(calibrations)]
    used: Sequence[Calibration | None] = calibrations if others is None else proposed
    engines = tuple(
        Judged(one.engine, tables(tried, [number], [used[number]], risks), proposed[number])
        for number, one in enumerate(calibrations)
    )
    together = None
    if len(engines) > 1:
        name = "+".join(one.name for one in engines)
        together = Judged(name, tables(tried, list(range(len(engines))), used, risks))
    return Faces(
        source,
        frames,
        max(one.frames for one in calibrations),
        len(people),
        tried.short,
        sum(bool(person.portraits) for person in people),
        0 if others is None else len(others),
        engines,
        together,
    )
