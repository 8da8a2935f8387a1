"""The journal writes what is allowed by name and nothing else."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.operations.journal import Journal

NOW = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)


def test_events_are_lines_with_their_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "deep" / "journal.jsonl", lambda: NOW)
    journal.record("visit_begun", {"item": "JT-02", "revision": 1, "fault": None})
    journal.close()
    (line,) = (tmp_path / "deep" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "at": "2026-11-23T03:08:00.000+00:00",
        "event": "visit_begun",
        "item": "JT-02",
        "revision": 1,
    }


@pytest.mark.warns("the journal does not know the fact 'name'")
def test_a_fact_nobody_allowed_is_not_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(tmp_path / "journal.jsonl", lambda: NOW)
    with caplog.at_level(logging.ERROR):
        journal.record("card_read", {"name": "示例甲"})
    journal.close()
    text = (tmp_path / "journal.jsonl").read_text(encoding="utf-8")
    assert "示例甲" not in text
    assert "<private>" in text
    assert "示例甲" not in caplog.text
    assert "'name'" in caplog.text
