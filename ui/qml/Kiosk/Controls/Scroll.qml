import QtQuick
import Kiosk.Theme

// A column that may be longer than its room. Where it is, a button at the foot says so
// and turns a page; nothing is hidden without a word.
Item {
    id: scroll

    default property alias content: column.data
    property alias spacing: column.spacing
    property color ground: Theme.ground // that it lies on
    property alias contentY: flick.contentY
    readonly property real naturalHeight: column.implicitHeight
    readonly property bool longer: column.implicitHeight > height + 1
    readonly property bool below: flick.contentY < flick.contentHeight - flick.height - 1

    // Bring `item` into sight, a little below the top.
    function reveal(item: Item) {
        const y = item.mapToItem(column, 0, 0).y;
        const most = Math.max(0, flick.contentHeight - flick.height);
        if (y < flick.contentY || y + item.height > flick.contentY + flick.height)
            flick.contentY = Math.max(0, Math.min(y - Theme.mm(4), most));
    }

    Flickable {
        id: flick
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: scroll.longer ? more.top : parent.bottom; bottomMargin: scroll.longer ? Theme.gap : 0 }
        contentHeight: column.implicitHeight
        interactive: scroll.longer
        boundsBehavior: Flickable.StopAtBounds
        clip: scroll.longer

        Column {
            id: column
            width: flick.width
        }
    }
    // What goes on below fades out.
    Rectangle {
        visible: scroll.longer && scroll.below && !Theme.strong
        anchors { left: parent.left; right: parent.right; bottom: flick.bottom }
        height: Theme.mm(9)
        gradient: Gradient {
            GradientStop { position: 0; color: Qt.alpha(scroll.ground, 0) }
            GradientStop { position: 1; color: scroll.ground }
        }
    }
    PushButton {
        id: more
        objectName: "more"
        visible: scroll.longer
        anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter }
        width: Math.min(implicitWidth, parent.width)
        style: "quiet"
        size: Theme.text
        label: scroll.below ? qsTr("往下还有，点这里翻页") : qsTr("回到开头")
        onTouched: flick.contentY = scroll.below ? Math.min(flick.contentY + flick.height * 0.85, flick.contentHeight - flick.height) : 0
    }
}
