import QtQuick
import Kiosk.Theme

// How something is, by shape and colour: a full disc is well, a diamond wants care, a square is wrong, a ring is not known.
Item {
    id: dot

    property string tone: "quiet"
    property real size: Theme.mm(5)
    readonly property color colour: ({ ok: Theme.ok, warn: Theme.warn, bad: Theme.bad })[tone] ?? Theme.line

    implicitWidth: size
    implicitHeight: size

    Rectangle {
        anchors.centerIn: parent
        width: dot.tone === "warn" ? dot.size * 0.78 : dot.size
        height: width
        rotation: dot.tone === "warn" ? 45 : 0
        radius: dot.tone === "ok" || dot.tone === "quiet" ? width / 2 : Theme.mm(0.6)
        color: dot.tone === "quiet" ? "transparent" : dot.colour
        border { width: Theme.stroke; color: dot.colour }
    }
}
