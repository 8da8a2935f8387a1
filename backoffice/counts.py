"""How many cases there were: of the kiosks, counted here, and of every other channel, as its own system says.

A *case* was handled: finished, saved until the line is back, or refused with
its reasons. A *visit* is everybody who began. Nobody is named in either.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select

from backoffice.store import OfficeError, Store
from backoffice.tables import CaseRow, OtherCountRow
from kiosk.gateway.contract import CaseResult

KIOSKS = "self_service"
# Every channel, as the city's tables name it. All but the window are 不见面审批: nobody has to come to an office.
CHANNELS: Mapping[str, str] = {
    "online": "网上办",
    "mobile": "掌上办",
    KIOSKS: "e政务自助机",
    "department_terminal": "部门自助终端",
    "post": "邮寄办",
    "window": "窗口",
}
WITHOUT_A_MEETING = frozenset(CHANNELS) - {"window"}
SELF_SERVICE = frozenset({KIOSKS, "department_terminal"})
HANDLED = frozenset({CaseResult.FINISHED, CaseResult.SAVED, CaseResult.REFUSED})
DIMENSIONS: Mapping[str, str] = {
    "day": "日期",
    "month": "月份",
    "department": "部门",
    "item": "事项",
    "station": "站点",
    "channel": "渠道",
    "result": "结果",
}

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text and as CSV."""

    heads: Cells
    rows: tuple[Cells, ...]

    def csv(self) -> str:
        """Comma-separated values, the heads first."""
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.heads, *self.rows])
        return text.getvalue()

    def text(self) -> str:
        """Columns of one width each; numbers stand on the right."""
        lines = [self.heads, *self.rows]
        widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
        return "".join(
            "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class _Count:
    """How many there were of one kind."""

    day: date
    department: str
    item: str
    station: str
    channel: str
    result: str
    count: int

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"

    @property
    def cases(self) -> int:
        return self.count if self.result in ("", *HANDLED) else 0


class _Line(BaseModel):
    """One line of a file of another channel's counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    channel: str
    department: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    item: str = Field(default="", pattern=r"^([A-Z]{2}(-[A-Z]{2})?-[0-9]{2})?$")
    count: int = Field(ge=0)


class Counts:
    """The counts in ``store``. ``since`` and ``until`` are the first and the last local day."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def table(self, by: Sequence[str], since: date, until: date) -> Table:
        """How many by these DIMENSIONS, sorted by them. Raises OfficeError where there is no such dimension."""
        if unknown := [name for name in by if name not in DIMENSIONS]:
            raise OfficeError(f"There is nothing to count by {unknown[0]}; there are {', '.join(DIMENSIONS)}.")
        sums: dict[Cells, tuple[int, int]] = {}
        for count in self._read(since, until):
            key = tuple(str(getattr(count, name)) for name in by)
            cases, visits = sums.get(key, (0, 0))
            sums[key] = cases + count.cases, visits + count.count
        heads = (*(DIMENSIONS[name] for name in by), "办件", "到访")
        return Table(heads, tuple((*key, str(cases), str(visits)) for key, (cases, visits) in sorted(sums.items())))

    def summary(self, since: date, until: date) -> Table:
        """The city's own table: all cases, how many of them without a meeting, by channel, beside the year before."""
        now, before = self._by_channel(since, until), self._by_channel(_year_before(since), _year_before(until))
        without = _sum(now, WITHOUT_A_MEETING)
        share, share_before = (_share(_sum(of, WITHOUT_A_MEETING), _sum(of, CHANNELS.keys())) for of in (now, before))
        rows: list[Cells] = [
            ("办件总量", str(_sum(now, CHANNELS.keys())), "", _change(now, before, CHANNELS.keys())),
            ("不见面审批", str(without), _percent(share), _points(share, share_before)),
        ]
        rows += [
            (f"　{name}", str(now[channel]), _percent(_share(now[channel], without)), _change(now, before, {channel}))
            for channel, name in CHANNELS.items()
            if channel in WITHOUT_A_MEETING
        ]
        own = _share(now[KIOSKS], _sum(now, SELF_SERVICE))
        rows += [
            ("自助办合计", str(_sum(now, SELF_SERVICE)), "", _change(now, before, SELF_SERVICE)),
            ("其中 e政务", str(now[KIOSKS]), _percent(own), _change(now, before, {KIOSKS})),
        ]
        return Table(("项目", "办件", "占比", "比上年同期"), tuple(rows))

    def monthly(self, since: date, until: date) -> Table:
        """The cases of each month by channel, and together."""
        sums: dict[str, dict[str, int]] = {}
        for count in self._read(since, until):
            month = sums.setdefault(count.month, dict.fromkeys(CHANNELS, 0))
            month[count.channel] += count.cases
        rows = tuple((month, *map(str, of.values()), str(sum(of.values()))) for month, of in sorted(sums.items()))
        return Table(("月份", *CHANNELS.values(), "合计"), rows)

    def take_in(self, path: Path) -> int:
        """Take in another channel's counts, a CSV file with day, channel, department, item, count; how many lines.

        A line replaces what was known of its day, channel, department and item. Raises OfficeError with the line of
        the first mistake, and then takes in nothing.
        """
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                lines = [_line(path, reader.line_num, row) for row in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise OfficeError(f"{path} cannot be read: {error}") from error
        with self._store.transaction() as session:
            for line in lines:
                session.merge(OtherCountRow(**line.model_dump()))
        return len(lines)

    def _by_channel(self, since: date, until: date) -> dict[str, int]:
        sums = dict.fromkeys(CHANNELS, 0)
        for count in self._read(since, until):
            sums[count.channel] += count.cases
        return sums

    def _read(self, since: date, until: date) -> Sequence[_Count]:
        own = (CaseRow.day, CaseRow.item, CaseRow.station, CaseRow.channel, CaseRow.result)
        ours = select(*own, func.count()).where(CaseRow.day.between(since, until)).group_by(*own)
        theirs = select(OtherCountRow).where(OtherCountRow.day.between(since, until))
        with self._store.transaction() as session:
            counts = [
                _Count(day, item[:2], item, station, channel, result, count)
                for day, item, station, channel, result, count in session.execute(ours)
            ]
            counts += [
                _Count(row.day, row.department or row.item[:2], row.item, "", row.channel, "", row.count)
                for row in session.scalars(theirs)
            ]
        return counts


def _line(path: Path, number: int, row: Mapping[str | None, str | None]) -> _Line:
    try:
        line = _Line.model_validate({key: value for key, value in row.items() if value})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise OfficeError(f"{path}:{number}: {where}: {first['msg']}") from error
    if line.channel not in CHANNELS or line.channel == KIOSKS:
        known = ", ".join(name for name in CHANNELS if name != KIOSKS)
        raise OfficeError(f"{path}:{number}: channel: there are {known}; the kiosks are counted here")
    return line


def _sum(of: Mapping[str, int], channels: Iterable[str]) -> int:
    return sum(of[channel] for channel in channels)


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}%"


def _points(now: float | None, before: float | None) -> str:
    return "–" if now is None or before is None else f"{now - before:+.2f} 个百分点"


def _change(now: Mapping[str, int], before: Mapping[str, int], channels: Iterable[str]) -> str:
    here, there = _sum(now, channels), _sum(before, channels)
    return f"{100 * (here - there) / there:+.1f}%" if there else "–"


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - 1, day=28)


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _padded(cell: str, width: int) -> str:
    room = " " * (width - _width(cell))
    return room + cell if cell.isdigit() else cell + room
