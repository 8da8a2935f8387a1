pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Controls
import Kiosk.Theme

// Questions: choices and what can be picked as wide rows, everything else as fields that the keyboard fills.
Step {
    id: step

    // A day or a month in words, "" while it is none.
    function spelt(digits: string): string {
        const match = /^(\d{4})(\d{2})(\d{2})?$/.exec(digits);
        if (!match)
            return "";
        const year = Number(match[1]), month = Number(match[2]), day = Number(match[3] ?? 1);
        const date = new Date(year, month - 1, day);
        if (date.getMonth() !== month - 1 || date.getDate() !== day)
            return "";
        if (step.session.language !== "zh")
            return date.toLocaleDateString(Qt.locale("en_GB"), match[3] ? "d MMM yyyy" : "MMM yyyy");
        return match[3] ? qsTr("%1年%2月%3日").arg(year).arg(month).arg(day) : qsTr("%1年%2月").arg(year).arg(month);
    }
    // The answer in other words, beside it in its field.
    function echoOf(about: var): string {
        if (about.type === "date")
            return about.value.length === 8 ? spelt(about.value) : "";
        if (about.type === "month")
            return spelt(about.value);
        return about.type === "amount" && about.value !== "" ? qsTr("元") : "";
    }
    // Which keys come up.
    function hintsOf(type: string): int {
        switch (type) {
        case "date":
        case "month":
        case "phone":
        case "number":
            return Qt.ImhDigitsOnly;
        case "amount":
            return Qt.ImhFormattedNumbersOnly;
        case "id_number":
            return Qt.ImhDialableCharactersOnly;
        case "latin":
        case "company_code":
            return Qt.ImhLatinOnly | Qt.ImhUppercaseOnly;
        case "plate":
            return Qt.ImhUrlCharactersOnly | Qt.ImhUppercaseOnly;
        default:
            return Qt.ImhNone;
        }
    }
    // The values chosen of several, after one of them was touched; in the order in which they are shown.
    function toggled(about: var, value: string): string {
        const chosen = about.value.split(",");
        return about.options.map(option => option.value).filter(one => chosen.includes(one) !== (one === value)).join(",");
    }

    property string seeking: "" // the field that wants a rare character
    property int cursor: 0
    property var turning: null // the field whose day is being chosen by turning
    readonly property var turned: body.fields.find(one => one.key === turning?.key) ?? null // the same, in the language of now
    onTurnedChanged: if (!turned) Qt.callLater(stopTurning) // another question stands there
    function stopTurning() {
        if (!turned)
            turning = null;
    }
    property string picking: "" // the address whose area is being chosen
    property string detail
    property var around: []

    function pick(about: var) {
        Qt.inputMethod.hide(); // qmllint disable missing-property
        detail = about.detail;
        around = about.around;
        picking = about.key;
    }

    // A rare character comes where the cursor stands; what is being composed there is kept.
    function seek(key: string, at: int) {
        Qt.inputMethod.commit(); // qmllint disable missing-property
        Qt.inputMethod.hide(); // qmllint disable missing-property
        cursor = at;
        seeking = key;
    }
    function put(character: string) {
        const about = step.body.fields.find(field => field.key === seeking);
        const typed = about?.type === "address" ? about.detail : about?.value ?? "";
        const whole = typed.slice(0, cursor) + character + typed.slice(cursor);
        if (about?.type === "address")
            step.session.answerAddress(about.key, about.area, whole);
        else if (about)
            step.session.answer(about.key, whole);
        seeking = "";
    }
    function turn(about: var) {
        Qt.inputMethod.hide(); // qmllint disable missing-property
        turning = about;
    }

    readonly property bool asked: view.warning || view.card_taken // whether more time is wanted, which is to be seen first
    onAskedChanged: {
        if (asked) {
            picking = "";
            seeking = "";
            turning = null;
        }
    }

    // Over the whole page.
    Loader {
        parent: step.StackView.view?.parent ?? step
        anchors.fill: parent
        active: step.picking !== ""
        sourceComponent: AddressPicker {
            session: step.session
            path: step.around
            onChosen: path => {
                step.session.answerAddress(step.picking, path, step.detail);
                step.picking = "";
            }
            onClosed: step.picking = ""
        }
    }
    Loader {
        parent: step.StackView.view?.parent ?? step
        anchors.fill: parent
        active: step.seeking !== ""
        sourceComponent: CharacterPicker {
            session: step.session
            characters: step.session.characters
            onChosen: character => step.put(character)
            onClosed: step.seeking = ""
        }
    }
    Loader {
        parent: step.StackView.view?.parent ?? step
        anchors.fill: parent
        active: step.turning !== null
        sourceComponent: DateWheel {
            session: step.session
            label: step.turned?.label ?? ""
            first: step.turning.wheel.first
            last: step.turning.wheel.last
            start: step.turning.wheel.start
            days: step.turning.type === "date"
            onChosen: digits => {
                step.session.answer(step.turning.key, digits);
                step.turning = null;
            }
            onClosed: step.turning = null
        }
    }
    Scroll {
        id: scroll
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        spacing: Theme.mm(9)

        Words {
            visible: (step.body.number ?? 0) > 0
            text: qsTr("第 %1 问，共 %2 问").arg(step.body.number ?? 0).arg(step.body.total ?? 0)
            role: "small"
            font.bold: true
            color: Theme.sea
        }
        Repeater {
            id: questions
            model: step.body.fields.length

            Loader {
                id: question
                required property int index
                readonly property var about: step.body.fields[index]
                width: scroll.width
                sourceComponent: ["choice", "several", "pick"].includes(about.type) ? choice : about.type === "address" ? address : field

                Component {
                    id: choice
                    Column {
                        readonly property bool several: question.about.type === "several"
                        id: options
                        spacing: Theme.gap

                        Words {
                            visible: step.body.fields.length > 1 || options.several
                            width: scroll.width
                            text: options.several ? qsTr("%1（可以选几项）").arg(question.about.label) : question.about.label
                            font.bold: true
                        }
                        Repeater {
                            model: question.about.options.length
                            ChoiceRow {
                                required property int index
                                readonly property var option: question.about.options[index] ?? ({ value: "", label: "" })
                                objectName: "option-" + question.about.key + "-" + option.value
                                width: scroll.width
                                label: option.label
                                note: option.note ?? ""
                                several: options.several
                                chosen: options.several ? question.about.value.split(",").includes(option.value) : question.about.value === option.value
                                onTouched: step.session.answer(question.about.key, several ? step.toggled(question.about, option.value) : option.value)
                            }
                        }
                        Notice { width: scroll.width; visible: question.about.options.length === 0; words: qsTr("部门的记录里没有可以选的。") }
                        Notice { width: scroll.width; visible: !!question.about.error; kind: "bad"; words: question.about.error ?? "" }
                    }
                }
                Component {
                    id: address
                    AddressField {
                        id: where
                        about: question.about
                        onEdited: text => step.session.answerAddress(question.about.key, question.about.area, text)
                        onPicked: step.pick(question.about)
                        onHelped: cursor => step.seek(question.about.key, cursor)
                        onActiveChanged: if (active) Qt.callLater(scroll.reveal, where)
                        Connections {
                            target: scroll
                            function onHeightChanged() {
                                if (where.active)
                                    Qt.callLater(scroll.reveal, where);
                            }
                        }
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
                        echo: step.echoOf(question.about)
                        maximumLength: question.about.max_length
                        inputHints: step.hintsOf(question.about.type)
                        mask: question.about.mask
                        way: question.about.wheel ? qsTr("选日期") : question.about.type === "text" ? qsTr("生僻字") : ""
                        wayIcon: question.about.wheel ? "calendar" : "search"
                        onHelped: question.about.wheel ? step.turn(question.about) : step.seek(question.about.key, cursor)
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
