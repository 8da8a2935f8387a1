import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components

// Everything that an e-mail address is made of, on one page.
KeyboardLayout {
    inputMode: InputEngine.InputMode.Latin
    keyWeight: 100

    KeyRow { characters: "1234567890" }
    KeyRow { characters: "qwertyuiop" }
    KeyboardRow {
        FillerKey { weight: 50 }
        KeyRow { characters: "asdfghjkl"; Layout.preferredWidth: 900 }
        FillerKey { weight: 50 }
    }
    KeyboardRow {
        KeyRow { characters: "zxcvbnm"; Layout.preferredWidth: 700 }
        BackspaceKey { weight: 150; displayText: qsTr("删除") }
        DoneKey { weight: 150 }
    }
    KeyboardRow {
        FillerKey { weight: 250 }
        KeyRow { characters: "@.-_+"; Layout.preferredWidth: 500 }
        FillerKey { weight: 250 }
    }
}
