pragma Singleton

import QtQuick

// Every colour and every size of the screen. Sizes are millimetres on the glass,
// turned into pixels by its pitch; colours are named by what they mean.
QtObject {
    id: theme

    property real pitch: 4.03 // pixels in a millimetre
    property bool elder: false // 长辈版: larger
    property bool dark: false // high contrast

    readonly property string family: "Noto Sans CJK SC"

    readonly property color ground: dark ? "#000000" : "#F3F6F8"
    readonly property color surface: dark ? "#000000" : "#FFFFFF"
    readonly property color ink: dark ? "#FFFFFF" : "#16222C"
    readonly property color quiet: dark ? "#FFFFFF" : "#4B5D6B"
    readonly property color line: dark ? "#FFFFFF" : "#7C8D99"
    readonly property color hair: dark ? "#FFFFFF" : "#D8E0E6" // edges of what cannot be touched
    readonly property color sea: dark ? "#7CC4FF" : "#0A5A8F"
    readonly property color seaDeep: dark ? "#000000" : "#083E66"
    readonly property color seaPale: dark ? "#00243D" : "#E4EFF6"
    readonly property color seaWords: dark ? "#000000" : "#FFFFFF" // words on sea
    readonly property color bloom: dark ? "#FFD83D" : "#B0185F"
    readonly property color ok: dark ? "#FFFFFF" : "#14593A"
    readonly property color okGround: dark ? "#000000" : "#E3F4EA"
    readonly property color warn: dark ? "#FFD83D" : "#7A4B00"
    readonly property color warnGround: dark ? "#000000" : "#FFF3D6"
    readonly property color bad: dark ? "#FFD83D" : "#9E1B14"
    readonly property color badGround: dark ? "#000000" : "#FDE7E5"

    // Sizes of type.
    readonly property real small: mm(elder ? 9 : 6.8)
    readonly property real text: mm(elder ? 10.5 : 8)
    readonly property real section: mm(elder ? 13 : 9.5)
    readonly property real title: mm(elder ? 19 : 15)
    readonly property real number: mm(elder ? 20 : 16)

    // Measures of the page.
    readonly property real margin: mm(14)
    readonly property real gap: mm(elder ? 6.5 : 4.5)
    readonly property real header: mm(24)
    readonly property real place: mm(elder ? 41 : 34)
    readonly property real bar: mm(46)
    readonly property real target: mm(elder ? 22 : 16)
    readonly property real button: mm(elder ? 36 : 26)
    readonly property real radius: mm(elder ? 6 : 5)
    readonly property real stroke: Math.max(1, Math.round(mm(0.5)))
    readonly property real sink: mm(0.5)
    readonly property int slide: 200 // milliseconds from page to page

    function mm(millimetres: real): real {
        return Math.round(millimetres * pitch);
    }
    function at(base: color, over: color, strength: real): color {
        return Qt.tint(base, Qt.alpha(over, strength));
    }
}
