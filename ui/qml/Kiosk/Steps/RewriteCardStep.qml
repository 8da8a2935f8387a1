pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Where the card is, what is done with it, what stands on it now, and how it comes back.
Step {
    id: step

    readonly property string state_: body.state
    readonly property bool waiting: state_ === "waiting"
    readonly property bool offered: state_ === "offered"
    readonly property bool working: ["checking", "fetching", "writing"].includes(state_)
    readonly property bool lying: state_ === "kept" || state_ === "stuck"
    readonly property bool well: body.on_card === "written"
    // What is done, one after another, and which of it now.
    readonly property var deeds: body.is_new ? [qsTr("取一张新证"), qsTr("写上内容，并核对"), qsTr("送到证卡口")]
                                             : [qsTr("核对是不是您的证件"), qsTr("写上新内容，并核对"), qsTr("退还证件")]
    readonly property int now: state_ === "writing" ? 1 : 0

    least: rest.implicitHeight + Theme.mm(8)
    ownTime: offered || working // no time runs but that for which a card is held out

    MachinePicture {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: rest.top; bottomMargin: Theme.mm(6) }
        visible: (step.waiting || step.offered || step.working) && height > Theme.mm(50)
        part: "slot"
        outwards: step.offered
        active: !step.working
    }
    Column {
        id: rest
        anchors {
            left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(6)
        }
        spacing: Theme.mm(Theme.elder ? 5 : 7)
        height: step.waiting || step.offered || step.working ? implicitHeight : parent.height - Theme.mm(6)

        SlotPicture {
            width: parent.width
            height: Theme.mm(Theme.elder ? 70 : 88)
            visible: step.waiting
            active: step.waiting
        }

        // What is done with it.
        Column {
            width: parent.width
            visible: step.working
            bottomPadding: Theme.mm(4)
            spacing: Theme.mm(Theme.elder ? 5 : 8)

            Repeater {
                model: step.deeds
                Row {
                    id: deed
                    required property int index
                    required property string modelData
                    readonly property bool done: index < step.now
                    readonly property bool here: index === step.now
                    spacing: Theme.mm(6)

                    Item {
                        width: Theme.section * 1.4
                        height: width
                        anchors.verticalCenter: parent.verticalCenter
                        Icon { anchors.centerIn: parent; visible: deed.done; name: "ok"; size: parent.width; color: Theme.ok }
                        Waiting { anchors.centerIn: parent; visible: deed.here; size: parent.width }
                        Rectangle {
                            anchors.centerIn: parent
                            visible: !deed.done && !deed.here
                            width: parent.width * 0.5
                            height: width
                            radius: width / 2
                            color: "transparent"
                            border { width: Theme.stroke; color: Theme.line }
                        }
                    }
                    Words {
                        anchors.verticalCenter: parent.verticalCenter
                        text: deed.modelData
                        role: "section"
                        color: deed.done ? Theme.ok : deed.here ? Theme.sea : Theme.quiet
                    }
                }
            }
        }

        // How long it is held out.
        Row {
            visible: step.offered && step.body.seconds_left > 0
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(4)
            Words { text: qsTr("机器再等"); anchors.verticalCenter: parent.verticalCenter }
            Words {
                text: qsTr("%1 秒").arg(step.body.seconds_left)
                role: "number"
                color: step.body.seconds_left <= 20 ? Theme.warn : Theme.ink
                font { bold: true; features: ({ "tnum": 1 }) }
                anchors.verticalCenter: parent.verticalCenter
            }
        }

        // Where it lies.
        NumberCard {
            width: parent.width
            visible: step.lying
            caption: qsTr("领取单号")
            number: step.body.slip
            kind: "warn"
            state_: step.state_ === "stuck" ? qsTr("证件在机器里") : qsTr("证件在保管箱里")
        }
        Column {
            width: parent.width
            visible: step.lying
            spacing: Theme.mm(2)
            Words { width: parent.width; text: qsTr("在哪里：%1").arg(step.body.place ?? "") }
            Words { width: parent.width; text: qsTr("电话：%1").arg(step.body.phone) }
        }
        Notice {
            width: parent.width
            visible: step.lying && step.body.slip_printed !== undefined && step.body.slip_printed !== null
            kind: step.body.slip_printed ? "ok" : "warn"
            words: step.body.slip_printed ? qsTr("领取凭条已打印，请从凭条口取走。") : qsTr("凭条没有打出来，请拍下或记下领取单号。")
        }

        DonePicture { width: parent.width; height: Theme.mm(80); visible: step.state_ === "taken" }

        // What stands on it, as it is written dot for dot.
        Column {
            width: parent.width
            visible: !step.lying && !step.offered
            spacing: Theme.mm(3)
            Words { text: step.well ? qsTr("证上现在是") : qsTr("要写到证上的内容"); role: "small"; color: Theme.quiet }
            Rectangle {
                id: face
                width: parent.width
                height: Math.round((width - 2 * Theme.mm(4)) * 240 / 640) + 2 * Theme.mm(4)
                radius: Theme.mm(6)
                color: "#FFFFFF" // a card is white, in every look
                border { width: Theme.stroke; color: Theme.line }
                Image {
                    objectName: "card-face"
                    anchors { fill: parent; margins: Theme.mm(4) }
                    sourceSize { width: face.width - 2 * Theme.mm(4); height: face.height - 2 * Theme.mm(4) }
                    source: "image://camera/card/face"
                    cache: false
                    fillMode: Image.PreserveAspectFit
                }
            }
        }
        Notice {
            width: parent.width
            visible: !!step.body.on_card_words && (step.well || step.body.on_card === "uncertain" || step.lying)
            kind: step.well ? "ok" : step.body.on_card === "uncertain" ? "warn" : "info"
            words: step.body.on_card_words ?? ""
        }
        Words { width: parent.width; visible: !!step.body.news; text: step.body.news ?? ""; color: Theme.quiet }
    }
}
