import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// The new card in its envelope: after the review it comes by post.
Drawing {
    id: picture

    readonly property color pale: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.38))
    readonly property color tint: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12))

    unitWidth: 160
    unitHeight: 160

    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M20 150a60 4 0 0 0 120 0a60 4 0 0 0 -120 0z"; filling: Qt.alpha(Theme.line, 0.16) }
        Pen { path: "M18 78L72 34a13 13 0 0 1 16 0L142 78z"; line: Theme.sea; filling: picture.pale; strokeWidth: 2.5 }
        Pen { path: Draw.box(38, 16, 84, 112, 7); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
        Pen { path: Draw.box(48, 28, 22, 27, 3); filling: picture.pale }
        Pen { path: "M80 32h30M80 42h22M80 52h30"; line: picture.pale; strokeWidth: 3 }
        Pen { path: "M48 66h62"; line: Theme.sea; strokeWidth: 3.5 }
        Pen { path: "M18 80v58a8 8 0 0 0 8 8h108a8 8 0 0 0 8 -8v-58l-54 36a14 14 0 0 1 -16 0z"; line: Theme.sea; filling: picture.tint; strokeWidth: 2.5 }
        Pen { path: "M21 143l42 -34M139 143l-42 -34"; line: Theme.sea; strokeWidth: 2.5 }
    }
}
