pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// Every way to show who one is, each as good as the others; a closed one says why.
Step {
    id: step

    Scroll {
        anchors { fill: parent; bottomMargin: Theme.mm(4) }
        spacing: Theme.gap

        Grid {
            id: ways
            width: parent.width
            columns: Theme.wide && !Theme.elder && Theme.growth < 1.2 ? 2 : 1
            spacing: Theme.gap
            Repeater {
                model: step.body.ways.length
                Tile {
                    id: tile
                    required property int index
                    readonly property var about: step.body.ways[index] ?? ({ id: "", name: "", line: "", reason: null })
                    objectName: "way-" + about.id
                    width: (ways.width - (ways.columns - 1) * ways.spacing) / ways.columns
                    implicitHeight: Math.max(naturalHeight, Theme.mm(50))
                    icon: about.id
                    name: about.name
                    line: about.line
                    reason: about.reason ?? ""
                    onTouched: step.session.act("way:" + tile.about.id)
                }
            }
        }
    }
}
