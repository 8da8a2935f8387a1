"""What stands on the glass, read from the items themselves, and what is wrong with where and how large it is.

Lengths are pixels in scene coordinates unless a name says millimetres.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple, cast

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtQml import QQmlContext, QQmlEngine, QQmlExpression, QQmlProperty, qmlContext, qmlEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow

from ui.models.session import HIGHEST_REACH, LOWEST_REACH

ELDER_TARGET = 20.0
TARGET = 15.0
LEAST_GAP = 3.0
ROUNDING = 1.5  # pixels by which two roundings may differ


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def within(self, other: Box, tolerance: float = 0.0) -> bool:
        """Whether it lies in ``other``."""
        return (
            self.left >= other.left - tolerance
            and self.top >= other.top - tolerance
            and self.right <= other.right + tolerance
            and self.bottom <= other.bottom + tolerance
        )

    def common(self, other: Box) -> Box:
        """What both have; empty where they have nothing."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


NOWHERE = Box(0, 0, 0, 0)


@dataclass(eq=False)
class Seen:
    """An item: where it is, what no edge cuts off (``clip``, by ``clipped_by``), and when it is painted.

    It keeps nothing of Qt's: the items go with their page.
    """

    name: str
    box: Box
    clip: Box
    clipped_by: Seen | None
    parents: tuple[Seen, ...]
    order: int  # those inside it are painted after it
    last: int = 0  # the last one painted inside it

    @cached_property
    def visible(self) -> Box:
        return self.box.common(self.clip)


@dataclass(eq=False)
class Words(Seen):
    """A text. ``box`` is where its signs are, without the leading above and below; ``room`` is the item's own."""

    text: str = ""
    room: Box = NOWHERE
    truncated: bool = False
    ours: bool = True  # whether it is ours to translate
    colour: str = ""


@dataclass(eq=False)
class Control(Seen):
    """What can be touched, at ``target``. ``said`` and ``role`` are what a screen reader is told."""

    enabled: bool = True
    target: Box = NOWHERE
    field: bool = False
    said: str = ""
    role: QAccessible.Role = QAccessible.Role.NoRole


@dataclass
class Sight:
    """A page as it stands."""

    glass: Box
    pitch: float  # pixels in a millimetre
    words: list[Words] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    fills: list[Seen] = field(default_factory=list)  # painted areas
    fades: list[Seen] = field(default_factory=list)  # painted areas under which a page that goes on fades out
    edges: list[Seen] = field(default_factory=list)  # areas that have a visible edge or ground
    read: int = 0  # items so far
    typed_on: bool = False  # whether the keys of the virtual keyboard stand
    wakes: bool = False  # whether a touch anywhere brings the home page
    hidden: dict[Seen, bool] = field(default_factory=dict)  # what was asked already

    def covers(self, seen: Seen, box: Box) -> list[Seen]:
        """What is painted over part of ``box`` of an item."""
        return [fill for fill in self.fills if fill.order > seen.last and not fill.visible.common(box).empty]

    def behind(self, seen: Seen) -> bool:
        """Whether another page or question stands before it."""
        if seen not in self.hidden:
            covers = self.covers(seen, seen.visible)
            self.hidden[seen] = any(seen.visible.within(cover.visible, ROUNDING) for cover in covers)
        return self.hidden[seen]

    def standing(self) -> list[Control]:
        """The controls that can be seen now, in the order in which they are reached."""
        return [control for control in self.controls if _counts(control.visible) and not self.behind(control)]


def look_at(window: QQuickWindow) -> Sight:
    """Read the whole window. The keys of the virtual keyboard have tests of their own; here it only covers."""
    root = window.contentItem()
    sight = Sight(_box(root), pitch_of(window))
    _read(root, sight, _box(root), None, ())
    return sight


def pitch_of(window: QQuickWindow) -> float:
    """Pixels in a millimetre, as the theme has it."""
    engine: QQmlEngine | None = qmlEngine(window)
    assert engine is not None
    theme = engine.singletonInstance("Kiosk.Theme", "Theme")
    assert isinstance(theme, QObject)
    return float(theme.property("pitch"))


def _read(item: QQuickItem, sight: Sight, clip: Box, clipped_by: Seen | None, parents: tuple[Seen, ...]) -> None:
    sight.read += 1
    box = _box(item)
    seen = _seen(item, (box, clip, clipped_by, parents, sight.read))
    if isinstance(seen, Words):
        sight.words.append(seen)
    elif isinstance(seen, Control) and not any(isinstance(parent, Control) for parent in parents):
        sight.controls.append(seen)  # and not the area inside another one
    if item.inherits("QQuickRectangle"):
        fades = not QQmlProperty.read(item, "gradient").isUndefined()
        filled = not fades and _has_colour(item, "color") and not seen.visible.empty
        if fades:
            sight.fades.append(seen)
        elif filled:
            sight.fills.append(seen)
        if filled or (QQmlProperty.read(item, "border.width") > 0 and _has_colour(item, "border.color")):
            sight.edges.append(seen)
    if item.objectName() == "keyboard":
        sight.fills.append(seen)
        sight.typed_on = True
        return
    sight.wakes = sight.wakes or item.objectName() == "wake"
    if item.clip():
        clip, clipped_by = clip.common(box), seen
    for child in sorted(item.childItems(), key=_place(item)):
        if child.isVisible() and child.opacity() > 0:
            _read(child, sight, clip, clipped_by, (*parents, seen))
    seen.last = sight.read


def _place(parent: QQuickItem) -> Callable[[QQuickItem], tuple[float, float, float]]:
    """In which order what lies in ``parent`` is read and painted: as it is written, in a long list as it stands."""
    around = parent.parentItem()
    if around is not None and around.inherits("QQuickItemView"):
        return lambda one: (one.z(), one.y(), one.x())
    return lambda one: (one.z(), 0, 0)


def _seen(item: QQuickItem, where: tuple[Box, Box, Seen | None, tuple[Seen, ...], int]) -> Seen:
    name = item.objectName() or item.metaObject().className().split("_QMLTYPE")[0]
    if item.inherits("QQuickText") and item.property("text"):
        return Words(
            name,
            _signs(item),
            *where[1:],
            text=str(item.property("text")),
            room=where[0],
            truncated=bool(item.property("truncated")),
            ours=item.objectName() == "",
            colour=item.property("color").name(),
        )
    touched = _touched(item)
    if touched is None:
        return Seen(name, *where)
    enabled, target = touched
    said, role = _told(item)
    typed = any(child.inherits("QQuickTextInput") for child in item.childItems())
    known = item.objectName() or said or _text_in(item) or name
    return Control(known, *where, enabled=enabled, target=target, field=typed, said=said, role=role)


def _touched(item: QQuickItem) -> tuple[bool, Box] | None:
    """Whether it can be touched now, and where; None where it is nothing to be touched at all."""
    meta = item.metaObject()
    if meta.indexOfSignal("touched()") >= 0 and meta.indexOfProperty("pressed") >= 0:
        return item.isEnabled(), _box(item)
    if _told(item)[1] is QAccessible.Role.SpinBox:
        return item.isEnabled(), _box(item)
    return next(((child.isEnabled(), _box(child)) for child in item.childItems() if _listens(child)), None)


def _listens(item: QQuickItem) -> bool:
    """Whether it is an area that does something when it is touched, and not one that only keeps fingers off."""
    if not item.inherits("QQuickMouseArea") or not item.isVisible():
        return False
    meta = item.metaObject()
    return any(
        item.isSignalConnected(meta.method(meta.indexOfSignal(signal)))
        for signal in ("clicked(QQuickMouseEvent*)", "released(QQuickMouseEvent*)")
    )


def _told(item: QQuickItem) -> tuple[str, QAccessible.Role]:
    """What a screen reader is told of a control: its name, and what kind it is. A field says it by its text."""
    for one in (item, *(child for child in item.childItems() if child.inherits("QQuickTextInput"))):
        told = QAccessible.queryAccessibleInterface(one)
        if told is not None:
            return told.text(QAccessible.Text.Name), told.role()
    return "", QAccessible.Role.NoRole


def _text_in(item: QQuickItem) -> str:
    return " ".join(str(text.property("text")) for text in _below(item) if text.inherits("QQuickText"))


def _below(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        yield child
        yield from _below(child)


def _box(item: QQuickItem) -> Box:
    return _scene(item, QRectF(0, 0, item.width(), item.height()))


def _scene(item: QQuickItem, part: QRectF) -> Box:
    on_glass = item.mapRectToScene(part)
    return Box(on_glass.left(), on_glass.top(), on_glass.right(), on_glass.bottom())


def _has_colour(item: QQuickItem, name: str) -> bool:
    colour: QColor = QQmlProperty.read(item, name)
    return colour.alpha() > 0


def _signs(item: QQuickItem) -> Box:
    """Where the signs of a text are."""
    left, right = item.property("leftPadding"), item.property("rightPadding")
    top, bottom = item.property("topPadding"), item.property("bottomPadding")
    wide, high = item.property("contentWidth"), item.property("contentHeight")
    spare, above = item.width() - left - right - wide, item.height() - top - bottom - high
    # PySide knows no way to give these two out as properties.
    context = cast("QQmlContext", qmlContext(item))
    told, _ = QQmlExpression(context, item, "effectiveHorizontalAlignment + 1000 * verticalAlignment").evaluate()
    upright, align = divmod(int(told), 1000)
    x = left + (spare if align & Qt.AlignmentFlag.AlignRight.value else spare / 2 if align & 4 else 0)
    y = top + (above if upright & Qt.AlignmentFlag.AlignBottom.value else above / 2 if upright & 128 else 0)
    font = item.property("font")
    leading = max(0.0, (high / max(1, item.property("lineCount")) - font.pixelSize()) / 2)
    return _scene(item, QRectF(x, y + leading, wide, high - 2 * leading))


# -- what is wrong -----------------------------------------------------------------------


def cut_words(sight: Sight) -> list[str]:
    """Words that are cut off, leave their box or the glass, or lie over one another or under something."""
    wrong: list[str] = []
    standing = [words for words in sight.words if not sight.behind(words)]
    for words in standing:
        if words.truncated:
            wrong.append(f"“{words.text}” is cut off")
        if words.box.left < sight.glass.left - ROUNDING or words.box.right > sight.glass.right + ROUNDING:
            wrong.append(f"“{words.text}” leaves the glass")
        around = next((edge for edge in reversed(sight.edges) if edge in words.parents), None)
        scrolled = around is not None and words.clipped_by not in (around, around.clipped_by)
        if around is not None and not scrolled and not words.box.within(around.box, ROUNDING):
            wrong.append(f"“{words.text}” lies outside its {around.name}")
        if words.box.width > words.room.width + ROUNDING and words.box.right > _end(words) + ROUNDING:
            wrong.append(f"“{words.text}” is wider than its room")
        wrong += [
            f"“{words.text}” lies partly under {cover.name}"
            for cover in sight.covers(words, words.box.common(words.clip))
            if _counts(words.box.common(words.clip).common(cover.visible))
        ]
    for one, other in combinations(standing, 2):
        boxes = (one.box, other.box) if one.clipped_by is other.clipped_by else (one.visible, other.visible)
        if _counts(boxes[0].common(boxes[1])):
            wrong.append(f"“{one.text}” and “{other.text}” lie over one another")
    return wrong


def _end(words: Words) -> float:
    """The right end of what the words have around them."""
    return min((parent.box.right for parent in words.parents[-2:]), default=words.room.right)


def _counts(box: Box) -> bool:
    return box.width > ROUNDING and box.height > ROUNDING


# What is Chinese on an English page because it is a Chinese name, and the other way round.
CHINESE_NAMES = {"中文", "贝", "林*例", "林示例", "福建省厦门市湖里区示例路1号101室", "闽D12345"}
LATIN_NAMES = {"English", "yan", "Jiangtou", "Xinglin", "No. 1", "bill", "amount", "place"}


def untranslated(sight: Sight, language: str) -> list[str]:
    """Words that are not in ``language``. What has a name of its own in the tree quotes somebody."""
    wrong = []
    for words in sight.words:
        if not words.ours:
            continue
        if language == "en":
            unquoted = re.sub("“[^”]*”", "", words.text)  # what is quoted stands so on a Chinese document
            if words.text not in CHINESE_NAMES and re.search("[\u4e00-\u9fff]", unquoted):
                wrong.append(f"“{words.text}” is not English")
        elif words.text not in LATIN_NAMES and re.search("[a-z]{3}", words.text):
            told = re.sub(r"\S+[@/]\S+", "", words.text)  # addresses
            if not re.search("[\u4e00-\u9fff]", told) and re.search("[a-z]{3}", told):
                wrong.append(f"“{words.text}” is not Chinese")
    return wrong


def small_targets(sight: Sight, least: float) -> list[str]:
    """Controls smaller than ``least`` millimetres, or nearer to one another than a finger can tell apart."""
    wrong = []
    controls = [control for control in sight.controls if not sight.behind(control)]
    for control in controls:
        high, wide = control.target.height / sight.pitch, control.target.width / sight.pitch
        if control.enabled and min(high, wide) < least - 0.2:
            wrong.append(f"{control.name} is {wide:.1f} x {high:.1f} mm")
    for one, other in combinations(sight.standing(), 2):
        gap = _gap(one.target.common(one.clip), other.target.common(other.clip)) / sight.pitch
        if one.enabled and other.enabled and gap < LEAST_GAP - 0.2:
            wrong.append(f"{one.name} and {other.name} are {gap:.1f} mm apart")
    return wrong


def out_of_reach(sight: Sight, *, above_floor: float, lowered: bool) -> list[str]:
    """Controls that somebody on a wheelchair does not reach; before the page is lowered, whether it can be.

    ``above_floor`` is how high the lower edge of the glass hangs, in millimetres. What lowers the page need not be
    there where any touch brings a page that has it, or while the keys stand at its place: one of them puts them away.
    """

    def height(y: float) -> float:
        return above_floor + (sight.glass.bottom - y) / sight.pitch

    def reached(control: Control) -> bool:
        seen = control.target.common(control.clip)
        return height(seen.bottom) > LOWEST_REACH - 1 and height(seen.top) < HIGHEST_REACH + 1

    standing = [control for control in sight.standing() if control.enabled]
    if lowered:
        return [
            f"{control.name} is {height(control.visible.top):.0f} mm above the floor"
            for control in standing
            if not reached(control)
        ]
    if sight.wakes or sight.typed_on or any(control.name == "lower" and reached(control) for control in standing):
        return []
    return ["nothing within reach lowers the page"]


def _gap(one: Box, other: Box) -> float:
    """How far apart two boxes are; below 0 where they lie over one another."""
    across = max(one.left, other.left) - min(one.right, other.right)
    along = max(one.top, other.top) - min(one.bottom, other.bottom)
    if across > 0 and along > 0:
        return float((across**2 + along**2) ** 0.5)
    return max(across, along)


ROLES = {
    QAccessible.Role.Button,
    QAccessible.Role.CheckBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.Graphic,
    QAccessible.Role.Link,
    QAccessible.Role.ListItem,
    QAccessible.Role.PageTab,
    QAccessible.Role.RadioButton,
    QAccessible.Role.Slider,
    QAccessible.Role.SpinBox,
}


def unnamed(sight: Sight) -> list[str]:
    """Controls that a screen reader cannot say the name or the kind of."""
    wrong = []
    for control in sight.controls:
        if control.visible.empty:
            continue
        if not control.said.strip():
            wrong.append(f"{control.name} has no name")
        if control.role not in ROLES:
            wrong.append(f"{control.name} is no kind of control: {control.role.name}")
    return wrong


def disorder(sight: Sight) -> list[str]:
    """Controls that are reached before one that stands above them or, on the same height, left of them.

    Another column of the page may come before or after; within one it goes from left to right and down.
    """
    wrong = []
    reached = sight.standing()
    for before, after in pairwise(reached):
        one, other = before.visible, after.visible
        beside = min(one.right, other.right) - max(one.left, other.left) < 0.3 * min(one.width, other.width)
        above = other.bottom <= one.top + ROUNDING and not (beside and other.left > one.left)
        level = min(one.bottom, other.bottom) - max(one.top, other.top) > ROUNDING
        left = level and other.right <= one.left + ROUNDING and not _apart(before, after, sight.glass)
        if above or left:
            wrong.append(f"{before.name} is reached before {after.name}")
    return wrong


def _apart(one: Control, other: Control, glass: Box) -> bool:
    """Whether they belong to different columns of the page: what they have in common is most of the glass."""
    common = [parent.box for parent in one.parents if parent in other.parents]
    return common[-1].width * common[-1].height > 0.5 * glass.width * glass.height
