"""A document on the screen looks as it will on paper."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from kiosk.documents.guide import to_pdf
from kiosk.documents.pictures import pictures_of
from kiosk.text import Text, same
from tests.kiosk.documents.test_receipt import NOW, STATION


def sheet(lines: int) -> bytes:
    """A document of so many lines."""
    said = tuple(same(f"第 {line} 行") for line in range(lines))
    parts = ((Text(zh="步骤", en="Steps"), said),)
    title = Text(zh="从业人员证换卡", en="Renew a card")
    return to_pdf(title, same("交通"), parts, station=STATION, language="zh", now=NOW)


def grey(png: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(BytesIO(png)).convert("L").resize((210, 297)), np.float64)


def test_every_page_is_drawn_as_another_reader_draws_it() -> None:
    pdf = sheet(60)
    with pypdfium2.PdfDocument(pdf) as document:
        other = [page.render(scale=110 / 72).to_pil().convert("L").resize((210, 297)) for page in document]
    drawn = pictures_of(pdf, len(other))
    assert len(drawn) == len(other) > 1
    for ours, theirs in zip(drawn, other, strict=True):
        assert Image.open(BytesIO(ours)).size == (909, 1286)
        assert np.abs(grey(ours) - np.asarray(theirs, np.float64)).mean() < 2.0
    assert np.abs(grey(drawn[0]) - grey(drawn[-1])).mean() > 2.0


def test_of_many_pages_the_first_are_drawn() -> None:
    assert len(pictures_of(sheet(500), 20)) == 6


@pytest.mark.warns("a document cannot be shown before it is printed: CalledProcessError")
def test_what_is_no_document_is_not_shown_and_not_told() -> None:
    assert pictures_of(b"no document of Lin", 1) == ()
