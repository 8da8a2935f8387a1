"""The tray of invented people whose cards the simulated reader holds.

Nobody here exists. Names, addresses and numbers are made up; the numbers pass
their check digit where a person is not there to show that one does not. The
portraits are cut at start from two public-domain photographs that development
packages carry (NASA's of Eileen Collins, the U.S. Navy's of Grace Hopper); no
picture is kept with the project.
"""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from drivers.id_reader.photo import HEIGHT, PHOTO_BYTES, WIDTH, encode_kimg
from drivers.id_reader.record import CardKind, IdRecord, Sex

log = logging.getLogger("drivers.id_reader.people")

Photograph = Literal["astronaut", "grace_hopper"]

# Where each photograph lies in its package, and the cut-out that sits like a portrait on a card:
# left, top, width in its own pixels, so that eyes stand at 58 and the jaw is 53 wide in 102×126.
_PHOTOGRAPHS: dict[Photograph, tuple[str, str, tuple[int, int, int]]] = {
    "astronaut": ("skimage", "data/astronaut.png", (150, 34, 140)),
    "grace_hopper": ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg", (150, 72, 245)),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One card of the tray. ``fingerprints`` is how many bytes of templates it holds: 0, 512 or 1024."""

    record: IdRecord
    photograph: Photograph
    fingerprints: int = 0


def _resident(**said: object) -> IdRecord:
    usual = IdRecord(
        kind=CardKind.RESIDENT,
        sex=Sex.FEMALE,
        ethnic_code="01",
        authority="厦门市公安局示例分局",
        valid_from=date(2020, 5, 1),
        valid_until=date(2040, 5, 1),
    )
    return replace(usual, **said)  # type: ignore[arg-type]


TRAY: dict[str, Person] = {
    "lin": Person(
        _resident(
            name="林示例",
            birth_date=date(1985, 3, 12),
            address="福建省厦门市湖里区示例路1号101室",
            number="350206198503120027",
        ),
        "astronaut",
    ),
    "chen": Person(
        _resident(
            name="陈示例",
            birth_date=date(1979, 8, 8),
            address="福建省厦门市思明区示例路2号",
            number="35020319790808004X",
            new_address="福建省厦门市集美区示例大道3号",
        ),
        "grace_hopper",
        fingerprints=1024,
    ),
    "wang_elder": Person(
        _resident(
            name="王示例",
            birth_date=date(1948, 1, 30),
            address="福建省厦门市同安区示例村4号",
            number="350221194801300021",
            valid_until=None,
            long_term=True,
        ),
        "grace_hopper",
        fingerprints=512,
    ),
    "rare": Person(
        _resident(
            name="㐀示䶮",
            birth_date=date(1992, 11, 2),
            address="福建省厦门市翔安区示例路5号",
            number="350213199211020049",
        ),
        "astronaut",
    ),
    "uygur": Person(
        _resident(
            name="阿依古丽·示例江",
            ethnic_code="05",
            birth_date=date(1990, 6, 6),
            address="新疆维吾尔自治区示例市示例路6号",
            number="650102199006060064",
        ),
        "astronaut",
    ),
    "expired": Person(
        _resident(
            name="吴示例",
            birth_date=date(1970, 10, 10),
            address="福建省厦门市海沧区示例路7号",
            number="350205197010100027",
            valid_from=date(2005, 10, 1),
            valid_until=date(2025, 10, 1),
        ),
        "astronaut",
    ),
    "wrong_digit": Person(
        _resident(
            name="郑示例",
            birth_date=date(1988, 4, 4),
            address="福建省厦门市湖里区示例路8号",
            number="350206198804040000",
        ),
        "astronaut",
    ),
    "hmt": Person(
        IdRecord(
            kind=CardKind.HMT,
            name="黄示例",
            sex=Sex.FEMALE,
            birth_date=date(1990, 1, 1),
            address="福建省厦门市思明区示例路9号",
            number="830000199001010020",
            authority="厦门市公安局",
            valid_from=date(2023, 1, 1),
            valid_until=date(2028, 1, 1),
            permit_number="00000000",
            issue_count="01",
        ),
        "astronaut",
    ),
    "foreigner_2017": Person(
        IdRecord(
            kind=CardKind.FOREIGNER_2017,
            name="示例丙",
            name_en="DOE, JANE EXAMPLE",
            sex=Sex.FEMALE,
            birth_date=date(1990, 1, 1),
            number="CAN110190010127",
            authority="1500",
            valid_from=date(2018, 1, 1),
            valid_until=date(2028, 1, 1),
            nationality="CAN",
            card_version="01",
        ),
        "grace_hopper",
    ),
    "foreigner_2023": Person(
        IdRecord(
            kind=CardKind.FOREIGNER_2023,
            name="示例丙",
            name_en="DOE, JANE EXAMPLE",
            sex=Sex.FEMALE,
            birth_date=date(1990, 1, 1),
            number="911124199001010028",
            valid_from=date(2024, 1, 1),
            valid_until=date(2034, 1, 1),
            nationality="CAN",
            issue_count="01",
            old_number_link="012",
        ),
        "grace_hopper",
    ),
}


def photograph_path(photograph: Photograph) -> Path | None:
    """The photograph's file in its package; None when the package is not installed. Imports nothing."""
    package, inside, _ = _PHOTOGRAPHS[photograph]
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / inside
    return path if path.exists() else None


@cache
def portrait(photograph: Photograph) -> bytes:
    """The photo block of a card with this photograph's person on it; zeros when the photograph is missing."""
    path = photograph_path(photograph)
    if path is None:
        log.warning("the photograph %s is not installed, its people have no portrait", photograph)
        return bytes(PHOTO_BYTES)
    left, top, width = _PHOTOGRAPHS[photograph][2]
    height = round(width * HEIGHT / WIDTH)
    with Image.open(path) as image:
        cut = image.convert("RGB").crop((left, top, left + width, top + height))
        return encode_kimg(np.array(cut.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)))
