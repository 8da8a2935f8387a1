import QtQuick
import Kiosk.Theme

// What can be touched: it sinks by half a millimetre and darkens while a finger is on it. A finger may press long and
// may roll: what counts is that it is lifted on the item, or near where it came down. Further away takes it back.
Item {
    id: touchable

    signal touched

    default property alias content: face.data
    readonly property bool pressed: area.pressed && (area.containsMouse || area.near(area.mouseX, area.mouseY))
    property alias radius: ground.radius
    property alias color: ground.color
    property alias border: ground.border
    property bool raised: false // whether it stands on a ledge, into which it sinks

    // Whoever uses it gives its name.
    Accessible.role: Accessible.Button
    Accessible.onPressAction: touchable.touched()

    Rectangle {
        visible: touchable.raised && !Theme.strong
        y: Theme.sink + Theme.mm(0.3)
        width: parent.width
        height: parent.height
        radius: ground.radius
        color: Theme.at(Theme.ground, Theme.line, 0.3)
    }
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

        property real downX: 0
        property real downY: 0

        function near(x: real, y: real): bool {
            return Math.hypot(x - downX, y - downY) <= Theme.roll;
        }

        enabled: touchable.enabled
        onPressed: mouse => {
            downX = mouse.x;
            downY = mouse.y;
        }
        onReleased: mouse => {
            if (contains(Qt.point(mouse.x, mouse.y)) || near(mouse.x, mouse.y))
                touchable.touched();
        }
    }
}
