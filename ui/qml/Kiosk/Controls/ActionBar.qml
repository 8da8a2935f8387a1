import QtQuick
import Kiosk.Theme

// The foot of a visit's page: back on the left, the time in the middle, the one main action on the right.
Rectangle {
    id: bar

    signal chosen(string id)

    property bool back: true
    property int secondsLeft: 0
    property bool timed: true
    property var primary: null

    implicitHeight: Theme.bar
    color: Theme.surface

    Rectangle { width: parent.width; height: 1; color: Theme.hair }

    PushButton {
        id: backButton
        objectName: "act-back"
        anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        width: Theme.mm(52)
        height: Theme.button
        visible: bar.back
        label: qsTr("返回")
        onTouched: bar.chosen("back")
    }
    Column {
        visible: bar.timed
        anchors { left: backButton.right; right: primaryButton.left; verticalCenter: parent.verticalCenter }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: Math.floor(bar.secondsLeft / 60).toString().padStart(2, "0") + ":" + (bar.secondsLeft % 60).toString().padStart(2, "0")
            font { pixelSize: Theme.mm(12); features: ({ "tnum": 1 }) }
        }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("后回到首页")
            role: "small"
            color: Theme.quiet
            font.pixelSize: Theme.mm(6.8)
        }
    }
    PushButton {
        id: primaryButton
        objectName: "primary"
        anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        width: Theme.mm(104)
        height: Theme.button
        style: "primary"
        visible: bar.primary !== null
        enabled: bar.primary?.enabled ?? false
        label: bar.primary?.label ?? ""
        onTouched: bar.chosen("next")
    }
}
