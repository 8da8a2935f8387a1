import QtQuick
import Kiosk.Theme

// What can be touched: it sinks by half a millimetre and darkens while a finger is on it.
Item {
    id: touchable

    signal touched

    default property alias content: face.data
    readonly property bool pressed: area.pressed && area.containsMouse
    property alias radius: ground.radius
    property alias color: ground.color
    property alias border: ground.border

    Rectangle {
        id: ground
        width: parent.width
        height: parent.height
        y: touchable.pressed ? Theme.sink : 0
        radius: Theme.radius
        color: Theme.surface

        Item {
            id: face
            anchors.fill: parent
        }
        Rectangle {
            anchors.fill: parent
            radius: ground.radius
            visible: touchable.pressed
            color: Qt.alpha(Theme.ink, 0.1)
        }
    }
    MouseArea {
        id: area
        anchors.fill: parent
        enabled: touchable.enabled
        onClicked: touchable.touched()
    }
}
