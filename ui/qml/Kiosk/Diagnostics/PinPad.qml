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
        Words {
            width: parent.width
            height: Theme.mm(22)
            objectName: "pinMessage"
            text: door.pin?.message ?? ""
            role: "small"
            color: Theme.bad
            horizontalAlignment: Text.AlignHCenter
        }
        Keypad {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: door.typing
            dots: door.pin?.dots ?? 0
            keyWidth: Theme.mm(36)
            keyHeight: Theme.mm(26)
            onPressed: key => door.workshop.act("pin", key)
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
