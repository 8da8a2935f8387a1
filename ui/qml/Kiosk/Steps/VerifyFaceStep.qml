import QtQuick
import QtQuick.Shapes
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// People look where they see themselves: the mirror stands at the very top, below the camera. The camera is not lowered
// with the page, so whoever sits has the mirror above the page, and all of the page for what to do.
Step {
    id: step

    headed: false
    readonly property real words: hint.implicitHeight + count.implicitHeight + Theme.mm(22)
    readonly property real drawn: Theme.mm(34) // room for the drawing below, also while it is on the preview: the mirror stays as it is
    readonly property bool raised: (overhead?.height ?? 0) > Theme.mm(80)
    least: words + note.implicitHeight + (Theme.wide ? 0 : drawn + (raised ? 0 : Theme.mm(80)))
    readonly property bool checking: body.state === "checking"
    // How to stand and what to take off is drawn on the preview itself, where the eyes are; movements have room below.
    readonly property bool onPreview: live.visible && body.state === "positioning" && body.prompt !== "look"

    Item {
        id: room
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: note.top; bottomMargin: Theme.mm(4) }
    }
    // Beside a wide page what to do stands beside the mirror.
    Item {
        id: mirror
        readonly property Item place: step.raised ? step.overhead : room
        readonly property real rim: Theme.mm(6)
        readonly property real most: Theme.mm(Theme.elder && !step.raised ? 132 : 156)
        readonly property real upright: Math.max(Theme.mm(64), Math.min(room.height * 0.52, room.height - rim - step.words - step.drawn))
        parent: place
        x: ((Theme.wide && !step.raised ? place.width * 0.5 : place.width) - width) / 2
        y: step.raised ? (place.height - height) / 2 : rim
        width: Math.min(most, ...step.raised ? [place.height - rim, place.width] : Theme.wide ? [room.height - rim, room.width * 0.5] : [upright, room.width])
        height: width

        Rectangle { anchors { fill: parent; margins: Theme.mm(6) } radius: width / 2; color: Theme.at(Theme.ground, Theme.line, 0.25) }
        Icon {
            anchors.centerIn: parent
            visible: !live.visible
            name: "person"
            size: parent.width * 0.5
            color: Theme.at(Theme.ground, Theme.line, 0.6)
        }
        Image {
            id: live
            objectName: "mirror"
            anchors { fill: parent; margins: Theme.mm(6) }
            visible: status === Image.Ready
            source: step.session.faceSource
            sourceSize: Qt.size(width, height)
            cache: false
            asynchronous: false
        }
        Rectangle {
            anchors.fill: parent
            radius: width / 2
            color: "transparent"
            border { width: Theme.mm(2.5); color: Theme.at(Theme.ground, Theme.line, 0.3) }
        }
        Shape {
            anchors.fill: parent
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeWidth: Theme.mm(2.5)
                strokeColor: Theme.sea
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                PathAngleArc {
                    centerX: mirror.width / 2
                    centerY: mirror.height / 2
                    radiusX: mirror.width / 2 - Theme.mm(1.25)
                    radiusY: radiusX
                    startAngle: -90
                    sweepAngle: step.checking ? 360 : 360 * (step.body.total > 0 ? step.body.done / (step.body.total + 1) : 0)
                }
            }
        }
        Rectangle {
            visible: step.onPreview
            objectName: "on-preview"
            anchors { right: parent.right; bottom: parent.bottom; margins: -Theme.mm(step.raised ? 1 : 4) }
            width: parent.width * 0.35
            height: width
            radius: width / 2
            color: Theme.surface
            border { width: Theme.mm(1); color: Theme.sea }

            FacePrompt {
                anchors.centerIn: parent
                width: parent.width * 0.68
                height: width
                prompt: step.body.prompt
                active: step.onPreview
            }
        }
    }
    Column {
        id: told
        readonly property real left_: room.height - y // for the drawing
        x: Theme.wide && !step.raised ? parent.width * 0.5 + Theme.mm(4) : 0
        y: step.raised ? Theme.mm(8) : Theme.wide ? mirror.y + Theme.mm(6) : mirror.y + mirror.height + Theme.mm(Theme.elder ? 5 : 9)
        width: parent.width - x
        spacing: Theme.mm(5)

        Words { id: hint; width: parent.width; horizontalAlignment: Text.AlignHCenter; text: step.body.hint; role: "title" }
        Words {
            id: count
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: step.body.total > 0 ? qsTr("已完成 %1 / %2 个动作").arg(step.body.done).arg(step.body.total) : " "
            color: Theme.quiet
        }
        FacePrompt {
            objectName: "below-preview"
            visible: !step.checking && !step.onPreview && height > Theme.mm(20)
            anchors.horizontalCenter: parent.horizontalCenter
            width: height
            height: Math.min(Theme.mm(68), told.left_ - hint.implicitHeight - count.implicitHeight - 2 * told.spacing)
            prompt: step.body.prompt
            active: visible && step.body.state !== "starting"
        }
        Waiting { visible: step.checking; anchors.horizontalCenter: parent.horizontalCenter; size: Theme.mm(24) }
    }
    Notice {
        id: note
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(5) }
        icon: "lock"
        words: step.view.hint
    }
}
