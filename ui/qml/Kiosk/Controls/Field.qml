pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// One question with its answer, the hint or what is wrong with it below, and where the answer came from.
Column {
    id: field

    signal edited(string text)
    signal helped // the way beside the keyboard was asked for

    property string label
    property string hint
    property string error
    property string source
    property string value
    property string echo // the answer in other words, such as a date spelt out
    property int maximumLength: 60
    property int inputHints: Qt.ImhNone
    property string name // the key that a test or a walk finds it by
    property string way: "" // another way to fill it in than by the keyboard, as its button says
    property string wayIcon: ""
    property string mask: "" // what stands there instead while nobody types, where others are not to see it
    property alias cursor: input.cursorPosition
    readonly property bool active: input.activeFocus
    readonly property bool masked: mask !== "" && !active

    function take() {
        input.forceActiveFocus();
    }

    spacing: Theme.mm(2)

    Item {
        width: parent.width
        height: title.implicitHeight

        Words { id: title; width: parent.width - (source.visible ? source.width + Theme.gap : 0); text: field.label; font.bold: true }
        Row {
            id: source
            anchors { right: parent.right; verticalCenter: parent.verticalCenter }
            spacing: Theme.mm(2)
            visible: field.source !== ""
            Icon { name: "id_card"; size: Theme.small; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
            Words { text: field.source; role: "small"; color: Theme.quiet }
        }
    }
    Rectangle {
        id: box
        objectName: "field-" + field.name
        readonly property real taken: field.way === "" ? 0 : beside.width
        width: parent.width
        height: Theme.mm(Theme.elder ? 28 : 21)
        radius: Theme.radius
        color: Theme.surface
        border {
            width: field.active || field.error !== "" ? Theme.mm(0.9) : Theme.stroke
            color: field.error !== "" ? Theme.bad : field.active ? Theme.sea : Theme.line
        }

        TextInput {
            id: input
            Accessible.name: field.label
            Accessible.description: field.error !== "" ? field.error : field.hint
            anchors { left: parent.left; right: parent.right; top: parent.top; bottom: parent.bottom; leftMargin: Theme.mm(6); rightMargin: Theme.mm(6) + box.taken + (field.echo === "" ? 0 : echo.implicitWidth) }
            opacity: field.masked ? 0 : 1
            verticalAlignment: TextInput.AlignVCenter
            clip: true
            color: Theme.ink
            selectByMouse: false
            maximumLength: field.maximumLength
            // Sensitive: what one citizen types is never learned and offered to the next.
            inputMethodHints: field.inputHints | Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
            font { family: Theme.family; pixelSize: Theme.section; features: ({ "tnum": 1 }) }
            cursorDelegate: Rectangle { width: Theme.mm(0.8); color: Theme.sea; visible: input.activeFocus }
            onTextEdited: field.edited(text)

            Connections {
                target: field
                function onValueChanged() {
                    if (input.text !== field.value)
                        input.text = field.value;
                }
            }
            Component.onCompleted: text = field.value
        }
        Words {
            anchors { left: parent.left; leftMargin: Theme.mm(6); right: parent.right; rightMargin: box.taken; verticalCenter: parent.verticalCenter }
            visible: field.masked || input.text === "" && input.preeditText === ""
            text: field.masked ? field.mask : field.hint
            color: field.masked ? Theme.ink : Theme.quiet
            font { pixelSize: field.masked ? Theme.section : Theme.text; features: ({ "tnum": 1 }) }
            fontSizeMode: Text.HorizontalFit // a long hint in a short field
            minimumPixelSize: Theme.mm(4.5)
            elide: Text.ElideRight
            wrapMode: Text.NoWrap
        }
        Words {
            id: echo
            anchors { right: parent.right; rightMargin: Theme.mm(6) + box.taken; verticalCenter: parent.verticalCenter }
            text: field.echo
            color: Theme.quiet
            wrapMode: Text.NoWrap
        }
        MouseArea {
            anchors.fill: parent
            onClicked: {
                input.forceActiveFocus();
                Qt.inputMethod.show(); // qmllint disable missing-property
            }
        }
        PushButton {
            id: beside
            objectName: "turn-" + field.name
            visible: field.way !== ""
            anchors { right: parent.right; top: parent.top; bottom: parent.bottom; margins: box.border.width }
            style: "quiet"
            icon: field.wayIcon
            size: Theme.text
            label: field.way
            onTouched: field.helped()
            Rectangle { width: 1; height: parent.height * 0.6; anchors.verticalCenter: parent.verticalCenter; color: Theme.line }
        }
    }
    Row {
        visible: field.error !== ""
        spacing: Theme.mm(2.5)
        width: parent.width
        Icon { id: sign; name: "warning"; size: Theme.text; color: Theme.bad; anchors.verticalCenter: parent.verticalCenter }
        Words { width: field.width - sign.width - parent.spacing; text: field.error; role: "small"; color: Theme.bad }
    }
}
