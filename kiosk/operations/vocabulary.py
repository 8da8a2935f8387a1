"""The words of the program: what may be told of anything, because nobody's name is among them.

Allowed is what stands in the code or in the shipped files: values of
enumerations, codes of faults and items, names of devices and steps. Whatever
else a value says is replaced by ``…``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, StrEnum
from typing import get_args

from kiosk.catalogue.item import Item
from kiosk.gateway.contract import Applicant
from kiosk.operations.faults import FaultWords, Question
from kiosk.operations.impersonal import LEFT_OUT
from kiosk.operations.names import DEVICES, THINGS

# A number of more digits could be a date of birth, a phone, a card.
MOST = 10**7

Plain = bool | int | float | str


class Vocabulary:
    """A set of words, and what is left of a value when only they may be said."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = frozenset(words)

    @classmethod
    def of(
        cls, faults: Mapping[str, FaultWords], questions: Mapping[str, Question], items: Mapping[str, Item]
    ) -> Vocabulary:
        """The words of the shipped files, and of every enumeration that the program has loaded."""
        steps = (step.id for item in items.values() for step in item.steps)
        operations = (step.operation for item in items.values() for step in item.steps if hasattr(step, "operation"))
        cards = get_args(Applicant.model_fields["card"].annotation)
        return cls([*faults, *questions, *items, *steps, *operations, *cards, *DEVICES, *THINGS, *_values_of(StrEnum)])

    def knows(self, word: str) -> bool:
        """Whether this is one of the words."""
        return word in self._words

    def said(self, value: object) -> Plain:
        """What may be told of ``value``: yes or no, a small number, known words; of anything else only its kind."""
        match value:
            case bool():
                return value
            case Enum():
                return str(value.value)
            case int() | float():
                return value if abs(value) < MOST else LEFT_OUT
            case str():
                return " ".join(word if not word or word in self._words else LEFT_OUT for word in value.split(" "))
            case _:
                return type(value).__name__

    def facts(self, facts: Mapping[str, object]) -> dict[str, Plain]:
        """Facts by known names."""
        return {name: self.said(value) for name, value in facts.items() if name in self._words}


def _values_of(kind: type[StrEnum]) -> Iterator[str]:
    for enumeration in kind.__subclasses__():
        yield from (member.value for member in enumeration)
        yield from _values_of(enumeration)
