import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What the technician has to answer before a check counts: it works, or it is not working.
Card {
    id: asked

    required property var workshop
    readonly property var question: workshop.view?.question ?? null

    border { width: Theme.stroke; color: Theme.sea }

    Column {
        width: parent.width
        spacing: Theme.mm(6)
        Words { width: parent.width; text: asked.question?.ask ?? ""; role: "section" }
        Row {
            id: answers
            width: parent.width
            spacing: Theme.gap
            PushButton { objectName: "works"; width: (answers.width - answers.spacing) / 2; style: "primary"; size: Theme.text; label: asked.question?.works ?? ""; onTouched: asked.workshop.act("answer", "works") }
            PushButton { objectName: "broken"; width: (answers.width - answers.spacing) / 2; implicitHeight: Theme.button; size: Theme.text; label: asked.question?.broken ?? ""; onTouched: asked.workshop.act("answer", "broken") }
        }
    }
}
