"""What citizens read on their phones."""

from __future__ import annotations

from kiosk.text import Text

CODE = Text(
    zh="【e政务】您的验证码是 {code}，{minutes} 分钟内有效。请不要告诉他人。",
    en="[e-Government] Your code is {code}. It is valid for {minutes} minutes. Please do not share it.",
)
ARRIVED = Text(
    zh="【e政务】您于 {day} 在自助机保存的办件（暂存号 {ticket}）已提交，受理编号为 {reference}。",
    en=(
        "[e-Government] The application you saved at a kiosk on {day} (ticket {ticket}) has been submitted. "
        "Its reference number is {reference}."
    ),
)
POSTED = Text(
    zh="【e政务】您的办件（受理编号 {reference}）已通过审核，证件已寄出，邮件号为 {parcel}，请注意查收。",
    en=(
        "[e-Government] Your application {reference} has been approved. "
        "Your document has been posted; its parcel number is {parcel}."
    ),
)
APPROVED = Text(
    zh="【e政务】您的办件（受理编号 {reference}）已通过。",
    en="[e-Government] Your application {reference} has been approved.",
)
REFUSED = Text(
    zh="【e政务】很抱歉，您的办件（受理编号 {reference}）未通过审核。原因：{reason}。您可以按此更正后重新办理。",
    en=(
        "[e-Government] We are sorry: your application {reference} has not been approved. Reason: {reason}. "
        "You can correct this and apply again."
    ),
)
OWN_WORDS = Text(zh="审核人员的原话：“{words}”", en="in the officer's own words: “{words}”")
BOOKED = Text(
    zh="【e政务】您已预约{place}，{day_zh} {begins}–{ends}，预约号 {code}。请带身份证，凭预约二维码取号。"
    "不能来请至少提前一天取消；一个月内两次没来，三个月内不能再预约。",
    en=(
        "[e-Government] You have booked {place} on {day_en}, {begins}–{ends}. Your booking is {code}. "
        "Please bring your ID card and the booking's code. If you cannot come, cancel at least a day ahead: "
        "after two no-shows in a month nothing can be booked for three months."
    ),
)
BOOKED_GREEN = Text(
    zh="【e政务】您的绿色通行凭证：{place}，{day_zh} {begins}–{ends} 随到随办，编号 {code}。"
    "请带身份证，出示给工作人员。",
    en=(
        "[e-Government] Your green pass: come to {place} on {day_en} at any time, {begins}–{ends}. "
        "Its number is {code}. Please bring your ID card and show it to the staff."
    ),
)
BOOKING_CANCELLED = Text(
    zh="【e政务】您已取消预约：{place}，{day_zh} {begins}–{ends}，预约号 {code}。",
    en="[e-Government] Your booking at {place} on {day_en}, {begins}–{ends}, is cancelled: {code}.",
)
PAID = Text(
    zh="【e政务】缴费成功：{about}，{amount} 元，{at}，单号 {order}。",
    en="[e-Government] Paid: {about}, ¥{amount}, {at}, order {order}.",
)
PAID_TWICE = Text(
    zh="【e政务】{about} 已经缴过，您又付了一次。多付的 {amount} 元按原路退回，单号 {order}。",
    en=(
        "[e-Government] {about} was paid already and you paid once more. "
        "¥{amount} goes back the way it came; order {order}."
    ),
)
PAID_IN_VAIN = Text(
    zh="【e政务】您为 {about} 付的 {amount} 元没有缴成（订单已关闭），按原路退回，单号 {order}。",
    en=(
        "[e-Government] The ¥{amount} you paid for {about} did not count, as its order had been closed. "
        "It goes back the way it came; order {order}."
    ),
)
PAID_BACK = Text(
    zh="【e政务】{about} 没有办成，您付的 {amount} 元按原路退回，单号 {order}。",
    en="[e-Government] {about} could not be done. The ¥{amount} you paid goes back the way it came; order {order}.",
)
ANSWERED = Text(
    zh="【e政务】您对办件 {reference} 的评价，我们回复如下：{answer}",
    en="[e-Government] Our answer to your rating of {reference}: {answer}",
)
COPY = Text(
    zh="【e政务】您的《{title}》电子原件：打开 {url}，输入取件码 {code} 下载。"
    "24 小时内有效，只能用一次，请不要告诉他人。",
    en=(
        "[e-Government] Your document “{title}”: open {url} and enter {code} to download it. "
        "The code is valid for 24 hours and for one download. Please do not share it."
    ),
)
EMAIL_SUBJECT = Text(zh="您的《{title}》电子原件", en="Your document “{title}”")
EMAIL = Text(
    zh="您好：\n\n附件是您在 e政务 自助机办理的《{title}》电子原件，带有电子签名。"
    "请直接转发文件，不要另存为其他格式或打印后扫描，否则签名会失效。\n验证码：{code}\n核验网址：{url}\n\n本邮件由系统发出，请不要回复。",
    en=(
        "Hello,\n\nattached is your document “{title}”, made at an e-Government machine. It is signed: please pass on "
        "the file as it is, for a file that is converted, or printed and scanned, loses its signature.\n"
        "Verification code: {code}\nTo verify it: {url}\n\nThis mail was sent by a machine; please do not answer it."
    ),
)
