import QtQuick
import QtQuick.Controls.impl

// One of our line icons, assets/icons/<name>.svg, in one colour. Qt paints the
// colour into the picture on the processor, so it needs no shader and looks the
// same under the software renderer.
Item {
    id: icon

    property string name
    property real size: 24
    property color color: "black"

    implicitWidth: size
    implicitHeight: size

    IconImage {
        anchors.fill: parent
        source: icon.name ? Qt.resolvedUrl("../../../../assets/icons/" + icon.name + ".svg") : ""
        sourceSize: Qt.size(icon.width, icon.height)
        color: icon.color
    }
}
