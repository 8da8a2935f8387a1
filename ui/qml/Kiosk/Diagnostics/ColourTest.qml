pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// One colour after another over the whole glass, to find pixels that are dead or stuck.
Rectangle {
    id: test

    required property var workshop
    readonly property var colours: ["#FF0000", "#00FF00", "#0000FF", "#FFFFFF", "#808080", "#000000"]
    property int at: 0

    color: colours[at]
    onVisibleChanged: if (visible) at = 0

    MouseArea {
        objectName: "nextColour"
        anchors.fill: parent
        onClicked: test.at = (test.at + 1) % test.colours.length
    }
    Card {
        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: Theme.mm(20) }
        width: Theme.mm(190)
        Column {
            width: parent.width
            spacing: Theme.mm(5)
            Words { width: parent.width; text: qsTr("点屏幕换颜色（第 %1 种，共 %2 种）").arg(test.at + 1).arg(test.colours.length); horizontalAlignment: Text.AlignHCenter }
            Row {
                anchors.horizontalCenter: parent.horizontalCenter
                spacing: Theme.gap
                PushButton { objectName: "works"; size: Theme.text; style: "primary"; label: qsTr("颜色都正常"); onTouched: test.workshop.act("answer", "works") }
                PushButton { objectName: "broken"; implicitHeight: Theme.button; size: Theme.text; label: qsTr("有坏点或偏色"); onTouched: test.workshop.act("answer", "broken") }
            }
            PushButton { objectName: "cancel"; anchors.horizontalCenter: parent.horizontalCenter; style: "quiet"; size: Theme.text; label: qsTr("不测了"); onTouched: test.workshop.act("answer", "cancel") }
        }
    }
}
