"""Invented people whose cards the tests lay down: what the real parser makes of the real blocks of the sample tray."""

from __future__ import annotations

from drivers.id_reader.people import TRAY
from drivers.id_reader.record import IdRecord, parse_record, text_block


def card_of(person: str) -> IdRecord:
    """What the kiosk reads from this person's card; the portrait is left out."""
    record = TRAY[person].record
    return parse_record(text_block(record), new_address=record.new_address)


LIN = card_of("lin")
OTHER = card_of("chen")
EXPIRED = card_of("expired")
CARD_WITH_WRONG_DIGIT = card_of("wrong_digit")
