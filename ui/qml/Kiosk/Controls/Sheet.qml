import QtQuick
import Kiosk.Theme

// A sheet over the page that wants an answer before anything else; nothing behind it can be touched.
Item {
    id: sheet

    default property alias content: column.content
    property real maximumWidth: Theme.mm(Theme.wide ? 280 : 224)

    Rectangle {
        anchors.fill: parent
        color: Qt.alpha(Theme.dark ? "#000000" : Theme.seaDeep, Theme.dark ? 0.9 : 0.55)
        MouseArea { anchors.fill: parent }
    }
    Rectangle {
        id: paper
        readonly property real padding: Theme.mm(Theme.wide ? 10 : 16)
        anchors.centerIn: parent
        width: Math.min(sheet.maximumWidth, parent.width - 2 * Theme.margin)
        height: Math.min(column.naturalHeight + 2 * padding, parent.height - 2 * Theme.mm(6))
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
}
