pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What a technician may change, each with its way back, and what a technician has done by hand.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view

    spacing: Theme.mm(4)

    Words { width: page.width; text: qsTr("改动在下次启动时生效。"); role: "small"; color: Theme.quiet }
    Repeater {
        model: page.view.settings.length
        Card {
            id: setting
            required property int index
            readonly property var about: page.view.settings[index]
            width: page.width
            padding: Theme.mm(5)
            Column {
                width: parent.width
                spacing: Theme.mm(4)
                Item {
                    width: parent.width
                    height: title.implicitHeight
                    Words { id: title; text: setting.about.title; font.bold: true }
                    Words { anchors { right: parent.right; baseline: title.baseline } text: setting.about.value; color: Theme.sea; font.bold: true }
                }
                Row {
                    spacing: Theme.mm(3)
                    Repeater {
                        model: setting.about.choices
                        PushButton {
                            required property string modelData
                            objectName: "set-" + setting.about.key + "-" + modelData
                            implicitWidth: Theme.mm(34)
                            size: Theme.small
                            enabled: modelData !== setting.about.value
                            label: modelData
                            onTouched: page.workshop.act("set", setting.about.key + "=" + modelData)
                        }
                    }
                    PushButton { objectName: "undo-" + setting.about.key; visible: setting.about.changed; style: "quiet"; size: Theme.small; label: qsTr("撤销"); onTouched: page.workshop.act("undo", setting.about.key) }
                }
            }
        }
    }
    Words { text: qsTr("我做了什么"); role: "section" }
    Row {
        id: done
        width: page.width
        spacing: Theme.gap
        PushButton { objectName: "paper-changed"; width: (done.width - done.spacing) / 2; size: Theme.text; label: qsTr("换了纸"); onTouched: page.workshop.act("done", "paper_changed") }
        PushButton { objectName: "reader-swapped"; width: (done.width - done.spacing) / 2; size: Theme.text; label: qsTr("换了读卡器"); onTouched: page.workshop.act("done", "reader_swapped") }
    }
}
