import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// One device in a list: its name, its state, and in a sentence what is wrong.
Touchable {
    id: row

    required property var part

    objectName: "part-" + part.name
    implicitHeight: Math.max(Theme.mm(20), words.implicitHeight + 2 * Theme.mm(4))
    border { width: 1; color: part.tone === "bad" ? Theme.bad : Theme.hair }

    Dot {
        id: dot
        anchors { left: parent.left; leftMargin: Theme.mm(7); verticalCenter: parent.verticalCenter }
        tone: row.part.tone
    }
    Column {
        id: words
        anchors { left: dot.right; leftMargin: Theme.mm(6); right: how.left; rightMargin: Theme.mm(4); verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(0.5)
        Words { width: parent.width; text: row.part.title; font.bold: true }
        Words { width: parent.width; visible: text !== ""; text: row.part.sentence ?? ""; role: "small"; color: row.part.tone === "bad" ? Theme.bad : Theme.quiet }
    }
    Words {
        id: how
        anchors { right: go.left; rightMargin: Theme.mm(3); verticalCenter: parent.verticalCenter }
        text: row.part.state
        role: "small"
        color: Theme.quiet
        wrapMode: Text.NoWrap
    }
    Icon { id: go; anchors { right: parent.right; rightMargin: Theme.mm(5); verticalCenter: parent.verticalCenter } name: "chevron"; size: Theme.mm(7); color: Theme.quiet }
}
