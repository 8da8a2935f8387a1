pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// A department is asked; then what it knows, and the pictures it has of it: one touch makes one large, another small.
Step {
    id: step

    readonly property bool asking: body.state === "asking"
    readonly property var pictures: body.pictures ?? []
    property int large: -1
    onAskingChanged: large = -1

    component Photograph: Touchable {
        id: photograph
        property int number
        objectName: "picture-" + number
        Accessible.name: qsTr("照片 %1").arg(number + 1)
        color: "#000000" // as a photograph is, in every look
        radius: 0
        border { width: Theme.stroke; color: Theme.line }

        Image {
            anchors { fill: parent; margins: Theme.stroke }
            fillMode: Image.PreserveAspectFit
            source: "image://page/evidence/" + photograph.number
            sourceSize: Qt.size(width, height)
            cache: false
        }
    }

    Waiting {
        visible: step.asking
        anchors { horizontalCenter: parent.horizontalCenter; verticalCenter: parent.verticalCenter; verticalCenterOffset: -Theme.mm(30) }
        size: Theme.mm(44)
    }
    Row {
        id: strip
        visible: step.pictures.length > 0 && step.large < 0
        anchors { left: parent.left; right: parent.right; top: parent.top }
        spacing: Theme.gap
        Repeater {
            model: step.pictures
            Photograph {
                required property int index
                number: index
                width: Math.min((strip.width - 2 * strip.spacing) / 3, Theme.mm(80))
                height: width * 0.74
                onTouched: step.large = number
            }
        }
    }
    Words {
        id: how
        visible: strip.visible
        anchors { left: parent.left; right: parent.right; top: strip.bottom; topMargin: Theme.mm(2) }
        text: qsTr("点照片可以放大")
        role: "small"
        color: Theme.quiet
    }
    Answers {
        visible: !step.asking && step.large < 0
        anchors { fill: parent; topMargin: strip.visible ? how.y + how.height + Theme.mm(4) : 0; bottomMargin: Theme.mm(5) }
        session: step.session
        facts: step.body.facts
        columns: step.body.columns
        rows: step.body.rows
        keys: step.body.keys
    }
    Loader {
        active: step.large >= 0 && step.large < step.pictures.length
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        sourceComponent: Item {
            Photograph {
                id: photograph
                anchors { top: parent.top; horizontalCenter: parent.horizontalCenter }
                number: step.large
                width: Math.min(parent.width, (parent.height - Theme.target - words.height - 2 * Theme.gap) / 0.74)
                height: width * 0.74
                onTouched: step.large = -1
            }
            Words {
                id: words
                anchors { left: parent.left; right: parent.right; top: photograph.bottom; topMargin: Theme.gap }
                horizontalAlignment: Text.AlignHCenter
                text: step.pictures[step.large] ?? ""
            }
            PushButton {
                objectName: "smaller"
                anchors { top: words.bottom; topMargin: Theme.gap; horizontalCenter: parent.horizontalCenter }
                size: Theme.text
                label: qsTr("缩小照片")
                onTouched: step.large = -1
            }
        }
    }
}
