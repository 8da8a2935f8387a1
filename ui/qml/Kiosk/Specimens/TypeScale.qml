pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// Five sizes of type, as the standard look and 长辈版 have them.
Specimen {
    id: sheet

    readonly property var roles: [
        { role: "number", words: "JT02 2026 1123 0042" }, { role: "title", words: "请把身份证放在感应区" },
        { role: "section", words: "从业人员证换卡" }, { role: "text", words: "听到提示音后再拿开。" },
        { role: "small", words: "约 4 分钟 · 免费" }
    ]

    Repeater {
        model: sheet.roles
        Column {
            id: row
            required property var modelData
            width: parent?.width ?? 0
            spacing: Theme.mm(1)
            Words { width: parent.width; text: row.modelData.words; role: row.modelData.role; font { bold: role !== "text" && role !== "small"; features: ({ "tnum": 1 }) } }
            Words { text: row.modelData.role + "  " + (Theme[row.modelData.role] / Theme.pitch).toFixed(1) + " mm"; color: Theme.quiet; font.pixelSize: Theme.mm(5) }
        }
    }
    Rectangle { width: parent.width; height: 1; color: Theme.hair }
    Repeater {
        model: 4
        Row {
            id: step
            required property int index
            readonly property real size: Theme.text * Theme.growths[index]
            spacing: Theme.mm(6)
            Words { text: "字号"; font.pixelSize: step.size }
            Words { text: (step.index + 1) + " / 4"; color: Theme.quiet; font.pixelSize: Theme.mm(5); anchors.baseline: parent.children[0].baseline }
        }
    }
}
