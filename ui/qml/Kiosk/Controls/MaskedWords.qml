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
    property bool bold: role === "section" || role === "title"
    property bool brief: false // where there is no room to say what the eye means
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
        readonly property real room: masked.hides ? parent.width - way.width - Theme.mm(3) : parent.width
        anchors.verticalCenter: parent.verticalCenter
        width: masked.brief ? Math.min(implicitWidth, room) : room
        text: masked.seen !== "" ? masked.seen : masked.mask
        role: masked.role
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        font { pixelSize: masked.size > 0 ? masked.size : masked.role === "section" ? Theme.section : Theme.text; bold: masked.bold; features: ({ "tnum": 1 }) }
    }
    Row {
        id: way
        visible: masked.hides
        anchors.verticalCenter: parent.verticalCenter
        x: masked.brief ? words.width + Theme.mm(3) : parent.width - width
        spacing: Theme.mm(1.5)
        Icon { name: "eye"; size: Theme.small; color: Theme.sea; anchors.verticalCenter: parent.verticalCenter }
        Words { visible: !masked.brief; text: qsTr("按住看"); role: "small"; color: Theme.sea }
    }
}
