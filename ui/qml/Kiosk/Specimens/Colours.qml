pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// Every colour by its meaning, with its contrast against what it stands on (WCAG 2.2).
Specimen {
    id: sheet

    function part(value: real): real {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
    function luminance(tone: color): real {
        return 0.2126 * part(tone.r) + 0.7152 * part(tone.g) + 0.0722 * part(tone.b);
    }
    function contrast(one: color, other: color): real {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    }

    readonly property var meanings: [
        { name: "ink", on: "ground", use: "文字" }, { name: "quiet", on: "ground", use: "次要文字" },
        { name: "line", on: "surface", use: "可触摸的边" }, { name: "hair", on: "surface", use: "分组的边" },
        { name: "sea", on: "surface", use: "主要操作、链接" }, { name: "seaWords", on: "sea", use: "主按钮上的字" },
        { name: "sea", on: "seaPale", use: "已选中" }, { name: "bloom", on: "surface", use: "新的、急的" },
        { name: "headWords", on: "head", use: "页眉上的字" }, { name: "headLine", on: "head", use: "页眉按钮的边" },
        { name: "ok", on: "okGround", use: "办好了" }, { name: "warn", on: "warnGround", use: "请留意" },
        { name: "bad", on: "badGround", use: "停下" }, { name: "ink", on: "surface", use: "卡片上的字" }
    ]

    Grid {
        width: parent.width
        columns: 2
        spacing: Theme.gap
        Repeater {
            model: sheet.meanings
            Rectangle {
                id: swatch
                required property var modelData
                readonly property color over: Theme[modelData.name]
                readonly property color under: Theme[modelData.on]
                width: (parent.width - Theme.gap) / 2
                height: Theme.mm(30)
                radius: Theme.radius
                color: under
                border { width: 1; color: Theme.line }

                Rectangle {
                    id: dot
                    anchors { left: parent.left; leftMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
                    width: Theme.mm(16)
                    height: width
                    radius: Theme.mm(4)
                    color: swatch.over
                }
                Column {
                    anchors { left: dot.right; leftMargin: Theme.mm(5); right: ratio.left; verticalCenter: parent.verticalCenter }
                    Words { width: parent.width; text: swatch.modelData.use; color: swatch.modelData.name === "hair" ? Theme.ink : swatch.over; font.bold: true; wrapMode: Text.NoWrap }
                    Words { width: parent.width; text: swatch.modelData.name + " " + swatch.over + " / " + swatch.modelData.on; color: sheet.contrast(Theme.ink, swatch.under) > 4.5 ? Theme.ink : Theme.seaWords; font.pixelSize: Theme.mm(4.6); wrapMode: Text.NoWrap }
                }
                Words {
                    id: ratio
                    anchors { right: parent.right; rightMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
                    text: sheet.contrast(swatch.over, swatch.under).toFixed(1)
                    color: sheet.contrast(Theme.ink, swatch.under) > 4.5 ? Theme.ink : Theme.seaWords
                    font { pixelSize: Theme.section; features: ({ "tnum": 1 }) }
                }
            }
        }
    }
}
