"""Where something can be posted: every district of the mainland, and the sub-districts of Xiamen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.id_reader.people import TRAY
from kiosk.areas import HOME, Area, areas_in, in_letters, joined, needs_more, parsed, split


def everywhere(path: Area = ()) -> list[Area]:
    inner = [(*path, name) for name in areas_in(path)]
    return [*inner, *(area for one in inner for area in everywhere(one))]


ALL = everywhere()
SMALLEST = [area for area in ALL if not areas_in(area)]
STREETS = st.text(st.sampled_from("示例路号室0123456789 -abc"), min_size=1, max_size=20).map(str.strip).filter(bool)


def test_the_mainland_has_its_provinces_and_xiamen_its_six_districts() -> None:
    assert len(areas_in(())) == 31
    assert set(areas_in(HOME)) == {"思明区", "湖里区", "海沧区", "集美区", "同安区", "翔安区"}
    assert all(len(areas_in((*HOME, district))) >= 4 for district in areas_in(HOME))
    assert len(ALL) > 3000
    assert max(map(len, ALL)) == 4


@pytest.mark.parametrize(
    ("address", "area", "rest"),
    [
        ("福建省厦门市湖里区示例路1号101室", (*HOME, "湖里区"), "示例路1号101室"),
        ("厦门市思明区莲前街道示例路2号", (*HOME, "思明区", "莲前街道"), "示例路2号"),
        ("北京市朝阳区示例路3号", ("北京市", "朝阳区"), "示例路3号"),
        ("广东省东莞市示例路4号", ("广东省", "东莞市"), "示例路4号"),
        ("湖北省仙桃市示例路5号", ("湖北省", "仙桃市"), "示例路5号"),
        ("新疆乌鲁木齐市天山区示例路6号", ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"), "示例路6号"),
        ("福建省厦门市思明区示例路 7 号", (*HOME, "思明区"), "示例路 7 号"),
        ("福建省厦门市思明区 莲前街道8号", (*HOME, "思明区"), "莲前街道8号"),  # typed behind an area, it stays there
        ("示例路9号", (), "示例路9号"),
        ("", (), ""),
    ],
)
def test_an_address_falls_into_its_area_and_the_rest(address: str, area: Area, rest: str) -> None:
    assert split(address) == (area, rest)


def test_the_addresses_of_the_sample_cards_reach_a_district() -> None:
    for name in ("lin", "chen", "wang_elder", "rare"):
        area, rest = split(TRAY[name].record.address)
        assert not needs_more(area)
        assert rest


@given(st.sampled_from(SMALLEST), STREETS)
def test_what_was_chosen_and_typed_comes_back_the_same(area: Area, rest: str) -> None:
    assert split(joined(area, rest)) == (area, rest)
    assert not needs_more(area)


@given(st.sampled_from(ALL))
def test_an_area_is_found_again_by_its_names(area: Area) -> None:
    assert parsed("".join(area)) == (area, "")


@given(st.text())
def test_whatever_is_typed_nothing_of_it_is_lost(words: str) -> None:
    area, rest = split(words)
    assert area == () or words.strip().startswith((area[0][:2], area[1][:2] if len(area) > 1 else area[0]))
    assert not rest or rest in words


@pytest.mark.parametrize("area", [(), ("福建省",), HOME, ("福建省", "泉州市"), ("北京市",), ("中国",)])
def test_a_parcel_needs_a_district(area: Area) -> None:
    assert needs_more(area) is (area != ("中国",))  # nobody can choose what does not exist


def test_a_sub_district_need_not_be_said() -> None:
    assert not needs_more((*HOME, "思明区"))


def test_names_can_be_read_in_latin_letters() -> None:
    names = {name: in_letters(name) for name in ("思明区", "重庆市", "陕西省", "山西省", "灌口镇", "厦港街道", "城区")}
    assert list(names.values()) == ["Siming", "Chongqing", "Shaanxi", "Shanxi", "Guankou", "Xiagang", "Chengqu"]
    assert all(in_letters(area[-1]).isascii() for area in ALL)
