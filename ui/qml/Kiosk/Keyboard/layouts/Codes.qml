import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components

// Digits and capitals on one page, for codes and numbers that hold both.
KeyboardLayout {
    inputMode: InputEngine.InputMode.Latin
    keyWeight: 100

    KeyRow { characters: "1234567890" }
    KeyRow { characters: "QWERTYUIOP" }
    KeyboardRow {
        FillerKey { weight: 50 }
        KeyRow { characters: "ASDFGHJKL"; Layout.preferredWidth: 900 }
        FillerKey { weight: 50 }
    }
    KeyboardRow {
        KeyRow { characters: "ZXCVBNM"; Layout.preferredWidth: 700 }
        BackspaceKey { weight: 150; displayText: qsTr("删除") }
        DoneKey { weight: 150 }
    }
}
