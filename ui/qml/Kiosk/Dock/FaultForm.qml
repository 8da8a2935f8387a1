pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Faults that strike the bytes of a wire: which, when, how often, with what chance; and those that wait.
Column {
    id: form

    required property var device
    required property var kinds
    property string kind: "silence"

    spacing: 12

    Flow {
        width: parent.width
        spacing: Desk.gap
        Repeater {
            model: form.kinds
            delegate: Pill {
                required property var modelData
                objectName: form.device.name + "-fault-" + modelData.kind
                text: modelData.kind
                lit: form.kind === text
                onClicked: {
                    form.kind = text;
                    seconds.value = modelData.seconds * seconds.parts;
                }
            }
        }
    }
    Flow {
        width: parent.width
        spacing: 16
        Entry {
            label: "lets pass"
            NumberField { id: after; from: 0; to: 99; value: 0 }
        }
        Entry {
            label: "strikes"
            NumberField {
                id: count
                from: 0
                to: 99
                value: 1
                textFromValue: value => value === 0 ? "every one" : value === 1 ? "once" : value + " times"
            }
        }
        Entry {
            label: "chance"
            NumberField { id: chance; from: 5; to: 100; stepSize: 5; value: 100; unit: "%" }
        }
        Entry {
            label: "for"
            NumberField { id: seconds; from: 0; to: 600; parts: 10; stepSize: 1; value: 0; unit: "s" }
        }
    }
    Row {
        spacing: Desk.gap
        DockButton {
            objectName: form.device.name + "-arm"
            primary: true
            text: "Arm " + form.kind
            onClicked: form.device.arm(form.kind, after.value, count.value, chance.value / 100, seconds.number)
        }
        DockButton {
            objectName: form.device.name + "-clear"
            text: "Clear all"
            enabled: form.device.shown.armed.length > 0
            onClicked: form.device.clear()
        }
    }
    Column {
        width: parent.width
        spacing: 4
        Repeater {
            model: form.device.shown.armed.length
            delegate: Caption {
                required property int index
                width: form.width
                text: "▸ " + (form.device.shown.armed[index] ?? "")
                font { family: Desk.mono; pixelSize: Desk.small }
            }
        }
        Caption {
            visible: form.device.shown.armed.length === 0
            role: "small"
            text: "Nothing waits on this wire."
            color: Theme.quiet
        }
    }

    component Entry: Row {
        property string label
        spacing: Desk.gap
        Caption {
            width: 58
            height: Desk.row
            verticalAlignment: Text.AlignVCenter
            wrapMode: Text.NoWrap
            text: parent.label
            color: Theme.quiet
        }
    }
}
