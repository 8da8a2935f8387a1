pragma Singleton

import QtQuick

// Measures of the dock, in pixels of a desk's screen: it stands beside the kiosk and is read from near.
QtObject {
    readonly property string mono: "Noto Sans Mono CJK SC"
    readonly property color lamp: "#F5B800" // a lamp that shines
    readonly property int small: 12
    readonly property int text: 13
    readonly property int section: 15
    readonly property int title: 20
    readonly property int row: 30
    readonly property int radius: 6
    readonly property int gap: 8
    readonly property int margin: 20
    readonly property int side: 200
    readonly property int names: 124 // the column of labels
}
