"""What a recording keeps of a receipt: its commands, and nothing of what it says."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt_printer.layout import compose
from drivers.receipt_printer.profile import load_profile
from drivers.receipt_printer.protocol import CommandParser, Instruction, Mask, Text, Token, describe
from drivers.receipt_printer.receipt import Qr, Receipt, Row
from tests.drivers.contract import CONFIG
from tests.people import LIN

PROFILE = load_profile(CONFIG / "printers" / "generic-80mm.toml")
RECEIPT = compose(Receipt((Row("姓名", LIN.name), Row("No.", LIN.number), Row("生僻", "𠮷"), Qr(LIN.number))), PROFILE)


def shape(token: Token) -> tuple[str, int]:
    """What kind of token it is, and how long."""
    name = token.name if isinstance(token, Instruction) else type(token).__name__
    return name, len(getattr(token, "data", b""))


def tokens(stream: bytes) -> list[tuple[str, int]]:
    return [shape(token) for token in CommandParser().feed(stream)]


def test_a_masked_receipt_falls_into_the_same_commands_and_says_nothing() -> None:
    masked = Mask().feed(RECEIPT)
    assert len(masked) == len(RECEIPT)
    assert tokens(masked) == tokens(RECEIPT)
    for personal in (LIN.name.encode("gbk"), LIN.number.encode(), LIN.number[6:14].encode()):
        assert personal in RECEIPT
        assert personal not in masked
    written = [token.data for token in CommandParser().feed(masked) if isinstance(token, Text)]
    assert set(b"".join(written)) == {ord("*")}


@given(st.lists(st.integers(0, len(RECEIPT)), max_size=30))
def test_however_it_is_cut_the_same_is_left(cuts: list[int]) -> None:
    mask, edges = Mask(), [0, *sorted(cuts), len(RECEIPT)]
    pieces = [mask.feed(RECEIPT[a:b]) for a, b in pairwise(edges)]
    assert b"".join(pieces) == Mask().feed(RECEIPT)


@given(st.binary(max_size=400))
def test_any_stream_keeps_its_length_and_its_tokens(stream: bytes) -> None:
    masked = Mask().feed(stream)
    assert len(masked) == len(stream)
    assert tokens(masked) == tokens(stream)


def test_a_description_names_commands_and_not_words() -> None:
    told = describe("out", RECEIPT)
    assert "text, " in told
    assert "GS ( k, " in told
    assert LIN.number not in told
    assert describe("in", b"\x16\x37\x22" + b"0001\x00") == "status 16\nblock 37, 5 bytes"
