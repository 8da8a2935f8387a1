pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// Where the citizen is: one bar for each stage, with its name. Where the names have no room, how many there are and the
// one that stands. Beside a wide page they stand below one another.
Item {
    id: bar

    property var stages: []
    property bool upright: false
    property real room: 0 // how high it may be, where it is upright
    readonly property int now: stages.findIndex(stage => stage.state === "now")
    readonly property string here: stages[now]?.name ?? ""
    readonly property real rowHeight: Theme.small * 1.45 + Theme.mm(2)
    readonly property bool listed: upright && stages.length * rowHeight <= room
    readonly property bool named: !upright && names.longest <= cells.cell - Theme.mm(1)

    readonly property bool told: !listed && !named && (!upright || cells.height + Theme.mm(2) + words.implicitHeight <= room)

    implicitHeight: listed ? list.height : cells.height + (told ? words.implicitHeight + Theme.mm(2) : 0)

    component Name: Words {
        required property int index
        readonly property var about: bar.stages[index] ?? ({ name: "", state: "" })
        readonly property bool stands: about.state === "now"
        text: about.name
        role: "small"
        wrapMode: Text.NoWrap
        color: stands ? Theme.sea : Theme.quiet
        font.bold: stands
    }

    // How long the longest name is, in bold.
    Item {
        id: names
        property real longest: 0
        function measure() {
            longest = bar.stages.reduce((most, stage) => Math.max(most, metrics.advanceWidth(stage.name)), 0);
        }
        FontMetrics { id: metrics; font { family: Theme.family; pixelSize: Theme.small; bold: true } onFontChanged: names.measure() }
        Connections { target: bar; function onStagesChanged() { names.measure(); } }
        Component.onCompleted: measure()
    }
    Row {
        id: cells
        readonly property real cell: (width - (bar.stages.length - 1) * spacing) / Math.max(bar.stages.length, 1)
        visible: !bar.listed
        width: parent.width
        spacing: Theme.mm(2.5)
        Repeater {
            model: bar.stages.length
            Column {
                id: stage
                required property int index
                readonly property string state_: bar.stages[index]?.state ?? ""
                width: cells.cell
                spacing: Theme.mm(2)
                Rectangle {
                    width: parent.width
                    height: Theme.mm(stage.state_ === "now" ? 3 : 2)
                    radius: height / 2
                    color: stage.state_ !== "ahead" ? Theme.sea : Theme.strong ? "transparent" : Theme.at(Theme.ground, Theme.line, 0.3)
                    border { width: Theme.strong && stage.state_ === "ahead" ? 1 : 0; color: Theme.line }
                }
                Name { index: stage.index; visible: bar.named; width: parent.width; horizontalAlignment: Text.AlignHCenter }
            }
        }
    }
    Words {
        id: words
        visible: bar.told
        anchors { left: parent.left; right: parent.right; top: cells.bottom; topMargin: Theme.mm(2) }
        text: qsTr("第 %1 步，共 %2 步：%3").arg(bar.now + 1).arg(bar.stages.length).arg(bar.here)
        role: "small"
        font.bold: true
        color: Theme.sea
    }
    Column {
        id: list
        visible: bar.listed
        Repeater {
            model: bar.listed ? bar.stages.length : 0
            Item {
                id: row
                required property int index
                readonly property string state_: bar.stages[index]?.state ?? ""
                width: bar.width
                height: bar.rowHeight
                Rectangle {
                    visible: row.index > 0
                    width: Theme.mm(1)
                    height: parent.height
                    x: mark.x + (mark.width - width) / 2
                    y: -parent.height / 2
                    z: -1
                    color: row.state_ === "ahead" ? Theme.hair : Theme.sea
                }
                Rectangle {
                    id: mark
                    anchors.verticalCenter: parent.verticalCenter
                    width: Theme.mm(8)
                    height: width
                    radius: width / 2
                    color: row.state_ === "ahead" ? Theme.surface : Theme.sea
                    border { width: Theme.stroke; color: row.state_ === "ahead" ? Theme.line : Theme.sea }
                    Icon { anchors.centerIn: parent; visible: row.state_ === "done"; name: "done"; size: parent.width * 0.75; color: Theme.seaWords }
                    Rectangle { anchors.centerIn: parent; visible: row.state_ === "now"; width: parent.width * 0.4; height: width; radius: width / 2; color: Theme.seaWords }
                }
                Name { index: row.index; anchors { left: mark.right; leftMargin: Theme.mm(4); verticalCenter: parent.verticalCenter } }
            }
        }
    }
}
