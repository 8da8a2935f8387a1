import QtQuick
import Kiosk.Pictures
import Kiosk.Theme

// The head of every page: whose machine this is, the language, the look, the time.
Rectangle {
    id: header

    required property var session
    // A finger lies on the egret for five seconds: the way in for technicians, which no citizen needs to see.
    signal knocked
    signal helped

    implicitHeight: Theme.header
    color: Theme.seaDeep

    component Pill: Touchable {
        id: pill
        property string label
        property string icon
        property bool on: false
        width: Math.max(label_.implicitWidth + 2 * Theme.mm(4.2), height)
        height: Theme.mm(16)
        radius: height / 2
        color: on ? "#FFFFFF" : "transparent"
        border { width: Theme.stroke; color: Qt.alpha("#FFFFFF", on ? 1 : 0.55) }

        Row {
            id: label_
            anchors.centerIn: parent
            spacing: Theme.mm(2)
            Icon { visible: pill.icon !== ""; name: pill.icon; size: Theme.mm(7.5); color: words.color; anchors.verticalCenter: parent.verticalCenter }
            Words { id: words; text: pill.label; color: pill.on ? "#083E66" : "#FFFFFF"; wrapMode: Text.NoWrap; font.pixelSize: Theme.mm(6.8); anchors.verticalCenter: parent.verticalCenter }
        }
    }

    Row {
        anchors { left: parent.left; leftMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(4)
        Egret {
            width: Theme.mm(13)
            height: width
            anchors.verticalCenter: parent.verticalCenter
            Item {
                objectName: "egret"
                anchors { fill: parent; margins: -Theme.mm(4) }
                TapHandler { longPressThreshold: 5; gesturePolicy: TapHandler.WithinBounds; onLongPressed: header.knocked() }
            }
        }
        Words { text: qsTr("厦门 e政务"); color: "#FFFFFF"; wrapMode: Text.NoWrap; font { pixelSize: Theme.mm(9.5); bold: true } anchors.verticalCenter: parent.verticalCenter }
    }
    Row {
        anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: parent.verticalCenter }
        spacing: Theme.mm(3.5)
        Pill {
            objectName: "help"
            label: qsTr("帮助")
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
            on: header.session.elder
            onTouched: header.session.setElder(!header.session.elder)
        }
        Pill {
            objectName: "contrast"
            icon: "contrast"
            label: qsTr("高对比")
            on: header.session.contrast
            onTouched: header.session.setContrast(!header.session.contrast)
        }
        Words {
            text: header.session.clock
            color: "#FFFFFF"
            wrapMode: Text.NoWrap
            font { pixelSize: Theme.mm(9.5); features: ({ "tnum": 1 }) }
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Rectangle { visible: Theme.dark; anchors.bottom: parent.bottom; width: parent.width; height: Theme.stroke; color: Theme.ink }
}
