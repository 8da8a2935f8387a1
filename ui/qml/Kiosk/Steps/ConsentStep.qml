pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// A question with two real answers, of the same size, one below the other.
Step {
    id: step

    // Words as they are inside of marked-up ones.
    function plain(words: string): string {
        return words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    }

    ownPrimary: true
    ownSecondary: true
    least: answers.implicitHeight + Theme.mm(80)

    Item {
        id: room
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: answers.top; bottomMargin: Theme.mm(6) }

        MachinePicture {
            id: picture
            anchors { left: parent.left; right: parent.right; top: parent.top }
            height: Theme.elder ? 0 : Math.min(Theme.mm(96), room.height - points.implicitHeight - Theme.mm(8))
            visible: height > Theme.mm(40)
            part: "camera"
            active: true
        }
        Scroll {
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom; top: picture.visible ? picture.bottom : parent.top; topMargin: picture.visible ? Theme.mm(8) : 0 }

            Column {
                id: points
                width: parent.width
                spacing: Theme.mm(Theme.elder ? 4 : 5)

                Repeater {
                    model: step.body.points.length

                    Row {
                        id: point
                        required property int index
                        readonly property var about: step.body.points[index] ?? ({ name: "", words: "" })
                        width: points.width
                        spacing: Theme.mm(5)
                        Rectangle {
                            width: Theme.mm(14)
                            height: width
                            radius: width / 2
                            color: Theme.seaPale
                            border { width: Theme.strong ? Theme.edge : 0; color: Theme.sea }
                            Icon { anchors.centerIn: parent; name: ["info", "face", "eye", "lock", "consent"][point.index % 5]; size: parent.width * 0.62; color: Theme.sea }
                        }
                        Words {
                            anchors.verticalCenter: parent.verticalCenter
                            width: parent.width - Theme.mm(19)
                            textFormat: Text.StyledText
                            text: `<b>${step.plain(point.about.name)}</b>&nbsp; ${step.plain(point.about.words)}`
                        }
                    }
                }
            }
        }
    }
    Column {
        id: answers
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(6) }
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
                label: way.label
                enabled: way.enabled
                onTouched: step.session.act(way.id)
            }
        }
    }
}
