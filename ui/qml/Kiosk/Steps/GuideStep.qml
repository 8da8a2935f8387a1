pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Before anything is asked: what one gets, who may, what to bring, how long, what it costs.
Step {
    id: step

    ownSecondary: true

    component Fact: Row {
        id: fact
        property string icon
        property string words
        spacing: Theme.mm(3)
        Icon { name: fact.icon; size: Theme.section * 1.2; color: Theme.sea; anchors.verticalCenter: parent.verticalCenter }
        Words { text: fact.words; wrapMode: Text.NoWrap; font { pixelSize: Theme.section; bold: true } anchors.verticalCenter: parent.verticalCenter }
    }
    component Part: Column {
        property alias heading: head.text
        width: parent?.width ?? 0
        spacing: Theme.mm(2.5)
        Words { id: head; role: "section"; color: Theme.sea }
    }
    component Dot: Row {
        id: dot
        property string words
        property string mark
        width: parent?.width ?? 0
        spacing: Theme.mm(3.5)
        Rectangle {
            width: Theme.mm(Theme.elder ? 12.5 : 9.5)
            height: width
            radius: width / 2
            color: Theme.seaPale
            border { width: Theme.strong ? Theme.edge : 0; color: Theme.sea }
            Words { anchors.centerIn: parent; text: dot.mark; role: "small"; color: Theme.sea; font.bold: true; visible: dot.mark !== "" }
            Icon { anchors.centerIn: parent; name: "done"; size: parent.width * 0.7; color: Theme.sea; visible: dot.mark === "" }
        }
        Words { width: parent.width - Theme.mm(16); text: dot.words; anchors.verticalCenter: parent.verticalCenter }
    }

    Scroll {
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        spacing: Theme.mm(6)

        Rectangle {
            width: parent.width
            height: sum.implicitHeight + 2 * Theme.mm(6)
            radius: Theme.radius
            color: Theme.surface
            border { width: 1; color: Theme.hair }
            Column {
                id: sum
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(8) }
                spacing: Theme.mm(4)
                Words { width: parent.width; text: step.body.result; font { pixelSize: Theme.section; bold: true } }
                Flow {
                    width: parent.width
                    spacing: Theme.mm(12)
                    Fact { icon: "clock"; words: qsTr("约 %1 分钟").arg(step.body.minutes) }
                    Fact { icon: "receipt"; words: step.body.fee }
                }
            }
        }
        Part {
            heading: qsTr("谁能办")
            Words { width: parent.width; text: step.body.who }
        }
        Row {
            width: parent.width
            spacing: Theme.mm(8)
            Part {
                width: (parent.width - parent.spacing) / 2
                heading: qsTr("带什么")
                Repeater {
                    model: step.body.bring.length
                    Dot { required property int index; words: step.body.bring[index] }
                }
            }
            Part {
                width: (parent.width - parent.spacing) / 2
                heading: qsTr("怎么办")
                Repeater {
                    model: step.body.steps.length
                    Dot { required property int index; mark: index + 1; words: step.body.steps[index] }
                }
            }
        }
        Part {
            heading: qsTr("办完以后")
            Words { width: parent.width; text: step.body.afterwards }
        }
        Notice { width: parent.width; icon: "lock"; words: step.body.privacy }
        Words {
            width: parent.width
            text: step.body.elsewhere + qsTr("咨询电话 %1。").arg(step.body.phone)
            role: "small"
            color: Theme.quiet
        }
        PushButton {
            readonly property var way: step.view.secondary[0] ?? null
            objectName: "act-print_guide"
            visible: way !== null
            anchors.horizontalCenter: parent.horizontalCenter
            style: "quiet"
            icon: "receipt"
            size: Theme.text
            label: way?.label ?? ""
            enabled: way?.enabled ?? false
            onTouched: step.session.act("print_guide")
        }
    }
}
