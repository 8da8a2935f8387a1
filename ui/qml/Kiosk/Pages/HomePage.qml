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
            Tile {
                id: tile
                required property int index
                readonly property var about: page.tiles[index]
                objectName: "tile-" + about.code
                width: parent?.width ?? 0
                icon: about.icon
                name: about.name
                line: about.line
                takes: qsTr("约 %1 分钟 · %2").arg(about.minutes).arg(about.fee)
                reason: about.reason ?? ""
                lead: index === 0
                onTouched: page.session.begin(tile.about.code)
            }
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
