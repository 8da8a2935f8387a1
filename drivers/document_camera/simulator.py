"""The paper under a simulated document camera: an invented driving licence, drawn afresh.

The production camera driver plays the picture file as it plays any file, so
nothing else is needed to simulate this device.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from drivers.font import chinese_font

_SIZE = (1280, 720)
_INK = (38, 50, 56)

_FRONT = (
    ("姓名", "示例"),
    ("国籍", "中国"),
    ("住址", "福建省厦门市示例路 1 号"),
    ("初次领证日期", "2010-06-30"),
    ("准驾车型", "C1"),
    ("有效期限", "2020-06-30 至 2030-06-30"),
)
_BACK = (
    ("档案编号", "350200000000"),
    ("记录", "此页为软件演示所画，不是证件"),
)


def draw_licence(path: Path) -> None:
    """Write a picture of both pages of an invented licence on a desk, 1280×720, to ``path``.

    Raises OSError, and FontMissingError when the Chinese font is not installed.
    """
    desk = Image.new("RGB", _SIZE, (121, 134, 142))
    _page(desk, (90, 150, 630, 560), "中华人民共和国机动车驾驶证", _FRONT)
    _page(desk, (660, 150, 1200, 560), "中华人民共和国机动车驾驶证副页", _BACK)
    turned = desk.rotate(1.5, resample=Image.Resampling.BICUBIC, fillcolor=(121, 134, 142))
    turned.save(path)


def _page(desk: Image.Image, box: tuple[int, int, int, int], title: str, rows: tuple[tuple[str, str], ...]) -> None:
    draw = ImageDraw.Draw(desk)
    left, top, _, _ = box
    draw.rounded_rectangle((box[0] + 5, box[1] + 7, box[2] + 5, box[3] + 7), 16, fill=(92, 104, 111))
    draw.rounded_rectangle(box, 16, fill=(246, 247, 242), outline=(176, 184, 170), width=2)
    draw.text((left + 32, top + 26), title, _INK, chinese_font(25))
    label, value = (chinese_font(size) for size in (18, 23))
    for number, (name, content) in enumerate(rows):
        height = top + 88 + number * 50
        draw.text((left + 32, height + 4), name, (108, 122, 128), label)
        draw.text((left + 170, height), content, _INK, value)
