pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// For whoever does not see: the glass is four corners that can be felt along its frame, and shows nothing, so that
// nobody reads along. On request it shows what is being said.
Rectangle {
    id: page

    required property var listening
    property real reachTop: 0 // the corners lie where the page lies, also where it is lowered
    property real reachHeight: height

    readonly property bool lit: listening.lit
    readonly property real ditch: Theme.mm(10) // between two corners, so that no finger means both

    color: "#000000"

    // Between the corners lies the page that nobody sees: no touch goes through to it.
    MouseArea { anchors.fill: parent }

    component Corner: MouseArea {
        id: corner
        required property string key
        property bool called: false // a finger rests: it was said which corner this is
        objectName: "corner-" + key
        width: (page.width - page.ditch) / 2
        height: (page.reachHeight - page.ditch) / 2
        pressAndHoldInterval: 900
        Accessible.role: Accessible.Button
        Accessible.name: page.listening.corners[key] ?? ""
        Accessible.onPressAction: page.listening.corner(key)
        onPressed: called = false
        onPressAndHold: {
            called = true;
            page.listening.callCorner(key);
        }
        onReleased: if (!called && containsMouse) page.listening.corner(key)

        Rectangle {
            anchors { fill: parent; margins: Theme.mm(4) }
            visible: page.lit
            radius: Theme.radius
            color: "transparent"
            border { width: Theme.stroke; color: "#FFFFFF" }
            Words {
                anchors { left: parent.left; right: parent.right; margins: Theme.mm(6) }
                y: corner.y < page.height / 2 ? Theme.mm(6) : parent.height - height - Theme.mm(6)
                text: page.listening.corners[corner.key] ?? ""
                color: "#FFFFFF"
                role: "section"
                horizontalAlignment: Text.AlignHCenter
            }
        }
    }

    Item {
        y: page.reachTop
        width: parent.width
        height: page.reachHeight
        visible: !page.listening.signing

        Corner { key: "repeat" }
        Corner { key: "choose"; anchors.right: parent.right }
        Corner { key: "previous"; anchors.bottom: parent.bottom }
        Corner { key: "next"; anchors { right: parent.right; bottom: parent.bottom } }
    }
    Rectangle {
        objectName: "said"
        visible: page.lit
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.margin }
        height: said.implicitHeight + 2 * Theme.mm(8)
        color: "#000000"
        border { width: Theme.stroke; color: "#FFD83D" }
        Words {
            id: said
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(8) }
            text: page.listening.words.join("\n")
            color: "#FFD83D"
            role: "section"
            maximumLineCount: 12
            elide: Text.ElideRight
        }
    }
    // The whole glass is the pad while somebody signs.
    MouseArea {
        id: pad
        objectName: "blind-pad"
        property var stroke: []
        anchors.fill: parent
        visible: page.listening.signing
        preventStealing: true
        onPressed: mouse => {
            stroke = [[mouse.x, mouse.y]];
            page.listening.holding(true);
        }
        onPositionChanged: mouse => {
            stroke.push([mouse.x, mouse.y]);
            if (Math.hypot(mouse.x - stroke[0][0], mouse.y - stroke[0][1]) > Theme.roll)
                page.listening.holding(false);
        }
        onReleased: page.listening.drawn(stroke, pad.width)
        onVisibleChanged: if (!visible) page.listening.holding(false)
    }
}
