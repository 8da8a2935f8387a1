pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Something is being done: eight dots, one of them dark, going round.
Item {
    id: waiting

    property real size: Theme.text
    property int turn: 0

    implicitWidth: size
    implicitHeight: size

    Timer {
        interval: 120
        repeat: true
        running: waiting.visible
        onTriggered: waiting.turn = (waiting.turn + 1) % 8
    }
    Repeater {
        model: 8
        Rectangle {
            required property int index
            readonly property real angle: index * Math.PI / 4
            width: waiting.size * 0.18
            height: width
            radius: width / 2
            x: waiting.size / 2 + Math.sin(angle) * waiting.size * 0.4 - width / 2
            y: waiting.size / 2 - Math.cos(angle) * waiting.size * 0.4 - height / 2
            color: Theme.sea
            opacity: 1 - ((waiting.turn - index + 8) % 8) * 0.11
        }
    }
}
