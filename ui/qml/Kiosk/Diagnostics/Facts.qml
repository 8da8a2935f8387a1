pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// A titled list of what is called what.
Card {
    id: facts

    required property var group

    Column {
        width: parent.width
        spacing: Theme.mm(2)
        Words { width: parent.width; text: facts.group.title; role: "small"; color: Theme.sea; font.bold: true }
        Repeater {
            model: facts.group.rows.length
            Item {
                id: line
                required property int index
                readonly property var row: facts.group.rows[index]
                width: parent?.width ?? 0
                height: Math.max(label.implicitHeight, value.implicitHeight)
                Words { id: label; width: parent.width * 0.42; text: line.row.label; role: "small"; color: Theme.quiet }
                Words {
                    id: value
                    anchors { left: label.right; right: parent.right }
                    text: line.row.value
                    role: "small"
                    horizontalAlignment: Text.AlignRight
                    wrapMode: Text.WrapAnywhere
                    font.features: ({ "tnum": 1 })
                }
            }
        }
    }
}
