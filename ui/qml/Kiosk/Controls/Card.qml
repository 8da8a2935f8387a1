import QtQuick
import Kiosk.Theme

// A sheet on the ground; its content keeps a margin all round.
Rectangle {
    id: card

    default property alias content: inside.data
    property real padding: Theme.mm(8)

    implicitHeight: inside.childrenRect.height + 2 * padding
    radius: Theme.radius
    color: Theme.surface
    border { width: 1; color: Theme.hair }

    Item {
        id: inside
        anchors { fill: parent; margins: card.padding }
    }
}
