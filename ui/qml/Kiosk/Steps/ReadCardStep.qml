import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Where the card goes, drawn on the machine itself; then whose card it is, masked.
Step {
    id: step

    readonly property bool read: body.state === "read"
    least: read ? told.implicitHeight + Theme.mm(4) : Theme.mm(90)

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
    // On a wide page what is said of the card stands beside it.
    Grid {
        id: told
        readonly property real left_: columns > 1 ? width - card.width - spacing : width
        columns: Theme.wide && !Theme.elder && Theme.growth < 1.2 ? 2 : 1
        visible: step.read
        y: Math.max(0, (parent.height - implicitHeight) * 0.38)
        width: parent.width
        spacing: Theme.mm(8)

        Rectangle {
            id: card
            width: Math.min(parent.width, Theme.mm(told.columns > 1 ? 200 : 240))
            height: Math.max(Theme.wide ? 0 : width * 0.5, holder.implicitHeight + Theme.mm(20))
            radius: Theme.mm(8)
            color: Theme.surface
            border { width: Theme.stroke; color: Theme.sea }

            Icon {
                id: person
                anchors { right: parent.right; rightMargin: Theme.mm(14); verticalCenter: parent.verticalCenter }
                name: "person"
                size: Theme.mm(Theme.wide ? 34 : Theme.growth > 1.1 || Theme.elder ? 40 : 58)
                color: Theme.at(Theme.surface, Theme.sea, 0.35)
            }
            Column {
                id: holder
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
        Column {
            width: told.left_
            spacing: Theme.mm(8)
            Notice {
                width: parent.width
                kind: "ok"
                words: step.body.card_on_reader ? qsTr("现在可以把身份证拿起来，收好。") : qsTr("身份证已经拿走，请收好。")
            }
            // Offered to whom the card says is 60 or older, and not asked: whoever goes on has answered.
            Rectangle {
                objectName: "offer"
                visible: step.view.offers_elder && Theme.look === "standard"
                width: parent.width
                height: (told.columns > 1 ? offer.implicitHeight + take.height + Theme.mm(5) : Math.max(offer.implicitHeight, take.height)) + 2 * Theme.mm(6)
                radius: Theme.radius
                color: Theme.surface
                border { width: Theme.edge; color: Theme.hair }

                Icon { id: glasses; name: "elder"; size: Theme.mm(15); color: Theme.sea; x: Theme.mm(8); y: offer.y + (offer.height - height) / 2 }
                Words {
                    id: offer
                    x: glasses.x + glasses.width + Theme.mm(6)
                    y: told.columns > 1 ? Theme.mm(6) : (parent.height - height) / 2
                    width: parent.width - x - Theme.mm(8) - (told.columns > 1 ? 0 : take.width + Theme.mm(6))
                    text: qsTr("想让字再大一些、一页只问一件事吗？")
                }
                PushButton {
                    id: take
                    objectName: "take-elder"
                    x: parent.width - width - Theme.mm(8)
                    y: parent.height - height - Theme.mm(6) - (told.columns > 1 ? 0 : Math.max(0, (parent.height - height - Theme.mm(12)) / 2))
                    width: Theme.mm(76)
                    height: Math.max(Theme.target, Theme.display(20))
                    label: qsTr("换成长辈版")
                    onTouched: step.session.setLook("elder")
                }
            }
        }
    }
}
