pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// A question with two real answers, of the same size, one below the other.
Step {
    id: step

    ownPrimary: true
    ownSecondary: true

    Item {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: answers.top; bottomMargin: Theme.mm(8) }

        Row {
            id: picture
            anchors { left: parent.left; right: parent.right; top: parent.top }
            height: Theme.elder ? 0 : Math.min(Theme.mm(150), parent.height - points.implicitHeight - Theme.mm(14))
            visible: height > Theme.mm(40)
            MachinePicture { width: parent.width; height: parent.height; part: "camera"; active: true }
        }
        Column {
            id: points
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
            spacing: Theme.mm(5)

            Repeater {
                model: step.body.points.length

                Row {
                    id: point
                    required property int index
                    width: points.width
                    spacing: Theme.mm(5)
                    Rectangle {
                        width: Theme.mm(13)
                        height: width
                        radius: width / 2
                        color: Theme.seaPale
                        border { width: Theme.dark ? 1 : 0; color: Theme.sea }
                        Icon { anchors.centerIn: parent; name: ["face", "lock", "saved", "phone_code"][point.index % 4]; size: parent.width * 0.62; color: Theme.sea }
                    }
                    Words { width: parent.width - Theme.mm(18); text: step.body.points[point.index]; anchors.verticalCenter: parent.verticalCenter }
                }
            }
        }
    }
    Column {
        id: answers
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(10) }
        spacing: Theme.gap

        PushButton {
            objectName: "primary"
            width: parent.width
            height: Theme.button
            style: "primary"
            icon: "face"
            label: step.view.primary?.label ?? ""
            enabled: step.view.primary?.enabled ?? false
            onTouched: step.session.act("next")
        }
        Repeater {
            model: step.view.secondary.length
            PushButton {
                required property int index
                readonly property var way: step.view.secondary[index] ?? ({ id: "", label: "", enabled: false })
                objectName: "act-" + way.id
                width: answers.width
                height: Theme.button
                icon: "phone_code"
                label: way.label
                enabled: way.enabled
                onTouched: step.session.act(way.id)
            }
        }
    }
}
