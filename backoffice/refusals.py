"""Why an application is refused: a reason of a list, in both languages, and what the officer adds in own words."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import RootModel

from backoffice import words as sentences
from kiosk.gateway.contract import Identifier
from kiosk.text import Language, Text
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

    def said(self, language: Language) -> str:
        """What the citizen reads, without a full stop. Own words are as they were written, and called so."""
        own = self.words.strip().rstrip("。. ")
        chosen = reasons()[self.reason].in_(language) if self.reason else ""
        if own:
            own = sentences.OWN_WORDS.filled(words=own).in_(language)
        return ("；" if language == "zh" else "; ").join(part for part in (chosen, own) if part)
