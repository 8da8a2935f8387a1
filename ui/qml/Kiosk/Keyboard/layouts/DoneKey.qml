import QtQuick
import QtQuick.VirtualKeyboard.Components

// Puts the keyboard away and keeps what was being composed.
HideKeyboardKey {
    displayText: qsTr("完成")
    visible: true
    onClicked: Qt.inputMethod.commit() // qmllint disable missing-property
}
