import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What the technician has to do, and then to answer before a check counts: it works, it is not working, or enough of it.
Card {
    id: asked

    required property var workshop
    readonly property var question: workshop.view?.question ?? null
    readonly property bool over: !!question?.works // the check has come to its end, and only the answer is missing

    border { width: Theme.stroke; color: Theme.sea }

    Column {
        id: column
        readonly property real half: (width - Theme.gap) / 2
        width: parent.width
        spacing: Theme.mm(6)
        Words { width: parent.width; text: asked.question?.ask ?? ""; role: "section" }
        Row {
            spacing: Theme.gap
            PushButton { objectName: "works"; visible: asked.over; width: column.half; style: "primary"; size: Theme.text; label: asked.question?.works ?? ""; onTouched: asked.workshop.act("answer", "works") }
            PushButton { objectName: "broken"; width: column.half; implicitHeight: Theme.button; size: Theme.text; label: asked.question?.broken ?? ""; onTouched: asked.workshop.act("answer", "broken") }
            PushButton { objectName: "cancel"; visible: !asked.over; width: column.half; implicitHeight: Theme.button; style: "quiet"; size: Theme.text; label: qsTr("不测了"); onTouched: asked.workshop.act("answer", "cancel") }
        }
        PushButton { objectName: "cancel"; visible: asked.over; anchors.horizontalCenter: parent.horizontalCenter; style: "quiet"; size: Theme.text; label: qsTr("不测了"); onTouched: asked.workshop.act("answer", "cancel") }
    }
}
