import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// One answer of a choice, as wide as the page, with a big mark: round where one is chosen, square of several.
Touchable {
    id: row

    property string label
    property string note
    property bool chosen: false
    property bool several: false

    Accessible.role: several ? Accessible.CheckBox : Accessible.RadioButton
    Accessible.name: note === "" ? label : label + " " + note
    Accessible.checkable: true
    Accessible.checked: chosen
    implicitHeight: Math.max(Theme.mm(Theme.elder ? 34 : 28), words.implicitHeight + Theme.mm(8))
    color: chosen ? Theme.seaPale : Theme.surface
    border { width: chosen ? Theme.mm(0.9) : Theme.stroke; color: chosen ? Theme.sea : Theme.line }

    Rectangle {
        id: mark
        width: Theme.mm(11)
        height: width
        radius: row.several ? Theme.mm(2) : width / 2
        anchors { left: parent.left; leftMargin: Theme.mm(8); verticalCenter: parent.verticalCenter }
        color: row.chosen ? Theme.sea : "transparent"
        border { width: Theme.mm(0.7); color: row.chosen ? Theme.sea : Theme.line }

        Icon {
            anchors.centerIn: parent
            visible: row.chosen
            name: "done"
            size: parent.width * 0.75
            color: Theme.seaWords
        }
    }
    Column {
        id: words
        anchors { left: mark.right; leftMargin: Theme.mm(7); right: parent.right; rightMargin: Theme.mm(7); verticalCenter: parent.verticalCenter }

        Words { width: parent.width; text: row.label; font { pixelSize: Theme.section; bold: row.chosen } }
        Words { width: parent.width; visible: row.note !== ""; text: row.note; role: "small"; color: Theme.quiet }
    }
}
