"""QR codes for the screen: drawn from what they hold, dark on white whatever the look of the page."""

from __future__ import annotations

from urllib.parse import unquote

import segno
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

# White all round, in squares of the code; less and phones do not find it (ISO/IEC 18004).
QUIET = 4


class CodePictures(QQuickImageProvider):
    """``image://qr/<what it holds, percent-encoded>``, as large as is asked for in whole squares."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, name: str, size: QSize, wanted: QSize) -> QImage:  # noqa: N802  Qt's name
        """The picture of one code."""
        image = picture(unquote(name), max(wanted.width(), wanted.height()))
        if size is not None:
            size.setWidth(image.width())
            size.setHeight(image.height())
        return image


def picture(content: str, pixels: int) -> QImage:
    """The code of ``content``, at most ``pixels`` wide, or a pixel for each square where that is not enough."""
    rows = [list(row) for row in segno.make(content, error="m", micro=False).matrix_iter(border=QUIET)]
    side = len(rows)
    image = QImage(side, side, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x, y, Qt.GlobalColor.black)
    whole = max(pixels // side, 1) * side
    return image.scaled(whole, whole)
