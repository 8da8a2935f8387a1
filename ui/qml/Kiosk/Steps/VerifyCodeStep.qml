pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The way without a face: six digits from the citizen's own phone.
Step {
    id: step

    readonly property bool entering: body.state === "entering"
    ownSecondary: true
    least: all.implicitHeight + Theme.mm(12)

    onEnteringChanged: if (entering) digits.forceActiveFocus()
    Component.onCompleted: if (entering) digits.forceActiveFocus()

    Column {
        id: all
        anchors { left: parent.left; right: parent.right; top: parent.top; topMargin: Theme.mm(step.tight ? 2 : 8) }
        spacing: Theme.mm(10)

        Item {
            objectName: "field-code"
            width: parent.width
            height: Theme.mm(44)

            Row {
                anchors.centerIn: parent
                spacing: Theme.mm(6)
                Repeater {
                    model: step.body.length
                    Rectangle {
                        id: cell
                        required property int index
                        readonly property bool here: step.entering && index === Math.min(step.body.code.length, step.body.length - 1)
                        width: Theme.mm(32)
                        height: Theme.mm(42)
                        radius: Theme.radius
                        color: Theme.surface
                        border { width: here ? Theme.mm(0.9) : Theme.stroke; color: here ? Theme.sea : Theme.line }
                        Words {
                            anchors.centerIn: parent
                            text: step.body.code[cell.index] ?? ""
                            font { pixelSize: Theme.mm(20); bold: true; features: ({ "tnum": 1 }) }
                        }
                    }
                }
            }
            TextInput {
                id: digits
                Accessible.name: step.view.title
                anchors.fill: parent
                opacity: 0
                enabled: step.entering
                maximumLength: step.body.length
                inputMethodHints: Qt.ImhDigitsOnly | Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
                onTextEdited: step.session.answer("code", text)
                Connections {
                    target: step
                    function onBodyChanged() {
                        if (digits.text !== step.body.code)
                            digits.text = step.body.code;
                    }
                }
            }
            MouseArea {
                anchors.fill: parent
                enabled: step.entering
                onClicked: {
                    digits.forceActiveFocus();
                    Qt.inputMethod.show(); // qmllint disable missing-property
                }
            }
        }
        Repeater {
            model: step.view.secondary.length
            PushButton {
                required property int index
                readonly property var way: step.view.secondary[index] ?? ({ id: "", label: "", enabled: false })
                objectName: "act-" + way.id
                anchors.horizontalCenter: parent?.horizontalCenter
                width: Theme.mm(150)
                enabled: way.enabled
                label: way.id === "resend" && step.body.resend_in > 0 ? qsTr("%1（%2 秒后）").arg(way.label).arg(step.body.resend_in) : way.label
                onTouched: step.session.act(way.id)
            }
        }
        Waiting { visible: !step.entering; anchors.horizontalCenter: parent.horizontalCenter; size: Theme.mm(20) }
        Notice { width: parent.width; icon: "lock"; words: qsTr("工作人员不会向您要验证码，请不要告诉别人。") }
    }
}
