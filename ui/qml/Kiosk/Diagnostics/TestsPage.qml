pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What a person has to look at, listen to or touch; each with a way to say that it does not work.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view

    spacing: Theme.mm(3)

    component Line: Touchable {
        id: line
        property string label
        property string result
        property string tone: "quiet"
        width: page.width
        implicitHeight: Theme.mm(22)
        border { width: 1; color: Theme.hair }
        Dot { id: dot; anchors { left: parent.left; leftMargin: Theme.mm(7); verticalCenter: parent.verticalCenter } tone: line.tone }
        Words { anchors { left: dot.right; leftMargin: Theme.mm(6); verticalCenter: parent.verticalCenter } text: line.label; font.bold: true }
        Words { anchors { right: parent.right; rightMargin: Theme.mm(7); verticalCenter: parent.verticalCenter } text: line.result; role: "small"; color: Theme.quiet }
    }

    Repeater {
        model: page.view.tests.length
        Line {
            required property int index
            readonly property var about: page.view.tests[index]
            objectName: "test-" + about.name
            label: about.title
            result: about.state
            tone: about.tone
            onTouched: page.workshop.act("test", about.name)
        }
    }
}
