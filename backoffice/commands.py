"""``main.py backoffice …``: the service, and an officer's work in it.

The parts that take long to load are loaded by the command that needs them.
"""

# ruff: noqa: PLC0415, T201

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backoffice.store import Store

Command = Callable[[argparse.Namespace, "Store"], int]

DATABASE = "sqlite:///var/backoffice.sqlite3"


def options(parser: argparse.ArgumentParser) -> None:
    """Add the commands; after parsing, ``options.command(options)`` runs the chosen one and gives its exit status."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    def command(name: str, run: Command, about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about)
        added.add_argument("--database", default=DATABASE, metavar="URL", help=f"an SQLAlchemy address ({DATABASE})")
        added.set_defaults(command=_with_store(run))
        return added

    serve = command("serve", _serve, "the service that kiosks submit to")
    serve.add_argument("--listen", default="127.0.0.1:8800", metavar="HOST:PORT", help="port 0: any free one")
    serve.add_argument(
        "--platform", default="", metavar="URL", help="the payment platform's pages, for the codes to pay"
    )
    serve.add_argument(
        "--seals",
        type=Path,
        metavar="DIR",
        help="the departments' keys, made when missing (seals, beside the database)",
    )
    serve.add_argument("--public", metavar="URL", help="where citizens reach this service (where it listens)")

    review = command("review", _review, "approve or refuse an application")
    review.add_argument("reference", help="its reference number")
    verdict = review.add_mutually_exclusive_group(required=True)
    verdict.add_argument("--approve", action="store_true", help="has the document made and posted")
    verdict.add_argument(
        "--refuse",
        metavar="REASON",
        nargs="?",
        const="",
        help="tells the citizen why by text message: a reason of backoffice/refusals.yaml, --words, or both",
    )
    review.add_argument("--words", default="", help="the officer's own words, which reach the citizen as they are")
    review.add_argument("--officer", default=os.environ.get("USER") or "officer", help="who reviews, for the record")
    review.add_argument("--sms", action="store_true", help="print the text message that went out")

    command("listing", _listing, "every application and where it stands")
    delivered = command("delivered", _delivered, "what the courier tells: a parcel was handed over")
    delivered.add_argument("parcel", help="its number")
    command("texts", _texts, "every text message: time, phone, words, apart by tabs")
    command("emails", _emails, "every e-mail: time, address, document, subject, apart by tabs")

    command("fleet", _fleet, "every station, how it is and when it said so; status 1 when one is not in service")
    command("bundles", _bundles, "every support bundle: number, station, time, size, apart by tabs")
    bundle = command("bundle", _bundle, "write a support bundle into a file")
    bundle.add_argument("number", type=int)
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE")

    app_code = command("app-code", _app_code, "a fresh code as this person's phone app would show it")
    app_code.add_argument("number", help="the card number")
    command("calls", _calls, "every call to an officer that is under way: id, station, item, state, apart by tabs")
    call = command("call", _call, "take a call: answer it first, then confirm or refuse")
    call.add_argument("call_id", metavar="id")
    call.add_argument("state", choices=["connected", "busy", "confirmed", "refused", "dropped"])
    call.add_argument("--officer", default=os.environ.get("USER") or "officer", help="who answers, for the record")

    command("bookings", _bookings, "every booking: code, service, place, day, half, path, state, matter, apart by tabs")
    arrive = command("arrive", _arrive, "what the ticket machine of a hall does with a code: prints the queue's number")
    arrive.add_argument("code")
    command("missed", _missed, "the job of the evening: marks whoever did not come and prints how many")
    command("orders", _orders, "every order: id, operation, amount in yuan, state, time, apart by tabs")
    command("refunds", _refunds, "closes what nobody closed, then prints every payment that has to go back")

    _about_what_citizens_say(command)

    phone = command("phone", _phone, "put a phone number on file, for codes by text message")
    phone.add_argument("number", help="the card number")
    phone.add_argument("phone", help="the mobile phone number")


def _about_what_citizens_say(command: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    command("ratings", _ratings, "every rating: day, station, item, result, level, reasons, case, apart by tabs")
    command("work-orders", _work_orders, "every bad rating and reported fault, what waits first; status 1 when overdue")
    answer = command("answer", _answer, "answer a work order")
    answer.add_argument("number", type=int)
    answer.add_argument("words", help="what was done, as whoever gave the rating may read it")
    answer.add_argument("--officer", default=os.environ.get("USER") or "officer", help="who answers, for the record")

    counts = command("counts", _counts, "how many cases there were: the city's table, or by what is named")
    counts.add_argument("--from", type=date.fromisoformat, metavar="DAY", help="the first day (1 January)")
    counts.add_argument("--to", type=date.fromisoformat, metavar="DAY", help="the last day (today)")
    counts.add_argument("--by", metavar="WHAT,…", help="day, month, department, item, station, channel, result")
    counts.add_argument("--csv", action="store_true", help="comma-separated values instead of columns")
    take = command("take-in", _take_in, "take in the counts of another channel")
    take.add_argument("file", type=Path, help="CSV: day, channel, department, item, count")


def _serve(options: argparse.Namespace, store: Store) -> int:
    import signal
    import socket

    import uvicorn

    from backoffice.booking.desk import BookingDesk
    from backoffice.chores import Chores
    from backoffice.documents.seals import Seals
    from backoffice.payments import Payments
    from backoffice.service import create_app

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and sockets:
                host, port = sockets[0].getsockname()[:2]
                print(json.dumps({"ready": f"http://{host}:{port}"}), flush=True)

    host, _, port = str(options.listen).rpartition(":")
    if not host or not port.isdigit():
        print(f"--listen {options.listen}: expected host:port, as in 127.0.0.1:8800", file=sys.stderr)
        return 2
    # uvicorn catches both, ends kindly and raises them once more: to be asked to end is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        listening = socket.create_server((host, int(port)))
    except (OSError, OverflowError) as error:
        print(f"{options.listen} cannot be listened on: {error}", file=sys.stderr)
        return 1
    seals = Seals(options.seals or _beside(options.database) / "seals")
    seals.publish()
    jobs = {"closing orders": Payments(store).settle, "marking no-shows": BookingDesk(store).mark_missed}
    with listening, Chores(jobs):
        # No access log: its lines would hold tickets and codes' ids.
        config = uvicorn.Config(
            create_app(
                store,
                seals=seals,
                public=options.public or f"http://{host}:{listening.getsockname()[1]}",
                platform=options.platform,
            ),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        Server(config).run(sockets=[listening])
    return 0


def _beside(database: str) -> Path:
    """The directory of the database, where it is a file of its own."""
    from sqlalchemy import make_url

    url = make_url(database)
    file = url.database if url.get_backend_name() == "sqlite" else None
    return Path(file).parent if file else Path("var")


def _review(options: argparse.Namespace, store: Store) -> int:
    from backoffice.refusals import Refused

    refusal = None if options.approve else Refused(options.refuse, options.words)
    done = store.review(options.reference, options.officer, refusal)
    print(" ".join(filter(None, (options.reference, done.stage.value, done.parcel_number))))
    if options.sms:
        print(done.text or "No text message: the citizen left no phone number.")
    return 0


def _listing(_: argparse.Namespace, store: Store) -> int:
    from kiosk.gateway.contract import STAGE_NAMES
    from kiosk.hours import LOCAL

    for row in store.listing():
        received = row.received_at.astimezone(LOCAL)
        print(f"{row.reference_number:24}  {row.item:8}  {received:%Y-%m-%d %H:%M:%S}  {STAGE_NAMES[row.stage].zh}")
    return 0


def _delivered(options: argparse.Namespace, store: Store) -> int:
    print(store.deliver(options.parcel))
    return 0


def _texts(_: argparse.Namespace, store: Store) -> int:
    from kiosk.hours import LOCAL

    for text in store.texts():
        print(f"{text.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}", text.phone, text.words, sep="\t")
    return 0


def _emails(_: argparse.Namespace, store: Store) -> int:
    from kiosk.hours import LOCAL

    for mail in store.emails():
        print(f"{mail.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}", mail.address, mail.code, mail.subject, sep="\t")
    return 0


def _fleet(_: argparse.Namespace, store: Store) -> int:
    from kiosk.gateway.contract import SERVICE_NAMES, StationService
    from kiosk.hours import LOCAL

    lines = store.stations()
    for line in lines:
        heard = f"{line.heard_at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
        missing = " ".join(line.unavailable)
        print(line.station, SERVICE_NAMES[line.service].zh, heard, line.software, missing, sep="\t")
    return 0 if all(line.service is StationService.IN_SERVICE for line in lines) else 1


def _bundles(_: argparse.Namespace, store: Store) -> int:
    from kiosk.hours import LOCAL

    for bundle in store.bundles():
        received = f"{bundle.received_at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
        print(bundle.number, bundle.station, received, bundle.size, sep="\t")
    return 0


def _bundle(options: argparse.Namespace, store: Store) -> int:
    options.out.write_bytes(store.bundle(options.number))
    return 0


def _app_code(options: argparse.Namespace, store: Store) -> int:
    print(store.issue_app_code(options.number))
    return 0


def _calls(_: argparse.Namespace, store: Store) -> int:
    for call in store.calls():
        print(call.call_id, call.station, call.item, call.state, sep="\t")
    return 0


def _call(options: argparse.Namespace, store: Store) -> int:
    from kiosk.gateway.contract import CallState

    store.take_call(options.call_id, CallState(options.state), options.officer)
    return 0


def _bookings(_: argparse.Namespace, store: Store) -> int:
    from backoffice.booking.desk import BookingDesk

    for line in BookingDesk(store).listing():
        about = line.about["zh"] if line.about is not None else ""
        print(line.code, line.service, line.place, line.day, line.half, line.path, line.state, about, sep="\t")
    return 0


def _arrive(options: argparse.Namespace, store: Store) -> int:
    from backoffice.booking.desk import BookingDesk
    from backoffice.service import STATUS
    from backoffice.store import OfficeError, Refusal

    try:
        print(BookingDesk(store).arrive(options.code).queue_number)
    except Refusal as refusal:
        raise OfficeError(f"{STATUS[refusal.code][1]}.") from refusal
    return 0


def _missed(_: argparse.Namespace, store: Store) -> int:
    from backoffice.booking.desk import BookingDesk

    print(BookingDesk(store).mark_missed())
    return 0


def _orders(_: argparse.Namespace, store: Store) -> int:
    from backoffice.payments import Payments
    from kiosk.hours import LOCAL

    for line in Payments(store).listing():
        opened = f"{line.opened_at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
        print(line.order_id, line.operation, f"{line.amount / 100:.2f}", line.state, opened, sep="\t")
    return 0


def _refunds(_: argparse.Namespace, store: Store) -> int:
    from backoffice.payments import Payments

    payments = Payments(store)
    payments.settle()
    for refund in payments.refunds_due():
        print(refund.payment_id, refund.order_id, f"{refund.amount / 100:.2f}", sep="\t")
    return 0


def _ratings(_: argparse.Namespace, store: Store) -> int:
    from backoffice.feedback import Feedback

    for line in Feedback(store).ratings():
        reasons, number = " ".join(line.reasons), line.number or "-"
        print(line.day, line.station, line.item, line.result, line.level, reasons or "-", number, sep="\t")
    return 0


def _work_orders(_: argparse.Namespace, store: Store) -> int:
    from backoffice.feedback import Feedback

    orders = Feedback(store).work_orders()
    for order in orders:
        state = "answered" if order.answered else "overdue" if order.overdue else "waiting"
        print(order.number, state, f"due {order.due}", order.station, order.item or "-", order.about, sep="\t")
    return 1 if any(order.overdue and not order.answered for order in orders) else 0


def _answer(options: argparse.Namespace, store: Store) -> int:
    from backoffice.feedback import Feedback

    print(Feedback(store).answer(options.number, options.officer, options.words) or "No text message.")
    return 0


def _counts(options: argparse.Namespace, store: Store) -> int:
    from backoffice.counts import Counts
    from kiosk.hours import LOCAL

    until: date = options.to or store.now().astimezone(LOCAL).date()
    since: date = getattr(options, "from") or until.replace(month=1, day=1)
    counts = Counts(store)
    if options.by:
        tables = [counts.table(str(options.by).split(","), since, until)]
    else:
        tables = [counts.summary(since, until), counts.monthly(since, until)]
    print("\n".join(table.csv() if options.csv else table.text() for table in tables), end="")
    return 0


def _take_in(options: argparse.Namespace, store: Store) -> int:
    from backoffice.counts import Counts

    print(Counts(store).take_in(options.file))
    return 0


def _phone(options: argparse.Namespace, store: Store) -> int:
    store.register_phone(options.number, options.phone)
    return 0


def _with_store(run: Command) -> Callable[[argparse.Namespace], int]:
    """``run`` with the store open; what does not work is told in a sentence, and the exit status is 1."""

    def command(options: argparse.Namespace) -> int:
        from sqlalchemy.exc import SQLAlchemyError

        from backoffice.reference import RecordsError
        from backoffice.store import OfficeError, Store

        try:
            store = Store(options.database)
            try:
                return run(options, store)
            finally:
                store.close()
        except (OfficeError, RecordsError) as error:
            print(error, file=sys.stderr)
        except (SQLAlchemyError, ImportError, OSError) as error:
            print(f"The database cannot be used: {error}", file=sys.stderr)
        return 1

    return command
