import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Where the card goes, drawn on the machine itself; then whose card it is, masked.
Step {
    id: step

    readonly property bool read: body.state === "read"

    MachinePicture {
        anchors { fill: parent; bottomMargin: Theme.mm(10) }
        visible: !step.read
        part: "reader"
        active: step.body.state === "waiting" // then it lies still, as the card must
    }
    Row {
        visible: step.body.state === "reading"
        anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: Theme.mm(6) }
        spacing: Theme.mm(4)
        Waiting { size: Theme.section; anchors.verticalCenter: parent.verticalCenter }
        Words { text: qsTr("正在读取，请不要移动"); role: "section"; color: Theme.sea }
    }
    Column {
        visible: step.read
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; verticalCenterOffset: -Theme.mm(20) }
        spacing: Theme.mm(12)

        Rectangle {
            width: parent.width
            height: width * 0.54
            radius: Theme.mm(8)
            color: Theme.surface
            border { width: Theme.stroke; color: Theme.sea }

            Icon {
                id: person
                anchors { right: parent.right; rightMargin: Theme.mm(14); verticalCenter: parent.verticalCenter }
                name: "person"
                size: Theme.mm(58)
                color: Theme.at(Theme.surface, Theme.sea, 0.35)
            }
            Column {
                anchors { left: parent.left; leftMargin: Theme.mm(14); right: person.left; verticalCenter: parent.verticalCenter }
                spacing: Theme.mm(5)
                Column {
                    width: parent.width
                    Words { text: qsTr("姓名"); role: "small"; color: Theme.quiet }
                    MaskedWords { width: parent.width; session: step.session; key: step.read ? "holder.name" : ""; mask: step.body.name; role: "section"; size: Theme.mm(13) }
                }
                Column {
                    width: parent.width
                    Words { text: qsTr("证件号码"); role: "small"; color: Theme.quiet }
                    MaskedWords { width: parent.width; session: step.session; key: step.read ? "holder.number" : ""; mask: step.body.number; size: Theme.section }
                }
                Column {
                    width: parent.width
                    Words { text: qsTr("有效期至"); role: "small"; color: Theme.quiet }
                    Words { text: step.body.validity ?? ""; font.pixelSize: Theme.section }
                }
            }
        }
        Notice {
            width: parent.width
            kind: "ok"
            words: step.body.card_on_reader ? qsTr("现在可以把身份证拿起来，收好。") : qsTr("身份证已经拿走，请收好。")
        }
    }
}
