pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// One control of a device: its label at the left, at the right what can be chosen, pressed, slid or said.
Item {
    id: row

    required property var device
    required property var control // as ui/models/dock.py describes it
    readonly property real value: device.shown.values[control.number]
    readonly property string path: device.name + "-" + control.label

    implicitHeight: Math.max(label.height, body.implicitHeight) + (hint.visible ? hint.height + 4 : 0)

    Caption {
        id: label
        width: Desk.names - 12
        height: Math.max(implicitHeight, Desk.row)
        verticalAlignment: Text.AlignVCenter
        text: row.control.label
        color: Theme.quiet
    }
    Loader {
        id: body
        x: Desk.names
        width: row.width - x
        sourceComponent: ({ choices: choices, buttons: buttons, slider: slider, text: said })[row.control.kind]
    }
    Caption {
        id: hint
        x: Desk.names
        y: body.height + 4
        width: row.width - x
        visible: text !== ""
        role: "small"
        text: row.control.hint
        color: Theme.quiet
    }

    Component {
        id: choices
        Flow {
            spacing: Desk.gap
            Repeater {
                model: row.control.labels
                delegate: Pill {
                    required property string modelData
                    required property int index
                    objectName: row.path + "-" + modelData
                    text: modelData
                    lit: row.value === index
                    onClicked: row.device.choose(row.control.number, index)
                }
            }
        }
    }
    Component {
        id: buttons
        Flow {
            spacing: Desk.gap
            Repeater {
                model: row.control.labels
                delegate: DockButton {
                    required property string modelData
                    required property int index
                    objectName: row.path + "-" + modelData
                    text: modelData
                    onClicked: row.device.choose(row.control.number, index)
                }
            }
        }
    }
    Component {
        id: slider
        Item {
            implicitHeight: Desk.row
            Range {
                id: range
                objectName: row.path
                anchors { left: parent.left; right: number.left; rightMargin: 12 }
                from: row.control.slider.least
                to: row.control.slider.most
                stepSize: row.control.slider.step
                onPressedChanged: if (!pressed) row.device.slide(row.control.number, value)
                Binding on value { when: !range.pressed; value: row.value; restoreMode: Binding.RestoreNone }
            }
            Caption {
                id: number
                anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                width: 64
                horizontalAlignment: Text.AlignRight
                wrapMode: Text.NoWrap
                text: Number(range.value.toFixed(2)) + (row.control.slider.unit !== "" ? " " + row.control.slider.unit : "")
                font.features: ({ "tnum": 1 })
            }
        }
    }
    Component {
        id: said
        Column {
            id: spoken
            spacing: Desk.gap
            Item {
                width: parent.width
                height: Desk.row
                TextField {
                    id: field
                    objectName: row.path
                    anchors { left: parent.left; right: send.left; rightMargin: Desk.gap }
                    height: parent.height
                    font { family: Desk.mono; pixelSize: Desk.text }
                    color: Theme.ink
                    selectByMouse: true
                    background: Rectangle {
                        radius: Desk.radius
                        color: Theme.surface
                        border { width: field.activeFocus ? 2 : 1; color: field.activeFocus ? Theme.sea : Theme.line }
                    }
                    onAccepted: if (text !== "") row.device.say(row.control.number, text)
                    Component.onCompleted: row.device.typeAtDesk(field)
                }
                DockButton {
                    id: send
                    objectName: row.path + "-send"
                    anchors.right: parent.right
                    text: "Send"
                    enabled: field.text !== ""
                    onClicked: row.device.say(row.control.number, field.text)
                }
            }
            Flow {
                width: parent.width
                spacing: Desk.gap
                visible: row.control.samples.length > 0
                Repeater {
                    model: row.control.samples
                    delegate: DockButton {
                        required property var modelData
                        objectName: row.path + "-" + modelData[0]
                        text: modelData[0]
                        onClicked: {
                            field.text = modelData[1];
                            row.device.say(row.control.number, modelData[1]);
                        }
                    }
                }
            }
        }
    }
}
