from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import GatewayClient, GatewayRefused
from kiosk.gateway.contract import Application, PhoneCodeProof, ProblemCode
from kiosk.gateway.outbox import Courier, Outbox, OutboxUnusable
from tests.backoffice.running import Line, Running, until
from tests.backoffice.samples import NUMBER, PERSONAL, application, card_news

Event = tuple[str, dict[str, str | int | float | None]]

SOON = (0.05, 0.1)
LONG = 30.0


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def send(outbox: Outbox, events: list[Event], client: GatewayClient) -> Iterator[Callable[[GatewayClient], Courier]]:
    """Starts a courier on the outbox; it is stopped before the line it sends through is cut."""
    assert client
    couriers: list[Courier] = []

    def record(event: str, facts: Mapping[str, str | int | float | None]) -> None:
        events.append((event, dict(facts)))

    def started(client: GatewayClient) -> Courier:
        courier = Courier(outbox, client, on_event=record, pauses=SOON)
        courier.start()
        couriers.append(courier)
        return courier

    yield started
    for courier in couriers:
        courier.stop(LONG)


Send = Callable[[GatewayClient], Courier]


def unproven() -> Application:
    """An application that the back office refuses for good."""
    return application(identity=PhoneCodeProof(code_id="abcdefgh"))


def numbers(store: Store) -> list[str]:
    return [row.reference_number for row in store.listing()]


def test_a_citizen_who_waits_gets_the_number(
    send: Send, client: GatewayClient, store: Store, outbox: Outbox, events: list[Event]
) -> None:
    sent = application()
    acceptance = send(client).deliver(sent, LONG)
    assert acceptance is not None
    assert numbers(store) == [acceptance.reference_number]
    assert outbox.waiting() == 0
    until(lambda: events)
    facts = {"ticket": sent.ticket, "reference_number": acceptance.reference_number}
    assert events == [("application_delivered", facts)]


@pytest.mark.warns("waits on: connection refused")
def test_with_the_back_office_away_it_is_saved_and_arrives_by_itself(
    send: Send, outbox: Outbox, store: Store, events: list[Event]
) -> None:
    with Running(create_app(store)) as away:
        port = away.port
    courier = send(GatewayClient(away.url))
    sent = application()
    assert courier.deliver(sent, 0.3) is None
    assert outbox.waiting() == 1
    assert events == []
    with Running(create_app(store), port):
        until(lambda: outbox.waiting() == 0)
    assert len(numbers(store)) == 1
    until(lambda: [name for name, _ in events] == ["application_delivered"])


@pytest.mark.warns("waits on: HTTP 500")
def test_a_back_office_that_fails_twice_is_asked_a_third_time(
    send: Send, client: GatewayClient, line: Line, store: Store
) -> None:
    line.spoil = ["500", "500"]
    acceptance = send(client).deliver(application(), LONG)
    assert acceptance is not None
    assert line.submissions == 3
    assert len(numbers(store)) == 1


@pytest.mark.warns("waits on: HTTP 500")
def test_an_application_whose_answer_was_lost_is_sent_again_and_counts_once(
    send: Send, client: GatewayClient, line: Line, store: Store
) -> None:
    line.spoil = ["lost", "lost"]
    acceptance = send(client).deliver(application(), LONG)
    assert acceptance is not None
    assert acceptance.duplicate
    assert line.submissions == 3
    assert numbers(store) == [acceptance.reference_number]


def test_an_answer_that_comes_too_late_for_the_citizen_empties_the_outbox_all_the_same(
    send: Send, client: GatewayClient, line: Line, outbox: Outbox, events: list[Event]
) -> None:
    line.spoil = ["held"]
    courier = send(client)
    assert courier.deliver(application(), 0.2) is None
    assert line.held.wait(LONG)
    line.release.set()
    until(lambda: events)
    assert [name for name, _ in events] == ["application_delivered"]
    assert outbox.waiting() == 0
    assert line.submissions == 1


def test_a_citizen_who_waits_is_told_of_a_refusal_and_nothing_is_kept(
    send: Send, client: GatewayClient, outbox: Outbox
) -> None:
    with pytest.raises(GatewayRefused) as refused:
        send(client).deliver(unproven(), LONG)
    assert refused.value.problem.code is ProblemCode.NOT_PROVEN
    assert outbox.waiting() == 0
    assert outbox.refusals() == {}


def test_what_is_refused_after_the_citizen_has_gone_is_kept_and_stops_nobody(
    send: Send, client: GatewayClient, outbox: Outbox, store: Store, events: list[Event]
) -> None:
    refused, good = unproven(), application()
    outbox.put(refused)
    outbox.put(good)
    send(client)
    until(lambda: len(events) == 2)
    assert events[0] == ("application_refused", {"ticket": refused.ticket, "code": "not_proven"})
    assert events[1][0] == "application_delivered"
    assert outbox.refusals() == {refused.ticket: "not_proven"}
    assert len(numbers(store)) == 1


@pytest.mark.warns("in the outbox cannot be read: damaged", "waits on: HTTP 500")
def test_an_entry_that_cannot_be_read_stops_nobody_and_is_reported_once(
    send: Send, client: GatewayClient, line: Line, outbox: Outbox, events: list[Event]
) -> None:
    damaged, good = application(), application()
    outbox.put(damaged)
    outbox._database.execute("UPDATE entry SET sealed = zeroblob(64)")
    outbox.put(good)
    courier = send(client)
    until(lambda: len(events) == 2)
    line.spoil = ["500"] * 3  # long enough for a second look at the damaged one
    assert courier.deliver(application(), LONG) is not None
    assert events[0] == ("application_unreadable", {"ticket": damaged.ticket})
    assert [name for name, _ in events].count("application_unreadable") == 1
    assert list(outbox.waiting_tickets().values()) == [damaged.ticket]
    assert client.ticket(good.ticket) is not None


def test_whoever_stands_before_the_machine_comes_before_the_backlog(
    send: Send, client: GatewayClient, line: Line, outbox: Outbox
) -> None:
    backlog = [application() for _ in range(3)]
    for one in backlog:
        outbox.put(one)
    line.spoil = ["held"]
    courier = send(client)
    assert line.held.wait(LONG)
    present = application()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(courier.deliver, present, LONG)
        until(lambda: outbox.waiting() == 4 and courier._present)
        line.release.set()
        assert waiting.result(LONG) is not None
    until(lambda: outbox.waiting() == 0)
    order = [key.decode() for key in line.tickets]
    assert order == [str(one.idempotency_key) for one in (backlog[0], present, *backlog[1:])]


@pytest.mark.warns("waits on: HTTP 500")
def test_one_application_that_never_gets_through_holds_nobody_up(
    send: Send, client: GatewayClient, line: Line, store: Store, outbox: Outbox
) -> None:
    line.spoil = ["500"] * 3
    courier = send(client)
    assert courier.deliver(application(), 0.01) is None
    assert courier.deliver(application(), LONG) is not None
    until(lambda: outbox.waiting() == 0)
    assert len(numbers(store)) == 2


def test_many_citizens_at_once_each_get_their_own_number(send: Send, client: GatewayClient, store: Store) -> None:
    courier = send(client)
    sent = [application() for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        accepted = list(pool.map(lambda one: courier.deliver(one, LONG), sent))
    assert [acceptance.ticket for acceptance in accepted if acceptance] == [one.ticket for one in sent]
    assert len(set(numbers(store))) == 12


def test_the_same_application_handed_in_by_two_threads_is_one(send: Send, client: GatewayClient, store: Store) -> None:
    courier = send(client)
    sent = application()
    with ThreadPoolExecutor(4) as pool:
        accepted = list(pool.map(lambda _: courier.deliver(sent, LONG), range(4)))
    assert None not in accepted
    assert {acceptance.reference_number for acceptance in accepted if acceptance} == set(numbers(store))
    assert len(numbers(store)) == 1


def test_an_outbox_that_keeps_nothing_is_no_delivery(tmp_path: Path, client: GatewayClient, line: Line) -> None:
    outbox = Outbox(tmp_path / "closed")
    outbox.close()
    courier = Courier(outbox, client)
    with pytest.raises(OutboxUnusable):
        courier.deliver(application(), LONG)
    assert line.submissions == 0


@pytest.mark.warns("the courier stumbled")
def test_a_journal_that_fails_does_not_stop_the_courier(
    outbox: Outbox, client: GatewayClient, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_event: str, _facts: object) -> None:
        raise OSError("no space left on device")

    courier = Courier(outbox, client, on_event=broken, pauses=SOON)
    courier.start()
    assert courier.deliver(application(), LONG) is not None
    assert courier.deliver(application(), LONG) is not None
    courier.stop(LONG)
    assert len(numbers(store)) == 2
    assert "the courier stumbled" in caplog.text
    assert not [datum for datum in PERSONAL if datum in caplog.text]


@pytest.mark.warns("the courier stumbled")
def test_an_entry_that_cannot_be_removed_is_not_sent_round_and_round(
    outbox: Outbox, client: GatewayClient, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_key: str) -> None:
        raise OutboxUnusable("database or disk is full")

    monkeypatch.setattr(outbox, "delivered", full)
    courier = Courier(outbox, client, pauses=(0.01, 600))
    courier.start()
    sent = application()
    assert courier.deliver(sent, LONG) is not None
    until(lambda: courier._attempts.get(str(sent.idempotency_key)) == 2)
    courier.stop(LONG)
    assert line.submissions == 2
    assert outbox.waiting() == 1


def test_stopping_sends_the_waiting_citizen_home_with_a_saved_application(
    send: Send, client: GatewayClient, line: Line, outbox: Outbox
) -> None:
    line.spoil = ["held"]
    courier = send(client)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(courier.deliver, application(), 600)
        assert line.held.wait(LONG)
        courier.stop(0)
        assert waiting.result(LONG) is None
    assert outbox.waiting() == 1
    line.release.set()
    until(lambda: outbox.waiting() == 0)  # the answer it was stopped in is not thrown away


def test_after_stopping_applications_are_only_saved(send: Send, client: GatewayClient, outbox: Outbox) -> None:
    courier = send(client)
    courier.stop(LONG)
    assert courier.deliver(application(), LONG) is None
    assert outbox.waiting() == 1


def test_pauses_grow_and_are_never_alike(outbox: Outbox, client: GatewayClient) -> None:
    now = [1000.0]
    courier = Courier(outbox, client, pauses=(2, 5, 60), clock=lambda: now[0], rng=random.Random(7))
    key = str(uuid4())
    pauses = []
    for _ in range(5):
        courier._postpone(key)
        pauses.append(courier._next_try[key] - now[0])
    for pause, least in zip(pauses, (2, 5, 60, 60, 60), strict=True):
        assert least <= pause <= least * 1.25
    assert len(set(pauses)) == 5


# -- the process is killed ---------------------------------------------------------

_KIOSK = """
import sys
from pathlib import Path
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import Application
from kiosk.gateway.outbox import Courier, Outbox

directory, url = sys.argv[1:]
outbox = Outbox(Path(directory))
courier = Courier(outbox, GatewayClient(url, read_seconds=60))
if url:
    courier.start()
application = Application.model_validate_json(sys.stdin.readline())
if not url:
    outbox.put(application)
    print("saved", flush=True)
    sys.stdin.readline()
courier.deliver(application, 600)
"""


def kiosk(directory: Path, url: str, sent: Application) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _KIOSK, str(directory), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(sent.model_dump_json().encode() + b"\n")
    process.stdin.flush()
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate(timeout=LONG)


def test_killed_between_outbox_and_submission_it_arrives_once(
    tmp_path: Path, client: GatewayClient, line: Line, store: Store
) -> None:
    sent = application()
    process = kiosk(tmp_path / "killed", "", sent)
    assert process.stdout is not None
    assert process.stdout.readline() == b"saved\n"
    kill(process)
    assert line.submissions == 0
    _resume(tmp_path / "killed", client)
    assert [store.by_ticket(sent.ticket).reference_number] == numbers(store)


def test_killed_between_submission_and_its_answer_it_still_arrived_once(
    tmp_path: Path, office: Running, client: GatewayClient, line: Line, store: Store
) -> None:
    line.spoil = ["held"]
    sent = application()
    process = kiosk(tmp_path / "killed", office.url, sent)
    assert line.held.wait(LONG)
    kill(process)
    line.release.set()
    assert len(numbers(store)) == 1
    _resume(tmp_path / "killed", client)
    assert line.submissions == 2
    assert [store.by_ticket(sent.ticket).reference_number] == numbers(store)


def _resume(directory: Path, client: GatewayClient) -> None:
    """The machine starts again and sends what it finds."""
    with closing(Outbox(directory)) as outbox:
        assert outbox.waiting() == 1
        courier = Courier(outbox, client)
        courier.start()
        until(lambda: outbox.waiting() == 0)
        courier.stop(LONG)


# -- the news of a card --------------------------------------------------------------------


def test_the_news_of_a_card_reaches_the_back_office_while_its_citizen_waits(
    send: Send, client: GatewayClient, store: Store, outbox: Outbox, events: list[Event]
) -> None:
    news = card_news()
    assert send(client).deliver(news, LONG) is not None
    assert store.written_cards(NUMBER) == {"police.permit_rewritten"}
    assert outbox.waiting() == 0
    until(lambda: events)
    assert events == [("card_news_delivered", {"ticket": news.ticket})]


@pytest.mark.warns("waits on: HTTP 500")
def test_the_news_of_a_card_whose_answer_was_lost_is_sent_again_and_counts_once(
    send: Send, client: GatewayClient, line: Line, store: Store
) -> None:
    line.loses = ["/v1/cards", "/v1/cards"]
    assert send(client).deliver(card_news(), LONG) is not None
    assert line.loses == []
    assert store.written_cards(NUMBER) == {"police.permit_rewritten"}


@pytest.mark.warns("waits on: department.closed")
def test_the_news_of_a_card_waits_for_a_department_that_is_closed(
    send: Send, client: GatewayClient, store: Store, outbox: Outbox
) -> None:
    store.set_manner("police", "closed")
    assert send(client).deliver(card_news(), 0.3) is None
    assert outbox.waiting() == 1
    store.set_manner("police", "up")
    until(lambda: outbox.waiting() == 0)
    assert store.written_cards(NUMBER) == {"police.permit_rewritten"}


def test_news_that_the_back_office_refuses_is_told_to_whoever_waits_and_not_kept(
    send: Send, client: GatewayClient, outbox: Outbox, events: list[Event]
) -> None:
    news = card_news(operation="police.unknown")
    with pytest.raises(GatewayRefused):
        send(client).deliver(news, LONG)
    assert outbox.waiting() == 0
    until(lambda: events)
    assert events == [("card_news_refused", {"ticket": news.ticket, "code": "not_found"})]
