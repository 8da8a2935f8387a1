pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// What is needed most of every device, on one page.
Page {
    id: page

    required property var dock
    signal wanted(int index) // one device's own page

    spacing: 12

    Panel {
        width: parent.width
        Item {
            width: parent.width
            height: Desk.row
            Caption {
                anchors { left: parent.left; right: choice.left; rightMargin: 12; verticalCenter: parent.verticalCenter }
                role: "section"
                text: "The citizen"
            }
            Row {
                id: choice
                anchors.right: parent.right
                spacing: Desk.gap
                Pill { objectName: "citizen-acts"; text: "does as the page asks"; lit: page.dock.now.citizen; onClicked: page.dock.act(true) }
                Pill { objectName: "citizen-rests"; text: "leaves it to you"; lit: !page.dock.now.citizen; onClicked: page.dock.act(false) }
            }
        }
    }
    Repeater {
        model: page.dock.deviceList
        delegate: Panel {
            id: card
            required property var modelData
            required property int index

            width: parent?.width ?? 0
            spacing: 10

            Item {
                width: parent.width
                height: Desk.row
                Mark { id: mark; anchors.verticalCenter: parent.verticalCenter; kind: card.modelData.shown.mark }
                Caption {
                    anchors { left: mark.right; leftMargin: 8; right: word.left; rightMargin: 12; verticalCenter: parent.verticalCenter }
                    role: "section"
                    text: card.modelData.title
                    wrapMode: Text.NoWrap
                    elide: Text.ElideRight
                }
                Caption {
                    id: word
                    anchors { right: more.left; rightMargin: 12; verticalCenter: parent.verticalCenter }
                    text: card.modelData.shown.word
                    wrapMode: Text.NoWrap
                    color: ({ warn: Theme.warn, bad: Theme.bad })[card.modelData.shown.mark] ?? Theme.quiet
                }
                DockButton {
                    id: more
                    objectName: "more-" + card.modelData.name
                    anchors.right: parent.right
                    text: "More"
                    onClicked: page.wanted(card.index)
                }
            }
            Notes {
                width: parent.width
                faults: card.modelData.shown.faults
                trouble: card.modelData.shown.trouble
            }
            Lamps {
                width: parent.width
                lamps: card.modelData.shown.lamps
            }
            Repeater {
                model: card.modelData.controls.filter(control => control.main)
                delegate: ControlRow {
                    required property var modelData
                    width: parent?.width ?? 0
                    device: card.modelData
                    control: modelData
                }
            }
        }
    }
}
