import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The loudspeaker: whether it is heard, and how loud everything is to be.
Column {
    id: page

    required property var workshop
    readonly property var volume: workshop.view?.settings[0] ?? null // none where the command that starts the program fixes it

    spacing: Theme.mm(5)

    QuestionCard { width: page.width; workshop: page.workshop }
    Card {
        width: page.width
        Column {
            width: parent.width
            spacing: Theme.mm(6)
            Item {
                visible: !!page.volume
                width: parent.width
                height: title.implicitHeight
                Words { id: title; text: page.volume?.title ?? ""; role: "section" }
                Words { anchors.right: parent.right; text: page.volume?.value ?? ""; role: "section"; color: page.volume?.changed ? Theme.bloom : Theme.sea; font.features: ({ "tnum": 1 }) }
            }
            VolumeScale { visible: !!page.volume; width: parent.width; volume: page.volume?.value ?? 0; onChosen: volume => page.workshop.act("set", page.volume.key + "=" + volume) }
            Row {
                spacing: Theme.gap
                PushButton { objectName: "ring"; icon: "sound"; size: Theme.text; label: qsTr("再响一次"); onTouched: page.workshop.act("ring", "") }
                PushButton { objectName: "undo"; visible: !!page.volume?.changed; style: "quiet"; size: Theme.text; label: qsTr("撤销上次改动"); onTouched: page.workshop.act("undo", page.volume.key) }
            }
        }
    }
}
