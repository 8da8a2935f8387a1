import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The amount, the code that the phone reads, and how long; then which it is: paid, not paid, not known yet.
Step {
    id: step

    readonly property bool open: body.state === "open"
    readonly property bool paid: body.state === "paid" || body.state === "paid_before"
    readonly property bool waiting: body.state === "asking" || body.state === "closing"

    ownTime: open // how long the code can be paid stands beside it

    Scroll {
        id: scroll
        anchors { fill: parent; bottomMargin: Theme.mm(4) }
        spacing: Theme.mm(Theme.elder ? 4 : 6)

        Words {
            width: scroll.width
            horizontalAlignment: Text.AlignHCenter
            text: "¥ " + step.body.amount
            role: "number"
            font { bold: true; features: ({ "tnum": 1 }) }
        }
        Rectangle {
            id: card
            visible: step.open
            width: Theme.mm(Theme.elder ? 120 : 140)
            height: width
            anchors.horizontalCenter: parent.horizontalCenter
            radius: Theme.mm(7)
            color: "#FFFFFF" // a code is read dark on white, in every look
            border { width: Theme.stroke; color: Theme.line }

            Image {
                objectName: "pay-code"
                anchors.centerIn: parent
                sourceSize { width: card.width - 2 * Theme.mm(3); height: card.width - 2 * Theme.mm(3) }
                source: step.body.code === "" ? "" : "image://qr/" + encodeURIComponent(step.body.code)
                smooth: false
            }
        }
        Row {
            visible: step.open
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(4)
            Waiting { size: Theme.section; anchors.verticalCenter: parent.verticalCenter }
            Words { text: step.body.status; role: "section"; color: Theme.sea; anchors.verticalCenter: parent.verticalCenter }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                text: Math.floor(step.body.seconds_left / 60).toString().padStart(2, "0") + ":" + (step.body.seconds_left % 60).toString().padStart(2, "0")
                role: "section"
                font.features: ({ "tnum": 1 })
            }
        }
        Words {
            visible: step.open
            width: scroll.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("单号 %1").arg(step.body.order)
            role: "small"
            color: Theme.quiet
        }
        Notice { width: scroll.width; visible: !!step.body.notice; kind: "warn"; words: step.body.notice ?? "" }
        Notice { width: scroll.width; visible: step.open && !step.body.notice; icon: "lock"; words: qsTr("在您自己的手机上付款，本机看不到您的账户和密码。") }

        DonePicture { width: scroll.width; height: Theme.mm(80); visible: step.paid }
        NumberCard {
            width: scroll.width
            visible: !step.open && !step.waiting && step.body.order !== ""
            caption: qsTr("单号")
            number: step.body.order
            kind: step.paid ? "ok" : "warn"
            state_: step.body.status
        }
        Column {
            visible: step.waiting
            width: scroll.width
            topPadding: Theme.mm(40)
            spacing: Theme.mm(6)
            Waiting { size: Theme.number * 1.5; anchors.horizontalCenter: parent.horizontalCenter }
            Words { width: parent.width; horizontalAlignment: Text.AlignHCenter; text: step.body.status; role: "section"; color: Theme.sea }
        }
    }
}
