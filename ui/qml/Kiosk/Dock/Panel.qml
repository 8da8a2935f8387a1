import QtQuick
import Kiosk.Theme

// A sheet with a heading; what is in it stands below one another.
Rectangle {
    id: panel

    property string title
    default property alias content: column.data
    property alias spacing: column.spacing
    readonly property int padding: 16

    implicitHeight: column.y + column.implicitHeight + padding
    radius: 8
    color: Theme.surface
    border { width: 1; color: Theme.hair }

    Caption {
        id: heading
        visible: panel.title !== ""
        x: panel.padding
        y: panel.padding - 4
        role: "section"
        text: panel.title
    }
    Column {
        id: column
        x: panel.padding
        y: heading.visible ? heading.y + heading.height + 10 : panel.padding
        width: panel.width - 2 * panel.padding
        spacing: 12
    }
}
