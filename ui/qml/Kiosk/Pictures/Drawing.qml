import QtQuick

// A sheet to draw on: Pens inside use `unitWidth` x `unitHeight` units, and the
// sheet scales them to the room it gets, in the middle, without distortion.
Item {
    id: drawing

    property real unitWidth: 100
    property real unitHeight: 100
    default property alias content: sheet.data

    implicitWidth: unitWidth
    implicitHeight: unitHeight

    Item {
        id: sheet
        anchors.centerIn: parent
        width: drawing.unitWidth
        height: drawing.unitHeight
        scale: Math.min(drawing.width / width, drawing.height / height)
    }
}
