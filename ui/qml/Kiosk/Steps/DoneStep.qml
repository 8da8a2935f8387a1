pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The end: what follows, and what must not be left behind.
Step {
    id: step

    Scroll {
        anchors { fill: parent; bottomMargin: Theme.mm(6) }
        spacing: Theme.mm(7)

        DonePicture { width: parent.width; height: Theme.mm(Theme.elder || Theme.wide ? 40 : 66) }
        NumberCard {
            width: parent.width
            visible: step.body.number !== ""
            caption: step.body.caption
            number: step.body.number
            kind: step.body.accepted ? "ok" : "warn"
            state_: step.body.status
        }
        Column {
            width: parent.width
            spacing: Theme.mm(3)
            Words { text: qsTr("接下来"); role: "section"; color: Theme.sea }
            Repeater {
                model: step.body.next_steps.length
                Row {
                    id: next
                    required property int index
                    width: parent?.width ?? 0
                    spacing: Theme.mm(3)
                    Words { text: (next.index + 1) + "."; color: Theme.sea; font.bold: true }
                    Words { width: parent.width - Theme.mm(12); text: step.body.next_steps[next.index] ?? "" }
                }
            }
        }
        Repeater {
            model: step.body.take.length
            Notice {
                required property int index
                width: parent?.width ?? 0
                kind: "warn"
                words: step.body.take[index] ?? ""
            }
        }
    }
}
