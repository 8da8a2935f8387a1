"""Every sentence that the machine can say and that is the same for everybody, for whoever records them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module

from pydantic import BaseModel

from kiosk.aloud import spelt
from kiosk.spelling import sounds
from kiosk.text import Text

# Where words stand beside the thing that they name.
_MODULES = (
    "kiosk.aloud",
    "kiosk.by_ear",
    "kiosk.help",
    "kiosk.spelling",
    "kiosk.visit.appointment",
    "kiosk.visit.cards",
    "kiosk.visit.consent",
    "kiosk.visit.fields",
    "kiosk.visit.payment",
    "kiosk.visit.sign_in",
    "kiosk.visit.words",
    "kiosk.wheels",
)


def sentences(*roots: object) -> list[Text]:
    """Each sentence once: those of the program, and those of ``roots``, such as the catalogue. Not those with gaps."""
    programs = [vars(import_module(name)) for name in _MODULES]
    found = dict.fromkeys(spelt(text) for text in _texts([*programs, sounds(), *roots]) if "{" not in text.zh + text.en)
    return list(found)


def _texts(things: Iterable[object]) -> Iterator[Text]:
    for thing in things:
        match thing:
            case Text():
                yield thing
            case BaseModel():
                yield from _texts(dict(thing).values())
            case str() | bytes() | type():
                pass
            case Mapping():
                yield from _texts(thing.values())
            case tuple() | list() | frozenset() | set():
                yield from _texts(thing)
            case _ if is_dataclass(thing):
                yield from _texts(getattr(thing, field.name) for field in fields(thing))
