"""Masks never let a whole name or number through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.privacy import mask, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("张小三", "张*三"), ("阿依古丽·示例", "阿*****例"), ("", ""), ("张", "*")]
)
def test_names_keep_their_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_keep_four_and_four() -> None:
    assert mask_number("11010519491231002X") == "1101**********002X"
    assert mask_phone("13950010001") == "139****0001"


def test_a_name_and_a_number_are_told_apart() -> None:
    assert [mask(value) for value in ("张小三", "JANE DOE", "11010519491231002X", "13950010001")] == [
        "张*三",
        "J******E",
        "1101**********002X",
        "1395***0001",
    ]


@given(st.text(alphabet="0123456789X张李王", min_size=1, max_size=30))
def test_something_is_always_hidden(text: str) -> None:
    for hide in (mask_name, mask_number, mask_phone):
        assert "*" in hide(text) or (hide is mask_number and len(text) <= 2)
        assert len(hide(text)) == len(text)
