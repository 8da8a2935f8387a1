import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// A code before the scanner; where it may be typed, its field with the keys of codes.
Step {
    id: step

    readonly property bool typing: body.state === "typing"
    least: typing ? 0 : read.implicitHeight + Theme.mm(10)

    PhonePicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: read.top; bottomMargin: Theme.mm(8) }
        visible: !step.typing && height > Theme.mm(40)
        slip: true
        active: !step.typing && step.body.field.value === ""
    }
    Column {
        id: read
        visible: !step.typing
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(8) }
        spacing: Theme.mm(5)

        NumberCard { width: parent.width; visible: step.body.field.value !== ""; caption: step.body.field.label; number: step.body.field.value }
        Notice { width: parent.width; visible: !!step.body.field.error; kind: "bad"; words: step.body.field.error ?? "" }
        Notice { width: parent.width; visible: step.body.field.value === ""; words: qsTr("正对扫码窗，停稳一秒，读到后自动到下一步。") }
    }
    Field {
        visible: step.typing
        anchors { left: parent.left; right: parent.right; top: parent.top }
        name: step.body.field.key
        label: step.body.field.label
        error: step.body.field.error ?? ""
        value: step.body.field.value
        maximumLength: step.body.field.max_length
        inputHints: Qt.ImhLatinOnly | Qt.ImhUppercaseOnly
        onEdited: text => step.session.answer(step.body.field.key, text)
    }
}
