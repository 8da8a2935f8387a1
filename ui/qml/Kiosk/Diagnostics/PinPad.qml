pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The door: who is there, the personal PIN, and the staff card of whoever has one. What is typed shows as dots.
Item {
    id: door

    required property var workshop
    readonly property var pin: workshop.view?.pin ?? null
    readonly property bool typing: !pin?.people.length && !pin?.card

    Column {
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: Theme.mm(40) }
        width: Theme.mm(120)
        spacing: Theme.mm(8)

        Words { width: parent.width; text: qsTr("检修"); role: "title"; horizontalAlignment: Text.AlignHCenter }
        Words { width: parent.width; text: door.pin?.asks ?? ""; color: Theme.quiet; horizontalAlignment: Text.AlignHCenter }
        Flow {
            width: parent.width
            spacing: Theme.mm(4)
            visible: !!door.pin?.people.length
            Repeater {
                model: door.pin?.people ?? []
                PushButton {
                    required property string modelData
                    objectName: "who-" + modelData
                    size: Theme.text
                    label: modelData
                    onTouched: door.workshop.act("who", modelData)
                }
            }
        }
        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: door.pin?.card ?? false
            name: "id_card"
            size: Theme.mm(60)
            color: Theme.sea
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: door.typing
            height: Theme.mm(8)
            spacing: Theme.mm(4)
            Repeater {
                model: Math.max(door.pin?.dots ?? 0, 1)
                Rectangle {
                    width: Theme.mm(6)
                    height: width
                    radius: width / 2
                    color: (door.pin?.dots ?? 0) > 0 ? Theme.ink : "transparent"
                    border { width: Theme.stroke; color: Theme.line }
                }
            }
        }
        Words {
            width: parent.width
            height: Theme.mm(22)
            objectName: "pinMessage"
            text: door.pin?.message ?? ""
            role: "small"
            color: Theme.bad
            horizontalAlignment: Text.AlignHCenter
        }
        Grid {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: door.typing
            columns: 3
            spacing: Theme.mm(4.5)
            Repeater {
                model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "delete", "0", "enter"]
                Touchable {
                    id: key
                    required property string modelData
                    objectName: "pin-" + modelData
                    width: Theme.mm(36)
                    height: Theme.mm(26)
                    color: modelData === "enter" ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.surface
                    border { width: 1; color: Theme.line }
                    onTouched: door.workshop.act("pin", modelData)
                    Words {
                        anchors.centerIn: parent
                        text: key.modelData === "delete" ? qsTr("删除") : key.modelData === "enter" ? qsTr("确定") : key.modelData
                        role: key.modelData.length === 1 ? "section" : "text"
                        color: key.modelData === "enter" ? Theme.seaWords : Theme.ink
                    }
                }
            }
        }
        PushButton {
            objectName: "pin-leave"
            anchors.horizontalCenter: parent.horizontalCenter
            style: "quiet"
            label: qsTr("返回首页")
            onTouched: door.workshop.act("leave", "")
        }
    }
}
