pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// A character that no keyboard offers, by its parts: strokes of the radical, the radical, further strokes, the
// character. Or by how it is read. Whatever was chosen stands above and leads back.
Rectangle {
    id: picker

    signal chosen(string character)
    signal closed

    required property var session
    required property var characters
    property bool byReading: false
    property string letters: ""
    property int radicalStrokes: 0
    property var radical: null // { id, form }
    property int further: -1

    readonly property var counts: radical ? characters.beside(radical.id) : characters.strokes()
    readonly property bool counting: !byReading && (radical ? further < 0 : radicalStrokes === 0)
    readonly property var shown: byReading ? (letters === "" ? [] : characters.read(letters))
        : further >= 0 && radical ? characters.under(radical.id, further)
        : radicalStrokes > 0 && !radical ? characters.radicals(radicalStrokes) : []
    readonly property real cell: Theme.mm(Theme.elder ? 30 : 24)

    color: Theme.ground

    // A square that is touched: a number of strokes, a radical, a character, a letter.
    component Square: Touchable {
        id: square
        property string words
        Accessible.name: words
        width: picker.cell - Theme.mm(4)
        height: width
        border { width: Theme.stroke; color: Theme.line }
        Words { objectName: "character"; anchors.centerIn: parent; text: square.words; font.pixelSize: Theme.mm((Theme.elder ? 15 : 12) / Math.max(1, [...square.words].length * 0.7)) }
    }
    component Way: PushButton {
        property bool on: false
        width: (head.width - Theme.gap) / 2
        style: on ? "primary" : "plain"
        height: Theme.target
        size: Theme.text
    }

    MouseArea { anchors.fill: parent }
    Column {
        id: head
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(12) }
        spacing: Theme.mm(5)

        Words {
            width: parent.width
            role: "title"
            text: picker.byReading ? qsTr("这个字怎么读？") : picker.counting && !picker.radical ? qsTr("部首有几画？")
                : picker.counting ? qsTr("部首以外还有几画？") : !picker.radical ? qsTr("是哪个部首？") : qsTr("是哪个字？")
        }
        Row {
            spacing: Theme.gap
            Way { objectName: "by-radical"; label: qsTr("按部首"); on: !picker.byReading; onTouched: picker.byReading = false }
            Way { objectName: "by-reading"; label: qsTr("按拼音"); on: picker.byReading; onTouched: picker.byReading = true }
        }
        Flow {
            width: parent.width
            visible: !picker.byReading && picker.radicalStrokes > 0
            spacing: Theme.gap
            PushButton {
                objectName: "back-to-strokes"
                icon: "back"
                size: Theme.text
                label: qsTr("部首 %1 画").arg(picker.radicalStrokes)
                onTouched: {
                    picker.further = -1;
                    picker.radical = null;
                    picker.radicalStrokes = 0;
                }
            }
            PushButton {
                objectName: "back-to-radical"
                visible: picker.radical !== null
                icon: "back"
                size: Theme.text
                label: picker.radical?.form ?? ""
                onTouched: {
                    picker.further = -1;
                    picker.radical = null;
                }
            }
            PushButton {
                objectName: "back-to-further"
                visible: picker.further >= 0
                icon: "back"
                size: Theme.text
                label: qsTr("还有 %1 画").arg(picker.further)
                onTouched: picker.further = -1
            }
        }
        Flow {
            width: parent.width
            visible: picker.counting
            spacing: Theme.mm(4)
            Repeater {
                model: picker.counting ? picker.counts : []
                Square {
                    required property int modelData
                    objectName: "strokes-" + modelData
                    words: modelData
                    onTouched: if (picker.radical) picker.further = modelData; else picker.radicalStrokes = modelData
                }
            }
        }
        Words {
            width: parent.width
            visible: picker.byReading
            role: "section"
            text: picker.letters === "" ? qsTr("点字母，不用写声调；ü 写作 v。") : picker.letters
            color: picker.letters === "" ? Theme.quiet : Theme.ink
        }
        Flow {
            width: parent.width
            visible: picker.byReading
            spacing: Theme.mm(4)
            Repeater {
                model: picker.byReading ? "abcdefghijklmnopqrstuvwxyz".split("") : []
                Square {
                    required property string modelData
                    objectName: "letter-" + modelData
                    words: modelData
                    onTouched: if (picker.letters.length < 6) picker.letters += modelData
                }
            }
            PushButton {
                objectName: "letter-delete"
                height: picker.cell - Theme.mm(4)
                size: Theme.text
                label: qsTr("删除")
                onTouched: picker.letters = picker.letters.slice(0, -1)
            }
        }
    }
    GridView {
        id: grid
        anchors { left: parent.left; right: parent.right; top: head.bottom; bottom: more.visible ? more.top : bar.top; margins: Theme.margin; topMargin: Theme.mm(6); bottomMargin: Theme.mm(3) }
        readonly property bool below: contentY < contentHeight - height - 1
        visible: picker.shown.length > 0
        clip: true
        cellWidth: picker.cell
        cellHeight: picker.cell
        boundsBehavior: Flickable.StopAtBounds
        model: picker.shown
        onModelChanged: contentY = 0
        delegate: Square {
            required property var modelData
            objectName: "character-" + words
            words: modelData.form ?? modelData
            onTouched: if (modelData.form) picker.radical = modelData; else picker.chosen(modelData)
        }
    }
    Words {
        anchors { left: head.left; right: head.right; top: head.bottom; topMargin: Theme.mm(8) }
        visible: picker.byReading && picker.letters !== "" && picker.shown.length === 0
        color: Theme.quiet
        text: qsTr("没有读作“%1”的字，请再看一遍拼音，或按部首找。").arg(picker.letters)
    }
    PushButton {
        id: more
        objectName: "more"
        visible: grid.visible && grid.contentHeight > bar.y - head.y - head.height - Theme.mm(12)
        anchors { bottom: bar.top; horizontalCenter: parent.horizontalCenter }
        width: Math.min(implicitWidth, parent.width)
        style: "quiet"
        size: Theme.text
        label: grid.below ? qsTr("往下还有，点这里翻页") : qsTr("回到开头")
        onTouched: grid.contentY = grid.below ? Math.min(grid.contentY + Math.floor(grid.height / grid.cellHeight) * grid.cellHeight, grid.contentHeight - grid.height) : 0
    }
    Rectangle {
        id: bar
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.bar
        color: Theme.surface
        Rectangle { width: parent.width; height: 1; color: Theme.hair }
        PushButton {
            id: closing
            objectName: "character-close"
            anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(76)
            height: Theme.button
            icon: "close"
            label: qsTr("不找了")
            onTouched: picker.closed()
        }
        ReachButton {
            anchors { left: closing.right; leftMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            session: picker.session
        }
    }
    TouchGuard {
        anchors.fill: parent
        page: [picker.byReading, picker.radicalStrokes, picker.radical?.id ?? "", picker.further].join("/")
    }
}
