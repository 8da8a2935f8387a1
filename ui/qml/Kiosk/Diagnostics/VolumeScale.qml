pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// How loud everything is: ten bars that are touched or drawn over, a step down and a step up. A volume counts when the
// finger is lifted.
Row {
    id: dial

    signal chosen(volume: int)

    property int volume
    readonly property int shown: bars.drawn >= 0 ? bars.drawn : volume

    spacing: Theme.gap

    PushButton { id: down; objectName: "quieter"; implicitWidth: Theme.mm(26); label: "−"; enabled: dial.volume > 0; onTouched: dial.chosen(Math.max(0, Math.ceil(dial.volume / 10) * 10 - 10)) }
    Item {
        id: bars
        property int drawn: -1 // by the finger that is on the glass
        objectName: "volume"
        width: dial.width - down.width - up.width - 2 * dial.spacing
        height: Theme.target

        Row {
            id: row
            anchors.fill: parent
            spacing: Theme.mm(2)
            Repeater {
                model: 10
                Rectangle {
                    required property int index
                    anchors.bottom: parent?.bottom
                    width: (row.width - 9 * row.spacing) / 10
                    height: row.height * (0.3 + 0.07 * (index + 1))
                    radius: Theme.mm(1.5)
                    color: index * 10 < dial.shown ? Theme.sea : Theme.hair
                }
            }
        }
        MouseArea {
            function at(x: real): int {
                return Math.max(0, Math.min(10, Math.ceil(x / width * 10))) * 10;
            }
            anchors.fill: parent
            preventStealing: true
            onPressed: mouse => bars.drawn = at(mouse.x)
            onPositionChanged: mouse => bars.drawn = at(mouse.x)
            onCanceled: bars.drawn = -1
            onReleased: {
                const volume = bars.drawn;
                bars.drawn = -1;
                if (volume !== dial.volume)
                    dial.chosen(volume);
            }
        }
    }
    PushButton { id: up; objectName: "louder"; implicitWidth: Theme.mm(26); label: "+"; enabled: dial.volume < 100; onTouched: dial.chosen(Math.min(100, Math.floor(dial.volume / 10) * 10 + 10)) }
}
