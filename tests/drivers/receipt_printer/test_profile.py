"""Profiles: what a model can do, and clear sentences where one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.receipt_printer.profile import ProfileError, load_profile

SHIPPED = sorted((Path(__file__).parents[3] / "config/printers").glob("*.toml"))
GOOD = 'model = "x"\ncharset = "gbk"\ndots = 576\ncompletion = "process_id"\n'


def refusal(folder: Path, text: str | bytes) -> str:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    return str(caught.value)


def test_there_are_profiles_for_both_papers() -> None:
    assert {load_profile(path).dots for path in SHIPPED} == {384, 576}


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
