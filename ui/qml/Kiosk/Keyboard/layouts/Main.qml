pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Components
import QtQuick.VirtualKeyboard.Plugins

// The letters, or the keys of a field that wants no words: codes of digits and capitals, addresses of mail, plates of cars.
KeyboardLayoutLoader {
    id: main

    readonly property int hints: InputContext.inputMethodHints
    readonly property Component wanted: {
        if (hints & Qt.ImhUrlCharactersOnly)
            return plate;
        if (hints & Qt.ImhEmailCharactersOnly)
            return mail;
        return hints & Qt.ImhLatinOnly ? codes : letters;
    }

    // The keyboard asks for the method as soon as the keys are there, so it is set before them.
    function open() {
        if (sourceComponent === wanted)
            return;
        inputMethod = wanted === letters ? null : plain;
        sourceComponent = wanted;
    }

    // It outlives this page, for the page of signs that shares it.
    function createInputMethod() {
        return pinyinMethod.createObject(parent);
    }

    onWantedChanged: open()
    Component.onCompleted: open()

    PlainInputMethod { id: plain }
    Component {
        id: pinyinMethod
        PinyinInputMethod {}
    }
    Component {
        id: letters
        Letters {}
    }
    Component {
        id: codes
        Codes {}
    }
    Component {
        id: mail
        Mail {}
    }
    Component {
        id: plate
        Plate {}
    }
}
