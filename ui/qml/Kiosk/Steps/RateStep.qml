pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Five faces, from best to worst; beside the chosen one what can be ticked. Nobody has to.
Step {
    id: step

    readonly property var ticked: body.ticked

    Scroll {
        anchors { fill: parent; topMargin: Theme.mm(4); bottomMargin: Theme.mm(5) }
        spacing: Theme.gap

        Repeater {
            model: step.body.levels.length

            Touchable {
                id: level
                required property int index
                readonly property var about: step.body.levels[index]
                readonly property bool chosen: step.body.chosen === about.value
                objectName: "rate-" + about.value
                Accessible.role: Accessible.RadioButton
                Accessible.name: about.label
                Accessible.checkable: true
                Accessible.checked: chosen
                width: parent?.width ?? 0
                height: Theme.mm(Theme.elder ? 30 : 25)
                color: chosen ? Theme.seaPale : Theme.surface
                border { width: chosen ? Theme.mm(0.9) : Theme.stroke; color: chosen ? Theme.sea : Theme.line }
                onTouched: step.session.act("rate:" + about.value)

                Row {
                    anchors { left: parent.left; leftMargin: Theme.mm(10); verticalCenter: parent.verticalCenter }
                    spacing: Theme.mm(8)
                    Icon { name: "rate_" + level.about.value; size: Theme.mm(17); color: level.chosen ? Theme.sea : Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
                    Words { text: level.about.label; role: "section"; font.bold: level.chosen; anchors.verticalCenter: parent.verticalCenter }
                }
            }
        }
        Words {
            width: parent.width
            visible: step.body.reasons.length > 0
            topPadding: Theme.mm(3)
            text: qsTr("为什么？可以选几项，也可以不选。")
        }
        Flow {
            width: parent.width
            visible: step.body.reasons.length > 0
            spacing: Theme.gap
            Repeater {
                model: step.body.reasons.length
                Touchable {
                    id: reason
                    required property int index
                    readonly property var about: step.body.reasons[index] ?? ({ value: "", label: "" })
                    readonly property bool on: step.ticked.includes(about.value)
                    objectName: "reason-" + about.value
                    Accessible.role: Accessible.CheckBox
                    Accessible.name: about.label
                    Accessible.checkable: true
                    Accessible.checked: on
                    width: row.implicitWidth + 2 * Theme.mm(6)
                    height: Theme.target
                    radius: height / 2
                    color: on ? Theme.sea : Theme.surface
                    border { width: Theme.stroke; color: on ? Theme.sea : Theme.line }
                    onTouched: step.session.act("reason:" + about.value)
                    Row {
                        id: row
                        anchors.centerIn: parent
                        spacing: Theme.mm(2.5)
                        Icon { visible: reason.on; name: "done"; size: Theme.text; color: Theme.seaWords; anchors.verticalCenter: parent.verticalCenter }
                        Words { text: reason.about.label; color: reason.on ? Theme.seaWords : Theme.ink; wrapMode: Text.NoWrap; anchors.verticalCenter: parent.verticalCenter }
                    }
                }
            }
        }
        ChoiceRow {
            width: parent.width
            visible: step.body.chosen !== "" && step.body.anonymous !== null && step.body.anonymous !== undefined
            objectName: "anonymous"
            label: qsTr("匿名评价")
            note: qsTr("不附办件编号，没有人知道是谁评的，也就没法给您回复。")
            chosen: step.body.anonymous === true
            onTouched: step.session.act("anonymous")
        }
    }
}
