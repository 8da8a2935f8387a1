import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// A number to keep: its name, itself in large digits, and what it stands for.
Rectangle {
    id: card

    property string caption
    property string number
    property string kind: "ok" // ok, warn, bad
    readonly property color tone: kind === "ok" ? Theme.ok : kind === "bad" ? Theme.bad : Theme.warn
    property string state_

    implicitHeight: inside.implicitHeight + 2 * Theme.mm(10)
    radius: Theme.mm(7)
    color: Theme.surface
    border { width: Theme.stroke; color: card.tone }

    Column {
        id: inside
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(8) }
        spacing: Theme.mm(4)

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(3)
            Icon { name: card.kind === "ok" ? "ok" : card.kind === "bad" ? "stop" : "saved"; size: Theme.section * 1.2; color: card.tone; anchors.verticalCenter: parent.verticalCenter }
            Words { width: Math.min(implicitWidth, inside.width - Theme.section * 1.2 - parent.spacing); text: card.state_; role: "section"; color: card.tone; anchors.verticalCenter: parent.verticalCenter }
        }
        Words { width: parent.width; horizontalAlignment: Text.AlignHCenter; text: card.caption; color: Theme.quiet }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: card.number
            role: "number"
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.mm(9)
            wrapMode: Text.NoWrap
            font { bold: true; features: ({ "tnum": 1 }) }
        }
    }
}
