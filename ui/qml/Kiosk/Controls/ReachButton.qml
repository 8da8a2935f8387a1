import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// At the foot of every page, where everybody reaches it: lowers the page to between 380 and 1220 mm, and lifts it again.
// A glass that lies within that needs none.
Touchable {
    id: button

    required property var session
    readonly property bool lowered: session.lowered

    objectName: "lower"
    Accessible.name: word.text
    visible: session.lowerable
    width: visible ? Math.max(Theme.mm(24), word.implicitWidth + Theme.mm(4)) : 0
    height: Theme.button
    color: "transparent"
    onTouched: session.setLowered(!lowered)

    Column {
        anchors.centerIn: parent
        spacing: Theme.mm(0.5)
        Icon { name: "wheelchair"; size: Theme.mm(Theme.elder ? 14 : 11); color: Theme.sea; anchors.horizontalCenter: parent.horizontalCenter }
        Words { id: word; text: button.lowered ? qsTr("升回去") : qsTr("放低"); color: Theme.sea; font.pixelSize: Theme.mm(Theme.elder ? 8 : 6.8); wrapMode: Text.NoWrap; anchors.horizontalCenter: parent.horizontalCenter }
    }
}
