import QtQuick

// Takes strokes of a finger: lists of points, each 0..1 of the pad.
Item {
    id: pad

    signal changed

    property var strokes: []
    property bool touched: false

    function clear() {
        strokes = [];
        touched = false;
        canvas.wiped = true;
        canvas.requestPaint();
    }

    Canvas {
        id: canvas
        property var fresh: [] // segments not painted yet: [x0, y0, x1, y1]
        property bool wiped: false
        anchors.fill: parent

        onPaint: {
            const context = getContext("2d");
            if (wiped) {
                context.clearRect(0, 0, width, height);
                wiped = false;
                fresh = [];
            }
            context.strokeStyle = "#16222C";
            context.lineWidth = pad.width * 7 / 900; // as it is drawn on the application
            context.lineCap = "round";
            context.lineJoin = "round";
            for (const [x0, y0, x1, y1] of fresh) {
                context.beginPath();
                context.moveTo(x0, y0);
                context.lineTo(x1, y1);
                context.stroke();
            }
            fresh = [];
        }
    }
    MouseArea {
        property var stroke: []
        property real lastX: 0
        property real lastY: 0

        function add(x: real, y: real) {
            const inX = Math.min(Math.max(x, 0), width);
            const inY = Math.min(Math.max(y, 0), height);
            stroke.push([inX / width, inY / height]);
            canvas.fresh.push([lastX, lastY, inX, inY]);
            lastX = inX;
            lastY = inY;
            canvas.requestPaint();
        }

        anchors.fill: parent
        preventStealing: true
        onPressed: mouse => {
            pad.touched = true;
            stroke = [];
            lastX = mouse.x;
            lastY = mouse.y;
            add(mouse.x, mouse.y);
        }
        onPositionChanged: mouse => add(mouse.x, mouse.y)
        onReleased: {
            pad.strokes = pad.strokes.concat([stroke]);
            pad.changed();
        }
    }
}
