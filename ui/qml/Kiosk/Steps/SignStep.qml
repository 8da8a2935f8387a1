import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// A sheet to sign with a finger, twice as wide as high.
Step {
    id: step

    ownSecondary: true
    least: statement.implicitHeight + clear.height + Theme.mm(80)

    Words {
        id: statement
        width: parent.width
        text: step.body.statement
        role: "section"
        font.bold: false
    }
    Rectangle {
        id: sheet
        readonly property real room: parent.height - statement.height - clear.height - 2 * Theme.gap - Theme.mm(6)
        anchors.horizontalCenter: parent.horizontalCenter
        y: statement.height + Theme.gap + Math.max(0, (room - height) / 2)
        width: Math.min(parent.width, 2 * Math.max(room, Theme.mm(60)))
        height: width / 2 // as it is drawn on the application
        radius: Theme.radius
        color: Theme.dark ? "#FFFFFF" : Theme.surface
        border { width: Theme.mm(0.9); color: step.body.signed ? Theme.sea : Theme.line }

        Words {
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.mm(6)
            horizontalAlignment: Text.AlignHCenter
            visible: !pad.touched
            text: qsTr("请在这里签名")
            role: "title"
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.small
            wrapMode: Text.NoWrap
            color: "#4B5D6B" // quiet on paper, which is white in every look
        }
        Rectangle { x: Theme.mm(12); width: parent.width - 2 * x; y: parent.height * 0.8; height: 1; color: "#D8E0E6" }
        SignaturePad {
            id: pad
            objectName: "signature-pad"
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("请在这里签名")
            anchors.fill: parent
            onChanged: step.session.sign(strokes)
        }
    }
    PushButton {
        id: clear
        objectName: "act-clear"
        anchors { right: sheet.right; top: sheet.bottom; topMargin: Theme.gap }
        icon: "again"
        label: step.view.secondary[0]?.label ?? ""
        enabled: pad.touched
        onTouched: {
            pad.clear();
            step.session.act("clear");
        }
    }
}
