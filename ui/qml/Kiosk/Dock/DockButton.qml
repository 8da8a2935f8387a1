import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// Something that happens once.
AbstractButton {
    id: button

    property bool primary: false

    implicitWidth: words.implicitWidth + 24
    implicitHeight: Desk.row
    opacity: enabled ? 1 : 0.45
    hoverEnabled: true

    background: Rectangle {
        radius: Desk.radius
        color: button.primary ? (button.down ? Theme.seaDeep : Theme.sea)
            : button.down ? Theme.at(Theme.seaPale, Theme.sea, 0.2) : button.hovered ? Theme.seaPale : Theme.surface
        border { width: button.activeFocus ? 2 : 1; color: Theme.sea }
    }
    contentItem: Caption {
        id: words
        text: button.text
        color: button.primary ? Theme.seaWords : Theme.sea
        wrapMode: Text.NoWrap
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
}
