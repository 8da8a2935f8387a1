import QtQuick
import QtQuick.Controls.Basic
import Kiosk.Theme

// A way to a page: its state's shape, its name, its state's word.
AbstractButton {
    id: row

    property bool chosen: false
    property string mark // "": none
    property string word

    implicitHeight: word !== "" ? 44 : 36
    hoverEnabled: true

    background: Rectangle {
        color: row.chosen ? Theme.seaPale : row.hovered ? Theme.ground : "transparent"
        Rectangle {
            visible: row.chosen
            width: 3
            height: parent.height
            color: Theme.sea
        }
        Rectangle {
            anchors { fill: parent; margins: 2 }
            visible: row.visualFocus
            color: "transparent"
            radius: 4
            border { width: 2; color: Theme.sea }
        }
    }
    contentItem: Item {
        Mark {
            x: 16
            anchors.verticalCenter: parent.verticalCenter
            visible: row.mark !== ""
            kind: row.mark
        }
        Column {
            x: 38
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - x - 8
            Caption {
                width: parent.width
                text: row.text
                elide: Text.ElideRight
                wrapMode: Text.NoWrap
                color: row.chosen ? Theme.sea : Theme.ink
                font.bold: row.chosen
            }
            Caption {
                width: parent.width
                visible: text !== ""
                role: "small"
                text: row.word
                color: ({ warn: Theme.warn, bad: Theme.bad })[row.mark] ?? Theme.quiet
            }
        }
    }
}
