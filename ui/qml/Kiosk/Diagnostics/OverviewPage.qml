pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Every device of this machine, what is wrong first.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view

    spacing: Theme.mm(3)
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
