pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// The lamps of a machine as a person sees them: each with its name and, in a word, what it does.
Flow {
    id: row

    property var lamps: [] // [name, "off" | "on" | "blink"]
    property bool bright: true // of those that blink

    spacing: 16
    visible: row.lamps.length > 0

    Timer {
        interval: 500
        repeat: true
        running: row.visible && row.lamps.some(lamp => lamp[1] === "blink")
        onTriggered: row.bright = !row.bright
    }
    Repeater {
        model: row.lamps.length
        delegate: Row {
            id: lamp
            required property int index
            readonly property var shines: row.lamps[index] ?? ["", "off"]
            readonly property bool lit: shines[1] === "on" || (shines[1] === "blink" && row.bright)

            spacing: 6
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 14
                height: 14
                radius: 7
                color: lamp.lit ? Desk.lamp : Theme.ground
                border { width: 1.5; color: lamp.lit ? Theme.warn : Theme.line }
            }
            Caption { text: lamp.shines[0]; wrapMode: Text.NoWrap }
            Caption { text: lamp.shines[1]; wrapMode: Text.NoWrap; color: lamp.shines[1] === "off" ? Theme.quiet : Theme.warn }
        }
    }
}
