pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// A number with its unit between two buttons. Counts in steps of its own unit: ``value / parts`` is the number.
SpinBox {
    id: field

    property int parts: 1
    property string unit
    readonly property real number: value / parts

    implicitWidth: 132
    implicitHeight: Desk.row
    editable: false
    textFromValue: function (value) {
        return (value / parts) + (unit !== "" ? " " + unit : "");
    }
    background: Rectangle {
        radius: Desk.radius
        color: Theme.surface
        border { width: 1; color: Theme.line }
    }
    contentItem: Caption {
        text: field.displayText
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.NoWrap
    }
    down.indicator: Stepper { x: 0; sign: "−"; pressed: field.down.pressed; live: field.value > field.from }
    up.indicator: Stepper { x: field.width - width; sign: "+"; pressed: field.up.pressed; live: field.value < field.to }

    component Stepper: Rectangle {
        property string sign
        property bool pressed
        property bool live

        width: 30
        height: field.height
        radius: Desk.radius
        color: pressed ? Theme.seaPale : "transparent"
        Caption {
            anchors.centerIn: parent
            text: parent.sign
            color: parent.live ? Theme.sea : Theme.hair
            font.pixelSize: Desk.section
        }
    }
}
