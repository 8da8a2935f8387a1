"""No person fits into what is kept and sent away."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kiosk.operations.impersonal import Fact, HardwareText, facts_of, is_fact, is_hardware_text

NAME, NUMBER, OLD_NUMBER, PHONE = "林晓舟", "350203199001010010", "350203900101001", "13950010001"


@pytest.mark.parametrize(
    "text", [NUMBER, f"no. {NUMBER}.", "11010519491231002X", OLD_NUMBER, PHONE, f"tel:{PHONE}", NAME]
)
def test_a_person_is_no_hardware(text: str) -> None:
    assert not is_hardware_text(text)
    with pytest.raises(ValidationError):
        TypeAdapter(HardwareText).validate_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SAM V1.02",
        "05.03-20190123-0001234567-1234567890",
        "/dev/serial/by-id/usb-FTDI_A50285BI-if00-port0",
        "tcp://127.0.0.1:9100",
    ],
)
def test_hardware_may_say_what_it_is(text: str) -> None:
    assert is_hardware_text(text)


@pytest.mark.parametrize(
    "value",
    [NAME, "Lin", "lin xiao", NUMBER, PHONE, int(PHONE), int(NUMBER), -int(PHONE), math.nan, math.inf, None, b"x", [1]],
)
def test_a_person_is_no_fact(value: object) -> None:
    assert not is_fact(value)


@pytest.mark.parametrize("value", [True, 0, -5, 3.25, 9_999_999_999, "not_supported"])
def test_measurements_and_words_of_the_program_are_facts(value: object) -> None:
    assert is_fact(value)


def test_facts_that_do_not_fit_are_left_out_and_the_others_stay() -> None:
    assert facts_of({"celsius": 51, "holder": NAME, NAME: 1, "paper": "ok"}) == {"celsius": 51, "paper": "ok"}


@given(st.dictionaries(st.text(), st.booleans() | st.integers() | st.floats() | st.text()))
def test_what_is_left_of_any_facts_is_valid(facts: dict[str, object]) -> None:
    adapter: TypeAdapter[dict[str, Fact]] = TypeAdapter(dict[str, Fact])
    kept = facts_of(facts)
    assert adapter.validate_python(kept) == kept
