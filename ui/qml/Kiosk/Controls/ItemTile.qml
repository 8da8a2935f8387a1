import QtQuick

// The tile of one item; a touch begins it.
Tile {
    required property var session
    required property var about

    objectName: "tile-" + about.code
    icon: about.icon
    name: about.name
    line: about.line
    takes: qsTr("约 %1 分钟 · %2").arg(about.minutes).arg(about.fee)
    reason: about.reason ?? ""
    onTouched: session.begin(about.code)
}
