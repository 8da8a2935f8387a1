import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

Slider {
    id: range

    implicitHeight: Desk.row
    snapMode: Slider.SnapAlways

    background: Rectangle {
        x: range.leftPadding
        anchors.verticalCenter: parent.verticalCenter
        width: range.availableWidth
        height: 4
        radius: 2
        color: Theme.hair
        Rectangle {
            width: range.visualPosition * parent.width
            height: parent.height
            radius: 2
            color: Theme.sea
        }
    }
    handle: Rectangle {
        x: range.leftPadding + range.visualPosition * (range.availableWidth - width)
        anchors.verticalCenter: parent.verticalCenter
        width: 18
        height: 18
        radius: 9
        color: range.pressed ? Theme.seaPale : Theme.surface
        border { width: 2; color: Theme.sea }
    }
}
