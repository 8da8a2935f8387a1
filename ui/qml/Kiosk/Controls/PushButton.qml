import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// A button: "primary" is the one main action, "plain" another way, "quiet" a side way.
Touchable {
    id: button

    property string label
    property string icon
    property string style: "plain"
    readonly property color words: !enabled ? Theme.at(Theme.surface, Theme.quiet, 0.75)
        : style === "primary" ? Theme.seaWords : Theme.sea
    property real size: Theme.section

    readonly property real contentWidth: said.implicitWidth + (icon !== "" ? size * 1.15 + row.spacing : 0)
    Accessible.name: label
    implicitWidth: Math.max(contentWidth + 2 * Theme.mm(8), Theme.mm(40))
    implicitHeight: style === "primary" ? Theme.button : Theme.target
    color: style === "primary" ? (enabled ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.at(Theme.ground, Theme.line, 0.22))
        : style === "plain" ? Theme.surface : "transparent"
    border {
        width: style === "plain" ? Theme.stroke : Theme.dark && style === "primary" ? Theme.stroke : 0
        color: enabled ? (style === "primary" ? Theme.ink : Theme.sea) : Theme.hair
    }

    Row {
        id: row
        anchors.centerIn: parent
        spacing: Theme.mm(3)

        Icon {
            visible: button.icon !== ""
            name: button.icon
            size: button.size * 1.15
            color: button.words
            anchors.verticalCenter: parent.verticalCenter
        }
        Words {
            id: said
            width: Math.min(implicitWidth, button.width - 2 * Theme.mm(4) - (button.icon !== "" ? button.size * 1.15 + row.spacing : 0))
            height: Math.min(implicitHeight, button.height - Theme.mm(2))
            text: button.label
            fontSizeMode: Text.Fit // a long label on a button of a certain height
            minimumPixelSize: Theme.mm(6)
            verticalAlignment: Text.AlignVCenter
            color: button.words
            horizontalAlignment: Text.AlignHCenter
            font { pixelSize: button.size; bold: button.style === "primary" }
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
