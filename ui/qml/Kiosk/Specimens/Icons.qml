pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// All icons, of one line weight.
Specimen {
    id: sheet

    Grid {
        width: parent.width
        columns: 8
        spacing: Theme.mm(2)
        Repeater {
            model: sheet.icons
            Column {
                id: cell
                required property string modelData
                width: (parent.width - 7 * Theme.mm(2)) / 8
                spacing: Theme.mm(1.5)
                bottomPadding: Theme.mm(4)
                Icon { anchors.horizontalCenter: parent.horizontalCenter; name: cell.modelData; size: Theme.mm(14); color: Theme.sea }
                Words { width: parent.width; horizontalAlignment: Text.AlignHCenter; text: cell.modelData.replace(/_/g, "\n"); color: Theme.quiet; font.pixelSize: Theme.mm(3.9) }
            }
        }
    }
}
