pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// What a department said: single facts on a card, then a table. It may have hundreds of rows, so only those in sight
// are made; a button at the foot turns the page. Where the columns have no room beside one another, each row is a card.
Item {
    id: answers

    property var session
    property var facts: []
    property var columns: []
    property var rows: []
    property var keys: [] // as the rows: what a masked cell is asked for by, "" where nothing is hidden

    readonly property bool hiding: keys.some(row => row.some(key => key !== ""))
    readonly property var signs: measure()
    readonly property real needed: signs.reduce((sum, letters) => sum + letters * Theme.text * 0.6 + 2 * cellPadding, 0)
    readonly property bool stacked: columns.length > (Theme.elder ? 3 : 4) || needed > width
    readonly property var widths: {
        const sum = signs.reduce((one, other) => one + other, 0);
        return signs.map(letters => letters / sum * width);
    }
    readonly property real cellPadding: Theme.mm(3)
    readonly property bool longer: list.contentHeight > height + 1
    readonly property real end: list.originY + list.contentHeight - list.height
    readonly property bool below: list.contentY < end - 1

    // How many letters wide each column is, by the longest of its words; a Chinese sign is as wide as two letters, and so
    // is the sign that what is masked can be seen, with what is left free before it. What is longer than 24 is broken.
    function measure(): var {
        const length = words => [...words].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
        const longest = columns.map((head, place) => rows.slice(0, 50).reduce((most, row) => Math.max(most, length(row[place] ?? "")), length(head)));
        return longest.map((letters, place) => Math.min(Math.max(letters, 6), 24) + (keys.some(row => row[place] !== "") ? 4 : 0));
    }
    // Amounts and counts stand under one another.
    function rightAligned(place: int): bool {
        return place > 0 && rows.every(row => /^(¥?[\d,]+(\.\d+)?( 元)?|–)$/.test(row[place] ?? ""));
    }

    // A table's cell: its words, or a mask that a finger lifts.
    component Cell: Item {
        id: cell
        property string words
        property string key
        property bool bold: false
        property bool brief: false
        property real padding: 0
        property int align: Text.AlignLeft
        readonly property bool hides: key !== ""
        height: hides ? mask.height : plain.height
        Words {
            id: plain
            visible: !cell.hides
            x: cell.padding
            width: parent.width - 2 * cell.padding
            text: cell.words
            font { bold: cell.bold; features: ({ "tnum": 1 }) }
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            horizontalAlignment: cell.align
        }
        Loader {
            id: mask
            active: cell.hides
            visible: active
            x: cell.padding
            width: parent.width - 2 * cell.padding
            sourceComponent: MaskedWords {
                session: answers.session
                key: cell.key
                mask: cell.words
                bold: cell.bold
                brief: cell.brief
            }
        }
    }
    component Head: Row {
        visible: answers.rows.length > 0 && !answers.stacked
        Repeater {
            model: answers.stacked ? 0 : answers.columns.length
            Words {
                required property int index
                width: answers.widths[index] ?? 0
                leftPadding: answers.cellPadding
                rightPadding: answers.cellPadding
                topPadding: Theme.mm(2)
                bottomPadding: Theme.mm(3)
                text: answers.columns[index] ?? ""
                role: "small"
                color: Theme.quiet
                horizontalAlignment: answers.rightAligned(index) ? Text.AlignRight : Text.AlignLeft
            }
        }
    }

    ListView {
        id: list
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: answers.longer ? more.top : parent.bottom; bottomMargin: answers.longer ? Theme.gap : 0 }
        model: answers.rows.length
        interactive: answers.longer
        boundsBehavior: Flickable.StopAtBounds
        clip: answers.longer
        cacheBuffer: Theme.mm(200)
        spacing: answers.stacked ? Theme.mm(3) : 0

        header: Column {
            width: list.width

            Rectangle {
                width: parent.width
                height: known.implicitHeight + 2 * Theme.mm(3)
                visible: answers.facts.length > 0
                radius: Theme.radius
                color: Theme.surface
                border { width: 1; color: Theme.hair }

                Column {
                    id: known
                    anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.mm(7); rightMargin: Theme.mm(7) }

                    Repeater {
                        model: answers.facts.length
                        Item {
                            id: fact
                            required property int index
                            readonly property var about: answers.facts[index] ?? ({ label: "", value: "" })
                            width: known.width
                            height: Math.max(label.implicitHeight, value.implicitHeight) + 2 * Theme.mm(3.5)

                            Rectangle {
                                visible: fact.index > 0
                                width: parent.width
                                height: 1
                                color: Theme.hair
                            }
                            Words {
                                id: label
                                anchors { left: parent.left; verticalCenter: parent.verticalCenter }
                                width: Theme.mm(Theme.elder ? 84 : 72)
                                text: fact.about.label
                                color: Theme.quiet
                            }
                            MaskedWords {
                                id: value
                                anchors { left: label.right; leftMargin: Theme.mm(5); right: parent.right; verticalCenter: parent.verticalCenter }
                                session: answers.session
                                key: fact.about.key ?? ""
                                mask: fact.about.value
                                role: "section"
                            }
                        }
                    }
                }
            }
            Item {
                width: 1
                height: Theme.mm(8)
                visible: answers.facts.length > 0 && answers.rows.length > 0
            }
            Words {
                visible: answers.hiding && !answers.stacked
                width: parent.width
                text: qsTr("有眼睛图标的，按住就能看到完整内容。")
                role: "small"
                color: Theme.quiet
            }
            Head {}
        }

        delegate: Rectangle {
            id: row
            required property int index
            readonly property var cells: answers.rows[index] ?? []
            objectName: "row-" + index
            width: list.width
            readonly property var secret: answers.keys[index] ?? []
            height: answers.stacked ? card.implicitHeight + 2 * Theme.mm(4) : Math.max(line.implicitHeight + (answers.hiding ? Theme.gap : 2 * Theme.mm(3.5)), Theme.target)
            radius: answers.stacked ? Theme.radius : 0
            color: answers.stacked || index % 2 === 0 ? Theme.surface : Theme.ground
            border { width: answers.stacked || Theme.strong ? Theme.edge : 0; color: Theme.hair }

            Row {
                id: line
                visible: !answers.stacked
                anchors.verticalCenter: parent.verticalCenter
                Repeater {
                    model: answers.stacked ? 0 : row.cells.length
                    Cell {
                        required property int index
                        anchors.verticalCenter: answers.hiding ? parent?.verticalCenter : undefined
                        width: answers.widths[index] ?? 0
                        padding: answers.cellPadding
                        words: row.cells[index] ?? ""
                        key: row.secret[index] ?? ""
                        bold: index === 0
                        brief: true
                        align: answers.rightAligned(index) ? Text.AlignRight : Text.AlignLeft
                    }
                }
            }
            Column {
                id: card
                visible: answers.stacked
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.mm(7); rightMargin: Theme.mm(7) }
                spacing: answers.hiding ? Theme.gap : Theme.mm(1.5)
                Repeater {
                    model: answers.stacked ? row.cells.length : 0
                    Row {
                        id: pair
                        required property int index
                        width: card.width
                        spacing: Theme.mm(4)
                        Words {
                            width: Theme.mm(Theme.elder ? 84 : 68)
                            anchors.verticalCenter: told.hides ? parent.verticalCenter : undefined
                            text: answers.columns[pair.index] ?? ""
                            role: "small"
                            color: Theme.quiet
                            topPadding: told.hides ? 0 : (Theme.text - Theme.small) * 0.6
                        }
                        Cell {
                            id: told
                            width: parent.width - Theme.mm(Theme.elder ? 88 : 72)
                            words: row.cells[pair.index] ?? ""
                            key: row.secret[pair.index] ?? ""
                            bold: pair.index === 0
                        }
                    }
                }
            }
        }
    }
    // Where the rows have gone up under the foot of the page before, their columns are still named.
    Rectangle {
        visible: !answers.stacked && list.contentY > list.originY + (list.headerItem?.height ?? 0) - head.height
        anchors { left: list.left; right: list.right; top: list.top }
        height: head.height
        color: Theme.ground
        Head { id: head }
    }
    PushButton {
        id: more
        objectName: "more"
        visible: answers.longer
        anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter }
        width: Math.min(implicitWidth, parent.width)
        style: "quiet"
        size: Theme.text
        label: answers.below ? qsTr("往下还有，点这里翻页") : qsTr("回到开头")
        onTouched: list.contentY = answers.below ? Math.min(list.contentY + list.height * 0.85, answers.end) : list.originY
    }
}
