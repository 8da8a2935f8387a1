pragma Singleton

import QtQuick

// Every colour and every size of the screen. Sizes are millimetres on the glass,
// turned into pixels by its pitch; colours are named by what they mean.
QtObject {
    id: theme

    property real pitch: 4.03 // pixels in a millimetre
    property string look: "standard" // standard, elder (长辈版: larger and fewer), dark or light (high contrast)
    property int textSize: 0 // how much larger type is than the look has it, in four steps
    property bool wide: false // whether the page is wider than high, so that things stand beside one another

    readonly property bool elder: look === "elder"
    readonly property bool dark: look === "dark"
    readonly property bool strong: dark || look === "light" // high contrast: every edge is drawn

    readonly property string family: "Noto Sans CJK SC"

    readonly property var colours: ({
        //                   page, cards, words, second words, edges of what can be touched, edges of what cannot
        standard: { ground: "#F3F6F8", surface: "#FFFFFF", ink: "#16222C", quiet: "#4B5D6B", line: "#748591", hair: "#D8E0E6",
            // the main action and its words, pressed, its pale ground, what is new or urgent
            sea: "#0A5A8F", seaWords: "#FFFFFF", seaDeep: "#083E66", seaPale: "#E4EFF6", bloom: "#B0185F",
            // the head of the page, its words, the edges of its buttons
            head: "#083E66", headWords: "#FFFFFF", headLine: "#8FB3CC",
            ok: "#14593A", okGround: "#E3F4EA", warn: "#7A4B00", warnGround: "#FFF3D6", bad: "#9E1B14", badGround: "#FDE7E5" },
        dark: { ground: "#000000", surface: "#000000", ink: "#FFFFFF", quiet: "#FFFFFF", line: "#FFFFFF", hair: "#FFFFFF",
            sea: "#7CC4FF", seaWords: "#000000", seaDeep: "#FFFFFF", seaPale: "#00243D", bloom: "#FFD83D",
            head: "#000000", headWords: "#FFFFFF", headLine: "#FFFFFF",
            ok: "#FFFFFF", okGround: "#000000", warn: "#FFD83D", warnGround: "#000000", bad: "#FFD83D", badGround: "#000000" },
        light: { ground: "#FFFFFF", surface: "#FFFFFF", ink: "#000000", quiet: "#000000", line: "#000000", hair: "#000000",
            sea: "#003A70", seaWords: "#FFFFFF", seaDeep: "#000000", seaPale: "#E3F0FF", bloom: "#7A003C",
            head: "#FFFFFF", headWords: "#000000", headLine: "#000000",
            ok: "#003B1E", okGround: "#FFFFFF", warn: "#5C3500", warnGround: "#FFFFFF", bad: "#7A0000", badGround: "#FFFFFF" }
    })
    readonly property var worn: colours[look] ?? colours.standard

    readonly property color ground: worn.ground
    readonly property color surface: worn.surface
    readonly property color ink: worn.ink
    readonly property color quiet: worn.quiet
    readonly property color line: worn.line
    readonly property color hair: worn.hair
    readonly property color sea: worn.sea
    readonly property color seaDeep: worn.seaDeep
    readonly property color seaPale: worn.seaPale
    readonly property color seaWords: worn.seaWords
    readonly property color bloom: worn.bloom
    readonly property color head: worn.head
    readonly property color headWords: worn.headWords
    readonly property color headLine: worn.headLine
    readonly property color ok: worn.ok
    readonly property color okGround: worn.okGround
    readonly property color warn: worn.warn
    readonly property color warnGround: worn.warnGround
    readonly property color bad: worn.bad
    readonly property color badGround: worn.badGround

    // Type. What is small grows with every step; what is large already grows half as much.
    readonly property var growths: elder ? [1, 1.08, 1.16, 1.25] : [1, 1.15, 1.3, 1.5]
    readonly property real growth: growths[textSize] ?? 1
    readonly property real small: type(elder ? 9 : 6.8)
    readonly property real text: type(elder ? 10.5 : 8)
    readonly property real section: type(elder ? 13 : 9.5)
    readonly property real title: display(elder ? 19 : 15)
    readonly property real number: display(elder ? 20 : 16)

    // Measures of the page.
    readonly property real margin: mm(14)
    readonly property real gap: mm(elder ? 6.5 : 4.5)
    readonly property real header: mm(elder ? 30 : 24)
    readonly property real bar: Math.max(mm(46), button + mm(12))
    readonly property real side: mm(elder ? 132 : 118) // the column beside a wide page
    readonly property real target: mm(elder ? 22 : 16)
    readonly property real button: display(elder ? 36 : 26)
    readonly property real radius: mm(elder ? 6 : 5)
    readonly property real stroke: Math.max(1, Math.round(mm(strong ? 0.8 : 0.5)))
    readonly property real edge: strong ? stroke : 1 // around what only groups, or is told by its ground
    readonly property real sink: mm(0.5)
    readonly property real roll: mm(8) // as far as a finger may roll that means one place
    readonly property int slide: 200 // milliseconds from page to page

    function mm(millimetres: real): real {
        return Math.round(millimetres * pitch);
    }
    function type(millimetres: real): real {
        return mm(millimetres * growth);
    }
    function display(millimetres: real): real {
        return mm(millimetres * (1 + (growth - 1) / 2));
    }
    function at(base: color, over: color, strength: real): color {
        return Qt.tint(base, Qt.alpha(over, strength));
    }
}
