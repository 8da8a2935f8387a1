pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// What happened, what it means, what to do now, and the ways on from here.
Sheet {
    id: sheet

    signal chosen(string id)

    property var problem: null
    readonly property var actions: problem ? problem.actions : []

    Row {
        width: parent.width
        spacing: Theme.mm(7)

        Rectangle {
            id: mark
            width: Theme.mm(22)
            height: width
            radius: width / 2
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.warnGround
            Icon { anchors.centerIn: parent; name: "warning"; size: Theme.mm(12); color: Theme.warn }
        }
        Words {
            width: parent.width - mark.width - parent.spacing
            anchors.verticalCenter: parent.verticalCenter
            text: sheet.problem ? sheet.problem.happened : ""
            role: "title"
            font.pixelSize: Theme.mm(Theme.elder ? 15 : 12)
        }
    }
    Words { width: parent.width; text: sheet.problem ? sheet.problem.meaning : ""; color: Theme.quiet }
    Words { width: parent.width; text: sheet.problem ? sheet.problem.todo : "" }
    Words {
        width: parent.width
        visible: text !== ""
        text: sheet.problem ? sheet.problem.number : ""
        role: "section"
        font { pixelSize: Theme.mm(12); features: ({ "tnum": 1 }) }
    }
    Item { width: 1; height: Theme.mm(2) }
    Repeater {
        model: sheet.actions.length

        PushButton {
            required property int index
            readonly property var action: sheet.actions[index] ?? ({ id: "", label: "", enabled: false })
            objectName: "act-" + action.id
            width: parent.width
            height: index === 0 ? Theme.button : Theme.mm(Theme.elder ? 28 : 22)
            style: index === 0 ? "primary" : action.id === "exit" ? "quiet" : "plain"
            label: action.label
            enabled: action.enabled
            onTouched: sheet.chosen(action.id)
        }
    }
}
