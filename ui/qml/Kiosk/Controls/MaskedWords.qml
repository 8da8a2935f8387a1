import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// What is masked, and is seen whole as long as a finger lies on it. The page holds the mask and no more:
// what stands behind it is asked for when the finger comes down, and forgotten when it is lifted.
Touchable {
    id: masked

    required property var session
    required property string key // what it is asked for by; "" where nothing is hidden
    required property string mask
    property string role: "text"
    property real size: 0 // of the type, where the role does not say it
    readonly property bool hides: key !== ""
    property string seen: "" // only while a finger lies on it

    objectName: hides ? "masked-" + key : ""
    Accessible.name: words.text
    enabled: hides
    implicitHeight: hides ? Math.max(Theme.target, words.implicitHeight + Theme.mm(3)) : words.implicitHeight
    color: "transparent"
    radius: Theme.mm(2)
    onPressedChanged: seen = pressed ? session.reveal(key) : ""
    onVisibleChanged: seen = ""

    Words {
        id: words
        anchors { left: parent.left; right: masked.hides ? way.left : parent.right; rightMargin: masked.hides ? Theme.mm(3) : 0; verticalCenter: parent.verticalCenter }
        text: masked.seen !== "" ? masked.seen : masked.mask
        role: masked.role
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        font { pixelSize: masked.size > 0 ? masked.size : masked.role === "section" ? Theme.section : Theme.text; features: ({ "tnum": 1 }) }
    }
    Row {
        id: way
        visible: masked.hides
        anchors { right: parent.right; verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(1.5)
        Icon { name: "eye"; size: Theme.small; color: Theme.sea; anchors.verticalCenter: parent.verticalCenter }
        Words { text: qsTr("按住看"); role: "small"; color: Theme.sea }
    }
}
