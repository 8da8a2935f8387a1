pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The technician's screen. It covers the whole glass and leads nowhere but back to the home page.
Rectangle {
    id: page

    required property var workshop
    property real keyboardHeight: 0
    readonly property var view: workshop.view
    readonly property string where: view?.page ?? ""
    readonly property var tabs: [
        { page: "overview", label: qsTr("设备") },
        { page: "tests", label: qsTr("测试") },
        { page: "wire", label: qsTr("线路") },
        { page: "settings", label: qsTr("设置") },
        { page: "report", label: qsTr("报告") }
    ]

    color: Theme.ground

    // The field in use is never covered.
    onKeyboardHeightChanged: if (keyboardHeight > 0) Qt.callLater(() => { if (page.Window.activeFocusItem) scroll.reveal(page.Window.activeFocusItem); })

    // Nothing behind it can be touched.
    MouseArea { anchors.fill: parent }

    Loader {
        anchors.fill: parent
        active: page.where === "pin"
        sourceComponent: PinPad { workshop: page.workshop }
    }
    Item {
        anchors.fill: parent
        visible: page.where !== "" && page.where !== "pin"

        Rectangle {
            id: head
            width: parent.width
            height: Theme.header
            color: Theme.ink
            Words { anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter } text: qsTr("检修 · %1").arg(page.view?.technician ?? ""); color: Theme.surface; font.bold: true }
            PushButton {
                objectName: "leave"
                anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
                label: qsTr("结束检修")
                size: Theme.text
                onTouched: page.workshop.act("leave", "")
            }
        }
        Rectangle {
            id: verdict
            anchors { top: head.bottom; left: parent.left; right: parent.right }
            height: said.implicitHeight + 2 * Theme.mm(7)
            color: ({ ok: Theme.okGround, warn: Theme.warnGround, bad: Theme.badGround })[page.view?.tone ?? ""] ?? Theme.seaPale
            Column {
                id: said
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.margin; rightMargin: Theme.margin }
                spacing: Theme.mm(1.5)
                Words { objectName: "verdict"; width: parent.width; text: page.view?.verdict ?? ""; role: "section"; color: ({ ok: Theme.ok, warn: Theme.warn, bad: Theme.bad })[page.view?.tone ?? ""] ?? Theme.ink }
                Repeater {
                    model: Math.min(page.view?.why?.length ?? 0, 4)
                    Words { required property int index; width: parent?.width ?? 0; text: page.view?.why[index] ?? ""; role: "small" }
                }
            }
        }
        Row {
            id: tabs
            anchors { top: verdict.bottom; topMargin: Theme.mm(6); left: parent.left; right: parent.right; leftMargin: Theme.margin; rightMargin: Theme.margin }
            spacing: Theme.mm(3)
            Repeater {
                model: page.tabs
                Touchable {
                    id: tab
                    required property var modelData
                    readonly property bool here: page.where === modelData.page || page.where === "device" && modelData.page === "overview" || page.where === "sound" && modelData.page === "tests"
                    objectName: "tab-" + modelData.page
                    width: (tabs.width - 4 * tabs.spacing) / 5
                    height: Theme.target
                    color: here ? Theme.sea : Theme.surface
                    border { width: Theme.stroke; color: Theme.sea }
                    onTouched: page.workshop.act("tab", modelData.page)
                    Words { anchors.centerIn: parent; text: tab.modelData.label; color: tab.here ? Theme.seaWords : Theme.sea; font.bold: tab.here; wrapMode: Text.NoWrap }
                }
            }
        }
        Notice {
            id: message
            anchors { top: tabs.bottom; topMargin: visible ? Theme.mm(5) : 0; left: parent.left; right: parent.right; leftMargin: Theme.margin; rightMargin: Theme.margin }
            visible: !!page.view?.message
            height: visible ? implicitHeight : 0
            words: page.view?.message ?? ""
        }
        Scroll {
            id: scroll
            anchors { top: message.bottom; topMargin: Theme.mm(5); bottom: parent.bottom; bottomMargin: page.keyboardHeight; left: parent.left; right: parent.right; leftMargin: Theme.margin; rightMargin: Theme.margin }
            Loader {
                width: parent.width
                sourceComponent: ({ overview: overview, device: device, tests: tests, wire: wire, settings: settings, report: report, sound: sound })[page.where] ?? null
            }
        }
    }
    Component { id: overview; OverviewPage { workshop: page.workshop } }
    Component { id: device; DevicePage { workshop: page.workshop } }
    Component { id: tests; TestsPage { workshop: page.workshop } }
    Component { id: wire; WirePage { workshop: page.workshop } }
    Component { id: settings; SettingsPage { workshop: page.workshop } }
    Component { id: sound; SoundPage { workshop: page.workshop } }
    Component { id: report; ReportPage { workshop: page.workshop } }

    TouchTest { anchors.fill: parent; visible: page.where === "touch"; workshop: page.workshop }
    ColourTest { anchors.fill: parent; visible: page.where === "colours"; workshop: page.workshop }
}
