pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// Help, whatever page stands: what to do now, whom to call, where a person can be met, and how to report a fault.
Rectangle {
    id: sheet

    signal closed

    required property var session
    readonly property var about: session.language === "" ? {} : session.help() // anew in another language
    property string stage: "help" // help, report, thanks, nobody

    color: Theme.ground

    component Part: Column {
        id: part
        property string heading
        property string words
        width: parent?.width ?? 0
        spacing: Theme.mm(2)
        Words { width: parent.width; text: part.heading; role: "section"; color: Theme.sea }
        Words { width: parent.width; visible: part.words !== ""; text: part.words }
    }

    MouseArea { anchors.fill: parent }
    Scroll {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: bar.top; margins: Theme.margin; topMargin: Theme.mm(12); bottomMargin: Theme.mm(4) }
        visible: sheet.stage === "help"
        spacing: Theme.mm(7)

        Words { width: parent.width; objectName: "help-title"; text: qsTr("需要帮忙吗？"); role: "title" }
        Part { heading: qsTr("现在该做什么"); words: sheet.about.todo }
        Column {
            width: parent.width
            spacing: Theme.mm(2)
            Words { width: parent.width; text: qsTr("打电话问"); role: "section"; color: Theme.sea }
            Grid {
                id: phones
                readonly property bool many: sheet.about.phones.length > 3 && !Theme.elder
                width: parent.width
                columns: many ? 2 : 1
                columnSpacing: Theme.mm(10)
                rowSpacing: Theme.mm(2)
                Repeater {
                    model: sheet.about.phones
                    Item {
                        id: line
                        required property var modelData
                        width: (phones.width - (phones.columns - 1) * phones.columnSpacing) / phones.columns
                        height: Math.max(name.implicitHeight, phone.implicitHeight) + Theme.mm(1)
                        Words { id: name; width: parent.width - phone.implicitWidth - Theme.mm(4); text: line.modelData.name }
                        Words { id: phone; anchors.right: parent.right; text: line.modelData.phone; font { bold: true; features: ({ "tnum": 1 }) } wrapMode: Text.NoWrap }
                    }
                }
            }
        }
        Part { heading: qsTr("找人当面办"); words: sheet.about.person }
        Part {
            visible: !!sheet.about.nearest
            heading: qsTr("最近的其他站点")
            words: sheet.about.nearest ? qsTr("%1（%2 公里）").arg(sheet.about.nearest.name).arg(sheet.about.nearest.kilometres.toFixed(1)) : ""
            Words { width: parent.width; text: sheet.about.nearest?.address ?? ""; role: "small"; color: Theme.quiet }
            Words { width: parent.width; text: sheet.about.nearest ? sheet.about.nearest.hours + " · " + sheet.about.nearest.state : ""; role: "small"; color: Theme.quiet }
        }
    }
    Scroll {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: bar.top; margins: Theme.margin; topMargin: Theme.mm(12); bottomMargin: Theme.mm(4) }
        visible: sheet.stage === "report"
        spacing: Theme.gap

        Words { width: parent.width; text: qsTr("哪里不好用？"); role: "title" }
        Words { width: parent.width; bottomPadding: Theme.mm(4); text: qsTr("选一项，维护人员马上知道。不用留姓名和电话。"); color: Theme.quiet }
        Repeater {
            model: sheet.about.troubles
            PushButton {
                required property var modelData
                objectName: "trouble-" + modelData.id
                width: parent?.width ?? 0
                height: Theme.mm(Theme.elder ? 24 : 18)
                label: modelData.name
                onTouched: sheet.stage = sheet.session.reportFault(modelData.id) ? "thanks" : "nobody"
            }
        }
    }
    Column {
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(40) }
        visible: sheet.stage === "thanks" || sheet.stage === "nobody"
        spacing: Theme.mm(8)
        Icon { name: sheet.stage === "thanks" ? "ok" : "warning"; size: Theme.mm(26); color: sheet.stage === "thanks" ? Theme.ok : Theme.warn }
        Words { width: parent.width; objectName: "reported"; text: sheet.stage === "thanks" ? qsTr("已经报修，谢谢您") : qsTr("本机现在报不了修"); role: "title" }
        Words {
            width: parent.width
            text: sheet.stage === "thanks" ? qsTr("维护人员会尽快处理。着急办事，可以先到附近其他站点。") : qsTr("请打 %1 报修。").arg(sheet.about.phones[0].phone)
            color: Theme.quiet
        }
    }
    Rectangle {
        id: bar
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.bar
        color: Theme.surface
        Rectangle { width: parent.width; height: Theme.edge; color: Theme.hair }
        PushButton {
            id: closing
            objectName: "help-close"
            anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(76)
            height: Theme.button
            icon: sheet.stage === "report" ? "back" : "close"
            label: sheet.stage === "report" ? qsTr("返回") : qsTr("关闭")
            onTouched: if (sheet.stage === "report") sheet.stage = "help"; else sheet.closed()
        }
        ReachButton {
            anchors { left: closing.right; leftMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            session: sheet.session
        }
        PushButton {
            objectName: "help-report"
            anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(104)
            height: Theme.button
            visible: sheet.stage === "help" && sheet.about.troubles.length > 0
            label: qsTr("我要报修")
            onTouched: sheet.stage = "report"
        }
    }
}
