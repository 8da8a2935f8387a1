"""What the screen shows while nobody is there: how it is done, in a few scenes, what is new and when it is open."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.text import Text


@dataclass(frozen=True, slots=True)
class Scene:
    """One clip and its caption. ``picture`` is "home" or the part of the machine that it is about."""

    picture: str
    words: Text


@dataclass(frozen=True, slots=True)
class AttractView:
    """All of it. ``hours`` are those of this station, None where they are not known."""

    scenes: tuple[Scene, ...]
    begin: Text
    hours: Text | None = None
    news: tuple[Text, ...] = ()


SCENES = (
    Scene("home", Text(zh="先选要办的事", en="First choose what you came for")),
    Scene("reader", Text(zh="身份证平放在感应区", en="Lay your ID card flat on the reader")),
    Scene("camera", Text(zh="看着上面的镜头，不刷脸也能办", en="Look at the camera above, or choose another way")),
    Scene("receipt", Text(zh="办完取走凭条，收好身份证", en="Take your receipt, and keep your card")),
)
BEGIN = Text(zh="点一下屏幕就开始", en="Touch the screen to begin")
OPEN = Text(zh="本站开放时间：{hours}", en="At this station: {hours}")


def attract_view(hours: Text | None = None, news: tuple[Text, ...] = ()) -> AttractView:
    """What is shown at a station with these ``hours`` and this ``news``."""
    if hours is not None:
        hours = Text(zh=OPEN.zh.format(hours=hours.zh), en=OPEN.en.format(hours=hours.en))
    return AttractView(SCENES, BEGIN, hours, news)
