import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// What the document camera sees, live until the picture is taken; then the picture, to keep or to take again.
Step {
    id: step

    readonly property bool captured: body.state === "captured"
    least: pageLine.height + frame.height + advice.implicitHeight + Theme.mm(20)

    Row {
        id: pageLine
        width: parent.width
        spacing: Theme.mm(4)
        Rectangle {
            width: count.implicitWidth + Theme.mm(10)
            height: Theme.mm(Theme.elder ? 16 : 13)
            radius: height / 2
            color: Theme.seaPale
            border { width: Theme.strong ? Theme.edge : 0; color: Theme.sea }
            Words { id: count; anchors.centerIn: parent; text: qsTr("第 %1 张，共 %2 张").arg(step.body.number).arg(step.body.total); role: "small"; color: Theme.sea }
        }
        Words { text: step.body.page; role: "section"; anchors.verticalCenter: parent.verticalCenter }
    }
    Rectangle {
        id: frame
        anchors { horizontalCenter: parent.horizontalCenter; top: pageLine.bottom; topMargin: Theme.mm(6) }
        width: Math.min(parent.width, Theme.wide ? Theme.mm(190) : parent.width)
        height: width * 9 / 16
        radius: Theme.radius
        color: Theme.at(Theme.ground, Theme.line, 0.25)
        border { width: Theme.mm(0.9); color: step.captured ? (step.body.advice ? Theme.warn : Theme.ok) : Theme.line }

        Words { anchors.centerIn: parent; width: parent.width - 2 * Theme.mm(6); horizontalAlignment: Text.AlignHCenter; visible: !live.visible; text: qsTr("高拍仪准备中，请稍候"); color: Theme.quiet }
        Image {
            id: live
            objectName: "document"
            anchors { fill: parent; margins: Theme.mm(1) }
            visible: status === Image.Ready
            source: step.session.documentSource
            sourceSize: Qt.size(width, height)
            cache: false
            asynchronous: false
        }
    }
    Item {
        anchors { left: parent.left; right: parent.right; top: frame.bottom; bottom: parent.bottom; topMargin: Theme.mm(6); bottomMargin: Theme.mm(6) }

        Notice {
            id: advice
            anchors { left: parent.left; right: parent.right; top: parent.top }
            kind: step.captured ? (step.body.advice ? "warn" : "ok") : "info"
            words: step.body.advice ? step.body.advice : step.captured ? qsTr("请看一看：四个角都在画面里，字看得清。") : qsTr("放平、摆正，再点右下角的“拍照”。")
        }
        MachinePicture {
            anchors { left: parent.left; right: parent.right; top: advice.bottom; bottom: parent.bottom; topMargin: Theme.mm(6) }
            visible: !step.captured && height > Theme.mm(40)
            part: "document"
            active: visible
        }
    }
}
