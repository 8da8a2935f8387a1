import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components
import ".."

// Amounts: digits and the point.
KeyboardLayout {
    inputMethod: PlainInputMethod {}
    inputMode: InputEngine.InputMode.Numeric
    keyWeight: 100

    KeyRow { characters: "123" }
    KeyRow { characters: "456" }
    KeyRow { characters: "789" }
    KeyboardRow {
        BackspaceKey { weight: 75; displayText: qsTr("删除") }
        KeyRow { characters: ".0"; Layout.preferredWidth: 150 }
        DoneKey { weight: 75 }
    }
}
