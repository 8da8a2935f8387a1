pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Nobody is here, or somebody has just come: what can be done at this machine, and three ways to it.
Item {
    id: page

    signal opened(string where)
    signal helped

    required property var session
    readonly property var home: session.home
    readonly property var hot: {
        const all = home.tiles ?? [];
        return (home.hot ?? []).map(code => all.find(tile => tile.code === code)).filter(tile => tile);
    }
    readonly property int columns: Theme.elder ? 1 : 2

    component Tiles: Grid {
        readonly property real cell: (width - (columns - 1) * spacing) / columns
        width: parent?.width ?? 0
        columns: page.columns
        spacing: Theme.gap
    }

    Scroll {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: foot.top; margins: Theme.margin; topMargin: Theme.mm(11); bottomMargin: Theme.mm(3) }
        spacing: Theme.mm(4)

        Words { width: parent.width; text: page.session.greeting; role: "title" }
        Words { width: parent.width; text: qsTr("带好身份证就行。办不完可以随时退出，不会留下您的信息。"); color: Theme.quiet }
        Notice { width: parent.width; visible: !!page.home.notice; kind: "warn"; words: page.home.notice ?? "" }
        Touchable {
            objectName: "open-find"
            width: parent.width
            height: Theme.button
            radius: height / 2
            border { width: Theme.stroke; color: Theme.line }
            onTouched: page.opened("find")
            Row {
                anchors { left: parent.left; leftMargin: Theme.mm(9); verticalCenter: parent.verticalCenter }
                spacing: Theme.mm(5)
                Icon { name: "search"; size: Theme.mm(11); color: Theme.sea; anchors.verticalCenter: parent.verticalCenter }
                Words { text: qsTr("搜一搜：网约车换证、无房证明……"); color: Theme.quiet; wrapMode: Text.NoWrap; anchors.verticalCenter: parent.verticalCenter }
            }
        }
        Words { text: qsTr("大家常办"); role: "section" }
        Tiles {
            id: hotTiles
            Repeater {
                model: page.hot.length
                SmallTile {
                    id: tile
                    required property int index
                    readonly property var about: page.hot[index]
                    objectName: "tile-" + about.code
                    width: hotTiles.cell
                    height: Math.max(Theme.mm(Theme.elder ? 34 : 25), naturalHeight)
                    icon: about.icon
                    name: about.name
                    reason: about.reason ?? ""
                    lead: index === 0
                    onTouched: page.session.begin(tile.about.code)
                }
            }
        }
        Words { text: qsTr("按部门找"); role: "section" }
        Tiles {
            id: departments
            Repeater {
                model: page.home.departments ?? []
                SmallTile {
                    id: department
                    required property var modelData
                    objectName: "department-" + modelData.id
                    width: departments.cell
                    height: Math.max(Theme.mm(Theme.elder ? 38 : 25), naturalHeight)
                    icon: modelData.icon
                    name: modelData.name
                    line: modelData.about
                    onTouched: page.opened(department.modelData.id)
                }
            }
        }
        Words { text: qsTr("遇到这些事"); role: "section" }
        Flow {
            width: parent.width
            spacing: Theme.gap
            Repeater {
                model: page.home.happenings ?? []
                Touchable {
                    id: event
                    required property var modelData
                    objectName: "event-" + modelData.id
                    width: words.implicitWidth + 2 * Theme.mm(6)
                    height: Theme.target
                    radius: height / 2
                    border { width: Theme.stroke; color: Theme.line }
                    onTouched: page.opened("event:" + event.modelData.id)
                    Words { id: words; anchors.centerIn: parent; text: event.modelData.name; wrapMode: Text.NoWrap }
                }
            }
        }
    }
    Rectangle {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: links.height + Theme.mm(21)
        color: Theme.surface
        Rectangle { width: parent.width; height: 1; color: Theme.hair }

        component Link: Touchable {
            id: link
            property string icon
            property string label
            width: (links.width - 2 * links.spacing) / 3
            height: Theme.target
            color: "transparent"
            Row {
                anchors.centerIn: parent
                spacing: Theme.mm(2.5)
                Icon { id: mark; name: link.icon; size: Theme.text * 1.15; color: link.enabled ? Theme.sea : Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
                Words {
                    width: Math.min(implicitWidth, link.width - mark.width - Theme.mm(5))
                    text: link.label
                    color: link.enabled ? Theme.sea : Theme.quiet
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
        }
        Row {
            id: links
            anchors { left: parent.left; right: parent.right; top: parent.top; leftMargin: Theme.margin; rightMargin: Theme.margin; topMargin: Theme.mm(3) }
            height: Theme.target
            spacing: Theme.gap
            Repeater {
                model: page.home.services ?? []
                Link {
                    required property var modelData
                    objectName: "service-" + modelData.code
                    enabled: modelData.available
                    icon: modelData.icon
                    label: modelData.name
                    onTouched: page.session.begin(modelData.code)
                }
            }
            Link { objectName: "open-stations"; icon: "location"; label: qsTr("办事站点"); onTouched: page.opened("stations") }
            Link { objectName: "open-help"; icon: "phone"; label: qsTr("咨询与报修"); onTouched: page.helped() }
        }
        Row {
            anchors { left: parent.left; leftMargin: Theme.margin; bottom: parent.bottom; bottomMargin: Theme.mm(4) }
            spacing: Theme.mm(2.5)
            Words { text: page.home.station ?? ""; role: "small"; color: Theme.quiet; font.pixelSize: Theme.mm(6.8); wrapMode: Text.NoWrap }
        }
        Row {
            anchors { right: parent.right; rightMargin: Theme.margin; bottom: parent.bottom; bottomMargin: Theme.mm(4) }
            spacing: Theme.mm(2.5)
            Icon { name: "phone"; size: Theme.mm(7); color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
            Words { text: page.home.hotline ?? ""; role: "small"; color: Theme.quiet; font.pixelSize: Theme.mm(6.8); wrapMode: Text.NoWrap }
        }
    }
}
