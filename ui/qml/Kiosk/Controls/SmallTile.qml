import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// A tile of which several stand beside one another: icon and name, and below them a few words, or why it is closed.
Touchable {
    id: tile

    property string icon
    property string name
    property string line
    property string reason // why it is closed; "" when it is open
    property bool lead: false // the one that most people want
    readonly property bool open: reason === ""
    readonly property color words: !open ? Theme.quiet : lead ? Theme.seaWords : Theme.ink

    enabled: open
    readonly property real naturalHeight: about.implicitHeight + 2 * Theme.mm(1.5)

    implicitHeight: Math.max(Theme.mm(25), naturalHeight)
    color: !open ? Theme.at(Theme.ground, Theme.line, 0.12) : lead ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.surface
    border { width: open && !lead || Theme.dark ? 1 : 0; color: open ? Theme.hair : Theme.line }

    Icon {
        id: mark
        anchors { left: parent.left; leftMargin: Theme.mm(5); verticalCenter: parent.verticalCenter }
        name: tile.icon
        size: Theme.mm(11)
        color: tile.open ? (tile.lead ? Theme.seaWords : Theme.sea) : Theme.quiet
    }
    Column {
        id: about
        anchors { left: mark.right; leftMargin: Theme.mm(4.5); right: parent.right; rightMargin: Theme.mm(4); verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(0.5)
        Words { width: parent.width; text: tile.name; color: tile.words; font.bold: true }
        Words {
            width: parent.width
            visible: text !== ""
            text: tile.open ? tile.line : tile.reason
            color: !tile.open ? Theme.warn : tile.lead ? Qt.alpha(Theme.seaWords, 0.92) : Theme.quiet
            role: "small"
        }
    }
}
