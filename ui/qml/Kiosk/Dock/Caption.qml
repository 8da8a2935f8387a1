import QtQuick
import Kiosk.Theme

Text {
    property string role: "text" // small, text, section, title

    color: Theme.ink
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    font {
        family: Theme.family
        pixelSize: ({ small: Desk.small, section: Desk.section, title: Desk.title })[role] ?? Desk.text
        bold: role === "section" || role === "title"
    }
}
