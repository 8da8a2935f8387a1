pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// An officer with a headset on a screen; rings go out while the call goes through.
Drawing {
    id: picture

    property bool calling: true
    property real phase: 0
    readonly property color outline: Qt.tint(Theme.ground, Qt.alpha(Theme.line, 0.75))
    readonly property color skin: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12))
    readonly property color hair: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.55))

    unitWidth: 300
    unitHeight: 240

    Timer {
        interval: 40
        repeat: true
        running: picture.calling && picture.visible
        onTriggered: picture.phase = (picture.phase + interval / 2400) % 1
    }

    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen { path: Draw.box(30, 12, 240, 190, 16); line: picture.calling ? picture.outline : Theme.sea; filling: Theme.surface; strokeWidth: 3 }
        Pen { path: "M120 232h60M150 204v26"; line: picture.outline; strokeWidth: 5 }
    }
    Repeater {
        model: picture.calling ? 2 : 0
        Shape {
            id: ring
            required property int index
            readonly property real spread: (picture.phase + index * 0.5) % 1
            opacity: 0.55 * (1 - spread)
            preferredRendererType: Shape.CurveRenderer
            transform: Scale {
                origin { x: 150; y: 92 }
                xScale: 0.6 + 0.4 * ring.spread
                yScale: xScale
            }
            Pen { path: Draw.circle(150, 92, 74); line: Theme.sea; strokeWidth: 2.5 }
        }
    }
    Item {
        opacity: picture.calling ? 0.55 : 1
        Shape {
            preferredRendererType: Shape.CurveRenderer
            Pen { path: "M78 200c2 -28 18 -42 46 -47c6 -1 9 -4 9 -9v-12h34v12c0 5 3 8 9 9c28 5 44 19 46 47z"; line: Theme.sea; filling: picture.skin; strokeWidth: 2.5 }
            Pen { path: "M128 154l22 20l22 -20"; line: Theme.sea; strokeWidth: 2.5 }
            Pen { path: "M150 44c26 0 39 17 39 42c0 28 -15 52 -39 52s-39 -24 -39 -52c0 -25 13 -42 39 -42z"; line: Theme.sea; filling: picture.skin; strokeWidth: 2.5 }
            Pen { path: "M111 88c-2 -31 14 -47 39 -47s41 16 39 47c-5 -4 -8 -11 -10 -19c-22 2 -38 -1 -46 -9c-4 13 -12 23 -22 28z"; line: Theme.sea; filling: picture.hair; strokeWidth: 2.5 }
            Pen { path: "M136 90v5M164 90v5"; line: Theme.sea; strokeWidth: 5 }
            Pen { path: "M139 118c7 5 15 5 22 0"; line: Theme.sea; strokeWidth: 3 }
            // The headset.
            Pen { path: "M106 96v-12c0 -28 18 -48 44 -48s44 20 44 48v12"; line: Theme.sea; strokeWidth: 4 }
            Pen { path: Draw.box(99, 84, 15, 26, 6) + Draw.box(186, 84, 15, 26, 6); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
            Pen { path: "M194 110c0 16 -12 22 -30 23"; line: Theme.sea; strokeWidth: 3 }
            Pen { path: Draw.circle(161, 133, 4); filling: Theme.sea }
        }
    }
}
