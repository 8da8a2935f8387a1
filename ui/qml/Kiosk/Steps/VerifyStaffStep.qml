pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// The attendant's page: who it is, a PIN or a card, then card and person side by side.
Step {
    id: step

    readonly property string state_: body.state
    least: state_ === "pin" ? pin.implicitHeight + Theme.mm(8) : state_ === "confirm" ? person_.implicitHeight + Theme.mm(8) : 0

    Notice {
        id: message
        anchors { left: parent.left; right: parent.right; top: parent.top }
        visible: !!step.body.message
        kind: "warn"
        words: step.body.message ?? ""
    }

    // Who.
    Scroll {
        anchors { fill: parent; topMargin: message.visible ? message.height + Theme.mm(6) : 0 }
        visible: step.state_ === "who"
        spacing: Theme.gap
        Repeater {
            model: step.state_ === "who" ? step.body.people.length : 0
            Tile {
                id: person
                required property int index
                readonly property string who: step.body.people[index] ?? ""
                objectName: "who-" + who
                width: parent?.width ?? 0
                implicitHeight: Math.max(Theme.mm(34), naturalHeight)
                icon: "staff"
                name: qsTr("工号 %1").arg(who)
                line: qsTr("输入自己的密码")
                onTouched: step.session.act("who:" + person.who)
            }
        }
    }

    // The PIN.
    Column {
        id: pin
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: Theme.mm(4) }
        visible: step.state_ === "pin"
        spacing: Theme.mm(8)
        Words { anchors.horizontalCenter: parent.horizontalCenter; text: qsTr("工号 %1").arg(step.body.who); role: "section" }
        Keypad {
            anchors.horizontalCenter: parent.horizontalCenter
            dots: step.body.dots
            keyWidth: Theme.mm(62)
            onPressed: key => step.session.answer("pin_key", key)
        }
    }

    // The card, or a moment's patience.
    MachinePicture {
        anchors { fill: parent; bottomMargin: Theme.mm(10) }
        visible: step.state_ === "card"
        part: "reader"
        active: visible
    }
    Waiting { anchors.centerIn: parent; visible: step.state_ === "checking"; size: Theme.mm(30) }

    // Card and person.
    Column {
        id: person_
        anchors { left: parent.left; right: parent.right; top: parent.top }
        visible: step.state_ === "confirm"
        spacing: Theme.mm(10)

        Rectangle {
            width: parent.width
            height: Theme.mm(Theme.elder ? 110 : 96)
            radius: Theme.mm(8)
            color: Theme.surface
            border { width: Theme.stroke; color: Theme.sea }

            Icon {
                id: picture
                anchors { right: parent.right; rightMargin: Theme.mm(14); verticalCenter: parent.verticalCenter }
                name: "id_card"
                size: Theme.mm(52)
                color: Theme.at(Theme.surface, Theme.sea, 0.35)
            }
            Column {
                anchors { left: parent.left; leftMargin: Theme.mm(14); right: picture.left; verticalCenter: parent.verticalCenter }
                spacing: Theme.mm(5)
                Column {
                    width: parent.width
                    Words { text: qsTr("姓名"); role: "small"; color: Theme.quiet }
                    Words { text: step.body.name; font { pixelSize: Theme.mm(13); bold: true } }
                }
                Column {
                    width: parent.width
                    Words { text: qsTr("证件号码"); role: "small"; color: Theme.quiet }
                    Words { text: step.body.number; font { pixelSize: Theme.section; features: ({ "tnum": 1 }) } wrapMode: Text.WrapAnywhere; width: parent.width }
                }
            }
        }
        Words { width: parent.width; text: qsTr("您要确认的是："); color: Theme.quiet }
        Words { width: parent.width; text: step.body.statement ?? ""; role: "section"; lineHeight: 1.35 }
        Notice { width: parent.width; icon: "sign"; words: qsTr("确认会记在您的工号 %1 名下。").arg(step.body.who) }
    }
}
