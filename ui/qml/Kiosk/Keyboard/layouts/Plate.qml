pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components

// A plate begins with its province, the own one first; then come letters and digits, never I and O (GA 36). In their places
// stands what it may end with: of a driving school, a trailer, the police; of cars from Hong Kong and Macao, which are 粤Z.
KeyboardLayoutLoader {
    id: plate

    readonly property bool fromBeyond: InputContext.surroundingText.startsWith("粤Z")

    inputMode: InputEngine.InputMode.Latin
    sourceComponent: InputContext.cursorPosition === 0 ? provinces : rest

    Component {
        id: rest
        KeyboardLayout {
            inputMode: InputEngine.InputMode.Latin
            keyWeight: 100

            KeyRow { characters: "1234567890" }
            KeyRow { characters: plate.fromBeyond ? "QWERTYUP港澳" : "QWERTYUP学挂" }
            KeyRow { characters: "ASDFGHJKL警" }
            KeyboardRow {
                KeyRow { characters: "ZXCVBNM"; Layout.preferredWidth: 700 }
                BackspaceKey { weight: 150; displayText: qsTr("删除") }
                DoneKey { weight: 150 }
            }
        }
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
