pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Shapes
import Kiosk.Theme

// The foot of the home page: the sea before Gulangyu with its Sunlight Rock, egrets,
// and a bougainvillea. It stands still, and keeps so pale that words stay first.
Drawing {
    id: picture

    function water(strength) {
        return Qt.tint(Theme.ground, Qt.alpha(Theme.sea, strength));
    }
    readonly property color petal: Qt.tint(Theme.ground, Qt.alpha(Theme.bloom, 0.72))
    readonly property color petalLight: Qt.tint(Theme.ground, Qt.alpha(Theme.bloom, 0.42))
    readonly property color leaf: Qt.tint(Theme.ground, Qt.alpha(Theme.ok, 0.55))

    property bool wading: true // an egret in the shallows

    unitWidth: 1080
    unitHeight: 300

    Shape {
        preferredRendererType: Shape.CurveRenderer

        // The mainland, far away, and the twin towers of the harbour.
        Pen { path: "M0 196V178C70 164 120 158 190 168C250 176 300 150 372 160C440 170 520 176 600 168C700 158 760 150 850 166C930 178 1000 168 1080 158V196z"; filling: picture.water(0.07) }
        Pen { path: "M946 196V112C946 98 951 88 958 78C966 104 970 148 970 196zM980 196C980 148 984 116 992 92C999 102 1004 112 1004 126V196z"; filling: picture.water(0.15) }
        Pen { path: "M1016 196V160h18v36zM1040 196V148h14v48zM1060 196v-26h20v26zM918 196v-22h18v22z"; filling: picture.water(0.11) }

        // The sea.
        Pen { path: "M0 196H1080V300H0z"; filling: picture.water(0.12) }
        Pen {
            path: "M120 222h92M250 236h150M470 218h60M560 246h210M820 226h110M960 252h90M360 268h130M700 280h160M30 262h70"
            line: picture.water(0.03)
            strokeWidth: 2.5
        }

        // Gulangyu, and on it the Sunlight Rock with its lookout.
        Pen {
            path: "M316 196C346 192 356 182 384 178C404 160 430 152 462 152C480 134 510 126 544 130C552 118 566 110 584 108L690 116C712 122 726 134 738 146C772 146 794 158 812 172C838 176 862 188 884 196z"
            filling: picture.water(0.24)
        }
        Pen { path: "M676 140C670 122 682 108 700 110C718 112 728 126 726 142z"; filling: picture.water(0.31) }
        Pen { path: "M548 138C540 118 552 102 572 104C590 106 598 122 596 140z"; filling: picture.water(0.31) }
        Pen { path: "M572 140C574 118 568 96 584 78C594 62 606 50 626 48C640 46 648 56 662 60C682 66 690 82 684 98C680 110 688 124 692 142z"; filling: picture.water(0.37) }
        Pen {
            path: "M604 138C608 116 600 96 618 74M660 62C650 78 658 92 652 108M684 98C674 100 668 106 666 114"
            line: picture.water(0.28)
            strokeWidth: 2.5
        }
        Pen { path: "M612 48h26M614 48v-8M624 47v-7M635 48v-8M612 40h26"; line: picture.water(0.45); strokeWidth: 1.5 }

        // Trees and the roofs of the old villas.
        Pen {
            path: "M372 196c0 -16 14 -26 28 -22c4 -14 28 -14 34 -2c14 -6 26 4 24 24zM476 196c-2 -18 14 -30 30 -24c8 -16 36 -14 40 4c12 -4 22 6 20 20zM664 196c-2 -18 12 -30 28 -26c8 -14 32 -12 36 4c14 -4 24 8 22 22zM770 196c0 -12 10 -20 22 -16c6 -10 24 -8 26 4c10 -2 18 4 18 12z"
            filling: picture.water(0.31)
        }
        Pen { path: "M436 196v-16h38v16zM568 196v-20h44v20zM620 196v-14h30v14zM744 196v-15h32v15z"; filling: picture.water(0.04) }
        Pen { path: "M431 181l9 -11h30l9 11zM563 177l10 -13h34l10 13zM616 183l8 -10h22l8 10zM740 182l8 -10h24l8 10z"; filling: picture.petalLight }
        Pen {
            path: "M444 196v-8M455 196v-8M466 196v-8M577 196v-11M590 196v-11M603 196v-11M628 196v-7M642 196v-7M753 196v-7M766 196v-7"
            line: picture.water(0.24)
            strokeWidth: 3.5
        }
        // Koxinga looks out to sea from his rock.
        Pen { path: "M852 196c2 -12 10 -18 20 -18s18 6 22 18z"; filling: picture.water(0.31) }
        Pen { path: "M868 179l2 -26c.5 -5 5.5 -5 6 0l3 26zM873 150a4 4 0 1 1 .1 0z"; filling: picture.water(0.42) }

        // The ferry.
        Pen { path: "M196 206h84l-10 15h-62z"; filling: picture.water(0.42) }
        Pen { path: "M210 206v-13h48v13zM220 193v-9h24v9z"; filling: Theme.surface; line: picture.water(0.42) }
        Pen { path: "M218 200h5M230 200h5M242 200h5"; line: picture.water(0.42); strokeWidth: 3 }
        Pen { path: "M176 226c10 -4 18 -4 28 0s18 4 28 0s18 -4 28 0s18 4 28 0s14 -4 20 -2"; line: picture.water(0.03); strokeWidth: 2.5 }
    }

    Egret { x: 392; y: 34; width: 74; height: 74; flying: true; edge: picture.water(0.42) }
    Egret { x: 300; y: 78; width: 50; height: 50; flying: true; edge: picture.water(0.42) }
    Egret { x: 462; y: 96; width: 42; height: 42; flying: true; edge: picture.water(0.42) }
    Egret {
        visible: picture.wading
        x: 912
        y: 178
        width: 112
        height: 112
        edge: picture.water(0.55)
        transform: Scale { origin.x: 56; xScale: -1 }
    }
    Shape {
        visible: picture.wading
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M934 290c12 -4 22 -4 34 0M942 296h52M970 288c8 -3 16 -3 24 0"; line: picture.water(0.3); strokeWidth: 2 }
    }

    // The bougainvillea grows into the picture from the corner.
    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen {
            path: "M-10 300C20 250 30 200 84 168M10 268C50 240 90 236 132 240M28 236C24 204 26 178 40 148"
            line: picture.leaf
            strokeWidth: 3
        }
    }
    Repeater {
        model: [[36, 214, -30, 1], [62, 190, 60, 0.9], [18, 250, -60, 1], [70, 246, 100, 0.9], [100, 232, 30, 0.8], [34, 180, -50, 0.8], [104, 176, 80, 0.8], [48, 266, 140, 1], [134, 246, 110, 0.8], [56, 152, 30, 0.7]]
        Shape {
            required property list<real> modelData
            transformOrigin: Item.TopLeft
            x: modelData[0]
            y: modelData[1]
            rotation: modelData[2]
            scale: modelData[3]
            preferredRendererType: Shape.CurveRenderer
            Pen { path: "M0 0C-8 -6 -9 -18 0 -28C9 -18 8 -6 0 0z"; filling: picture.leaf }
        }
    }
    Repeater {
        model: [[84, 166, 10, 1.1], [42, 146, -20, 0.9], [134, 240, 40, 1], [60, 212, 70, 1.15], [18, 196, 15, 0.9], [96, 206, -10, 0.85], [28, 282, 30, 1.1], [88, 268, 80, 0.95], [4, 232, 55, 0.9], [122, 196, 100, 0.7]]
        Shape {
            id: flower
            required property int index
            required property list<real> modelData
            transformOrigin: Item.TopLeft
            readonly property color petal: index % 3 === 1 ? picture.petalLight : picture.petal
            x: modelData[0]
            y: modelData[1]
            rotation: modelData[2]
            scale: modelData[3]
            preferredRendererType: Shape.CurveRenderer
            Pen { path: "M0 0C-11 -4 -13 -15 0 -25C13 -15 11 -4 0 0z"; filling: flower.petal; line: picture.water(0.02); strokeWidth: 1 }
            Pen { path: "M0 0C9 -7.5 20.5 -3.7 21.7 12.5C6.5 18.8 -2 11.5 0 0z"; filling: flower.petal; line: picture.water(0.02); strokeWidth: 1 }
            Pen { path: "M0 0C2 11.5 -6.5 18.8 -21.7 12.5C-20.5 -3.7 -9 -7.5 0 0z"; filling: flower.petal; line: picture.water(0.02); strokeWidth: 1 }
            Pen { path: "M-2.5 0a2.5 2.5 0 0 0 5 0a2.5 2.5 0 0 0 -5 0z"; filling: Theme.surface }
        }
    }
}
