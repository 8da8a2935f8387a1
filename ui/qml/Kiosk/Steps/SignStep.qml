import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// A sheet to sign with a finger, twice as wide as high.
Step {
    id: step

    ownSecondary: true

    Words {
        id: statement
        width: parent.width
        text: step.body.statement
        role: "section"
        font.bold: false
    }
    Rectangle {
        id: sheet
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; verticalCenterOffset: statement.height / 2 }
        height: width / 2 // as it is drawn on the application
        radius: Theme.radius
        color: Theme.dark ? "#FFFFFF" : Theme.surface
        border { width: Theme.mm(0.9); color: step.body.signed ? Theme.sea : Theme.line }

        Words {
            anchors.centerIn: parent
            visible: !pad.touched
            text: qsTr("请在这里签名")
            role: "title"
            color: "#C3CDD4"
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
