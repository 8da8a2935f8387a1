import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// A document on its way: made, shown, printed, taken; the code by which anybody verifies it, and a copy for its owner.
Step {
    id: step

    readonly property bool made: body.code !== ""
    readonly property bool asking: body.copy === "asking"
    readonly property bool shown: body.state === "made" && body.shown > 0
    readonly property bool coming: body.state === "printing" || body.state === "printed"
    least: asking || shown ? 0 : told.implicitHeight + Theme.mm(8)

    Field {
        visible: step.asking
        anchors { left: parent.left; right: parent.right; top: parent.top; topMargin: Theme.mm(8) }
        name: step.body.email.key
        label: step.body.email.label
        hint: step.body.email.hint
        error: step.body.email.error ?? ""
        value: step.body.email.value
        maximumLength: step.body.email.max_length
        inputHints: Qt.ImhEmailCharactersOnly | Qt.ImhPreferLowercase | Qt.ImhNoAutoUppercase
        onEdited: text => step.session.answer("email", text)
    }
    Item {
        id: sheet
        visible: step.shown
        anchors { fill: parent; bottomMargin: Theme.mm(6) }

        property int page: 0

        Rectangle {
            anchors { top: parent.top; bottom: pages.top; bottomMargin: pages.visible ? Theme.mm(4) : 0; horizontalCenter: parent.horizontalCenter }
            width: Math.min(parent.width, height * 210 / 297)
            color: "#FFFFFF" // paper, in every look
            border { width: Theme.stroke; color: Theme.line }

            Image {
                objectName: "document-page"
                anchors { fill: parent; margins: Theme.stroke }
                fillMode: Image.PreserveAspectFit
                source: step.shown ? "image://page/" + step.body.code + "/" + sheet.page : ""
                sourceSize: Qt.size(width, height)
                cache: false
            }
        }
        Row {
            id: pages
            visible: step.body.pages > 1
            height: visible ? Theme.target : 0
            anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter }
            spacing: Theme.mm(6)

            PushButton {
                objectName: "page-before"
                enabled: sheet.page > 0
                size: Theme.text
                label: qsTr("上一页")
                onTouched: sheet.page -= 1
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("第 %1 页，共 %2 页").arg(sheet.page + 1).arg(step.body.pages)
            }
            PushButton {
                objectName: "page-after"
                enabled: sheet.page < step.body.shown - 1
                size: Theme.text
                label: qsTr("下一页")
                onTouched: sheet.page += 1
            }
        }
    }
    MachinePicture {
        visible: !step.asking && !step.shown && height > Theme.mm(30)
        anchors { left: parent.left; right: parent.right; top: parent.top; bottom: told.top; bottomMargin: Theme.mm(6) }
        part: step.coming ? "page" : ""
        active: step.coming && !step.body.held
    }
    Column {
        id: told
        visible: !step.asking && !step.shown
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; bottomMargin: Theme.mm(6) }
        spacing: Theme.mm(5)

        Row {
            visible: !step.made || step.body.copy === "sending"
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(5)
            Waiting { size: Theme.section * 1.2; anchors.verticalCenter: parent.verticalCenter }
            Words {
                text: step.made ? qsTr("正在发送电子原件") : step.body.name
                color: Theme.quiet
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        Notice { width: parent.width; visible: !!step.body.held; kind: "warn"; words: step.body.held ?? "" }
        Notice {
            width: parent.width
            visible: step.body.copy === "sent"
            kind: "ok"
            words: qsTr("电子原件已经发到 %1").arg(step.body.to)
        }
        Rectangle {
            visible: step.made
            width: parent.width
            height: Math.max(code.height, words.implicitHeight) + 2 * Theme.mm(6)
            radius: Theme.mm(7)
            color: Theme.surface
            border { width: Theme.stroke; color: Theme.line }

            Rectangle {
                id: code
                anchors { left: parent.left; leftMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
                width: Theme.mm(58)
                height: width
                color: "#FFFFFF" // a code is read dark on white, in every look
                Image {
                    objectName: "document-code"
                    anchors.centerIn: parent
                    sourceSize { width: code.width; height: code.width }
                    source: step.body.url === "" ? "" : "image://qr/" + encodeURIComponent(step.body.url)
                    smooth: false
                }
            }
            Column {
                id: words
                anchors { left: code.right; right: parent.right; leftMargin: Theme.mm(8); rightMargin: Theme.mm(6); verticalCenter: parent.verticalCenter }
                spacing: Theme.mm(2)
                Words { width: parent.width; text: step.body.name; role: "section" }
                Words { width: parent.width; text: qsTr("验证码"); color: Theme.quiet }
                Words {
                    width: parent.width
                    text: step.body.code
                    role: "number"
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: Theme.mm(8)
                    wrapMode: Text.NoWrap
                    font { bold: true; features: ({ "tnum": 1 }) }
                }
                Words { width: parent.width; text: qsTr("扫码可以核验真假"); role: "small"; color: Theme.quiet }
            }
        }
    }
}
