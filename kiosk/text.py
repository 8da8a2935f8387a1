"""Words that citizens read, in every language of the machine."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(BaseModel):
    """One sentence or name in Chinese and English. Both are required: no page may fall back half-way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: Language) -> str:
        """The words in ``language``."""
        return self.zh if language == "zh" else self.en

    def filled(self, **values: object) -> Text:
        """The same words with ``{name}`` places filled in. Raises KeyError when one has no value."""
        return Text(zh=self.zh.format_map(values), en=self.en.format_map(values))


def same(words: str) -> Text:
    """Words that are alike in every language: numbers, names, codes."""
    return Text(zh=words, en=words)
