"""Pictures for QML, as large as they are asked for: a document before it is printed, a department's evidence."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider


class PagePictures(QQuickImageProvider):
    """``image://page/<code of the document, or evidence>/<which, from 0>``; keeps none."""

    def __init__(self, page: Callable[[int], bytes]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._page = page

    def requestImage(self, name: str, size: QSize, wanted: QSize) -> QImage:  # noqa: N802  Qt's name
        """Called by QML, on its thread, for every new picture."""
        image = QImage.fromData(self._page(int(name.rpartition("/")[2])))
        if image.isNull():  # it was printed, or somebody went, a moment ago
            image = QImage(1, 1, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.white)
        elif wanted.width() > 0 and wanted.height() > 0:
            shrunk = Qt.TransformationMode.SmoothTransformation
            image = image.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio, shrunk)
        if size is not None:
            size.setWidth(image.width())
            size.setHeight(image.height())
        return image
