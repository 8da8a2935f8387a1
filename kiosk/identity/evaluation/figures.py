"""What an evaluation found, for people, for programs, and as a picture. No part of it names a person or a file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from drivers.font import FontMissingError, chinese_font
from kiosk.identity.evaluation.gathering import Note
from kiosk.identity.evaluation.judging import (
    BONA_FIDE,
    Curve,
    Faces,
    Judged,
    Line,
    Presentations,
    Source,
    Table,
    people_for,
    worst,
)
from kiosk.identity.evaluation.measuring import Report
from kiosk.identity.evaluation.rates import OUTSIDE, Rate, percent
from kiosk.identity.matching import Calibration

# -- text ------------------------------------------------------------------------------------


def to_text(report: Report) -> str:
    """Tables as wide as a terminal."""
    return "\n".join(_text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    if report.faces is not None:
        yield from _faces(report.faces, report)
    elif report.no_faces:
        yield f"Faces: {report.no_faces}."
    if report.presentations:
        yield from _attacks(report.presentations)
    for name, notes in report.notes.items():
        if any(notes.values()):
            yield ""
            yield f"Left out or worth knowing ({name}):"
            yield from (f"  {count:5}  {note.value}" for note, count in notes.items() if count)


def _faces(faces: Faces, report: Report) -> Iterator[str]:
    carded, most = faces.with_portraits, faces.fused_at_the_gate
    yield f"Faces: {faces.people} people, {carded} with card portraits; points of a face by {report.landmarks}."
    yield {
        Source.SETTINGS: "Thresholds: those that this machine has now.",
        Source.OTHERS: f"Thresholds: measured on {faces.calibrated_on} other people.",
        Source.HALF: f"Thresholds: measured on {faces.calibrated_on} of the people, tried on the other {faces.people}.",
    }[faces.source]
    if faces.fused > 1:
        yield f"Compared as at the gate: the mean of {faces.fused} encodings with one portrait."
        if faces.too_few_pictures:
            yield f"{faces.too_few_pictures} people have too few pictures for that and came in as portraits only."
    elif most > 1:
        yield f"Not compared as at the gate: most people have too few pictures for means of {most} encodings."
        yield "Single ones lie farther apart than means: the gate lets in more strangers, and more holders."
    if not carded:
        yield "There are no card portraits: pictures were compared with pictures; a card's small portrait does worse."
    for judged in (*faces.engines, *([faces.together] if faces.together else [])):
        yield ""
        yield judged.name if judged is not faces.together else f"All together, as the gate decides: {judged.name}"
        for table in judged.tables:
            yield from _table(table, named=len(judged.tables) > 1)
        if any(None in line.distances for line in judged.tables[0].lines):
            yield "  Where the distance is none, none is known to be strict enough: everybody needs a second proof."
    for judged in faces.engines:
        yield ""
        yield from proposal(judged, faces, settable=judged.name in report.settable)


def _table(table: Table, *, named: bool) -> Iterator[str]:
    yield ""
    if named:
        who = f"group {table.group}" if table.group else "all; strangers of one group only"
        yield f"  {who}, {table.people} people"
    yield f"  {'risk':8}{'allowed':10}{'distance':14}{'strangers let in':44}{'kept?':12}holders not let in"
    for line in table.lines:
        distances = " ".join("none" if distance is None else f"{distance:.3f}" for distance in line.distances)
        strangers, holders = _told(line.false_accepts), _told(line.false_rejects)
        kept = "-" if line.false_accepts is None else {True: "yes", False: "NO", None: "too few"}[line.kept]
        yield f"  {line.risk:8}{percent(line.allowed):10}{distances:14}{strangers:44}{kept:12}{holders}"


def _told(rate: Rate | None) -> str:
    return "-" if rate is None else str(rate)


def proposal(judged: Judged, faces: Faces, *, settable: bool) -> Iterator[str]:
    """What was measured, in the form in which it is set."""
    where = "the people above" if faces.source is Source.SETTINGS else f"the {faces.calibrated_on} people"
    if judged.proposed is None:
        strictest = min(line.allowed for line in judged.tables[0].lines)
        yield f"{judged.name}: {where} are too few to say that any distance keeps strangers out often enough."
        yield f"To show {percent(strictest)} it takes {people_for(strictest)} people at least, no two taken for one."
        return
    if settable:
        yield f"{judged.name}, measured on {where}; put it into the settings in place of what stands there:"
        yield ""
        yield from to_toml(judged.proposed).splitlines()
    else:
        yield f"{judged.name}, measured on {where}; its numbers are a part of the program (kiosk/identity/matching.py):"
        yield ""
        yield f"rates={judged.proposed.rates!r},"
        yield f"step_up={judged.proposed.step_up}, same_visit={judged.proposed.same_visit},"
    if faces.source is Source.SETTINGS:
        yield ""
        yield "It was not tried on anybody else: use --split or --calibrate-on before you trust it."


def to_toml(calibration: Calibration) -> str:
    """The part of the section ``face.onnx`` that is measured."""
    rates = "".join(
        f"  {{ distance = {distance}, false_accepts = {f'{part:.8f}'.rstrip('0')} }},\n"
        for distance, part in calibration.rates
    )
    return (
        f"[face.onnx]\nframes = {calibration.frames}\nrates = [\n{rates}]\nstep_up = {calibration.step_up}\n"
        f"same_visit = {calibration.same_visit}\ndata = {json.dumps(calibration.data)}\n"
    )


def _attacks(found: Sequence[Presentations]) -> Iterator[str]:
    yield ""
    yield "Presentation attacks (ISO/IEC 30107-3), each clip through the whole check:"
    yield ""
    for one in found:
        living = one.name == BONA_FIDE
        what = "BPCER" if living else "APCER"
        silent = f"; {one.silent} clips without a response" if one.silent else ""
        yield f"  {what}  {one.name:24}{_told(one.wrong)}{silent}"
        if one.reasons:
            yield f"         {'taken for an attack: ' if living else 'seen through: '}" + ", ".join(
                f"{reason} {count}" for reason, count in one.reasons
            )
    if (most := worst(found)) is not None:
        yield f"  Worst attack: {most.name}, APCER {_told(most.wrong)}"


# -- JSON --------------------------------------------------------------------------------------


def to_json(report: Report) -> str:
    """Everything, for programs. A rate of which nothing was seen is null beside its upper bound."""
    most = worst(report.presentations)
    found = {**_plain(report), "interval": 1 - OUTSIDE, "worst_attack": most.name if most else None}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """The same as lists and dictionaries, by the names of the fields."""
    if isinstance(value, Rate):
        return {"seen": value.seen, "of": value.of, "rate": value.told, "low": value.low, "high": value.high}
    if is_dataclass(value):
        kept = {"kept": value.kept} if isinstance(value, Line) else {}
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)} | kept
    if isinstance(value, Mapping):
        return {key.name.lower() if isinstance(key, Note) else key: _plain(one) for key, one in value.items() if one}
    return [_plain(one) for one in value] if isinstance(value, tuple | frozenset) else value


# -- the picture -----------------------------------------------------------------------------------

SIZE = (1200, 900)  # pixels
_FINER = 2  # drawn so many times as large, then made smaller
_LEFT, _TOP, _RIGHT, _BOTTOM = 110, 100, 1150, 700  # the axes
_COLOURS = ("#1f5fa8", "#c2491d", "#2b8a4b", "#7a3fa0", "#8a6d00", "#00808a", "#b0306a", "#555555")
_INK, _PALE, _SHADE = "#202020", "#dcdcdc", "#f1ede4"


def roc(faces: Faces) -> Image.Image | None:
    """Strangers let in across, in powers of ten, holders let in upwards; None where there is no curve.

    Shaded is what these people are too few to say anything about. Crosses are the thresholds that were tried, with
    their 95 % intervals.
    """
    curves = [(judged.name, table, table.curve) for judged in faces.engines for table in judged.tables if table.curve]
    return _Plot([curve for *_, curve in curves]).drawn(curves) if curves else None


class _Plot:
    def __init__(self, curves: Sequence[Curve]) -> None:
        self._least = min(one.least for one in curves)
        lowest = min(self._least, *(1 / one.strangers for one in curves))
        self._decades = max(math.ceil(-math.log10(lowest)), 2)
        self._image = Image.new("RGB", (SIZE[0] * _FINER, SIZE[1] * _FINER), "white")
        self._draw = ImageDraw.Draw(self._image)

    def drawn(self, curves: Sequence[tuple[str, Table, Curve]]) -> Image.Image:
        self._axes()
        # More curves than there are colours cannot be told apart; all are in result.json.
        for number, ((name, table, one), colour) in enumerate(zip(curves, _COLOURS, strict=False)):
            self._steps(one, colour)
            if not table.group:
                self._crosses(table, colour)
            column, row = divmod(number, 4)
            x, y = _LEFT + 510 * column, _BOTTOM + 100 + 24 * row
            self._line([(x, y), (x + 30, y)], colour, 4)
            who = ", ".join(filter(None, (name, table.group)))[:28]
            self._text((x + 40, y), f"{who}: {one.strangers} strangers, {one.holders} holders", 17, "lm")
        return self._image.reduce(_FINER)

    def _x(self, part: float) -> float:
        decade = max(math.log10(part) if part > 0 else -math.inf, -self._decades)
        return _RIGHT + decade / self._decades * (_RIGHT - _LEFT)

    def _y(self, part: float) -> float:
        return _BOTTOM - part * (_BOTTOM - _TOP)

    def _axes(self) -> None:
        unsaid = self._x(self._least)
        self._draw.rectangle([at * _FINER for at in (_LEFT, _TOP, max(unsaid, _LEFT), _BOTTOM)], _SHADE)
        for decade in range(-self._decades, 1):
            for times in range(1, 10 if decade else 2):
                x = self._x(times * 10.0**decade)
                self._line([(x, _TOP), (x, _BOTTOM)], _PALE, 1.5 if times == 1 else 0.5)
            self._text((self._x(10.0**decade), _BOTTOM + 12), f"{100 * 10.0**decade:.8g} %", 20, "ma")
        for tenth in range(11):
            y = self._y(tenth / 10)
            self._line([(_LEFT, y), (_RIGHT, y)], _PALE, 1)
            self._text((_LEFT - 12, y), f"{10 * tenth} %", 20, "rm")
        self._text((SIZE[0] / 2, 34), "Who is let in, by threshold (ROC)", 30, "mm")
        self._text((_LEFT, _TOP - 14), "holders let in (1 - false reject rate)", 22, "ls")
        self._text((SIZE[0] / 2, _BOTTOM + 52), "strangers let in (false accept rate, logarithmic)", 22, "ma")
        if unsaid - _LEFT > 280:
            self._text((_LEFT + 10, _TOP + 12), "too few people to say anything", 18, "la")

    def _steps(self, one: Curve, colour: str) -> None:
        """Where nobody was let in yet, the curve comes in at the left edge."""
        points: list[tuple[float, float]] = []
        for strangers, holders in zip(one.strangers_in, one.holders_in, strict=True):
            x, y = self._x(strangers / one.strangers), self._y(holders / one.holders)
            points += [(x, points[-1][1]), (x, y)] if points else [(x, y)]
        self._line(points, colour, 2.5)

    def _crosses(self, table: Table, colour: str) -> None:
        places: dict[tuple[float, float], list[str]] = {}
        for line in table.lines:
            if (accepts := line.false_accepts) is None or (rejects := line.false_rejects) is None:
                continue
            x, y = self._x(accepts.seen / accepts.of), self._y(1 - rejects.seen / rejects.of)
            self._line([(self._x(accepts.low), y), (self._x(accepts.high), y)], colour, 1.5)
            self._line([(x, self._y(1 - rejects.low)), (x, self._y(1 - rejects.high))], colour, 1.5)
            self._line([(x - 7, y - 7), (x + 7, y + 7)], colour, 3)
            self._line([(x - 7, y + 7), (x + 7, y - 7)], colour, 3)
            places.setdefault((x, y), []).append(line.risk)
        for (x, y), risks in places.items():
            self._text((x + 12, y + 8), ", ".join(risks), 18, "la", colour)

    # -- in pixels of the finished picture --------------------------------------------------

    def _line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        finer = [(x * _FINER, y * _FINER) for x, y in points]
        self._draw.line(finer, colour, round(width * _FINER), joint="curve")

    def _text(self, at: tuple[float, float], words: str, size: int, anchor: str, colour: str = _INK) -> None:
        where, font = (at[0] * _FINER, at[1] * _FINER), _font(size * _FINER)
        self._draw.text(where, words, colour, font, anchor=anchor, stroke_width=3 * _FINER, stroke_fill="white")


def _font(size: int) -> ImageFont.FreeTypeFont:
    try:
        return chinese_font(size)
    except FontMissingError:  # Latin only, and good enough for what is not a group's name
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
