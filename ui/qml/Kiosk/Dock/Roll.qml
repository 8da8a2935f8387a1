pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// What came out, the newest on top, as the paper looks.
Rectangle {
    id: roll

    property var pictures: []

    implicitHeight: pictures.length > 0 ? 560 : 44
    radius: Desk.radius
    color: Theme.ground
    border { width: 1; color: Theme.hair }

    Caption {
        anchors.centerIn: parent
        visible: roll.pictures.length === 0
        role: "small"
        text: "Nothing has come out yet."
        color: Theme.quiet
    }
    ListView {
        anchors { fill: parent; margins: 1 }
        visible: roll.pictures.length > 0
        model: roll.pictures
        clip: true
        spacing: 16
        topMargin: 16
        bottomMargin: 16
        boundsBehavior: Flickable.StopAtBounds
        delegate: Item {
            id: piece
            required property string modelData
            width: ListView.view.width
            height: paper.height
            Image {
                id: paper
                anchors.horizontalCenter: parent.horizontalCenter
                width: Math.min(400, roll.width - 32)
                height: implicitWidth > 0 ? implicitHeight * width / implicitWidth : 0
                source: piece.modelData
                sourceSize.width: width * Screen.devicePixelRatio
                asynchronous: true
            }
        }
    }
}
