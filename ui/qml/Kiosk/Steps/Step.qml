import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What every step's page has: the view it draws, its first two lines, and room below them.
// Where the page is too low for what a step cannot draw smaller, the room scrolls.
// A step that draws its own main action, its own other ways or its own time says so.
Item {
    id: step

    property var session
    property var view
    property Item overhead: null // what lies over a page that was lowered, up to the camera; of no height where it was not
    readonly property var body: view.body
    property bool headed: true
    property real least: 0 // how high the room has to be
    property bool ownPrimary: false
    property bool ownSecondary: false
    property bool ownTime: false
    // Between a keyboard and the head there may be little room: then what is said is said shorter.
    readonly property bool tight: height < Theme.mm(160)
    default property alias content: room.data

    Column {
        id: head
        visible: step.headed
        anchors { left: parent.left; right: parent.right; top: parent.top; leftMargin: Theme.margin; rightMargin: Theme.margin; topMargin: Theme.mm(6) }
        spacing: Theme.mm(2)

        Words { width: parent.width; text: step.view.title; role: step.tight ? "section" : "title" }
        Words { visible: text !== "" && !step.tight; width: Math.min(parent.width, Theme.text * 28); text: step.view.hint; color: Theme.quiet }
    }
    Scroll {
        id: scroll
        anchors {
            left: parent.left; right: parent.right; leftMargin: Theme.margin; rightMargin: Theme.margin
            bottom: parent.bottom; top: step.headed ? head.bottom : parent.top; topMargin: step.headed ? Theme.mm(step.tight ? 3 : Theme.wide ? 6 : 8) : 0
        }
        Item {
            id: room
            width: scroll.width
            height: Math.max(scroll.height, step.least)
        }
    }
}
