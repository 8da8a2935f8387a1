"""How Chinese is read. Its dictionaries take a third of a second to load: they are, when they are first asked."""

from __future__ import annotations

from collections.abc import Mapping


def syllables(words: str) -> list[str]:
    """The syllables of ``words`` in plain letters, ü as v; what is not Chinese stays together as it is."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  see above

    return lazy_pinyin(words)


def readings() -> Mapping[int, str]:
    """Every way in which a character is read, with tones and commas between them, by its code point."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415  see above

    found: Mapping[int, str] = PINYIN_DICT
    return found
