pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The days that are open, each with its half-days and what is left of them; then the booking, to be kept.
Step {
    id: step

    readonly property bool choosing: body.state === "choosing"
    readonly property bool waiting: body.state === "asking" || body.state === "booking"

    Scroll {
        id: scroll
        anchors { fill: parent; bottomMargin: Theme.mm(5) }
        visible: step.choosing
        spacing: Theme.mm(5)

        Row {
            width: scroll.width
            spacing: Theme.mm(3)
            Icon { id: pin; name: "location"; size: Theme.text * 1.2; color: Theme.sea; anchors.verticalCenter: parent.verticalCenter }
            Words { width: parent.width - pin.width - parent.spacing; text: step.body.place ?? ""; role: "section" }
        }
        Repeater {
            model: step.body.mine.length
            Rectangle {
                id: mine
                required property int index
                readonly property var about: step.body.mine[index] ?? ({ code: "", words: "", may_cancel: false })
                width: scroll.width
                height: Math.max(said.implicitHeight, cancel.visible ? cancel.height : 0) + 2 * Theme.mm(4)
                radius: Theme.radius
                color: Theme.seaPale
                border { width: Theme.strong ? Theme.edge : 0; color: Theme.sea }

                Column {
                    id: said
                    anchors { left: parent.left; leftMargin: Theme.mm(6); right: cancel.visible ? cancel.left : parent.right; rightMargin: Theme.mm(5); verticalCenter: parent.verticalCenter }
                    Words { width: parent.width; text: qsTr("您已有的预约"); role: "small"; color: Theme.quiet }
                    Words { width: parent.width; text: mine.about.words; color: Theme.sea }
                }
                PushButton {
                    id: cancel
                    objectName: "cancel-" + mine.about.code
                    visible: mine.about.may_cancel
                    anchors { right: parent.right; rightMargin: Theme.mm(5); verticalCenter: parent.verticalCenter }
                    width: Theme.mm(Theme.elder ? 56 : 46)
                    size: Theme.text
                    label: qsTr("取消预约")
                    onTouched: step.session.act("cancel:" + mine.about.code)
                }
            }
        }
        Repeater {
            model: step.body.notices.length
            Notice {
                required property int index
                width: scroll.width
                kind: "warn"
                words: step.body.notices[index] ?? ""
            }
        }
        Repeater {
            model: step.body.days.length
            Item {
                id: day
                required property int index
                readonly property var about: step.body.days[index] ?? ({ name: "", weekday: "", halves: [] })
                width: scroll.width
                height: Math.max(halves.implicitHeight, name.implicitHeight)

                Column {
                    id: name
                    width: Theme.mm(Theme.elder ? 67 : 50) * Theme.growth
                    anchors.verticalCenter: parent.verticalCenter
                    Words { width: parent.width; text: day.about.name; role: "section"; wrapMode: Text.WordWrap }
                    Words { width: parent.width; text: day.about.weekday; color: Theme.quiet }
                }
                Row {
                    id: halves
                    anchors { left: name.right; leftMargin: Theme.gap; right: parent.right; verticalCenter: parent.verticalCenter }
                    spacing: Theme.gap

                    Repeater {
                        model: day.about.halves.length
                        Touchable {
                            id: half
                            required property int index
                            readonly property var about: day.about.halves[index] ?? ({ id: "", name: "", hours: "", left: "", free: false, chosen: false })
                            objectName: about.id
                            Accessible.role: Accessible.RadioButton
                            Accessible.name: [day.about.name, about.name, about.hours, about.left].join(" ")
                            Accessible.checkable: true
                            Accessible.checked: about.chosen
                            enabled: about.free
                            width: (halves.width - (day.about.halves.length - 1) * halves.spacing) / Math.max(day.about.halves.length, 1)
                            height: facts.implicitHeight + 2 * Theme.mm(3)
                            color: about.chosen ? Theme.seaPale : about.free ? Theme.surface : "transparent"
                            border { width: about.chosen ? Theme.mm(0.9) : Theme.stroke; color: about.chosen ? Theme.sea : about.free ? Theme.line : Theme.hair }
                            onTouched: step.session.act(half.about.id)

                            Icon {
                                anchors { right: parent.right; top: parent.top; margins: Theme.mm(3) }
                                visible: half.about.chosen
                                name: "done"
                                size: Theme.section
                                color: Theme.sea
                            }
                            Column {
                                id: facts
                                anchors { left: parent.left; right: parent.right; leftMargin: Theme.mm(4); rightMargin: Theme.mm(4); verticalCenter: parent.verticalCenter }
                                Words { width: parent.width; text: half.about.name; role: "section"; color: half.about.free ? Theme.ink : Theme.quiet }
                                Words { width: parent.width; text: half.about.hours; role: "small"; color: Theme.quiet; font.features: ({ "tnum": 1 }) }
                                Words { width: parent.width; text: half.about.left; role: "small"; color: half.about.free ? Theme.ok : Theme.quiet }
                            }
                        }
                    }
                }
            }
        }
        Words { width: scroll.width; visible: step.body.reasons.length > 0; text: qsTr("您是哪一种情况？"); role: "section" }
        Repeater {
            model: step.body.reasons.length
            ChoiceRow {
                required property int index
                readonly property var about: step.body.reasons[index] ?? ({ value: "", label: "", note: "" })
                objectName: "reason-" + about.value
                width: scroll.width
                label: about.label
                note: about.note ?? ""
                chosen: step.body.reason === about.value
                onTouched: step.session.act("reason:" + about.value)
            }
        }
    }
    Column {
        anchors { left: parent.left; right: parent.right; top: parent.top; topMargin: Theme.mm(10) }
        visible: step.body.state === "booked"
        spacing: Theme.mm(8)

        NumberCard {
            width: parent.width
            caption: qsTr("预约号")
            number: step.body.number
            state_: qsTr("已预约")
        }
        Rectangle {
            width: parent.width
            height: where.implicitHeight + 2 * Theme.mm(7)
            radius: Theme.radius
            color: Theme.surface
            border { width: 1; color: Theme.hair }

            Column {
                id: where
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.mm(8) }
                spacing: Theme.mm(3)
                Words { width: parent.width; text: step.body.when ?? ""; role: "section"; color: Theme.sea }
                Words { width: parent.width; text: step.body.place ?? "" }
                Words { width: parent.width; text: step.body.directions ?? ""; color: Theme.quiet }
            }
        }
    }
    Waiting {
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: Theme.mm(60) }
        visible: step.waiting
        size: Theme.number * 1.5
    }
}
