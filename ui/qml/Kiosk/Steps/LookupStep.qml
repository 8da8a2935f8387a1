import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// A department is asked; then what it knows.
Step {
    id: step

    readonly property bool asking: body.state === "asking"

    Waiting {
        visible: step.asking
        anchors { horizontalCenter: parent.horizontalCenter; verticalCenter: parent.verticalCenter; verticalCenterOffset: -Theme.mm(30) }
        size: Theme.mm(44)
    }
    Answers {
        visible: !step.asking
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        session: step.session
        facts: step.body.facts
        columns: step.body.columns
        rows: step.body.rows
    }
}
