import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// Where something is posted: the area is chosen, street and number are typed, and it says who pays.
Column {
    id: address

    signal edited(string text)
    signal picked
    signal helped(int cursor) // a rare character is looked for, to be put where the cursor stands

    required property var about
    readonly property bool active: detail.active
    readonly property bool known: about.area.length > 0

    spacing: Theme.mm(3)

    Words { width: parent.width; text: address.about.label; font.bold: true }
    Touchable {
        objectName: "pick-" + address.about.key
        Accessible.name: address.about.label + " " + area.text
        width: parent.width
        height: Math.max(Theme.mm(Theme.elder ? 28 : 21), area.implicitHeight + Theme.mm(6))
        border { width: Theme.stroke; color: Theme.line }
        onTouched: address.picked()
        Words {
            id: area
            objectName: address.known ? "area" : ""
            anchors { left: parent.left; leftMargin: Theme.mm(6); right: go.left; rightMargin: Theme.mm(4); verticalCenter: parent.verticalCenter }
            text: address.known ? address.about.area.join(" ") : qsTr("点这里选省、市、区、街道")
            color: address.known ? Theme.ink : Theme.sea
            role: "section"
            font.bold: false
        }
        Icon {
            id: go
            anchors { right: parent.right; rightMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
            name: "chevron"
            size: Theme.mm(9)
            color: Theme.sea
        }
    }
    Field {
        id: detail
        width: parent.width
        name: address.about.key
        label: qsTr("路名、门牌号")
        hint: qsTr("例如 示例路 1 号 101 室")
        error: address.about.error ?? ""
        source: address.about.source ?? ""
        value: address.about.detail
        maximumLength: address.about.max_length
        way: qsTr("生僻字")
        wayIcon: "search"
        onHelped: address.helped(cursor)
        onEdited: text => address.edited(text)
    }
    Row {
        visible: !!address.about.postage
        width: parent.width
        spacing: Theme.mm(3)
        Icon { id: mark; name: "mail"; size: Theme.text; color: Theme.quiet; anchors.verticalCenter: parent.verticalCenter }
        Words { width: parent.width - mark.width - parent.spacing; text: address.about.postage ?? ""; color: Theme.quiet }
    }
}
