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
REFUSED = Text(
    zh="【e政务】很抱歉，您的办件（受理编号 {reference}）未通过审核。原因：{reason}。您可以按此更正后重新办理。",
    en=(
        "[e-Government] We are sorry: your application {reference} has not been approved. Reason: {reason}. "
        "You can correct this and apply again."
    ),
)
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
