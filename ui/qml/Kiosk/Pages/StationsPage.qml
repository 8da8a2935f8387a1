pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Every station around this one: a sketch of where they lie, and a list, the nearest first.
Item {
    id: page

    signal homeward

    required property var session
    readonly property var about: session.language === "" ? {} : session.stations() // anew in another language
    readonly property var places: about.places
    property int chosen: -1

    function told(place: var): string {
        if (!place.known)
            return place.state;
        if (place.unavailable.length === 0)
            return qsTr("全部事项可办");
        const names = place.unavailable.slice(0, 3).join(qsTr("、"));
        return place.unavailable.length > 3 ? qsTr("%1 等 %2 项现在不能办").arg(names).arg(place.unavailable.length)
            : qsTr("%1 现在不能办").arg(names);
    }

    Column {
        id: head
        x: Theme.margin
        y: Theme.mm(Theme.wide ? 6 : 12)
        width: Theme.wide ? page.width * 0.42 : page.width - 2 * Theme.margin // beside a wide map stands the list
        spacing: Theme.mm(5)

        Words { width: parent.width; text: qsTr("办事站点"); role: "title" }
        Grid {
            width: parent.width
            columns: Theme.wide ? 1 : 2
            spacing: Theme.mm(8)
            StationMap {
                Accessible.name: qsTr("办事站点")
                width: head.width - (mini.visible && !Theme.wide ? mini.width + Theme.mm(8) : 0)
                height: Math.min(Theme.mm(Theme.elder ? 84 : 104), page.height * (Theme.wide ? 0.4 : 0.3))
                places: page.places
                chosen: page.chosen
                onTouched: index => { page.chosen = index; list.show(index); }
            }
            Grid {
                id: mini
                visible: page.about.code !== ""
                width: Theme.wide ? head.width : Theme.mm(52)
                columns: Theme.wide ? 2 : 1
                spacing: Theme.mm(Theme.wide ? 6 : 3)
                verticalItemAlignment: Grid.AlignVCenter
                Rectangle {
                    width: Math.min(Theme.mm(52), page.height * (Theme.wide ? 0.24 : 0.2))
                    height: width
                    radius: Theme.radius
                    color: "#FFFFFF"
                    Image {
                        anchors { fill: parent; margins: Theme.mm(4) }
                        source: page.about.code === "" ? "" : "image://qr/" + encodeURIComponent(page.about.code)
                        sourceSize: Qt.size(width, height)
                        smooth: false
                    }
                }
                Words { width: Theme.wide ? head.width - Theme.mm(58) : Theme.mm(52); text: page.about.words; role: "small"; color: Theme.quiet; font.pixelSize: Theme.mm(6.8) }
            }
        }
    }
    Scroll {
        id: list
        anchors { right: parent.right; bottom: bar.top; rightMargin: Theme.margin; bottomMargin: Theme.mm(4) }
        width: Theme.wide ? page.width - head.x - head.width - Theme.mm(12) - Theme.margin : head.width
        height: bar.y - Theme.mm(4) - (Theme.wide ? Theme.mm(6) : head.y + head.height + Theme.mm(6))
        spacing: Theme.mm(3)

        function show(index: int) {
            const row = rows.itemAt(index);
            if (row)
                reveal(row);
        }

        Repeater {
            id: rows
            model: page.places
            Touchable {
                id: row
                required property int index
                required property var modelData
                objectName: "station-" + index
                Accessible.name: name.text + " " + far.text + " " + page.told(modelData)
                width: parent?.width ?? 0
                height: lines.implicitHeight + 2 * Theme.mm(4)
                color: page.chosen === index ? Theme.seaPale : Theme.surface
                border { width: page.chosen === index ? Theme.mm(0.9) : 1; color: page.chosen === index ? Theme.sea : Theme.hair }
                onTouched: page.chosen = page.chosen === index ? -1 : index

                Rectangle {
                    id: mark
                    width: Math.max(Theme.mm(Theme.elder ? 14 : 11), sign_.implicitWidth + Theme.mm(3))
                    height: width
                    radius: width / 2
                    anchors { left: parent.left; leftMargin: Theme.mm(5); verticalCenter: parent.verticalCenter }
                    color: row.modelData.here ? Theme.bloom : Theme.sea
                    Words { id: sign_; anchors.centerIn: parent; text: row.modelData.here ? qsTr("我") : row.index; role: "small"; color: Theme.seaWords; font.bold: true }
                }
                Column {
                    id: lines
                    anchors { left: mark.right; leftMargin: Theme.mm(5); right: parent.right; rightMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
                    spacing: Theme.mm(0.8)
                    Item {
                        width: parent.width
                        height: Math.max(name.implicitHeight, far.implicitHeight)
                        Words { id: name; width: parent.width - far.implicitWidth - Theme.gap; text: row.modelData.name; font.bold: true }
                        Words {
                            id: far
                            anchors { right: parent.right; baseline: name.baseline }
                            text: row.modelData.here ? qsTr("就在这里") : qsTr("%1 公里").arg(row.modelData.kilometres.toFixed(1))
                            color: row.modelData.here ? Theme.bloom : Theme.sea
                            font.bold: true
                            wrapMode: Text.NoWrap
                        }
                    }
                    Row {
                        width: parent.width
                        spacing: Theme.mm(2)
                        Icon { id: sign; name: row.modelData.open ? "ok" : "stop"; size: Theme.small; color: row.modelData.open ? Theme.ok : Theme.warn; anchors.verticalCenter: parent.verticalCenter }
                        Words {
                            width: parent.width - sign.width - parent.spacing
                            text: (row.modelData.open ? qsTr("现在开着") : qsTr("现在不开")) + " · " + row.modelData.hours
                            role: "small"
                            color: row.modelData.open ? Theme.ok : Theme.warn
                        }
                    }
                    Words { width: parent.width; text: page.told(row.modelData); role: "small"; color: Theme.quiet }
                    Words { width: parent.width; visible: page.chosen === row.index; text: row.modelData.address; role: "small" }
                    Words { width: parent.width; visible: page.chosen === row.index; text: qsTr("电话 %1").arg(row.modelData.phone); role: "small" }
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
