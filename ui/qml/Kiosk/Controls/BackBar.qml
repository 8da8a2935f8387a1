import QtQuick
import Kiosk.Theme

// The foot of a page that only leads back home.
Rectangle {
    id: bar

    signal touched

    required property var session

    implicitHeight: Theme.bar
    color: Theme.surface

    Rectangle { width: parent.width; height: Theme.edge; color: Theme.hair }
    PushButton {
        objectName: "home"
        id: home
        anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        width: Theme.mm(76)
        height: Theme.button
        icon: "home"
        label: qsTr("回首页")
        onTouched: bar.touched()
    }
    ReachButton {
        anchors { left: home.right; leftMargin: Theme.gap; verticalCenter: parent.verticalCenter }
        session: bar.session
    }
}
