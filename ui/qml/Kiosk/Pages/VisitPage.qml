pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Controls
import Kiosk.Steps
import Kiosk.Theme

// One step of a visit at a time, between where one is and what one can do. Beside a wide page both stand in a column.
Item {
    id: page

    required property var session
    property var view: null // the page as the visit decided it; null between visits
    property Item overhead: null // what lies over the page where it was lowered
    property real keyboardHeight: 0
    readonly property bool cardTaken: view?.card_taken ?? false
    property bool leaving: false // whether the citizen is being asked if the visit shall end

    readonly property var files: ({
        guide: "Guide", read_card: "ReadCard", choose_way: "ChooseWay", consent: "Consent", verify_face: "VerifyFace",
        verify_code: "VerifyCode", verify_app_code: "VerifyAppCode", verify_staff: "VerifyStaff", verify_video: "VerifyVideo",
        lookup: "Lookup", type_number: "Form", scan_code: "ScanCode", form: "Form", book: "Book", pay: "Pay",
        read_bank_card: "ReadBankCard", rewrite_card: "RewriteCard", scan_document: "ScanDocument", review: "Review", sign: "Sign", submit: "Submit",
        print_document: "PrintDocument", print_receipt: "PrintReceipt", rate: "Rate", done: "Done"
    })
    property string shown: "" // the page that stands; each question is one where it is asked alone
    property real place: 0
    readonly property real contentWidth: Theme.wide ? width - Theme.side : width
    readonly property Step step: steps.currentItem as Step
    readonly property var secondary: view && !step?.ownSecondary ? view.secondary : []

    // A machine that cannot draw fifty frames a second three times in a row changes its pages at once from then on:
    // a slide that stutters explains nothing.
    readonly property bool stutters: slow >= 3
    property int slow: 0
    function judge(seconds, frames) {
        if (!stutters && frames > 0)
            slow = seconds / frames > 0.02 ? slow + 1 : 0;
    }
    FrameAnimation {
        id: film
        running: steps.busy
        onRunningChanged: if (running) reset(); else page.judge(elapsedTime, currentFrame)
    }

    function show() {
        if (!view) {
            shown = "";
            leaving = false;
            steps.clear(StackView.Immediate);
            return;
        }
        const question = view.body?.number && view.kind === "form" ? view.body.number : 0;
        const next = question > 1 ? view.step_id + "." + question : view.step_id;
        if (next === shown) {
            step.view = view;
            return;
        }
        if (next.split(".")[0] === shown.split(".")[0] && !(question > 0 && place % 1 > 0)) {
            shown = next; // the questions of this step have come together, or have been parted
            place = view.position + question / 1000;
            step.view = view;
            return;
        }
        const now = view.position + question / 1000;
        // Beside a wide page nothing slides: what would slide out would slide over the column.
        const way = shown === "" || Theme.wide || stutters ? StackView.Immediate : now < place ? StackView.PopTransition : StackView.PushTransition;
        shown = next;
        place = now;
        Qt.inputMethod.hide(); // qmllint disable missing-property
        steps.replace(null, Qt.resolvedUrl("../Steps/" + files[view.kind] + "Step.qml"), { session: session, view: view, overhead: overhead }, way);
    }

    onViewChanged: show()

    // What is asked over the page is asked without the keys of the page.
    readonly property bool asked: leaving || !!view?.problem || (view?.warning ?? false) || cardTaken
    onAskedChanged: if (asked) Qt.callLater(putKeysAway)
    function putKeysAway() {
        Qt.inputMethod.hide(); // qmllint disable missing-property
    }

    Rectangle {
        id: side
        visible: Theme.wide
        anchors { right: parent.right; top: parent.top; bottom: parent.bottom }
        width: Theme.side
        color: Theme.surface
        Rectangle { width: Theme.edge; height: parent.height; color: Theme.hair }
    }
    Item {
        id: where
        x: Theme.wide ? side.x + Theme.mm(10) : Theme.margin
        y: Theme.mm(Theme.wide ? 8 : 5)
        width: Theme.wide ? side.width - Theme.mm(20) : page.width - 2 * Theme.margin
        height: stages.y + stages.height

        Words {
            id: item
            y: Theme.wide ? 0 : (Math.max(leave.height, implicitHeight) - height) / 2
            width: parent.width - (Theme.wide || !leave.visible ? 0 : leave.width + Theme.gap)
            text: page.view?.item ?? ""
            role: Theme.wide ? "text" : "section"
            font.bold: true
        }
        PushButton {
            id: leave
            objectName: "leave"
            x: Theme.wide ? -Theme.mm(4) : parent.width - width + Theme.mm(4)
            y: Theme.wide ? item.height + Theme.mm(2) : (Math.max(height, item.implicitHeight) - height) / 2
            width: contentWidth + 2 * Theme.mm(4)
            height: Theme.target
            style: "quiet"
            icon: "close"
            size: Theme.small
            label: qsTr("退出办理")
            visible: page.view?.exit ?? false
            onTouched: page.leaving = true
        }
        StepBar {
            id: stages
            y: Theme.wide ? item.height + Theme.target + Theme.mm(6) : Math.max(leave.height, item.implicitHeight) + Theme.mm(2)
            width: parent.width
            upright: Theme.wide
            room: bar.y - where.y - y
            stages: page.view?.stages ?? []
        }
    }

    StackView {
        id: steps
        clip: true
        width: page.contentWidth
        y: Theme.wide ? 0 : where.y + where.height + Theme.mm(3)
        height: (page.keyboardHeight > 0 ? page.height - page.keyboardHeight : others.y) - y
        pushEnter: Transition { NumberAnimation { property: "x"; from: steps.width; to: 0; duration: Theme.slide; easing.type: Easing.OutCubic } }
        pushExit: Transition { NumberAnimation { property: "x"; from: 0; to: -steps.width; duration: Theme.slide; easing.type: Easing.OutCubic } }
        popEnter: Transition { NumberAnimation { property: "x"; from: -steps.width; to: 0; duration: Theme.slide; easing.type: Easing.OutCubic } }
        popExit: Transition { NumberAnimation { property: "x"; from: 0; to: steps.width; duration: Theme.slide; easing.type: Easing.OutCubic } }
    }

    Grid {
        id: others
        readonly property real cell: (page.contentWidth - 2 * Theme.margin - (columns - 1) * spacing) / columns
        visible: page.keyboardHeight === 0
        x: Theme.margin
        y: (Theme.wide ? page.height : bar.y) - height
        height: page.secondary.length > 0 ? implicitHeight : 0
        columns: Theme.wide ? Math.max(1, Math.min(page.secondary.length, 2)) : 1
        spacing: Theme.gap
        bottomPadding: Theme.mm(8)
        topPadding: Theme.mm(3)

        Repeater {
            model: page.secondary.length
            PushButton {
                required property int index
                readonly property var way: page.secondary[index] ?? ({ id: "", label: "", enabled: false })
                objectName: "act-" + way.id
                width: others.cell
                height: Math.max(Theme.target, Theme.display(Theme.elder ? 26 : 20))
                label: way.label
                enabled: way.enabled
                onTouched: page.session.act(way.id)
            }
        }
    }
    ActionBar {
        id: bar
        session: page.session
        visible: Theme.wide || page.keyboardHeight === 0
        anchors { right: parent.right; bottom: parent.bottom }
        width: Theme.wide ? side.width : page.width
        height: implicitHeight
        back: page.view?.back ?? false
        secondsLeft: page.view?.seconds_left ?? 0
        timed: !(page.step?.ownTime ?? false)
        primary: page.step?.ownPrimary ? null : page.view?.primary ?? null
        onChosen: id => page.session.act(id)
    }

    ProblemSheet {
        anchors.fill: parent
        session: page.session
        visible: !!page.view?.problem
        problem: page.view?.problem ?? null
        onChosen: id => page.session.act(id)
    }
    Sheet {
        anchors.fill: parent
        session: page.session
        visible: page.leaving && page.view !== null
        Words { width: parent.width; text: qsTr("要退出办理吗？"); role: "title" }
        Words { width: parent.width; text: qsTr("退出后，已经填写和读取的内容会立即清除，下次要重新开始。"); color: Theme.quiet }
        Item { width: 1; height: Theme.mm(2) }
        PushButton {
            objectName: "stay"
            width: parent.width
            height: Theme.button
            style: "primary"
            label: qsTr("继续办理")
            onTouched: page.leaving = false
        }
        PushButton {
            objectName: "act-exit"
            width: parent.width
            height: Theme.display(Theme.elder ? 28 : 22)
            label: qsTr("退出并清除")
            onTouched: {
                page.leaving = false;
                page.session.act("exit");
            }
        }
    }
    Sheet {
        anchors.fill: parent
        session: page.session
        visible: page.view?.warning || page.cardTaken
        Words { width: parent.width; text: page.cardTaken ? qsTr("您拿走了身份证，还要继续办理吗？") : qsTr("您还在吗？"); role: "title" }
        Words {
            width: parent.width
            text: qsTr("%1 秒后回到首页，已填的内容会清除。").arg(page.view?.seconds_left ?? 0)
            color: Theme.quiet
        }
        Item { width: 1; height: Theme.mm(2) }
        PushButton {
            objectName: "act-extend"
            width: parent.width
            height: Theme.button
            style: "primary"
            label: qsTr("我还在，继续办理")
            onTouched: page.session.act("extend")
        }
        PushButton {
            objectName: "act-go"
            visible: page.cardTaken && (page.view?.exit ?? false)
            width: parent.width
            height: Theme.mm(Theme.elder ? 28 : 22)
            label: qsTr("不办了，退出并清除")
            onTouched: page.session.act("exit")
        }
    }
}
