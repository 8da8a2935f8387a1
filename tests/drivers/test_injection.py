"""What can happen to a message on its way, and what of it reaches whoever listens."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.injection import FaultKind, FaultyTransport, Injector, Passage
from drivers.simulation import wire_for
from drivers.transport import TransportLost, transport_for

MESSAGE = bytes(range(1, 11))
PATIENCE = 20.0


def struck(kind: FaultKind, message: bytes = MESSAGE, seconds: float | None = None) -> Passage:
    injector = Injector()
    injector.arm(kind, seconds=seconds)
    return injector.strike(message)


def arrives(passage: Passage) -> bytes:
    return b"".join(piece for _, piece in passage.pieces)


def test_without_a_fault_a_message_passes_whole_and_at_once() -> None:
    assert Injector().strike(MESSAGE) == Passage([(0.0, MESSAGE)])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FaultKind.SILENCE, b""),
        (FaultKind.SPLIT, MESSAGE),
        (FaultKind.DELAY, MESSAGE),
        (FaultKind.DROP, MESSAGE[:5] + MESSAGE[6:]),
        (FaultKind.TRUNCATE, MESSAGE[:5]),
        (FaultKind.CORRUPT, MESSAGE[:-1] + bytes([MESSAGE[-1] ^ 0x55])),
        (FaultKind.DUPLICATE, MESSAGE + MESSAGE),
        (FaultKind.DRIP, MESSAGE),
        (FaultKind.UNPLUG, MESSAGE[:5]),
    ],
)
def test_each_fault_leaves_of_a_message_what_its_name_says(kind: FaultKind, expected: bytes) -> None:
    assert arrives(struck(kind)) == expected


def test_junk_comes_before_the_message_and_is_not_part_of_it() -> None:
    came = arrives(struck(FaultKind.JUNK))
    assert came.endswith(MESSAGE)
    assert len(came) > len(MESSAGE)


def test_the_seconds_of_a_fault_are_spent_where_it_says() -> None:
    assert [pause for pause, _ in struck(FaultKind.SPLIT, seconds=2).pieces] == [0.0, 2.0]
    assert [pause for pause, _ in struck(FaultKind.DELAY, seconds=3).pieces] == [3.0]
    drip = struck(FaultKind.DRIP, seconds=5)
    assert len(drip.pieces) == len(MESSAGE)
    assert sum(pause for pause, _ in drip.pieces) == pytest.approx(5)
    assert struck(FaultKind.UNPLUG, seconds=4).unplugged == 4


def test_a_fault_waits_for_its_turn_strikes_as_often_as_told_and_is_gone() -> None:
    injector = Injector()
    injector.arm("silence", after=2, count=3)
    heard = [bool(arrives(injector.strike(MESSAGE))) for _ in range(8)]
    assert heard == [True, True, False, False, False, True, True, True]
    assert injector.armed() == []


def test_a_fault_without_a_count_stays_until_it_is_cleared() -> None:
    injector = Injector()
    injector.arm("silence", count=0)
    assert all(not arrives(injector.strike(MESSAGE)) for _ in range(100))
    injector.clear()
    assert arrives(injector.strike(MESSAGE)) == MESSAGE


def test_chance_is_the_one_asked_for_and_the_same_for_the_same_seed() -> None:
    def heard(seed: int) -> list[bool]:
        injector = Injector(seed)
        injector.arm("silence", count=0, probability=0.3)
        return [bool(arrives(injector.strike(MESSAGE))) for _ in range(2000)]

    assert heard(5) == heard(5)
    assert 0.25 < heard(5).count(False) / 2000 < 0.35


def test_of_several_faults_the_first_strikes_and_the_next_takes_its_turn() -> None:
    injector = Injector()
    injector.arm("silence")
    injector.arm("duplicate")
    assert [len(arrives(injector.strike(MESSAGE))) for _ in range(3)] == [0, 20, 10]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "earthquake"},
        {"kind": "delay", "seconds": -1},
        {"kind": "delay", "after": -1},
        {"kind": "delay", "count": -1},
        {"kind": "delay", "probability": 0.0},
        {"kind": "delay", "probability": 1.5},
    ],
)
def test_a_fault_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    injector = Injector()
    with pytest.raises(ValueError, match=r"there are|at most|negative"):
        injector.arm(**wrong)  # type: ignore[arg-type]
    assert injector.armed() == []


@given(kind=st.sampled_from(FaultKind), message=st.binary(min_size=0, max_size=3000))
def test_whatever_strikes_nothing_is_made_up_but_junk(kind: FaultKind, message: bytes) -> None:
    came = arrives(struck(kind, message))
    if kind in (FaultKind.SPLIT, FaultKind.DELAY, FaultKind.DRIP) or not message:
        assert came == message
    elif kind is FaultKind.DUPLICATE:
        assert came == 2 * message
    elif kind is FaultKind.JUNK:
        assert came.endswith(message)
    elif kind is FaultKind.CORRUPT:
        assert (came[:-1], len(came)) == (message[:-1], len(message))
        assert came != message
    else:
        assert len(came) < len(message)


# -- on a driver's own side of a real wire ------------------------------------------------


@pytest.fixture
def far_and_near() -> Iterator[tuple[object, FaultyTransport, Injector]]:
    wire, injector = wire_for("tcp://127.0.0.1:0"), Injector()
    near = FaultyTransport(transport_for(wire.address), injector)
    near.open()
    while wire.receive(PATIENCE) is not None:
        pass
    yield wire, near, injector
    near.close()
    wire.close()


def test_a_driver_hears_what_an_injector_leaves(far_and_near: tuple[object, FaultyTransport, Injector]) -> None:
    wire, near, injector = far_and_near
    injector.arm("truncate")
    wire.send(MESSAGE)  # type: ignore[attr-defined]
    assert near.read(100, time.monotonic() + PATIENCE) == MESSAGE[:5]
    injector.arm("duplicate")
    wire.send(MESSAGE)  # type: ignore[attr-defined]
    got = b""
    while len(got) < 20:
        got += near.read(7, time.monotonic() + PATIENCE)
    assert got == MESSAGE + MESSAGE


def test_what_is_swallowed_ends_with_the_deadline(far_and_near: tuple[object, FaultyTransport, Injector]) -> None:
    wire, near, injector = far_and_near
    injector.arm("silence")
    wire.send(MESSAGE)  # type: ignore[attr-defined]
    assert near.read(100, time.monotonic() + 0.3) == b""
    wire.send(b"next")  # type: ignore[attr-defined]
    assert near.read(100, time.monotonic() + PATIENCE) == b"next"


def test_what_is_late_comes_to_the_read_that_still_waits(
    far_and_near: tuple[object, FaultyTransport, Injector],
) -> None:
    wire, near, injector = far_and_near
    injector.arm("delay", seconds=0.5)
    wire.send(MESSAGE)  # type: ignore[attr-defined]
    assert near.read(100, time.monotonic() + 0.1) == b""
    assert near.read(100, time.monotonic() + PATIENCE) == MESSAGE


def test_an_unplugged_cable_is_lost_until_it_is_back(far_and_near: tuple[object, FaultyTransport, Injector]) -> None:
    wire, near, injector = far_and_near
    injector.arm("unplug", seconds=0.5)
    wire.send(MESSAGE)  # type: ignore[attr-defined]
    assert near.read(100, time.monotonic() + PATIENCE) == MESSAGE[:5]
    with pytest.raises(TransportLost):
        near.read(100, time.monotonic() + 0.1)
    with pytest.raises(TransportLost):
        near.write(b"anybody?", time.monotonic() + PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while not near.is_open:
        assert time.monotonic() < deadline
        try:
            near.open()
        except TransportLost:
            time.sleep(0.05)
    near.write(b"back", time.monotonic() + PATIENCE)
