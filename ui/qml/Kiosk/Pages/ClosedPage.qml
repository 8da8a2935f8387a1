pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// Nothing can be done here now: why, and where to go instead, the nearest station first.
Item {
    id: page

    required property var session
    readonly property var home: session.home
    readonly property var closed: home.closed ?? null
    readonly property var elsewhere: closed?.elsewhere ?? []

    CityPicture {
        anchors { left: parent.left; right: parent.right; bottom: bar.top }
        height: width * 300 / 1080
        opacity: 0.45
        visible: !Theme.strong && !Theme.wide && scroll.naturalHeight + scroll.y + height < bar.y
    }
    Scroll {
        id: scroll
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: bar.top; margins: Theme.margin; topMargin: Theme.mm(Theme.wide || page.height < Theme.mm(400) ? 8 : 22); bottomMargin: Theme.mm(4) }

        Grid {
            id: halves
            readonly property real half: (width - (columns - 1) * columnSpacing) / columns
            width: parent.width
            columns: Theme.wide ? 2 : 1
            columnSpacing: Theme.mm(14)
            rowSpacing: Theme.mm(8)

            Column {
                width: halves.half
                spacing: Theme.mm(6)
                Icon { name: "warning"; size: Theme.mm(26); color: Theme.warn }
                Words { width: parent.width; objectName: "closed"; text: qsTr("本机暂停服务"); role: "title" }
                Words { width: parent.width; text: page.closed?.happened ?? ""; role: "section" }
                Words { width: parent.width; text: page.closed?.meaning ?? ""; color: Theme.quiet }
                Words { width: parent.width; text: qsTr("修好后会自动恢复。不用在这里等。"); color: Theme.quiet }
                Notice { width: parent.width; kind: "info"; icon: "phone"; words: qsTr("找站点、问进度、报修：%1").arg(page.home.hotline ?? "") }
            }
            Column {
                width: halves.half
                spacing: Theme.mm(5)
                Words { visible: page.elsewhere.length > 0; text: qsTr("最近的其他站点"); role: "section" }
                Repeater {
                    model: page.elsewhere
                    Card {
                        id: card
                        required property var modelData
                        readonly property var about: modelData
                        width: parent?.width ?? 0
                        Column {
                            width: parent.width
                            spacing: Theme.mm(2)
                            Item {
                                width: parent.width
                                height: Math.max(name.implicitHeight, far.implicitHeight)
                                Words { id: name; width: parent.width - far.implicitWidth - Theme.gap; text: card.about.name; font.bold: true }
                                Words {
                                    id: far
                                    anchors { right: parent.right; baseline: name.baseline }
                                    text: qsTr("%1 公里").arg(card.about.kilometres.toFixed(1))
                                    color: Theme.sea
                                    font.bold: true
                                    wrapMode: Text.NoWrap
                                }
                            }
                            Words { width: parent.width; text: card.about.address; role: "small" }
                            Words { width: parent.width; text: card.about.hours + " · " + card.about.state; role: "small"; color: Theme.quiet }
                        }
                    }
                }
            }
        }
    }
    // Help and language stand at the head, which not everybody reaches.
    ReachBar {
        id: bar
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
        session: page.session
    }
}
