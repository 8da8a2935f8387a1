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
