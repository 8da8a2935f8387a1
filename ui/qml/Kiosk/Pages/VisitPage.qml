pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Controls
import Kiosk.Steps
import Kiosk.Theme

// One step of a visit at a time, between where one is and what one can do.
Item {
    id: page

    required property var session
    property var view: null // the page as the visit decided it; null between visits
    property real keyboardHeight: 0
    property bool leaving: false // whether the citizen is being asked if the visit shall end

    readonly property var files: ({
        guide: "Guide", read_card: "ReadCard", choose_way: "ChooseWay", consent: "Consent", verify_face: "VerifyFace",
        verify_code: "VerifyCode", verify_app_code: "VerifyAppCode", verify_staff: "VerifyStaff", verify_video: "VerifyVideo",
        lookup: "Lookup", type_number: "Form", scan_code: "ScanCode", form: "Form", book: "Book", pay: "Pay",
        read_bank_card: "ReadBankCard", rewrite_card: "RewriteCard", scan_document: "ScanDocument", review: "Review", sign: "Sign", submit: "Submit",
        print_document: "PrintDocument", print_receipt: "PrintReceipt", rate: "Rate", done: "Done"
    })
    property string shown: ""
    property int place: 0
    readonly property Step step: steps.currentItem as Step
    readonly property var secondary: view && !step?.ownSecondary ? view.secondary : []

    function show() {
        if (!view) {
            shown = "";
            leaving = false;
            steps.clear(StackView.Immediate);
            return;
        }
        if (view.step_id === shown) {
            step.view = view;
            return;
        }
        const now = view.position;
        const way = shown === "" ? StackView.Immediate : now < place ? StackView.PopTransition : StackView.PushTransition;
        shown = view.step_id;
        place = now;
        Qt.inputMethod.hide(); // qmllint disable missing-property
        steps.replace(null, Qt.resolvedUrl("../Steps/" + files[view.kind] + "Step.qml"), { session: session, view: view }, way);
    }

    onViewChanged: show()

    Column {
        id: where
        anchors { left: parent.left; right: parent.right; top: parent.top; leftMargin: Theme.margin; rightMargin: Theme.margin; topMargin: Theme.mm(5) }
        height: Theme.place - Theme.mm(5)
        spacing: Theme.mm(2)

        Item {
            width: parent.width
            height: Theme.mm(Theme.elder ? 17 : 13)
            Words { anchors.verticalCenter: parent.verticalCenter; text: page.view?.item ?? ""; role: "section" }
            PushButton {
                objectName: "leave"
                anchors { right: parent.right; rightMargin: -Theme.mm(6); verticalCenter: parent.verticalCenter }
                width: Theme.mm(60)
                height: Theme.mm(16)
                style: "quiet"
                icon: "close"
                size: Theme.mm(6.8)
                label: qsTr("退出办理")
                visible: page.view?.exit ?? false
                onTouched: page.leaving = true
            }
        }
        StepBar { width: parent.width; stages: page.view?.stages ?? [] }
    }

    StackView {
        id: steps
        clip: true
        anchors {
            left: parent.left; right: parent.right; top: where.bottom
            bottom: page.keyboardHeight > 0 ? parent.bottom : others.top
            bottomMargin: page.keyboardHeight
        }
        pushEnter: Transition { NumberAnimation { property: "x"; from: steps.width; to: 0; duration: Theme.slide; easing.type: Easing.OutCubic } }
        pushExit: Transition { NumberAnimation { property: "x"; from: 0; to: -steps.width; duration: Theme.slide; easing.type: Easing.OutCubic } }
        popEnter: Transition { NumberAnimation { property: "x"; from: -steps.width; to: 0; duration: Theme.slide; easing.type: Easing.OutCubic } }
        popExit: Transition { NumberAnimation { property: "x"; from: 0; to: steps.width; duration: Theme.slide; easing.type: Easing.OutCubic } }
    }

    Column {
        id: others
        visible: page.keyboardHeight === 0
        anchors { left: parent.left; right: parent.right; bottom: bar.top; leftMargin: Theme.margin; rightMargin: Theme.margin }
        spacing: Theme.gap
        bottomPadding: page.secondary.length > 0 ? Theme.mm(8) : 0
        topPadding: page.secondary.length > 0 ? Theme.mm(3) : 0

        Repeater {
            model: page.secondary.length
            PushButton {
                required property int index
                readonly property var way: page.secondary[index] ?? ({ id: "", label: "", enabled: false })
                objectName: "act-" + way.id
                width: others.width
                height: Theme.mm(Theme.elder ? 26 : 20)
                label: way.label
                enabled: way.enabled
                onTouched: page.session.act(way.id)
            }
        }
    }
    ActionBar {
        id: bar
        visible: page.keyboardHeight === 0
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        back: page.view?.back ?? false
        secondsLeft: page.view?.seconds_left ?? 0
        timed: !(page.step?.ownTime ?? false)
        primary: page.step?.ownPrimary ? null : page.view?.primary ?? null
        onChosen: id => page.session.act(id)
    }

    ProblemSheet {
        anchors.fill: parent
        visible: !!page.view?.problem
        problem: page.view?.problem ?? null
        onChosen: id => page.session.act(id)
    }
    Sheet {
        anchors.fill: parent
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
            height: Theme.mm(Theme.elder ? 28 : 22)
            label: qsTr("退出并清除")
            onTouched: {
                page.leaving = false;
                page.session.act("exit");
            }
        }
    }
    Sheet {
        anchors.fill: parent
        visible: page.view?.warning ?? false
        Words { width: parent.width; text: qsTr("您还在吗？"); role: "title" }
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
    }
}
