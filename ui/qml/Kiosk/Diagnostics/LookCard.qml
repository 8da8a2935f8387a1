pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What a camera sees now, a box around each face, and how light and how sharp it is.
Card {
    id: card

    required property var workshop
    readonly property var look: workshop.view?.device?.look ?? null
    readonly property color toned: ({ ok: Theme.ok, bad: Theme.bad })[look?.tone ?? ""] ?? Theme.quiet

    Column {
        width: parent.width
        spacing: Theme.mm(4)

        Rectangle {
            id: screen
            anchors.horizontalCenter: parent.horizontalCenter
            height: Theme.mm(110)
            width: card.look?.width ? Math.min(parent.width, height * card.look.width / card.look.height) : parent.width
            color: "#000000"
            Image {
                objectName: "look"
                anchors.fill: parent
                source: card.workshop.lookSource
                sourceSize: Qt.size(width, height)
                cache: false
                asynchronous: false
            }
            Repeater {
                model: card.look?.faces.length ?? 0
                Rectangle {
                    id: face
                    required property int index
                    readonly property var box: card.look?.faces[index]
                    objectName: "face"
                    x: (box?.left ?? 0) * screen.width
                    y: (box?.top ?? 0) * screen.height
                    width: (box?.width ?? 0) * screen.width
                    height: (box?.height ?? 0) * screen.height
                    color: "transparent"
                    border { width: Theme.mm(1); color: "#3DDC84" }
                }
            }
        }
        Item {
            width: parent.width
            height: Theme.mm(9)
            Words { id: label; width: Theme.mm(26); text: qsTr("亮度"); role: "small"; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
            Rectangle {
                id: meter
                anchors { left: label.right; right: light.left; rightMargin: Theme.mm(5); verticalCenter: parent.verticalCenter }
                height: Theme.mm(5)
                radius: height / 2
                color: Theme.hair
                Rectangle {
                    width: Math.max(parent.width * (card.look?.brightness ?? 0) / 255, height)
                    height: parent.height
                    radius: height / 2
                    color: card.toned
                }
            }
            Words { id: light; objectName: "light"; anchors { right: parent.right; verticalCenter: parent.verticalCenter } text: `${card.look?.brightness ?? 0} · ${card.look?.light ?? ""}`; role: "small"; color: card.toned; font.bold: true; wrapMode: Text.NoWrap }
        }
        Words { width: parent.width; text: qsTr("清晰度 %1 · 人脸 %2").arg(card.look?.sharpness ?? 0).arg(card.look?.faces.length ?? 0); role: "small"; color: Theme.quiet }
    }
}
