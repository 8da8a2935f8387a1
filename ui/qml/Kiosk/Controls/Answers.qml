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

    readonly property bool stacked: columns.length > (Theme.elder ? 3 : 4)
    readonly property var widths: shares()
    readonly property real cellPadding: Theme.mm(3)
    readonly property bool longer: list.contentHeight > height + 1
    readonly property real end: list.originY + list.contentHeight - list.height
    readonly property bool below: list.contentY < end - 1

    // How wide each column is, by the longest of its words; a Chinese sign is as wide as two letters.
    function shares(): var {
        const length = words => [...words].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
        const longest = columns.map((head, place) => rows.slice(0, 50).reduce((most, row) => Math.max(most, length(row[place] ?? "")), length(head)));
        const bound = longest.map(signs => Math.min(Math.max(signs, 6), 24));
        const sum = bound.reduce((one, other) => one + other, 0);
        return bound.map(signs => signs / sum * width);
    }
    // Amounts and counts stand under one another.
    function rightAligned(place: int): bool {
        return place > 0 && rows.every(row => /^(¥?[\d,]+(\.\d+)?( 元)?|–)$/.test(row[place] ?? ""));
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
            Head {}
        }

        delegate: Rectangle {
            id: row
            required property int index
            readonly property var cells: answers.rows[index] ?? []
            objectName: "row-" + index
            width: list.width
            height: answers.stacked ? card.implicitHeight + 2 * Theme.mm(4) : Math.max(line.implicitHeight + 2 * Theme.mm(3.5), Theme.target)
            radius: answers.stacked ? Theme.radius : 0
            color: answers.stacked || index % 2 === 0 ? Theme.surface : Theme.ground
            border { width: answers.stacked || Theme.strong ? Theme.edge : 0; color: Theme.hair }

            Row {
                id: line
                visible: !answers.stacked
                anchors.verticalCenter: parent.verticalCenter
                Repeater {
                    model: answers.stacked ? 0 : row.cells.length
                    Words {
                        required property int index
                        width: answers.widths[index] ?? 0
                        leftPadding: answers.cellPadding
                        rightPadding: answers.cellPadding
                        text: row.cells[index] ?? ""
                        font { bold: index === 0; features: ({ "tnum": 1 }) }
                        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                        horizontalAlignment: answers.rightAligned(index) ? Text.AlignRight : Text.AlignLeft
                    }
                }
            }
            Column {
                id: card
                visible: answers.stacked
                anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.mm(7); rightMargin: Theme.mm(7) }
                spacing: Theme.mm(1.5)
                Repeater {
                    model: answers.stacked ? row.cells.length : 0
                    Row {
                        id: pair
                        required property int index
                        width: card.width
                        spacing: Theme.mm(4)
                        Words { width: Theme.mm(Theme.elder ? 84 : 68); text: answers.columns[pair.index] ?? ""; role: "small"; color: Theme.quiet; topPadding: (Theme.text - Theme.small) * 0.6 }
                        Words { width: parent.width - Theme.mm(Theme.elder ? 88 : 72); text: row.cells[pair.index] ?? ""; font { bold: pair.index === 0; features: ({ "tnum": 1 }) } wrapMode: Text.WrapAtWordBoundaryOrAnywhere }
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
        style: "quiet"
        size: Theme.text
        label: answers.below ? qsTr("往下还有，点这里翻页") : qsTr("回到开头")
        onTouched: list.contentY = answers.below ? Math.min(list.contentY + list.height * 0.85, answers.end) : list.originY
    }
}
