pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The application on its way; then its number, large enough to be read out or photographed, and what was decided.
Step {
    id: step

    readonly property bool sending: body.state === "sending"
    readonly property bool saved: body.state === "saved"
    readonly property bool refused: body.state === "refused"

    Scroll {
        id: scroll
        readonly property bool low: height < Theme.mm(240)
        anchors { fill: parent; topMargin: Theme.mm(step.body.reasons.length > 0 || Theme.wide ? 4 : 24); bottomMargin: Theme.mm(5) }
        spacing: Theme.mm(step.body.reasons.length > 0 || low ? 9 : 20)

        SendPicture {
            width: parent.width
            visible: !step.refused
            // The number is seen before the picture.
            height: Math.min(Theme.mm(step.body.reasons.length > 0 ? 70 : 104), Math.max(scroll.height - number.implicitHeight - scroll.spacing, Theme.mm(34)))
            stage: step.sending ? "sending" : step.saved ? "saved" : "accepted"
            active: step.sending
        }
        NumberCard {
            id: number
            width: parent.width
            visible: !step.sending
            caption: step.body.caption ?? ""
            number: step.body.number
            kind: step.refused ? "bad" : step.saved ? "warn" : "ok"
            state_: step.body.status ?? ""
        }
        Words {
            visible: step.body.reasons.length > 0
            text: step.refused ? qsTr("为什么") : qsTr("接下来")
            role: "section"
            color: Theme.sea
        }
        Repeater {
            model: step.body.reasons.length
            Row {
                id: reason
                required property int index
                width: parent?.width ?? 0
                spacing: Theme.mm(3)
                Words { text: (reason.index + 1) + "."; color: Theme.sea; font.bold: true }
                Words { width: parent.width - Theme.mm(12); text: step.body.reasons[reason.index] ?? "" }
            }
        }
        Row {
            visible: step.sending
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(5)
            Waiting { size: Theme.section * 1.2; anchors.verticalCenter: parent.verticalCenter }
            Words { width: Math.min(implicitWidth, scroll.width - Theme.section * 1.2 - parent.spacing); text: qsTr("通常只要几秒钟，不用再点"); color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
        }
    }
}
