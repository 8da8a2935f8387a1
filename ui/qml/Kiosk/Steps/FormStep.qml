pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// Questions: choices as wide rows, everything else as fields that the keyboard fills.
Step {
    id: step

    function spelt(digits: string): string {
        const match = /^(\d{4})(\d{2})(\d{2})$/.exec(digits);
        if (!match)
            return "";
        const [year, month, day] = match.slice(1).map(Number);
        const date = new Date(year, month - 1, day);
        if (date.getMonth() !== month - 1 || date.getDate() !== day)
            return "";
        return step.session.language === "zh" ? qsTr("%1年%2月%3日").arg(year).arg(month).arg(day) : date.toLocaleDateString(Qt.locale("en_GB"), "d MMM yyyy");
    }
    function hintsOf(type: string): int {
        if (type === "date" || type === "phone")
            return Qt.ImhDigitsOnly;
        return type === "latin" ? Qt.ImhLatinOnly | Qt.ImhUppercaseOnly : Qt.ImhNone;
    }

    Scroll {
        id: scroll
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        spacing: Theme.mm(9)

        Repeater {
            id: questions
            model: step.body.fields.length

            Loader {
                id: question
                required property int index
                readonly property var about: step.body.fields[index]
                width: scroll.width
                sourceComponent: about.type === "choice" ? choice : field

                Component {
                    id: choice
                    Column {
                        spacing: Theme.gap
                        Repeater {
                            model: question.about.options.length
                            ChoiceRow {
                                required property int index
                                readonly property var option: question.about.options[index]
                                objectName: "option-" + question.about.key + "-" + option.value
                                width: scroll.width
                                label: option.label
                                note: option.note ?? ""
                                chosen: question.about.value === option.value
                                onTouched: step.session.answer(question.about.key, option.value)
                            }
                        }
                        Notice { width: scroll.width; visible: !!question.about.error; kind: "bad"; words: question.about.error ?? "" }
                    }
                }
                Component {
                    id: field
                    Field {
                        id: line
                        name: question.about.key
                        label: question.about.label
                        hint: question.about.hint
                        error: question.about.error ?? ""
                        source: question.about.source ?? ""
                        value: question.about.value
                        echo: question.about.type === "date" ? step.spelt(question.about.value) : ""
                        maximumLength: question.about.max_length
                        inputHints: step.hintsOf(question.about.type)
                        onEdited: text => step.session.answer(question.about.key, text)
                        onActiveChanged: if (active) Qt.callLater(scroll.reveal, line)
                        Connections {
                            target: scroll
                            function onHeightChanged() {
                                if (line.active)
                                    Qt.callLater(scroll.reveal, line);
                            }
                        }
                    }
                }
            }
        }
        Notice { width: parent.width; visible: !!step.body.notice; icon: "lock"; words: step.body.notice ?? "" }
    }
}
