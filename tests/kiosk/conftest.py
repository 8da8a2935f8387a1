"""A machine, and the desk under its document camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.document_camera.simulator import draw_licence
from tests.items import only
from tests.kiosk.machine import Machine


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the picture that the document camera sees."""
    folder = tmp_path_factory.mktemp("desk")
    draw_licence(folder / "licence.png")
    return folder


@pytest.fixture
def machine(tmp_path: Path, desk: Path) -> Iterator[Machine]:
    """A machine with a reader, a printer, a document camera and a back office, and nobody before it."""
    machine = Machine(tmp_path, desk, config=only(tmp_path / "config", "JT-02"))
    yield machine
    machine.close()
