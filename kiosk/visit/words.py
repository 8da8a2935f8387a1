"""The words of every step that are the same for all items."""

from __future__ import annotations

from kiosk.catalogue.item import Kind
from kiosk.gateway.contract import Level
from kiosk.identity.events import Prompt
from kiosk.text import Text
from kiosk.visit.events import CallState, Way
from kiosk.visit.view import PaperState, StaffState

# The sections of the step bar.
STAGES: dict[str, Text] = {
    "guide": Text(zh="须知", en="Read"),
    "card": Text(zh="身份证", en="Card"),
    "code": Text(zh="扫码", en="Code"),
    "person": Text(zh="本人", en="You"),
    "lookup": Text(zh="查询", en="Look up"),
    "form": Text(zh="填表", en="Form"),
    "book": Text(zh="选时间", en="Time"),
    "check": Text(zh="核对", en="Check"),
    "pay": Text(zh="缴费", en="Pay"),
    "send": Text(zh="提交", en="Send"),
    "rewrite": Text(zh="写卡", en="Your card"),
    "paper": Text(zh="打印", en="Print"),
    "receipt": Text(zh="凭条", en="Receipt"),
    "end": Text(zh="完成", en="Done"),
}
# What one does here, for the guide: a line for each section of the route that asks anything of a citizen.
GUIDE_STEPS: dict[str, Text] = {
    "card": Text(zh="放身份证", en="Show your ID card"),
    "number": Text(zh="输入姓名和身份证号", en="Type your name and ID number"),
    "code": Text(zh="扫码或输入编号", en="Scan or type the code"),
    "person": Text(zh="核对本人", en="Show that it is you"),
    "lookup": Text(zh="看查询结果", en="See what is on file"),
    "form": Text(zh="填写信息", en="Fill in the form"),
    "book": Text(zh="选日期和时间", en="Choose day and time"),
    "check": Text(zh="核对并签名", en="Check and sign"),
    "pay": Text(zh="手机扫码缴费", en="Pay with your phone"),
    "rewrite": Text(zh="放入证件，等待写卡", en="Put in the card and wait"),
    "paper": Text(zh="取打印好的文件", en="Take the printed document"),
    "receipt": Text(zh="取凭条", en="Take the receipt"),
}
# What becomes of what one says here, by the kind of item.
PRIVACY: dict[Kind, Text] = {
    Kind.QUERY: Text(
        zh="身份证信息只用于这次查询。结果只显示给您看，离开后本机不留存。",
        en="Your card's details are used only for this query. What is shown is for you, and is gone when you leave.",
    ),
    Kind.PRINT: Text(
        zh="身份证信息只用于这次打印。打印后本机不留存内容，只记下文件的校验值。",
        en="Your card's details are used only for this print. This machine keeps no content, only a checksum.",
    ),
    Kind.APPLY: Text(
        zh="您提供的信息只用于这次办理。送到办理部门后本机不留存，没送到时加密存在本机。",
        en="What you give is used only for this application. Once it has reached the department this machine keeps "
        "none of it; until then it is kept here encrypted.",
    ),
    Kind.PAY: Text(
        zh="您提供的信息只用于这次缴费。付款在您的手机上完成，本机看不到您的账户。",
        en="What you give is used only for this payment. You pay on your phone; this machine never sees your account.",
    ),
    Kind.APPOINT: Text(
        zh="您提供的信息只用于这次预约和通知，本机不留存。",
        en="What you give is used only for this appointment and its reminder; this machine keeps none of it.",
    ),
    Kind.CARD: Text(
        zh="身份证和证件信息只用于这次写卡，本机不留存。",
        en="The details of your cards are used only to write this card; this machine keeps none of them.",
    ),
}
ASKING_TITLE = Text(zh="正在查询", en="Looking it up")
ASKING_HINT = Text(zh="一般几秒钟，请稍候。", en="This usually takes a few seconds.")
ASKING_SLOW_HINT = Text(
    zh="部门的系统有点慢，最多再等几秒钟。", en="The department's system is slow; a few seconds more at most."
)
NUMBER_TITLE = Text(zh="请输入姓名和身份证号", en="Type your name and ID number")
NUMBER_HINT = Text(
    zh="没带身份证也能办，下一步核对本人。", en="You can go on without the card; next we check that it is you."
)
NUMBER_WRONG = Text(
    zh="这个号码不对，请再看一遍：18 位，最后一位可能是 X。",
    en="This number is not right. It has 18 characters; the last one may be an X.",
)
SCAN_INSTEAD = Text(zh="用扫码窗扫描", en="Scan it instead")
TYPE_INSTEAD = Text(zh="手动输入", en="Type it instead")
NOTHING_KNOWN = Text(zh="–", en="–")

BEGIN = Text(zh="开始办理", en="Begin")
NEXT = Text(zh="下一步", en="Next")
# The headings of a guide on paper.
GUIDE_HEADINGS: dict[str, Text] = {
    "result": Text(zh="能得到什么", en="What you get"),
    "who": Text(zh="谁能办", en="Who can apply"),
    "bring": Text(zh="带什么", en="What to bring"),
    "steps": Text(zh="怎么办", en="What you do"),
    "takes": Text(zh="时间和费用", en="Time and cost"),
    "afterwards": Text(zh="办完以后", en="Afterwards"),
    "where": Text(zh="哪里可以办", en="Where"),
    "phone": Text(zh="咨询电话", en="Questions"),
}
GUIDE_TAKES = Text(zh="约 {minutes} 分钟，{fee}", en="about {minutes} minutes; {fee}")
GUIDE_ANYWHERE = Text(zh="任何一台 e政务 自助机都可以办。", en="Any of these machines will do.")
PRINT_GUIDE = Text(zh="打印这份指南", en="Print this guide")
GUIDE_PRINTING = Text(zh="正在打印指南", en="Printing the guide")
GUIDE_PRINTED = Text(zh="指南已打印，请取走", en="Printed; please take it")
GUIDE_NOT_PRINTED = Text(zh="没有打出来，再试一次", en="Not printed; try again")
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

WAY_TITLE = Text(zh="请选一种方式，核对您本人", en="Choose how to show it is you")
WAY_HINT = Text(zh="哪一种都可以，办理结果一样。", en="Choose any of these; the result is the same.")
SECOND_WAY_TITLE = Text(zh="差一点，请再选一种方式", en="Almost. One more way, please")
SECOND_WAY_HINT = Text(
    zh="刷脸已经很接近。身份证照片年头久了，常有这种情况。",
    en="Your face came close. With an older picture on the card this happens often.",
)
# Each way in a name and one line of what one does.
WAYS: dict[Way, tuple[Text, Text]] = {
    Way.FACE: (
        Text(zh="刷脸", en="Your face"),
        Text(
            zh="看着屏幕，按提示做几个动作，约 10 秒",
            en="Follow a few prompts on the screen, 10 seconds",
        ),
    ),
    Way.PHONE_CODE: (
        Text(zh="短信验证码", en="A code by text message"),
        Text(zh="发到您登记过的手机，约 1 分钟", en="To the phone number on file, about a minute"),
    ),
    Way.APP_CODE: (
        Text(zh="手机 App 出示码", en="A code in your phone app"),
        Text(zh="打开 e政务 App，把身份码对准扫码窗", en="Show the scanner the code in your app"),
    ),
    Way.STAFF: (
        Text(zh="请工作人员确认", en="A member of staff"),
        Text(zh="请站点工作人员过来，当面看一下身份证", en="Ask the staff here to come and look at your card"),
    ),
    Way.VIDEO: (
        Text(zh="视频连线工作人员", en="An officer by video"),
        Text(zh="和远程工作人员说几句话，约 2 分钟", en="A short talk with an officer, about 2 minutes"),
    ),
}
# The same for somebody whose card is not here.
WAYS_WITHOUT_CARD: dict[Way, tuple[Text, Text]] = {
    Way.STAFF: (
        Text(zh="请工作人员确认", en="A member of staff"),
        Text(zh="请站点工作人员过来，当面看一下其他证件", en="Ask the staff here to look at another document of yours"),
    ),
}
STAFF_WITHOUT_CARD_HINT = Text(
    zh="没有身份证，请看护照、驾驶证等带照片的证件，和下面的姓名、号码对一对。",
    en="There is no ID card: compare another document with a picture, and the name and number below.",
)
STAFF_WITHOUT_CARD_STATEMENT = Text(
    zh="我已看过另一件带照片的证件，站在机器前的就是上面这个人。",
    en="I have seen another document with a picture, and the person before this machine is the one named above.",
)
VIDEO_WITHOUT_CARD_HINT = Text(
    zh="请把护照、驾驶证等带照片的证件拿在手里，工作人员会请您出示。",
    en="Please have another document with a picture at hand, such as a passport; you will be asked to show it.",
)
OTHERWISE = Text(zh="换一种方式", en="Another way")
FACE_ONCE_MORE = Text(zh="再刷一次脸", en="Check my face once more")

FACE_CHECKING = Text(zh="正在核对", en="Checking")
FACE_AGAIN = Text(zh="再试一次", en="Try again")
FACE_HINT = Text(
    zh="照片不保存，核对完就清除。",
    en="No picture is kept; it is erased as soon as the check is done.",
)
FACE_LEAVES_HINT = Text(
    zh="照片会送去比对，本机核对完就清除。",
    en="Pictures are sent to be compared; this machine erases them as soon as the check is done.",
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
    Prompt.HAT: Text(
        zh="眼睛被遮住了，请摘下帽子或墨镜",
        en="Your eyes are in the shade; please take off your hat or dark glasses",
    ),
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
    zh="验证码发到您登记的手机 {phone}，5 分钟内有效。",
    en="The code went to the phone number you registered, {phone}. It is valid for 5 minutes.",
)
CODE_SENDING_HINT = Text(zh="请看一下您的手机。", en="Please have a look at your phone.")
CODE_SENDING = Text(zh="正在发送验证码", en="Sending the code")
CODE_RESEND = Text(zh="重新发送", en="Send it again")
CODE_CHECK = Text(zh="确认", en="Confirm")

APP_CODE_TITLE = Text(zh="请把身份码对准扫码窗", en="Hold the code on your phone before the scanner")
APP_CODE_HINT = Text(zh="身份码两分钟内有效，只能用一次。", en="The code is good for two minutes, and for one use.")
APP_CODE_STEPS: tuple[Text, ...] = (
    Text(zh="打开手机上的 e政务 App", en="Open the e-Government app on your phone"),
    Text(zh="点“身份码”，把屏幕调亮", en="Touch “身份码” (my code) and turn the brightness up"),
    Text(zh="正对扫码窗，停稳一秒", en="Hold it straight before the window for a second"),
)
APP_CODE_WAITING = Text(zh="等待扫码", en="Please wait")

STAFF_TITLES: dict[StaffState, Text] = {
    StaffState.WHO: Text(zh="请叫一下站点工作人员", en="Please call a member of staff"),
    StaffState.PIN: Text(zh="请工作人员输入密码", en="Staff: please enter your PIN"),
    StaffState.CARD: Text(zh="请把工作卡放在感应区", en="Staff: please lay down your card"),
    StaffState.CHECKING: Text(zh="正在核对工作人员", en="Checking the PIN or card"),
    StaffState.CONFIRM: Text(zh="请工作人员当面核对", en="Staff: please compare document and person"),
}
STAFF_HINTS: dict[StaffState, Text] = {
    StaffState.WHO: Text(
        zh="工作人员选自己的工号，输入密码，或放上工作卡。",
        en="The staff choose their own number and enter their PIN, or lay down their staff card.",
    ),
    StaffState.PIN: Text(zh="请市民朋友稍稍让开。", en="Others, please look away for a moment."),
    StaffState.CARD: Text(
        zh="先拿开市民的身份证，再放上自己的工作卡。",
        en="First take the citizen's ID card away, then lay your own card on the reader.",
    ),
    StaffState.CHECKING: Text(zh="请稍候。", en="One moment."),
    StaffState.CONFIRM: Text(
        zh="请拿起身份证，看看照片和本人是不是同一个人。",
        en="Please hold the ID card and compare its picture with the person.",
    ),
}
STAFF_CARD = Text(zh="用工作卡", en="Use a staff card")
STAFF_AGAIN = Text(zh="重新选工号", en="Choose another number")
STAFF_BY_PIN = Text(zh="改用密码", en="Use a PIN instead")
STAFF_STATEMENT = Text(
    zh="我已看过身份证原件，站在机器前的就是本人。",
    en="I have seen the ID card itself, and the person before this machine is its holder.",
)
STAFF_CONFIRM = Text(zh="确认是本人", en="I confirm it")
STAFF_REFUSE = Text(zh="不是本人，不确认", en="It is not this person")

VIDEO_TITLES: dict[CallState, Text] = {
    CallState.CALLING: Text(zh="正在呼叫工作人员", en="Calling an officer"),
    CallState.BUSY: Text(zh="工作人员都在忙", en="All officers are busy"),
    CallState.CONNECTED: Text(zh="已接通，请和工作人员说话", en="You are connected; please speak with the officer"),
    CallState.CONFIRMED: Text(zh="工作人员已确认", en="The officer has confirmed it"),
    CallState.REFUSED: Text(zh="工作人员没有确认", en="The officer did not confirm it"),
    CallState.DROPPED: Text(zh="连线断开了", en="The call was cut off"),
}
VIDEO_HINTS: dict[CallState, Text] = {
    CallState.CALLING: Text(
        zh="请看着屏幕，一般半分钟内接通。", en="Please face the screen; it usually takes half a minute."
    ),
    CallState.BUSY: Text(zh="可以再呼叫一次，或换一种方式。", en="You can call again, or use another way."),
    CallState.CONNECTED: Text(
        zh="请把身份证拿在手里，工作人员会请您出示。",
        en="Please have your ID card at hand; you will be asked to show it.",
    ),
    CallState.CONFIRMED: Text(zh="请稍候。", en="One moment."),
    CallState.REFUSED: Text(zh="可以换一种方式。", en="You can use another way."),
    CallState.DROPPED: Text(zh="可以再呼叫一次，或换一种方式。", en="You can call again, or use another way."),
}
VIDEO_WAITING = Text(zh="等待确认", en="Please wait")
VIDEO_AGAIN = Text(zh="再呼叫一次", en="Call again")

CAPTURE = Text(zh="拍照", en="Take the picture")
CAPTURED_KEEP = Text(zh="清楚，下一步", en="It is clear, go on")
CAPTURE_AGAIN = Text(zh="重拍", en="Take it again")

REVIEW_TITLE = Text(zh="请核对，确认没有写错", en="Please check that everything is right")
REVIEW_HINT = Text(zh="哪里不对，点旁边的“修改”。", en="Touch Change beside anything that is wrong.")
REVIEW_NEXT = Text(zh="没有错，去签名", en="All correct, sign")
HOLDER = Text(zh="本人信息（来自身份证）", en="Yourself (from the card)")
NAME = Text(zh="姓名", en="Name")
NUMBER = Text(zh="证件号码", en="Card number")
NAME_HINT = Text(zh="身份证上的姓名", en="As on your ID card")
ID_NUMBER = Text(zh="身份证号", en="ID number")
ID_NUMBER_HINT = Text(zh="18 位，最后一位可能是 X", en="18 characters; the last may be an X")
# What a card, an appointment and a payment say, on receipts.
HOLDER_LABELS: dict[str, Text] = {
    "name": NAME,
    "number": NUMBER,
    "address": Text(zh="地址", en="Address"),
    "age": Text(zh="年龄", en="Age"),
    "sex": Text(zh="性别", en="Sex"),
    "birth_date": Text(zh="出生日期", en="Date of birth"),
}
FACT_LABELS: dict[str, Text] = {
    "booking": Text(zh="预约号", en="Booking"),
    "day": Text(zh="日期", en="Day"),
    "time": Text(zh="时间", en="Time"),
    "place": Text(zh="地点", en="Place"),
    "payment": Text(zh="支付单号", en="Payment"),
    "paid_at": Text(zh="支付时间", en="Paid at"),
    "paid_amount": Text(zh="实付金额", en="Amount paid"),
}
BANK_CARD = Text(zh="银行卡", en="Bank card")
PLEASE_FILL_IN = Text(zh="请填写这一项。", en="Please fill this in.")
POSTAGE = Text(zh="邮费", en="Postage")
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
APPROVED_TITLE = Text(zh="当场办结，已经通过", en="Approved at once")
NOT_APPROVED_TITLE = Text(zh="这次没有通过", en="Not approved this time")
NOT_APPROVED_HINT = Text(
    zh="原因写在下面，凭条上也会印。改好以后可以重新办理。",
    en="The reasons are below and on the receipt. You can put them right and apply again.",
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
PRINTED_BOOKING_HINT = Text(zh="到时用凭条上的二维码取号。", en="Its code gets you a number when you come.")
PRINTED_OTHER_HINT = Text(zh="请核对凭条上的内容。", en="Please check what stands on it.")
NOT_PRINTED_TITLE = Text(zh="凭条没有打出来", en="The receipt was not printed")
NOT_PRINTED_HINT = Text(
    zh="办理结果不受影响。请记下或拍下这个号码。",
    en="What you have done here is not affected. Please note or photograph this number.",
)
NOT_PRINTED_OTHER_HINT = Text(zh="办理结果不受影响。", en="What you have done here is not affected.")
REFERENCE_NUMBER = Text(zh="受理编号", en="Reference number")
TICKET = Text(zh="暂存号（还不是受理编号）", en="Ticket (not yet a reference number)")
STATUS_SUBMITTED = Text(zh="已提交，等待审核", en="Submitted, waiting for review")
STATUS_APPROVED = Text(zh="已通过", en="Approved")
STATUS_REFUSED = Text(zh="没有通过", en="Not approved")
STATUS_SAVED = Text(zh="已保存，待上传", en="Saved, waiting to be sent")
STATUS_BOOKED = Text(zh="已预约", en="Booked")
STATUS_PAID = Text(zh="已付款", en="Paid")
STATUS_DONE = Text(zh="已办好", en="Done")
UNCERTAIN_TITLE = Text(zh="凭条可能没有打全", en="The receipt may be incomplete")
PRINT_AGAIN = Text(zh="再打一次", en="Print again")
WITHOUT_RECEIPT = Text(zh="不要凭条，继续", en="Go on without it")

PAPER_TITLES: dict[PaperState, Text] = {
    PaperState.MAKING: Text(zh="部门正在出具文件", en="The department is making your document"),
    PaperState.MADE: Text(zh="请核对要打印的文件", en="Please check your document"),
    PaperState.PRINTING: Text(zh="正在打印文件", en="Printing your document"),
    PaperState.PRINTED: Text(zh="请取走打印的文件", en="Please take your document"),
    PaperState.FAILED: Text(zh="文件没有打出来", en="The document was not printed"),
    PaperState.UNCERTAIN: Text(zh="文件可能没有打全", en="The document may be incomplete"),
}
PAPER_HINTS: dict[PaperState, Text] = {
    PaperState.MAKING: Text(
        zh="盖章、签名以后才打印，一般几秒钟。", en="It is sealed and signed first; this takes a few seconds."
    ),
    PaperState.MADE: Text(
        zh="没有问题就打印，共 {sheets} 张纸。内容不对，请先不要打印，点上面的“帮助”问一问。",
        en="If it is right, print it. Sheets: {sheets}. If it is wrong, do not print it; ask by “Help” above.",
    ),
    PaperState.PRINTING: Text(
        zh="请等纸全部出来再取，共 {sheets} 张。", en="Please wait until all of it has come out. Sheets: {sheets}."
    ),
    PaperState.PRINTED: Text(
        zh="共 {sheets} 张，请点清。收文件的人可以扫码核验真假。",
        en="Sheets: {sheets}. Whoever gets it can verify it by its code.",
    ),
    PaperState.FAILED: Text(
        zh="文件已经出具，可以再打一次，也可以把电子原件发给您。",
        en="It has been made: you can print it again, or have the original sent to you.",
    ),
    PaperState.UNCERTAIN: Text(
        zh="请看看出纸口。再打一次，还是同一份文件。",
        en="Please look at the outlet. Printed again, it is the same document.",
    ),
}
PAPER_PRINT = Text(zh="打印", en="Print")
PAPER_STOP = Text(zh="不等了，取消打印", en="Do not wait, cancel the print")
WITHOUT_PAPER = Text(zh="不打了", en="Go on without paper")
UNDERSTOOD = Text(zh="知道了", en="All right")
COPY_TO_PHONE = Text(zh="电子原件发到手机", en="Send the original to my phone")
COPY_TO_EMAIL = Text(zh="电子原件发到邮箱", en="Send the original by e-mail")
EMAIL_TITLE = Text(zh="发到哪个邮箱？", en="To which address?")
EMAIL_HINT = Text(zh="请仔细核对，发错了别人也能打开。", en="Please check it: whoever gets the mail can open it.")
EMAIL = Text(zh="电子邮箱", en="E-mail address")
EMAIL_EXAMPLE = Text(zh="例如 name@example.com", en="for example name@example.com")
EMAIL_WRONG = Text(zh="这个邮箱地址不完整，请再看一遍。", en="This address is not complete; please check it.")
EMAIL_SEND = Text(zh="发送", en="Send")
EMAIL_CANCEL = Text(zh="不发了", en="Do not send it")

RATE_TITLE = Text(zh="这次办得怎么样", en="How was it")
RATE_HINT = Text(zh="自愿评价，不影响办理结果。", en="Your answer is voluntary and does not affect your application.")
RATE_SKIP = Text(zh="不评价", en="Skip")
RATE_SEND = Text(zh="提交评价", en="Send")
RATE_LEVELS: dict[Level, Text] = {
    Level.VERY_GOOD: Text(zh="非常满意", en="Very satisfied"),
    Level.GOOD: Text(zh="满意", en="Satisfied"),
    Level.FAIR: Text(zh="基本满意", en="Fairly satisfied"),
    Level.POOR: Text(zh="不满意", en="Dissatisfied"),
    Level.VERY_POOR: Text(zh="非常不满意", en="Very dissatisfied"),
}

DONE_TITLE = Text(zh="办好了，慢走", en="All done")
DONE_HINT = Text(
    zh="点“完成”，本机上您的信息立即清除。", en="Touch Finish and your details are erased from this machine."
)
DONE_GO = Text(zh="完成", en="Finish")
TAKE_CARD = Text(zh="请拿走身份证", en="Take your ID card")
TAKE_PAPER = Text(zh="请拿走打印的文件", en="Take your printed document")
TAKE_RECEIPT = Text(zh="请拿走凭条", en="Take your receipt")
SAVED_NEXT = Text(
    zh="网络恢复后自动上传，届时短信告知您受理编号。",
    en="It is sent when the line is back; a text message will tell you the reference number.",
)

MONEY_BACK = Text(
    zh="如果这次办不成，离开时您付的钱会原路退回，并短信告知。",
    en="If it cannot be done this time, what you paid goes back when you leave, and a text message says so.",
)
RETRY = Text(zh="重试", en="Try again")
LEAVE = Text(zh="退出办理", en="Leave")
CHANGE_ANSWERS = Text(zh="返回修改", en="Change my answers")
FROM_DEPARTMENT = Text(zh="部门记录里的", en="on file")
FROM_CARD = Text(zh="来自身份证", en="from your card")
