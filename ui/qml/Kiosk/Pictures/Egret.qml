import QtQuick
import QtQuick.Shapes

// The city's bird: standing in the shallows, or on the wing.
Item {
    id: egret

    property bool flying: false
    property color edge: "transparent" // the line around it, where it stands against white
    property real edgeWidth: 1.5

    implicitWidth: 80
    implicitHeight: 80

    Shape {
        visible: !egret.flying
        transformOrigin: Item.TopLeft
        scale: egret.width / 24
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M9.9 17.2v6.6M12.5 16.3v7.5"; line: egret.edge; strokeWidth: 2 * egret.edgeWidth * 24 / egret.width }
        Pen {
            path: "M22.7 4.7L18 3.35c-.6 -.9 -1.8 -1.25 -2.9 -.85c-1.6 .4 -3 1.5 -4.3 3.3c1.1 -.65 2 -1 2.7 -1.05c-.35 1.5 .05 2.7 .9 4c.6 .85 .85 1.6 .55 2.3c-1.15 -.3 -2.4 -.05 -3.7 .65C8 13 5.3 15.2 2.3 18.2c2.7 0 5.1 -.2 7.3 -.7c3.5 -.8 6 -2.6 6.7 -5.2c.5 -1.9 .2 -3.5 -.65 -4.85c-.75 -1.15 -.85 -1.95 -.2 -2.3c.5 -.3 1.15 -.3 1.85 -.25z"
            line: egret.edge
            filling: "white"
            strokeWidth: egret.edgeWidth * 24 / egret.width
        }
    }
    Shape {
        visible: egret.flying
        transformOrigin: Item.TopLeft
        scale: egret.width / 80
        preferredRendererType: Shape.CurveRenderer
        Pen { path: "M40 46C48 34 60 24 78 14C70 30 62 40 50 48z"; line: egret.edge; filling: "white"; strokeWidth: egret.edgeWidth * 80 / egret.width }
        Pen {
            path: "M76 49L66 46.5C63 43.5 58 44.5 56.5 48C54 34 46 18 30 4C33 20 33 34 27 47C20 50 12 52 2 52.5L2 54.5C14 55 24 57 36 56.5C48 56 57 54.5 62 51C64 49.6 67 50 76 49z"
            line: egret.edge
            filling: "white"
            strokeWidth: egret.edgeWidth * 80 / egret.width
        }
    }
}
