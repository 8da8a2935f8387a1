pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Five faces, from best to worst. Nobody has to.
Step {
    id: step

    Column {
        id: levels
        anchors { left: parent.left; right: parent.right; top: parent.top; topMargin: Theme.mm(4) }
        spacing: Theme.gap

        Repeater {
            model: step.body.levels.length

            Touchable {
                id: level
                required property int index
                readonly property var about: step.body.levels[index]
                readonly property bool chosen: step.body.chosen === about.value
                objectName: "rate-" + about.value
                width: levels.width
                height: Theme.mm(Theme.elder ? 38 : 32)
                color: chosen ? Theme.seaPale : Theme.surface
                border { width: chosen ? Theme.mm(0.9) : Theme.stroke; color: chosen ? Theme.sea : Theme.line }
                onTouched: step.session.act("rate:" + about.value)

                Row {
                    anchors { left: parent.left; leftMargin: Theme.mm(10); verticalCenter: parent.verticalCenter }
                    spacing: Theme.mm(8)
                    Icon { name: "rate_" + level.about.value; size: Theme.mm(18); color: level.chosen ? Theme.sea : Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
                    Words { text: level.about.label; role: "section"; font.bold: level.chosen; anchors.verticalCenter: parent.verticalCenter }
                }
            }
        }
    }
}
