pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Nobody is here, or somebody has just come: what can be done at this machine.
Item {
    id: page

    required property var session
    readonly property var home: session.home
    readonly property var tiles: home.tiles ?? []

    component Tile: Touchable {
        id: tile
        required property int index
        readonly property var about: page.tiles[index]
        readonly property bool lead: index === 0
        readonly property color words: !about.available ? Theme.quiet : lead ? Theme.seaWords : Theme.ink

        objectName: "tile-" + about.code
        enabled: about.available
        implicitHeight: Math.max(Theme.mm(48), about_.implicitHeight + 2 * Theme.mm(9))
        color: !about.available ? Theme.at(Theme.ground, Theme.line, 0.12) : lead ? (pressed ? Theme.seaDeep : Theme.sea) : Theme.surface
        border { width: about.available && !lead || Theme.dark ? 1 : 0; color: about.available ? Theme.hair : Theme.line }
        onTouched: page.session.begin(about.code)

        Rectangle {
            id: badge
            width: Theme.mm(24)
            height: width
            radius: Theme.radius
            anchors { left: parent.left; leftMargin: Theme.mm(9); verticalCenter: parent.verticalCenter }
            color: tile.about.available && tile.lead ? Qt.alpha(Theme.seaWords, 0.16) : Theme.seaPale
            Icon { anchors.centerIn: parent; name: tile.about.icon; size: Theme.mm(14); color: tile.about.available ? (tile.lead ? Theme.seaWords : Theme.sea) : Theme.quiet }
        }
        Column {
            id: about_
            anchors { left: badge.right; leftMargin: Theme.mm(8); right: go.left; rightMargin: Theme.mm(4); verticalCenter: parent.verticalCenter }
            spacing: Theme.mm(1.5)
            Words { width: parent.width; text: tile.about.name; role: "section"; color: tile.words; font.pixelSize: Theme.section * 1.15 }
            Words { width: parent.width; text: tile.about.line; role: "small"; color: tile.about.available && tile.lead ? Qt.alpha(Theme.seaWords, 0.92) : Theme.quiet }
            Words {
                width: parent.width
                visible: tile.about.available
                text: qsTr("约 %1 分钟 · %2").arg(tile.about.minutes).arg(tile.about.fee)
                role: "small"
                color: tile.words
                font.bold: true
            }
            Row {
                visible: !tile.about.available
                width: parent.width
                spacing: Theme.mm(2)
                Icon { id: sign; name: "warning"; size: Theme.small; color: Theme.warn; anchors.verticalCenter: parent.verticalCenter }
                Words { width: parent.width - sign.width - parent.spacing; text: tile.about.reason ?? ""; role: "small"; color: Theme.warn; font.bold: true }
            }
        }
        Icon {
            id: go
            visible: tile.about.available
            anchors { right: parent.right; rightMargin: Theme.mm(8); verticalCenter: parent.verticalCenter }
            name: "chevron"
            size: Theme.mm(11)
            color: tile.words
        }
    }

    CityPicture {
        anchors { left: parent.left; right: parent.right; bottom: foot.top }
        height: width * 300 / 1080
    }
    Column {
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(18) }
        spacing: Theme.mm(5)

        Words { width: parent.width; text: page.session.greeting; role: "title" }
        Words { width: parent.width; text: qsTr("带好身份证就行。办不完可以随时退出，不会留下您的信息。"); color: Theme.quiet }
        Item { width: 1; height: Theme.mm(6) }
        Notice { width: parent.width; visible: !!page.home.notice; kind: "warn"; words: page.home.notice ?? "" }
        Words { text: qsTr("可以办的事"); role: "section" }
        Repeater {
            model: page.tiles.length
            Tile { width: parent?.width ?? 0 }
        }
        Item { width: 1; height: Theme.mm(6) }
        Words { text: qsTr("怎么用这台机器"); role: "section" }
        Row {
            id: ways
            width: parent.width
            spacing: Theme.gap
            Repeater {
                model: [
                    { part: "reader", words: qsTr("放身份证") },
                    { part: "camera", words: qsTr("核对本人") },
                    { part: "receipt", words: qsTr("取走凭条") }
                ]
                Rectangle {
                    id: way
                    required property int index
                    required property var modelData
                    width: (ways.width - 2 * ways.spacing) / 3
                    height: Theme.mm(90)
                    radius: Theme.radius
                    color: Theme.surface
                    border { width: 1; color: Theme.hair }
                    MachinePicture {
                        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: label.top; margins: Theme.mm(5) }
                        part: way.modelData.part
                    }
                    Row {
                        id: label
                        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: Theme.mm(6) }
                        spacing: Theme.mm(2.5)
                        Words { text: way.index + 1; color: Theme.sea; font.bold: true }
                        Words { text: way.modelData.words }
                    }
                }
            }
        }
    }
    Rectangle {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.mm(22)
        color: Theme.surface
        Rectangle { width: parent.width; height: 1; color: Theme.hair }
        Row {
            anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            spacing: Theme.mm(2.5)
            Icon { name: "location"; size: Theme.small * 1.1; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
            Words { text: page.home.station ?? ""; role: "small"; color: Theme.quiet; font.pixelSize: Theme.mm(6.8); wrapMode: Text.NoWrap }
        }
        Row {
            anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            spacing: Theme.mm(2.5)
            Icon { name: "phone"; size: Theme.small * 1.1; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
            Words { text: qsTr("咨询报修 %1").arg(page.home.hotline ?? ""); role: "small"; color: Theme.quiet; font.pixelSize: Theme.mm(6.8); wrapMode: Text.NoWrap }
        }
    }
}
