import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// One of several ways in which a thing can be; the lit one is how it is.
AbstractButton {
    id: pill

    property bool lit: false
    property bool onDark: false // stands on a dark ground
    readonly property color ink: lit === onDark ? (onDark ? Theme.seaDeep : Theme.ink) : Theme.seaWords

    implicitWidth: words.implicitWidth + 40
    implicitHeight: Desk.row
    opacity: enabled ? 1 : 0.45
    hoverEnabled: true

    background: Rectangle {
        radius: height / 2
        color: pill.onDark ? (pill.lit ? Theme.surface : pill.hovered ? Theme.sea : "transparent")
            : pill.lit ? Theme.sea : pill.down ? Theme.at(Theme.seaPale, Theme.sea, 0.2) : pill.hovered ? Theme.seaPale : Theme.surface
        border { width: pill.activeFocus ? 2 : 1; color: pill.onDark ? Theme.surface : pill.lit || pill.activeFocus ? Theme.sea : Theme.line }
    }
    contentItem: Item {
        Rectangle {
            x: 12
            anchors.verticalCenter: parent.verticalCenter
            width: 10
            height: 10
            radius: 5
            color: "transparent"
            border { width: 1; color: pill.lit || pill.onDark ? pill.ink : Theme.line }
            Rectangle {
                anchors { fill: parent; margins: 2.5 }
                radius: width / 2
                visible: pill.lit
                color: pill.ink
            }
        }
        Caption {
            id: words
            x: 28
            anchors.verticalCenter: parent.verticalCenter
            text: pill.text
            wrapMode: Text.NoWrap
            color: pill.ink
        }
    }
}
