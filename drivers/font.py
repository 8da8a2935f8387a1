"""The Chinese font of the house, for whatever is drawn without a screen: raster lines, simulated paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

_REGULAR = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_BOLD = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
# Faces of the collection with the mainland's letter forms.
_PROPORTIONAL, _MONOSPACED = 2, 7


class FontMissingError(OSError):
    """The Chinese font is not installed."""


@cache
def chinese_font(size: int, *, bold: bool = False, monospaced: bool = False) -> ImageFont.FreeTypeFont:
    """Noto Sans CJK SC at ``size`` pixels; monospaced, Latin is half as wide as Chinese.

    Raises FontMissingError, which names the package to install.
    """
    path = _BOLD if bold else _REGULAR
    if not path.exists():
        raise FontMissingError(f"{path} is missing; install the package fonts-noto-cjk")
    return ImageFont.truetype(path, size, index=_MONOSPACED if monospaced else _PROPORTIONAL)
