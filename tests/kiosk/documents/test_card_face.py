"""What is written on a card is whole, inside the area, and never a box in place of a character."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_rewriter.protocol import Area, pack, unpack
from kiosk.documents.card_face import CardFaceError, Face, compose
from kiosk.text import Text, same

AREA = Area(640, 240, verifies=True, bin=20)
RARE = "㐀㛃䶮龑𠮷犇喆"


def face(*values: str, width: int = AREA.width, height: int = AREA.height) -> Face:
    return compose([(same(f"标签{place}"), same(value)) for place, value in enumerate(values)], width, height)


def test_a_card_says_its_lines_in_chinese_whatever_the_language_of_the_screen() -> None:
    chinese = [(Text(zh="地址", en="Address"), Text(zh="厦门", en="Xiamen"))]
    assert np.array_equal(compose(chinese, 640, 240), compose([(same("地址"), same("厦门"))], 640, 240))


def test_it_fits_the_rewriters_area_and_goes_over_its_wire() -> None:
    written = face("厦门市湖里区示例路1号", "2027年11月23日")
    assert written.shape == (AREA.height, AREA.width)
    assert np.array_equal(unpack(pack(written), AREA.width, AREA.height), written)


@pytest.mark.parametrize("sign", RARE)
def test_a_rare_character_is_written_as_itself(sign: str) -> None:
    assert not np.array_equal(face(sign), face("口"))
    assert not np.array_equal(face(sign), face("龘"))


def test_a_character_that_the_font_lacks_is_told_and_nothing_is_written() -> None:
    with pytest.raises(CardFaceError) as caught:
        face("厦门𪚥")
    assert caught.value.code == "rewrite.no_glyph"
    assert "𪚥" not in str(caught.value)


def test_a_longer_text_is_smaller_and_one_without_end_is_told() -> None:
    def size(of: Face) -> int:
        """How high the first character of the label is."""
        return int(of[:, :30].any(axis=1).sum())

    assert size(face("厦门市湖里区示例路1号")) > size(face("厦门市湖里区示例路1号" * 8)) > 0
    with pytest.raises(CardFaceError) as caught:
        face("厦门市湖里区示例路1号" * 40)
    assert caught.value.code == "rewrite.does_not_fit"


WORDS = st.text(st.sampled_from("厦门市湖里区示例路号室 0123456789ABCXYZabc-（）·、" + RARE), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(WORDS, min_size=1, max_size=5), width=st.integers(200, 900), height=st.integers(80, 400))
def test_whatever_is_to_be_written_is_whole_within_its_margins_or_told(
    values: list[str], width: int, height: int
) -> None:
    try:
        written = face(*values, width=width, height=height)
    except CardFaceError as error:
        if error.code != "rewrite.does_not_fit":
            raise
        return
    assert written.shape == (height, width)
    edge = np.ones_like(written)
    edge[4:-4, 4:-4] = False
    assert not (written & edge).any()
