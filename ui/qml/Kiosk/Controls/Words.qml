import QtQuick
import Kiosk.Theme

// Words of the page, in one of five sizes.
Text {
    property string role: "text" // small, text, section, title, number

    color: Theme.ink
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    font {
        family: Theme.family
        pixelSize: ({ small: Theme.small, section: Theme.section, title: Theme.title, number: Theme.number })[role] ?? Theme.text
        bold: role === "title" || role === "section"
    }
}
