pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The items of one department, a group at a time, or those that an event of life asks for.
Item {
    id: page

    signal homeward

    required property var session
    property string name
    property string about
    property var groups: []
    property int group: 0
    readonly property var tiles: {
        const all = session.home.tiles ?? [];
        return (groups[group]?.codes ?? []).map(code => all.find(tile => tile.code === code)).filter(tile => tile);
    }

    Column {
        id: head
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(12) }
        spacing: Theme.mm(4)

        Words { width: parent.width; text: page.name; role: "title" }
        Words { width: parent.width; text: page.about; color: Theme.quiet }
        Flow {
            width: parent.width
            visible: page.groups.length > 1
            topPadding: Theme.mm(3)
            spacing: Theme.gap
            Repeater {
                model: page.groups
                Touchable {
                    id: tab
                    required property int index
                    required property var modelData
                    readonly property bool chosen: page.group === index
                    objectName: "group-" + modelData.id
                    Accessible.role: Accessible.PageTab
                    Accessible.name: modelData.name
                    Accessible.selected: chosen
                    width: label.implicitWidth + 2 * Theme.mm(7)
                    height: Theme.target
                    radius: height / 2
                    color: chosen ? Theme.sea : Theme.surface
                    border { width: Theme.stroke; color: chosen ? Theme.sea : Theme.line }
                    onTouched: { page.group = index; scroll.contentY = 0; }
                    Words {
                        id: label
                        anchors.centerIn: parent
                        text: tab.modelData.name
                        color: tab.chosen ? Theme.seaWords : Theme.ink
                        font.bold: tab.chosen
                        wrapMode: Text.NoWrap
                    }
                }
            }
        }
    }
    Scroll {
        id: scroll
        anchors { left: parent.left; right: parent.right; top: head.bottom; bottom: bar.top; margins: Theme.margin; topMargin: Theme.mm(8); bottomMargin: Theme.mm(4) }
        spacing: Theme.gap
        Grid {
            id: tiles
            readonly property real tallest: Math.max(0, ...[...children].map(child => child.naturalHeight ?? 0))
            width: parent.width
            columns: Theme.wide && !Theme.elder && Theme.growth < 1.2 ? 2 : 1
            spacing: Theme.gap
            Repeater {
                model: page.tiles
                ItemTile {
                    required property var modelData
                    width: (tiles.width - (tiles.columns - 1) * tiles.spacing) / tiles.columns
                    height: tiles.columns > 1 ? Math.max(implicitHeight, tiles.tallest) : implicitHeight
                    session: page.session
                    about: modelData
                }
            }
        }
    }
    BackBar {
        id: bar
        session: page.session
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        onTouched: page.homeward()
    }
}
