"""Every sound of the kiosk is as loud as the machine is set to be, from the first one on."""

from __future__ import annotations

from tests.ui.conftest import Loudspeaker
from ui.sounds import SOUNDS, Sounds, loudness


def test_a_sound_is_as_loud_as_the_machine_is_set_to_be(speaker: Loudspeaker) -> None:
    Sounds(60).play("chime")
    assert speaker.heard == [("chime", loudness(60))]


def test_a_change_is_heard_with_the_next_sound(speaker: Loudspeaker) -> None:
    kiosk = Sounds(60)
    kiosk.play("chime")
    kiosk.set_volume(90)
    kiosk.play("chime")
    assert speaker.heard[1:] == [("chime", loudness(90))]


def test_every_step_is_louder_the_lowest_is_silent_and_the_highest_is_the_sound_itself() -> None:
    steps = [loudness(volume) for volume in range(0, 101, 10)]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0.0, 1.0)


def test_every_sound_is_a_file_that_can_be_loaded_as_it_is(speaker: Loudspeaker) -> None:
    for path in SOUNDS.glob("*"):
        Sounds(50).play(path.stem)
    assert {name for name, _ in speaker.heard} == {path.stem for path in SOUNDS.glob("*.wav")} != set()
