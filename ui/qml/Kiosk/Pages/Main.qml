pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Kiosk.Controls
import Kiosk.Diagnostics
import Kiosk.Keyboard
import Kiosk.Pictures
import Kiosk.Theme

// The glass, upright or on its side. The page fills it, or is lowered to where a seated person reaches all of it.
Window {
    id: window

    required property var session
    property var workshop: null // the technician's screen, where there is one
    property var listening: null // whoever listens instead of looking
    // The home page is drawn first. The rest is made when a machine stands behind it.
    property bool served: false

    // A kiosk's glass is filled; on a desk the window is as large as the screen allows; in memory there is no screen.
    readonly property bool inMemory: Qt.platform.pluginName === "offscreen"

    Component.onCompleted: {
        const side = Math.min(1920, inMemory ? 1920 : Math.round(Math.min(Screen.desktopAvailableHeight, Screen.desktopAvailableWidth) * 0.92));
        const longer = Math.max(session.glass.wide, session.glass.high);
        width = Math.round(side * session.glass.wide / longer);
        height = Math.round(side * session.glass.high / longer);
        visibility = session.fullScreen ? Window.FullScreen : Window.Windowed;
    }

    // Whoever stands before a kiosk does not get behind it: what fills the glass is not closed and not made smaller.
    // It ends by a signal, or when the power goes.
    flags: session.fullScreen ? Qt.Window | Qt.FramelessWindowHint : Qt.Window
    onClosing: close => close.accepted = !session.fullScreen
    onVisibilityChanged: now => { if (session.fullScreen && now !== Window.FullScreen && now !== Window.Hidden) Qt.callLater(showFullScreen); }

    color: Theme.ground
    title: qsTr("厦门 e政务")

    // On a kiosk the window is the glass. On a desk it may be turned or have another shape: then the glass fits into it.
    readonly property bool turned: (width > height) !== (session.glass.wide > session.glass.high)
    readonly property real glassWide: turned ? session.glass.high : session.glass.wide
    readonly property real glassHigh: turned ? session.glass.wide : session.glass.high

    Binding { target: Theme; property: "pitch"; value: Math.max(0.25, Math.min(window.width / window.glassWide, window.height / window.glassHigh)) }
    Binding { target: Theme; property: "look"; value: window.session.look }
    Binding { target: Theme; property: "textSize"; value: window.session.textSize }
    Binding { target: Theme; property: "wide"; value: page.width > page.height }

    Rectangle {
        id: glass
        objectName: "glass"
        anchors.fill: parent
        color: Theme.ground

        readonly property real high: height / Theme.pitch // millimetres
        readonly property real above: window.session.lowered ? Math.max(0, window.session.glass.aboveFloor + high - window.session.glass.highestReach) : 0
        readonly property real below: window.session.lowered ? Math.max(0, window.session.glass.lowestReach - window.session.glass.aboveFloor) : 0

        // What is out of reach shows the city, and what is only to be looked at.
        Loader {
            anchors { left: parent.left; right: parent.right; top: parent.top; bottom: page.top }
            active: height > 0
            sourceComponent: Rectangle {
                color: Theme.seaPale
                clip: true
                CityPicture {
                    anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
                    height: width * 300 / 1080
                    visible: !Theme.strong
                }
                Rectangle { anchors { left: parent.left; right: parent.right; bottom: parent.bottom } visible: Theme.strong; height: Theme.stroke; color: Theme.ink }
            }
        }

        Item {
            id: overhead
            anchors { left: parent.left; right: parent.right; top: parent.top; bottom: page.top }
            visible: visit.visible && !(window.listening?.covers ?? false) && !window.workshop?.view
        }
        Item {
            id: page
            objectName: "page"
            opacity: window.listening?.covers ? 0 : 1 // nothing of it is drawn, also not while something moves there
            anchors { fill: parent; topMargin: Math.ceil(glass.above * Theme.pitch); bottomMargin: Math.ceil(glass.below * Theme.pitch) }
            clip: true

            Header {
                id: header
                anchors { left: parent.left; right: parent.right; top: parent.top }
                session: window.session
                onKnocked: if (!visit.visible) window.workshop?.knock()
                helping: help.active
                dressing: display.active
                listening: window.listening
                onReadAloud: window.listening?.read(help.active ? "help" : lobby.place)
                onHelped: { help.active = !help.active; display.active = false; Qt.inputMethod.hide(); } // qmllint disable missing-property
                onDressed: { display.active = !display.active; help.active = false; Qt.inputMethod.hide(); } // qmllint disable missing-property
            }
            Lobby {
                id: lobby
                anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
                session: window.session
                visible: !visit.visible && !closed.visible
                keyboardHeight: keyboard.covers
                onHelped: help.active = true
            }
            Loader {
                id: closed
                anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
                active: !!window.session.home.closed
                visible: active && !visit.visible
                sourceComponent: ClosedPage { session: window.session }
            }
            Loader {
                id: visit
                readonly property var view: window.session.view ?? null
                readonly property VisitPage page: item as VisitPage
                anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
                active: window.served
                visible: view !== null
                onVisibleChanged: if (!visible) nothing.overwrite()
                sourceComponent: VisitPage { session: window.session; view: visit.view; overhead: overhead; keyboardHeight: keyboard.covers }
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
                    function onViewChanged() { if (visit.view?.warning) help.active = false; }
                }
            }
            // So does how it looks and sounds, whatever page stands.
            Loader {
                id: display
                anchors { left: parent.left; right: parent.right; top: header.bottom; bottom: parent.bottom }
                active: false
                sourceComponent: DisplaySheet { session: window.session; onClosed: display.active = false }
                Connections {
                    target: window.session
                    function onHomeReset() { display.active = false; }
                    function onViewChanged() { if (visit.view?.warning) display.active = false; }
                }
            }
            Loader {
                anchors.fill: parent
                active: !!window.workshop?.view
                sourceComponent: WorkshopPage { workshop: window.workshop; keyboardHeight: keyboard.covers }
            }
            // Qt's keyboard remembers what stands around the cursor of the field that was typed in last. After a visit
            // that is this one, in which nothing stands.
            TextInput {
                id: nothing

                function overwrite() {
                    forceActiveFocus();
                    Qt.inputMethod.reset(); // qmllint disable missing-property
                    Qt.inputMethod.update(Qt.ImQueryAll); // qmllint disable missing-property
                    focus = false;
                }
                width: 0
                height: 0
            }
            Loader {
                id: keyboard
                readonly property KeyboardPanel panel: item as KeyboardPanel
                readonly property real covers: panel?.active ? panel.height : 0
                width: Math.min(parent.width, Theme.mm(268))
                x: (parent.width - (Theme.wide && visit.visible ? Theme.side : 0) - width) / 2
                y: parent.height - covers
                active: window.served
                sourceComponent: KeyboardPanel { objectName: "keyboard"; visible: active; language: window.session.language }
            }
            TouchGuard {
                anchors.fill: parent
                z: 99
                onPageChanged: window.listening?.hush()
                page: [
                    visit.page?.shown ?? "", visit.page?.leaving ?? false, visit.view?.problem?.code ?? "", visit.view?.warning ?? false, visit.page?.cardTaken ?? false, lobby.place, help.active, display.active,
                    closed.visible, !!window.workshop?.view, window.session.resting
                ].join("/")
            }
            // Sees every finger and stops none: somebody is there.
            Item {
                anchors.fill: parent
                z: 100
                PointHandler { onActiveChanged: if (active) window.session.touch() }
            }
        }

        // A finger that lies in the corner of the frame for two seconds: the way in for whoever does not see. There is
        // nothing else to be touched, and the corner can be felt.
        Item {
            objectName: "listen-corner"
            anchors { left: parent.left; bottom: page.bottom }
            width: Theme.margin
            height: Theme.mm(30)
            enabled: (window.listening?.speaks ?? false) && !window.workshop?.view
            TapHandler { longPressThreshold: 2; gesturePolicy: TapHandler.WithinBounds; onLongPressed: window.listening?.begin() }
        }
        Loader {
            anchors.fill: parent
            active: window.listening?.covers ?? false
            sourceComponent: ListeningPage { listening: window.listening; reachTop: page.y; reachHeight: page.height }
        }
    }
}
