"""Settings are typed; a wrong one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.settings import SettingsError, VisitSettings, load_settings
from kiosk.visit.visit import Pace

SHIPPED = Path("config/kiosk.toml")


def test_the_shipped_settings_load_and_point_at_nothing() -> None:
    settings = load_settings(SHIPPED)
    assert settings.devices.id_reader.port == ""
    assert settings.gateway.url == ""


def test_the_end_of_a_visit_is_announced_twenty_seconds_ahead() -> None:
    assert load_settings(SHIPPED).visit.warning_seconds == VisitSettings().warning_seconds == Pace().warning == 20


def test_any_value_can_be_overridden() -> None:
    settings = load_settings(SHIPPED, ["devices.id_reader.port=socket://127.0.0.1:9301", "visit.seed=7"])
    assert settings.devices.id_reader.port == "socket://127.0.0.1:9301"
    assert settings.visit.seed == 7


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("devices.id_reader.prot=x", r"devices\.id_reader\.prot"),
        ("visit.warning_seconds=5", r"visit\.warning_seconds"),
        ("screen.language=fr", r"screen\.language"),
        ("devices.id_reader.baudrate=4800", r"devices\.id_reader\.baudrate"),
        ("visit", "expected name=value"),
        ("station.id.x=1", "is a value, not a section"),
    ],
)
def test_a_wrong_override_is_named(override: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_settings(SHIPPED, [override])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_machine_that_does_not_say_who_runs_it_does_not_start(tmp_path: Path, language: str) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "kiosk.toml"
    path.write_text(re.sub(f"^operator_{language} = .*$", "", shipped, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"station\.operator_{language}: Field required"):
        load_settings(path)
    with pytest.raises(SettingsError, match=rf"station\.operator_{language}"):
        load_settings(SHIPPED, [f"station.operator_{language}= "])


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("[[[")
    with pytest.raises(SettingsError, match=r"kiosk\.toml"):
        load_settings(path)
