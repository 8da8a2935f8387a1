pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// What is wrong, one line each: what the kiosk sees of a device, and what could not be done to it.
Column {
    id: notes

    property var faults: []
    property string trouble

    spacing: 6
    visible: faults.length > 0 || trouble !== ""

    Repeater {
        model: notes.faults.length
        delegate: Note {
            required property int index
            readonly property var fault: notes.faults[index] ?? ["", ""]
            width: notes.width
            kind: "warn"
            words: fault[1]
            code: fault[0]
        }
    }
    Note {
        width: notes.width
        visible: notes.trouble !== ""
        kind: "bad"
        words: notes.trouble
    }

    component Note: Rectangle {
        id: note
        property string kind
        property string words
        property string code

        implicitHeight: said.implicitHeight + 14
        radius: Desk.radius
        color: kind === "bad" ? Theme.badGround : Theme.warnGround

        Mark {
            id: mark
            x: 10
            y: said.y + 4
            kind: note.kind
        }
        Flow {
            id: said
            anchors { left: mark.right; leftMargin: 8; right: parent.right; rightMargin: 10; verticalCenter: parent.verticalCenter }
            spacing: 8
            Caption {
                width: Math.min(implicitWidth, said.width)
                visible: text !== ""
                text: note.words
                color: mark.tone
            }
            Caption {
                width: Math.min(implicitWidth, said.width)
                visible: text !== ""
                text: note.code
                color: mark.tone
                font { family: Desk.mono; pixelSize: Desk.small }
            }
        }
    }
}
