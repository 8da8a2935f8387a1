"""What devices, states and measurements are called on the technician's screen and in its reports."""

from __future__ import annotations

from drivers.device import DeviceState, HealthLevel, Level
from kiosk.text import Text, same

DEVICES: dict[str, Text] = {
    "id_reader": Text(zh="身份证读卡器", en="ID card reader"),
    "camera": Text(zh="人像摄像头", en="Face camera"),
    "infrared_camera": Text(zh="红外摄像头", en="Infrared camera"),
    "document_camera": Text(zh="高拍仪", en="Document camera"),
    "receipt_printer": Text(zh="凭条打印机", en="Receipt printer"),
    "page_printer": Text(zh="A4 打印机", en="A4 printer"),
    "code_scanner": Text(zh="扫码器", en="Code scanner"),
    "card_rewriter": Text(zh="证卡擦写机", en="Card rewriter"),
    "bank_card_reader": Text(zh="银行卡读卡器", en="Bank card reader"),
    "guide_lights": Text(zh="指示灯", en="Guide lights"),
    "face": Text(zh="人脸核对", en="Face check"),
    "ups": Text(zh="不间断电源", en="UPS"),
    "machine": Text(zh="主机", en="Computer"),
}
STATES: dict[DeviceState, Text] = {
    DeviceState.READY: Text(zh="正常", en="ready"),
    DeviceState.BUSY: Text(zh="正在用", en="busy"),
    DeviceState.ATTENTION: Text(zh="需要处理", en="needs attention"),
    DeviceState.DISCONNECTED: Text(zh="没有连上", en="disconnected"),
    DeviceState.UNKNOWN: Text(zh="还没有问到", en="not asked yet"),
}
LEVELS: dict[Level, Text] = {
    Level.OK: Text(zh="充足", en="enough"),
    Level.LOW: Text(zh="快用完了", en="low"),
    Level.OUT: Text(zh="用完了", en="out"),
    Level.UNKNOWN: Text(zh="传感器没有回答", en="the sensor does not answer"),
    Level.NOT_SUPPORTED: Text(zh="没有这个传感器", en="no such sensor"),
}
HEALTH: dict[HealthLevel, Text] = {
    HealthLevel.INTERNAL: Text(zh="自检", en="Self-check"),
    HealthLevel.EXTERNAL: Text(zh="动作检查", en="Moving check"),
    HealthLevel.INTERACTIVE: Text(zh="人工检查", en="Check by eye"),
}
# Supplies, features, facts, counters and details by their keys.
THINGS: dict[str, Text] = {
    "paper": Text(zh="纸", en="Paper"),
    "toner": Text(zh="碳粉", en="Toner"),
    "bin": Text(zh="回收盒", en="Bin"),
    "battery": Text(zh="电池", en="Battery"),
    "disk": Text(zh="磁盘", en="Disk"),
    "memory": Text(zh="内存", en="Memory"),
    "commands": Text(zh="收到命令", en="Commands"),
    "failures": Text(zh="失败", en="Failures"),
    "reopened": Text(zh="重新打开", en="Opened anew"),
    "wedged": Text(zh="卡死", en="Wedged"),
    "cards_read": Text(zh="读卡成功", en="Cards read"),
    "cards_failed": Text(zh="读卡失败", en="Cards not read"),
    "receipts_printed": Text(zh="凭条打印成功", en="Receipts printed"),
    "receipts_failed": Text(zh="凭条没有打出", en="Receipts not printed"),
    "receipts_uncertain": Text(zh="凭条不确定", en="Receipts uncertain"),
    "receipts_taken": Text(zh="凭条已取走", en="Receipts taken"),
    "receipts_retracted": Text(zh="收回没人取的凭条", en="Receipts pulled back"),
    "paper_presented": Text(zh="出纸口有凭条", en="A receipt in the outlet"),
    "cuts": Text(zh="切纸", en="Cuts"),
    "answers_missed": Text(zh="没有等到回答", en="Answers missed"),
    "answers_damaged": Text(zh="回答损坏", en="Answers damaged"),
    "answers_late": Text(zh="回答迟到", en="Answers late"),
    "frames_damaged": Text(zh="数据帧损坏", en="Frames damaged"),
    "resets": Text(zh="复位", en="Resets"),
    "reset_seconds": Text(zh="复位用时（秒）", en="Seconds to reset"),
    "restarts_seen": Text(zh="设备重新上电", en="Restarts seen"),
    "baudrate": Text(zh="波特率", en="Baud rate"),
    "pictures": Text(zh="点灯次数", en="Pictures shown"),
    "restored": Text(zh="恢复点灯", en="Pictures restored"),
    "lamps": Text(zh="灯数", en="Lamps"),
    "names": Text(zh="灯的位置", en="Beside"),
    "model": Text(zh="型号", en="Model"),
    "firmware": Text(zh="固件", en="Firmware"),
    "battery_tests": Text(zh="电池自检次数", en="Battery tests"),
    "battery_volts": Text(zh="电池电压（V）", en="Battery (V)"),
    "charge_percent": Text(zh="电量（%）", en="Charge (%)"),
    "load_percent": Text(zh="负载（%）", en="Load (%)"),
    "mains_volts": Text(zh="市电电压（V）", en="Mains (V)"),
    "runtime_seconds": Text(zh="可用时间（秒）", en="Runtime (s)"),
    "power_cuts": Text(zh="停电次数", en="Power cuts"),
    "flags": Text(zh="状态标志", en="Flags"),
    "readings": Text(zh="读数次数", en="Readings"),
    "line_asked": Text(zh="询问后台", en="Line asked"),
    "line_missed": Text(zh="后台没有回答", en="Line missed"),
    "contrast": Text(zh="反差", en="Contrast"),
    "rate": Text(zh="每秒画面", en="Pictures a second"),
    "card": Text(zh="卡", en="Card"),
    "photo_decoded": Text(zh="照片能解码", en="Photo decoded"),
    "heard": Text(zh="听到过扫码器", en="Heard from it"),
    "answers": Text(zh="会回答询问", en="Answers questions"),
    "bin_count": Text(zh="回收盒里的卡", en="Cards in the bin"),
    "frames": Text(zh="收到画面", en="Pictures"),
    "brightness": Text(zh="亮度", en="Brightness"),
    "sharpness": Text(zh="清晰度", en="Sharpness"),
    "seconds": Text(zh="用时（秒）", en="Seconds"),
    "disk_free_mib": Text(zh="磁盘剩余（MiB）", en="Disk free (MiB)"),
    "disk_mib": Text(zh="磁盘共有（MiB）", en="Disk (MiB)"),
    "memory_available_mib": Text(zh="内存可用（MiB）", en="Memory available (MiB)"),
    "memory_mib": Text(zh="内存共有（MiB）", en="Memory (MiB)"),
    "celsius": Text(zh="温度（℃）", en="Temperature (°C)"),
    "uptime_hours": Text(zh="开机（小时）", en="Running (hours)"),
    "line_milliseconds": Text(zh="后台往返（毫秒）", en="Back office round trip (ms)"),
    "clock_offset_seconds": Text(zh="时钟偏差（秒）", en="Clock offset (s)"),
    "dots": Text(zh="每行点数", en="Dots a line"),
    "charset": Text(zh="字符集", en="Character set"),
    "cutter": Text(zh="切刀", en="Cutter"),
    "near_end": Text(zh="纸将尽传感器", en="Sensor for little paper"),
    "presenter": Text(zh="出纸口留纸与回收", en="Presenter"),
    "chinese_set": Text(zh="打印机自带字库", en="Its own Chinese set"),
    "completion": Text(zh="打印完成的依据", en="Proof of printing"),
    "fingerprints": Text(zh="读指纹", en="Fingerprints"),
    "additional_address": Text(zh="读新住址", en="Newest address"),
    "width": Text(zh="画面宽", en="Width"),
    "height": Text(zh="画面高", en="Height"),
    "live": Text(zh="实时画面", en="Live"),
    "virtual": Text(zh="虚拟摄像头", en="Fed by a program"),
    "temperature": Text(zh="温度传感器", en="Thermometer"),
    "line": Text(zh="连后台", en="Line"),
    "color": Text(zh="彩色", en="Colour"),
    "duplex": Text(zh="双面", en="Both sides"),
    "on_battery": Text(zh="用电池供电", en="On battery"),
    "battery_test": Text(zh="电池自检结果", en="Battery test"),
    "server": Text(zh="服务程序", en="Server"),
    "protocol": Text(zh="协议版本", en="Protocol version"),
    "serial": Text(zh="序列号", en="Serial number"),
    "sam_number": Text(zh="安全模块编号", en="Number of the security module"),
    "holds_card": Text(zh="锁住卡", en="Holds the card"),
    "digits": Text(zh="卡号位数", en="Digits of the number"),
    "captured": Text(zh="收走的卡", en="Cards captured"),
    "verifies": Text(zh="写后核对", en="Reads back what it wrote"),
    "stock": Text(zh="空白新卡", en="New cards"),
    "cards_fed": Text(zh="取用新卡", en="New cards taken"),
    "cards_spoiled": Text(zh="写坏的新卡", en="New cards spoiled"),
    "cards_accepted": Text(zh="收卡", en="Cards accepted"),
    "cards_written": Text(zh="擦写成功", en="Cards written"),
    "cards_uncertain": Text(zh="擦写不确定", en="Cards uncertain"),
    "cards_returned": Text(zh="退卡", en="Cards returned"),
    "cards_captured": Text(zh="收走遗忘的卡", en="Forgotten cards captured"),
    "outcome": Text(zh="结果", en="Outcome"),
    "agreement": Text(zh="与要写的内容一致", en="Agreement with what was to be written"),
    "codes": Text(zh="扫到的码", en="Codes read"),
    "unreadable": Text(zh="读不出的码", en="Codes not readable"),
    "repeated": Text(zh="重复的码", en="Codes repeated"),
    "thrown_away": Text(zh="没有人要的码", en="Codes nobody asked for"),
    "characters": Text(zh="字符数", en="Characters"),
    "reasons": Text(zh="打印机报告的原因", en="Reasons the printer gives"),
    "toner_percent": Text(zh="碳粉（%）", en="Toner (%)"),
    "pdf": Text(zh="直接打印 PDF", en="Prints PDF"),
    "a4": Text(zh="A4 纸", en="A4 paper"),
    "copies": Text(zh="最多份数", en="Most copies"),
    "pages_per_minute": Text(zh="每分钟页数", en="Pages a minute"),
    "formats": Text(zh="文件格式", en="Formats"),
    "jobs": Text(zh="报告每个任务", en="Tells of each job"),
    "identifies": Text(zh="会鸣响或闪灯", en="Sounds or flashes"),
    "jobs_printed": Text(zh="任务打印成功", en="Jobs printed"),
    "jobs_failed": Text(zh="任务失败", en="Jobs failed"),
    "jobs_uncertain": Text(zh="任务不确定", en="Jobs uncertain"),
    "jobs_taken_back": Text(zh="任务撤回", en="Jobs taken back"),
    "jobs_waiting": Text(zh="任务等待", en="Jobs waiting"),
    "print_seconds": Text(zh="打印用时（秒）", en="Seconds to print"),
    "engines": Text(zh="比对引擎", en="Engines"),
    "landmarks": Text(zh="人脸定位", en="Landmarks"),
    "infrared": Text(zh="红外核对", en="Infrared check"),
    "attack_network": Text(zh="防照片网络", en="Attack network"),
    "memory_locked": Text(zh="锁住内存，不写入交换盘", en="Memory kept off the swap disk"),
    "load_seconds": Text(zh="加载引擎用时（秒）", en="Seconds to load the engine"),
    "restarts": Text(zh="重新启动", en="Started again"),
    "checks_begun": Text(zh="开始核对", en="Checks begun"),
    "verdicts_accepted": Text(zh="核对通过", en="Accepted"),
    "verdicts_step_up": Text(zh="相近，另选一种方式", en="Near, another way asked for"),
    "verdicts_refused": Text(zh="核对不通过", en="Refused"),
    "verdicts_not_live": Text(zh="动作没有通过", en="Not seen to be live"),
    "verdicts_nobody": Text(zh="没有看清人脸", en="No usable face"),
    "verdicts_no_portrait": Text(zh="没有证件照片", en="No portrait to compare with"),
    "verdicts_unavailable": Text(zh="比对服务没有回应", en="Comparison unavailable"),
}
_YES, _NO = Text(zh="有", en="yes"), Text(zh="没有", en="no")


def device_name(name: str) -> Text:
    """What a device is called; its own name where nobody has given it one."""
    return DEVICES.get(name, same(name))


def thing(key: str) -> Text:
    """What a supply, feature, fact or counter is called; its key in words where nobody has named it."""
    return THINGS.get(key) or DEVICES.get(key) or same(key.replace("_", " "))


def said(value: object) -> Text:
    """A value as people say it."""
    if isinstance(value, Level):
        return LEVELS[value]
    if isinstance(value, bool):
        return _YES if value else _NO
    if value == Level.NOT_SUPPORTED.value:
        return LEVELS[Level.NOT_SUPPORTED]
    return same((f"{value:g}" if isinstance(value, float) else str(value)) or "—")
