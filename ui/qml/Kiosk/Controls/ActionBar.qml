import QtQuick
import Kiosk.Theme

// What one can do on a visit's page: back on the left, the time in the middle, the one main action on the right.
// Beside a wide page they stand below one another, the main action at the bottom.
Rectangle {
    id: bar

    signal chosen(string id)

    required property var session
    property bool back: true
    property int secondsLeft: 0
    property bool timed: true
    property var primary: null
    readonly property bool upright: Theme.wide

    implicitHeight: upright ? primaryButton.height + backButton.height + clock.height + Theme.gap * 2 + Theme.mm(16) : Theme.bar
    color: Theme.surface

    Rectangle { width: parent.width; height: Theme.edge; color: Theme.hair }

    PushButton {
        id: backButton
        objectName: "act-back"
        x: bar.upright ? Theme.mm(10) : Theme.margin
        y: bar.upright ? primaryButton.y - height - Theme.gap : (bar.height - height) / 2
        width: bar.upright ? bar.width - Theme.mm(20) - (lower.width > 0 ? lower.width + Theme.gap : 0) : Theme.mm(52)
        height: Theme.button
        visible: bar.back
        label: qsTr("返回")
        onTouched: bar.chosen("back")
    }
    ReachButton {
        id: lower
        session: bar.session
        x: bar.upright ? bar.width - width - Theme.mm(10) : bar.back ? Theme.margin + Theme.mm(52) + Theme.gap : Theme.margin - Theme.mm(4)
        y: backButton.y
    }
    Column {
        id: clock
        visible: bar.timed
        x: bar.upright ? Theme.mm(10) : lower.x + lower.width
        y: bar.upright ? backButton.y - height - Theme.gap : (bar.height - height) / 2
        width: (bar.upright ? bar.width - Theme.mm(10) : primaryButton.x) - x
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: Math.floor(bar.secondsLeft / 60).toString().padStart(2, "0") + ":" + (bar.secondsLeft % 60).toString().padStart(2, "0")
            font { pixelSize: Theme.mm(12); features: ({ "tnum": 1 }) }
        }
        Words {
            width: parent.width
            height: Theme.small * 1.45
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("后回到首页")
            role: "small"
            color: Theme.quiet
            wrapMode: Text.NoWrap
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.mm(6.8)
        }
    }
    PushButton {
        id: primaryButton
        objectName: "primary"
        x: bar.upright ? Theme.mm(10) : bar.width - Theme.mm(104) - Theme.margin
        y: bar.upright ? bar.height - height - Theme.mm(10) : (bar.height - height) / 2
        width: bar.upright ? bar.width - Theme.mm(20) : Theme.mm(104)
        height: Theme.button
        style: "primary"
        visible: bar.primary !== null
        enabled: bar.primary?.enabled ?? false
        label: bar.primary?.label ?? ""
        onTouched: bar.chosen("next")
    }
}
