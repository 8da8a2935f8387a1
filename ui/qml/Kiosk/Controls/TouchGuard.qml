import QtQuick

// Over a page that has just appeared: for 300 ms it takes every touch, so that a finger that meant the page before,
// or came down twice, sets nothing off that nobody has read yet.
MouseArea {
    property string page // what stands; another one is a new page

    objectName: "touch-guard"
    visible: fresh.running
    onPageChanged: fresh.restart()

    Timer { id: fresh; interval: 300; running: true }
}
