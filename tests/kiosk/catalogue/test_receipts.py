"""What attested items print on their receipts, on the narrow roll and on the wide one."""

from __future__ import annotations

import pytest

from tests.kiosk.catalogue.golden import ATTESTED, FOLDER, receipt_of


def test_every_attested_item_with_a_receipt_is_kept() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(ATTESTED)
    assert len(ATTESTED) >= 7


@pytest.mark.parametrize("code", ATTESTED)
def test_the_receipt_of_an_attested_item_is_what_it_was(code: str) -> None:
    """Where a change is meant, ``python -m tests.kiosk.catalogue.golden`` writes them anew."""
    assert receipt_of(code).splitlines() == (FOLDER / f"{code}.txt").read_text(encoding="utf-8").splitlines()
