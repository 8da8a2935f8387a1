pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// Where stations lie around this one: north is up, rings say how far. No coast is drawn; the city knows its sea.
Rectangle {
    id: map

    signal touched(int index)

    property var places: []
    property int chosen: -1
    // As far as the eighth nearest, so that those near by do not lie on one another.
    readonly property real reach: Math.max(1, ...places.slice(0, 9).map(place => Math.max(Math.abs(place.east) / aspect, Math.abs(place.north)))) * 1.15
    readonly property real aspect: width / Math.max(height, 1)
    readonly property real scale_: height / 2 / reach // pixels in a kilometre
    readonly property real ring: [0.5, 1, 2, 5, 10, 20, 50].find(step => step >= reach / 2.6) ?? 100

    radius: Theme.radius
    color: Theme.surface
    border { width: 1; color: Theme.hair }
    clip: true
    Accessible.role: Accessible.Graphic

    Repeater {
        model: 2
        Rectangle {
            id: circle
            required property int index
            readonly property real far: map.ring * (index + 1)
            anchors.centerIn: parent
            width: 2 * far * map.scale_
            height: width
            radius: width / 2
            color: "transparent"
            border { width: 1; color: Theme.hair }
            Words {
                // Where no station lies on it.
                visible: !map.places.some(place => Math.abs(place.north * map.scale_) < Theme.mm(8) && Math.abs((place.east + circle.far) * map.scale_ - Theme.mm(8)) < Theme.mm(14))
                anchors { verticalCenter: parent.verticalCenter; left: parent.left; leftMargin: Theme.mm(1.5) }
                text: qsTr("%1 公里").arg(circle.far)
                color: Theme.quiet
                font.pixelSize: Theme.mm(5)
            }
        }
    }
    // A finger is larger than a spot: what lies nearest to it is meant.
    MouseArea {
        anchors.fill: parent
        onClicked: mouse => {
            const far = map.places.map(place => Math.hypot(map.width / 2 + place.east * map.scale_ - mouse.x, map.height / 2 - place.north * map.scale_ - mouse.y));
            map.touched(far.indexOf(Math.min(...far)));
        }
    }
    // The compass.
    Column {
        anchors { right: parent.right; top: parent.top; margins: Theme.mm(4) }
        Icon { name: "north"; size: Theme.mm(11); color: Theme.quiet; anchors.horizontalCenter: parent.horizontalCenter }
        Words { text: qsTr("北"); role: "small"; color: Theme.quiet; font.pixelSize: Theme.mm(6.8); anchors.horizontalCenter: parent.horizontalCenter }
    }
    Repeater {
        model: map.places
        Item {
            id: spot
            required property int index
            required property var modelData
            readonly property bool here: modelData.here
            readonly property bool lit: here || map.chosen === index
            readonly property real size: Theme.mm(lit ? 12 : 9)
            z: lit ? 2 : 1
            visible: Math.abs(x - map.width / 2) < map.width / 2 - Theme.mm(4) && Math.abs(y - map.height / 2) < map.height / 2 - Theme.mm(4)
            x: map.width / 2 + modelData.east * map.scale_
            y: map.height / 2 - modelData.north * map.scale_
            Rectangle {
                id: disc
                anchors.centerIn: parent
                width: spot.size
                height: width
                radius: spot.here ? Theme.mm(2) : width / 2
                readonly property bool full: spot.lit || spot.modelData.open // one that is closed now is an empty ring
                color: spot.lit ? Theme.bloom : disc.full ? Theme.sea : Theme.surface
                border { width: Theme.stroke; color: disc.full ? Theme.surface : Theme.sea }
                Words { anchors.centerIn: parent; text: spot.here ? qsTr("我") : spot.index; color: disc.full ? Theme.seaWords : Theme.sea; font { pixelSize: Theme.mm(5.4); bold: true } }
            }
        }
    }
}
