pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk.Theme

// What the face is asked to do: "look", "blink", "turn_left", "turn_right", "nod", "open_mouth",
// where to stand: "nobody" (come into the circle), "several" (one person only), "too_far", "too_near",
// or what stands in its way: "mask", "hat", "back_lit", "too_dark".
// It is drawn as in a mirror, like the preview: the citizen's left is on the left.
Drawing {
    id: picture

    property string prompt: "look"
    property bool active: false

    property real phase: 0.5 // one round of the movement, 0..1
    readonly property real swing: 0.5 - 0.5 * Math.cos(2 * Math.PI * phase)
    readonly property real turn: ({ turn_left: -swing, turn_right: swing })[prompt] ?? 0
    readonly property real shut: prompt === "blink" ? Math.min(1, Math.max(0, 1 - Math.abs(phase - 0.5) * 9)) : 0
    readonly property real bow: prompt === "nod" ? swing : 0
    readonly property real open: prompt === "open_mouth" ? swing : 0
    readonly property bool backLit: prompt === "back_lit"
    readonly property real dark: backLit ? 1 : prompt === "too_dark" ? 1 - swing : 0
    readonly property real near: ({ nobody: 0.78, too_dark: 0.8, too_far: 0.45 + 0.35 * swing, too_near: 1.12 - 0.36 * swing })[prompt] ?? 1
    readonly property real aside: prompt === "nobody" ? 1 - swing : 0
    readonly property color skin: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.12 + 0.38 * dark))
    readonly property color hair: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.55))

    unitWidth: 120
    unitHeight: 120

    onActiveChanged: phase = active ? 0 : 0.5
    onPromptChanged: phase = active ? 0 : 0.5
    Timer {
        interval: 66
        repeat: true
        running: picture.active && picture.visible && picture.prompt !== "look"
        onTriggered: picture.phase = (picture.phase + interval / 2400) % 1
    }

    // The light from behind, which comes and goes.
    Shape {
        visible: picture.backLit
        opacity: 0.35 + 0.65 * picture.swing
        preferredRendererType: Shape.CurveRenderer
        Pen {
            path: "M60 14v-10M94 26l7 -7M26 26l-7 -7M106 56h10M14 56h-10M98 84l8 5M22 84l-8 5"
            line: Theme.warn
            strokeWidth: 4
        }
    }

    // The lamp that is missed.
    Shape {
        visible: picture.prompt === "too_dark"
        opacity: 0.25 + 0.75 * picture.swing
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M55 15a5 5 0 0 0 10 0M60 0v5M46 15l6 -10h16l6 10z"; line: Theme.warn; strokeWidth: 3 }
        Pen { path: "M38 20l-9 6M82 20l9 6"; line: Theme.warn; strokeWidth: 4 }
    }
    // The circle of the preview, to be stood in.
    Shape {
        visible: picture.prompt === "nobody"
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M60 3a57 57 0 0 1 0 114a57 57 0 0 1 0 -114z"; line: Theme.sea; strokeWidth: 3 }
    }
    // The others, who step aside.
    Repeater {
        model: picture.prompt === "several" ? [-1, 1] : []
        Shape {
            required property int modelData
            x: 60 + modelData * (40 + 8 * picture.swing)
            opacity: 1 - 0.8 * picture.swing
            preferredRendererType: Shape.CurveRenderer
            Pen { path: "M-20 104c1 -13 8 -19 20 -19s19 6 20 19z"; line: Theme.sea; filling: picture.hair; strokeWidth: 2.5 }
            Pen { path: "M0 49c8 0 12 6 12 14c0 9 -5 17 -12 17s-12 -8 -12 -17c0 -8 4 -14 12 -14z"; line: Theme.sea; filling: picture.hair; strokeWidth: 2.5 }
        }
    }

    // The person, nearer or farther. Shoulders and neck stay, the head turns or bows.
    Item {
        width: 120
        height: 120
        x: 26 * picture.aside
        scale: picture.near

        Shape {
            preferredRendererType: Shape.CurveRenderer
            Pen {
                path: "M18 118c2 -13 11 -20 27 -23c4 -.8 6 -2.5 6 -6v-11h18v11c0 3.5 2 5.2 6 6c16 3 25 10 27 23z"
                line: Theme.sea
                filling: picture.skin
                strokeWidth: 2.5
            }
        }
        Item {
            y: 5 * picture.bow

            Repeater {
                model: [-1, 1]
                Shape {
                    id: ear
                    required property int modelData
                    readonly property real shown: -modelData * picture.turn // 1: this side faces the viewer, -1: it is turned away
                    x: 60 - 9 * modelData * Math.max(0, shown)
                    z: shown > 0.3 ? 1 : 0
                    visible: shown > -0.35
                    preferredRendererType: Shape.CurveRenderer
                    transform: Scale { xScale: ear.modelData }
                    Pen { path: "M28 52c6 -2 8 3 7 8c-1 6 -4 9 -9 8"; line: Theme.sea; filling: picture.skin; strokeWidth: 2.5 }
                }
            }
            Shape {
                preferredRendererType: Shape.CurveRenderer
                Pen {
                    path: "M60 20c19 0 29 13 29 31c0 20 -11 38 -29 38s-29 -18 -29 -38c0 -18 10 -31 29 -31z"
                    line: Theme.sea
                    filling: picture.skin
                    strokeWidth: 2.5
                }
            }
            Shape {
                transform: Scale { origin.y: 18; yScale: 1 + 0.28 * picture.bow }
                preferredRendererType: Shape.CurveRenderer
                Pen {
                    readonly property real part: 9 * picture.turn
                    path: "M31 53c-1 -22 10 -35 29 -35s30 13 29 35c-4 -3 -6 -8 -7 -14c-9 1 -17 -1 " + (-24 + part) + " -5c-5 5 -11 7 " + (-20 - part) + " 8c-1 5 -3 8 -7 11z"
                    line: Theme.sea
                    filling: picture.hair
                    strokeWidth: 2.5
                }
            }
            Shape {
                z: 2
                x: 60 + 11 * picture.turn
                y: 9 * picture.bow
                transform: Scale { xScale: 1 - 0.26 * Math.abs(picture.turn); origin.y: 70; yScale: 1 - 0.22 * picture.bow }
                preferredRendererType: Shape.CurveRenderer
                Pen {
                    // An eye is an upright stroke that sinks into a line as it shuts.
                    path: picture.shut > 0.5 ? "M-17 54c2.5 2.5 7.5 2.5 10 0M7 54c2.5 2.5 7.5 2.5 10 0" : "M-12 51v3.5M12 51v3.5"
                    line: Theme.sea
                    strokeWidth: picture.shut > 0.5 ? 3 : 5
                }
                Pen { path: "M" + 2 * picture.turn + " 56l" + (3 * picture.turn) + " 8h" + (picture.turn < 0 ? 4 : -4); line: Theme.sea; strokeWidth: 2 }
                Pen {
                    readonly property real wide: 1.5 + 6.5 * picture.open
                    path: picture.open < 0.1 ? "M-8 74c5 3.5 11 3.5 16 0" : "M-7 75a7 " + wide + " 0 1 0 14 0a7 " + wide + " 0 1 0 -14 0z"
                    line: Theme.sea
                    filling: picture.open < 0.1 ? "transparent" : picture.hair
                    strokeWidth: 3
                }
            }
        }
    }

    // What is asked.
    Shape {
        visible: ["look", "blink", "open_mouth"].includes(picture.prompt)
        preferredRendererType: Shape.CurveRenderer
        Pen {
            path: "M24 8h-6a10 10 0 0 0 -10 10v6M96 8h6a10 10 0 0 1 10 10v6M8 76v8M112 76v8"
            line: Theme.sea
            strokeWidth: 4
        }
    }
    Shape {
        visible: picture.prompt === "turn_left" || picture.prompt === "turn_right"
        z: 3
        preferredRendererType: Shape.CurveRenderer
        transform: Scale { origin.x: 60; xScale: picture.prompt === "turn_right" ? -1 : 1 }
        Pen { path: "M106 72c-4 20 -24 32 -46 32c-20 0 -38 -9 -44 -24"; line: Theme.ground; strokeWidth: 11 }
        Pen { path: "M106 72c-4 20 -24 32 -46 32c-20 0 -38 -9 -44 -24M12 94l3 -17l16 6"; line: Theme.sea; strokeWidth: 5 }
    }
    Shape {
        visible: picture.prompt === "nod"
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M108 38v42M99 70l9 11l9 -11"; line: Theme.sea; strokeWidth: 5 }
    }
    Shape {
        visible: picture.prompt === "too_far" || picture.prompt === "too_near"
        preferredRendererType: Shape.CurveRenderer
        Pen {
            // From the middle to the corners where the person should grow, from the corners where it should shrink.
            path: picture.prompt === "too_far"
                ? "M17 17l-11 -11M6 16v-10h10M103 17l11 -11M104 6h10v10M17 103l-11 11M6 104v10h10M103 103l11 11M104 114h10v-10"
                : "M6 6l11 11M17 7v10h-10M114 6l-11 11M103 7v10h10M6 114l11 -11M7 103h10v10M114 114l-11 -11M113 103h-10v10"
            line: Theme.sea
            strokeWidth: 4
        }
    }
    // What is to be taken off goes off.
    Shape {
        visible: picture.prompt === "mask"
        y: 24 * picture.swing
        opacity: 1 - 0.75 * picture.swing
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M33 58c8 -3 17 -5 27 -5s19 2 27 5c1 16 -6 32 -27 32s-28 -16 -27 -32z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
        Pen { path: "M44 66c10 3 22 3 32 0M45 75c9 3 21 3 30 0"; line: Theme.sea; strokeWidth: 2 }
        Pen { path: "M33 60c-4 1 -6 5 -5 9M87 60c4 1 6 5 5 9"; line: Theme.sea; strokeWidth: 2 }
    }
    Shape {
        visible: picture.prompt === "hat"
        y: -13 * picture.swing
        opacity: 1 - 0.6 * picture.swing
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M30 37c0 -16 10 -24 30 -24s30 8 30 24z"; line: Theme.sea; filling: picture.hair; strokeWidth: 2.5 }
        Pen { path: "M26 37c20 -5 48 -5 68 0c2 3 2 5 0 7c-20 -4 -48 -4 -68 0c-2 -2 -2 -4 0 -7z"; line: Theme.sea; filling: Theme.surface; strokeWidth: 2.5 }
    }
}
