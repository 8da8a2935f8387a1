import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// A page that may be longer than the window.
Flickable {
    id: page

    default property alias content: column.data
    property alias spacing: column.spacing

    contentHeight: column.implicitHeight + 2 * Desk.margin
    boundsBehavior: Flickable.StopAtBounds
    clip: true

    ScrollBar.vertical: ScrollBar {
        id: bar
        policy: page.contentHeight > page.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
        contentItem: Rectangle {
            implicitWidth: 6
            radius: 3
            color: bar.pressed ? Theme.sea : Theme.line
        }
    }
    Column {
        id: column
        x: Desk.margin
        y: Desk.margin
        width: page.width - 2 * Desk.margin
        spacing: 16
    }
}
