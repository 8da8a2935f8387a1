import QtQuick
import QtQuick.Shapes
import Kiosk.Theme

// The shape and the colour of a state: "ok" a disc, "warn" a triangle, "bad" a square, "quiet" a ring.
Item {
    id: mark

    property string kind: "quiet"
    readonly property color tone: ({ ok: Theme.ok, warn: Theme.warn, bad: Theme.bad })[kind] ?? Theme.quiet

    implicitWidth: 12
    implicitHeight: 12

    Rectangle {
        anchors.centerIn: parent
        visible: mark.kind !== "warn"
        width: mark.kind === "bad" ? 10 : 11
        height: width
        radius: mark.kind === "bad" ? 1 : width / 2
        color: mark.kind === "quiet" ? "transparent" : mark.tone
        border { width: mark.kind === "quiet" ? 1.5 : 0; color: mark.tone }
    }
    Shape {
        anchors.fill: parent
        visible: mark.kind === "warn"
        ShapePath {
            strokeWidth: 0
            fillColor: mark.tone
            startX: 6; startY: 0.5
            PathLine { x: 12; y: 11 }
            PathLine { x: 0; y: 11 }
        }
    }
}
