pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Everything about one device.
Page {
    id: page

    required property var device
    required property var kinds

    Item {
        width: parent.width
        height: title.height
        Caption {
            id: title
            width: parent.width - word.width - 16
            role: "title"
            text: page.device.title
        }
        Row {
            id: word
            anchors { right: parent.right; verticalCenter: parent.verticalCenter }
            spacing: 6
            Mark { anchors.verticalCenter: parent.verticalCenter; kind: page.device.shown.mark }
            Caption { text: page.device.shown.word; wrapMode: Text.NoWrap }
        }
    }
    Notes {
        width: parent.width
        faults: page.device.shown.faults
        trouble: page.device.shown.trouble
    }
    Panel {
        width: parent.width
        visible: page.device.shown.lamps.length > 0
        title: "What shines"
        Lamps {
            width: parent.width
            lamps: page.device.shown.lamps
        }
    }
    Panel {
        width: parent.width
        title: "What happens to it"
        Repeater {
            model: page.device.controls
            delegate: ControlRow {
                required property var modelData
                width: parent?.width ?? 0
                device: page.device
                control: modelData
            }
        }
    }
    Panel {
        width: parent.width
        visible: page.device.shown.facts.length > 0
        title: "How it is"
        spacing: 4
        Repeater {
            model: page.device.shown.facts.length
            delegate: Item {
                id: fact
                required property int index
                readonly property var said: page.device.shown.facts[index] ?? ["", ""]
                width: parent?.width ?? 0
                height: Math.max(value.height, 20)
                Caption { width: Desk.names - 12; text: fact.said[0]; color: Theme.quiet }
                Caption { id: value; x: Desk.names; width: parent.width - x; text: fact.said[1]; font.features: ({ "tnum": 1 }) }
            }
        }
    }
    Panel {
        width: parent.width
        visible: page.device.hasRoll
        title: "What came out"
        Roll {
            width: parent.width
            pictures: page.device.pictures
        }
    }
    Panel {
        width: parent.width
        title: "Faults that wait"
        FaultForm {
            width: parent.width
            device: page.device
            kinds: page.kinds
        }
    }
}
