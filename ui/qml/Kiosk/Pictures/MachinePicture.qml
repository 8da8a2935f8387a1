pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// The machine, with the part that is meant lit and, while `active`, gently moving
// at 25 frames a second. At rest the thing lies where it belongs.
Drawing {
    id: picture

    property string part // "reader", "camera", "receipt", "page", "document", "bank" or "slot"
    property bool active: false
    property bool outwards: false // a card in the "bank" or "slot" comes out; else it goes in

    // One round of the movement, 0..1: arrive, lie still, leave.
    property real phase: 0.5
    readonly property real arrived: eased(phase / 0.38)
    readonly property real still: (phase - 0.38) / 0.5
    readonly property real leaving: eased((phase - 0.9) / 0.1)

    readonly property color outline: Qt.tint(Theme.ground, Qt.alpha(Theme.line, 0.75))
    readonly property color shade: Qt.tint(Theme.surface, Qt.alpha(Theme.line, 0.1))
    readonly property color tint: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12))
    readonly property color pale: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.38))
    readonly property color glass: Theme.seaDeep
    readonly property color glow: "#7CC4FF" // on the dark glass of the screen drawn

    function eased(t) {
        const x = Math.min(1, Math.max(0, t));
        return x * x * (3 - 2 * x);
    }
    function edge(name) {
        return part === name ? Theme.sea : outline;
    }

    unitWidth: 440
    unitHeight: 352

    onActiveChanged: phase = active ? 0 : 0.5
    Timer {
        interval: 40
        repeat: true
        running: picture.active && picture.visible
        onTriggered: picture.phase = (picture.phase + interval / 4000) % 1
    }

    // The machine.
    Shape {
        preferredRendererType: Shape.CurveRenderer

        Pen { path: "M30 344a190 7 0 0 0 380 0a190 7 0 0 0 -380 0z"; filling: Qt.alpha(Theme.line, 0.14) }
        Pen { path: "M20 312h400v16a12 12 0 0 1 -12 12h-376a12 12 0 0 1 -12 -12z"; line: picture.outline; filling: picture.shade }
        Pen { path: "M" + Draw.point(20, 222) + "L" + Draw.point(420, 222) + "L420 312L20 312z"; line: picture.outline; filling: Theme.surface }

        // The column, its glass, and the eye above.
        Pen { path: Draw.sheet(134, 306, 226, 240, 10); line: picture.outline; filling: picture.shade }
        Pen { path: Draw.box(148, 10, 144, 224, 15); line: picture.outline; filling: Theme.surface }
        Pen { path: Draw.box(160, 42, 120, 180, 5); filling: picture.glass; line: picture.outline; strokeWidth: 1 }
        Pen { path: Draw.circle(220, 26, 6.5); line: picture.edge("camera"); filling: picture.part === "camera" ? Theme.sea : picture.shade }
        Pen { path: Draw.circle(220, 26, 1.5); filling: picture.part === "camera" ? Theme.surface : picture.outline }

        // The receipt printer, below the slots for cards.
        Pen { path: Draw.sheet(320, 404, 230, 241, 6); filling: Qt.alpha(Theme.line, 0.18) }
        Pen { path: Draw.box(306, 66, 66, 168, 10); line: picture.outline; filling: Theme.surface }
        Pen {
            path: Draw.box(314, 75, 50, 20, 5)
            line: picture.edge("bank")
            strokeWidth: picture.part === "bank" ? 3 : 1.5
            filling: picture.part === "bank" ? picture.tint : picture.shade
        }
        Pen { path: "M325 85h28"; line: picture.edge("bank"); strokeWidth: 3 }
        Pen {
            path: Draw.box(314, 105, 50, 26, 5)
            line: picture.edge("slot")
            strokeWidth: picture.part === "slot" ? 3 : 1.5
            filling: picture.part === "slot" ? picture.tint : picture.shade
        }
        Pen { path: "M322 118h34"; line: picture.edge("slot"); strokeWidth: 4 }
        Pen { path: "M318 166h42"; line: picture.edge("receipt"); strokeWidth: 5 }

        // The outlet of the A4 printer.
        Pen {
            path: Draw.sheet(312, 414, 262, 307, 5)
            line: picture.edge("page")
            strokeWidth: picture.part === "page" ? 3 : 1.5
            filling: picture.part === "page" ? picture.tint : picture.shade
        }
        Pen { path: Draw.stroke(320, 406, 267); line: picture.edge("page"); strokeWidth: 4 }

        // The reader.
        Pen {
            path: Draw.sheet(152, 288, 252, 304, 10)
            line: picture.edge("reader")
            strokeWidth: picture.part === "reader" ? 3 : 2
            filling: picture.part === "reader" ? picture.tint : picture.shade
        }
        Pen { path: Draw.sheet(174, 266, 260, 296, 5); line: picture.part === "reader" ? picture.pale : picture.outline; strokeWidth: 1.5 }

        // The document camera.
        Pen {
            path: Draw.sheet(32, 136, 244, 304, 6)
            line: picture.edge("document")
            strokeWidth: picture.part === "document" ? 3 : 2
            filling: picture.part === "document" ? picture.tint : picture.shade
        }
        Pen { path: Draw.sheet(34, 74, 228, 238, 4); line: picture.edge("document"); filling: Theme.surface }
        Pen { path: "M75 230V122a12 12 0 0 1 12 -12h6"; line: picture.edge("document"); strokeWidth: 4 }
        Pen { path: Draw.box(90, 101, 34, 17, 6); line: picture.edge("document"); filling: Theme.surface }
        Pen { path: "M101 121h12"; line: picture.edge("document"); strokeWidth: 4 }
    }

    // What the glass shows.
    Shape {
        visible: picture.part !== "camera"
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M176 60h50"; line: Qt.alpha("white", 0.9); strokeWidth: 7 }
        Pen { path: "M176 76h84"; line: Qt.alpha("white", 0.4); strokeWidth: 5 }
        Pen {
            path: Draw.box(173, 94, 94, 24, 4) + Draw.box(173, 125, 94, 24, 4) + Draw.box(173, 156, 94, 24, 4)
            filling: Qt.alpha("white", 0.15)
        }
        Pen { path: Draw.box(223, 195, 44, 14, 4); filling: picture.glow }
    }

    // What moves. Paths stay as they are and are only shifted, scaled and faded: cheap to repaint.
    Loader {
        sourceComponent: ({ reader: card, camera: sight, receipt: paper, page: sheet, document: licence, bank: pushed, slot: pushed })[picture.part] ?? null
    }

    Component {
        id: card
        Item {
            Shape {
                id: ripple
                readonly property real spread: picture.active ? picture.still : 0.35
                opacity: 0.6 * (1 - spread)
                visible: spread > 0 && spread < 1
                preferredRendererType: Shape.CurveRenderer
                transform: Scale {
                    origin { x: 220; y: 276 }
                    xScale: 1 + 0.42 * ripple.spread
                    yScale: xScale
                }
                Pen { path: Draw.sheet(152, 288, 252, 304, 10); line: Theme.sea }
            }
            Shape {
                opacity: Math.max(0, picture.arrived - picture.leaving)
                preferredRendererType: Shape.CurveRenderer
                Pen { path: Draw.sheet(172, 272, 260, 300, 6); filling: Qt.alpha(Theme.ink, 0.12) }
            }
            Shape {
                y: -88 * (1 - picture.arrived)
                opacity: 1 - picture.leaving
                preferredRendererType: Shape.CurveRenderer
                Pen { path: Draw.sheet(168, 272, 258, 298, 7, 3); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
                Pen { path: Draw.sheet(236, 261, 265, 285, 3, 3); filling: picture.pale }
                Pen { path: Draw.stroke(180, 216, 267, 3) + Draw.stroke(180, 206, 274, 3) + Draw.stroke(180, 222, 281, 3); line: picture.pale; strokeWidth: 2.5 }
                Pen { path: Draw.stroke(180, 260, 291, 3); line: Theme.sea; strokeWidth: 2.5 }
            }
        }
    }

    Component {
        id: sight
        Item {
            Repeater {
                model: 2
                Shape {
                    id: ring
                    required property int index
                    readonly property real spread: picture.active ? (picture.phase * 2 + index * 0.5) % 1 : 0.15 + 0.35 * index
                    opacity: 0.7 * (1 - spread)
                    preferredRendererType: Shape.CurveRenderer
                    transform: Scale {
                        origin { x: 220; y: 26 }
                        xScale: 0.4 + 0.6 * ring.spread
                        yScale: xScale
                    }
                    Pen { path: Draw.circle(220, 26, 23); line: Theme.sea; strokeWidth: 2.5 }
                }
            }
            // People see themselves just below the eye.
            Shape {
                preferredRendererType: Shape.CurveRenderer
                Pen { path: Draw.circle(220, 98, 42); line: picture.glow; filling: Qt.alpha("white", 0.12); strokeWidth: 3 }
                Pen { path: "M220 71c11 0 17 7 17 18c0 12 -7 20 -17 20s-17 -8 -17 -20c0 -11 6 -18 17 -18z"; filling: Qt.alpha("white", 0.85) }
                Pen { path: "M190 127.5c3 -9 14 -14 30 -14s27 5 30 14a42 42 0 0 1 -60 0z"; filling: Qt.alpha("white", 0.85) }
            }
            Item {
                x: 210
                y: 146
                width: 20
                height: 74
                clip: true
                Shape {
                    y: picture.active ? -8 * ((picture.phase * 8) % 1) : 0
                    preferredRendererType: Shape.CurveRenderer
                    Pen { path: "M10 4v.01M10 12v.01M10 20v.01M10 28v.01M10 36v.01M10 44v.01M10 52v.01M10 60v.01M10 68v.01M10 76v.01M10 84v.01"; line: picture.glow; strokeWidth: 3 }
                }
            }
            // The person, from behind.
            Shape {
                preferredRendererType: Shape.CurveRenderer
                Pen {
                    path: "M134 351c1 -24 14 -38 42 -44c17 -3.5 24 -8 24 -17h40c0 9 7 13.5 24 17c28 6 41 20 42 44z"
                    line: Theme.sea
                    filling: picture.tint
                    strokeWidth: 2.5
                }
                Pen {
                    path: "M220 225c23 0 36 14 36 36c0 24 -15 40 -36 40s-36 -16 -36 -40c0 -22 13 -36 36 -36z"
                    line: Theme.sea
                    filling: picture.tint
                    strokeWidth: 2.5
                }
            }
        }
    }

    Component {
        id: paper
        Item {
            id: strip
            x: 321
            y: 166
            width: 36
            height: 96
            opacity: 1 - picture.leaving
            clip: true

            Shape {
                y: -strip.height * (1 - picture.arrived)
                preferredRendererType: Shape.CurveRenderer
                Pen { path: "M1.5 0V92l3.3 -3l3.3 3l3.3 -3l3.3 3l3.3 -3l3.3 3l3.3 -3l3.3 3l3.3 -3l3.3 3V0"; line: Theme.sea; filling: Theme.surface }
                Pen { path: "M8 14h20M8 22h13M8 30h17"; line: picture.pale; strokeWidth: 2.5 }
                Pen { path: Draw.cells(["1110111", "1010101", "1110011", "0001010", "1110110", "1011011", "1110101"], 8, 40, 20); filling: Theme.sea }
                Pen { path: "M8 72h20"; line: Theme.sea; strokeWidth: 2.5 }
            }
        }
    }

    // A card in a slot, its near end towards whoever stands there; the machine's front is drawn over what is inside.
    Component {
        id: pushed
        Item {
            id: mouth
            readonly property bool bank: picture.part === "bank"
            readonly property real drawn: picture.outwards ? 1 - picture.arrived : picture.arrived

            Shape {
                // A bank card goes in by half and is pulled out; the other slot draws a card in, and pushes it out.
                y: mouth.bank ? 10 - 24 * mouth.drawn : 36 - 52 * mouth.drawn
                opacity: mouth.bank ? 1 - picture.leaving : Math.min(1, 5 * (1 - mouth.drawn)) * (1 - picture.leaving)
                preferredRendererType: Shape.CurveRenderer
                Pen { path: "M324 86h30a3 3 0 0 1 3 2.5l7 47a5 5 0 0 1 -5 5.5h-40a5 5 0 0 1 -5 -5.5l7 -47a3 3 0 0 1 3 -2.5z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
                Pen { path: mouth.bank ? "M334 97h11v9h-11z" : "M333 96h12v15h-12z"; filling: picture.pale }
                Pen { path: mouth.bank ? "M325 131h29" : "M325 122h29M325 131h21"; line: mouth.bank ? Theme.sea : picture.pale; strokeWidth: 2.5 }
            }
            Shape {
                preferredRendererType: Shape.CurveRenderer
                Pen { path: mouth.bank ? "M312 69h54v16h-54z" : "M312 69h54v49h-54z"; filling: Theme.surface }
                Pen { path: mouth.bank ? "M314 85v-5a5 5 0 0 1 5 -5h40a5 5 0 0 1 5 5v5" : "M314 118v-8a5 5 0 0 1 5 -5h40a5 5 0 0 1 5 5v8"; line: Theme.sea; filling: picture.tint; strokeWidth: 3 }
                Pen { path: mouth.bank ? "M325 85h28" : "M322 118h34"; line: Theme.sea; strokeWidth: 4 }
            }
            Shape {
                visible: !mouth.bank
                preferredRendererType: Shape.CurveRenderer
                Pen { path: Draw.box(314, 75, 50, 20, 5); line: picture.outline; strokeWidth: 1.5; filling: picture.shade }
                Pen { path: "M325 85h28"; line: picture.outline; strokeWidth: 3 }
            }
        }
    }

    Component {
        id: sheet
        Item {
            y: 267
            width: picture.unitWidth
            height: 60
            opacity: 1 - picture.leaving
            clip: true

            Shape {
                y: -267 - 38 * (1 - picture.arrived)
                preferredRendererType: Shape.CurveRenderer
                Pen { path: Draw.sheet(325, 402, 267, 303, 1); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
                Pen { path: Draw.stroke(336, 390, 276) + Draw.stroke(336, 382, 282) + Draw.stroke(336, 390, 288); line: picture.pale; strokeWidth: 2.5 }
                Pen { path: Draw.sheet(376, 394, 291, 299, 4); line: "#C8161D"; strokeWidth: 2 }
            }
        }
    }

    Component {
        id: licence
        Item {
            Shape {
                x: -10 * (1 - picture.arrived)
                y: 30 * (1 - picture.arrived)
                opacity: Math.min(1, picture.arrived * 2) * (1 - picture.leaving)
                preferredRendererType: Shape.CurveRenderer
                Pen { path: Draw.sheet(44, 124, 254, 297, 3, 1); line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
                Pen { path: Draw.sheet(53, 74, 270, 289, 2, 1); filling: picture.pale }
                Pen { path: Draw.stroke(84, 114, 273, 1) + Draw.stroke(84, 106, 281, 1) + Draw.stroke(84, 114, 289, 1); line: picture.pale; strokeWidth: 2.5 }
                Pen { path: Draw.stroke(66, 102, 262, 1); line: Theme.sea; strokeWidth: 2.5 }
            }
            Shape {
                readonly property real scan: Math.min(1, Math.max(0, picture.still))
                opacity: picture.active ? 0.25 + 0.75 * Math.sin(Math.PI * scan) : 0.8
                preferredRendererType: Shape.CurveRenderer
                Pen {
                    path: "M102 122L" + Draw.point(38, 250) + "L" + Draw.point(38, 300) + "L" + Draw.point(130, 300) + "L" + Draw.point(130, 250) + "L112 122z"
                    filling: Qt.alpha(Theme.sea, 0.12)
                }
            }
        }
    }
}
