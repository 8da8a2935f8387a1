import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components

// Letters for pinyin and for Latin words, one touch apart.
KeyboardLayout {
    id: layout

    readonly property bool pinyin: InputContext.inputEngine.inputMode === InputEngine.InputMode.Pinyin

    // Leaving pinyin keeps the first candidate; otherwise the letters would be lost or stay as letters.
    function keepComposed() {
        Qt.inputMethod.commit(); // qmllint disable missing-property
    }

    sharedLayouts: ["symbols"]
    keyWeight: 100

    KeyRow { characters: "qwertyuiop"; capitals: layout.pinyin }
    KeyboardRow {
        FillerKey { weight: 50 }
        KeyRow { characters: "asdfghjkl"; capitals: layout.pinyin; Layout.preferredWidth: 900 }
        FillerKey { weight: 50 }
    }
    KeyboardRow {
        ShiftKey { weight: 150; visible: !layout.pinyin }
        Key {
            weight: 150
            visible: layout.pinyin
            text: "'"
            displayText: qsTr("分词")
            highlighted: true
            showPreview: false
        }
        KeyRow { characters: "zxcvbnm"; capitals: layout.pinyin; Layout.preferredWidth: 700 }
        BackspaceKey { weight: 150; displayText: qsTr("删除") }
    }
    KeyboardRow {
        SymbolModeKey {
            weight: 150
            displayText: "123"
            onPressedChanged: if (pressed) layout.keepComposed() // once clicked, this layout is gone
        }
        Key {
            weight: 150
            displayText: qsTr("中/英")
            functionKey: true
            highlighted: true
            onClicked: {
                layout.keepComposed();
                InputContext.inputEngine.inputMode = layout.pinyin ? InputEngine.InputMode.Latin : InputEngine.InputMode.Pinyin;
            }
        }
        Key { weight: 100; text: layout.pinyin ? "，" : ","; showPreview: false }
        SpaceKey { weight: 350; displayText: qsTr("空格") }
        Key { weight: 100; text: layout.pinyin ? "。" : "."; showPreview: false }
        DoneKey { weight: 150 }
    }
}
