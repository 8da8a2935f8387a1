pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Digits for a PIN, and how many were typed, as dots. What is typed is never shown.
Column {
    id: pad

    signal pressed(string key) // a digit, "delete" or "enter"

    property int dots: 0
    property real keyWidth: Theme.mm(Theme.elder ? 46 : 42)
    property real keyHeight: Theme.mm(Theme.elder ? 30 : 26)

    spacing: Theme.mm(7)

    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        height: Theme.mm(8)
        spacing: Theme.mm(4)
        Repeater {
            model: Math.max(pad.dots, 1)
            Rectangle {
                width: Theme.mm(6)
                height: width
                radius: width / 2
                color: pad.dots > 0 ? Theme.ink : "transparent"
                border { width: Theme.stroke; color: Theme.line }
            }
        }
    }
    Grid {
        columns: 3
        spacing: Theme.gap
        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "delete", "0", "enter"]
            Touchable {
                id: key
                required property string modelData
                objectName: "pin-" + modelData
                Accessible.name: sign.text
                width: pad.keyWidth
                height: pad.keyHeight
                color: modelData === "enter" ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.surface
                border { width: 1; color: Theme.line }
                onTouched: pad.pressed(key.modelData)
                Words {
                    id: sign
                    anchors.centerIn: parent
                    text: key.modelData === "delete" ? qsTr("删除") : key.modelData === "enter" ? qsTr("确定") : key.modelData
                    role: key.modelData.length === 1 ? "section" : "text"
                    color: key.modelData === "enter" ? Theme.seaWords : Theme.ink
                }
            }
        }
    }
}
