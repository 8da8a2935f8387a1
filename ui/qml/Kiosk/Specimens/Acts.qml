pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Pictures
import Kiosk.Theme

// What one does at a device, drawn: the machine with the part that is meant, and the movement at its middle.
Specimen {
    id: sheet

    component Act: Column {
        id: act
        property string name
        default property alias content: stage.data
        width: (sheet.width - 2 * Theme.margin - 2 * Theme.gap) / 3
        spacing: Theme.mm(2)
        Rectangle {
            id: stage
            width: parent.width
            height: width * 0.86
            radius: Theme.radius
            color: Theme.surface
            border { width: 1; color: Theme.hair }
        }
        Words { width: parent.width; horizontalAlignment: Text.AlignHCenter; text: act.name; role: "small" }
    }
    component Machine: MachinePicture { anchors { fill: parent; margins: Theme.mm(5) } }

    Grid {
        width: parent.width
        columns: 3
        spacing: Theme.gap
        rowSpacing: Theme.mm(6)
        Act { name: "放身份证"; Machine { part: "reader" } }
        Act { name: "看这里"; Machine { part: "camera" } }
        Act { name: "放材料"; Machine { part: "document" } }
        Act { name: "取凭条"; Machine { part: "receipt" } }
        Act { name: "取文件"; Machine { part: "page" } }
        Act { name: "插银行卡"; Machine { part: "bank" } }
        Act { name: "插居住证"; Machine { part: "slot" } }
        Act { name: "芯片朝前"; SlotPicture { anchors { fill: parent; margins: Theme.mm(7) } bank: true } }
        Act { name: "手机扫码"; PhonePicture { anchors { fill: parent; margins: Theme.mm(7) } } }
        Act { name: "眨眼"; FacePrompt { anchors { fill: parent; margins: Theme.mm(7) } prompt: "blink" } }
        Act { name: "向左转头"; FacePrompt { anchors { fill: parent; margins: Theme.mm(7) } prompt: "turn_left" } }
        Act { name: "张嘴"; FacePrompt { anchors { fill: parent; margins: Theme.mm(7) } prompt: "open_mouth" } }
        Act { name: "正在提交"; SendPicture { anchors { fill: parent; margins: Theme.mm(7) } } }
        Act { name: "工作人员"; OfficerPicture { anchors { fill: parent; margins: Theme.mm(7) } calling: false } }
        Act { name: "办好了"; DonePicture { anchors { fill: parent; margins: Theme.mm(7) } } }
    }
}
