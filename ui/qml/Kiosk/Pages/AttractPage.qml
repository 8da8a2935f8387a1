pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Nobody is here: how it is done, scene by scene, when it is open, what is new, in both languages and without a sound.
// Each scene moves once and then stands still. Wherever it is touched, the home page comes and nothing else happens.
Item {
    id: page

    objectName: "attract"

    required property var session
    required property Item front // the home page, of which the first scene shows a picture

    property int scene: 0
    property real phase: 0 // of the scene's movement, until the thing lies where it belongs
    readonly property real rest: 0.6
    readonly property int sceneSeconds: 12
    readonly property var mine: session.attract.mine
    readonly property var other: session.attract.other
    readonly property var act: mine.scenes[scene]
    readonly property int piece: mine.news.length > 0 ? scene % mine.news.length : -1

    property var shot: null // the home page as it looks now
    property rect spot // where its first tile lies, 0..1 of the page

    function find(item: Item): Item {
        for (const child of item.children) {
            const found = child.objectName.startsWith("tile-") ? child : find(child);
            if (found)
                return found;
        }
        return null;
    }
    // The home page may be dressed otherwise by now.
    function take() {
        if (front.width < 1 || front.height < 1)
            return;
        const tile = find(front);
        if (tile) {
            const box = tile.mapToItem(front, 0, 0, tile.width, tile.height);
            spot = Qt.rect(box.x / front.width, box.y / front.height, box.width / front.width, box.height / front.height);
        }
        front.grabToImage(result => page.shot = result, Qt.size(Math.round(front.width / 2), Math.round(front.height / 2)));
    }
    onSceneChanged: if (scene === 0) take()
    Component.onCompleted: take()
    Connections {
        target: page.front
        function onWidthChanged() { Qt.callLater(page.take); }
        function onHeightChanged() { Qt.callLater(page.take); }
    }
    Connections {
        target: page.session
        function onLookChanged() { Qt.callLater(page.take); }
        function onLanguageChanged() { Qt.callLater(page.take); }
    }

    Timer {
        interval: 66
        repeat: true
        running: page.phase < page.rest
        onTriggered: page.phase = Math.min(page.rest, page.phase + interval / 4000)
    }
    Timer {
        interval: page.sceneSeconds * 1000
        repeat: true
        running: true
        onTriggered: {
            page.scene = (page.scene + 1) % page.mine.scenes.length;
            page.phase = 0;
        }
    }

    // A sentence in the language of the screen, and below it in the other one.
    component Both: Column {
        id: both
        property string words
        property string also
        property string role: "text"
        property color color: Theme.ink
        property int align: Text.AlignLeft
        spacing: Theme.mm(1.5)
        Words { width: both.width; text: both.words; role: both.role; color: both.color; horizontalAlignment: both.align }
        Words { objectName: "other-language"; width: both.width; text: both.also; role: "small"; color: both.color === Theme.ink ? Theme.quiet : both.color; horizontalAlignment: both.align }
    }

    Rectangle { anchors.fill: parent; color: Theme.ground }

    Item {
        id: pictures
        objectName: "pictures"
        anchors {
            left: parent.left; top: parent.top; bottom: caption.top
            right: Theme.wide ? parent.horizontalCenter : parent.right
            margins: Theme.margin; bottomMargin: Theme.mm(6)
        }

        MachinePicture {
            anchors.fill: parent
            visible: page.act.picture !== "home"
            part: visible ? page.act.picture : ""
            phase: page.phase
        }
        Image {
            id: photo
            anchors.centerIn: parent
            visible: page.act.picture === "home" && status === Image.Ready
            width: Math.min(parent.width, parent.height * page.front.width / page.front.height)
            height: width * page.front.height / page.front.width
            source: page.shot ? page.shot.url : ""
            cache: false

            Rectangle { anchors { fill: parent; margins: -Theme.stroke } color: "transparent"; border { width: Theme.stroke; color: Theme.line } }
            // The finger, on its way to the first tile.
            Rectangle {
                readonly property real there: Math.min(1, page.phase / 0.38)
                visible: page.spot.width > 0 && page.spot.y + page.spot.height / 2 < 0.7 // and not below what is seen
                width: Theme.mm(14)
                height: width
                radius: width / 2
                x: photo.width * (page.spot.x + page.spot.width / 2) - width / 2
                y: photo.height * (page.spot.y + page.spot.height / 2 + 0.25 * (1 - there)) - height / 2
                color: Qt.alpha(Theme.surface, there < 1 ? 0.4 : 0.7)
                border { width: Theme.mm(1.2); color: Theme.bloom }
            }
        }
    }
    Column {
        id: caption
        objectName: "caption"
        anchors {
            left: parent.left; right: Theme.wide ? parent.horizontalCenter : parent.right; bottom: Theme.wide ? foot.top : board.top
            leftMargin: Theme.margin; rightMargin: Theme.margin; bottomMargin: Theme.mm(8)
        }
        spacing: Theme.mm(5)
        Both {
            width: parent.width
            words: page.act.words
            also: page.other.scenes[page.scene].words
            role: "title"
            align: Text.AlignHCenter
        }
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(4)
            Repeater {
                model: page.mine.scenes.length
                Rectangle {
                    required property int index
                    width: Theme.mm(index === page.scene ? 12 : 4)
                    height: Theme.mm(4)
                    radius: height / 2
                    color: index === page.scene ? Theme.sea : Theme.line
                }
            }
        }
    }
    Column {
        id: board
        objectName: "board"
        anchors {
            left: Theme.wide ? parent.horizontalCenter : parent.left; right: parent.right; bottom: foot.top
            leftMargin: Theme.margin; rightMargin: Theme.margin; bottomMargin: Theme.wide ? Math.max(Theme.mm(8), (foot.y - height) / 2) : Theme.mm(8)
        }
        spacing: Theme.gap

        component Line: Rectangle {
            id: line
            property string icon
            property alias words: both.words
            property alias also: both.also
            width: board.width
            height: both.height + 2 * Theme.mm(5)
            radius: Theme.radius
            color: Theme.surface
            border { width: Theme.edge; color: Theme.hair }
            Icon { id: mark; name: line.icon; size: Theme.text * 1.3; color: Theme.sea; x: Theme.mm(6); y: Theme.mm(6) }
            Both {
                id: both
                anchors { left: mark.right; leftMargin: Theme.mm(4); right: parent.right; rightMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
            }
        }
        Line {
            visible: page.piece >= 0
            icon: "info"
            words: page.mine.news[page.piece] ?? ""
            also: page.other.news[page.piece] ?? ""
        }
        Line {
            visible: !!page.mine.hours
            icon: "clock"
            words: page.mine.hours ?? ""
            also: page.other.hours ?? ""
        }
    }
    Rectangle {
        id: foot
        objectName: "foot"
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        height: Math.max(Theme.bar, begin.height + Theme.mm(12))
        color: Theme.sea
        Both {
            id: begin
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; margins: Theme.margin }
            words: page.mine.begin
            also: page.other.begin
            role: "section"
            color: Theme.seaWords
            align: Text.AlignHCenter
        }
    }
    // Takes every finger, so that nothing below is set off; that somebody is there the window sees by itself.
    MouseArea {
        objectName: "wake"
        anchors.fill: parent
        Accessible.role: Accessible.Button
        Accessible.name: page.mine.begin
        Accessible.onPressAction: page.session.touch()
    }
}
