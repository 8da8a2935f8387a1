"""What a person reads before agreeing to the face check. The law wants it separate, complete and in plain words.

Personal Information Protection Law, articles 17, 29, 30: who, what for, why it is needed, how, what it may mean for
the person, how long, which rights. What is said here has to be true of the engine that is set: see ``face.engines`` in
the settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.text import Text
from kiosk.visit.view import ConsentPoint

HINT = Text(
    zh="人脸属敏感个人信息，用不用您决定，一样能办。",
    en="Your face is sensitive personal information, so you decide. You can go on either way.",
)
AGREE = Text(zh="同意，开始刷脸", en="I agree, check my face")
DECLINE = Text(zh="不同意，换一种方式", en="I do not agree, use another way")

_WHO, _PURPOSE, _METHOD, _KEEPING, _FOR_YOU = (
    Text(zh="谁来处理", en="Who"),
    Text(zh="用途", en="Purpose"),
    Text(zh="方式", en="How"),
    Text(zh="保存", en="Keeping"),
    Text(zh="影响和权利", en="For you"),
)
_FOR_THIS_ONLY = Text(
    zh="只核对您和身份证照片是不是同一个人，防止别人用您的证件办事。",
    en="Only to see that the card is yours, so that nobody else can use it.",
)
_FREE = Text(
    zh="没认出您，只是请您换一种方式，办理结果一样。随时可以停下。想查、改、删或投诉，请打上面的电话。",
    en="At worst we ask for another way, with the same result. You may stop at any moment. "
    "To see, correct or delete data, or to complain, call the number above.",
)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the machine, and answers for what it does with personal information."""

    name: Text
    phone: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What is asked for, and what a person has to know; who asks is said by ``asked_by``."""

    title: Text
    hint: Text
    points: tuple[ConsentPoint, ...]

    def asked_by(self, operator: Operator) -> tuple[ConsentPoint, ...]:
        """Every point, the operator's name and telephone first."""
        who = Text(zh=f"{operator.name.zh}，电话 {operator.phone}。", en=f"{operator.name.en}, {operator.phone}")
        return (ConsentPoint(_WHO, who), *self.points)


IN_THE_MACHINE = Consent(
    Text(zh="可以用刷脸核对您本人吗？", en="May we check your face?"),
    HINT,
    (
        ConsentPoint(_PURPOSE, _FOR_THIS_ONLY),
        ConsentPoint(
            _METHOD,
            Text(
                zh="摄像头看您几秒钟，按提示做几个动作。人脸和身份证照片的特征只在这台机器里比对，不上传。",
                en="The camera sees you for some seconds while you follow a few prompts. Features of your face and of "
                "the card's picture are compared in this machine; none is sent.",
            ),
        ),
        ConsentPoint(
            _KEEPING,
            Text(
                zh="拍的照片和特征核对完立即清除，身份证照片办理结束时清除，只留下核对结果。",
                en="Pictures taken and features are erased after the check, the card's picture when you leave. "
                "Only the result stays.",
            ),
        ),
        ConsentPoint(_FOR_YOU, _FREE),
    ),
)

BY_THE_AUTHORITY = Consent(
    Text(zh="可以送出您的照片核对吗？", en="May we send pictures?"),
    HINT,
    (
        ConsentPoint(_PURPOSE, _FOR_THIS_ONLY),
        ConsentPoint(
            _METHOD,
            Text(
                zh="摄像头看您几秒钟，按提示做几个动作。拍的照片和身份证照片会离开这台机器，加密送到政务部门比对。",
                en="The camera sees you for some seconds while you follow a few prompts. Its pictures and the card's "
                "then leave this machine, encrypted, to be compared by the authority.",
            ),
        ),
        ConsentPoint(
            _KEEPING,
            Text(
                zh="本机：拍的照片和特征核对完立即清除，身份证照片办理结束时清除，只留下核对结果。送出的照片由政务部门负责。",
                en="Here, pictures taken and features are erased after the check, the card's picture when you leave; "
                "only the result stays. The authority answers for what it keeps.",
            ),
        ),
        ConsentPoint(_FOR_YOU, _FREE),
    ),
)

BY_NUMBER = Consent(
    Text(zh="可以送出您的照片核对吗？", en="May we send pictures?"),
    HINT,
    (
        ConsentPoint(
            _PURPOSE,
            Text(
                zh="只核对您和您输入的身份证号是不是同一个人，防止别人用您的号码办事。",
                en="Only to see that the number is yours, so that nobody else can use it.",
            ),
        ),
        ConsentPoint(
            _METHOD,
            Text(
                zh="摄像头看您几秒钟，按提示做几个动作。拍的照片和您输入的身份证号会离开这台机器，加密送到政务部门，"
                "和那里留存的照片比对。",
                en="The camera sees you for some seconds while you follow a few prompts. Its pictures and the number "
                "you typed then leave this machine, encrypted, to be compared with the authority's own picture.",
            ),
        ),
        ConsentPoint(
            _KEEPING,
            Text(
                zh="本机：拍的照片和特征核对完立即清除，只留下核对结果。送出的照片由政务部门负责。",
                en="Here, pictures taken and features are erased after the check; only the result stays. "
                "The authority answers for what it keeps.",
            ),
        ),
        ConsentPoint(_FOR_YOU, _FREE),
    ),
)
