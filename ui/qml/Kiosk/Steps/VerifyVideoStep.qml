import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// An officer far away: called, and then seen.
Step {
    id: step

    readonly property bool calling: body.state === "calling"
    least: told.implicitHeight + note.implicitHeight + Theme.mm(80)

    OfficerPicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: told.top; bottomMargin: Theme.mm(10) }
        calling: step.calling
    }
    Column {
        id: told
        anchors { left: parent.left; right: parent.right; bottom: note.top; bottomMargin: Theme.mm(10) }
        spacing: Theme.mm(4)

        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: Math.floor(step.body.seconds / 60).toString().padStart(2, "0") + ":" + (step.body.seconds % 60).toString().padStart(2, "0")
            font { pixelSize: Theme.mm(12); features: ({ "tnum": 1 }) }
        }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: step.calling ? qsTr("已等待") : qsTr("已通话")
            role: "small"
            color: Theme.quiet
        }
    }
    Notice {
        id: note
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(4) }
        icon: "lock"
        words: qsTr("工作人员不会向您要密码或验证码。")
    }
}
