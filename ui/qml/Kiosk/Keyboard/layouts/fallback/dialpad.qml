import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components
import ".."

// ID numbers: digits, and the X that some end with.
KeyboardLayout {
    inputMethod: PlainInputMethod {}
    inputMode: InputEngine.InputMode.Dialable
    keyWeight: 100

    KeyRow { characters: "123" }
    KeyRow { characters: "456" }
    KeyRow { characters: "789" }
    KeyboardRow {
        BackspaceKey { weight: 75; displayText: qsTr("删除") }
        KeyRow { characters: "X0"; Layout.preferredWidth: 150 }
        DoneKey { weight: 75 }
    }
}
