"""``main.py technician …``: the staff of this machine, technicians and attendants."""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from kiosk.operations.technicians import Role, TechnicianError, Technicians, TechniciansUnusable

Prepare = Callable[[argparse.ArgumentParser], None]
Open = Callable[[argparse.Namespace], Technicians]


def options(parser: argparse.ArgumentParser, prepare: Prepare, open_technicians: Open) -> None:
    """Add the commands; after parsing, ``options.command(options)`` runs the chosen one and gives its exit status.

    ``prepare`` adds what ``open_technicians`` needs to find this machine's storage directory.
    """
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    def command(
        name: str, run: Callable[[argparse.Namespace, Technicians], None], about: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about)
        prepare(added)
        added.set_defaults(command=lambda chosen: _told(run, chosen, open_technicians))
        return added

    add = command("add", _add, "add one of the staff, or give a new PIN; it is asked for, or read from standard input")
    add.add_argument("id", help="a staff number of up to 8 digits, or initials")
    add.add_argument("--name", default="", help="a name or initials, for the list")
    add.add_argument(
        "--role",
        choices=[role.value for role in Role],
        help="a technician opens the technician's screen, an attendant confirms who a citizen is",
    )
    command("remove", _remove, "remove one of the staff").add_argument("id")
    command(
        "card", _card, "ask for this card, too; its number is read from standard input, an empty one takes it back"
    ).add_argument("id")
    command("list", _list, "everybody")


def _add(chosen: argparse.Namespace, technicians: Technicians) -> None:
    if sys.stdin.isatty():
        pin = getpass.getpass("PIN: ")
        if getpass.getpass("PIN, once more: ") != pin:
            raise SystemExit("The two PINs differ; nothing was changed.")
    else:
        pin = sys.stdin.readline().strip()
    technicians.add(chosen.id, chosen.name, pin, Role(chosen.role) if chosen.role else None)


def _card(chosen: argparse.Namespace, technicians: Technicians) -> None:
    number = input("Card number: " if sys.stdin.isatty() else "").strip()
    technicians.register_card(chosen.id, number or None)


def _remove(chosen: argparse.Namespace, technicians: Technicians) -> None:
    technicians.remove(chosen.id)


def _list(_: argparse.Namespace, technicians: Technicians) -> None:
    for role in Role:
        for one in technicians.listing(role):
            print(one.id, one.name, role, "PIN and card" if one.has_card else "PIN", sep="\t")


def _told(
    run: Callable[[argparse.Namespace, Technicians], None], chosen: argparse.Namespace, open_technicians: Open
) -> int:
    try:
        run(chosen, open_technicians(chosen))
    except (TechnicianError, TechniciansUnusable) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
