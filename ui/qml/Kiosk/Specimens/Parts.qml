pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Controls
import Kiosk.Theme

// The controls, at rest, chosen, off and with something wrong.
Specimen {
    id: sheet

    component Pair: Row {
        readonly property real half: (width - Theme.gap) / 2
        width: parent?.width ?? 0
        spacing: Theme.gap
    }

    Pair {
        PushButton { width: parent.half; style: "primary"; label: "提交申请" }
        PushButton { width: parent.half; style: "primary"; label: "提交申请"; enabled: false }
    }
    Pair {
        PushButton { width: parent.half; label: "返回" }
        PushButton { width: parent.half; style: "quiet"; icon: "close"; label: "退出办理" }
    }
    Pair {
        ChoiceRow { width: parent.half; label: "网约车"; note: "网络预约出租汽车驾驶员"; chosen: true }
        ChoiceRow { width: parent.half; label: "巡游出租车"; note: "巡游出租汽车驾驶员" }
    }
    Pair {
        ChoiceRow { width: parent.half; label: "寄到家"; several: true; chosen: true }
        ChoiceRow { width: parent.half; label: "发短信告知"; several: true }
    }
    Pair {
        SmallTile { width: parent.half; icon: "transport"; name: "从业人员证换卡"; lead: true }
        SmallTile { width: parent.half; icon: "document"; name: "社保参保证明"; reason: "打印机缺纸" }
    }
    Tile { width: parent.width; icon: "housing_fund"; name: "公积金提取"; line: "转入本人银行卡"; takes: "约 3 分钟 · 免费" }
    Field { width: parent.width; name: "phone"; label: "手机号码"; hint: "办理结果发到这个号码"; value: "13950010001" }
    Field { width: parent.width; name: "licence"; label: "从业资格证号"; value: "3502"; error: "还差 8 位数字，请看证件正面。" }
    Notice { width: parent.width; kind: "ok"; words: "已提交，请取走凭条。" }
    Notice { width: parent.width; kind: "warn"; words: "身份证再过 20 天到期，请尽快换领。" }
    Notice { width: parent.width; kind: "bad"; words: "打印机缺纸，已通知工作人员。" }
    NumberCard { width: parent.width; state_: "已提交"; caption: "受理编号"; number: "JT02 2026 1123 0042" }
    StepBar {
        width: parent.width
        stages: [{ name: "须知", state: "done" }, { name: "身份证", state: "done" }, { name: "本人", state: "now" }, { name: "填表", state: "ahead" }, { name: "提交", state: "ahead" }]
    }
}
