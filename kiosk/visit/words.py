"""The words of every step that are the same for all items."""

from __future__ import annotations

from kiosk.identity.events import Prompt
from kiosk.text import Text

BEGIN = Text(zh="开始办理", en="Begin")
NEXT = Text(zh="下一步", en="Next")
GUIDE_TITLE = Text(zh="办之前，先看一眼", en="Before you begin")
GUIDE_HINT = Text(zh="条件符合、东西带齐，再开始。", en="Check that it fits your case and that you have everything.")

CARD_TITLE = Text(zh="请把身份证平放在感应区", en="Lay your ID card on the reader")
CARD_HINT = Text(
    zh="放好后不要移动，约 2 秒，屏幕显示“已读取”再拿开。",
    en="Keep it still for about 2 seconds, until the screen says it has been read.",
)
CARD_WAITING = Text(zh="等待放卡", en="Waiting for the card")
CARD_READING = Text(zh="正在读取", en="Reading")
CARD_READ_TITLE = Text(zh="身份证已读取", en="Your card has been read")
CARD_READ_HINT = Text(zh="请核对是不是本人的证件。", en="Please check that this is your own card.")
CARD_AGAIN = Text(zh="重新放卡", en="Place the card again")
CARD_CONTINUE = Text(zh="继续办理", en="Go on")
LONG_TERM = Text(zh="长期", en="no end date")

FACE_CHECKING = Text(zh="正在核对", en="Checking")
FACE_AGAIN = Text(zh="再试一次", en="Try again")
FACE_HINT = Text(
    zh="照片不保存，核对完就清除。",
    en="No picture is kept; it is erased as soon as the check is done.",
)
FACE_STARTING = Text(zh="摄像头准备中，请稍候", en="The camera is getting ready")
FACE_PROMPTS: dict[Prompt, Text] = {
    Prompt.NOBODY: Text(zh="请站到屏幕前，让脸进入圆圈", en="Please stand so that your face is in the circle"),
    Prompt.SEVERAL: Text(zh="画面里请只留您一个人", en="Please be alone in the picture"),
    Prompt.TOO_FAR: Text(zh="请走近一点", en="Please come a little closer"),
    Prompt.TOO_NEAR: Text(zh="请退后一点", en="Please step back a little"),
    Prompt.TOO_DARK: Text(zh="光线太暗，请正对屏幕", en="It is too dark; please face the screen"),
    Prompt.BACK_LIT: Text(
        zh="背后太亮，请换个角度，正对屏幕",
        en="The light behind you is too strong; please turn a little and face the screen",
    ),
    Prompt.MASK: Text(zh="请摘下口罩", en="Please take off your mask"),
    Prompt.HAT: Text(zh="请摘下帽子，露出额头", en="Please take off your hat, so that your forehead can be seen"),
    Prompt.LOOK: Text(zh="请正对摄像头", en="Please look straight at the camera"),
    Prompt.BLINK: Text(zh="请眨一下眼", en="Please blink once"),
    Prompt.TURN_LEFT: Text(zh="慢慢向左转头，再转回来", en="Slowly turn your head to your left and back"),
    Prompt.TURN_RIGHT: Text(zh="慢慢向右转头，再转回来", en="Slowly turn your head to your right and back"),
    Prompt.NOD: Text(zh="慢慢低头，再抬起来", en="Slowly lower your head and lift it again"),
    Prompt.OPEN_MOUTH: Text(zh="请张大嘴，再合上", en="Please open your mouth wide and close it again"),
    Prompt.CHECKING: Text(zh="正在核对，请稍候", en="Checking, one moment"),
}

CODE_TITLE = Text(zh="输入短信验证码", en="Enter the code from the text message")
CODE_HINT = Text(
    zh="验证码发到您在政务系统登记的手机 {phone}，5 分钟内有效。",
    en="The code went to the phone number you registered, {phone}. It is valid for 5 minutes.",
)
CODE_SENDING = Text(zh="正在发送验证码", en="Sending the code")
CODE_RESEND = Text(zh="重新发送", en="Send it again")
CODE_CHECK = Text(zh="确认", en="Confirm")
CHOOSE_AGAIN = Text(zh="返回选择刷脸", en="Go back and choose again")

CAPTURE = Text(zh="拍照", en="Take the picture")
CAPTURED_KEEP = Text(zh="清楚，下一步", en="It is clear, go on")
CAPTURE_AGAIN = Text(zh="重拍", en="Take it again")

REVIEW_TITLE = Text(zh="请核对，确认没有写错", en="Please check that everything is right")
REVIEW_HINT = Text(zh="哪里不对，点旁边的“修改”。", en="Touch Change beside anything that is wrong.")
REVIEW_NEXT = Text(zh="没有错，去签名", en="All correct, sign")
HOLDER = Text(zh="本人信息（来自身份证）", en="Yourself (from the card)")
NAME = Text(zh="姓名", en="Name")
NUMBER = Text(zh="证件号码", en="Card number")
DOCUMENTS = Text(zh="材料", en="Documents")
PAGES_TAKEN = Text(zh="已拍 {count} 页", en="{count} pages taken")

SIGN_TITLE = Text(zh="请在下面签名", en="Please sign below")
SIGN_HINT = Text(zh="用手指写下您的姓名。", en="Write your name with a finger.")
SIGN_CLEAR = Text(zh="重写", en="Start over")
SIGN_NEXT = Text(zh="提交申请", en="Send the application")

SENDING_TITLE = Text(zh="正在提交", en="Sending your application")
SENDING_HINT = Text(zh="申请已经安全保存在本机，正在送往审核部门。", en="It is saved on this machine and on its way.")
ACCEPTED_TITLE = Text(zh="申请已提交", en="Your application has been received")
ACCEPTED_HINT = Text(
    zh="这是您的受理编号，凭条上也会印。", en="This is your reference number; the receipt shows it, too."
)
SAVED_TITLE = Text(zh="申请已保存，待上传", en="Your application is saved and will be sent")
SAVED_HINT = Text(
    zh="网络暂时不通。申请已加密保存在本机，网络恢复后自动上传，您不用再跑一趟。",
    en="The line is down just now. Your application is kept safely here and goes out by itself. "
    "You need not come back.",
)
PRINT_GO = Text(zh="打印凭条", en="Print the receipt")

PRINTING_TITLE = Text(zh="正在打印凭条", en="Printing your receipt")
PRINTING_HINT = Text(zh="请稍候，纸出来并切断后再取。", en="Please wait until the paper has been cut.")
PRINTED_TITLE = Text(zh="请取走凭条", en="Please take your receipt")
PRINTED_HINT = Text(
    zh="凭条上的二维码可以查询办理进度。", en="Scan its code to see how your application is getting on."
)
NOT_PRINTED_TITLE = Text(zh="凭条没有打出来", en="The receipt was not printed")
NOT_PRINTED_HINT = Text(
    zh="申请不受影响。请记下或拍下这个号码。",
    en="Your application is not affected. Please note or photograph this number.",
)
UNCERTAIN_TITLE = Text(zh="凭条可能没有打全", en="The receipt may be incomplete")
PRINT_AGAIN = Text(zh="再打一次", en="Print again")
WITHOUT_RECEIPT = Text(zh="不要凭条，继续", en="Go on without it")

RATE_TITLE = Text(zh="这次办得怎么样", en="How was it")
RATE_HINT = Text(zh="自愿评价，不影响办理结果。", en="Your answer is voluntary and does not affect your application.")
RATE_SKIP = Text(zh="不评价", en="Skip")
RATE_SEND = Text(zh="提交评价", en="Send")
RATE_LEVELS: tuple[tuple[str, Text], ...] = (
    ("very_good", Text(zh="非常满意", en="Very satisfied")),
    ("good", Text(zh="满意", en="Satisfied")),
    ("fair", Text(zh="基本满意", en="Fairly satisfied")),
    ("poor", Text(zh="不满意", en="Dissatisfied")),
    ("very_poor", Text(zh="非常不满意", en="Very dissatisfied")),
)

DONE_TITLE = Text(zh="办好了，慢走", en="All done")
DONE_HINT = Text(
    zh="点“完成”，本机上您的信息立即清除。", en="Touch Finish and your details are erased from this machine."
)
DONE_GO = Text(zh="完成", en="Finish")
TAKE_CARD = Text(zh="请拿走身份证", en="Take your ID card")
TAKE_RECEIPT = Text(zh="请拿走凭条", en="Take your receipt")
SAVED_NEXT = Text(
    zh="网络恢复后自动上传，届时短信告知您受理编号。",
    en="It is sent when the line is back; a text message will tell you the reference number.",
)

RETRY = Text(zh="重试", en="Try again")
LEAVE = Text(zh="退出办理", en="Leave")
CHANGE_ANSWERS = Text(zh="返回修改", en="Change my answers")
FROM_CARD = Text(zh="来自身份证", en="from your card")
