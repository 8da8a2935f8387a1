pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Kiosk.Pictures
import Kiosk.Theme

// The developer dock. Its words are English and not translated: citizens never see it.
Window {
    id: window

    required property var dock
    property int chosen: 0 // a row of the side: everything, the devices, nights, wire
    readonly property int count: dock.deviceList.length
    readonly property bool watched: visible && visibility !== Window.Minimized

    title: "Developer dock"
    width: 820
    height: 1080
    minimumWidth: 720
    minimumHeight: 480
    color: Theme.ground
    visible: true
    onWatchedChanged: dock.watch(watched)
    Component.onCompleted: dock.watch(watched)

    Rectangle {
        id: header
        anchors { left: parent.left; right: parent.right; top: parent.top }
        height: 56
        color: Theme.seaDeep

        Egret {
            id: egret
            x: 16
            anchors.verticalCenter: parent.verticalCenter
            width: 32
            height: 32
        }
        Caption {
            anchors { left: egret.right; leftMargin: 10; verticalCenter: parent.verticalCenter }
            role: "section"
            text: "Developer dock"
            color: "#FFFFFF"
        }
        Row {
            anchors { right: parent.right; rightMargin: Desk.margin; verticalCenter: parent.verticalCenter }
            spacing: Desk.gap
            Caption { height: Desk.row; verticalAlignment: Text.AlignVCenter; text: "Clock"; color: "#FFFFFF"; wrapMode: Text.NoWrap }
            Repeater {
                model: window.dock.speeds
                delegate: Pill {
                    required property int modelData
                    objectName: "speed-" + modelData
                    onDark: true
                    text: modelData + "×"
                    lit: window.dock.now.speed === modelData
                    onClicked: window.dock.run(modelData)
                }
            }
            Item { width: 8; height: 1 }
            DockButton { objectName: "photograph"; text: "Screenshot"; onClicked: window.dock.photograph() }
        }
    }
    Rectangle {
        id: side
        anchors { left: parent.left; top: header.bottom; bottom: parent.bottom }
        width: Desk.side
        color: Theme.surface

        Column {
            y: 12
            width: parent.width
            SideRow {
                objectName: "page-everything"
                width: parent.width
                text: "Everything"
                chosen: window.chosen === 0
                onClicked: window.chosen = 0
            }
            Gap {}
            Repeater {
                model: window.dock.deviceList
                delegate: SideRow {
                    required property var modelData
                    required property int index
                    objectName: "page-" + modelData.name
                    width: side.width
                    text: modelData.title
                    mark: modelData.shown.mark
                    word: modelData.shown.word
                    chosen: window.chosen === index + 1
                    onClicked: window.chosen = index + 1
                }
            }
            Gap {}
            SideRow {
                objectName: "page-nights"
                width: parent.width
                text: "Nights"
                mark: window.dock.now.playing !== "" ? "ok" : ""
                word: window.dock.now.playing
                chosen: window.chosen === window.count + 1
                onClicked: window.chosen = window.count + 1
            }
            SideRow {
                objectName: "page-wire"
                width: parent.width
                text: "Wire"
                chosen: window.chosen === window.count + 2
                onClicked: window.chosen = window.count + 2
            }
        }
        Rectangle { anchors { right: parent.right; top: parent.top; bottom: parent.bottom } width: 1; color: Theme.hair }
    }
    Rectangle {
        id: told
        anchors { left: side.right; right: parent.right; top: header.bottom }
        height: visible ? Math.max(sentence.implicitHeight, Desk.row) + 16 : 0
        visible: sentence.text !== ""
        color: window.dock.now.trouble !== "" ? Theme.badGround : Theme.okGround
        Caption {
            id: sentence
            objectName: "told"
            anchors { left: parent.left; right: dismiss.left; leftMargin: Desk.margin; rightMargin: 16; verticalCenter: parent.verticalCenter }
            text: window.dock.now.trouble !== "" ? window.dock.now.trouble
                : window.dock.now.photograph !== "" ? "Screenshot: " + window.dock.now.photograph : ""
            color: window.dock.now.trouble !== "" ? Theme.bad : Theme.ok
        }
        DockButton {
            id: dismiss
            objectName: "dismiss"
            anchors { right: parent.right; rightMargin: Desk.margin; verticalCenter: parent.verticalCenter }
            text: "Dismiss"
            onClicked: window.dock.dismiss()
        }
    }
    Loader {
        anchors { left: side.right; right: parent.right; top: told.visible ? told.bottom : header.bottom; bottom: parent.bottom }
        sourceComponent: window.chosen === 0 ? everything
            : window.chosen <= window.count ? oneDevice : window.chosen === window.count + 1 ? nights : wire
    }
    Component {
        id: everything
        OverviewPage { dock: window.dock; onWanted: index => window.chosen = index + 1 }
    }
    Component {
        id: oneDevice
        DevicePage { device: window.dock.deviceList[window.chosen - 1]; kinds: window.dock.kinds }
    }
    Component {
        id: nights
        NightsPage { dock: window.dock }
    }
    Component {
        id: wire
        WirePage { dock: window.dock }
    }

    component Gap: Item {
        width: side.width
        height: 17
        Rectangle { x: 16; y: 8; width: parent.width - 32; height: 1; color: Theme.hair }
    }
}
