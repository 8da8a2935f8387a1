pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The measures of a page, drawn at their size.
Specimen {
    id: sheet

    readonly property var lengths: [
        { name: "margin", use: "页边" }, { name: "gap", use: "可触摸之物之间" }, { name: "target", use: "最小可触摸" },
        { name: "button", use: "主按钮高" }, { name: "header", use: "页眉高" }, { name: "bar", use: "操作栏高" },
        { name: "radius", use: "圆角" }, { name: "sink", use: "按下时下沉" }, { name: "roll", use: "手指可滚动" }
    ]

    Repeater {
        model: sheet.lengths
        Item {
            id: row
            required property var modelData
            readonly property real size: Theme[modelData.name]
            width: parent?.width ?? 0
            height: Math.max(Theme.mm(11), size)
            Words { anchors.verticalCenter: parent.verticalCenter; text: row.modelData.use }
            Words { x: Theme.mm(76); anchors.verticalCenter: parent.verticalCenter; text: row.modelData.name + "  " + (row.size / Theme.pitch).toFixed(1) + " mm"; color: Theme.quiet }
            Rectangle {
                x: Theme.mm(150)
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.mm(90)
                height: row.size
                radius: row.modelData.name === "radius" ? row.size : 0
                color: Theme.seaPale
                border { width: 1; color: Theme.sea }
            }
        }
    }
}
