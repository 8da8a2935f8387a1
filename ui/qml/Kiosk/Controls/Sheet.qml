import QtQuick
import Kiosk.Theme

// A sheet over the page that wants an answer before anything else; nothing behind it can be touched.
Item {
    id: sheet

    default property alias content: column.data
    property real maximumWidth: Theme.mm(224)

    Rectangle {
        anchors.fill: parent
        color: Qt.alpha(Theme.dark ? "#000000" : Theme.seaDeep, Theme.dark ? 0.9 : 0.55)
        MouseArea { anchors.fill: parent }
    }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(sheet.maximumWidth, parent.width - 2 * Theme.margin)
        height: column.implicitHeight + 2 * Theme.mm(16)
        radius: Theme.mm(7)
        color: Theme.surface
        border { width: Theme.dark ? Theme.stroke : 0; color: Theme.ink }

        Column {
            id: column
            anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.mm(16) }
            spacing: Theme.mm(6)
        }
    }
}
