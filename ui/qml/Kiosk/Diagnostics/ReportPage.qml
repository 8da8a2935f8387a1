pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The readiness report and the support bundle, and where they can go; what was tested and done before.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view

    spacing: Theme.mm(5)

    component Way: PushButton {
        required property string what
        width: (page.width - Theme.gap) / 2
        implicitHeight: Theme.mm(20)
        size: Theme.text
        enabled: !page.workshop.view.busy
        objectName: what
        onTouched: page.workshop.act("report", what)
    }

    Words { text: qsTr("检修报告"); role: "section" }
    Flow {
        width: page.width
        spacing: Theme.gap
        Way { what: "print"; label: qsTr("打印在凭条上") }
        Way { what: "save-pdf"; label: qsTr("存到 U 盘") }
    }
    Words { text: qsTr("支持包（不含任何个人信息）"); role: "section" }
    Flow {
        width: page.width
        spacing: Theme.gap
        Way { what: "save-bundle"; label: qsTr("存到 U 盘") }
        Way { what: "send-bundle"; label: qsTr("发给后台") }
    }
    Words { text: qsTr("检修记录"); role: "section"; visible: page.view.records.length > 0 }
    Facts {
        width: page.width
        visible: page.view.records.length > 0
        group: ({ title: qsTr("最近的在最上面"), rows: page.view.records })
    }
}
