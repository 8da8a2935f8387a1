import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Settings

// Qt's virtual keyboard with our layouts. Its style, our own too, is chosen by
// QT_VIRTUALKEYBOARD_STYLE=Kiosk with this folder among the engine's import paths.
InputPanel {
    id: panel

    property string language: "zh" // the language of the screen: "zh" or "en"

    // It always opens in the language of the screen, whatever was last switched to.
    function useScreenLanguage() {
        const english = language === "en";
        VirtualKeyboardSettings.locale = english ? "en_GB" : "zh_CN";
        const mode = english ? InputEngine.InputMode.Latin : InputEngine.InputMode.Pinyin;
        const latinOnly = InputContext.inputMethodHints & (Qt.ImhLatinOnly | Qt.ImhUrlCharactersOnly);
        // To set what is set already would throw away the letters typed so far.
        if (!latinOnly && InputContext.inputEngine.inputMode !== mode && InputContext.inputEngine.inputModes.includes(mode))
            InputContext.inputEngine.inputMode = mode;
    }

    Component.onCompleted: {
        VirtualKeyboardSettings.layoutPath = Qt.resolvedUrl("layouts");
        VirtualKeyboardSettings.activeLocales = ["zh_CN", "en_GB"];
        VirtualKeyboardSettings.handwritingModeDisabled = true;
        VirtualKeyboardSettings.defaultDictionaryDisabled = true;
        VirtualKeyboardSettings.wordCandidateList.autoHideDelay = 0;
        // Sensitive: what one citizen types is never learned and offered to the next.
        VirtualKeyboardSettings.inputMethodHints = Qt.ImhSensitiveData | Qt.ImhNoPredictiveText;
        useScreenLanguage();
    }
    onActiveChanged: if (active) useScreenLanguage()
    onLanguageChanged: useScreenLanguage()

    // Keys that come late, on a slow machine or from a field of codes, bring their method and with it the first of its modes.
    Connections {
        target: InputContext.inputEngine
        function onInputMethodChanged() { Qt.callLater(panel.useScreenLanguage); }
    }
}
