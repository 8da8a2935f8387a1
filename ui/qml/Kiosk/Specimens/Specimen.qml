import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// A sheet of the design system: what the pages are made of, drawn by what draws the pages.
Rectangle {
    id: sheet

    default property alias content: column.data
    property string look: "standard"
    property string title
    property var icons: [] // names of all our icons

    implicitWidth: Theme.mm(268)
    implicitHeight: column.implicitHeight + 2 * Theme.margin
    color: Theme.ground

    Binding { target: Theme; property: "look"; value: sheet.look }

    Column {
        id: column
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin }
        spacing: Theme.mm(8)
        Words { text: sheet.title; role: "title" }
    }
}
