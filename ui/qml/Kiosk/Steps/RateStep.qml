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

        Grid {
            id: levels
            // Beside one another where there is room.
            readonly property bool abreast: Theme.wide && !Theme.elder && Theme.growth < 1.2
            readonly property real tallest: Math.max(Theme.mm(46), ...[...children].map(child => child.naturalHeight ?? 0))
            width: parent.width
            columns: abreast ? 5 : 1
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
                    width: (levels.width - (levels.columns - 1) * levels.spacing) / levels.columns
                    readonly property real naturalHeight: Theme.mm(6 + 17 + 2 + 4) + said.implicitHeight // abreast: the face above its words
                    height: levels.abreast ? levels.tallest : Math.max(Theme.mm(Theme.elder ? 30 : 25), said.implicitHeight + Theme.mm(6))
                    color: chosen ? Theme.seaPale : Theme.surface
                    border { width: chosen ? Theme.mm(0.9) : Theme.stroke; color: chosen ? Theme.sea : Theme.line }
                    onTouched: step.session.act("rate:" + about.value)

                    Icon {
                        id: face
                        x: levels.abreast ? (parent.width - width) / 2 : Theme.mm(10)
                        y: levels.abreast ? Theme.mm(6) : (parent.height - height) / 2
                        name: "rate_" + level.about.value
                        size: Theme.mm(17)
                        color: level.chosen ? Theme.sea : Theme.quiet
                    }
                    Words {
                        id: said
                        x: levels.abreast ? Theme.mm(2) : face.x + face.width + Theme.mm(8)
                        y: levels.abreast ? face.y + face.height + Theme.mm(2) : (parent.height - height) / 2
                        width: parent.width - x - Theme.mm(2)
                        horizontalAlignment: levels.abreast ? Text.AlignHCenter : Text.AlignLeft
                        text: level.about.label
                        role: levels.abreast ? "text" : "section"
                        font.bold: level.chosen
                    }
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
