pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.VirtualKeyboard.Components

// Keys of one width, one for each character.
KeyboardRow {
    id: row

    property string characters
    property bool capitals: false // as printed on the key; what it types is its own affair

    Repeater {
        model: row.characters.split("")
        Key {
            required property string modelData
            text: modelData
            displayText: row.capitals ? modelData.toUpperCase() : modelData
            weight: 100
            smallTextVisible: false
            showPreview: false
        }
    }
}
