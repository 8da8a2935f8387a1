"""A process that books as many numbers of one half-day as it can get; run by test_desk.py."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from backoffice.booking.desk import BookingDesk
from backoffice.store import Store
from tests.backoffice.booking.test_desk import book_or_not, citizen, request, service
from tests.backoffice.conftest import Time


def main(database: str, start: int) -> None:
    """Forty people of this process, eight at once, after twenty-five numbers."""
    desk = BookingDesk(Store(database, now=Time()), {"city_hall": service(25)})
    asked = [request(citizen(start + n)) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for outcome in pool.map(lambda one: book_or_not(desk, one), asked):
            if outcome.startswith("YY-"):
                print(outcome)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
