pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// Everything as it will be sent; what may be changed has its button beside it.
Step {
    id: step

    Scroll {
        id: scroll
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        spacing: Theme.mm(4)

        Repeater {
            model: step.body.sections.length

            Rectangle {
                id: section
                required property int index
                readonly property var about: step.body.sections[index]
                width: scroll.width
                height: inside.implicitHeight + 2 * Theme.mm(5)
                radius: Theme.radius
                color: Theme.surface
                border { width: 1; color: Theme.hair }

                Column {
                    id: inside
                    anchors { left: parent.left; right: change.visible ? change.left : parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.mm(7); rightMargin: Theme.mm(5) }
                    spacing: Theme.mm(3)

                    Repeater {
                        model: section.about.rows.length
                        Row {
                            id: line
                            required property int index
                            readonly property var about: section.about.rows[index]
                            width: inside.width
                            spacing: Theme.mm(4)
                            Words { width: Theme.mm(Theme.elder ? 66 : 52); text: line.about.label; role: "small"; color: Theme.quiet; topPadding: value.hides ? 0 : (Theme.text - Theme.small) * 0.6; anchors.verticalCenter: value.hides ? value.verticalCenter : undefined }
                            MaskedWords {
                                id: value
                                width: parent.width - Theme.mm(Theme.elder ? 70 : 56)
                                session: step.session
                                key: line.about.key
                                mask: line.about.value
                            }
                        }
                    }
                }
                PushButton {
                    id: change
                    objectName: "edit-" + section.about.step_id
                    visible: section.about.step_id !== ""
                    anchors { right: parent.right; rightMargin: Theme.mm(5); verticalCenter: parent.verticalCenter }
                    width: Theme.mm(Theme.elder ? 44 : 36)
                    label: qsTr("修改")
                    size: Theme.text
                    onTouched: step.session.act("edit:" + section.about.step_id)
                }
            }
        }
    }
}
