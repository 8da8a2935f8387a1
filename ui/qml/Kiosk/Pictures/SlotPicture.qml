pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// Which side of a card is up and which end goes in first; while `active` it goes into the slot and comes back.
Drawing {
    id: picture

    property bool active: false
    property bool bank: false // a bank card, its chip first; else a card with a portrait, the portrait first
    property real phase: 0.5 // one round of the movement, 0..1
    readonly property real near: active ? Math.min(1, Math.max(0, 1.6 * Math.sin(Math.PI * phase))) : 0.4

    readonly property color outline: Qt.tint(Theme.ground, Qt.alpha(Theme.line, 0.75))
    readonly property color tint: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12))
    readonly property color pale: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.38))

    unitWidth: 440
    unitHeight: 250

    onActiveChanged: phase = active ? 0 : 0.5
    Timer {
        interval: 40
        repeat: true
        running: picture.active && picture.visible
        onTriggered: picture.phase = (picture.phase + interval / 4000) % 1
    }

    // The card lies before the slot, seen from above.
    Shape {
        y: 44 * (1 - picture.near) - 12
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M146 36h148q7 0 8 7l24 142q2 13 -11 13h-190q-13 0 -11 -13l24 -142q1 -7 8 -7z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 3 }
        Pen { path: picture.bank ? "M196 66h48q4 0 4.5 4l3.5 27q.5 5 -5 5h-54q-5.500 0 -5 -5l3.500 -27q.5 -4 4.500 -4z" : "M190 60h60q5 0 5.500 5l6.500 56q.5 6 -6 6h-72q-6.500 0 -6 -6l6.500 -56q.5 -5 5.500 -5z"; filling: picture.tint; line: Theme.sea; strokeWidth: 2 }
        Pen { path: picture.bank ? "M192 84h56M220 66v36" : "M220 70c9 0 14 6 14 14c0 9 -6 15 -14 15s-14 -6 -14 -15c0 -8 5 -14 14 -14zM192 126c2 -13 12 -20 28 -20s26 7 28 20z"; line: picture.bank ? Theme.sea : "transparent"; filling: picture.bank ? "transparent" : picture.pale }
        Pen { path: picture.bank ? "M142 146h32M190 146h32M238 146h32M286 146h16" : "M150 150h140M146 168h148"; line: picture.pale; strokeWidth: 6 }
    }
    // The machine's front lies over what is inside.
    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M56 40v-22a14 14 0 0 1 14 -14h300a14 14 0 0 1 14 14v22z"; filling: Theme.surface }
        Pen { path: "M108 40h-52v-22a14 14 0 0 1 14 -14h300a14 14 0 0 1 14 14v22h-52"; line: picture.outline }
        Pen { path: "M108 40v-12a10 10 0 0 1 10 -10h204a10 10 0 0 1 10 10v12z"; filling: picture.tint }
        Pen { path: "M108 40v-12a10 10 0 0 1 10 -10h204a10 10 0 0 1 10 10v12"; line: Theme.sea; strokeWidth: 3 }
        Pen { path: Draw.box(108, 34, 224, 10, 5); filling: Theme.seaDeep; line: Theme.sea }
    }
    // The way it goes.
    Shape {
        opacity: 0.35 + 0.65 * (1 - picture.near)
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M370 176V108M352 126l18 -19l18 19"; line: Theme.sea; strokeWidth: 7 }
        Pen { path: "M70 176V108M52 126l18 -19l18 19"; line: Theme.sea; strokeWidth: 7 }
    }
}
