"""What the log ring keeps of a line, and what it does not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from enum import StrEnum

import pytest

from kiosk.operations.log_ring import LogLine, LogRing
from kiosk.operations.vocabulary import Vocabulary

log = logging.getLogger("tests.log_ring")
NAME, NUMBER = "林晓舟", "350203199001010010"


class Colour(StrEnum):
    RED = "red"


@pytest.fixture
def ring() -> Iterator[LogRing]:
    ring = LogRing(at_most=3)
    ring.vocabulary = Vocabulary(["id_reader", "id_reader.silent"])
    log.addHandler(ring)
    log.setLevel(logging.INFO)
    yield ring
    log.removeHandler(ring)


def last(ring: LogRing) -> LogLine:
    return ring.lines()[-1]


@pytest.mark.warns("^tests.log_ring: ")
def test_a_sentence_of_the_source_stays_with_the_words_of_the_program(ring: LogRing) -> None:
    log.warning("%s: %s after %d tries, %.1f s", "id_reader", "id_reader.silent id_reader.silent", 3, 1.5)
    line = last(ring)
    assert line.sentence == "%s: %s after %d tries, %.1f s"
    assert line.values == ("id_reader", "id_reader.silent id_reader.silent", 3, 1.5)
    assert (line.level, line.logger) == ("WARNING", "tests.log_ring")


def test_whatever_else_is_put_into_its_places_is_left_out(ring: LogRing) -> None:
    log.info("%s %s %s %s", NAME, f"id_reader {NUMBER}", int(NUMBER), {"name": NAME})
    assert last(ring).values == ("…", "id_reader …", "…", "dict")


def test_values_of_enumerations_are_words(ring: LogRing) -> None:
    log.info("it is %s", Colour.RED)
    assert last(ring).values == ("red",)


def test_values_by_name_are_treated_alike(ring: LogRing) -> None:
    log.info("%(who)s at %(where)s", {"who": NAME, "where": "id_reader"})
    assert last(ring).values == ("…", "id_reader")


def test_a_sentence_that_was_put_together_before_is_left_out(ring: LogRing) -> None:
    log.info(f"hello {NAME}")
    log.info("hello " + NAME)
    log.info("hello {}".format(NAME))  # noqa: UP032
    assert [line.sentence for line in ring.lines()] == ["…"] * 3


@pytest.mark.warns("^tests.log_ring: ")
def test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_text(ring: LogRing) -> None:
    def read() -> None:
        try:
            int(NAME)
        except ValueError as error:
            raise RuntimeError(f"{NAME} {NUMBER}") from error

    try:
        read()
    except RuntimeError:
        log.exception("a card could not be read")
    line = last(ring)
    assert line.sentence == "a card could not be read"
    cause, effect = line.exception
    assert cause.startswith("ValueError < tests.kiosk.operations.test_log_ring:")
    assert effect.startswith("RuntimeError < ")
    assert " read < " in effect
    assert NAME not in repr(line)
    assert NUMBER not in repr(line)


def test_only_the_last_lines_are_kept(ring: LogRing) -> None:
    for number in range(10):
        log.info("line %d", number)
    assert [line.values for line in ring.lines()] == [(7,), (8,), (9,)]


def test_before_it_knows_any_words_only_numbers_get_through(ring: LogRing) -> None:
    ring.vocabulary = Vocabulary()
    log.info("%s %d", "id_reader", 7)
    assert last(ring).values == ("…", 7)
