import QtQuick
import QtQuick.Layouts
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components
import QtQuick.VirtualKeyboard.Plugins

// Digits and the signs that addresses and names need.
KeyboardLayout {
    id: layout

    function createInputMethod() {
        return pinyinMethod.createObject(parent);
    }

    sharedLayouts: ["main"]
    keyWeight: 100

    Component {
        id: pinyinMethod
        PinyinInputMethod {}
    }

    KeyRow { characters: "1234567890" }
    KeyRow { characters: "，。、：；？（）·—" }
    KeyboardRow {
        KeyRow { characters: "-/#@.,()"; Layout.preferredWidth: 800 }
        BackspaceKey { weight: 200; displayText: qsTr("删除") }
    }
    KeyboardRow {
        SymbolModeKey { weight: 200; displayText: qsTr("返回字母") }
        SpaceKey { weight: 600; displayText: qsTr("空格") }
        DoneKey { weight: 200 }
    }
}
