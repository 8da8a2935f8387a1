pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// What a technician may change, each with its way back, and what a technician has done by hand.
Column {
    id: page

    required property var workshop
    readonly property var view: workshop.view
    property string editing

    spacing: Theme.mm(4)

    Words { text: qsTr("我做了什么"); role: "section" }
    Row {
        id: done
        width: page.width
        spacing: Theme.gap
        PushButton { objectName: "paper-changed"; width: (done.width - done.spacing) / 2; size: Theme.text; label: qsTr("换了纸"); onTouched: page.workshop.act("done", "paper_changed") }
        PushButton { objectName: "reader-swapped"; width: (done.width - done.spacing) / 2; size: Theme.text; label: qsTr("换了读卡器"); onTouched: page.workshop.act("done", "reader_swapped") }
    }
    Words { text: qsTr("我的工作卡"); role: "section" }
    Card {
        id: card
        readonly property var about: page.view.card
        width: page.width
        Column {
            width: parent.width
            spacing: Theme.mm(4)
            Words {
                width: parent.width
                role: "small"
                text: card.about.waiting ? qsTr("请把工作卡放在读卡器上…")
                    : card.about.registered ? qsTr("已登记：登录时除了密码，还要放卡。")
                    : card.about.possible ? qsTr("没有登记：登录只要密码。")
                    : qsTr("没有登记。读卡器现在用不了，登记不了。")
            }
            Row {
                spacing: Theme.gap
                PushButton { objectName: "card-register"; visible: !card.about.waiting; enabled: card.about.possible && !page.view.busy; size: Theme.text; label: card.about.registered ? qsTr("换一张卡") : qsTr("登记我的工作卡"); onTouched: page.workshop.act("card", "register") }
                PushButton { objectName: "card-remove"; visible: card.about.registered && !card.about.waiting; enabled: !page.view.busy; size: Theme.text; label: qsTr("取消工作卡"); onTouched: page.workshop.act("card", "remove") }
                PushButton { objectName: "card-cancel"; visible: card.about.waiting; size: Theme.text; label: qsTr("不放了"); onTouched: page.workshop.act("card", "cancel") }
            }
        }
    }
    Words { text: qsTr("设置（下次启动时生效，音量马上生效）"); width: page.width; role: "section" }
    Repeater {
        model: page.view.settings.length
        Rectangle {
            id: setting
            required property int index
            readonly property var about: page.view.settings[index]
            readonly property bool open: page.editing === about.key
            width: page.width
            implicitHeight: inside.implicitHeight + (open ? Theme.mm(5) : 0)
            radius: Theme.radius
            color: Theme.surface
            border { width: 1; color: open ? Theme.sea : Theme.hair }

            Column {
                id: inside
                anchors { left: parent.left; right: parent.right; leftMargin: Theme.mm(6); rightMargin: Theme.mm(6) }
                spacing: Theme.mm(3)
                Touchable {
                    objectName: "setting-" + setting.about.key
                    width: parent.width
                    height: Math.max(title.implicitHeight, value.implicitHeight, Theme.mm(18))
                    color: "transparent"
                    onTouched: page.editing = setting.open ? "" : setting.about.key
                    Words { id: title; width: parent.width * 0.56; text: setting.about.title; role: "small"; anchors.verticalCenter: parent.verticalCenter }
                    Words {
                        id: value
                        anchors { left: title.right; right: parent.right; verticalCenter: parent.verticalCenter }
                        text: setting.about.value || qsTr("没有")
                        role: "small"
                        color: setting.about.changed ? Theme.bloom : Theme.sea
                        horizontalAlignment: Text.AlignRight
                        wrapMode: Text.WrapAnywhere
                        font.bold: true
                    }
                }
                Flow {
                    width: parent.width
                    visible: setting.open
                    spacing: Theme.mm(3)
                    VolumeScale {
                        visible: setting.about.scale
                        width: parent.width
                        volume: setting.about.scale ? setting.about.value : 0
                        onChosen: volume => page.workshop.act("set", setting.about.key + "=" + volume)
                    }
                    Repeater {
                        model: setting.open && !setting.about.scale ? setting.about.choices : []
                        PushButton {
                            required property string modelData
                            objectName: "choose-" + modelData
                            size: Theme.small
                            enabled: modelData !== setting.about.value
                            label: modelData
                            onTouched: page.workshop.act("set", setting.about.key + "=" + modelData)
                        }
                    }
                    Rectangle {
                        visible: setting.about.choices.length === 0
                        width: parent.width - save.width - parent.spacing
                        height: Theme.target
                        radius: Theme.radius
                        color: Theme.surface
                        border { width: Theme.stroke; color: typed.activeFocus ? Theme.sea : Theme.line }
                        TextInput {
                            id: typed
                            objectName: "typed-" + setting.about.key
                            anchors { fill: parent; leftMargin: Theme.mm(4); rightMargin: Theme.mm(4) }
                            verticalAlignment: TextInput.AlignVCenter
                            text: setting.about.value
                            color: Theme.ink
                            clip: true
                            inputMethodHints: setting.about.key.endsWith("_seconds") ? Qt.ImhDigitsOnly : Qt.ImhLatinOnly | Qt.ImhNoAutoUppercase | Qt.ImhNoPredictiveText
                            font { family: Theme.family; pixelSize: Theme.small }
                        }
                    }
                    PushButton {
                        id: save
                        objectName: "save"
                        visible: setting.about.choices.length === 0
                        size: Theme.small
                        label: qsTr("保存")
                        onTouched: page.workshop.act("set", setting.about.key + "=" + typed.text)
                    }
                    PushButton { objectName: "undo"; visible: setting.about.changed; style: "quiet"; size: Theme.small; label: qsTr("撤销上次改动"); onTouched: page.workshop.act("undo", setting.about.key) }
                }
            }
        }
    }
}
