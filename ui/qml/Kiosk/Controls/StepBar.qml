pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Where the citizen is: one bar for each stage, with its name.
Row {
    id: bar

    property var stages: []
    readonly property int now: stages.findIndex(stage => stage.state === "now")

    spacing: Theme.mm(2.5)

    Repeater {
        model: bar.stages.length

        Column {
            id: stage
            required property int index
            readonly property var about: bar.stages[index] ?? ({})
            readonly property bool here: about.state === "now"

            width: (bar.width - (bar.stages.length - 1) * bar.spacing) / bar.stages.length
            spacing: Theme.mm(2)

            Rectangle {
                width: parent.width
                height: Theme.mm(stage.here ? 3 : 2)
                anchors.horizontalCenter: parent.horizontalCenter
                radius: height / 2
                color: stage.about.state === "ahead" ? Theme.at(Theme.ground, Theme.line, 0.3) : Theme.sea
            }
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: stage.about.name ?? ""
                role: "small"
                elide: Text.ElideRight
                wrapMode: Text.NoWrap
                color: stage.here ? Theme.sea : Theme.quiet
                font.bold: stage.here
            }
        }
    }
}
