import QtQuick
import Kiosk.Theme

// A sheet over the page that wants an answer before anything else; nothing behind it can be touched. It covers the foot
// of the page, so it has a foot of its own, which brings it within reach.
Item {
    id: sheet

    default property alias content: column.content
    required property var session
    property real maximumWidth: Theme.mm(Theme.wide ? 280 : 224)

    Rectangle {
        anchors.fill: parent
        color: Qt.alpha(Theme.dark ? "#000000" : Theme.seaDeep, Theme.dark ? 0.9 : 0.55)
        MouseArea { anchors.fill: parent }
    }
    Rectangle {
        id: paper
        readonly property real padding: Theme.mm(Theme.wide ? 10 : 16)
        readonly property real room: foot.y - 2 * Theme.mm(6)
        anchors.horizontalCenter: parent.horizontalCenter
        y: Math.min((parent.height - height) / 2, Theme.mm(6) + room - height)
        width: Math.min(sheet.maximumWidth, parent.width - 2 * Theme.margin)
        height: Math.min(column.naturalHeight + 2 * padding, room)
        radius: Theme.mm(7)
        color: Theme.surface
        border { width: Theme.strong ? Theme.stroke : 0; color: Theme.ink }

        Scroll {
            id: column
            anchors { fill: parent; margins: paper.padding }
            ground: paper.color
            spacing: Theme.mm(6)
        }
    }
    ReachBar {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        session: sheet.session
    }
}
