"""What stands on a card: 256 bytes in four layouts, read into one record."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from drivers.id_reader.people import TRAY
from drivers.id_reader.protocol import CardData, Status, card_data, reply
from drivers.id_reader.record import (
    ETHNIC_GROUPS,
    TEXT_BYTES,
    CardKind,
    IdRecord,
    RecordError,
    Sex,
    parse_record,
    text_block,
)
from tests.drivers.id_reader.desk import cards
from tests.people import CARD_WITH_WRONG_DIGIT, EXPIRED, LIN, OTHER

BIRTH = date(1990, 1, 1)
RESIDENT = IdRecord(
    CardKind.RESIDENT,
    name="示例甲",
    sex=Sex.FEMALE,
    ethnic_code="01",
    birth_date=date(1949, 12, 31),
    address="北京市东城区示例街道1号",
    number="11010519491231002X",
    authority="北京市公安局东城分局",
    valid_from=date(2020, 1, 1),
    long_term=True,
)
HMT = IdRecord(
    CardKind.HMT,
    name="示例乙",
    sex=Sex.FEMALE,
    birth_date=BIRTH,
    address="广东省深圳市示例区示例路2号",
    number="810000199001010027",
    authority="深圳市公安局示例分局",
    valid_from=date(2023, 1, 1),
    valid_until=date(2028, 1, 1),
    permit_number="H00000000",
    issue_count="01",
)
FOREIGNER_2017 = IdRecord(
    CardKind.FOREIGNER_2017,
    name="示例丙",
    name_en="DOE, JANE EXAMPLE",
    sex=Sex.FEMALE,
    birth_date=BIRTH,
    number="CAN110190010127",
    authority="1500",
    valid_from=date(2018, 1, 1),
    valid_until=date(2028, 1, 1),
    nationality="CAN",
    card_version="01",
)
FOREIGNER_2023 = IdRecord(
    CardKind.FOREIGNER_2023,
    name="示例丙",
    name_en="DOE, JANE EXAMPLE",
    sex=Sex.FEMALE,
    birth_date=BIRTH,
    number="911124199001010028",
    valid_from=date(2024, 1, 1),
    valid_until=date(2034, 1, 1),
    nationality="CAN",
    issue_count="01",
    old_number_link="012",
)
# Worked out by hand from the layouts, apart from this code: digests of the text, of the whole frame, and its check.
VECTORS = [
    pytest.param(RESIDENT, "609c5287f2ebcdc0", "c3902986aa2b339d", 0x4B, id="resident"),
    pytest.param(HMT, "edb963d0863b668e", "0acab669a481a10d", 0x9A, id="hmt"),
    pytest.param(FOREIGNER_2017, "4e008d5827b6dcba", "a0fd7f997795b848", 0x13, id="foreigner_2017"),
    pytest.param(FOREIGNER_2023, "4d1830875ba6f7a1", "4051a9b1cacf2c2c", 0x72, id="foreigner_2023"),
]
NAME, SEX, ETHNIC, BORN, UNTIL, FLAG = 0, 30, 32, 36, 204, 248


def with_bytes(at: int, new: bytes, record: IdRecord = RESIDENT) -> IdRecord:
    """What is read when these bytes stand there instead."""
    text = bytearray(text_block(record))
    text[at : at + len(new)] = new
    return parse_record(bytes(text))


def with_text(at: int, new: str, record: IdRecord = RESIDENT) -> IdRecord:
    return with_bytes(at, new.encode("utf-16-le"), record)


@pytest.mark.parametrize(("record", "text_digest", "frame_digest", "check"), VECTORS)
def test_a_card_looks_on_the_wire_as_worked_out_by_hand(
    record: IdRecord, text_digest: str, frame_digest: str, check: int
) -> None:
    text = text_block(record)
    whole = reply(Status.DONE, card_data(CardData(text, bytes(1024))))
    assert hashlib.sha256(text).hexdigest()[:16] == text_digest
    assert hashlib.sha256(whole).hexdigest()[:16] == frame_digest
    assert whole[-1] == check


@settings(max_examples=400)
@given(cards())
def test_a_card_of_any_kind_is_read_as_it_was_written(card: IdRecord) -> None:
    assert parse_record(text_block(card)) == card


@given(cards(), st.booleans())
def test_long_validity_is_no_date(card: IdRecord, long_term: bool) -> None:
    card = replace(card, long_term=long_term, valid_until=None)
    read = parse_record(text_block(card))
    assert read.valid_until is None
    assert read.long_term is long_term


@settings(max_examples=300)
@given(st.binary(min_size=TEXT_BYTES, max_size=TEXT_BYTES), st.sampled_from([" ", "\0", "J", "I", "Y", None]))
def test_any_256_bytes_are_a_record_or_refused(text: bytes, flag: str | None) -> None:
    if flag is not None:
        text = text[:FLAG] + flag.encode("utf-16-le") + text[FLAG + 2 :]
    try:
        read = parse_record(text)
    except RecordError:
        assert flag is None
        return
    for place in fields(read):
        value = getattr(read, place.name)
        if isinstance(value, str):
            value.encode()  # no half of a surrogate pair has come through
    _ = read.ethnic_group, read.age(date(2026, 1, 1)), read.old_number, read.number_check_ok, read.expired(date.max)


@given(st.binary(max_size=600).filter(lambda text: len(text) != TEXT_BYTES))
def test_a_text_block_of_another_length_is_refused(text: bytes) -> None:
    with pytest.raises(RecordError, match="a text block of"):
        parse_record(text)


@pytest.mark.parametrize("flag", ["A", "j", "1", "Ｊ", "身"])
def test_a_card_of_an_unknown_kind_is_refused(flag: str) -> None:
    with pytest.raises(RecordError, match="a kind that nobody knows"):
        with_text(FLAG, flag)


def test_a_zero_for_a_flag_is_a_resident_card() -> None:
    assert with_text(FLAG, "\0").kind is CardKind.RESIDENT


@pytest.mark.parametrize(
    "name", ["㐀示䶮", "𠮷野示例", "𰻝", "阿依古丽·示例江", "林 示例", "五字长的姓名例子示例一二三四"]
)
def test_rare_names_and_names_with_blanks_are_read_whole(name: str) -> None:
    assert with_text(NAME, name.ljust(15 - (len(name.encode("utf-16-le")) // 2 - len(name)))).name == name


@pytest.mark.parametrize("padding", [" ", "\0", " \0 \0"])
def test_padding_is_no_part_of_a_name(padding: str) -> None:
    assert with_text(NAME, ("林示例" + padding * 15)[:15]).name == "林示例"


def test_half_a_character_is_replaced_and_the_rest_kept() -> None:
    lonely = "林".encode("utf-16-le") + b"\x00\xd8" + "例".encode("utf-16-le")
    assert with_bytes(NAME, lonely.ljust(30, b"\0")).name == "林\ufffd例"


def test_an_english_name_keeps_the_blank_where_it_breaks() -> None:
    name = "EXAMPLE".ljust(34, "X") + " DOE"
    assert parse_record(text_block(replace(FOREIGNER_2023, name_en=name))).name_en == name


@pytest.mark.parametrize(
    ("code", "sex"), [("0", "UNKNOWN"), ("1", "MALE"), ("2", "FEMALE"), ("9", "NOT_STATED"), ("3", "UNKNOWN")]
)
def test_sex_is_never_guessed(code: str, sex: str) -> None:
    assert with_text(SEX, code).sex is Sex[sex]


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("01", "汉"),
        ("05", "维吾尔"),
        ("56", "基诺"),
        ("97", "其他"),
        ("81", "未知（81）"),
        ("  ", ""),
        ("??", "未知（??）"),
    ],
)
def test_an_ethnic_code_that_nobody_knows_is_shown_and_not_refused(code: str, group: str) -> None:
    assert with_text(ETHNIC, code).ethnic_group == group


def test_there_are_58_ethnic_codes() -> None:
    assert len(ETHNIC_GROUPS) == 58
    assert ETHNIC_GROUPS["33"] == "羌"


@pytest.mark.parametrize(
    "day", ["20230229", "00000000", "2023 101", "２０２３０１０１", "20231301", "        ", "2023010x"]
)
def test_a_day_that_is_none_is_not_made_up(day: str) -> None:
    assert with_text(BORN, day).birth_date is None
    assert with_text(BORN, day).age(date(2026, 1, 1)) is None
    assert with_text(UNTIL, day).valid_until is None
    assert with_text(UNTIL, day).expired(date(2000, 1, 1))


def test_a_card_holds_to_the_end_of_its_last_day() -> None:
    card = replace(LIN, valid_until=date(2026, 11, 23))
    assert not card.expired(date(2026, 11, 23))
    assert card.expired(date(2026, 11, 24))


def test_a_card_of_long_validity_never_expires() -> None:
    assert not RESIDENT.expired(date.max)
    assert TRAY["wang_elder"].record.long_term


def test_a_birthday_counts_from_its_day() -> None:
    card = replace(LIN, birth_date=date(2000, 2, 29))
    assert card.age(date(2018, 2, 28)) == 17
    assert card.age(date(2018, 3, 1)) == 18


@given(st.text("0123456789", min_size=17, max_size=17))
def test_exactly_one_of_eleven_characters_ends_a_citizen_number(beginning: str) -> None:
    # GB 11643: weights of the seventeen digits, and the characters by remainder.
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(beginning, weights, strict=True)) % 11]
    assert right == mod_11_2.calc_check_digit(beginning)
    good = [last for last in "0123456789X" if replace(LIN, number=beginning + last).number_check_ok]
    assert good == [right]


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_a_slip_in_one_digit_is_noticed(beginning: str, at: int, by: int) -> None:
    number = beginning + mod_11_2.calc_check_digit(beginning)
    slipped = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert replace(LIN, number=number).number_check_ok
    assert not replace(LIN, number=slipped).number_check_ok


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("440524188001010014", True),
        ("830000199001010012", True),
        ("932682198501010017", True),
        ("110105194912310021", False),
        ("1101051949123100", False),
        ("", False),
        ("１１０１０５１９４９１２３１００２Ｘ", False),
        ("X1010519491231002X", False),
        ("11010519491231002Ｘ", False),
    ],
)
def test_the_check_character_of_18(number: str, fits: bool) -> None:
    assert replace(LIN, number=number).number_check_ok is fits


@pytest.mark.parametrize(
    ("number", "fits"),
    [("CAN110190010127", True), ("CAN110190010120", False), ("can110190010127", False), ("CAN11019001012", False)],
)
def test_the_check_digit_of_15(number: str, fits: bool) -> None:
    assert replace(FOREIGNER_2017, number=number).number_check_ok is fits


def test_a_card_of_2023_names_the_number_it_continues() -> None:
    assert FOREIGNER_2023.old_number == "CAN110190010127"
    assert replace(FOREIGNER_2023, old_number_link="").old_number == ""
    assert RESIDENT.old_number == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "示" * 16), ("address", "例" * 36), ("number", "1" * 19), ("name", "𠮷" * 8), ("ethnic_code", "123")],
)
def test_what_does_not_fit_into_its_place_is_refused_by_name_only(field: str, value: str) -> None:
    with pytest.raises(RecordError, match=f"{field} has room for") as refused:
        text_block(replace(RESIDENT, **{field: value}))  # type: ignore[arg-type]
    assert value not in str(refused.value)


@given(cards())
def test_no_repr_shows_what_a_card_says(card: IdRecord) -> None:
    assert repr(card) == str(card) == f"IdRecord({card.kind})"


@pytest.mark.parametrize("person", TRAY)
def test_everybody_in_the_tray_fits_on_a_card(person: str) -> None:
    of = TRAY[person]
    assert parse_record(text_block(of.record), new_address=of.record.new_address) == of.record
    assert of.record.number_check_ok is (person != "wrong_digit")
    assert of.record.expired(date(2026, 11, 23)) is (person == "expired")
    assert repr(of.record.number)[1:-1] not in repr(of)


def test_the_tray_holds_all_kinds_and_all_amounts_of_fingerprints() -> None:
    assert {person.record.kind for person in TRAY.values()} == set(CardKind)
    assert {person.fingerprints for person in TRAY.values()} == {0, 512, 1024}


def test_the_numbers_of_the_tray_agree_with_birth_and_sex() -> None:
    for person in TRAY.values():
        record = person.record
        if record.kind is CardKind.FOREIGNER_2017:
            continue
        assert record.birth_date is not None
        assert record.number[6:14] == f"{record.birth_date:%Y%m%d}"
        assert int(record.number[16]) % 2 == (record.sex is Sex.MALE)


def test_the_people_of_the_tests_are_who_their_names_say() -> None:
    assert LIN.name == "林示例"
    assert OTHER.new_address == "福建省厦门市集美区示例大道3号"
    assert OTHER.number != LIN.number
    assert EXPIRED.expired(date(2026, 11, 23))
    assert not CARD_WITH_WRONG_DIGIT.number_check_ok
