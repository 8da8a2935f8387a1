"""Finding an item by whatever a citizen types: a part of its name, an everyday word, pinyin, initials, with mistakes.

Every item has *names*: its own in both languages, its keywords, its department, the events of life that ask for it.
All names lie in one string each for characters, syllables and initials, so that a search is a few passes over memory;
only when too few are found that way are mistakes forgiven, which is dearer.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from rapidfuzz import fuzz, process

from kiosk.catalogue.catalogue import Catalogue
from kiosk.pinyin import syllables as read_as

LONGEST = 30  # characters of a query that are looked at
ENOUGH = 3  # with fewer found, mistakes are forgiven
SOUNDS_LIKE = 6  # letters; of less nobody can say what was meant
LIKE = 80.0  # of 100: how like a name a query with mistakes has to be

# What a kind of match is worth; the first letters of a name are worth more than its middle.
_WHOLE, _BEGINNING, _PART, _LETTERS, _INITIALS, _SCATTERED, _SOUND, _LIKE = 100, 80, 60, 50, 45, 42, 38, 10
# An item's own name and keywords say more than the department it belongs to.
_OWN, _OTHER = 5, 0

_BREAK = "\n"
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")


class Finder:
    """An index over ``names``: what each code is called, own names first, and how near each is to the item itself."""

    def __init__(self, names: Iterable[tuple[str, str, int]], preferred: Iterable[str] = ()) -> None:
        """``names`` are code, name and weight; of equals, ``preferred`` codes come first."""
        self._codes: list[str] = []
        self._weights: list[int] = []
        plain: list[str] = []
        syllables: list[str] = []
        initials: list[str] = []
        for code, name, weight in names:
            simple = _simple(name)
            if not simple:
                continue
            spelt = [_spelt(one) for one in read_as(simple)]
            self._codes.append(code)
            self._weights.append(weight)
            plain.append(simple)
            syllables.append("".join(spelt))
            initials.append("".join(one if not _CHINESE.search(simple) else one[:1] for one in spelt))
        self._plain, self._syllables, self._initials = _Names(plain), _Names(syllables), _Names(initials)
        # Only what items are called themselves is worth forgiving mistakes; many share a word.
        self._own: dict[str, list[int]] = {}
        for place, weight in enumerate(self._weights):
            if weight == _OWN:
                self._own.setdefault(syllables[place], []).append(place)
        self._rank = {code: place for place, code in enumerate(preferred)}
        self._order = {code: place for place, code in reversed(list(enumerate(self._codes)))}

    def find(self, typed: str, most: int = 12) -> list[str]:
        """The codes that ``typed`` may mean, the likeliest first; an empty query means nothing."""
        query = _simple(typed)[:LONGEST]
        if not query:
            return []
        found: dict[str, int] = {}
        chinese = _CHINESE.search(query) is not None
        self._note(found, self._plain.holding(query), _PART, query, self._plain)
        if chinese and len(found) < ENOUGH and len(query) > 1:
            self._note(found, ((place, 0) for place in self._plain.scattered(query)), _SCATTERED)
        letters = _spelt("".join(read_as(query)))
        if len(query) > 1 and not chinese:
            self._note(found, self._syllables.holding(letters), _LETTERS, letters, self._syllables)
            self._note(found, self._initials.holding(query), _INITIALS, query, self._initials)
        elif len(query) > 1 and len(found) < ENOUGH:
            self._note(found, self._syllables.holding(letters), _SOUND)
        if len(found) < ENOUGH and len(letters) >= SOUNDS_LIKE:
            self._forgive(found, letters)
        ranked = sorted(
            found, key=lambda code: (-found[code], self._rank.get(code, len(self._rank)), self._order[code])
        )
        return ranked[:most]

    def _note(
        self,
        found: dict[str, int],
        places: Iterable[tuple[int, int]],
        worth: int,
        query: str = "",
        names: _Names | None = None,
    ) -> None:
        for place, offset in places:
            score = worth
            if names is not None and offset == 0:
                score = _WHOLE if len(names.all[place]) == len(query) else worth + _BEGINNING - _PART
            self._keep(found, place, score)

    def _keep(self, found: dict[str, int], place: int, score: int) -> None:
        code = self._codes[place]
        found[code] = max(found.get(code, 0), score + self._weights[place])

    def _forgive(self, found: dict[str, int], letters: str) -> None:
        """A syllable too many, a letter wrong or forgotten: what has a part that nearly sounds like it."""
        alike = process.extract(letters, self._own.keys(), scorer=fuzz.partial_ratio, score_cutoff=LIKE, limit=40)
        for sound, likeness, _ in alike:
            for place in self._own[sound]:
                self._keep(found, place, _LIKE + int((likeness - LIKE) / (100 - LIKE) * (_SCATTERED - _LIKE - _OWN)))


class _Names:
    """Many short texts in one, so that looking through all of them is one pass."""

    def __init__(self, names: list[str]) -> None:
        self.all = names
        self._text = _BREAK.join(names)
        self._starts = [0, *accumulate(len(name) + 1 for name in names)][:-1]

    def holding(self, part: str) -> Iterator[tuple[int, int]]:
        """Which of them hold ``part``, and where in them; each once."""
        at = self._text.find(part)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield place, at - self._starts[place]
            following = self._starts[place] + len(self.all[place])
            at = self._text.find(part, following)

    def scattered(self, letters: str) -> Iterator[int]:
        """Which of them hold all of ``letters`` in this order, with anything between them."""
        pattern = re.compile("[^\n]*?".join(map(re.escape, letters)))
        at = 0
        while (hit := pattern.search(self._text, at)) is not None:
            place = bisect_right(self._starts, hit.start()) - 1
            yield place
            at = self._starts[place] + len(self.all[place])


def finder_of(catalogue: Catalogue, hot: Sequence[str] = ()) -> Finder:
    """The finder over items and services; what most people come for is preferred: ``hot``, or the city's."""
    happenings: dict[str, list[str]] = {}
    for happening in catalogue.departments.happenings:
        for code in happening.items:
            happenings.setdefault(code, []).extend((happening.name.zh, happening.name.en))
    return Finder(_names_of(catalogue, happenings), hot or catalogue.departments.hot)


def _names_of(catalogue: Catalogue, happenings: Mapping[str, list[str]]) -> Iterator[tuple[str, str, int]]:
    for code, item in {**catalogue, **catalogue.services}.items():
        for name in (item.name.zh, item.name.en, *item.keywords, code):
            yield code, name, _OWN
        department = catalogue.department(item)
        for name in (department.name.zh, department.short.en, *happenings.get(code, ())):
            yield code, name, _OTHER
        yield code, department.short.zh + item.name.zh, _OTHER


def _simple(text: str) -> str:
    """Without what makes no difference: width, case, spaces and punctuation."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum())


def _spelt(letters: str) -> str:
    """Pinyin without what people type in more than one way: lü is lv, and jv, qv, xv, yv are ju, qu, xu, yu."""
    return re.sub("(?<=[jqxy])v", "u", letters)
