pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The whole glass in spots of about 27 mm: each turns when a finger has been there.
Rectangle {
    id: test

    required property var workshop
    readonly property int columns: 10
    readonly property int rows: 18
    property int untouched: columns * rows

    component Spot: Rectangle {
        property bool been: false
        objectName: "spot"
        width: test.width / test.columns
        height: test.height / test.rows
        color: been ? Theme.ok : Theme.surface
        border { width: 1; color: Theme.hair }
    }

    color: Theme.ground

    onVisibleChanged: if (visible) { untouched = columns * rows; spots.model = 0; spots.model = columns * rows; }
    onUntouchedChanged: if (untouched === 0) test.workshop.act("answer", "works")

    Grid {
        anchors.fill: parent
        columns: test.columns
        Repeater {
            id: spots
            model: test.columns * test.rows
            Spot {}
        }
    }
    MouseArea {
        function seen(x: real, y: real) {
            const column = Math.floor(x / test.width * test.columns), row = Math.floor(y / test.height * test.rows);
            const spot = column >= 0 && column < test.columns && row >= 0 && row < test.rows ? spots.itemAt(row * test.columns + column) as Spot : null;
            if (spot && !spot.been) {
                spot.been = true;
                test.untouched -= 1;
            }
        }
        anchors.fill: parent
        onPressed: mouse => seen(mouse.x, mouse.y)
        onPositionChanged: mouse => seen(mouse.x, mouse.y)
    }
    Card {
        anchors.centerIn: parent
        width: Theme.mm(150)
        Column {
            width: parent.width
            spacing: Theme.mm(5)
            Words { width: parent.width; text: qsTr("用手指划过整块屏幕，还有 %1 格").arg(test.untouched); horizontalAlignment: Text.AlignHCenter }
            PushButton { objectName: "broken"; anchors.horizontalCenter: parent.horizontalCenter; size: Theme.text; label: qsTr("有的地方没有反应"); onTouched: test.workshop.act("answer", "broken") }
            PushButton { objectName: "cancel"; anchors.horizontalCenter: parent.horizontalCenter; style: "quiet"; size: Theme.text; label: qsTr("不测了"); onTouched: test.workshop.act("answer", "cancel") }
        }
    }
}
