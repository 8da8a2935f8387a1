import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The application on its way; then its number, large enough to be read out or photographed.
Step {
    id: step

    readonly property bool sending: body.state === "sending"
    readonly property bool accepted: body.state === "accepted"

    Column {
        anchors { left: parent.left; right: parent.right; top: parent.top; topMargin: Theme.mm(24) }
        spacing: Theme.mm(20)

        SendPicture {
            width: parent.width
            height: Theme.mm(104)
            stage: step.body.state
            active: step.sending
        }
        NumberCard {
            width: parent.width
            visible: !step.sending
            caption: step.accepted ? qsTr("受理编号") : qsTr("暂存号（还不是受理编号）")
            number: step.body.number
            kind: step.accepted ? "ok" : "warn"
            state_: step.accepted ? qsTr("已提交，等待审核") : qsTr("已保存，待上传")
        }
        Row {
            visible: step.sending
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(5)
            Waiting { size: Theme.section * 1.2; anchors.verticalCenter: parent.verticalCenter }
            Words { text: qsTr("通常只要几秒钟，不用再点"); color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
        }
    }
}
