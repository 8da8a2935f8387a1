"""The characters that no keyboard offers, as QML asks for them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from kiosk.characters import characters_read, characters_under, radicals, strokes_beside


class Characters(QObject):
    """Looks up and keeps nothing."""

    @Slot(result="QVariantList")
    def strokes(self) -> list[int]:
        """How many strokes radicals have."""
        return sorted({radical.strokes for radical in radicals()})

    @Slot(int, result="QVariantList")
    def radicals(self, strokes: int) -> list[dict[str, str]]:
        """The radicals with so many strokes: each with its id and its form."""
        return [{"id": radical.id, "form": radical.form} for radical in radicals() if radical.strokes == strokes]

    @Slot(str, result="QVariantList")
    def beside(self, radical: str) -> list[int]:
        """How many further strokes there are beside a radical."""
        return list(strokes_beside(radical))

    @Slot(str, int, result="QVariantList")
    def under(self, radical: str, strokes: int) -> list[str]:
        """The characters under a radical with so many further strokes."""
        return list(characters_under(radical, strokes))

    @Slot(str, result="QVariantList")
    def read(self, letters: str) -> list[str]:
        """The characters that are read so; those that the keyboard does not offer come first."""
        return list(characters_read(letters))
