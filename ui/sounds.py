"""The loudspeaker: every sound of the kiosk is made here, as loud as the machine is set to be."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

SOUNDS = Path(__file__).resolve().parents[1] / "assets" / "sounds"


class Effect(Protocol):
    """One sound that is ready to be heard."""

    def set_loudness(self, loudness: float) -> None:
        """``loudness`` is what the samples are multiplied with, 0 to 1."""

    def play(self) -> None:
        """Be heard, from the beginning."""


class Sounds:
    """Plays the files of ``assets/sounds`` by their names; ``volume`` is 0, silent, to 100.

    A citizen turns it up or down for one visit; then the machine is as loud again as it is set to be.
    """

    def __init__(self, volume: int) -> None:
        self._set = self._volume = volume
        self._effects: dict[str, Effect] = {}

    @property
    def volume(self) -> int:
        """How loud everything is, 0 to 100."""
        return self._volume

    def set_volume(self, volume: int) -> None:
        """Set the machine to be so loud from now on."""
        self._set = volume
        self.turn_to(volume)

    def turn_back(self) -> None:
        """As loud as the machine is set to be."""
        self.turn_to(self._set)

    def turn_to(self, volume: int) -> None:
        """How loud everything is until :meth:`turn_back`, also what is heard just now."""
        self._volume = volume
        for effect in self._effects.values():
            effect.set_loudness(loudness(volume))

    def play(self, name: str) -> None:
        """Let a sound be heard. It is loaded when it is wanted for the first time."""
        if name not in self._effects:
            self._effects[name] = load(SOUNDS / f"{name}.wav")
            self._effects[name].set_loudness(loudness(self._volume))
        self._effects[name].play()


def loudness(volume: int) -> float:
    """What the samples are multiplied with. An ear hears ratios, so each tenth of the volume is 4 dB; 0 is silent."""
    return float(10 ** ((volume - 100) * 0.4 / 20)) if volume else 0.0


def load(path: Path) -> Effect:
    """A sound that Qt plays on the machine's loudspeaker."""
    # Loaded with everything else, Qt's sound system would cost every start a moment.
    from PySide6.QtCore import QUrl  # noqa: PLC0415
    from PySide6.QtMultimedia import QSoundEffect  # noqa: PLC0415

    class Loaded:
        def __init__(self) -> None:
            self._effect = QSoundEffect()
            self._effect.setSource(QUrl.fromLocalFile(str(path)))

        def set_loudness(self, loudness: float) -> None:
            self._effect.setVolume(loudness)

        def play(self) -> None:
            self._effect.play()

    return Loaded()
