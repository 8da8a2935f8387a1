"""What the tests of the reader share: a driver with its simulator on one wire, invented cards, waiting."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from drivers.device import Cancel
from drivers.id_reader.people import TRAY, portrait
from drivers.id_reader.protocol import Command, Damage, FrameParser, Reply, parse_reply, request
from drivers.id_reader.reader import IdReader
from drivers.id_reader.record import CardKind, IdRecord, Sex, parse_record, text_block
from drivers.id_reader.simulator import SamSimulator
from drivers.transport import Transport, transport_for

TCP = "tcp://127.0.0.1:0"
PTY = "pty"
AT_ONCE: dict[str, Any] = {"find_seconds": 0.0, "select_seconds": 0.0, "read_seconds": 0.0}
FOREVER = 1_000_000
FAST: dict[str, Any] = {"baudrate": 4_000_000}  # over a network, for tests that are not about pace


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for ``condition``; AssertionError when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.005)


def expected(person: str) -> IdRecord:
    """The record that reading this person's card must give, portrait and all."""
    of = TRAY[person]
    return parse_record(text_block(of.record), portrait(of.photograph), of.record.new_address)


@dataclass
class Desk:
    """A real driver and a real simulator."""

    sam: SamSimulator
    transport: Transport
    reader: IdReader
    cancel: Cancel = field(default_factory=Cancel)

    def read(self) -> IdRecord:
        return self.reader.read_card(self.cancel)[0]


@contextlib.contextmanager
def running(listen: str = TCP, **sam: Any) -> Iterator[SamSimulator]:
    simulator = SamSimulator(listen, **{**AT_ONCE, **sam})
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()


@contextlib.contextmanager
def desk(listen: str = TCP, *, believed: int = 0, **sam: Any) -> Iterator[Desk]:
    """A reader that is open; ``believed`` is the speed in the settings where it is not the reader's own."""
    with running(listen, **sam) as simulator:
        speed = believed or simulator.state()["baudrate"]
        transport = transport_for(simulator.address, speed)
        reader = IdReader(transport, speed)
        try:
            reader.open()
            yield Desk(simulator, transport, reader)
        finally:
            reader.close()


@dataclass
class RawHost:
    """A host that is no driver: it says what it is told to say."""

    transport: Transport

    def say(self, data: bytes) -> Reply:
        """Send these bytes and return the one answer."""
        self.transport.write(data, time.monotonic() + 5.0)
        parser = FrameParser()
        while arrived := self.transport.read(4096, time.monotonic() + 5.0):
            for content in parser.feed(arrived):
                assert not isinstance(content, Damage)
                return parse_reply(content)
        raise AssertionError("the simulator did not answer")

    def ask(self, command: Command) -> Reply:
        return self.say(request(command))

    def sw3(self, *commands: Command) -> list[int]:
        return [self.ask(command).sw3 for command in commands]


@contextlib.contextmanager
def raw_host(sam: SamSimulator) -> Iterator[RawHost]:
    transport = transport_for(sam.address)
    transport.open()
    try:
        yield RawHost(transport)
    finally:
        transport.close()


# -- invented cards ----------------------------------------------------------------

# Rare characters inside and outside the plane that one UTF-16 unit covers.
_HAN = st.sampled_from("林陈王李示例甲乙丙㐀䶮鿏阿依古丽·𠮷𰻝")
_LATIN = st.sampled_from("ABCXYZ, -'")


def _words(characters: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    """Up to ``most`` UTF-16 units; blanks inside stay, blanks at the end are padding and do not count."""
    return (
        st.text(characters, max_size=most)
        .map(lambda text: text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore"))
        .map(lambda text: text.rstrip(" "))
    )


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


_DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
_WHO: dict[str, st.SearchStrategy[Any]] = {
    "name": _words(_HAN, 15),
    "sex": st.sampled_from(Sex),
    "birth_date": _DAYS,
    "valid_from": _DAYS,
    "valid_until": _DAYS,
}
_ADDRESS = _words(st.one_of(_HAN, st.sampled_from("0123456789 号路#")), 35)


def cards() -> st.SearchStrategy[IdRecord]:
    """Invented cards of all four kinds, as full as their fields allow."""
    return st.one_of(
        st.builds(
            IdRecord,
            kind=st.just(CardKind.RESIDENT),
            ethnic_code=_digits(2),
            address=_ADDRESS,
            number=_digits(18),
            authority=_words(_HAN, 15),
            **_WHO,
        ),
        st.builds(
            IdRecord,
            kind=st.just(CardKind.HMT),
            address=_ADDRESS,
            number=_digits(18),
            authority=_words(_HAN, 15),
            permit_number=st.one_of(_digits(8), _digits(8).map(lambda digits: "H" + digits)),
            issue_count=_digits(2),
            **_WHO,
        ),
        st.builds(
            IdRecord,
            kind=st.just(CardKind.FOREIGNER_2017),
            name_en=_words(_LATIN, 60),
            number=_digits(10).map(lambda digits: "CAN" + digits + "12"),
            nationality=st.sampled_from(["CAN", "FRA", ""]),
            card_version=_digits(2),
            authority=_digits(4),
            **_WHO,
        ),
        st.builds(
            IdRecord,
            kind=st.just(CardKind.FOREIGNER_2023),
            name_en=_words(_LATIN, 46),
            number=_digits(17).map(lambda digits: "9" + digits),
            nationality=st.sampled_from(["CAN", "FRA"]),
            issue_count=_digits(2),
            old_number_link=_digits(3),
            **_WHO,
        ),
    )
