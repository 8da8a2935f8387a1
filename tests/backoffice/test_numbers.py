from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from backoffice.numbers import parcel_number, reference_number
from kiosk.gateway.contract import Acceptance

ITEMS = st.from_regex(r"[A-Z]{2}(-[A-Z]{2})?-[0-9]{2}", fullmatch=True)
DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))
COUNTS = st.integers(1, 999_999)


def test_a_reference_number_says_item_day_and_count() -> None:
    assert re.fullmatch(r"JT02-20261123-00042-[0-9A-Z]", reference_number("JT-02", date(2026, 11, 23), 42))


@given(ITEMS, DAYS, COUNTS)
def test_a_reference_number_fits_the_contract_and_its_check_character(item: str, day: date, count: int) -> None:
    number = reference_number(item, day, count)
    assert len(number) <= 24
    assert mod_37_36.is_valid(number.replace("-", ""))
    pattern = Acceptance.model_json_schema()["properties"]["reference_number"]["pattern"]
    assert re.fullmatch(pattern, number)


@given(ITEMS, DAYS, COUNTS, st.data())
def test_one_mistyped_character_of_a_reference_number_is_noticed(
    item: str, day: date, count: int, data: st.DataObject
) -> None:
    number = reference_number(item, day, count).replace("-", "")
    at = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").filter(lambda other: other != number[at]))
    assert not mod_37_36.is_valid(number[:at] + wrong + number[at + 1 :])


@given(ITEMS, DAYS, st.lists(COUNTS, min_size=2, max_size=2, unique=True))
def test_two_counts_make_two_numbers(item: str, day: date, counts: list[int]) -> None:
    assert len({reference_number(item, day, count) for count in counts}) == 2


def test_the_parcel_number_of_the_standards_example_has_its_check_digit() -> None:
    # 47312482 with check digit 9 is the worked example that accompanies UPU S10.
    assert parcel_number(47312482) == "EA473124829CN"


def test_the_two_special_remainders_have_their_own_digits() -> None:
    assert parcel_number(0) == "EA000000005CN"  # remainder 0, 11 - 0 = 11, written 5
    assert parcel_number(8) == "EA000000080CN"  # 8 x 7 = 56, remainder 1, 11 - 1 = 10, written 0


@given(st.integers(0, 10**10), st.integers(2, 9), st.integers(0, 9))
def test_one_mistyped_digit_of_a_parcel_number_is_noticed_but_where_the_standard_has_its_gap(
    serial: int, at: int, digit: int
) -> None:
    number = parcel_number(serial)
    assert re.fullmatch(r"[A-Z]{2}[0-9]{9}CN", number)
    wrong = number[:at] + str(digit) + number[at + 1 :]
    # Two remainders, 0 and 6, share the check digit 5.
    assert parcel_number(int(wrong[2:10])) != wrong or wrong == number or number[10] == "5"
