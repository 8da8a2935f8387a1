import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// One sentence that matters: a shape, its words and a colour, of kind "ok", "warn", "bad" or "info".
Rectangle {
    id: notice

    property string kind: "info"
    property string icon: ({ ok: "ok", warn: "warning", bad: "stop" })[kind] ?? "info"
    property string words
    readonly property color tone: ({ ok: Theme.ok, warn: Theme.warn, bad: Theme.bad })[kind] ?? Theme.sea

    implicitHeight: sentence.implicitHeight + 2 * Theme.mm(5)
    radius: Theme.radius
    color: ({ ok: Theme.okGround, warn: Theme.warnGround, bad: Theme.badGround })[kind] ?? Theme.seaPale
    border { width: Theme.strong ? Theme.edge : 0; color: notice.tone }

    Icon {
        id: mark
        name: notice.icon
        size: Theme.text * 1.3
        color: notice.tone
        x: Theme.mm(6)
        y: sentence.y + (sentence.font.pixelSize * 1.45 - height) / 2
    }
    Words {
        id: sentence
        anchors { left: mark.right; leftMargin: Theme.mm(4); right: parent.right; rightMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
        text: notice.words
        color: notice.tone
    }
}
