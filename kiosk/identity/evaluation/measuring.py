"""From folders to a report: what is gathered is split or held apart, judged, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kiosk.identity.evaluation.gathering import Gatherer, Note
from kiosk.identity.evaluation.judging import (
    BONA_FIDE,
    Faces,
    NothingToEvaluate,
    Presentations,
    Source,
    evaluate,
    halves,
    presentations,
)


@dataclass(frozen=True, slots=True)
class Report:
    """One run. ``faces`` is None where no face could be compared; ``no_faces`` then says why, if there were any.

    ``notes`` by set of pictures. ``settable`` are the engines whose numbers are settings.
    """

    landmarks: str
    faces: Faces | None
    no_faces: str
    presentations: tuple[Presentations, ...]
    notes: Mapping[str, Mapping[Note, int]]
    settable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: on ``folder``, with thresholds of the settings, of ``others``, or of one half of the people."""

    folder: Path
    others: Path | None = None
    split: bool = False
    seed: int = 1


def measure(
    plan: Plan, gatherer: Gatherer, risks: Mapping[str, float], landmarks: str, settable: frozenset[str]
) -> Report:
    """Do it. ``risks`` are the rates of false accepts allowed, by name. Raises NothingToEvaluate."""
    with ExitStack() as wiped:
        found = gatherer.gather(plan.folder)
        wiped.callback(found.wipe)
        notes = {"evaluated": found.notes}
        people, others, source = found.people, None, Source.SETTINGS
        if plan.others is not None:
            more = gatherer.gather(plan.others, clips=False)
            wiped.callback(more.wipe)
            notes["calibrated on"] = more.notes
            others, source = more.without_those_in(found), Source.OTHERS
        elif plan.split:
            others, people = halves(found.people, plan.seed)
            source = Source.HALF
        faces, no_faces = None, ""
        try:
            faces = evaluate(people, gatherer.calibrations, risks, others, source)
        except NothingToEvaluate as error:
            no_faces = str(error) if found.people or not found.clips else ""
        living_first = sorted(found.clips.items(), key=lambda one: (one[0] != BONA_FIDE, one[0]))
        shown = tuple(presentations(name, responses) for name, responses in living_first if responses)
        if faces is None and not shown:
            said = "".join(f"; {note.value}: {count}" for note, count in found.notes.items() if count)
            raise NothingToEvaluate(f"{no_faces or 'no clip could be read'}{said}")
        return Report(landmarks, faces, no_faces, shown, notes, settable)
