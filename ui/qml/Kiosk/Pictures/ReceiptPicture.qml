import QtQuick
import QtQuick.Shapes
import Kiosk.Theme
import "drawing.js" as Draw

// The receipt with its QR code, to be taken and kept.
Drawing {
    id: picture

    readonly property color pale: Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.38))

    unitWidth: 160
    unitHeight: 160

    Shape {
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M26 152a54 4 0 0 0 108 0a54 4 0 0 0 -108 0z"; filling: Qt.alpha(Theme.line, 0.16) }
        Pen {
            path: "M42 14a6 6 0 0 1 6 -6h64a6 6 0 0 1 6 6v134l-7.6 -6l-7.6 6l-7.6 -6l-7.6 6l-7.6 -6l-7.6 6l-7.6 -6l-7.6 6l-7.6 -6l-7.6 6z"
            line: Theme.sea
            filling: Theme.surface
            strokeWidth: 2.5
        }
        Pen { path: "M62 26h36"; line: Theme.sea; strokeWidth: 5 }
        Pen { path: "M54 42h52M54 51h40"; line: picture.pale; strokeWidth: 3 }
        Pen {
            path: Draw.cells(["111010111", "101001101", "111011111", "000110010", "110101101", "010011011", "111010010", "101101101", "111001011"], 58, 64, 44)
            filling: Theme.sea
        }
        Pen { path: "M58 122h44"; line: picture.pale; strokeWidth: 3 }
    }
}
