pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Kiosk.Controls
import Kiosk.Theme

// One device: what is wrong and what to do, the three levels of health, and everything known of it.
Column {
    id: page

    required property var workshop
    readonly property var device: workshop.view.device

    spacing: Theme.mm(5)

    Item {
        width: page.width
        height: Theme.target
        PushButton {
            objectName: "overview"
            label: qsTr("全部设备")
            icon: "back"
            size: Theme.text
            onTouched: page.workshop.act("tab", "overview")
        }
        PushButton {
            objectName: "look-button"
            visible: page.device.lens
            anchors.right: parent.right
            icon: page.device.look ? "close" : "camera"
            size: Theme.text
            label: page.device.look ? qsTr("关掉镜头") : qsTr("看一眼画面")
            onTouched: page.workshop.act("look", "")
        }
    }
    Row {
        spacing: Theme.mm(5)
        Dot { tone: page.device.part.tone; anchors.verticalCenter: parent.verticalCenter }
        Words { text: page.device.part.title; role: "section" }
        Words { text: page.device.part.state; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
    }
    Repeater {
        model: page.device.faults.length
        Card {
            id: trouble
            required property int index
            readonly property var fault: page.device.faults[index]
            width: page.width
            color: Theme.badGround
            Column {
                width: parent.width
                spacing: Theme.mm(2)
                Words { width: parent.width; text: trouble.fault.happened; color: Theme.bad; font.bold: true }
                Words { width: parent.width; text: trouble.fault.todo }
                Words { width: parent.width; text: trouble.fault.code; role: "small"; color: Theme.quiet; objectName: "code" }
            }
        }
    }
    LookCard {
        width: page.width
        visible: !!page.device.look
        workshop: page.workshop
    }
    QuestionCard {
        width: page.width
        visible: !!page.workshop.view.question
        workshop: page.workshop
    }
    RowLayout {
        id: levels
        width: page.width
        spacing: Theme.gap
        Repeater {
            model: page.device.checks.length
            Touchable {
                id: check
                required property int index
                readonly property var about: page.device.checks[index]
                objectName: "check-" + about.level
                enabled: !page.workshop.view.busy
                implicitHeight: Math.max(Theme.mm(34), lines.implicitHeight + 2 * Theme.mm(4))
                Layout.preferredWidth: Math.floor((levels.width - 2 * levels.spacing) / 3)
                Layout.fillHeight: true
                border { width: Theme.stroke; color: enabled ? Theme.sea : Theme.hair }
                onTouched: page.workshop.act("check", about.level)
                Column {
                    id: lines
                    anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(4) }
                    spacing: Theme.mm(1.5)
                    Words { width: parent.width; text: check.about.title; color: Theme.sea; font.bold: true; horizontalAlignment: Text.AlignHCenter }
                    Words { width: parent.width; text: check.about.running ? qsTr("正在检查…") : check.about.result; role: "small"; color: ({ ok: Theme.ok, bad: Theme.bad })[check.about.tone] ?? Theme.quiet; horizontalAlignment: Text.AlignHCenter }
                    Words { width: parent.width; visible: text !== ""; text: check.about.when ?? ""; color: Theme.quiet; font { pixelSize: Theme.mm(5.4); features: ({ "tnum": 1 }) } horizontalAlignment: Text.AlignHCenter }
                }
            }
        }
    }
    Repeater {
        model: page.device.groups.length
        Facts {
            required property int index
            width: page.width
            group: page.device.groups[index]
        }
    }
}
