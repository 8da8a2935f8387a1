"""Chinese words by ear: every character can be reached and told from those that sound alike, and no wheel is a trap."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.aloud import Edit
from kiosk.areas import areas_in, joined, needs_more, split
from kiosk.by_ear import FULL, KEYS_TURN, NOT_HERE, OTHERS_HEAR, ByEar, Key
from kiosk.catalogue.item import FieldType
from kiosk.characters import characters_read, characters_under, radicals, strokes_beside
from kiosk.prompts import sentences
from kiosk.spelling import INITIALS, characters_of, sound_of, sounds, syllables_of, told, way_to
from kiosk.text import Language, Text, same
from kiosk.visit.events import Answer
from kiosk.wheels import (
    DELETE,
    DONE,
    TO_LATIN,
    TO_PINYIN,
    Does,
    Stop,
    area_turns_to,
    first_wheel,
    turns_to,
    wheel_before,
    wheel_of,
)
from tests.kiosk.test_by_ear import Hand
from tests.ui.desk import Desk, route

LABEL = Text(zh="收件人", en="Recipient")
NAME = Edit("recipient", FieldType.TEXT, LABEL, 30)
ALL = [syllable for initial in INITIALS for syllable in syllables_of(initial)]


def wheels(edit: Edit, language: Language = "zh") -> dict[str, tuple[Stop, ...]]:
    """Every wheel that can be turned to from the first one, by what led to it."""
    found: dict[str, tuple[Stop, ...]] = {}
    ahead = [first_wheel(edit)]
    while ahead:
        at = ahead.pop()
        if at not in found:
            found[at] = wheel_of(edit, "", at, language)
            ahead += [stop.opens for stop in found[at] if stop.opens is not None]
    return found


# -- what can be reached --------------------------------------------------------------------------


def test_every_character_that_can_be_drawn_and_has_a_reading_can_be_turned_to() -> None:
    reached = {stop.sign for stops in wheels(NAME).values() for stop in stops}
    offered = {
        character
        for radical in radicals()
        for strokes in strokes_beside(radical.id)
        for character in characters_under(radical.id, strokes)
    }
    missing = offered - reached
    # Those that Unihan gives no reading, and second codes of characters that have another.
    assert len(missing) < 3000
    assert not any(one in characters_read(syllable) for one in missing for syllable in ("zhang", "ming", "yan"))
    assert len(reached) > 27_000


def test_all_usual_characters_can_be_turned_to_and_are_told_by_a_word() -> None:
    usual = {
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA)
    }
    by_word = {one for syllable in ALL for one, by in characters_of(syllable) if by}
    assert len(usual) > 3700
    assert len(usual - by_word) < 20, usual - by_word


def test_no_wheel_is_a_trap() -> None:
    for edit in (NAME, Edit("address", FieldType.ADDRESS, LABEL, 80, around=("福建省", "厦门市"))):
        found = wheels(edit)
        for at, stops in found.items():
            assert stops, at
            leads = [stop for stop in stops if stop.opens is not None or stop.does is Does.DONE]
            assert leads, at
            seen, ahead = set[str](), {at}
            while ahead:
                here = ahead.pop()
                seen.add(here)
                ahead |= {stop.opens for stop in found[here] if stop.opens is not None} - seen
            assert any(stop.does is Does.DONE for here in seen for stop in found[here]), at


def test_a_wheel_of_sounds_is_short_and_no_two_of_its_stops_sound_the_same() -> None:
    for at, stops in wheels(NAME).items():
        if at == "" or at.endswith("-"):
            assert len(stops) <= 30
        said = [stop.said.zh for stop in stops]
        assert len(set(said)) == len(said), at


def test_each_sound_is_that_of_a_character_that_is_read_so() -> None:
    for syllable in ALL:
        assert sound_of(syllable).zh in [one for one, _ in characters_of(syllable)], syllable


# -- how they are told apart --------------------------------------------------------------------------


def test_no_two_characters_that_are_read_alike_are_told_by_the_same_words() -> None:
    for syllable in ALL:
        by = [words for _, words in characters_of(syllable) if words]
        assert len(set(by)) == len(by), (syllable, [words for words in by if by.count(words) > 1])


@pytest.mark.parametrize(
    ("syllable", "character", "words"),
    [
        ("zhang", "张", "张，弓长张"),
        ("zhang", "章", "章，立早章"),
        ("ming", "明", "明，明天的明"),
        ("chen", "陈", "陈，耳东陈"),
        ("xia", "厦", "厦，厦门的厦"),
        ("yan", "䶮", "䶮，部首是龙，另外 4 画"),
        ("zhang", "鄣", "鄣，部首是右耳旁，另外 11 画"),
    ],
)
def test_a_character_is_told_as_people_tell_it(syllable: str, character: str, words: str) -> None:
    assert told(character, dict(characters_of(syllable))[character]) == same(words)


@pytest.mark.parametrize(
    ("syllable", "first"), [("zhang", "长张章"), ("ming", "明名"), ("li", "里理力"), ("chen", "陈"), ("xia", "下夏")]
)
def test_the_usual_ones_come_first(syllable: str, first: str) -> None:
    at = "".join(one for one, _ in characters_of(syllable))
    assert set(first) <= set(at[: len(first) + 2])
    assert at.index("张" if syllable == "zhang" else first[0]) < 3


def test_a_character_with_several_readings_stands_under_each() -> None:
    for syllable, by in (("chang", "长短"), ("zhang", "成长")):
        assert ("长", by) in characters_of(syllable)
    assert {"shan", "dan"} <= {syllable for syllable in ALL if "单" in dict(characters_of(syllable))}


def test_what_is_always_the_same_can_be_recorded() -> None:
    listed = sentences()
    for text in (*INITIALS.values(), *sounds(), TO_LATIN.said, DELETE.said, DONE.said, OTHERS_HEAR):
        assert text in listed


def test_nothing_of_it_is_read_before_it_is_needed() -> None:
    asks = "import sys; from kiosk import by_ear, spelling; print(spelling._table.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["0"]


# -- writing --------------------------------------------------------------------------------------


class Writer:
    """Somebody at the page that asks for name and address, who does not see."""

    def __init__(self, *, private: bool = False, language: Language = "zh", by_keys: bool = False) -> None:
        self.desk = Desk()
        self.desk.begin("JT-02")
        for page, events in route().items():
            self.desk.happen(*events)
            if page == "contact":
                break
        self.ear = ByEar(self.desk, lambda: language)
        self.ear.private = private
        self.hand = Hand(self.ear, self._do)
        self.hand.heard += self.ear.begin(by_keys=by_keys)

    def _do(self, deed: object) -> None:
        assert isinstance(deed, Answer)
        self.desk.happen(deed)

    @property
    def name(self) -> str:
        assert self.desk.visit is not None
        return self.desk.visit.answers.get("recipient", "")

    @property
    def address(self) -> str:
        assert self.desk.visit is not None
        return self.desk.visit.answers.get("address", "")

    def empty(self) -> Writer:
        """Nothing is written yet."""
        self.desk.happen(Answer("recipient", ""), Answer("address", ""))
        self.ear.look()
        return self

    def said(self, *keys: Key) -> list[str]:
        return [text.zh for key in keys for text in self.hand.press(key).said]


@pytest.mark.parametrize(
    "words", ["张明", "欧阳翊轩", "阿依古丽·买买提", "䶮", "厦门示例（集美）有限公司", "A座3单元", "单"]
)
def test_words_are_written_sign_by_sign(words: str) -> None:
    one = Writer().empty()
    one.hand.fill("recipient", words)
    assert one.name == words


def test_without_headphones_signs_are_counted_and_with_them_said_back() -> None:
    for private in (False, True):
        one = Writer(private=private).empty()
        one.hand.open("recipient")
        for stop in turns_to(NAME, "张", "zh"):
            one.hand.turn_to(stop)
        told_back = one.hand.heard[-3:]
        assert [text.zh for text in told_back] == [*(["张"] if private else ["张，弓长张"]), "已写 1 个字", "玻"]
        said = one.said(Key.REPEAT)
        assert said == [*(["张"] if private else []), "已写 1 个字", "b", "玻"]


def test_whoever_has_no_headphones_is_told_that_others_hear_the_wheel() -> None:
    for private in (False, True):
        one = Writer(private=private)
        one.hand.open("recipient")
        assert (OTHERS_HEAR in one.hand.heard) is not private


def test_what_stands_there_is_gone_on_with_and_its_last_sign_is_deleted() -> None:
    one = Writer()
    one.desk.happen(Answer("recipient", "林某"))
    one.ear.look()
    one.hand.open("recipient")
    assert "已写 2 个字" in [text.zh for text in one.hand.heard]
    one.hand.turn_to(DELETE.said)
    assert one.name == "林"
    for stop in turns_to(NAME, "明", "zh"):
        one.hand.turn_to(stop)
    assert one.name == "林明"
    for _ in range(3):  # one more than there are
        one.hand.turn_to(DELETE.said)
    assert one.name == ""
    one.hand.turn_to(DONE.said)
    assert not one.ear.editing


def test_a_step_back_is_a_wheel_back_and_from_the_first_it_leaves_the_field() -> None:
    one = Writer().empty()
    one.hand.open("recipient")
    one.hand.turn_to(INITIALS["zh"])
    one.hand.turn_to(sound_of("zhang"))
    assert one.said(Key.REPEAT)[-1].startswith("长，")
    assert one.said(Key.BACK)[-1] == sound_of("zha").zh
    assert one.said(Key.BACK)[-1] == "玻"
    one.hand.press(Key.BACK)
    assert not one.ear.editing
    assert one.name == ""


def test_repeat_spells_a_sound() -> None:
    one = Writer().empty()
    one.hand.open("recipient")
    one.hand.turn_to(INITIALS["zh"])
    assert one.said(Key.REPEAT)[-2:] == ["z h a", sound_of("zha").zh]


def test_digit_keys_turn_to_the_letters_of_a_telephone() -> None:
    one = Writer(by_keys=True).empty()
    one.hand.open("recipient")
    assert KEYS_TURN in one.hand.heard
    assert [one.hand.type("9").said[-1].zh for _ in range(6)] == ["希", "知", "资", "衣", "乌", "希"]
    one.hand.type("9")
    one.hand.press(Key.CHOOSE)
    assert one.hand.type("8").said[-1] == sound_of("zhu")
    assert one.hand.type("0").said == (NOT_HERE,)
    one.hand.press(Key.BACK)
    assert one.hand.type("1").said == (TO_LATIN.said,)
    one.hand.press(Key.CHOOSE)
    one.hand.type("1")
    one.hand.type("0")
    assert one.name == "10"
    assert one.hand.press(Key.CHOOSE).said[-1] == INITIALS["b"]  # where a digit was typed the wheel still offers pinyin


def test_a_digit_pressed_before_the_field_is_begun_only_begins_it() -> None:
    one = Writer(by_keys=True).empty()
    one.hand.go_to(lambda deed: isinstance(deed, Edit) and deed.key == "recipient")
    one.hand.type("5")
    assert one.ear.editing
    assert one.name == ""


def test_no_more_is_taken_than_the_field_takes() -> None:
    one = Writer().empty()
    one.desk.happen(Answer("recipient", "林" * 29))
    one.ear.look()
    one.hand.open("recipient")
    for words in ("明", "明"):
        for stop in turns_to(NAME, words, "zh"):
            one.hand.turn_to(stop)
    assert one.name == "林" * 29 + "明"
    assert FULL in one.hand.heard


def test_in_english_letters_are_entered() -> None:
    one = Writer(language="en", by_keys=True).empty()
    one.hand.open("recipient")
    assert [stop.said.en for stop in wheel_of(NAME, "", "", "en")][:12] == [*"0123456789", "A", "B"]
    for stop in turns_to(NAME, "ANN LEE", "en"):
        one.hand.turn_to(stop)
    one.hand.type("2")
    assert one.name == "ANN LEE2"
    with pytest.raises(KeyError):
        list(turns_to(NAME, "林", "en"))


# -- addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "福建省厦门市思明区莲前街道 示例路1号A座3单元",
        "福建省厦门市湖里区 示例路1号",
        "福建省泉州市晋江市 示例路8号",
        "北京市东城区 示例胡同2号",
    ],
)
def test_an_address_is_given_by_its_area_and_its_street(address: str) -> None:
    one = Writer().empty()
    one.hand.fill_address("address", address)
    assert one.address == address
    assert not needs_more(split(address)[0])


def test_another_area_keeps_the_street() -> None:
    one = Writer()
    one.desk.happen(Answer("address", "福建省厦门市思明区莲前街道 示例路1号"))
    one.ear.look()
    edit = one.hand.open("address", FieldType.ADDRESS)
    for stop in area_turns_to(edit, ("福建省", "厦门市", "集美区"), "zh"):
        one.hand.turn_to(stop)
    assert one.address == "福建省厦门市集美区 示例路1号"


def test_an_area_that_is_left_stays_as_it_was() -> None:
    one = Writer()
    one.desk.happen(Answer("address", "福建省厦门市思明区莲前街道 示例路1号"))
    one.ear.look()
    one.hand.open("address", FieldType.ADDRESS)
    one.hand.press(Key.CHOOSE)
    one.hand.press(Key.BACK)
    assert not one.ear.editing
    assert one.address == "福建省厦门市思明区莲前街道 示例路1号"


def test_every_area_can_be_turned_to_and_is_one_that_a_parcel_finds() -> None:
    edit = Edit("address", FieldType.ADDRESS, LABEL, 80, "示例路 1 号", around=("福建省", "厦门市"))
    answers = {stop.answer for stops in wheels(edit).values() for stop in stops if stop.answer}
    provinces = {split(answer)[0][0] for answer in answers}
    assert provinces == set(areas_in(()))
    assert len(answers) > 2800
    for answer in answers:
        area, street = split(answer)
        assert street == "示例路 1 号"
        assert answer == joined(area, street)
        assert not needs_more(area)


def test_areas_are_said_in_the_language_of_whoever_listens() -> None:
    edit = Edit("address", FieldType.ADDRESS, LABEL, 80, around=("福建省", "厦门市"))
    assert "Siming" in [stop.said.en for stop in wheel_of(edit, "", first_wheel(edit), "en")]


# -- whatever is pressed ------------------------------------------------------------------------------

KEYS = st.one_of(st.sampled_from([Key.NEXT, Key.PREVIOUS, Key.CHOOSE, Key.REPEAT]), st.sampled_from("0123456789"))


@settings(max_examples=80, deadline=None)
@given(st.lists(KEYS, max_size=120), st.sampled_from(["zh", "en"]), st.booleans())
def test_whatever_is_pressed_the_field_holds_what_was_counted(
    keys: list[str], language: Language, private: bool
) -> None:
    one = Writer(language=language, private=private, by_keys=True).empty()
    one.hand.open("recipient")
    for key in keys:
        heard = one.hand.press(key) if isinstance(key, Key) else one.hand.type(key)
        assert heard.said
        if not one.ear.editing:
            break
        assert len(one.name) <= NAME.length
        if not private and isinstance(heard.deed, Answer):
            assert f"已写 {len(one.name)} 个字" in [text.zh for text in heard.said]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([one for syllable in ALL[::7] for one, _ in characters_of(syllable)[:40]] + list("A1 ·")),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_written_is_what_stands_there(signs: list[str]) -> None:
    edit, typed, at = replace(NAME), "", first_wheel(NAME)
    for wanted in turns_to(edit, "".join(signs), "zh"):
        (stop,) = (stop for stop in wheel_of(edit, typed, at, "zh") if stop.said == wanted)
        if stop.opens is not None:
            at = stop.opens
        else:
            typed += stop.sign
            at = at if at == "latin" else ""
    assert typed == "".join(signs)


def test_the_way_to_a_character_is_the_soonest() -> None:
    assert way_to("张") == ("zh", "zhang")
    assert way_to("安") == ("a", "an")
    with pytest.raises(KeyError):
        way_to("A")


def test_back_leads_from_letters_to_pinyin() -> None:
    assert wheel_before(NAME, "latin") == ""
    assert wheel_before(NAME, "zhang") == "zh-"
    assert wheel_before(NAME, "") is None
    assert TO_PINYIN in wheel_of(NAME, "", "latin", "zh")
