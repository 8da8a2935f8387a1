pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// An area from the largest to the smallest, a touch for each. What was chosen stands above and leads back.
Rectangle {
    id: picker

    signal chosen(var path)
    signal closed

    required property var session
    property var path: []
    readonly property var inner: session.language === "" ? [] : session.areas(path) // anew in another language
    readonly property int columns: Theme.elder ? 2 : 3
    readonly property bool mayStop: path.length >= 3 // a sub-district need not be said

    function go(next: var) {
        if (session.areas(next).length === 0)
            chosen(next);
        else
            path = next;
    }
    onPathChanged: scroll.contentY = 0

    color: Theme.ground

    MouseArea { anchors.fill: parent }
    Column {
        id: head
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(12) }
        spacing: Theme.mm(5)

        Words {
            width: parent.width
            text: [qsTr("哪个省？"), qsTr("哪个市？"), qsTr("哪个区、县？"), qsTr("哪个街道、镇？")][Math.min(picker.path.length, 3)]
            role: "title"
        }
        Flow {
            width: parent.width
            visible: picker.path.length > 0
            spacing: Theme.gap
            Repeater {
                model: picker.path
                PushButton {
                    required property int index
                    required property string modelData
                    objectName: "back-" + index
                    icon: "back"
                    size: Theme.text
                    label: picker.session.language === "" ? "" : picker.session.areaName(modelData)
                    onTouched: picker.path = picker.path.slice(0, index)
                }
            }
        }
    }
    Scroll {
        id: scroll
        anchors { left: parent.left; right: parent.right; top: head.bottom; bottom: bar.top; margins: Theme.margin; topMargin: Theme.mm(6); bottomMargin: Theme.mm(4) }
        Grid {
            id: grid
            readonly property real cell: (width - (columns - 1) * spacing) / columns
            width: parent.width
            columns: picker.columns
            spacing: Theme.gap
            Repeater {
                model: picker.inner
                Touchable {
                    id: area
                    required property var modelData
                    objectName: "area-" + modelData.name
                    Accessible.name: modelData.label
                    width: grid.cell
                    height: Math.max(Theme.target, name.implicitHeight + Theme.mm(4))
                    border { width: Theme.stroke; color: Theme.line }
                    onTouched: picker.go([...picker.path, area.modelData.name])
                    Words {
                        id: name
                        objectName: "area-name"
                        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(3) }
                        horizontalAlignment: Text.AlignHCenter
                        text: area.modelData.label
                    }
                }
            }
        }
    }
    Rectangle {
        id: bar
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.bar
        color: Theme.surface
        Rectangle { width: parent.width; height: 1; color: Theme.hair }
        PushButton {
            id: closing
            objectName: "area-close"
            anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(76)
            height: Theme.button
            icon: "close"
            label: qsTr("不改了")
            onTouched: picker.closed()
        }
        ReachButton {
            anchors { left: closing.right; leftMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            session: picker.session
        }
        PushButton {
            objectName: "area-stop"
            anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(104)
            height: Theme.button
            visible: picker.mayStop
            label: qsTr("不清楚，跳过")
            onTouched: picker.chosen(picker.path)
        }
    }
}
