"""How often a face may be held against one card."""

from __future__ import annotations

from kiosk.identity.tries import DAY_SECONDS, MOST_A_DAY, CardTries

CARD, OTHER = "350206198503120027", "35020319790808004X"


def test_a_card_may_be_tried_six_times_a_day_and_another_ones_tries_are_its_own() -> None:
    now = [1000.0]
    tries = CardTries(lambda: now[0])
    assert [tries.count(CARD) for _ in range(MOST_A_DAY - 1)] == [1, 2, 3, 4, 5]
    assert not tries.used_up(CARD)
    assert tries.count(CARD) == MOST_A_DAY
    assert tries.used_up(CARD)
    assert not tries.used_up(OTHER)
    now[0] += DAY_SECONDS
    assert not tries.used_up(CARD)
    assert tries.count(CARD) == 1


def test_a_card_that_comes_again_every_hour_is_not_forgotten_too_early() -> None:
    now = [0.0]
    tries = CardTries(lambda: now[0])
    for hour in range(MOST_A_DAY):
        now[0] = hour * 3600.0
        tries.count(CARD)
    now[0] = DAY_SECONDS - 1
    assert tries.used_up(CARD)
    now[0] = DAY_SECONDS + 1  # the first one is a day old, the others are not
    assert not tries.used_up(CARD)
    assert tries.count(CARD) == MOST_A_DAY


def test_nobody_learns_whose_cards_were_here() -> None:
    tries = CardTries(lambda: 0.0)
    tries.count(CARD)
    assert CARD not in repr(vars(tries))
    assert set(vars(tries)["_tries"]).isdisjoint(vars(CardTries(lambda: 0.0))["_tries"])
