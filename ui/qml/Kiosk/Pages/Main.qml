pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Kiosk.Controls
import Kiosk.Diagnostics
import Kiosk.Keyboard
import Kiosk.Theme

// The glass. Whatever the window's shape, the page keeps 9:16 and stands in its middle.
Window {
    id: window

    required property var session
    property var workshop: null // the technician's screen, where there is one

    // A kiosk's glass is filled; on a desk the window is as large as the screen allows; in memory there is no screen.
    readonly property bool inMemory: Qt.platform.pluginName === "offscreen"

    Component.onCompleted: {
        height = inMemory ? 1920 : Math.min(1920, Math.round(Screen.desktopAvailableHeight * 0.92));
        width = Math.round(height * 9 / 16);
        visibility = session.fullScreen ? Window.FullScreen : Window.Windowed;
    }

    // Whoever stands before a kiosk does not get behind it: what fills the glass is not closed and not made smaller.
    // It ends by a signal, or when the power goes.
    flags: session.fullScreen ? Qt.Window | Qt.FramelessWindowHint : Qt.Window
    onClosing: close => close.accepted = !session.fullScreen
    onVisibilityChanged: now => { if (session.fullScreen && now !== Window.FullScreen && now !== Window.Hidden) Qt.callLater(showFullScreen); }

    color: Theme.dark ? "#000000" : Theme.seaDeep
    title: qsTr("厦门 e政务")

    Binding { target: Theme; property: "pitch"; value: glass.width / window.session.millimetresWide }
    Binding { target: Theme; property: "elder"; value: window.session.elder }
    Binding { target: Theme; property: "dark"; value: window.session.contrast }

    Rectangle {
        id: glass
        objectName: "glass"
        anchors.centerIn: parent
        width: Math.min(window.width, Math.round(window.height * 9 / 16))
        height: Math.min(window.height, Math.round(width * 16 / 9))
        color: Theme.ground
        clip: true

        Header {
            id: header
            anchors { left: parent.left; right: parent.right; top: parent.top }
            session: window.session
            onKnocked: if (visit.view === null) window.workshop?.knock()
            onHelped: { help.active = !help.active; Qt.inputMethod.hide(); } // qmllint disable missing-property
        }
        Lobby {
            anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
            session: window.session
            visible: visit.view === null && !closed.visible
            keyboardHeight: keyboard.active ? keyboard.height : 0
            onHelped: help.active = true
        }
        ClosedPage {
            id: closed
            anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
            session: window.session
            visible: visit.view === null && !!window.session.home.closed
        }
        VisitPage {
            id: visit
            anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
            session: window.session
            view: window.session.view ?? null
            visible: view !== null
            keyboardHeight: keyboard.active ? keyboard.height : 0
        }
        // Help stands over any page. It goes with the page that it was about, and when somebody is asked for more time.
        Loader {
            id: help
            anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
            active: false
            sourceComponent: HelpSheet { session: window.session; onClosed: help.active = false }
            Connections {
                target: window.session
                function onHomeReset() { help.active = false; }
                function onLookChanged() { help.active = false; }
                function onViewChanged() { if (visit.view?.warning) help.active = false; }
            }
        }
        Loader {
            anchors.fill: parent
            active: !!window.workshop?.view
            sourceComponent: WorkshopPage { workshop: window.workshop; keyboardHeight: keyboard.active ? keyboard.height : 0 }
        }
        KeyboardPanel {
            id: keyboard
            objectName: "keyboard"
            width: parent.width
            y: active ? parent.height - height : parent.height
            visible: active
            language: window.session.language
        }
        // Sees every finger and stops none: somebody is there.
        Item {
            anchors.fill: parent
            z: 100
            PointHandler { onActiveChanged: if (active) window.session.touch() }
        }
    }
}
