"""What each class may say of each fault of its wire; anything else, also saying nothing where a name is due, is wrong.

A fault that strikes once is got over without a word: one lost or damaged answer is asked for again, and one miss of a
poll is not believed. A fault that lasts has its name. Both tables hold the second half of a fault's code; "" is
:data:`NOTHING`.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.injection import FaultKind

NOTHING = ""

_Names = Mapping[FaultKind, str]

_SILENCE, _JUNK, _SPLIT, _DROP = FaultKind.SILENCE, FaultKind.JUNK, FaultKind.SPLIT, FaultKind.DROP
_TRUNCATE, _CORRUPT, _DUPLICATE = FaultKind.TRUNCATE, FaultKind.CORRUPT, FaultKind.DUPLICATE
_GONE: _Names = {FaultKind.UNPLUG: "disconnected"}

# What a command may end with after a single strike, besides that the cable is out.
ONCE: Mapping[str, _Names] = {
    # The proof that a receipt came out cannot be asked for a second time.
    "receipt_printer": dict.fromkeys((_SILENCE, _JUNK, _DROP, _TRUNCATE, _CORRUPT), "silent"),
    # A reading is repeated by the next poll, within two seconds; only a technician's check sees a single one fail.
    "ups": dict.fromkeys((_SILENCE, _JUNK, _SPLIT, _DROP, _TRUNCATE, _CORRUPT, _DUPLICATE), "garbled"),
}

# Frames that pause in the middle for longer than a unit's bytes do count as broken off.
_FRAMED: _Names = {_SILENCE: "silent", **dict.fromkeys((_SPLIT, _DROP, _TRUNCATE, _CORRUPT), "garbled")}

# What is shown of a fault that lasts.
LASTING: Mapping[str, _Names] = {
    "bank_card_reader": _FRAMED,
    "card_rewriter": _FRAMED,
    "guide_lights": {**_FRAMED, _JUNK: "garbled"},  # lines of text: what precedes one belongs to it
    "id_reader": {_SILENCE: "silent", **dict.fromkeys((_DROP, _TRUNCATE, _CORRUPT), "garbled")},
    # Status bytes bear no frame: one that is damaged is none.
    "receipt_printer": dict.fromkeys((_SILENCE, _JUNK, _DROP, _TRUNCATE, _CORRUPT), "silent"),
    # A picture tells by itself where it ends, and a damaged one is still one; without any the camera counts as gone.
    "camera": dict.fromkeys((_SILENCE, _JUNK), "disconnected"),
    "document_camera": dict.fromkeys((_SILENCE, _JUNK), "disconnected"),
    # HTTP tells how long an answer is: of a shorter one the rest never comes.
    "page_printer": {
        **dict.fromkeys((_SILENCE, _DROP, _TRUNCATE), "silent"),
        **dict.fromkeys((_JUNK, _CORRUPT), "protocol"),
    },
    "ups": {_SILENCE: "silent", **dict.fromkeys((_JUNK, _DROP, _TRUNCATE, _CORRUPT, _DUPLICATE), "garbled")},
    "code_scanner": {},  # it speaks when it has read something: its silence is nobody's fault
}
# NUT's lines bear no checksum: a byte that is lost within a value, or a whole line said twice, is not noticed.
UNNOTICED = frozenset({("ups", _DROP), ("ups", _DUPLICATE)})

# A card can lie forgotten in the unit only while no other one is moved: such a fault strikes no command.
BETWEEN_COMMANDS = frozenset({"card_rewriter.forgotten"})


def after_one_strike(device_class: str, kind: FaultKind, *, commanded: bool) -> frozenset[str]:
    """The codes of which one may be told, and :data:`NOTHING`; by a poll alone only a pulled cable is noticed."""
    names = {**(ONCE.get(device_class, {}) if commanded else {}), **_GONE}
    return frozenset({NOTHING, *(f"{device_class}.{names[kind]}" for _ in [kind] if kind in names)})


def while_it_lasts(device_class: str, kind: FaultKind) -> frozenset[str]:
    """The code that is shown; :data:`NOTHING` where a lasting fault harms nothing, or may not be noticed."""
    name = {**LASTING[device_class], **_GONE}.get(kind)
    if name is None:
        return frozenset({NOTHING})
    code = f"{device_class}.{name}"
    return frozenset({code, NOTHING} if (device_class, kind) in UNNOTICED else {code})
