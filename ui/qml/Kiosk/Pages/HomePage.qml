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
    readonly property int columns: Theme.elder || Theme.growth > 1.2 && !Theme.wide ? 1 : 2
    readonly property bool pictured: !Theme.strong && !Theme.elder && !Theme.wide

    component Tiles: Grid {
        readonly property real cell: (width - (columns - 1) * spacing) / columns
        readonly property real tallest: Math.max(0, ...[...children].map(child => child.naturalHeight ?? 0)) // all are as high
        width: parent?.width ?? 0
        spacing: Theme.gap
    }
    component Heading: Words {
        width: parent?.width ?? 0
        role: "section"
        topPadding: Theme.mm(3)
    }

    FontMetrics { id: small; font { family: Theme.family; pixelSize: Theme.small } }

    Scroll {
        id: scroll
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: foot.top; margins: Theme.margin; topMargin: Theme.mm(Theme.wide ? 6 : 10); bottomMargin: Theme.mm(3) }

        Grid {
            id: halves
            readonly property real wideLeft: Theme.wide ? (width - columnSpacing) * 0.54 : width
            readonly property real wideRight: Theme.wide ? width - columnSpacing - wideLeft : width
            width: scroll.width
            columns: Theme.wide ? 2 : 1
            columnSpacing: Theme.mm(14)
            rowSpacing: Theme.mm(3)

            Column {
                id: first
                width: halves.wideLeft
                spacing: Theme.mm(4)

                Words { width: parent.width; text: page.session.greeting; role: "title" }
                Words { width: parent.width; text: qsTr("带好身份证就行。办不完可以随时退出，不会留下您的信息。"); color: Theme.quiet }
                Notice { width: parent.width; visible: !!page.home.notice; kind: "warn"; words: page.home.notice ?? "" }
                Item {
                    id: shore
                    // The sea before the city takes what room is left, and the search lies on its shore.
                    readonly property real room: scroll.height - (first.implicitHeight - sea) - second.implicitHeight - halves.rowSpacing
                    readonly property real most: page.width * 300 / 1080 - search.height * 0.6
                    property real sea: 0
                    onRoomChanged: Qt.callLater(spread)
                    function spread() {
                        sea = page.pictured && room > Theme.mm(24) ? Math.min(room, most) : 0;
                    }
                    width: parent.width
                    height: search.height + sea

                    CityPicture {
                        visible: shore.sea > 0
                        wading: false // the search lies there
                        x: -Theme.margin
                        y: shore.height - search.height * 0.4 - height
                        width: page.width
                        height: width * 300 / 1080
                    }
                    Touchable {
                        id: search
                        objectName: "open-find"
                        Accessible.name: hint.text
                        y: shore.sea
                        width: parent.width
                        height: Math.max(Theme.button, hint.implicitHeight + Theme.mm(6))
                        radius: height / 2
                        raised: true
                        border { width: Theme.stroke; color: Theme.sea }
                        onTouched: page.opened("find")
                        Icon { id: glass; name: "search"; size: Theme.mm(12); color: Theme.sea; anchors { left: parent.left; leftMargin: Theme.mm(9); verticalCenter: parent.verticalCenter } }
                        Words {
                            id: hint
                            anchors { left: glass.right; leftMargin: Theme.mm(5); right: parent.right; rightMargin: Theme.mm(9); verticalCenter: parent.verticalCenter }
                            text: qsTr("搜一搜：网约车换证、无房证明……")
                            color: Theme.quiet
                        }
                    }
                }
                Heading { text: qsTr("大家常办") }
                Tiles {
                    id: hotTiles
                    columns: page.columns
                    Repeater {
                        model: page.hot.length
                        SmallTile {
                            id: tile
                            required property int index
                            readonly property var about: page.hot[index]
                            objectName: "tile-" + about.code
                            width: hotTiles.cell
                            height: Math.max(Theme.mm(Theme.elder ? 34 : 29), hotTiles.tallest)
                            icon: about.icon
                            name: about.name
                            line: qsTr("约 %1 分钟").arg(about.minutes)
                            brief: page.columns > 1
                            reason: about.reason ?? ""
                            lead: index === 0
                            onTouched: page.session.begin(tile.about.code)
                        }
                    }
                }
            }
            Column {
                id: second
                width: halves.wideRight
                spacing: Theme.mm(4)

                Heading { text: qsTr("按部门找"); topPadding: Theme.wide ? 0 : Theme.mm(3) }
                Tiles {
                    id: departments
                    readonly property var all: page.home.departments ?? []
                    // Side by side in fives where the longest word of their names has room.
                    readonly property real longest: Math.max(0, ...all.map(one => Math.max(...one.name.replace(/([\u2e80-\uffff·])/g, "$1 ").split(" ").map(word => small.advanceWidth(word)))))
                    readonly property bool upright: !Theme.elder && (width - 4 * spacing) / 5 > longest + Theme.mm(4.2) && Theme.growth < 1.2
                    columns: upright ? 5 : 2
                    Repeater {
                        model: departments.all
                        SmallTile {
                            id: department
                            required property var modelData
                            objectName: "department-" + modelData.id
                            width: departments.cell
                            height: Math.max(Theme.mm(departments.upright ? 36 : Theme.elder ? 30 : 25), departments.tallest)
                            icon: modelData.icon
                            name: modelData.name
                            line: departments.upright || Theme.wide || page.columns === 1 ? "" : modelData.about
                            upright: departments.upright
                            onTouched: page.opened(department.modelData.id)
                        }
                    }
                }
                Heading { text: qsTr("遇到这些事") }
                Flow {
                    width: parent.width
                    spacing: Theme.gap
                    Repeater {
                        model: page.home.happenings ?? []
                        Touchable {
                            id: event
                            required property var modelData
                            objectName: "event-" + modelData.id
                            Accessible.name: modelData.name
                            width: words.implicitWidth + 2 * Theme.mm(6)
                            height: Math.max(Theme.target, words.implicitHeight + Theme.mm(2))
                            radius: height / 2
                            border { width: Theme.stroke; color: Theme.line }
                            onTouched: page.opened("event:" + event.modelData.id)
                            Words { id: words; anchors.centerIn: parent; text: event.modelData.name; wrapMode: Text.NoWrap }
                        }
                    }
                }
            }
        }
    }
    Rectangle {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: links.height + where.height + Theme.mm(8)
        color: Theme.surface
        Rectangle { width: parent.width; height: Theme.edge; color: Theme.hair }

        component Link: Touchable {
            id: link
            property string icon
            property string label
            Accessible.name: label
            width: links.cell
            height: links.height
            color: "transparent"
            Grid {
                anchors.centerIn: parent
                columns: Theme.wide ? 2 : 1
                spacing: Theme.mm(Theme.wide ? 3 : 0.5)
                horizontalItemAlignment: Grid.AlignHCenter
                verticalItemAlignment: Grid.AlignVCenter
                Icon { id: mark; name: link.icon; size: Theme.mm(Theme.elder ? 14 : 11); color: link.enabled ? Theme.sea : Theme.quiet }
                Words {
                    id: said
                    width: Math.min(implicitWidth, link.width - (Theme.wide ? mark.width + Theme.mm(4) : 0))
                    text: link.label
                    role: "small"
                    wrapMode: Text.NoWrap
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: Theme.mm(6)
                    horizontalAlignment: Text.AlignHCenter
                    color: link.enabled ? Theme.sea : Theme.quiet
                    onHeightChanged: Qt.callLater(links.measure)
                }
            }
            readonly property real naturalHeight: Theme.wide ? Math.max(mark.height, said.height) : mark.height + said.height + Theme.mm(1)
        }
        Row {
            id: links
            readonly property int count: (page.home.services ?? []).length + 2 + (page.session.lowerable ? 1 : 0)
            readonly property real cell: (width - (count - 1) * spacing) / count
            function measure() {
                height = Math.max(Theme.target, ...[...children].map(child => child.naturalHeight ?? 0));
            }
            anchors { left: parent.left; right: parent.right; top: parent.top; leftMargin: Theme.mm(8); rightMargin: Theme.mm(8); topMargin: Theme.mm(3) }
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
            Link {
                objectName: "lower"
                visible: page.session.lowerable
                icon: "wheelchair"
                label: page.session.lowered ? qsTr("屏幕升回去") : qsTr("屏幕放低")
                onTouched: page.session.setLowered(!page.session.lowered)
            }
        }
        Item {
            id: where
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom; leftMargin: Theme.margin; rightMargin: Theme.margin; bottomMargin: Theme.mm(3) }
            height: Math.max(station.height, hotline.height)
            Words { id: station; width: parent.width - hotline.width - Theme.gap; text: page.home.station ?? ""; role: "small"; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
            Row {
                id: hotline
                anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                spacing: Theme.mm(2.5)
                Icon { name: "phone"; size: Theme.small; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
                Words { text: page.home.hotline ?? ""; role: "small"; color: Theme.quiet; wrapMode: Text.NoWrap }
            }
        }
    }
}
