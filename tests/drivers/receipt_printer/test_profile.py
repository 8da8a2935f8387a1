"""Profiles: what a model can do, and clear sentences where one is wrong."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt_printer.profile import Presenter, Profile, ProfileError, load_profile
from drivers.receipt_printer.protocol import Query

SHIPPED = sorted((Path(__file__).parents[3] / "config/printers").glob("*.toml"))
GOOD = 'model = "x"\ncharset = "gbk"\ndots = 576\ncompletion = "process_id"\n'


def refusal(folder: Path, text: str | bytes) -> str:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    return str(caught.value)


def test_there_are_profiles_for_both_papers_for_the_whole_set_and_for_a_presenter() -> None:
    profiles = [load_profile(path) for path in SHIPPED]
    assert {profile.dots for profile in profiles} == {384, 576}
    assert {profile.charset for profile in profiles} == {"gb2312", "gbk", "gb18030-4"}
    assert [profile.presenter is not None for profile in profiles].count(True) == 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_profile_claims_no_hardware_that_was_never_met(path: Path) -> None:
    assert load_profile(path).verified_on == ()


def test_a_line_has_as_many_columns_as_fit(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    assert load_profile(tmp_path / "good.toml").columns == 48


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD.replace("dots", "#")) == f"{tmp_path}/mine.toml: dots is missing."


def test_an_unknown_key_is_named_beside_the_known_ones(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD + "colour = true\n")
    assert "colour is no key of a printer profile" in said
    assert "charset" in said


def test_a_wrong_value_is_shown_beside_the_right_ones(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("gbk", "big5"))
    assert "charset" in said
    assert "'gb18030-4'" in said
    assert "not 'big5'" in said


def test_every_wrong_key_gets_its_own_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'model = "x"\ncharset = "gbk"\ndots = 9\n')
    assert len(said.splitlines()) == 2
    assert "http" not in said


@pytest.mark.parametrize("text", [b"\xff\xfe", "model = ", "[["])
def test_a_file_that_is_no_toml_is_refused_with_its_name(tmp_path: Path, text: str | bytes) -> None:
    assert refusal(tmp_path, text).startswith(f"{tmp_path}/mine.toml: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"absent\.toml"):
        load_profile(tmp_path / "absent.toml")


# -- what not every model has -------------------------------------------------------------

PRESENTER = GOOD + '[presenter]\nquery = "10 04 14"\nheld_mask = "00 00 20"\n'


def accepted(folder: Path, text: str) -> Profile:
    (folder / "mine.toml").write_text(text)
    return load_profile(folder / "mine.toml")


def test_what_a_profile_does_not_mention_is_what_most_printers_have(tmp_path: Path) -> None:
    plain = accepted(tmp_path, GOOD)
    assert plain.presenter is None
    assert plain.near_end
    assert not plain.identifies
    assert plain.states == tuple(Query)


def test_the_words_of_a_presenter_are_bytes_in_hexadecimal(tmp_path: Path) -> None:
    presenter = accepted(tmp_path, PRESENTER + 'retract = "1d65 02"\nhold_seconds = 12\n').presenter
    assert presenter == Presenter(query="10 04 14", held_mask="00 00 20", retract="1d6502", hold_seconds=12)
    assert presenter is not None
    assert (presenter.query, presenter.retract, presenter.present) == (b"\x10\x04\x14", b"\x1d\x65\x02", b"")


@given(st.binary(min_size=1, max_size=20))
def test_any_bytes_are_read_back_as_they_are_written(query: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = PRESENTER.replace("10 04 14", query.hex(" "))
        presenter = accepted(Path(folder), text).presenter
    assert presenter is not None
    assert presenter.query == query


@given(st.text(max_size=80))
def test_whatever_stands_in_a_file_it_is_a_profile_or_a_sentence(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.toml"
        path.write_text(GOOD + text, encoding="utf-8", errors="replace")
        said = ""
        try:
            load_profile(path)
        except ProfileError as error:
            said = str(error)
        assert not said or said.startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("10 04 14", "10 0x", "presenter.query: non-hexadecimal"),
        ('"10 04 14"', "5", "presenter.query: bytes are written as a text in hexadecimal, as in '1d 65 02'"),
        ("10 04 14", "", "presenter.query"),
        ('query = "10 04 14"', "", "presenter.query is missing"),
        ("00 00 20", "00 00 00", "presenter: held_mask has no bit"),
        ("[presenter]", '[presenter]\nbegins = "10 0f 00 00"', "presenter: begins is longer than held_mask"),
        ("[presenter]", "[presenter]\nhold_seconds = 0", "presenter.hold_seconds"),
        ("[presenter]", "[presenter]\npull = 3", "presenter.pull is no key of a printer profile; there are present,"),
    ],
)
def test_a_wrong_word_of_a_presenter_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    sentence = refusal(tmp_path, PRESENTER.replace(before, after))
    assert sentence.startswith(f"{tmp_path}/mine.toml: {said}")
    assert len(sentence.splitlines()) == 1


def test_a_proof_cannot_be_assumed_where_nothing_is_asked(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("process_id", "assumed") + "states = []\n")
    assert said == (
        f"{tmp_path}/mine.toml: completion cannot be assumed without states: nothing would speak for a receipt."
    )
    assert accepted(tmp_path, GOOD + "states = [1, 4]\n").states == (Query.PRINTER, Query.PAPER)


def test_a_state_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "states.1" in refusal(tmp_path, GOOD + "states = [1, 9]\n")
