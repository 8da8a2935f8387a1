"""Why an application is refused: a reason of a list, in both languages, and what the officer adds in own words."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import RootModel

from backoffice import words as sentences
from kiosk.gateway.contract import Identifier
from kiosk.text import Text
from kiosk.yaml_file import read_yaml

_LIST = Path(__file__).with_name("refusals.yaml")


class _Reasons(RootModel[dict[Identifier, Text]]):
    """All of them, by their names."""


@cache
def reasons() -> Mapping[str, Text]:
    """Every reason that an officer can choose, by its name. Raises YamlError."""
    return read_yaml(_LIST, _Reasons, (sys.modules[__name__],)).root


@dataclass(frozen=True, slots=True)
class Refused:
    """``reason`` is a name of the list or empty; ``words`` are the officer's own, in whatever language."""

    reason: str = ""
    words: str = field(default="", repr=False)

    def said(self) -> Text:
        """What the citizen reads, without a full stop. Own words are as they were written, and called so."""
        own = self.words.strip().rstrip("。. ")
        chosen = [reasons()[self.reason]] if self.reason else []
        return in_a_row([*chosen, *([sentences.OWN_WORDS.filled(words=own)] if own else [])])


def in_a_row(reasons: Iterable[Text]) -> Text:
    """Several reasons as one, without full stops at their ends."""
    zh, en = zip(*((one.zh.rstrip("。. "), one.en.rstrip("。. ")) for one in reasons), strict=True)
    return Text(zh="；".join(zh), en="; ".join(en))
