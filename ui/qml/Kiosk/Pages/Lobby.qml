pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Theme

// Between two visits: the home page, and the pages on which an item is looked for. Any item is at most three touches away.
Item {
    id: lobby

    required property var session
    property real keyboardHeight: 0
    property string place: "" // "" is home; a department's id, an event's id, "find" or "stations"

    signal helped
    readonly property var home: session.home

    // What the list page shows: a name, and groups of codes.
    readonly property var listed: {
        const department = (home.departments ?? []).find(one => one.id === place);
        if (department)
            return { name: department.name, about: department.about, groups: department.groups };
        const event = (home.happenings ?? []).find(one => one.id === place.replace("event:", ""));
        return event ? { name: event.name, about: qsTr("这件事常要办的，都在这里。"), groups: [event] } : null;
    }

    function show(where: string) {
        place = where;
        Qt.inputMethod.hide(); // qmllint disable missing-property
    }

    Connections {
        target: lobby.session
        function onHomeReset() { lobby.show(""); }
    }
    onVisibleChanged: if (!visible) show("")

    Rectangle {
        id: front
        anchors.fill: parent
        visible: lobby.place === ""
        color: Theme.ground
        HomePage {
            anchors.fill: parent
            session: lobby.session
            onOpened: where => lobby.show(where)
            onHelped: lobby.helped()
        }
    }
    Loader {
        anchors.fill: parent
        active: lobby.listed !== null
        sourceComponent: ListPage {
            session: lobby.session
            name: lobby.listed?.name ?? ""
            about: lobby.listed?.about ?? ""
            groups: lobby.listed?.groups ?? []
            onHomeward: lobby.show("")
        }
    }
    Loader {
        anchors.fill: parent
        active: lobby.place === "find"
        sourceComponent: FindPage {
            session: lobby.session
            keyboardHeight: lobby.keyboardHeight
            onHomeward: lobby.show("")
        }
    }
    Loader {
        anchors.fill: parent
        active: lobby.place === "stations"
        sourceComponent: StationsPage {
            session: lobby.session
            onHomeward: lobby.show("")
        }
    }
    Loader {
        anchors.fill: parent
        active: lobby.session.resting && lobby.visible && lobby.place === ""
        sourceComponent: AttractPage { session: lobby.session; front: front }
    }
}
