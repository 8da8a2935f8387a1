pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// What goes over the wires, the newest at the foot. A touch on a line shows all of its bytes.
Item {
    id: page

    required property var dock

    Flow {
        id: tools
        anchors { left: parent.left; right: buttons.left; top: parent.top; margins: Desk.margin }
        spacing: Desk.gap
        Pill { objectName: "wire-all"; text: "all"; lit: page.dock.only === ""; onClicked: page.dock.show("") }
        Repeater {
            model: page.dock.wires
            delegate: Pill {
                required property string modelData
                objectName: "wire-" + modelData
                text: modelData.replace(/_/g, " ")
                lit: page.dock.only === modelData
                onClicked: page.dock.show(modelData)
            }
        }
    }
    Row {
        id: buttons
        anchors { right: parent.right; top: parent.top; margins: Desk.margin }
        spacing: Desk.gap
        DockButton { objectName: "pause"; width: 72; text: page.dock.paused ? "Go on" : "Pause"; primary: page.dock.paused; onClicked: page.dock.pause(!page.dock.paused) }
        DockButton { objectName: "wipe"; text: "Wipe"; onClicked: page.dock.wipe() }
    }
    Rectangle {
        anchors { left: parent.left; right: parent.right; top: tools.bottom; bottom: parent.bottom; margins: Desk.margin; topMargin: 12 }
        radius: 8
        color: Theme.surface
        border { width: 1; color: Theme.hair }

        Caption {
            anchors { centerIn: parent }
            width: parent.width - 2 * Desk.margin
            horizontalAlignment: Text.AlignHCenter
            visible: lines.count === 0
            text: page.dock.wires.length === 0 ? "No wire is watched." : "Nothing has gone over this wire yet."
            color: Theme.quiet
        }
        ListView {
            id: lines
            property int open: -1
            property bool follows: true // the newest line, until somebody scrolls up

            anchors { fill: parent; margins: 8 }
            model: page.dock.wireLines
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            reuseItems: true
            onCountChanged: if (follows) Qt.callLater(positionViewAtEnd)
            onMovementEnded: follows = atYEnd
            onContentYChanged: if (moving || bar.pressed) follows = atYEnd

            ScrollBar.vertical: ScrollBar {
                id: bar
                policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
                contentItem: Rectangle { implicitWidth: 6; radius: 3; color: bar.pressed ? Theme.sea : Theme.line }
            }
            delegate: Rectangle {
                id: line
                required property int index
                required property string device
                required property string at
                required property string arrow
                required property string words
                required property string hex
                required property int times
                readonly property bool open: lines.open === index

                width: ListView.view.width - 8
                height: (open ? all.y + all.height : 0) + (open ? 6 : 22)
                radius: 3
                color: open ? Theme.ground : arrow === "▸" ? Theme.seaPale : "transparent"

                Row {
                    id: first
                    x: 6
                    height: 22
                    spacing: 8
                    Mono { width: 60; text: line.at; color: Theme.quiet; horizontalAlignment: Text.AlignRight }
                    Mono { width: page.dock.only === "" ? 112 : 0; visible: page.dock.only === ""; text: line.device; color: Theme.quiet; elide: Text.ElideRight }
                    Mono { width: 14; text: line.arrow; color: Theme.sea }
                    Mono {
                        width: Math.min(line.words !== "" && line.hex !== "" ? Math.max(implicitWidth, 168) : implicitWidth, line.width - x - 12)
                        visible: text !== ""
                        text: line.words + (line.times > 1 ? "  ×" + line.times : "")
                        font.bold: line.arrow === "▸" || line.times > 1
                        elide: Text.ElideRight
                    }
                    Mono {
                        width: Math.max(line.width - x - 12, 0)
                        text: line.hex
                        color: Theme.quiet
                        elide: Text.ElideRight
                    }
                }
                Mono {
                    id: all
                    anchors { left: parent.left; right: parent.right; leftMargin: 28; rightMargin: 12; top: first.bottom }
                    height: implicitHeight
                    visible: line.open
                    text: [line.words, line.hex].filter(part => part !== "").join("\n")
                    wrapMode: Text.Wrap
                }
                MouseArea {
                    anchors.fill: parent
                    onClicked: lines.open = line.open ? -1 : line.index
                }
            }
        }
    }

    component Mono: Caption {
        height: 22
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.NoWrap
        font { family: Desk.mono; pixelSize: Desk.small }
    }
}
