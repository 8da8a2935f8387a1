"""What an evaluation found, for people, for programs, and as a picture. No part of it names a person or a file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from drivers.font import FontMissingError, chinese_font
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
from kiosk.identity.evaluation.rates import Rate, percent
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
    yield f"Faces: {faces.people} people, {faces.carded} with card portraits; points of a face by {report.landmarks}."
    yield {
        Source.SETTINGS: "Thresholds: those that this machine has now.",
        Source.OTHERS: f"Thresholds: measured on {faces.calibrated_on} other people.",
        Source.HALF: f"Thresholds: measured on {faces.calibrated_on} of the people, tried on the other {faces.people}.",
    }[faces.source]
    if faces.frames > 1:
        yield f"Compared as at the gate: the mean of {faces.frames} encodings with one portrait."
        if faces.short:
            yield f"{faces.short} people have too few pictures for that and came in as portraits only."
    elif faces.wanted > 1:
        yield f"Not compared as at the gate: most people have too few pictures for means of {faces.wanted} encodings."
        yield "Single ones lie farther apart than means: the gate lets in more strangers, and more holders."
    if not faces.carded:
        yield "There are no card portraits: pictures were compared with pictures; a card's small portrait does worse."
    for judged in (*faces.engines, *([faces.together] if faces.together else [])):
        yield ""
        yield judged.name if judged is not faces.together else f"All together, as the gate decides: {judged.name}"
        for table in judged.tables:
            yield from _table(table, named=len(judged.tables) > 1)
        yield from _undecided(judged)
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
        yield f"  {line.risk:8}{percent(line.allowed):10}{distances:14}{strangers:44}{_kept(line):12}{holders}"


def _undecided(judged: Judged) -> Iterator[str]:
    if any(None in line.distances for line in judged.tables[0].lines):
        yield "  Where the distance is none, none is known to be strict enough: everybody needs a second proof."


def _told(rate: Rate | None) -> str:
    return "-" if rate is None else str(rate)


def _kept(line: Line) -> str:
    if line.false_accepts is None:
        return "-"
    return {True: "yes", False: "NO", None: "too few"}[line.false_accepts.keeps(line.allowed)]


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
        f"  {{ distance = {distance}, false_accepts = {_plain(part)} }},\n" for distance, part in calibration.rates
    )
    return (
        f"[face.onnx]\nframes = {calibration.frames}\nrates = [\n{rates}]\nstep_up = {calibration.step_up}\n"
        f"same_visit = {calibration.same_visit}\ndata = {json.dumps(calibration.data)}\n"
    )


def _plain(number: float) -> str:
    return f"{number:.8f}".rstrip("0")


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
    faces = report.faces
    found: dict[str, Any] = {"landmarks": report.landmarks, "interval": 0.95, "faces": None, "attacks": None}
    if faces is not None:
        found["faces"] = {
            "people": faces.people,
            "people_with_card_portraits": faces.carded,
            "people_too_few_pictures": faces.short,
            "encodings_fused": faces.frames,
            "as_at_the_gate": faces.frames == faces.wanted,
            "thresholds_from": faces.source.value,
            "calibrated_on_people": faces.calibrated_on,
            "engines": [_judged(judged) for judged in faces.engines],
            "together": _judged(faces.together) if faces.together else None,
        }
    if report.presentations:
        most = worst(report.presentations)
        found["attacks"] = {
            "bona_fide": next((_presented(one) for one in report.presentations if one.name == BONA_FIDE), None),
            "species": {one.name: _presented(one) for one in report.presentations if one.name != BONA_FIDE},
            "worst": most.name if most else None,
        }
    found["notes"] = {
        name: {note.name.lower(): count for note, count in notes.items() if count}
        for name, notes in report.notes.items()
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _judged(judged: Judged) -> dict[str, Any]:
    proposed = judged.proposed
    return {
        "name": judged.name,
        "tables": [
            {
                "group": table.group or None,
                "people": table.people,
                "risks": {
                    line.risk: {
                        "allowed": line.allowed,
                        "distances": list(line.distances),
                        "false_accepts": _rate(line.false_accepts),
                        "kept": line.false_accepts.keeps(line.allowed) if line.false_accepts else None,
                        "false_rejects": _rate(line.false_rejects),
                    }
                    for line in table.lines
                },
            }
            for table in judged.tables
        ],
        "roc": [
            {
                "group": one.group or None,
                "strangers": one.strangers,
                "holders": one.holders,
                "points": [list(point) for point in zip(one.distances, one.strangers_in, one.holders_in, strict=True)],
            }
            for one in judged.curves
        ],
        "proposed": None
        if proposed is None
        else {
            "frames": proposed.frames,
            "rates": [{"distance": distance, "false_accepts": part} for distance, part in proposed.rates],
            "step_up": proposed.step_up,
            "same_visit": proposed.same_visit,
            "data": proposed.data,
        },
    }


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return {"seen": rate.seen, "of": rate.of, "rate": rate.told, "low": rate.low, "high": rate.high}


def _presented(one: Presentations) -> dict[str, Any]:
    wrong = "bpcer" if one.name == BONA_FIDE else "apcer"
    return {wrong: _rate(one.wrong), "without_response": one.silent, "taken_for_attacks": dict(one.reasons)}


# -- the picture -----------------------------------------------------------------------------------

SIZE = (1200, 900)  # pixels
_FINER = 2  # drawn so many times as large, then made smaller
_FRAME = (130, 90, 1150, 700)  # left, top, right, bottom of the axes
_COLOURS = ("#1f5fa8", "#c2491d", "#2b8a4b", "#7a3fa0", "#8a6d00", "#00808a", "#b0306a", "#555555")
_INK, _PALE, _SHADE = "#202020", "#dcdcdc", "#f1ede4"


def roc(faces: Faces) -> Image.Image | None:
    """Strangers let in across, in powers of ten, holders let in upwards; None where there is no curve.

    Shaded is what these people are too few to say anything about. Crosses are the thresholds that were tried, with
    their 95 % intervals.
    """
    curves = [(judged, one) for judged in faces.engines for one in judged.curves]
    if not curves:
        return None
    return _Plot(curves).drawn()


class _Plot:
    def __init__(self, curves: Sequence[tuple[Judged, Curve]]) -> None:
        self._curves = curves
        lowest = min(min(one.least, 1 / one.strangers) for _, one in curves)
        self._decades = max(math.ceil(-math.log10(lowest)), 2)
        self._image = Image.new("RGB", (SIZE[0] * _FINER, SIZE[1] * _FINER), "white")
        self._draw = ImageDraw.Draw(self._image)

    def drawn(self) -> Image.Image:
        self._axes()
        for (_, one), colour in zip(self._curves, cycle(_COLOURS), strict=False):
            self._line(self._steps(one), colour, 2.5)
        for number, ((judged, one), colour) in enumerate(zip(self._curves, cycle(_COLOURS), strict=False)):
            table = next((table for table in judged.tables if table.group == one.group), None)
            if not one.group and table is not None:
                self._crosses(table, colour)
            self._legend(number, judged, one, colour)
        return self._image.reduce(_FINER)

    def _x(self, part: float) -> float:
        left, _, right, _ = _FRAME
        decade = max(math.log10(part) if part > 0 else -math.inf, -self._decades)
        return right + decade / self._decades * (right - left)

    def _y(self, part: float) -> float:
        _, top, _, bottom = _FRAME
        return bottom - part * (bottom - top)

    def _axes(self) -> None:
        left, top, right, bottom = _FRAME
        least = min(one.least for _, one in self._curves)
        self._box((left, top, self._x(least), bottom), _SHADE)
        for decade in range(-self._decades, 1):
            for times in range(1, 10 if decade else 2):
                x = self._x(times * 10.0**decade)
                self._line([(x, top), (x, bottom)], _PALE, 1.5 if times == 1 else 0.5)
            self._text((self._x(10.0**decade), bottom + 12), f"{100 * 10.0**decade:.8g} %", 20, "ma")
        for tenth in range(11):
            y = self._y(tenth / 10)
            self._line([(left, y), (right, y)], _PALE, 1)
            self._text((left - 12, y), f"{10 * tenth} %", 20, "rm")
        self._line([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], _INK, 1.5)
        self._text(((left + right) / 2, 40), "Who is let in, by threshold (ROC)", 30, "mm")
        self._text(((left + right) / 2, bottom + 52), "strangers let in (false accept rate, logarithmic)", 22, "ma")
        self._sideways("holders let in (1 - false reject rate)", 22, (34, (top + bottom) / 2))
        if self._x(least) - left > 150:
            self._text((left + 10, bottom - 12), "too few people\nto say anything", 18, "ld")

    def _steps(self, one: Curve) -> list[tuple[float, float]]:
        """Where nobody was let in yet, the curve comes in at the left edge."""
        points: list[tuple[float, float]] = []
        for strangers, holders in zip(one.strangers_in, one.holders_in, strict=True):
            x, y = self._x(strangers / one.strangers), self._y(holders / one.holders)
            if points:
                points.append((x, points[-1][1]))
            points.append((x, y))
        return points

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

    def _legend(self, number: int, judged: Judged, one: Curve, colour: str) -> None:
        column, row = divmod(number, 4)
        if column > 1:
            return  # more curves than a picture can tell apart; all are in result.json
        x, y = _FRAME[0] + 510 * column, _FRAME[3] + 100 + 24 * row
        self._line([(x, y), (x + 30, y)], colour, 4)
        name = ", ".join(filter(None, (judged.name, one.group)))
        name = name if len(name) <= 28 else name[:27] + "…"
        self._text((x + 40, y), f"{name}: {one.strangers} strangers, {one.holders} holders", 17, "lm")

    # -- in pixels of the finished picture --------------------------------------------------

    def _line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        finer = [(x * _FINER, y * _FINER) for x, y in points]
        self._draw.line(finer, colour, round(width * _FINER), joint="curve")

    def _box(self, box: tuple[float, float, float, float], colour: str) -> None:
        if box[2] > box[0]:
            self._draw.rectangle(tuple(edge * _FINER for edge in box), colour)

    def _text(self, at: tuple[float, float], words: str, size: int, anchor: str, colour: str = _INK) -> None:
        where = (at[0] * _FINER, at[1] * _FINER)
        if "\n" in words:
            self._draw.multiline_text(where, words, colour, _font(size * _FINER), anchor=anchor)
        else:
            self._draw.text(
                where, words, colour, _font(size * _FINER), anchor=anchor, stroke_width=3 * _FINER, stroke_fill="white"
            )

    def _sideways(self, words: str, size: int, middle: tuple[float, float]) -> None:
        font = _font(size * _FINER)
        left, top, right, bottom = font.getbbox(words)
        label = Image.new("RGB", (math.ceil(right - left), math.ceil(bottom - top)), "white")
        ImageDraw.Draw(label).text((-left, -top), words, _INK, font)
        label = label.transpose(Image.Transpose.ROTATE_90)
        x, y = (round(at * _FINER - side / 2) for at, side in zip(middle, label.size, strict=True))
        self._image.paste(label, (x, y))


def _font(size: int) -> ImageFont.FreeTypeFont:
    try:
        return chinese_font(size)
    except FontMissingError:  # Latin only, and good enough for what is not a group's name
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
