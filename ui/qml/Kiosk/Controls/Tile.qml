import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// One thing that can be chosen: its icon, its name, a line of what one gets, and below what it takes.
// A closed one is grey and says why in the same place.
Touchable {
    id: tile

    property string icon
    property string name
    property string line
    property string takes
    property string reason // why it is closed; "" when it is open
    property bool lead: false // the one that most people want
    readonly property bool open: reason === ""
    readonly property color words: !open ? Theme.quiet : lead ? Theme.seaWords : Theme.ink

    Accessible.name: name + " " + (open ? line : reason)
    enabled: open
    readonly property real naturalHeight: about.implicitHeight + 2 * Theme.mm(8)

    implicitHeight: Math.max(Theme.mm(48), naturalHeight)
    color: !open ? Theme.at(Theme.ground, Theme.line, 0.12) : lead ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.surface
    border { width: open && !lead || Theme.strong ? Theme.edge : 0; color: open ? Theme.hair : Theme.line }

    Rectangle {
        id: badge
        width: Theme.mm(24)
        height: width
        radius: Theme.radius
        anchors { left: parent.left; leftMargin: Theme.mm(9); verticalCenter: parent.verticalCenter }
        color: tile.open && tile.lead ? Qt.alpha(Theme.seaWords, 0.16) : Theme.seaPale
        Icon { anchors.centerIn: parent; name: tile.icon; size: Theme.mm(14); color: tile.open ? (tile.lead ? Theme.seaWords : Theme.sea) : Theme.quiet }
    }
    Column {
        id: about
        anchors { left: badge.right; leftMargin: Theme.mm(8); right: go.left; rightMargin: Theme.mm(4); verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(1.5)
        Words { width: parent.width; text: tile.name; role: "section"; color: tile.words; font.pixelSize: Theme.section * 1.15 }
        Words { width: parent.width; text: tile.line; role: "small"; color: tile.open && tile.lead ? Qt.alpha(Theme.seaWords, 0.92) : Theme.quiet }
        Words {
            width: parent.width
            visible: tile.open && text !== ""
            text: tile.takes
            role: "small"
            color: tile.words
            font.bold: true
        }
        Row {
            visible: !tile.open
            width: parent.width
            spacing: Theme.mm(2)
            Icon { id: sign; name: "warning"; size: Theme.small; color: Theme.warn; anchors.verticalCenter: parent.verticalCenter }
            Words { width: parent.width - sign.width - parent.spacing; text: tile.reason; role: "small"; color: Theme.warn; font.bold: true }
        }
    }
    Icon {
        id: go
        visible: tile.open
        anchors { right: parent.right; rightMargin: Theme.mm(8); verticalCenter: parent.verticalCenter }
        name: "chevron"
        size: Theme.mm(11)
        color: tile.words
    }
}
