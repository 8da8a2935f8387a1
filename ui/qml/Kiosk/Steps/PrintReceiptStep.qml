import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Where the receipt comes out; the number stays in sight in case the paper fails.
Step {
    id: step

    MachinePicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: number.top; bottomMargin: Theme.mm(12) }
        part: "receipt"
        active: step.body.state === "printing" || step.body.state === "printed"
    }
    NumberCard {
        id: number
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(10) }
        caption: step.body.accepted ? qsTr("受理编号") : qsTr("暂存号（还不是受理编号）")
        number: step.body.number
        kind: step.body.accepted ? "ok" : "warn"
        state_: step.body.accepted ? qsTr("已提交，等待审核") : qsTr("已保存，待上传")
    }
}
