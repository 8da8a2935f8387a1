import QtQuick
import QtQuick.Shapes

// One stroke of a picture: a path in SVG's words, a line, a filling, round ends.
ShapePath {
    property alias path: svg.path
    property alias line: pen.strokeColor
    property alias filling: pen.fillColor

    id: pen
    strokeWidth: 2
    strokeColor: "transparent"
    fillColor: "transparent"
    capStyle: ShapePath.RoundCap
    joinStyle: ShapePath.RoundJoin

    PathSvg { id: svg }
}
