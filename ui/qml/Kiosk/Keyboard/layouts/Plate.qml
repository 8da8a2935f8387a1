import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components

// A plate begins with its province, the own one first; then come a letter and letters and digits.
KeyboardLayoutLoader {
    inputMode: InputEngine.InputMode.Latin
    sourceComponent: InputContext.cursorPosition === 0 ? provinces : rest

    Component {
        id: rest
        Codes {}
    }
    Component {
        id: provinces
        KeyboardLayout {
            keyWeight: 100

            KeyRow { characters: "闽京津沪渝冀豫云辽黑" }
            KeyRow { characters: "湘皖鲁新苏浙赣鄂桂甘" }
            KeyRow { characters: "晋蒙陕吉贵粤青藏川宁" }
            KeyboardRow {
                Key { weight: 100; text: "琼"; displayText: text; smallTextVisible: false; showPreview: false }
                FillerKey { weight: 600 }
                BackspaceKey { weight: 150; displayText: qsTr("删除") }
                DoneKey { weight: 150 }
            }
        }
    }
}
