import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Where the receipt comes out; the number stays in sight in case the paper fails.
Step {
    id: step

    least: number.implicitHeight + Theme.mm(80)

    MachinePicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: number.top; bottomMargin: Theme.mm(12) }
        part: "receipt"
        active: step.body.state === "printing" || step.body.state === "printed"
    }
    NumberCard {
        id: number
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(10) }
        visible: step.body.number !== ""
        caption: step.body.caption
        number: step.body.number
        kind: step.body.accepted ? "ok" : "warn"
        state_: step.body.status
    }
}
