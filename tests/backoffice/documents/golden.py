"""The words on the documents of attested items, kept in ``golden/<CODE>.txt``.

``python -m tests.backoffice.documents.golden`` writes them anew: look at the difference before it is kept.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2

from backoffice.documents.issuing import Documents
from backoffice.documents.seals import Seals
from backoffice.reference import reference_departments
from backoffice.store import Store
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import Item, PrintDocumentStep
from tests.backoffice.conftest import Time
from tests.backoffice.documents.catalogue import documents_of
from tests.kiosk.machine import CONFIG

FOLDER = Path(__file__).with_name("golden")
ITEMS = load_catalogue(CONFIG)
WITH_DOCUMENTS = [
    code for code, item in ITEMS.items() if any(isinstance(step, PrintDocumentStep) for step in item.steps)
]
ATTESTED = [code for code in WITH_DOCUMENTS if ITEMS[code].provenance.grade == "A"]
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}")


@contextmanager
def back_office() -> Iterator[tuple[Store, Documents]]:
    """Everything as the reference departments have it on a day in November 2026."""
    time = Time()
    with tempfile.TemporaryDirectory() as directory:
        store = Store(f"sqlite:///{directory}/office.sqlite3", now=time)
        yield store, Documents(store, reference_departments(store), Seals(now=time), "https://e.example")
        store.close()


def words_on(item: Item, store: Store, documents: Documents) -> str:
    """Line by line what stands on the pages of the item's documents; the codes are blacked out."""
    lines = []
    for request in documents_of(item, reference_departments(store), store.now()):
        with pypdfium2.PdfDocument(documents.make(request).pdf) as pdf:
            for number, page in enumerate(pdf, 1):
                lines.append(f"== {request.document}, page {number}")
                lines += [" ".join(line.split()) for line in page.get_textpage().get_text_range().splitlines()]
    return CODE.sub("####-####-###", "\n".join(lines)) + "\n"


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    with back_office() as (store, documents):
        for code in ATTESTED:
            (FOLDER / f"{code}.txt").write_text(words_on(ITEMS[code], store, documents), encoding="utf-8")


if __name__ == "__main__":
    main()
