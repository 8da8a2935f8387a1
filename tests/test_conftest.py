"""The suite itself: a warning that nobody expects fails a test, and so does one that is expected and does not come."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
SUITE = """
import logging, threading
import pytest

def say(words="the paper is low"):
    logging.getLogger("kiosk").warning(words)

@pytest.fixture
def loud_at_the_end():
    yield
    say()

@pytest.mark.warns("paper is low$")
def test_expected(): say()

def test_silent(): logging.getLogger("kiosk").info("the paper is changed")

@pytest.mark.may_warn("paper")
def test_perhaps_not(): pass

@pytest.mark.may_warn("paper")
def test_perhaps(): say()

def test_FAILS_unexpected(): say()

def test_FAILS_on_another_thread():
    thread = threading.Thread(target=say)
    thread.start()
    thread.join()

def test_FAILS_at_the_end(loud_at_the_end): pass

@pytest.mark.warns("cover is open")
def test_FAILS_other_words(): say()

@pytest.mark.warns("paper is low")
def test_FAILS_never_said(): pass

@pytest.mark.warns("paper is low")
def test_skipped(): pytest.skip("not here")
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What became of each test of a small suite."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_suite.py").write_text(SUITE, encoding="utf-8")
    options = ["-p", "tests.conftest", "-c", str(HOUSE / "pyproject.toml"), "-rA", f"--rootdir={folder}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, set[str]] = {}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) \S+::(\w+)", run.stdout, re.MULTILINE):
        found.setdefault(name, set()).add(outcome)
    assert len(found) == SUITE.count("\ndef test_") - 1, run.stdout + run.stderr
    return found


def test_what_is_expected_or_may_be_said_passes(outcomes: dict[str, set[str]]) -> None:
    passed = {name for name, outcome in outcomes.items() if outcome == {"PASSED"}}
    assert passed == {"test_expected", "test_silent", "test_perhaps_not", "test_perhaps"}


def test_what_nobody_expected_and_what_did_not_come_fails(outcomes: dict[str, set[str]]) -> None:
    failed = {name for name, outcome in outcomes.items() if "ERROR" in outcome}
    assert failed == {name for name in outcomes if "FAILS" in name}
    assert len(failed) == 5
