import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Where the bank card goes and how; then its last four digits, and that it is to be pulled out.
Step {
    id: step

    readonly property bool read: body.state === "read"
    least: read ? told.implicitHeight + Theme.mm(body.card_in ? 80 : 12) : Theme.mm(170)

    MachinePicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: how.top; bottomMargin: Theme.mm(6) }
        visible: !step.read || step.body.card_in
        part: "bank"
        outwards: step.body.card_in
        active: step.body.state !== "reading" // then it stays in, as the card must
    }
    Item {
        id: how
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(6) }
        height: step.read ? (step.body.card_in ? told.height : parent.height) : Theme.mm(104)

        SlotPicture {
            anchors { fill: parent; bottomMargin: step.body.state === "reading" ? Theme.mm(20) : 0 }
            visible: !step.read
            bank: true
            active: step.body.state === "waiting"
        }
        Row {
            visible: step.body.state === "reading"
            anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom }
            spacing: Theme.mm(4)
            Waiting { size: Theme.section; anchors.verticalCenter: parent.verticalCenter }
            Words { text: qsTr("正在读取，请不要拔"); role: "section"; color: Theme.sea }
        }
        Column {
            id: told
            visible: step.read
            y: step.body.card_in ? 0 : Math.max(0, (parent.height - implicitHeight) * 0.35)
            width: parent.width
            spacing: Theme.mm(8)

            NumberCard {
                width: parent.width
                caption: qsTr("银行卡号（只显示最后四位）")
                number: step.body.number
                kind: step.body.card_in ? "warn" : "ok"
                state_: step.body.card_in ? qsTr("卡还在插卡口") : qsTr("卡已拔出")
            }
            Notice {
                width: parent.width
                kind: step.body.overdue ? "warn" : "info"
                icon: step.body.overdue ? "warning" : "lock"
                words: step.body.overdue ? qsTr("请拔出银行卡，收好，再继续办理。") : qsTr("本机只读卡号，不读余额，不留存；离开时立即清除。")
            }
        }
    }
}
