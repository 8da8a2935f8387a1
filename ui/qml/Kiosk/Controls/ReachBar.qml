import QtQuick
import Kiosk.Theme

// The foot of what has no other: only what brings it within reach. A glass that lies within reach needs none.
Rectangle {
    id: bar

    required property var session

    visible: session.lowerable
    implicitHeight: visible ? Theme.bar : 0
    color: Theme.surface

    Rectangle { width: parent.width; height: Theme.edge; color: Theme.hair }
    ReachButton {
        anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        session: bar.session
    }
}
