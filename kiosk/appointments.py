"""What a visit asks the back office about appointments."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import BookingRequest
from kiosk.text import Language
from kiosk.visit.events import AskSlots, Book, Booked, BookingCancelled, CancelBooking, Event, SlotsTold

Question = Callable[[GatewayClient], Event]


class Appointments:
    """The questions of one visit after another. A booking that is asked for again is the same booking."""

    def __init__(self) -> None:
        self._keys: dict[tuple[object, ...], UUID] = {}

    def forget(self) -> None:
        """The visit is over: the next citizen's bookings are others."""
        self._keys.clear()

    def slots(self, effect: AskSlots) -> Question:
        """What is free, and what this person has."""
        return lambda client: SlotsTold(
            client.slots(effect.service, effect.place), client.bookings(effect.record.number)
        )

    def book(self, effect: Book, *, item: str, station: str, language: Language) -> Question:
        """The booking itself."""
        when = (effect.service, effect.place, effect.day, effect.half, effect.path, effect.reason, effect.replaces)
        key = self._keys.setdefault((effect.record.number, effect.about, *when), uuid4())

        def book(client: GatewayClient) -> Event:
            request = BookingRequest(
                idempotency_key=key,
                service=effect.service,
                place=effect.place,
                day=effect.day,
                half=effect.half,
                path=effect.path,
                reason=effect.reason,
                number=effect.record.number,
                name=effect.record.name or effect.record.name_en,
                phone=effect.phone or None,
                item=item,
                station=station,
                language=language,
                about=effect.about,
                replaces=effect.replaces,
            )
            return Booked(client.book(request))

        return book

    def cancel(self, effect: CancelBooking) -> Question:
        """Give one back."""

        def cancel(client: GatewayClient) -> Event:
            client.cancel_booking(effect.code, effect.record.number)
            return BookingCancelled()

        return cancel
