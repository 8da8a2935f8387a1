"""The sheets of the design system, drawn by what draws the pages: ``python -m ui.specimens FOLDER``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickView

from ui.application import HERE, QML, Application, ScreenError
from ui.finger import SETTLE_MILLISECONDS, let_live

ICONS = sorted(path.stem for path in (HERE.parent / "assets" / "icons").glob("*.svg"))
# name of the picture: the sheet, its look, its title
SHEETS = {
    "colours": ("Colours", "standard", "颜色：标准"),
    "colours-dark": ("Colours", "dark", "颜色：高对比（深色）"),
    "colours-light": ("Colours", "light", "颜色：高对比（浅色）"),
    "type": ("TypeScale", "standard", "字号：标准"),
    "type-elder": ("TypeScale", "elder", "字号：长辈版"),
    "measures": ("Measures", "standard", "尺寸：标准"),
    "measures-elder": ("Measures", "elder", "尺寸：长辈版"),
    "icons": ("Icons", "standard", "图标"),
    "acts": ("Acts", "standard", "在设备上的动作"),
    "parts": ("Parts", "standard", "控件：标准"),
    "parts-elder": ("Parts", "elder", "控件：长辈版"),
    "parts-dark": ("Parts", "dark", "控件：高对比（深色）"),
    "parts-light": ("Parts", "light", "控件：高对比（浅色）"),
}


def sheets() -> Iterator[tuple[str, QImage]]:
    """Every sheet with its name, 1080 pixels wide. Raises ScreenError."""
    for name, (kind, look, title) in SHEETS.items():
        view = QQuickView()
        view.engine().addImportPath(str(QML))
        view.setInitialProperties({"look": look, "title": title, "icons": ICONS})
        view.setSource(QUrl.fromLocalFile(str(QML / "Kiosk" / "Specimens" / f"{kind}.qml")))
        root = view.rootObject()
        if root is None:
            raise ScreenError("; ".join(error.toString() for error in view.errors()))
        view.show()
        let_live(SETTLE_MILLISECONDS)
        view.resize(round(root.implicitWidth()), round(root.implicitHeight()))
        let_live(SETTLE_MILLISECONDS)
        yield name, view.grabWindow()
        view.close()


def main(folder: Path) -> None:
    """Draw every sheet into ``folder``, as PNG."""
    _ = Application()
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in sheets():
        picture.save(str(folder / f"{name}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
