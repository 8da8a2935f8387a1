"""The code scanner on the bench of the contract suite, with somebody who holds one code after another before it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.code_scanner.scanner import ACTS_NEXT, CodeScanner, CodeScannerFault
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.device import DeviceError
from drivers.transport import transport_for
from tests.drivers.contract import PATIENCE, Bench, worked


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = CodeScannerSimulator()
    simulator.start()
    try:
        with worked("code_scanner", CodeScanner(transport_for(simulator.address))) as worker, _codes_shown(simulator):

            def scan() -> None:
                """As a citizen does: what was not read is shown again, for a moment."""
                give_up = time.monotonic() + 1.5
                while True:
                    try:
                        worker.submit(lambda scanner, cancel: scanner.scan(cancel)).future.result(PATIENCE)
                    except DeviceError:
                        if time.monotonic() > give_up:
                            raise
                        time.sleep(0.05)
                    else:
                        return

            yield Bench(
                "code_scanner",
                owned=worker,
                verbs=simulator.verbs,
                use=scan,
                faults=CodeScannerFault,
                acts_next=ACTS_NEXT,
                stop=worker.stop,
            )
    finally:
        simulator.stop()


@contextmanager
def _codes_shown(simulator: CodeScannerSimulator) -> Iterator[None]:
    enough = threading.Event()

    def show() -> None:
        number = 0
        while not enough.wait(0.1):
            number += 1
            simulator.scan(f"XM-2026-{number:06d}")

    person = threading.Thread(target=show, name="person")
    person.start()
    try:
        yield
    finally:
        enough.set()
        person.join()
