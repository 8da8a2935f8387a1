pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.VirtualKeyboard
import QtQuick.VirtualKeyboard.Styles
import Kiosk.Theme

// Big, calm keys: 26.8 x 25.8 mm of room each on the 1080 pixel wide glass, with 2.5 mm
// between the keycaps. Design units are the pixels of that glass.
KeyboardStyle {
    id: keys

    readonly property color shade: Qt.tint(Theme.surface, Qt.alpha(Theme.line, 0.22))
    readonly property color pressedShade: Qt.tint(Theme.surface, Qt.alpha(Theme.line, 0.5))

    keyboardDesignWidth: 1080
    keyboardDesignHeight: 440
    keyboardRelativeLeftMargin: 6 / 1080
    keyboardRelativeRightMargin: 6 / 1080
    keyboardRelativeTopMargin: 10 / 440
    keyboardRelativeBottomMargin: 14 / 440

    component Cap: KeyPanel {
        id: cap

        property string label: control?.displayText ?? ""
        property real size: label.length > 1 ? 34 : width > 250 * keys.scaleHint ? 60 : 44
        property bool primary: false
        property bool lit: false

        Rectangle {
            anchors {
                fill: parent
                margins: 5 * keys.scaleHint
                topMargin: (cap.control?.pressed ? 7 : 5) * keys.scaleHint // the key sinks by half a millimetre
                bottomMargin: (cap.control?.pressed ? 3 : 5) * keys.scaleHint
            }
            radius: 12 * keys.scaleHint
            color: {
                if (cap.primary)
                    return cap.control?.pressed ? Theme.seaDeep : Theme.sea;
                if (cap.control?.pressed)
                    return keys.pressedShade;
                return cap.control?.highlighted ? keys.shade : Theme.surface;
            }
            border { width: cap.lit ? 3 : 1; color: cap.lit ? Theme.sea : Qt.alpha(Theme.line, 0.55) }

            Text {
                anchors.centerIn: parent
                text: cap.control?.uppercased && cap.label.length === 1 ? cap.label.toUpperCase() : cap.label
                color: cap.primary ? Theme.surface : Theme.ink
                font { family: Theme.family; pixelSize: Math.round(cap.size * keys.scaleHint); bold: cap.primary }
            }
        }
    }

    keyboardBackground: Rectangle {
        color: Qt.tint(Theme.ground, Qt.alpha(Theme.line, 0.3))
        Rectangle { width: parent.width; height: 1; color: Qt.alpha(Theme.line, 0.6) }
    }
    keyPanel: Cap {}
    symbolKeyPanel: Cap {}
    spaceKeyPanel: Cap {}
    backspaceKeyPanel: Cap {}
    shiftKeyPanel: Cap { label: "⇧"; size: 48; lit: InputContext.shiftActive || InputContext.capsLockActive }
    hideKeyPanel: Cap { primary: true; size: 36 }
    enterKeyPanel: Cap { primary: true }

    selectionListHeight: 112 * scaleHint
    selectionListBackground: Rectangle {
        color: Theme.surface
        border { width: 1; color: Qt.alpha(Theme.line, 0.55) }
    }
    selectionListDelegate: SelectionListItem {
        id: candidate

        required property int index
        required property string display

        width: Math.max(112 * keys.scaleHint, word.implicitWidth + 56 * keys.scaleHint)

        Rectangle {
            anchors { fill: parent; margins: 10 * keys.scaleHint }
            radius: 12 * keys.scaleHint
            color: candidate.ListView.isCurrentItem ? Qt.tint(Theme.surface, Qt.alpha(Theme.sea, 0.14)) : "transparent"
        }
        Text {
            id: word
            anchors.centerIn: parent
            text: candidate.display
            color: candidate.ListView.isCurrentItem ? Theme.sea : Theme.ink
            font { family: Theme.family; pixelSize: Math.round(46 * keys.scaleHint); bold: candidate.ListView.isCurrentItem }
        }
    }
}
