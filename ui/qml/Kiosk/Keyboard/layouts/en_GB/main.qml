import QtQuick.VirtualKeyboard
import ".."

Main {
    opensWith: InputEngine.InputMode.Latin
}
