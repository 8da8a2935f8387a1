pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// A day, or a month, chosen by turning: a column each for year, month and day, that a finger drags, and large buttons
// above and below them. A day that is none, or that the question does not allow, cannot be chosen: the nearest stands.
Rectangle {
    id: wheel

    signal chosen(string digits)
    signal closed

    required property var session
    required property string label
    required property string first // the first that can be chosen, YYYYMMDD or YYYYMM
    required property string last
    required property string start // where it stands when it opens
    property bool days: true // false: only year and month

    property int year: Number(start.slice(0, 4))
    property int month: Number(start.slice(4, 6))
    property int day: Number(start.slice(6, 8)) || 1
    // What the year leaves of its months, and both of the days.
    readonly property int firstMonth: year === part(first, 0) ? part(first, 1) : 1
    readonly property int lastMonth: year === part(last, 0) ? part(last, 1) : 12
    readonly property int firstDay: year === part(first, 0) && month === part(first, 1) ? part(first, 2) : 1
    readonly property int lastDay: year === part(last, 0) && month === part(last, 1) && days ? part(last, 2) : new Date(year, month, 0).getDate()
    readonly property string words: {
        const date = new Date(year, month - 1, day);
        if (session.language !== "zh")
            return date.toLocaleDateString(Qt.locale("en_GB"), days ? "dddd, d MMMM yyyy" : "MMMM yyyy");
        return days ? date.toLocaleDateString(Qt.locale("zh_CN"), "yyyy年M月d日 dddd") : date.toLocaleDateString(Qt.locale("zh_CN"), "yyyy年M月");
    }

    function part(digits: string, place: int): int {
        return Number([digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)][place]) || 1;
    }
    onFirstMonthChanged: month = Math.max(month, firstMonth)
    onLastMonthChanged: month = Math.min(month, lastMonth)
    onFirstDayChanged: day = Math.max(day, firstDay)
    onLastDayChanged: day = Math.min(day, lastDay)

    color: Theme.ground

    // One column of numbers; the one in the middle is chosen.
    component Turning: Column {
        id: column

        property string name
        property string unit
        property int first
        property int last
        property int value
        readonly property real row: Theme.mm(Theme.elder ? 26 : 20)
        readonly property int rows: Theme.wide ? 3 : 5
        signal turned(int value)

        function turn(by: int) {
            turned(first + (value - first + by + last - first + 1) % (last - first + 1));
        }

        width: (columns.width - columns.spacing * (columns.columns - 1)) / columns.columns
        spacing: Theme.gap

        Words { width: parent.width; horizontalAlignment: Text.AlignHCenter; text: column.unit; role: "section"; color: Theme.quiet }
        PushButton {
            objectName: "wheel-" + column.name + "-up"
            width: parent.width
            height: Theme.mm(Theme.elder ? 26 : 20)
            label: "−"
            Accessible.name: column.unit + " −"
            size: Theme.title
            onTouched: column.turn(-1)
        }
        ListView {
            id: list
            objectName: "wheel-" + column.name
            Accessible.role: Accessible.SpinBox
            Accessible.name: column.unit + " " + column.value
            width: parent.width
            height: column.row * column.rows
            clip: true
            model: column.last - column.first + 1
            snapMode: ListView.SnapToItem
            highlightRangeMode: ListView.StrictlyEnforceRange
            preferredHighlightBegin: column.row * (column.rows - 1) / 2
            preferredHighlightEnd: column.row * (column.rows + 1) / 2
            highlightMoveDuration: 120
            boundsBehavior: Flickable.StopAtBounds
            cacheBuffer: column.row * 5

            // Where the wheel stands is said from outside; where a finger leaves it is said outwards.
            function follow() {
                if (currentIndex !== column.value - column.first)
                    currentIndex = column.value - column.first;
            }
            onCurrentIndexChanged: if (moving) column.turned(column.first + currentIndex)
            onMovementEnded: column.turned(column.first + currentIndex)
            onCountChanged: Qt.callLater(follow)
            Component.onCompleted: {
                follow();
                positionViewAtIndex(currentIndex, ListView.SnapPosition);
            }
            Connections {
                target: column
                function onValueChanged() { list.follow(); }
                function onFirstChanged() { Qt.callLater(list.follow); }
            }

            delegate: Item {
                id: number
                required property int index
                readonly property bool current: ListView.isCurrentItem
                width: list.width
                height: column.row
                Rectangle {
                    anchors.fill: parent
                    visible: number.current
                    radius: Theme.radius
                    color: Theme.seaPale
                    border { width: Theme.mm(0.9); color: Theme.sea }
                }
                Words {
                    anchors.centerIn: parent
                    text: String(column.first + number.index)
                    role: "section"
                    color: number.current ? Theme.ink : Theme.quiet
                    font { pixelSize: number.current ? Theme.title : Theme.section; bold: number.current; features: ({ "tnum": 1 }) }
                }
                MouseArea {
                    anchors.fill: parent
                    onClicked: column.turned(column.first + number.index)
                }
            }
        }
        PushButton {
            objectName: "wheel-" + column.name + "-down"
            width: parent.width
            height: Theme.mm(Theme.elder ? 26 : 20)
            label: "＋"
            Accessible.name: column.unit + " ＋"
            size: Theme.title
            onTouched: column.turn(1)
        }
    }

    MouseArea { anchors.fill: parent }
    Column {
        id: head
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.margin; topMargin: Theme.mm(12) }
        spacing: Theme.mm(3)

        Words { width: parent.width; text: wheel.label; role: "title" }
        Words { objectName: "wheel-words"; width: parent.width; text: wheel.words; role: "section"; color: Theme.sea; font.pixelSize: Theme.mm(12) }
    }
    Grid {
        id: columns
        anchors { left: parent.left; right: parent.right; margins: Theme.margin; verticalCenter: parent.verticalCenter; verticalCenterOffset: (head.height - bar.height) / 2 }
        columns: wheel.days ? 3 : 2
        spacing: Theme.mm(8)

        Turning { name: "year"; unit: qsTr("年"); first: wheel.part(wheel.first, 0); last: wheel.part(wheel.last, 0); value: wheel.year; onTurned: to => wheel.year = to }
        Turning { name: "month"; unit: qsTr("月"); first: wheel.firstMonth; last: wheel.lastMonth; value: wheel.month; onTurned: to => wheel.month = to }
        Turning { visible: wheel.days; name: "day"; unit: qsTr("日"); first: wheel.firstDay; last: wheel.lastDay; value: wheel.day; onTurned: to => wheel.day = to }
    }
    Rectangle {
        id: bar
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Theme.bar
        color: Theme.surface
        Rectangle { width: parent.width; height: 1; color: Theme.hair }
        PushButton {
            id: closing
            objectName: "wheel-close"
            anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(76)
            height: Theme.button
            icon: "close"
            label: qsTr("不改了")
            onTouched: wheel.closed()
        }
        ReachButton {
            anchors { left: closing.right; leftMargin: Theme.gap; verticalCenter: parent.verticalCenter }
            session: wheel.session
        }
        PushButton {
            objectName: "wheel-done"
            anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
            width: Theme.mm(104)
            height: Theme.button
            style: "primary"
            label: wheel.days ? qsTr("就是这一天") : qsTr("就是这个月")
            onTouched: wheel.chosen(String(wheel.year).padStart(4, "0") + String(wheel.month).padStart(2, "0") + (wheel.days ? String(wheel.day).padStart(2, "0") : ""))
        }
    }
    TouchGuard { anchors.fill: parent }
}
