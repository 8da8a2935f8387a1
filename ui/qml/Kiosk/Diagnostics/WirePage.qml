pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What goes over a wire right now, decoded, with everything personal taken out.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view

    spacing: Theme.mm(4)

    Flow {
        width: page.width
        spacing: Theme.mm(3)
        Repeater {
            model: page.view.traced.length
            Touchable {
                id: chip
                required property int index
                readonly property var about: page.view.traced[index]
                objectName: "wire-" + about.name
                width: words.implicitWidth + 2 * Theme.mm(6)
                height: Theme.target
                color: about.tone === "ok" ? Theme.sea : Theme.surface
                border { width: Theme.stroke; color: Theme.sea }
                onTouched: page.workshop.act("wire", about.name)
                Words { id: words; anchors.centerIn: parent; text: chip.about.title; role: "small"; wrapMode: Text.NoWrap; color: chip.about.tone === "ok" ? Theme.seaWords : Theme.sea }
            }
        }
    }
    Card {
        width: page.width
        visible: page.view.trace.length > 0
        padding: Theme.mm(5)
        Column {
            width: parent.width
            Repeater {
                model: page.view.trace.length
                Row {
                    id: line
                    required property int index
                    readonly property var passed: page.view.trace[index]
                    width: parent?.width ?? 0
                    spacing: Theme.mm(3)
                    Words { width: Theme.mm(24); text: line.passed.seconds.toFixed(2); color: Theme.quiet; horizontalAlignment: Text.AlignRight; font { pixelSize: Theme.mm(4.6); features: ({ "tnum": 1 }) } }
                    Words { width: Theme.mm(6); text: line.passed.way; color: Theme.sea; horizontalAlignment: Text.AlignHCenter; font { pixelSize: Theme.mm(4.6); bold: true } }
                    Words { width: parent.width - Theme.mm(36); text: line.passed.words; wrapMode: Text.WrapAnywhere; font.pixelSize: Theme.mm(4.6) }
                }
            }
        }
    }
    Words { width: page.width; visible: page.view.trace.length === 0; text: qsTr("这条线上还没有动静。"); color: Theme.quiet }
}
