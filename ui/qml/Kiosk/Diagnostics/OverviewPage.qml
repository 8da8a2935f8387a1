pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What was measured on the way in, and every device of this machine, what is wrong first.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view

    spacing: Theme.mm(3)
    Flow {
        id: vitals
        readonly property int columns: page.view.facts.length === 4 ? 4 : 3
        width: page.width
        spacing: page.spacing
        Repeater {
            model: page.view.facts.length
            Rectangle {
                id: vital
                required property int index
                readonly property var row: page.view.facts[index]
                width: (page.width - (vitals.columns - 1) * page.spacing) / vitals.columns
                height: said.implicitHeight + 2 * Theme.mm(3)
                radius: Theme.radius
                color: Theme.seaPale
                Column {
                    id: said
                    anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(3) }
                    Words { width: parent.width; text: vital.row.value; font { bold: true; features: ({ "tnum": 1 }) } horizontalAlignment: Text.AlignHCenter }
                    Words { width: parent.width; text: vital.row.label; role: "small"; color: Theme.quiet; horizontalAlignment: Text.AlignHCenter }
                }
            }
        }
    }
    Repeater {
        model: page.view.parts.length
        PartRow {
            required property int index
            width: page.width
            part: page.view.parts[index]
            onTouched: page.workshop.act("open", part.name)
        }
    }
}
