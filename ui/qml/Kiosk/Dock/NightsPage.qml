pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Named nights: what they do, which is played, and what of it could not be done.
Page {
    id: page

    required property var dock

    spacing: 12

    Caption {
        width: parent.width
        role: "title"
        text: "Nights"
    }
    Caption {
        width: parent.width
        text: "A night plays on the clock above: at 60× an hour lasts a minute. Stopping it ends the faults that wait; what stands, as an open cover, stays."
        color: Theme.quiet
    }
    Notes {
        width: parent.width
        faults: page.dock.now.failures.map(failure => ["", failure])
    }
    Repeater {
        model: page.dock.nights
        delegate: Panel {
            id: night
            required property var modelData
            readonly property bool playing: page.dock.now.playing === modelData.id

            width: parent?.width ?? 0
            spacing: 4
            color: playing ? Theme.seaPale : Theme.surface
            border.color: playing ? Theme.sea : Theme.hair

            Item {
                width: parent.width
                height: Math.max(words.height, Desk.row)
                Column {
                    id: words
                    width: parent.width - button.width - 16
                    spacing: 4
                    Caption { width: parent.width; role: "section"; text: night.modelData.name.zh + " · " + night.modelData.name.en }
                    Caption { width: parent.width; text: night.modelData.told.zh }
                    Caption { width: parent.width; text: night.modelData.told.en; color: Theme.quiet }
                    Caption {
                        width: parent.width
                        role: "small"
                        color: night.modelData.missing !== "" ? Theme.warn : Theme.quiet
                        text: night.modelData.missing !== "" ? "Not here: " + night.modelData.missing
                            : (night.playing ? "Playing · " : "") + night.modelData.lasts + " · " + night.modelData.id
                    }
                }
                DockButton {
                    id: button
                    objectName: (night.playing ? "stop-" : "play-") + night.modelData.id
                    anchors.right: parent.right
                    width: 72
                    enabled: night.modelData.missing === ""
                    primary: night.playing
                    text: night.playing ? "Stop" : "Play"
                    onClicked: night.playing ? page.dock.stop() : page.dock.play(night.modelData.id)
                }
            }
        }
    }
    DockButton {
        objectName: "end-faults"
        text: "End every fault that waits"
        onClicked: page.dock.stop()
    }
}
