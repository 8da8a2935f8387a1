"""What a person reads before agreeing to the face check. The law wants it separate, complete and in plain words.

What is said here has to be true of the engine that is set: see ``face.engines`` in the settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.text import Text
from kiosk.visit.view import ConsentPoint

TITLE = Text(zh="可以用刷脸核对您本人吗？", en="May we check your face?")
HINT = Text(
    zh="人脸是敏感个人信息，用不用由您决定。不同意一样能办。",
    en="Your face is sensitive personal information, so you decide. You can go on either way.",
)
AGREE = Text(zh="同意，开始刷脸", en="I agree, check my face")
DECLINE = Text(zh="不同意，换一种方式", en="I do not agree, use another way")

_PURPOSE, _METHOD, _KEEPING, _RIGHTS = (
    Text(zh="用途", en="Purpose"),
    Text(zh="方式", en="How"),
    Text(zh="保存", en="Keeping"),
    Text(zh="您的权利", en="Your rights"),
)
_FOR_THIS_ONLY = Text(
    zh="只用来核对您和身份证照片是不是同一个人，不作别的用。",
    en="Only to see whether you are the person on the card, and for nothing else.",
)
_FREE = Text(
    zh="随时可以停下，改用别的方式，办理结果一样。有疑问请打 {phone}。",
    en="You may stop at any moment and use another way, with the same result. Questions: {phone}.",
)


@dataclass(frozen=True, slots=True)
class Consent:
    """What is asked for, and every point a person has to know."""

    title: Text
    hint: Text
    points: tuple[ConsentPoint, ...]

    def with_phone(self, phone: str) -> tuple[ConsentPoint, ...]:
        """The points, with the number that answers questions."""
        return tuple(ConsentPoint(point.name, point.words.filled(phone=phone)) for point in self.points)


IN_THE_MACHINE = Consent(
    TITLE,
    HINT,
    (
        ConsentPoint(_PURPOSE, _FOR_THIS_ONLY),
        ConsentPoint(
            _METHOD,
            Text(
                zh="摄像头看您几秒钟，按提示做几个动作。只在这台机器里比对，照片不上传。",
                en="The camera sees you for some seconds while you follow a few prompts. "
                "The comparison stays in this machine; no picture is sent.",
            ),
        ),
        ConsentPoint(
            _KEEPING,
            Text(
                zh="照片和人脸特征核对完立即清除，只留下核对结果。",
                en="Pictures and features are erased as soon as the check is done; only its result stays.",
            ),
        ),
        ConsentPoint(_RIGHTS, _FREE),
    ),
)

BY_THE_AUTHORITY = Consent(
    Text(zh="可以把您的照片送去核对吗？", en="May your picture be sent to be compared?"),
    HINT,
    (
        ConsentPoint(_PURPOSE, _FOR_THIS_ONLY),
        ConsentPoint(
            _METHOD,
            Text(
                zh="摄像头看您几秒钟，按提示做几个动作。其中的照片会离开这台机器，加密送到政务部门的人像比对服务。",
                en="The camera sees you for some seconds while you follow a few prompts. Pictures of your face then "
                "leave this machine, encrypted, for the authority's own comparison.",
            ),
        ),
        ConsentPoint(
            _KEEPING,
            Text(
                zh="本机核对完立即清除，只留下核对结果。比对服务怎样保存，由政务部门负责。",
                en="This machine erases everything as soon as the check is done, but for its result. "
                "The authority answers for what its service keeps.",
            ),
        ),
        ConsentPoint(_RIGHTS, _FREE),
    ),
)
