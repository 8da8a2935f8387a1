pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// The head of every page: whose machine this is, help, the language, how it looks and sounds, the time.
Rectangle {
    id: header

    required property var session
    property var listening: null // whoever reads the page out
    // A finger lies on the egret for five seconds: the way in for technicians, which no citizen needs to see.
    signal knocked
    signal helped
    signal readAloud
    signal dressed // how it looks and sounds is to be changed

    property bool helping: false // whether help stands
    property bool dressing: false
    readonly property real type: Theme.mm(Theme.elder || Theme.textSize > 0 ? 8 : 6.8)

    implicitHeight: Theme.header
    color: Theme.head

    component Pill: Touchable {
        id: pill
        property string label
        property bool on: false
        Accessible.name: label
        width: Math.max(words.implicitWidth + 2 * Theme.mm(4.2), height)
        height: Theme.target
        radius: height / 2
        color: on ? Theme.headWords : "transparent"
        border { width: Theme.stroke; color: on ? Theme.headWords : Theme.headLine }

        Words { id: words; anchors.centerIn: parent; text: pill.label; color: pill.on ? Theme.head : Theme.headWords; wrapMode: Text.NoWrap; font.pixelSize: header.type }
    }

    Row {
        id: machine
        anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(4)
        Egret {
            width: Theme.mm(13)
            height: width
            edge: Theme.look === "light" ? Theme.ink : "transparent"
            anchors.verticalCenter: parent.verticalCenter
            Item {
                objectName: "egret"
                anchors { fill: parent; margins: -Theme.mm(4) }
                TapHandler { longPressThreshold: 5; gesturePolicy: TapHandler.WithinBounds; onLongPressed: header.knocked() }
            }
        }
        // Where it does not fit beside what can be touched, the bird says it alone.
        Words { visible: implicitWidth + Theme.mm(17) < header.width - pills.width - 2 * Theme.margin - Theme.gap; text: qsTr("厦门 e政务"); color: Theme.headWords; wrapMode: Text.NoWrap; font { pixelSize: Theme.mm(9.5); bold: true } anchors.verticalCenter: parent.verticalCenter }
    }
    Row {
        id: pills
        anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(3.5)
        Pill {
            objectName: "read"
            visible: header.listening?.speaks ?? false
            label: header.listening?.label ?? ""
            on: header.listening?.reading ?? false
            onTouched: header.readAloud()
        }
        Pill {
            objectName: "help"
            label: qsTr("帮助")
            on: header.helping
            onTouched: header.helped()
        }
        Pill {
            objectName: "language"
            label: header.session.language === "zh" ? "English" : "中文"
            onTouched: header.session.setLanguage(header.session.language === "zh" ? "en" : "zh")
        }
        Pill {
            objectName: "elder"
            label: qsTr("长辈版")
            on: Theme.elder
            onTouched: header.session.setLook(Theme.elder ? "standard" : "elder")
        }
        Pill {
            objectName: "display"
            label: qsTr("显示与声音")
            on: header.dressing
            onTouched: header.dressed()
        }
        Words {
            text: header.session.clock
            color: Theme.headWords
            wrapMode: Text.NoWrap
            font { pixelSize: Theme.mm(9.5); features: ({ "tnum": 1 }) }
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Rectangle { visible: Theme.strong; anchors.bottom: parent.bottom; width: parent.width; height: Theme.stroke; color: Theme.ink }
}
