pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The citizen's own phone before the scanner: how it is done, drawn, and in three steps.
Step {
    id: step

    readonly property bool checking: body.state === "checking"
    least: steps.implicitHeight + hint.implicitHeight + Theme.mm(30)

    PhonePicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: steps.top; bottomMargin: Theme.mm(8) }
        visible: height > Theme.mm(40)
        active: !step.checking
    }
    Column {
        id: steps
        anchors { left: parent.left; right: parent.right; bottom: note.top; bottomMargin: Theme.mm(8) }
        spacing: Theme.mm(5)

        Repeater {
            model: step.body.steps.length
            Row {
                id: line
                required property int index
                width: steps.width
                spacing: Theme.mm(5)
                Rectangle {
                    width: Theme.mm(13)
                    height: width
                    radius: width / 2
                    color: Theme.seaPale
                    border { width: Theme.strong ? Theme.edge : 0; color: Theme.sea }
                    Words { anchors.centerIn: parent; text: line.index + 1; color: Theme.sea; font.bold: true }
                }
                Words { width: parent.width - Theme.mm(18); text: step.body.steps[line.index]; anchors.verticalCenter: parent.verticalCenter }
            }
        }
    }
    Item {
        id: note
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(4) }
        height: hint.implicitHeight

        Notice { id: hint; width: parent.width; visible: !step.checking; icon: "lock"; words: qsTr("身份码只用来核对您本人，本机不保存。") }
        Row {
            anchors.centerIn: parent
            visible: step.checking
            spacing: Theme.mm(4)
            Waiting { size: Theme.section; anchors.verticalCenter: parent.verticalCenter }
            Words { text: qsTr("已经读到，正在核对"); role: "section"; color: Theme.sea }
        }
    }
}
