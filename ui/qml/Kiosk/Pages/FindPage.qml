pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// An item is looked for by whatever one calls it.
Item {
    id: page

    signal homeward

    required property var session
    property real keyboardHeight: 0
    property string typed: ""
    readonly property bool typing: keyboardHeight > 0
    readonly property var codes: typed === "" ? session.home.hot ?? [] : session.find(typed)
    readonly property var tiles: {
        const all = [...session.home.tiles ?? [], ...session.home.services ?? []];
        return codes.map(code => all.find(tile => tile.code === code)).filter(tile => tile);
    }

    Component.onCompleted: field.take()

    Column {
        id: head
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(12) }
        spacing: Theme.mm(5)

        Words { width: parent.width; text: qsTr("您要办什么？"); role: "title" }
        Field {
            id: field
            width: parent.width
            name: "find"
            label: qsTr("说法不用准，拼音、首字母都行")
            hint: qsTr("例如 网约车换证、打社保、wfzm")
            value: page.typed
            maximumLength: 30
            onEdited: text => page.typed = text
        }
        Words {
            width: parent.width
            visible: page.typed !== "" && page.tiles.length === 0
            objectName: "nothing"
            text: qsTr("没有找到。换个说法试试，或回首页按部门找；也可以打 %1 问一问。").arg(page.session.home.hotline ?? "")
        }
        Words {
            visible: page.tiles.length > 0
            text: page.typed === "" ? qsTr("大家常办") : qsTr("可能是这些")
            role: "section"
        }
    }
    Scroll {
        anchors {
            left: parent.left; right: parent.right; top: head.bottom; bottom: page.typing ? parent.bottom : bar.top
            margins: Theme.margin; topMargin: Theme.mm(4); bottomMargin: page.keyboardHeight + Theme.mm(4)
        }
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
        visible: !page.typing
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        onTouched: page.homeward()
    }
}
