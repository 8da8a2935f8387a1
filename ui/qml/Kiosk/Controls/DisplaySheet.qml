pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// How the machine looks and sounds, for as long as this visit lasts: what is touched is seen and heard at once.
Rectangle {
    id: sheet

    signal closed

    required property var session
    readonly property int columns: Theme.wide ? 2 : 1
    readonly property bool tall: height > Theme.mm(400) && Theme.growth < 1.2 && !Theme.elder

    color: Theme.ground

    component Choice: Touchable {
        id: one
        property bool chosen: false
        Accessible.role: Accessible.RadioButton
        Accessible.checkable: true
        Accessible.checked: chosen
        color: chosen ? Theme.seaPale : Theme.surface
        border { width: chosen ? Theme.mm(Theme.strong ? 1.6 : 0.9) : Theme.stroke; color: chosen ? Theme.sea : Theme.line }
        Rectangle {
            z: 1
            visible: one.chosen // the mark, so that it is not the colour alone that tells
            anchors { right: parent.right; top: parent.top; margins: Theme.mm(2) }
            width: Theme.mm(9)
            height: width
            radius: width / 2
            color: Theme.sea
            Icon { anchors.centerIn: parent; name: "done"; size: parent.width * 0.75; color: Theme.seaWords }
        }
    }
    // A page as it would be.
    component Miniature: Rectangle {
        id: mini
        property string look
        readonly property bool big: look === "elder"
        readonly property var worn: Theme.colours[look] ?? Theme.colours.standard
        radius: Theme.mm(2)
        color: worn.ground
        border { width: Theme.stroke; color: Theme.line }
        clip: true
        Rectangle { x: Theme.stroke; y: x; width: parent.width - 2 * x; height: Theme.mm(6); color: mini.worn.head; border { width: mini.worn.head === mini.worn.ground ? 1 : 0; color: mini.worn.ink } }
        Column {
            anchors { fill: parent; margins: Theme.mm(3.5); topMargin: Theme.mm(9) }
            spacing: Theme.mm(2)
            Rectangle { width: parent.width * (mini.big ? 0.8 : 0.55); height: Theme.mm(mini.big ? 4 : 2.6); radius: height / 2; color: mini.worn.ink }
            Grid {
                id: cells
                width: parent.width
                columns: mini.big ? 1 : 2
                spacing: Theme.mm(1.6)
                Repeater {
                    model: mini.big ? 4 : 10
                    Rectangle {
                        required property int index
                        width: (cells.width - (cells.columns - 1) * cells.spacing) / cells.columns
                        height: Theme.mm(mini.big ? 9 : 6.5)
                        radius: Theme.mm(1.2)
                        color: index === 0 ? mini.worn.sea : mini.worn.surface
                        border { width: index === 0 ? 0 : 1; color: mini.worn.line }
                    }
                }
            }
        }
    }

    MouseArea { anchors.fill: parent }
    Scroll {
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: bar.top; margins: Theme.margin; topMargin: Theme.mm(Theme.wide ? 6 : 12); bottomMargin: Theme.mm(4) }
        spacing: Theme.mm(5)

        Words { width: parent.width; objectName: "display-title"; text: qsTr("显示与声音"); role: "title" }
        Words { width: parent.width; text: qsTr("只在这一次有效，离开后自动恢复。"); color: Theme.quiet }
        Grid {
            id: parts
            readonly property real cell: (width - (columns - 1) * columnSpacing) / columns
            width: parent.width
            columns: sheet.columns
            columnSpacing: Theme.mm(14)
            rowSpacing: Theme.mm(7)

            Column {
                width: parts.cell
                spacing: Theme.mm(3)
                Words { text: qsTr("怎么显示"); role: "section" }
                Grid {
                    id: looks
                    readonly property real cell: (width - (columns - 1) * spacing) / columns
                    width: parent.width
                    columns: Theme.elder || Theme.growth > 1.2 || Theme.wide ? 2 : 4
                    spacing: Theme.gap
                    Repeater {
                        model: [
                            { look: "standard", name: qsTr("标准") },
                            { look: "elder", name: qsTr("长辈版") },
                            { look: "dark", name: qsTr("黑底白字") },
                            { look: "light", name: qsTr("白底黑字") }
                        ]
                        Choice {
                            id: choice
                            required property var modelData
                            objectName: "look-" + modelData.look
                            Accessible.name: modelData.name
                            width: looks.cell
                            height: mini.height + name.height + Theme.mm(11)
                            chosen: sheet.session.look === modelData.look
                            onTouched: sheet.session.setLook(choice.modelData.look)
                            Miniature { id: mini; look: choice.modelData.look; x: Theme.mm(4); y: Theme.mm(4); width: parent.width - 2 * x; height: Theme.mm(sheet.tall ? 52 : 34) }
                            Words {
                                id: name
                                anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: Theme.mm(3) }
                                horizontalAlignment: Text.AlignHCenter
                                text: choice.modelData.name
                                font.bold: choice.chosen
                            }
                        }
                    }
                }
            }
            Column {
                width: parts.cell
                spacing: Theme.mm(7)

                Column {
                    width: parent.width
                    spacing: Theme.mm(3)
                    Words { text: qsTr("字有多大"); role: "section" }
                    Row {
                        id: sizes
                        width: parent.width
                        spacing: Theme.gap
                        Repeater {
                            model: 4
                            Choice {
                                id: size
                                required property int index
                                objectName: "size-" + index
                                Accessible.name: qsTr("字有多大") + " " + (index + 1)
                                width: (sizes.width - 3 * sizes.spacing) / 4
                                height: Theme.mm(sheet.tall ? 38 : 30)
                                chosen: sheet.session.textSize === index
                                onTouched: sheet.session.setTextSize(size.index)
                                Words { anchors.centerIn: parent; text: qsTr("字"); font { pixelSize: Theme.mm([8, 11, 14, 18][size.index]); bold: size.chosen } }
                            }
                        }
                    }
                }
                Column {
                    width: parent.width
                    spacing: Theme.mm(3)
                    Words { text: qsTr("声音多大"); role: "section" }
                    Row {
                        id: volumes
                        width: parent.width
                        spacing: Theme.gap
                        Repeater {
                            model: 5
                            Choice {
                                id: volume
                                required property int index
                                readonly property int loud: index * 25
                                objectName: "volume-" + loud
                                Accessible.name: qsTr("声音多大") + " " + loud + " %"
                                width: (volumes.width - 4 * volumes.spacing) / 5
                                height: Theme.mm(sheet.tall ? 38 : 30)
                                chosen: Math.round(sheet.session.volume / 25) === index
                                onTouched: sheet.session.setVolume(volume.loud)
                                Icon { anchors.centerIn: parent; visible: volume.index === 0; name: "mute"; size: Theme.mm(13); color: Theme.ink }
                                Row {
                                    visible: volume.index > 0
                                    anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom; bottomMargin: Theme.mm(7) }
                                    spacing: Theme.mm(1.6)
                                    Repeater {
                                        model: 4
                                        Rectangle {
                                            required property int index
                                            anchors.bottom: parent?.bottom
                                            width: Theme.mm(3.4)
                                            height: Theme.mm(4 + 3.4 * index)
                                            radius: Theme.mm(1)
                                            color: index < volume.index ? Theme.sea : "transparent"
                                            border { width: index < volume.index ? 0 : Theme.stroke; color: Theme.line }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                ChoiceRow {
                    width: parent.width
                    visible: sheet.session.lowerable
                    objectName: "lowered"
                    several: true
                    label: qsTr("屏幕放低")
                    note: qsTr("坐着也够得着")
                    chosen: sheet.session.lowered
                    onTouched: sheet.session.setLowered(!sheet.session.lowered)
                }
            }
        }
    }
    Rectangle {
        id: bar
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.bar
        color: Theme.surface
        Rectangle { width: parent.width; height: Theme.edge; color: Theme.hair }
        PushButton {
            id: usual
            objectName: "display-usual"
            anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(96)
            height: Theme.button
            icon: "again"
            label: qsTr("恢复原样")
            onTouched: sheet.session.dressAsUsual()
        }
        ReachButton {
            anchors { left: usual.right; leftMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            session: sheet.session
        }
        PushButton {
            objectName: "display-close"
            anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(104)
            height: Theme.button
            style: "primary"
            label: qsTr("就这样")
            onTouched: sheet.closed()
        }
    }
}
