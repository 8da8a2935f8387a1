import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// A tile of which several stand beside one another: icon and name, and below them a few words, or why it is closed.
// Where many stand in a row, the icon is above the name.
Touchable {
    id: tile

    property string icon
    property string name
    property string line
    property string reason // why it is closed; "" when it is open
    property bool lead: false // the one that most people want
    property bool upright: false
    property bool brief: false // the words below only where the name leaves them a line
    readonly property bool open: reason === ""
    readonly property color words: !open ? Theme.quiet : lead ? Theme.seaWords : Theme.ink

    Accessible.name: name + " " + (open ? line : reason)
    enabled: open
    raised: open
    readonly property real nameAt: Theme.mm(5) + badge.height // below an icon
    readonly property real naturalHeight: upright ? nameAt + about.implicitHeight + Theme.mm(3) : about.implicitHeight + 2 * Theme.mm(3)

    implicitHeight: Math.max(Theme.mm(upright ? 34 : 26), naturalHeight)
    color: !open ? Theme.at(Theme.ground, Theme.line, 0.12) : lead ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.surface
    border { width: !open || !lead || Theme.strong ? Theme.edge : 0; color: open ? Theme.hair : Theme.line }

    Rectangle {
        id: badge
        x: tile.upright ? (tile.width - width) / 2 : Theme.mm(4.5)
        y: tile.upright ? Theme.mm(3.5) : (tile.height - height) / 2
        width: Theme.mm(Theme.elder ? 20 : 16)
        height: width
        radius: Theme.mm(4)
        color: !tile.open ? "transparent" : tile.lead ? Qt.alpha(Theme.seaWords, 0.16) : Theme.seaPale
        Icon {
            anchors.centerIn: parent
            name: tile.icon
            size: Theme.mm(Theme.elder ? 14 : 11)
            color: !tile.open ? Theme.quiet : tile.lead ? Theme.seaWords : Theme.sea
        }
    }
    Column {
        id: about
        x: tile.upright ? Theme.mm(1.5) : badge.x + badge.width + Theme.mm(4.5)
        y: tile.upright ? tile.nameAt : (tile.height - implicitHeight) / 2
        width: tile.width - x - Theme.mm(tile.upright ? 1.5 : 3.5)
        spacing: Theme.mm(0.5)
        Words {
            id: called
            width: parent.width
            text: tile.name
            color: tile.words
            role: tile.upright ? "small" : "text"
            font.bold: !tile.upright
            horizontalAlignment: tile.upright ? Text.AlignHCenter : Text.AlignLeft
        }
        Words {
            width: parent.width
            visible: text !== "" && (!tile.open || !tile.upright && !(tile.brief && called.lineCount > 1))
            text: tile.open ? tile.line : tile.reason
            color: !tile.open ? Theme.warn : tile.lead ? Theme.seaWords : Theme.quiet
            role: "small"
            horizontalAlignment: tile.upright ? Text.AlignHCenter : Text.AlignLeft
        }
    }
}
