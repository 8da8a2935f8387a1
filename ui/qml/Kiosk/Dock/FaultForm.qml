pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Faults of the wire and of the device itself: which, when, how often, with what chance; and those that wait.
Column {
    id: form

    required property var device
    required property var kinds
    property string kind: "silence"
    property int own: -1 // which of the device's own, -1 for one of the wire's
    readonly property bool lasts: own < 0 || device.ownFaults[own].lasts

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
                lit: form.own < 0 && form.kind === text
                onClicked: {
                    form.own = -1;
                    form.kind = text;
                    seconds.value = modelData.seconds * seconds.parts;
                }
            }
        }
    }
    Caption {
        visible: form.device.ownFaults.length > 0
        role: "small"
        text: "What befalls the device itself is undone after its time; a message is what the device says."
        width: parent.width
        color: Theme.quiet
    }
    Flow {
        width: parent.width
        visible: form.device.ownFaults.length > 0
        spacing: Desk.gap
        Repeater {
            model: form.device.ownFaults
            delegate: Pill {
                required property var modelData
                required property int index
                objectName: form.device.name + "-own-" + modelData.label
                text: modelData.label
                lit: form.own === index
                onClicked: {
                    form.own = index;
                    form.kind = text;
                    seconds.value = modelData.lasts ? 5 * seconds.parts : 0;
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
            enabled: form.lasts
            opacity: enabled ? 1 : 0.45
            NumberField { id: seconds; from: 0; to: 600; parts: 10; stepSize: 1; value: 0; unit: "s" }
        }
    }
    Row {
        spacing: Desk.gap
        DockButton {
            objectName: form.device.name + "-arm"
            primary: true
            text: "Arm " + form.kind
            onClicked: {
                if (form.own < 0)
                    form.device.arm(form.kind, after.value, count.value, chance.value / 100, seconds.number);
                else
                    form.device.armOwn(form.own, after.value, count.value, chance.value / 100, seconds.number);
            }
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
            text: "Nothing waits."
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
