"""``main.py technician …``: who may open the technician's screen of this machine."""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from kiosk.operations.technicians import TechnicianError, Technicians, TechniciansUnusable

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

    add = command("add", _add, "add a technician, or give a new PIN; it is asked for, or read from standard input")
    add.add_argument("id", help="a staff number of up to 8 digits, or initials")
    add.add_argument("--name", default="", help="a name or initials, for the list")
    command("remove", _remove, "remove a technician").add_argument("id")
    command("list", _list, "everybody")


def _add(chosen: argparse.Namespace, technicians: Technicians) -> None:
    if sys.stdin.isatty():
        pin = getpass.getpass("PIN: ")
        if getpass.getpass("PIN, once more: ") != pin:
            raise SystemExit("The two PINs differ; nothing was changed.")
    else:
        pin = sys.stdin.readline().strip()
    technicians.add(chosen.id, chosen.name, pin)


def _remove(chosen: argparse.Namespace, technicians: Technicians) -> None:
    technicians.remove(chosen.id)


def _list(_: argparse.Namespace, technicians: Technicians) -> None:
    for one in technicians.listing():
        print(one.id, one.name, "PIN and card" if one.has_card else "PIN", sep="\t")


def _told(
    run: Callable[[argparse.Namespace, Technicians], None], chosen: argparse.Namespace, open_technicians: Open
) -> int:
    try:
        run(chosen, open_technicians(chosen))
    except (TechnicianError, TechniciansUnusable) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
