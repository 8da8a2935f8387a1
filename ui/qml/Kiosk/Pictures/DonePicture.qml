import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// It is done: calm water, and an egret on its way home.
Drawing {
    id: picture

    unitWidth: 240
    unitHeight: 160

    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen { path: Draw.circle(120, 78, 70); filling: Qt.tint(Theme.ground, Qt.alpha(Theme.ok, 0.07)) }
        Pen { path: Draw.circle(120, 78, 50); filling: Qt.tint(Theme.ground, Qt.alpha(Theme.ok, 0.15)) }
        Pen { path: "M96 80l17 17l32 -36"; line: Theme.ok; strokeWidth: 8 }
        Pen {
            path: "M8 132c9 -4 17 -4 26 0s17 4 26 0s17 -4 26 0M156 132c9 -4 17 -4 26 0s17 4 26 0s14 -3 22 -1M52 148c9 -4 17 -4 26 0s17 4 26 0s17 -4 26 0s17 4 26 0s17 -4 26 0"
            line: Qt.tint(Theme.ground, Qt.alpha(Theme.sea, 0.38))
            strokeWidth: 2.5
        }
    }
    Egret {
        x: 178
        y: 12
        width: 56
        height: 56
        flying: true
        edge: Theme.sea
        edgeWidth: 2.5
    }
}
