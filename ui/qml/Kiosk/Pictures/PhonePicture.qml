pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// A phone with a code on it, or a slip, held before the scanner's window; while `active` it comes near and goes back.
Drawing {
    id: picture

    property bool active: false
    property bool slip: false
    property real phase: 0.5 // one round of the movement, 0..1
    readonly property real near: active ? Math.min(1, Math.max(0, 1.6 * Math.sin(Math.PI * phase))) : 1

    readonly property color outline: Qt.tint(Theme.ground, Qt.alpha(Theme.line, 0.75))
    readonly property color tint: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12))

    unitWidth: 440
    unitHeight: 300

    onActiveChanged: phase = active ? 0 : 0.5
    Timer {
        interval: 40
        repeat: true
        running: picture.active && picture.visible
        onTriggered: picture.phase = (picture.phase + interval / 4000) % 1
    }

    // The machine's front with the window, and its light.
    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M60 292a160 6 0 0 0 320 0a160 6 0 0 0 -320 0z"; filling: Qt.alpha(Theme.line, 0.14) }
        Pen { path: Draw.box(76, 236, 288, 54, 12); line: picture.outline; filling: Theme.surface }
        Pen { path: Draw.box(138, 222, 164, 40, 10); line: Theme.sea; filling: picture.tint; strokeWidth: 3 }
        Pen { path: Draw.box(154, 231, 132, 22, 6); filling: Theme.seaDeep }
        Pen { path: "M166 242h108"; line: "#7CC4FF"; strokeWidth: 3 }
    }
    Shape {
        opacity: 0.35 + 0.65 * picture.near
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M160 228L140 150L300 150L280 228z"; filling: Qt.alpha(Theme.sea, 0.13) }
    }
    // The phone, its glass down to the window.
    Shape {
        visible: !picture.slip
        y: -26 * (1 - picture.near)
        preferredRendererType: Shape.CurveRenderer
        Pen { path: Draw.box(162, 34, 116, 168, 16); line: Theme.sea; filling: Theme.surface; strokeWidth: 3 }
        Pen { path: "M206 47h28"; line: picture.outline; strokeWidth: 4 }
        Pen { path: Draw.box(176, 60, 88, 122, 6); filling: picture.tint }
        Pen {
            path: Draw.cells(["111010111", "101001101", "111011111", "000110010", "110101011", "001010100", "111011101", "101001011", "111010110"], 187, 74, 66)
            filling: Theme.sea
        }
        Pen { path: "M196 160h48"; line: picture.outline; strokeWidth: 5 }
    }
    // The slip, its code down to the window.
    Shape {
        visible: picture.slip
        y: -26 * (1 - picture.near)
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M152 34h136v166l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6l-8.5 -6l-8.5 6z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 3 }
        Pen { path: "M168 56h64M168 70h104M168 84h84"; line: picture.outline; strokeWidth: 5 }
        Pen {
            path: Draw.cells(["111010111", "101001101", "111011111", "000110010", "110101011", "001010100", "111011101", "101001011", "111010110"], 187, 104, 66)
            filling: Theme.sea
        }
    }
}
