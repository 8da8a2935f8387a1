import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// The application between the machine and the department: on its way ("sending"),
// received ("accepted"), or kept in the machine until the line is back ("saved").
Drawing {
    id: picture

    property string stage: "sending"
    property bool active: false

    property real phase: 0.5 // one journey, 0..1
    readonly property real way: stage === "accepted" ? 1 : stage === "saved" ? 0 : Math.min(1, phase / 0.85)
    readonly property color outline: Qt.tint(Theme.ground, Qt.alpha(Theme.line, 0.75))
    readonly property color tint: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12))
    readonly property color pale: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.38))

    unitWidth: 440
    unitHeight: 190

    Timer {
        interval: 40
        repeat: true
        running: picture.active && picture.visible && picture.stage === "sending"
        onTriggered: picture.phase = (picture.phase + interval / 3000) % 1
    }

    Shape {
        preferredRendererType: Shape.CurveRenderer

        Pen { path: "M10 180a74 5 0 0 0 148 0a74 5 0 0 0 -148 0zM286 180a76 5 0 0 0 152 0a76 5 0 0 0 -152 0z"; filling: Qt.alpha(Theme.line, 0.14) }

        // The machine.
        Pen { path: "M16 160h136v12a7 7 0 0 1 -7 7h-122a7 7 0 0 1 -7 -7z"; line: picture.outline; filling: picture.tint }
        Pen { path: "M30 132h108l14 28h-136z"; line: picture.outline; filling: Theme.surface }
        Pen { path: Draw.box(54, 36, 60, 106, 8); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
        Pen { path: Draw.box(61, 54, 46, 80, 3); filling: Theme.seaDeep; line: picture.outline; strokeWidth: 1 }
        Pen { path: Draw.circle(84, 45, 2.5); filling: Theme.sea }

        // The department, under a swallowtail roof as they build here.
        Pen { path: Draw.box(304, 92, 116, 80, 2); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
        Pen { path: "M286 46C296 64 322 68 362 68C402 68 428 64 438 46C434 66 432 82 440 98H284C292 82 290 66 286 46z"; line: Theme.sea; filling: picture.tint; strokeWidth: 2.5 }
        Pen { path: "M322 73l-4 20M342 74l-2 19M362 74v19M382 74l2 19M402 73l4 20"; line: picture.pale }
        Pen { path: "M316 112h20v22h-20zM388 112h20v22h-20zM326 112v22M398 112v22"; line: picture.outline }
        Pen { path: "M346 172v-44a4 4 0 0 1 4 -4h24a4 4 0 0 1 4 4v44M362 124v48"; line: picture.outline }
        Pen { path: "M294 172h136v7h-136z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }

        // The line between them.
        Pen {
            path: "M126 76Q208 0 280 60"
            line: picture.stage === "saved" ? picture.outline : picture.pale
            strokeWidth: 3.5
            strokeStyle: picture.stage === "accepted" ? ShapePath.SolidLine : ShapePath.DashLine
            dashPattern: [0.01, 2.6]
        }
    }
    Shape { // the application
        readonly property real t: picture.way
        // Along the same curve, from the glass of the machine to the door.
        x: (1 - t) * (1 - t) * 84 + 2 * t * (1 - t) * 214 + t * t * 362
        y: (1 - t) * (1 - t) * 94 + 2 * t * (1 - t) * 0 + t * t * 140
        opacity: picture.stage === "sending" && picture.active ? Math.min(1, 8 * t, 6.6 * (1 - picture.phase)) : 1
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M-15 -19h22l8 8v26a4 4 0 0 1 -4 4h-26a4 4 0 0 1 -4 -4v-30a4 4 0 0 1 4 -4z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
        Pen { path: "M-11 -7h14M-11 1h20M-11 9h13"; line: picture.pale; strokeWidth: 2.5 }
    }
    Shape { // what became of it
        x: picture.stage === "accepted" ? 386 : 108
        y: picture.stage === "accepted" ? 158 : 116
        visible: picture.stage !== "sending"
        preferredRendererType: Shape.CurveRenderer
        Pen { path: Draw.circle(0, 0, 17); line: Theme.surface; filling: picture.stage === "accepted" ? Theme.ok : Theme.sea; strokeWidth: 3 }
        Pen { path: picture.stage === "accepted" ? "M-7 .5l5 5l9 -10" : "M-7 -1h14v9h-14zM-4 -1v-3.5a4 4 0 0 1 8 0v3.5"; line: Theme.surface; strokeWidth: 3 }
    }
}
